//! What browser and server both speak: ids, time, actors, roles, scopes, errors, paging, datums, Chinese text, and what in a text may be
//! somebody's own.
//!
//! Invariants: no I/O, no clock, no randomness; everything compiles for both targets. Under `ssr` the types also
//! bind to SQLite and PostgreSQL, and [`text`] (pinyin, bigrams) is there.
//!
//! Deliberately absent: anything that belongs to one pillar.

#[macro_use]
mod coded;
#[macro_use]
mod id;
pub mod actor;
pub mod datum;
pub mod error;
pub mod mask;
pub mod page;
pub mod personal;
pub mod photo;
pub mod role;
pub mod scope;
#[cfg(feature = "ssr")]
pub mod text;
pub mod time;
pub mod voice;
pub mod wire;

#[cfg(feature = "ssr")]
#[doc(hidden)]
pub use sqlx;

pub use actor::{Acting, Actor, Grant};
pub use coded::UnknownCode;
pub use error::{AppError, FieldError, FieldErrors};
pub use id::*;
pub use page::{Cursor, Page};
pub use role::{Permission, Role};
pub use scope::Scope;
pub use time::{Date, Timestamp};
