//! The files of the site, read into memory once: from a folder, or from the binary itself (feature `embed`).
//!
//! Names under `pkg/` and `js/` carry digests and may be kept for ever; everything else is asked for anew each time.

use std::{collections::HashMap, path::Path, sync::Arc};

use app::site::Assets;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use leptos::{WasmSplitManifest, prelude::ArcStoredValue};
use sha2::{Digest, Sha256};

/// One file, with its compressed forms.
#[derive(Debug)]
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    media_type: HeaderValue,
    etag: HeaderValue,
    cache: HeaderValue,
}

/// All files by their address.
#[derive(Clone, Debug, Default)]
pub struct SiteFiles(Arc<HashMap<String, File>>);

/// Notes for the server itself; never sent.
const INTERNAL: [&str; 2] = ["/release", "/js/manifest.json"];

impl SiteFiles {
    /// Reads the site from `folder`.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn from_folder(folder: &Path) -> std::io::Result<(Self, Assets)> {
        let mut raw = HashMap::new();
        collect(folder, String::new(), &mut raw)?;
        Ok(Self::new(raw))
    }

    /// The site that was compiled in.
    #[cfg(feature = "embed")]
    pub fn embedded() -> (Self, Assets) {
        // Only read so that cargo compiles anew for another site: `include_dir` on its own tells it nothing.
        const _: Option<&str> = option_env!("LINLI_RELEASE");
        static SITE: include_dir::Dir<'_> = include_dir::include_dir!("$LINLI_SITE_DIR");
        fn walk(dir: &include_dir::Dir<'static>, raw: &mut HashMap<String, Bytes>) {
            for file in dir.files() {
                raw.insert(
                    format!("/{}", file.path().display()),
                    Bytes::from_static(file.contents()),
                );
            }
            dir.dirs().for_each(|d| walk(d, raw));
        }
        let mut raw = HashMap::new();
        walk(&SITE, &mut raw);
        Self::new(raw)
    }

    fn new(mut raw: HashMap<String, Bytes>) -> (Self, Assets) {
        let assets = assets(&raw);
        for name in INTERNAL {
            raw.remove(name);
        }
        let names: Vec<String> = raw
            .keys()
            .filter(|n| !n.ends_with(".br") && !n.ends_with(".gz"))
            .cloned()
            .collect();
        let mut files = HashMap::with_capacity(names.len());
        for name in names {
            let Some(plain) = raw.remove(&name) else { continue };
            let brotli = raw.remove(&format!("{name}.br"));
            let gzip = raw.remove(&format!("{name}.gz"));
            files.insert(name.clone(), File::new(&name, plain, brotli, gzip));
        }
        (Self(Arc::new(files)), assets)
    }

    fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
        let file = self.0.get(path)?;
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Some(StatusCode::METHOD_NOT_ALLOWED.into_response());
        }
        let same = headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|tag| tag == file.etag);
        let accepts = |coding: &str| {
            headers
                .get(header::ACCEPT_ENCODING)
                .and_then(|v| v.to_str().ok())
                .is_some_and(|v| {
                    v.split(',')
                        .any(|c| c.split(';').next().is_some_and(|name| name.trim() == coding))
                })
        };
        let (body, coding) = match (&file.brotli, &file.gzip) {
            (Some(brotli), _) if accepts("br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts("gzip") => (gzip, Some("gzip")),
            _ => (&file.plain, None),
        };
        let mut response = if same {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(body.clone()));
            if let Some(coding) = coding {
                response
                    .headers_mut()
                    .insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, file.media_type.clone());
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, file.etag.clone());
        headers.insert(header::CACHE_CONTROL, file.cache.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        Some(response)
    }
}

impl File {
    fn new(name: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let media_type = if name.ends_with(".webmanifest") {
            "application/manifest+json".to_owned()
        } else {
            let guess = mime_guess::from_path(name).first_or_octet_stream();
            if guess.type_() == "text" || guess.subtype() == "javascript" {
                format!("{guess}; charset=utf-8")
            } else {
                guess.to_string()
            }
        };
        let lasting = name.starts_with("/pkg/") || name.starts_with("/js/");
        let cache = if lasting {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let digest = hex::encode(&Sha256::digest(&plain)[..12]);
        Self {
            plain,
            brotli,
            gzip,
            media_type: HeaderValue::from_str(&media_type)
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            etag: HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\"")),
            cache: HeaderValue::from_static(cache),
        }
    }
}

/// Answers with a file of the site, or hands the request on.
pub async fn files(
    State(site): State<SiteFiles>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let uri: &Uri = request.uri();
    match site.answer(request.method(), uri.path(), request.headers()) {
        Some(response) => response,
        None => next.run(request).await,
    }
}

fn collect(folder: &Path, prefix: String, raw: &mut HashMap<String, Bytes>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), name, raw)?;
        } else {
            raw.insert(name, Bytes::from(std::fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// What pages need to know of the files.
fn assets(raw: &HashMap<String, Bytes>) -> Assets {
    let text = |name: &str| {
        raw.get(name)
            .and_then(|b| std::str::from_utf8(b).ok())
            .map(str::trim)
    };
    let package = text("/release").map_or_else(|| "/pkg".to_owned(), |release| format!("/pkg/{release}"));
    let scripts: HashMap<String, String> = text("/js/manifest.json")
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let chunks = text(&format!("{package}/__wasm_split_manifest.json"))
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let chunks = WasmSplitManifest(ArcStoredValue::new((
        package.clone(),
        chunks,
        "__wasm_split.______________________.js".to_owned(),
    )));
    Assets {
        package,
        register: scripts.get("register").cloned(),
        map: scripts.get("map").cloned(),
        edit: scripts.get("edit").cloned(),
        chunks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> (SiteFiles, Assets) {
        let raw = [
            ("/release", "abc"),
            (
                "/js/manifest.json",
                r#"{"register":"/js/register-1.js","map":"/js/map-2.js"}"#,
            ),
            ("/pkg/abc/linli.js", "plain"),
            ("/pkg/abc/linli.js.br", "brotli"),
            ("/manifest.webmanifest", "{}"),
        ];
        SiteFiles::new(
            raw.map(|(name, body)| (name.to_owned(), Bytes::from(body)))
                .into(),
        )
    }

    #[test]
    fn finds_the_release_and_the_scripts() {
        let (_, assets) = site();
        assert_eq!(assets.package, "/pkg/abc");
        assert_eq!(assets.map.as_deref(), Some("/js/map-2.js"));
    }

    #[test]
    fn sends_what_the_browser_accepts_and_nothing_outside_the_site() {
        let (site, _) = site();
        let mut headers = HeaderMap::new();
        let plain = site.answer(&Method::GET, "/pkg/abc/linli.js", &headers).unwrap();
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
        assert!(
            plain.headers()[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, br;q=1.0"),
        );
        let small = site.answer(&Method::GET, "/pkg/abc/linli.js", &headers).unwrap();
        assert_eq!(small.headers()[header::CONTENT_ENCODING], "br");
        headers.insert(header::IF_NONE_MATCH, small.headers()[header::ETAG].clone());
        assert_eq!(
            site.answer(&Method::GET, "/pkg/abc/linli.js", &headers)
                .unwrap()
                .status(),
            StatusCode::NOT_MODIFIED
        );
        for outside in [
            "/release",
            "/js/manifest.json",
            "/pkg/../../etc/passwd",
            "/pkg/abc/linli.js.br",
            "",
        ] {
            assert!(
                site.answer(&Method::GET, outside, &headers).is_none(),
                "{outside}"
            );
        }
        assert_eq!(
            site.answer(&Method::POST, "/manifest.webmanifest", &headers)
                .unwrap()
                .status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
}
