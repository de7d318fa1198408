//! Where the forms of the import page send: the answer leads back to the page, so that they work without script. And the file of all
//! problems, which the page links to.

use axum::{
    Extension, Form, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use db::access::Request;
use orgs::{
    model::Refusal,
    server::sent::{self, Sent},
};
use shared::{AppError, Permission, RecordId};
use ui::sending::Done;

use super::staged;
use crate::model::{Counts, Datum};

/// The address of the page and of the routes behind its forms.
pub const PAGE: &str = "/admin/map/import";
const UPLOAD: &str = "/admin/map/import/upload";
const APPLY: &str = "/admin/map/import/apply";
const PROBLEMS: &str = "/admin/map/import/problems/{id}";

/// They bound what they read themselves, and take as long as a slow line needs for a large file.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(UPLOAD, post(receive).layer(DefaultBodyLimit::disable()))
        .route(APPLY, post(apply))
        .route(PROBLEMS, get(problems))
}

async fn receive(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not send a file is told before it is read.
    let cx = match request.require(Permission::MapImport) {
        Ok(cx) => cx,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let read = async {
        let sent = Sent::read(form).await?;
        let datum: Datum = sent.field("datum").parse().map_err(|_| Refusal::Datum.error())?;
        Ok((sent, datum))
    };
    let (sent, datum) = match read.await {
        Ok(read) => read,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    sent::answer(&headers, request.trace, PAGE, move |steps| async move {
        let (id, preview) = staged::receive(&cx, &sent.file_name, sent.content, datum, &steps).await?;
        Ok(Done {
            to: format!("{PAGE}?id={id}"),
            shown: serde_json::to_value(preview).unwrap_or_default(),
        })
    })
    .await
}

/// Everything that is wrong with a file, where the page lists the worst.
async fn problems(
    Extension(request): Extension<Request>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let told = async {
        let cx = request.require(Permission::MapImport)?;
        staged::told(&cx, id.parse().map_err(|_| AppError::NotFound)?).await
    };
    match told.await {
        Ok(text) => sent::csv("problems.csv", text),
        Err(error) => sent::refuse(&headers, PAGE, &error),
    }
}

/// What the page's form says: which file, what its preview counted, and which problems are accepted.
struct Applying {
    id: RecordId,
    seen: Counts,
    accepted: Vec<String>,
    /// How many are accepted that the page did not list.
    rest: Option<usize>,
}

impl Applying {
    fn read(form: Vec<(String, String)>) -> Result<Self, AppError> {
        let field = |name: &str| {
            form.iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
        };
        let count = |name| field(name).and_then(|text| text.parse().ok());
        let counts = || {
            Some(Counts {
                new: count("new")?,
                changed: count("changed")?,
                unchanged: count("unchanged")?,
                founded: count("founded")?,
            })
        };
        Ok(Self {
            id: field("id")
                .and_then(|id| id.parse().ok())
                .ok_or(AppError::NotFound)?,
            seen: counts().ok_or_else(|| Refusal::Changed.error())?,
            rest: count("rest"),
            accepted: form
                .into_iter()
                .filter(|(name, _)| name.starts_with("accepted["))
                .map(|(_, key)| key)
                .collect(),
        })
    }
}

async fn apply(
    Extension(request): Extension<Request>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let asked = request
        .require(Permission::MapImport)
        .and_then(|cx| Ok((cx, Applying::read(form)?)));
    let (cx, applying) = match asked {
        Ok(asked) => asked,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let Applying {
        id,
        seen,
        accepted,
        rest,
    } = applying;
    let page = format!("{PAGE}?id={id}");
    let to = page.clone();
    sent::answer(&headers, request.trace, &page, move |steps| async move {
        staged::apply(&cx, id, seen, &accepted, rest, &steps).await?;
        Ok(Done::to(to))
    })
    .await
}
