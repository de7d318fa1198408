//! Where the forms of the import page send: the answer leads back to the page, so that they work without script. And the files of all
//! changes and of all that is wrong, which the page links to.

use axum::{
    Extension, Form, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use db::{Cx, access::Request};
use serde::Deserialize;
use shared::{AppError, Date, Permission, RecordId};
use ui::sending::Done;

use super::{
    import::staged,
    sent::{self, Sent},
};
use crate::model::{Counts, Refusal};

/// The address of the page and of the routes behind its forms.
pub const PAGE: &str = "/admin/orgs/import";
const UPLOAD: &str = "/admin/orgs/import/upload";
const APPLY: &str = "/admin/orgs/import/apply";
const DIFFERENCES: &str = "/admin/orgs/import/differences/{id}";
const FAULTS: &str = "/admin/orgs/import/faults/{id}";

/// The pillar's routes beside its pages and server functions. They bound what they read themselves, and take as long
/// as a slow line needs for a large file.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(UPLOAD, post(receive).layer(DefaultBodyLimit::disable()))
        .route(APPLY, post(apply))
        .route(DIFFERENCES, get(differences))
        .route(FAULTS, get(faults))
}

async fn receive(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not send a file is told before it is read.
    let cx = match request.require(Permission::OrgImport) {
        Ok(cx) => cx,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let read = async {
        let sent = Sent::read(form).await?;
        let today = cx.now().date();
        let effective = match sent.field("effective") {
            "" => Some(today),
            text => text.parse::<Date>().ok().filter(|day| *day <= today),
        };
        Ok((sent, effective.ok_or_else(|| Refusal::Date.error())?))
    };
    let (sent, effective) = match read.await {
        Ok(read) => read,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    sent::answer(&headers, request.trace, PAGE, move |steps| async move {
        let (id, preview) = staged::receive(&cx, &sent.file_name, sent.content, effective, &steps).await?;
        Ok(Done {
            to: format!("{PAGE}?id={id}"),
            shown: serde_json::to_value(preview).unwrap_or_default(),
        })
    })
    .await
}

/// Everything that a file would change, where the page lists the first of each kind.
async fn differences(request: Extension<Request>, headers: HeaderMap, id: Path<String>) -> Response {
    let tell = |cx, id| async move { staged::differences(&cx, id).await };
    told(&request, &headers, &id, "differences.csv", tell).await
}

/// Everything that is wrong with a file, where the page lists the first.
async fn faults(request: Extension<Request>, headers: HeaderMap, id: Path<String>) -> Response {
    let tell = |cx, id| async move { staged::faults(&cx, id).await };
    told(&request, &headers, &id, "faults.csv", tell).await
}

/// What `tell` says of a file that waits, as the file `name`.
async fn told<F: Future<Output = Result<String, AppError>>>(
    request: &Request,
    headers: &HeaderMap,
    id: &str,
    name: &str,
    tell: impl FnOnce(Cx, RecordId) -> F,
) -> Response {
    let text = async {
        let cx = request.require(Permission::OrgImport)?;
        tell(cx, id.parse().map_err(|_| AppError::NotFound)?).await
    };
    match text.await {
        Ok(text) => sent::csv(name, text),
        Err(error) => sent::refuse(headers, PAGE, &error),
    }
}

/// What the page's form says: which file, and what its preview counted.
#[derive(Deserialize)]
struct Applying {
    id: String,
    new: usize,
    renamed: usize,
    moved: usize,
    gone: usize,
    unchanged: usize,
}

impl Applying {
    const fn seen(&self) -> Counts {
        Counts {
            new: self.new,
            renamed: self.renamed,
            moved: self.moved,
            gone: self.gone,
            unchanged: self.unchanged,
        }
    }
}

async fn apply(
    Extension(request): Extension<Request>,
    headers: HeaderMap,
    Form(applying): Form<Applying>,
) -> Response {
    let asked = request.require(Permission::OrgImport).and_then(|cx| {
        let id: RecordId = applying.id.parse().map_err(|_| AppError::NotFound)?;
        Ok((cx, id))
    });
    let (cx, id) = match asked {
        Ok(asked) => asked,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let seen = applying.seen();
    let page = format!("{PAGE}?id={id}");
    let to = page.clone();
    sent::answer(&headers, request.trace, &page, move |steps| async move {
        staged::apply(&cx, id, seen, &steps).await?;
        Ok(Done::to(to))
    })
    .await
}
