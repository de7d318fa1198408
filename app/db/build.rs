//! `sqlx::migrate!` reads folders at compile time that cargo does not watch by itself.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
