//! A million matters, for `cargo xtask bench reports-list` and `reports-flow`: made up into a database that has units and borders, and asked
//! for through the pillar's own calls, beside the bare SQL of the same.
//!
//! `crowd fill DATABASE_URL MATTERS` prints who may ask, as JSON; `crowd ask DATABASE_URL VIEWERS CASE RUNS ROUNDS` how long it took;
//! `crowd people DATABASE_URL CODE RESIDENTS` makes those who live and work in a grid, with their sessions. The database's keys lie in
//! `LINLI_KEYS`.

mod ask;
mod bare;
mod fill;
mod people;

use std::{error::Error, sync::Arc};

use db::{Cx, Db, House, SystemClock, access, crypt::Keyring};

/// Nobody catches what goes wrong here.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

async fn house(url: &str) -> Outcome<House> {
    let keys = Keyring::load(&std::env::var("LINLI_KEYS")?)?;
    Ok(House::new(
        Db::connect(url).await?,
        Arc::new(SystemClock),
        Arc::new(keys),
    ))
}

/// The system, as whoever makes all this up.
fn system(house: &House) -> Cx {
    access::system(house, "crowd")
}

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["fill", url, matters] => fill::fill(&house(url).await?, matters.parse()?).await,
        ["people", url, code, residents] => people::make(&house(url).await?, code, residents.parse()?).await,
        ["ask", url, viewers, case, runs, rounds] => {
            ask::ask(&house(url).await?, viewers, case, runs.parse()?, rounds.parse()?).await
        }
        _ => Err("crowd fill|people|ask DATABASE_URL …".into()),
    }
}
