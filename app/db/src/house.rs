//! What every access token carries: the house that a process works in.

use std::sync::Arc;

use crate::{Clock, Db, crypt::Keyring};

/// The database, the clock and the keys of this process. Cloning is cheap.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct House {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub keys: Arc<Keyring>,
}

impl House {
    pub fn new(db: Db, clock: Arc<dyn Clock>, keys: Arc<Keyring>) -> Self {
        Self { db, clock, keys }
    }
}
