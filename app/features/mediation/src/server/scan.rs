//! Steps as forms send them, with signatures that were scanned, and these on their way to those who are named in the case.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use db::{
    Audit, Cx, Tx,
    access::Request,
    upload::{self, Keep, Upload},
};
use orgs::server::{
    photo::{Sent, answer, hidden, show},
    sent,
};
use shared::{AppError, RecordId};

use super::{
    act, sight,
    store::{self, Stored},
};
use crate::{
    ACT,
    model::{ActForm, CLAUSES, CaseId},
};

/// What uploads are claimed for, with the id of a case.
pub(super) const CASE: &str = "mediation";
/// Pages at once.
pub const PAGES: usize = 9;
const LIST: &str = "/mediation";

/// Where scans are had from.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/mediation/scan/{id}", get(scan))
}

/// Where forms send steps, with scans. It bounds what it reads itself, and takes as long as a slow line needs.
pub fn uploads<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(ACT, post(step).layer(DefaultBodyLimit::disable()))
}

async fn step(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not do it is told before it is read.
    let cx = match request.signed_in() {
        Ok(cx) => cx,
        Err(error) => return sent::refuse(&headers, LIST, &error),
    };
    let mut form = Sent::read(form, PAGES).await;
    let code = form.field("code").to_owned();
    // It becomes part of an address.
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return sent::refuse(&headers, LIST, &AppError::NotFound);
    }
    let text = |name: &str| form.field(name).to_owned();
    let list = |name: &str| (0..CLAUSES).map(|at| text(&format!("{name}[{at}]"))).collect();
    let typed = ActForm {
        action: text("action"),
        words: text("words"),
        how: text("how"),
        door: text("door"),
        person: text("person"),
        account: text("account"),
        phone: text("phone"),
        tick: form.field("tick") == "true",
        on: text("on"),
        time: text("time"),
        place: text("place"),
        there: text("there"),
        facts: text("facts"),
        duty: text("duty"),
        clauses: list("clauses"),
        hows: list("hows"),
        dues: list("dues"),
        clause: text("clause"),
        kept: text("kept"),
    };
    let outcome = match form.take_photos() {
        Ok(scans) => act::act(&cx, &code, &typed, scans).await,
        Err(error) => Err(error),
    };
    let page = format!("/mediation/{code}");
    // Whoever has just stepped aside sees it no more.
    let to = outcome.map(|()| match typed.action.as_str() {
        "step_aside" => format!("{LIST}?done=step_aside"),
        action => format!("{page}?done={action}"),
    });
    answer(&headers, &page, ACT, form, to)
}

/// `/mediation/scan/ID`
async fn scan(
    Extension(request): Extension<Request>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let cx = request.signed_in()?;
        let id: RecordId = id.parse().map_err(|_| AppError::NotFound)?;
        let upload = readable(&cx, id).await?;
        show(&cx, &upload, Keep::Viewer, &headers).await
    };
    answer.await.unwrap_or_else(|error| hidden(&error))
}

/// The scan, for who is named in its case; that they looked is noted.
pub(super) async fn readable(cx: &Cx, id: RecordId) -> Result<Upload, AppError> {
    let mut tx = cx.write().await?;
    let upload = upload::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let of_case = upload.record_kind.as_deref() == Some(CASE);
    let record = upload.record_id.filter(|_| of_case).ok_or(AppError::NotFound)?;
    let case = store::by_id(&mut tx, CaseId(record.0))
        .await?
        .ok_or(AppError::NotFound)?;
    let (sight, _) = sight::of(cx, &mut tx, &case).await?;
    if !sight.reads() {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("mediation.case.scan", "mediation", case.id.0).at(&case.path))
        .await?;
    tx.commit().await?;
    Ok(upload)
}

/// Ties scans to their case, with the transaction of the step.
///
/// # Errors
/// What the database answers.
pub(super) async fn claim(tx: &mut Tx, case: &Stored, scans: &[RecordId]) -> Result<(), AppError> {
    for scan in scans {
        upload::claim(tx, *scan, CASE, case.record()).await?;
    }
    Ok(())
}
