//! Typed models and their rules, the same in the browser and on the server.

mod basis;
mod bound;
mod name;
mod password;
mod phone;
mod reason;
mod residency;
mod separation;
mod session;
mod staff;
mod view;

pub use basis::{Basis, DataKind, Ground};
pub use bound::{BoundRelative, Relation};
pub use name::{DOOR_MAX, NAME_MAX, check_door, check_name};
pub use password::{PASSWORD_MAX, PASSWORD_MIN, check_password};
pub use phone::Phone;
pub use reason::{RefusalReason, UnmaskReason};
pub use residency::{MyResidency, PendingResident, ResidencyState, ResidentDetails};
pub use separation::{check_grant_dates, conflict_among};
pub use session::{SessionLimits, limits_for};
pub use staff::{ImportReport, LineFault, StaffRow};
pub use view::*;

/// The topic of events that say, to anybody, that who works where has changed, and nothing else.
pub const STAFF_TOPIC: &str = "staff";
