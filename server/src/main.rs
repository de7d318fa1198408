//! `linli`: the server and its command line.
//!
//! Invariants: nothing is kept in this process that another one, or a restart, would need; every way in goes through
//! the middleware in [`web`], which alone makes access tokens for people; the command line acts as the system.
//!
//! Deliberately absent: domain rules (they are in the pillars), SQL (it is in their stores).

mod background;
mod beside;
mod cli;
mod concern;
mod config;
mod deeds;
mod doctor;
mod sealed;
mod telemetry;
mod web;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
