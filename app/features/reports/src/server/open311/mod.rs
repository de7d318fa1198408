//! The Open311 GeoReport v2 server, under `/open311/v2/`. `docs/OPEN311.md` has each sentence of the specification, where it is held and
//! which test tries it.
//!
//! It is part of this pillar, and no pillar of its own: it tells of the same rows that the public list does, and takes a report in by the
//! same door; on top of it, all of that would have to be everybody's.
//!
//! What comes in is a form and nothing else, as the specification has it: there is no reader of XML here that an entity could reach.

mod answer;
mod post;
mod requests;
mod services;
mod store;
mod value;

use std::sync::Arc;

use axum::{
    Form, Router,
    extract::{self, Path, Query, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
    routing::get,
};
use db::{
    Cx, Tx,
    access::{self, Request},
};
use grid::server::{Settings, settings::review_number};
use leptos_router::location::Url;
use shared::AppError;

pub(super) use answer::open_to_all;
use answer::{Format, Refused, Spoken, answer, refuse};
use requests::Visitor;
use value::Document;

use super::client::{self, Client};
use crate::model::open311::{Asked, Trouble, argument};

/// Where all of it is.
const ROOT: &str = "/open311/";
/// The header by which a program says that a report is the one that it sent before, and the one that has its key, beside `api_key`.
const ONCE: &str = "idempotency-key";
const KEY: &str = "x-api-key";
/// The longest such words.
const LONGEST: usize = 200;

/// The public address of the deployment, which the server puts into the request: `https://linli.example`.
#[derive(Clone, Debug)]
pub struct PublicAddress(pub Arc<str>);

impl PublicAddress {
    /// As the deployment says, or else as whoever asks has found it.
    pub fn of(parts: &Parts) -> String {
        if let Some(Self(origin)) = parts.extensions.get() {
            return origin.to_string();
        }
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let plain = |host: &&str| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte);
            !host.is_empty() && host.bytes().all(known)
        };
        format!("http://{}", host.filter(plain).unwrap_or("localhost"))
    }
}

/// All that is asked under `/open311/v2/`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/open311/v2/{file}", get(collection).post(create))
        .route("/open311/v2/services/{file}", get(definition))
        .route("/open311/v2/requests/{file}", get(request))
        .route("/open311/v2/tokens/{file}", get(token))
}

/// Who asks what.
struct Visit {
    cx: Cx,
    arguments: Vec<(String, String)>,
    /// With which key, if with any.
    key: String,
    settings: Arc<Settings>,
}

impl Visit {
    /// It is nobody's: what is answered is the same with a session and without.
    fn of(parts: &Parts) -> Result<Self, Refused> {
        let Some(request) = parts.extensions.get::<Request>() else {
            return Err(AppError::Unavailable.into());
        };
        let Query(arguments) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Trouble::wrong("网址里的参数读不出来。"))?;
        let key = match argument(&arguments, "api_key") {
            "" => said(&parts.headers, KEY)?.unwrap_or_default(),
            key => key.to_owned(),
        };
        Ok(Self {
            cx: access::system(&request.house, "open311"),
            arguments,
            key,
            settings: parts.extensions.get().cloned().unwrap_or_default(),
        })
    }

    fn argument(&self, name: &str) -> &str {
        argument(&self.arguments, name)
    }

    /// Who it is to whom matters are told.
    async fn visitor(&self, tx: &mut Tx) -> Result<Visitor, Refused> {
        Ok(Visitor {
            client: self.client(tx).await?.map(|client| client.id),
            reviewed: review_number(tx, &self.settings).await?.is_some(),
        })
    }

    /// The program, if it comes with a key; a wrong key is none.
    async fn client(&self, tx: &mut Tx) -> Result<Option<Client>, Refused> {
        if self.key.is_empty() {
            return Ok(None);
        }
        let client = client::by_key(&self.cx, tx, &self.key).await?;
        match client {
            Some(client) => Ok(Some(client)),
            None => Err(Trouble::key("api_key：不对，或者已经停用。").into()),
        }
    }
}

/// What a header says, if it is there.
fn said(headers: &HeaderMap, name: &'static str) -> Result<Option<String>, Refused> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(text) if text.len() <= LONGEST => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        _ => Err(Trouble::wrong(format!("{name}：应为不超过 {LONGEST} 个的字母、数字和符号。")).into()),
    }
}

/// There is nothing under such an address.
fn nowhere() -> Refused {
    Trouble::missing("没有这个地址。地址应以 .xml 或者 .json 结尾。").into()
}

/// What is asked for, and how its answer is written; an error is written as it was asked for, in XML where that is not known.
fn asked_for(file: &str) -> (&str, Format, Result<(), Refused>) {
    match Format::of(file) {
        (name, Some(format)) => (name, format, Ok(())),
        (name, None) => (name, Format::Xml, Err(nowhere())),
    }
}

/// `/open311/v2/discovery.xml`, `services.xml`, `requests.xml`, and the same in JSON.
async fn collection(Path(file): Path<String>, parts: Parts) -> Response {
    let (name, format, known) = asked_for(&file);
    let outcome = async {
        known?;
        let visit = Visit::of(&parts)?;
        match name {
            "discovery" => {
                let demo = parts.extensions.get::<accounts::server::Settings>();
                let mut tx = visit.cx.read().await?;
                let demo = demo.is_some_and(|settings| settings.demo);
                Ok((
                    services::discovery(&mut tx, &PublicAddress::of(&parts), demo).await?,
                    None,
                ))
            }
            "services" => {
                let mut tx = visit.cx.read().await?;
                requests::jurisdiction(&mut tx, visit.argument("jurisdiction_id")).await?;
                Ok((services::list(&mut tx).await?, None))
            }
            "requests" => list(&visit, &parts, format).await,
            _ => Err(nowhere()),
        }
    };
    match outcome.await {
        Ok((document, next)) => {
            let mut response = answer(Ok(document), format);
            let headers = response.headers_mut();
            if let Some(next) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
                headers.insert(header::LINK, next);
            }
            closed_with_key(headers, &parts);
            response
        }
        Err(refused) => refuse(&refused, format),
    }
}

/// What a program is told because of its key is kept by nobody between us.
fn closed_with_key(headers: &mut HeaderMap, parts: &Parts) {
    let query = parts.uri.query().unwrap_or_default();
    if query.contains("api_key") || parts.headers.contains_key(KEY) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

async fn list(visit: &Visit, parts: &Parts, format: Format) -> Result<(Document, Option<String>), Refused> {
    let mut tx = visit.cx.read().await?;
    let visitor = visit.visitor(&mut tx).await?;
    let asked = Asked::read(&visit.arguments, visit.cx.now())?;
    let path = requests::jurisdiction(&mut tx, visit.argument("jurisdiction_id")).await?;
    let (document, more) = requests::list(&mut tx, &path, &asked, visitor).await?;
    let next = more.then(|| next(visit, parts, format, asked.page + 1));
    Ok((document, next))
}

/// The header that leads to the next page.
fn next(visit: &Visit, parts: &Parts, format: Format, page: i64) -> String {
    let kept = visit
        .arguments
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "page" | "api_key"));
    let query: String = kept
        .map(|(name, value)| format!("{}={}&", Url::escape(name), Url::escape(value)))
        .collect();
    let ending = match format {
        Format::Xml => "xml",
        Format::Json => "json",
    };
    let origin = PublicAddress::of(parts);
    format!("<{origin}/open311/v2/requests.{ending}?{query}page={page}>; rel=\"next\"")
}

/// `/open311/v2/services/CODE.xml`
async fn definition(Path(file): Path<String>, parts: Parts) -> Response {
    let (code, format, known) = asked_for(&file);
    let outcome = async {
        known?;
        let visit = Visit::of(&parts)?;
        let mut tx = visit.cx.read().await?;
        requests::jurisdiction(&mut tx, visit.argument("jurisdiction_id")).await?;
        services::definition(&mut tx, code).await
    };
    answer(outcome.await, format)
}

/// `/open311/v2/requests/ID.xml`
async fn request(Path(file): Path<String>, parts: Parts) -> Response {
    single(&file, &parts, false).await
}

/// `/open311/v2/tokens/TOKEN.xml`
async fn token(Path(file): Path<String>, parts: Parts) -> Response {
    single(&file, &parts, true).await
}

async fn single(file: &str, parts: &Parts, token: bool) -> Response {
    let (code, format, known) = asked_for(file);
    let outcome = async {
        known?;
        let visit = Visit::of(parts)?;
        let mut tx = visit.cx.read().await?;
        let visitor = visit.visitor(&mut tx).await?;
        let path = requests::jurisdiction(&mut tx, visit.argument("jurisdiction_id")).await?;
        if token {
            requests::token(&mut tx, &path, code, visitor).await
        } else {
            requests::one(&mut tx, &path, code, visitor).await
        }
    };
    let mut response = answer(outcome.await, format);
    closed_with_key(response.headers_mut(), parts);
    response
}

/// A report: `POST /open311/v2/requests.xml`. Its key stands in the form, or in a header; not in the address, which others log.
async fn create(
    Path(file): Path<String>,
    parts: Parts,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let (name, format, known) = asked_for(&file);
    let outcome = async {
        known?;
        if name != "requests" {
            return Err(nowhere());
        }
        let mut visit = Visit::of(&parts)?;
        let Ok(Form(arguments)) = form else {
            return Err(Trouble::wrong(
                "请求的内容读不出来：应为 application/x-www-form-urlencoded; charset=utf-8。",
            )
            .into());
        };
        visit.key = match argument(&arguments, "api_key") {
            "" => said(&parts.headers, KEY)?.unwrap_or_default(),
            key => key.to_owned(),
        };
        let client = {
            let mut tx = visit.cx.read().await?;
            visit.client(&mut tx).await?
        };
        let client = client.ok_or_else(|| Trouble::key("api_key：没有给出，报事要有接口密钥。"))?;
        let once = said(&parts.headers, ONCE)?;
        post::take(&visit.cx, &visit.settings, &client, &arguments, once.as_deref()).await
    };
    let mut response = answer(outcome.await, format);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Has whatever is refused under `/open311/`, by whichever layer, told as the specification wants it: limits, what cannot be read,
/// addresses that are none.
pub async fn speak(request: extract::Request, next: Next) -> Response {
    let path = request.uri().path();
    if !path.starts_with(ROOT) {
        return next.run(request).await;
    }
    let format = Format::of(path).1.unwrap_or(Format::Xml);
    let response = next.run(request).await;
    let status = response.status();
    let spoken = response.extensions().get::<Spoken>().is_some();
    if spoken || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut told = refuse(&outside(status).into(), format);
    for name in [header::RETRY_AFTER, header::HeaderName::from_static("x-trace-id")] {
        if let Some(value) = response.headers().get(&name) {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}

/// What a layer around all of this has said, by its status.
fn outside(status: StatusCode) -> Trouble {
    let (status, words) = match status {
        StatusCode::NOT_FOUND => (404, "没有这个地址。"),
        StatusCode::FORBIDDEN => (403, "这个请求来自别的网站的页面，或者不被允许。"),
        StatusCode::TOO_MANY_REQUESTS => (429, "请求太频繁，请稍后再试。"),
        StatusCode::PAYLOAD_TOO_LARGE => (413, "内容太大。"),
        StatusCode::SERVICE_UNAVAILABLE => (503, "服务正忙，请稍后再试。"),
        status if status.is_server_error() => (500, "出了点问题，我们已经记下。"),
        _ => (400, "请求读不出来，请检查地址、方法和内容。"),
    };
    Trouble {
        status,
        words: words.to_owned(),
    }
}
