//! What every access token carries: the house that a process works in.

use std::sync::Arc;

use shared::Timestamp;

use crate::{Clock, Db, clock::Ids, crypt::Keyring, upload::Files};

/// The database, the clock, the keys and the uploads of this process. Cloning is cheap.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct House {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub keys: Arc<Keyring>,
    pub files: Files,
    ids: Arc<Ids>,
}

impl House {
    /// Without a place for uploads: see [`House::with_files`].
    pub fn new(db: Db, clock: Arc<dyn Clock>, keys: Arc<Keyring>) -> Self {
        Self {
            db,
            clock,
            keys,
            files: Files::default(),
            ids: Arc::default(),
        }
    }

    #[must_use]
    pub fn with_files(self, files: Files) -> Self {
        Self { files, ..self }
    }

    pub(crate) fn new_id(&self, now: Timestamp) -> uuid::Uuid {
        self.ids.next(now)
    }
}
