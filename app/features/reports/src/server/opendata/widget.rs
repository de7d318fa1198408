//! Pages that other sites show inside of theirs: the newest of what is published, and one matter. They are static, run nothing, and are
//! the only pages here that may be embedded.

use axum::{
    Router,
    extract::{Path, Query},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use shared::{AppError, Timestamp};

use super::{Filter, Found, PublicAddress, find, open_to_all, visitor};
use crate::{
    model::Seen,
    server::{
        markup::escaped,
        store::{self, Step, Stored},
    },
};

/// Matters of a list, without a word and at most.
const ROWS: usize = 5;
const MOST: usize = 20;
/// Characters of a row.
const ROW: usize = 80;

/// Who may show it, and what it may load: its own style sheet.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *",
);

const STYLE: &str = "\
    :root{color-scheme:light dark}\
    body{margin:0;padding:12px 16px;font:16px/1.6 system-ui,sans-serif;background:Canvas;color:CanvasText}\
    h1{font-size:18px;margin:0 0 8px}ul,ol{list-style:none;margin:0;padding:0}li{padding:8px 0;border-top:1px solid GrayText}\
    a{color:LinkText;display:inline-block;min-height:24px;overflow-wrap:anywhere}p{margin:4px 0;overflow-wrap:anywhere}";

/// That an answer may be shown inside of pages of other sites.
#[derive(Clone, Copy, Debug)]
pub struct Embeddable;

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/widget/reports", get(list))
        .route("/widget/reports/{code}", get(one))
        .route("/widget/reports.css", get(style))
}

async fn style() -> Response {
    let mut response = STYLE.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/css; charset=utf-8"),
    );
    response
}

/// How many rows are shown.
#[derive(Deserialize)]
#[serde(default)]
struct Shown {
    rows: usize,
}

impl Default for Shown {
    fn default() -> Self {
        Self { rows: ROWS }
    }
}

/// `/widget/reports?node=&category=&rows=`
async fn list(parts: Parts) -> Response {
    let origin = PublicAddress::of(&parts);
    let rows = Query::<Shown>::try_from_uri(&parts.uri).map_or(ROWS, |Query(shown)| shown.rows);
    let found = async {
        let filter = Filter::of(&parts)?;
        find(&parts, &filter, rows.clamp(1, MOST)).await
    };
    match found.await {
        Ok(found) => page(StatusCode::OK, &found.title(), &listed(&found, &origin)),
        Err(error) => nothing(&error),
    }
}

fn listed(found: &Found, origin: &str) -> String {
    let rows: String = found
        .rows
        .iter()
        .map(|row| {
            let words: String = row.public_text.chars().take(ROW).collect();
            format!(
                "<li>{}<p>{} · {} · {}</p></li>",
                link(&format!("{origin}/reports/{}", row.code), &words),
                escaped(&row.node_name),
                row.stands(),
                row.created_at.date().zh()
            )
        })
        .collect();
    let all = match &found.here {
        Some(node) => format!("{origin}/reports?show=public&node={}", node.code),
        None => format!("{origin}/reports?show=public"),
    };
    let rows = if rows.is_empty() {
        "<p>还没有公开的。</p>".to_owned()
    } else {
        format!("<ul>{rows}</ul>")
    };
    format!("{rows}<p>{}</p>", link(&all, "在邻里上看全部"))
}

/// `/widget/reports/CODE`
async fn one(Path(code): Path<String>, parts: Parts) -> Response {
    match embedded(&parts, &code).await {
        Ok((title, content)) => page(StatusCode::OK, &title, &content),
        Err(error) => nothing(&error),
    }
}

/// What is said of a matter that is published: its title, and the rest.
pub(in crate::server) async fn embedded(parts: &Parts, code: &str) -> Result<(String, String), AppError> {
    let origin = PublicAddress::of(parts);
    let (matter, steps) = published(parts, code).await?;
    let content = told(&matter, &steps, &format!("{origin}{}", matter.href()));
    Ok((matter.title, content))
}

/// A matter that is published, with what everybody sees of its steps. Any other is not there, whoever asks.
async fn published(parts: &Parts, code: &str) -> Result<(Stored, Vec<Step>), AppError> {
    let mut tx = visitor(parts)?.read().await?;
    let found = store::by_code(&mut tx, code).await?;
    let matter = found
        .filter(|matter| matter.published_at.is_some())
        .ok_or(AppError::NotFound)?;
    let mut steps = store::steps(&mut tx, matter.id).await?;
    steps.retain(|step| step.seen == Seen::All);
    Ok((matter, steps))
}

fn told(matter: &Stored, steps: &[Step], href: &str) -> String {
    let day = |at: Timestamp| at.date().zh();
    let steps: String = steps
        .iter()
        .map(|step| format!("<li>{} {}</li>", day(step.at), step.action.label()))
        .collect();
    format!(
        "<p>{}</p><p>{}，现在是“{}”</p><ol>{steps}</ol><p>{}</p>",
        escaped(matter.public_text.as_deref().unwrap_or_default()),
        escaped(&matter.node_name),
        matter.state.said(matter.petition),
        link(href, "在邻里上看这件事")
    )
}

/// A link that leads out of the frame.
fn link(href: &str, words: &str) -> String {
    format!(
        "<a href=\"{}\" target=\"_blank\" rel=\"noopener\">{}</a>",
        escaped(href),
        escaped(words)
    )
}

fn nothing(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let words = if status == StatusCode::NOT_FOUND {
        "没有这件事，或者没有公开。".to_owned()
    } else {
        error.message()
    };
    let mut response = page(status, "公开的诉求", &format!("<p>{}</p>", escaped(&words)));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn page(status: StatusCode, title: &str, content: &str) -> Response {
    let title = escaped(title);
    let html = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/widget/reports.css\"></head>\
         <body><main><h1>{title}</h1>{content}</main></body></html>"
    );
    let mut response = (status, axum::response::Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    open_to_all(headers);
    response.extensions_mut().insert(Embeddable);
    response
}
