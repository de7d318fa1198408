//! The real binary, on both engines, as an operator uses it and as a browser meets it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly, as the tests do")]

mod place;
mod served;

mod backup;
mod damaged;
mod demo;
mod doctor;
mod import;
mod import_people;
mod keys;
mod nodes;
mod open311;
mod requests;
mod usage;
mod user;
