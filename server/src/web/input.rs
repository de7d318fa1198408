//! What may come in at all, in one place for every page, route and server function: text that is UTF-8 and without NUL
//! (PostgreSQL stores none), and no more of it than the configuration allows. What a server function reads is otherwise
//! not limited.
//!
//! Files are looked at by whoever reads them; here only their size counts.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use http_body_util::Limited;
use percent_encoding::percent_decode;
use shared::AppError;

use super::failure;
use crate::config;

/// Server functions that read a form with files: given anything else, server_fn panics.
const FILES: [&str; 1] = ["/api/v1/accounts/admin/staff"];

/// Routes that bound themselves what they hold of a file, and read on where it is too large: a browser that is still
/// sending would see a broken connection instead of a sentence.
const BOUNDED: [&str; 11] = [
    "/admin/orgs/import/upload",
    "/admin/map/import/upload",
    "/admin/people/import/upload",
    "/admin/calendar/upload",
    "/places/photos/add",
    "/inspections/walk",
    "/reports/send",
    "/reports/send/open",
    "/reports/act",
    "/mediation/act",
    "/admin/reports/orders/import/upload",
];

/// Bytes of a body.
#[derive(Clone, Copy, Debug)]
pub struct Largest {
    /// Forms and arguments.
    text: usize,
    /// Files, with the form around them.
    files: usize,
    /// For how long a body that is read whole may come in.
    patience: Duration,
}

impl Largest {
    /// What a form has around its files.
    const FORM: usize = 64 << 10;

    pub fn new(limits: &config::Limits) -> Self {
        let bytes = |limit| usize::try_from(limit).unwrap_or(usize::MAX);
        Self {
            text: bytes(limits.body_bytes),
            files: bytes(limits.upload_bytes).saturating_add(Self::FORM),
            // The other half of a request's time is for what is done with it.
            patience: Duration::from_secs(limits.request_s) / 2,
        }
    }
}

/// Hands the request on, or says what is wrong with it.
pub async fn fit(State(largest): State<Largest>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    match examine(request, largest).await {
        Ok(request) => next.run(request).await,
        Err(error) => failure::respond(&error, &headers),
    }
}

async fn examine(request: Request, largest: Largest) -> Result<Request, AppError> {
    let uri = request.uri();
    // There is nothing under such an address.
    text(uri.path().as_bytes()).map_err(|_| AppError::NotFound)?;
    fields(uri.query().unwrap_or_default().as_bytes())?;

    let (parts, body) = request.into_parts();
    let kind = kind(&parts.headers);
    let files = kind == "multipart/form-data";
    if files != parts.headers.get(header::CONTENT_TYPE).is_some_and(has_boundary)
        || (FILES.contains(&parts.uri.path()) && !files)
    {
        return Err(AppError::invalid(
            "",
            "这里要用表单上传文件，请回到页面重新选择文件。",
        ));
    }
    let limit = match files {
        true if BOUNDED.contains(&parts.uri.path()) => usize::MAX,
        true => largest.files,
        false => largest.text,
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(AppError::TooLarge);
    }
    if files {
        return Ok(Request::from_parts(parts, Body::new(Limited::new(body, limit))));
    }
    let bytes = tokio::time::timeout(largest.patience, read(body, limit))
        .await
        .map_err(|_| AppError::invalid("", "网络太慢，内容没有传完，请再试一次。"))??;
    if kind == "application/json" {
        json(&bytes)?;
    } else {
        // Whatever it is called, a server function reads it as a form.
        fields(&bytes)?;
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

async fn read(body: Body, limit: usize) -> Result<Bytes, AppError> {
    to_bytes(body, limit).await.map_err(|error| {
        let source: &dyn std::error::Error = &error;
        let too_large = std::iter::successors(Some(source), |error| error.source())
            .any(|error| error.is::<http_body_util::LengthLimitError>());
        if too_large {
            AppError::TooLarge
        } else {
            // It broke off; whoever it was hardly reads this.
            AppError::invalid("", "内容没有传完，请再试一次。")
        }
    })
}

/// The media type without its parameters.
fn kind(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

fn has_boundary(kind: &HeaderValue) -> bool {
    kind.to_str().is_ok_and(|kind| {
        kind.split(';').any(|part| {
            part.trim()
                .strip_prefix("boundary=")
                .is_some_and(|name| !name.is_empty())
        })
    })
}

/// JSON whose text could be stored: PostgreSQL takes no `\u0000` either.
fn json(bytes: &[u8]) -> Result<(), AppError> {
    let text = std::str::from_utf8(bytes).map_err(|_| AppError::invalid("", NOT_TEXT))?;
    // An escaped backslash before it makes it other text; refusing that too costs nobody anything.
    if text.contains('\0') || text.contains("\\u0000") {
        return Err(AppError::invalid("", NUL));
    }
    Ok(())
}

/// Each `name=value` of a query or form. What is wrong is said beside the field.
fn fields(encoded: &[u8]) -> Result<(), AppError> {
    for pair in encoded.split(|byte| *byte == b'&') {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = text(halves.next().unwrap_or_default()).map_err(|what| AppError::invalid("", what))?;
        text(halves.next().unwrap_or_default()).map_err(|what| AppError::invalid(&name, what))?;
    }
    Ok(())
}

const NOT_TEXT: &str = "这里的文字不是 UTF-8 编码，读不出来，请重新输入。";
const NUL: &str = "这里有看不见的空字符，存不下来，请重新输入。";

fn text(encoded: &[u8]) -> Result<String, &'static str> {
    let decoded: Vec<u8> = percent_decode(encoded).collect();
    match String::from_utf8(decoded) {
        Err(_) => Err(NOT_TEXT),
        Ok(text) if text.contains('\0') => Err(NUL),
        Ok(text) => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::request::Builder;

    use super::*;

    const LARGEST: Largest = Largest {
        text: 20,
        files: 100,
        patience: Duration::from_secs(60),
    };

    async fn refused(request: Builder, body: impl Into<Body>) -> Option<AppError> {
        examine(request.body(body.into()).unwrap(), LARGEST).await.err()
    }

    fn get(uri: &str) -> Builder {
        Request::builder().uri(uri)
    }

    fn post(kind: &str) -> Builder {
        Request::builder()
            .method("POST")
            .uri("/api/v1/x")
            .header(header::CONTENT_TYPE, kind)
    }

    const FORM: &str = "Application/X-WWW-Form-URLencoded; charset=utf-8";

    #[tokio::test]
    async fn text_is_utf_8_and_has_no_nul() {
        assert_eq!(refused(get("/orgs/32?q=%E5%B8%B8&x"), "").await, None);
        assert_eq!(refused(get("/orgs/%00"), "").await, Some(AppError::NotFound));
        assert_eq!(refused(get("/orgs/%ff"), "").await, Some(AppError::NotFound));
        for bad in ["/?q=%00", "/?a=1&q=x%00y", "/?q=%C3%28"] {
            let error = refused(get(bad), "").await.unwrap();
            assert_eq!((error.status(), error.for_field("q").count()), (422, 1), "{bad}");
        }
        assert_eq!(refused(post(FORM), "name=%E5%BC%A0").await, None);
        for bad in [&b"name=a%00"[..], b"name=a\0b", b"name=\xff", b"name=%ff"] {
            let error = refused(post(FORM), bad).await.unwrap();
            assert_eq!(error.for_field("name").count(), 1, "{bad:?}");
        }
        assert_eq!(
            refused(post(FORM), "%00=1").await.unwrap().for_field("").count(),
            1
        );
        for kind in ["application/octet-stream", "text/plain", "application/json", ""] {
            for bad in [&b"\0"[..], b"\xff"] {
                assert_eq!(refused(post(kind), bad).await.unwrap().status(), 422, "{kind}");
            }
        }
        assert_eq!(refused(post("application/json"), r#"{"a":"%ff"}"#).await, None);
        assert!(
            refused(post("application/json"), r#"{"a":"\u0000"}"#)
                .await
                .is_some()
        );
    }

    #[tokio::test]
    async fn nobody_sends_more_than_is_allowed() {
        let stream = |chunks: usize| {
            Body::from_stream(futures::stream::iter(
                (0..chunks).map(|_| Ok::<_, std::io::Error>("0123456789")),
            ))
        };
        for kind in [FORM, "application/json", "text/plain", ""] {
            assert_eq!(refused(post(kind), "0123456789").await, None, "{kind}");
            assert_eq!(
                refused(post(kind), "x".repeat(21)).await,
                Some(AppError::TooLarge)
            );
            assert_eq!(refused(post(kind), stream(2)).await, None, "{kind}");
            assert_eq!(refused(post(kind), stream(3)).await, Some(AppError::TooLarge));
        }
        let files = "multipart/form-data; boundary=x";
        assert_eq!(refused(post(files), "x".repeat(100)).await, None);
        assert_eq!(
            refused(post(files), "x".repeat(101)).await,
            Some(AppError::TooLarge)
        );
        // How much it is shows only as it is read.
        let request = examine(post(files).body(stream(11)).unwrap(), LARGEST)
            .await
            .unwrap();
        assert!(to_bytes(request.into_body(), 1000).await.is_err());
    }

    #[tokio::test]
    async fn a_route_that_bounds_itself_reads_on() {
        let files = |path| post("multipart/form-data; boundary=x").uri(path);
        for path in BOUNDED {
            assert_eq!(refused(files(path), "x".repeat(101)).await, None);
            assert_eq!(
                refused(post(FORM).uri(path), "x".repeat(21)).await,
                Some(AppError::TooLarge)
            );
        }
        assert!(refused(files("/api/v1/x"), "x".repeat(101)).await.is_some());
    }

    #[tokio::test]
    async fn files_come_in_a_form() {
        let staff = |kind: &str| post(kind).uri(FILES[0]);
        assert_eq!(
            refused(staff("multipart/form-data; boundary=x"), "--x").await,
            None
        );
        for kind in [
            FORM,
            "",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=x",
        ] {
            assert_eq!(refused(staff(kind), "a=b").await.unwrap().status(), 422, "{kind}");
        }
        assert_eq!(
            refused(post("multipart/form-data"), "").await.unwrap().status(),
            422
        );
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_no_fault_of_ours() {
        let broken = Body::from_stream(futures::stream::iter([
            Ok("name="),
            Err(std::io::Error::other("gone")),
        ]));
        assert_eq!(refused(post(FORM), broken).await.unwrap().status(), 422);
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_no_fault_of_ours() {
        let stuck = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        let hasty = Largest {
            patience: Duration::from_millis(1),
            ..LARGEST
        };
        let error = examine(post(FORM).body(stuck).unwrap(), hasty).await.unwrap_err();
        assert_eq!(error.status(), 422);
    }
}
