//! What everybody is told under `/open311/`, `/open/` and `/widget/`, made once for all who ask the same: kept for a minute, dropped by
//! events, with a tag by which those who have it already are told so in three words.
//!
//! Only what is the same for everybody is kept. What somebody asks with a key is not.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use moka::sync::Cache;
use reports::server::{Embeddable, PublicAddress};
use sha2::{Digest, Sha256};

/// The cache's size in bytes, and the largest answer and the longest address that it takes.
const CAPACITY: u64 = 64 << 20;
const LARGEST: usize = 8 << 20;
const LONGEST: usize = 2 << 10;
/// Events say what has changed; deadlines pass without one.
const LIFE: Duration = Duration::from_secs(60);
const KEPT_BY: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// An answer as it is sent.
#[derive(Clone, Debug)]
struct Kept {
    headers: HeaderMap,
    bytes: Bytes,
    tag: String,
    embeddable: bool,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Key {
    generation: u64,
    /// Answers name the address at which they were asked for, where the deployment does not say its own.
    host: Option<String>,
    address: String,
}

/// The cache of one process.
#[derive(Clone, Debug)]
pub struct OpenCache {
    kept: Cache<Key, Kept>,
    generation: Arc<AtomicU64>,
}

impl Default for OpenCache {
    fn default() -> Self {
        let weigh = |key: &Key, kept: &Kept| {
            u32::try_from(key.address.len() + kept.bytes.len() + 1024).unwrap_or(u32::MAX)
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

impl OpenCache {
    /// Something that is told has changed: nothing that was made before is sent again.
    pub fn drop_all(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.kept.invalidate_all();
    }
}

/// The cache, and the public address of the deployment, if it is known.
#[derive(Clone, Debug)]
pub struct Openly {
    cache: OpenCache,
    origin: Option<PublicAddress>,
}

impl Openly {
    pub fn new(cache: OpenCache, origin: Option<String>) -> Self {
        let origin = origin.map(|origin| PublicAddress(origin.into()));
        Self { cache, origin }
    }

    /// Under what the answer is kept, if it may be.
    fn key(&self, request: &Request) -> Option<Key> {
        let query = request.uri().query().unwrap_or_default();
        let own = query.contains("api_key") || request.headers().contains_key("x-api-key");
        let address = request.uri().path_and_query()?.as_str();
        if own || request.method() != Method::GET || address.len() > LONGEST {
            return None;
        }
        let host = request.headers().get(header::HOST);
        Some(Key {
            generation: self.cache.generation.load(Ordering::SeqCst),
            host: host
                .filter(|_| self.origin.is_none())
                .and_then(|host| host.to_str().ok())
                .map(str::to_owned),
            address: address.to_owned(),
        })
    }
}

/// Sends what is kept, or keeps what is made if everybody is told it.
pub async fn told(State(openly): State<Openly>, mut request: Request, next: Next) -> Response {
    if let Some(origin) = &openly.origin {
        request.extensions_mut().insert(origin.clone());
    }
    let Some(key) = openly.key(&request) else {
        return next.run(request).await;
    };
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    if let Some(kept) = openly.cache.kept.get(&key) {
        return kept.send(known.as_ref());
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(header::CACHE_CONTROL) {
        return response;
    }
    let embeddable = response.extensions().get::<Embeddable>().is_some();
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kept = Kept::of(parts.headers, bytes, embeddable);
    if kept.bytes.len() <= LARGEST {
        openly.cache.kept.insert(key, kept.clone());
    }
    kept.send(known.as_ref())
}

impl Kept {
    fn of(mut headers: HeaderMap, bytes: Bytes, embeddable: bool) -> Self {
        let digest = Sha256::digest(&bytes);
        let tag = format!("\"{}\"", hex::encode(&digest[..12]));
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CACHE_CONTROL, KEPT_BY);
        // It may be compressed on the way, and is the same all the same.
        if let Ok(value) = HeaderValue::from_str(&format!("W/{tag}")) {
            headers.insert(header::ETAG, value);
        }
        Self {
            headers,
            bytes,
            tag,
            embeddable,
        }
    }

    fn send(&self, known: Option<&HeaderValue>) -> Response {
        let same = known.and_then(|known| known.to_str().ok()).is_some_and(|known| {
            known
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == self.tag)
        });
        let mut response = if same {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(self.bytes.clone()))
        };
        *response.headers_mut() = self.headers.clone();
        if self.embeddable {
            response.extensions_mut().insert(Embeddable);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use axum::{Router, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt;

    use super::*;

    fn router(cache: &OpenCache, made: &Arc<AtomicUsize>) -> Router {
        let made = Arc::clone(made);
        let answer = move || {
            let made = Arc::clone(&made);
            async move { format!("{}", made.fetch_add(1, Ordering::SeqCst)) }
        };
        let openly = Openly::new(cache.clone(), Some("https://linli.example".into()));
        Router::new()
            .route("/open/x", get(answer))
            .layer(from_fn_with_state(openly, told))
    }

    async fn ask(
        router: &Router,
        address: &str,
        tag: Option<&HeaderValue>,
    ) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::get(address);
        if let Some(tag) = tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        (
            parts.status,
            parts.headers,
            String::from_utf8(bytes.to_vec()).unwrap(),
        )
    }

    #[tokio::test]
    async fn it_is_made_once_until_something_changes() {
        let (cache, made) = (OpenCache::default(), Arc::new(AtomicUsize::new(0)));
        let router = router(&cache, &made);
        let (_, headers, first) = ask(&router, "/open/x?a=1", None).await;
        assert_eq!(first, "0");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=60");
        assert_eq!(ask(&router, "/open/x?a=1", None).await.2, "0");
        assert_eq!(ask(&router, "/open/x?a=2", None).await.2, "1", "another question");
        let (status, _, nothing) = ask(&router, "/open/x?a=1", Some(&headers[header::ETAG])).await;
        assert_eq!((status, nothing.as_str()), (StatusCode::NOT_MODIFIED, ""));
        cache.drop_all();
        let (status, _, again) = ask(&router, "/open/x?a=1", Some(&headers[header::ETAG])).await;
        assert_eq!((status, again.as_str()), (StatusCode::OK, "2"));
    }

    #[tokio::test]
    async fn what_is_asked_with_a_key_is_kept_by_nobody() {
        let (cache, made) = (OpenCache::default(), Arc::new(AtomicUsize::new(0)));
        let router = router(&cache, &made);
        for expected in ["0", "1"] {
            let (_, headers, text) = ask(&router, "/open/x?api_key=k", None).await;
            assert_eq!(text, expected);
            assert!(!headers.contains_key(header::ETAG));
        }
    }
}
