//! Pools and transactions on either engine, the access token through which alone a transaction is had, and what
//! every pillar stores through them: audit, events, jobs, counters, encrypted fields.
//!
//! Invariants:
//! - A transaction comes from a [`Cx`], and a [`Cx`] from [`access`]; nothing else opens one.
//! - One SQL text serves both engines ([`on!`]); where they differ, the branch says why.
//! - An event is seen if and only if its transaction commits.
//! - Audit entries, events and jobs hold ids and codes, never personal text.
//!
//! Deliberately absent: an object-relational mapper, a query builder, `sqlx::Any` (no bool, UUID, time or JSON).

pub mod access;
pub mod audit;
pub mod backup;
mod bind;
pub mod clock;
pub mod counter;
pub mod crypt;
pub mod doctor;
mod error;
pub mod event;
mod house;
pub mod idempotency;
pub mod job;
mod migrate;
mod pool;
mod rows;
pub mod setting;
#[cfg(any(test, feature = "test"))]
pub mod test;
pub mod throttle;
mod tx;
pub mod upload;

pub use access::Cx;
pub use audit::Audit;
pub use bind::{Id, Json};
pub use clock::{Clock, SystemClock};
pub use error::{DbError, internal};
pub use event::Event;
pub use house::House;
pub use job::NewJob;
pub use migrate::MigrationState;
pub use pool::{Db, Engine};
pub use rows::EngineSql;
pub use setting::Setting;
pub use tx::{Conn, Tx};

#[doc(hidden)]
pub use shared;
