//! Answers in the form that the address asks for, with the status and the headers that belong to them.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::AppError;

use super::value::{Document, Value};
use crate::model::open311::{Trouble, Troubles, troubles};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
}

impl Format {
    pub const ALL: [Self; 2] = [Self::Xml, Self::Json];

    /// What the specification calls it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml",
            Self::Json => "application/json",
        }
    }

    /// Of the last part of a path: what it names, and how the answer is to be written. XML, which every client reads, where nothing is
    /// said that is known.
    pub fn of(file: &str) -> (&str, Option<Self>) {
        match file.rsplit_once('.') {
            Some((name, "xml")) => (name, Some(Self::Xml)),
            Some((name, "json")) => (name, Some(Self::Json)),
            _ => (file, None),
        }
    }
}

/// That an answer speaks Open311 already.
#[derive(Clone, Copy, Debug)]
pub struct Spoken;

/// Why something is not answered: in the words of the specification, with a header where one belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub troubles: Troubles,
    retry_after_s: Option<i64>,
}

impl From<Troubles> for Refused {
    fn from(troubles: Troubles) -> Self {
        Self {
            troubles,
            retry_after_s: None,
        }
    }
}

impl From<Trouble> for Refused {
    fn from(trouble: Trouble) -> Self {
        vec![trouble].into()
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        let retry_after_s = match &error {
            AppError::TooManyRequests { retry_after_s } => Some(*retry_after_s),
            _ => None,
        };
        Self {
            troubles: troubles(&error),
            retry_after_s,
        }
    }
}

impl From<db::DbError> for Refused {
    fn from(error: db::DbError) -> Self {
        AppError::from(error).into()
    }
}

impl Refused {
    /// The status of the whole: that of the first trouble.
    pub fn status(&self) -> StatusCode {
        let first = self.troubles.first().map_or(400, |trouble| trouble.status);
        StatusCode::from_u16(first).unwrap_or(StatusCode::BAD_REQUEST)
    }

    fn document(&self) -> Document {
        let each = |trouble: &Trouble| {
            Value::Record(vec![
                ("code", Value::Whole(trouble.status.into())),
                ("description", trouble.words.as_str().into()),
            ])
        };
        Document {
            root: "errors",
            value: Value::List("error", self.troubles.iter().map(each).collect()),
        }
    }
}

/// The answer to a request for something that everybody is told.
pub fn answer(outcome: Result<Document, Refused>, format: Format) -> Response {
    match outcome {
        Ok(document) => written(StatusCode::OK, &document, format),
        Err(refused) => refuse(&refused, format),
    }
}

/// What is not answered, and why. Nobody keeps it.
pub fn refuse(refused: &Refused, format: Format) -> Response {
    let mut response = written(refused.status(), &refused.document(), format);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = refused.retry_after_s
        && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
    {
        headers.insert(header::RETRY_AFTER, value);
    }
    response
}

fn written(status: StatusCode, document: &Document, format: Format) -> Response {
    let text = match format {
        Format::Xml => document.to_xml(),
        Format::Json => document.to_json(),
    };
    let kind = match format {
        Format::Xml => HeaderValue::from_static("text/xml; charset=utf-8"),
        Format::Json => HeaderValue::from_static("application/json; charset=utf-8"),
    };
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    open_to_all(headers);
    response.extensions_mut().insert(Spoken);
    response
}

/// Pages of other sites may read what everybody may: no cookie changes it.
pub fn open_to_all(headers: &mut axum::http::HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
}
