//! Spoken words on their way to whoever may hear them. Some browsers play nothing that cannot be had in parts, so a part is answered as such.

use std::ops::Range;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::{
    Cx,
    upload::{Keep, Upload},
};
use futures::TryStreamExt;
use shared::AppError;

/// Spoken words that the viewer may hear, or the part of them that is asked for.
///
/// # Errors
/// [`AppError::NotFound`] if the store has lost them.
pub async fn play(cx: &Cx, upload: &Upload, keep: Keep, asked: &HeaderMap) -> Result<Response, AppError> {
    let served = cx.files().serve(upload).await?.kept_by(keep);
    // A minute at most: it fits.
    let whole: Vec<u8> = served.body.try_concat().await?;
    let all = whole.len();
    let wanted = asked.get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, part) = match wanted.map(|wanted| range(wanted, all)) {
        None | Some(Wanted::Whole) => (StatusCode::OK, 0..all),
        Some(Wanted::Part(part)) => (StatusCode::PARTIAL_CONTENT, part),
        Some(Wanted::Beyond) => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{all}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, told).into_response());
        }
    };
    let body = whole.get(part.clone()).unwrap_or_default().to_vec();
    let length = body.len();
    let mut response = (status, Body::from(body)).into_response();
    let headers = response.headers_mut();
    for (name, value) in served.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        let told = format!("bytes {}-{}/{all}", part.start, part.end.saturating_sub(1));
        if let Ok(told) = HeaderValue::from_str(&told) {
            headers.insert(header::CONTENT_RANGE, told);
        }
    }
    Ok(response)
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// Also for what is not understood, as RFC 9110 says.
    Whole,
    Part(Range<usize>),
    Beyond,
}

fn range(header: &str, all: usize) -> Wanted {
    let Some((from, to)) = header
        .trim()
        .strip_prefix("bytes=")
        .and_then(|part| part.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let part = match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(all),
        (Ok(from), Err(_)) if to.trim().is_empty() => from..all,
        // The last so many.
        (Err(_), Ok(last)) if from.trim().is_empty() => all.saturating_sub(last)..all,
        _ => return Wanted::Whole,
    };
    if part.start >= all || part.is_empty() {
        Wanted::Beyond
    } else {
        Wanted::Part(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_was_asked_for() {
        for (asked, wanted) in [
            ("bytes=0-1", Wanted::Part(0..2)),
            ("bytes=0-", Wanted::Part(0..10)),
            ("bytes=4-99", Wanted::Part(4..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=10-", Wanted::Beyond),
            ("bytes=0-1,4-5", Wanted::Whole),
            ("bytes=5-2", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
        ] {
            assert_eq!(range(asked, 10), wanted, "{asked}");
        }
    }
}
