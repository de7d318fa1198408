//! Tiles that were made, kept in memory for whoever sees the same: a bounded cache, dropped layer by layer as events say.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::http::HeaderValue;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use moka::future::Cache;
use sha2::{Digest, Sha256};
use shared::{AppError, Date, Scope};

use super::address::Tile;

/// In bytes of tiles.
const CAPACITY: u64 = 96 << 20;
/// What a tile shows is told by events; this is for a process that does not hear of them for a while, and for tiles that were dropped,
/// which nobody asks for by their key any more.
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
    /// Of the layer, as it was when somebody asked: what is made meanwhile of what was is not found by who asks after an event.
    generation: u64,
    layer: &'static str,
    /// The unit that it is of alone, if it is.
    of: Box<str>,
    /// The day that it is of, if that is not today.
    on: Option<Date>,
    tile: Tile,
    /// The subtrees in which the viewer sees more than anybody does.
    scope: Box<[String]>,
}

/// The cache of one process. What another one has changed arrives by the event stream, as it does from this one.
#[derive(Clone, Debug)]
pub struct TileCache {
    kept: Cache<Key, Kept>,
    generations: Arc<RwLock<Generations>>,
}

/// How often tiles were dropped: all of them, and those of each layer besides.
#[derive(Debug, Default)]
struct Generations {
    all: u64,
    layers: HashMap<&'static str, u64>,
}

impl Generations {
    fn of(&self, layer: &str) -> u64 {
        self.all + self.layers.get(layer).copied().unwrap_or_default()
    }
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
            generations: Arc::default(),
        }
    }
}

impl TileCache {
    /// Nobody knows what has changed: no tile that was made before is sent again.
    pub fn drop_all(&self) {
        self.changed(|generations| generations.all += 1);
        self.kept.invalidate_all();
    }

    /// Something that tiles of `layer` show has changed: none of them that was made before is sent again. Others stay.
    pub fn drop_layer(&self, layer: &'static str) {
        self.changed(|generations| *generations.layers.entry(layer).or_default() += 1);
    }

    fn changed(&self, change: impl FnOnce(&mut Generations)) {
        change(&mut self.generations.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn generation(&self, layer: &str) -> u64 {
        self.generations
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .of(layer)
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
        self.tile_on(layer, None, tile, scope, make).await
    }

    /// As [`TileCache::tile`], of a day that has passed, if one is named.
    ///
    /// # Errors
    /// As [`TileCache::tile`].
    pub async fn tile_on(
        &self,
        layer: &'static str,
        on: Option<Date>,
        tile: Tile,
        scope: &Scope,
        make: impl Future<Output = Result<Vec<u8>, AppError>>,
    ) -> Result<Kept, AppError> {
        self.tile_of(layer, "", on, tile, scope, make).await
    }

    /// As [`TileCache::tile_on`], of one unit alone.
    ///
    /// # Errors
    /// As [`TileCache::tile`].
    pub async fn tile_of(
        &self,
        layer: &'static str,
        of: &str,
        on: Option<Date>,
        tile: Tile,
        scope: &Scope,
        make: impl Future<Output = Result<Vec<u8>, AppError>>,
    ) -> Result<Kept, AppError> {
        let key = self.key(layer, of, on, tile, scope);
        self.kept_or(key, make).await
    }

    fn key(&self, layer: &'static str, of: &str, on: Option<Date>, tile: Tile, scope: &Scope) -> Key {
        Key {
            generation: self.generation(layer),
            layer,
            of: of.into(),
            on,
            tile,
            scope: scope.paths().into(),
        }
    }

    async fn kept_or(
        &self,
        key: Key,
        make: impl Future<Output = Result<Vec<u8>, AppError>>,
    ) -> Result<Kept, AppError> {
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
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    #[tokio::test]
    async fn what_changes_in_one_layer_leaves_the_others() {
        let cache = TileCache::default();
        let made = AtomicUsize::new(0);
        let tile: Tile = "12-3420-1658.mvt".parse().unwrap();
        let anybody = Scope::default();
        let ask = async |layer: &'static str| {
            let make = async {
                made.fetch_add(1, Ordering::SeqCst);
                Ok(b"x".to_vec())
            };
            cache.tile(layer, tile, &anybody, make).await.unwrap();
            made.load(Ordering::SeqCst)
        };
        assert_eq!((ask("areas").await, ask("points").await), (1, 2));
        cache.drop_layer("points");
        assert_eq!((ask("areas").await, ask("points").await), (2, 3));
        cache.drop_all();
        assert_eq!((ask("areas").await, ask("points").await), (4, 5));
    }

    #[tokio::test]
    async fn each_day_has_tiles_of_its_own() {
        let cache = TileCache::default();
        let tile: Tile = "12-3420-1658.mvt".parse().unwrap();
        let anybody = Scope::default();
        let days: [Option<Date>; 3] = [None, "2025-01-01".parse().ok(), "2025-01-02".parse().ok()];
        let ask = async |on: Option<Date>, text: &str| {
            let make = async { Ok(text.as_bytes().to_vec()) };
            cache
                .tile_on("areas", on, tile, &anybody, make)
                .await
                .unwrap()
                .plain
        };
        for (on, text) in days.into_iter().zip(["today", "first", "second"]) {
            assert_eq!(ask(on, text).await, text);
            assert_eq!(ask(on, "another").await, text);
        }
        // Today's is the one that is asked for without a day.
        let today = cache.tile("areas", tile, &anybody, async { Err(AppError::NotFound) });
        assert_eq!(today.await.unwrap().plain, "today");
    }

    #[tokio::test]
    async fn what_was_being_made_when_it_changed_is_not_kept_for_later() {
        let cache = TileCache::default();
        let tile: Tile = "12-3420-1658.mvt".parse().unwrap();
        let anybody = Scope::default();
        let before = async {
            cache.drop_layer("points");
            Ok(b"before".to_vec())
        };
        cache.tile("points", tile, &anybody, before).await.unwrap();
        let after = cache.tile("points", tile, &anybody, async { Ok(b"after".to_vec()) });
        assert_eq!(after.await.unwrap().plain, "after");
    }
}
