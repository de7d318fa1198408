//! Tiles that were made, kept in memory for whoever sees the same: a bounded cache, dropped by events.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::HeaderValue;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use moka::future::Cache;
use sha2::{Digest, Sha256};
use shared::{AppError, Scope};

use super::address::Tile;

/// In bytes of tiles.
const CAPACITY: u64 = 96 << 20;
/// Who works where may change without an event that says so; then it is seen after this.
const LIFE: Duration = Duration::from_secs(60);

/// A tile as it is sent.
#[derive(Clone, Debug)]
pub struct Kept {
    pub(super) plain: Bytes,
    pub(super) gzip: Bytes,
    pub(super) tag: HeaderValue,
}

/// What a tile is of, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    generation: u64,
    layer: &'static str,
    tile: Tile,
    /// The subtrees in which the viewer sees more than anybody does.
    scope: Box<[String]>,
}

/// The cache of one process. What another one has changed arrives by the event stream, as it does from this one.
#[derive(Clone, Debug)]
pub struct TileCache {
    kept: Cache<Key, Kept>,
    generation: Arc<AtomicU64>,
}

impl Default for TileCache {
    fn default() -> Self {
        let weigh = |_: &Key, kept: &Kept| {
            u32::try_from(kept.plain.len() + kept.gzip.len() + 256).unwrap_or(u32::MAX)
        };
        Self {
            kept: Cache::builder()
                .max_capacity(CAPACITY)
                .weigher(weigh)
                .time_to_live(LIFE)
                .build(),
            generation: Arc::default(),
        }
    }
}

impl TileCache {
    /// Something that a tile may show has changed: none that was made before is sent again.
    pub fn drop_all(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.kept.invalidate_all();
    }

    /// The tile of `layer` for whoever sees more than anybody within `scope`: the kept one, or the one that `make` makes. Who asks for it
    /// meanwhile waits for the same.
    ///
    /// # Errors
    /// What `make` answers; that is not kept.
    pub async fn tile(
        &self,
        layer: &'static str,
        tile: Tile,
        scope: &Scope,
        make: impl Future<Output = Result<Vec<u8>, AppError>>,
    ) -> Result<Kept, AppError> {
        let key = Key {
            generation: self.generation.load(Ordering::SeqCst),
            layer,
            tile,
            scope: scope.paths().into(),
        };
        self.kept
            .try_get_with(key, async { Kept::of(make.await?) })
            .await
            .map_err(|error| (*error).clone())
    }
}

impl Kept {
    fn of(bytes: Vec<u8>) -> Result<Self, AppError> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
        let digest = Sha256::digest(&bytes);
        let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            gzip: packed.map_err(|error| db::internal(&error))?.into(),
            plain: bytes.into(),
            tag: HeaderValue::from_str(&format!("W/\"{tag}\"")).map_err(|error| db::internal(&error))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[tokio::test]
    async fn a_tile_is_made_once_for_whoever_sees_the_same_until_something_changes() {
        let cache = TileCache::default();
        let made = AtomicUsize::new(0);
        let tile: Tile = "12-3420-1658.mvt".parse().unwrap();
        let ask = async |layer: &'static str, scope: &Scope| {
            let make = async {
                made.fetch_add(1, Ordering::SeqCst);
                Ok(b"x".to_vec())
            };
            cache.tile(layer, tile, scope, make).await.unwrap().plain
        };
        let (anybody, staff) = (Scope::default(), Scope::new(vec!["32/".into()]));
        for (layer, scope, expected) in [
            ("areas", &anybody, 1),
            ("areas", &anybody, 1),
            ("areas", &staff, 2),
            ("points", &anybody, 3),
            ("areas", &staff, 3),
        ] {
            assert_eq!(ask(layer, scope).await, "x");
            assert_eq!(made.load(Ordering::SeqCst), expected, "{layer}");
        }
        cache.drop_all();
        ask("areas", &anybody).await;
        assert_eq!(made.load(Ordering::SeqCst), 4);
        let refused = cache
            .tile("staff", tile, &anybody, async { Err(AppError::NotFound) })
            .await;
        assert_eq!(refused.unwrap_err(), AppError::NotFound);
        ask("staff", &anybody).await;
        assert_eq!(made.load(Ordering::SeqCst), 5, "a refusal is not kept");
    }
}
