//! Forms with photos, and photos on their way to those who may see them: whoever sees the whole of a matter.

use std::{collections::BTreeMap, sync::Arc};

use accounts::server::Settings as Cookies;
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use db::{
    Cx,
    access::Request,
    upload::{self, Keep, Upload},
};
use grid::server::Settings;
use orgs::server::{
    photo::{Sent, answer, hidden, show},
    sent,
};
use shared::{AppError, RecordId, UserId};

use super::{
    act,
    hand::{self, Hand},
    open, page, report, shown, sight, store, tiles, track,
    voice::{self, Handed},
    whose,
};
use crate::{
    ACT, SEND, SEND_OPEN,
    model::{ActForm, Chosen, MatterId, NewReport, PHOTOS, Reporter, Seen, StepId, is_petition},
};

/// What uploads are claimed for, with the id of a matter or of a step.
pub(super) const MATTER: &str = "matter";
pub(super) const STEP: &str = "matter_step";
/// The pages that have the forms; a step's is that of its matter.
const FORM: &str = "/reports/new";
const LIST: &str = "/reports";
/// Whose write a device sends, when it sends it from its outbox.
const OWNER: &str = "outbox-user";

/// Where photos are had from, and the map's tiles.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/reports/photo/{id}", get(photo))
        .route("/reports/shown/{id}", get(shown::photo))
        .route("/reports/voice/{id}", get(voice::voice))
        .merge(tiles::routes())
}

/// Where reports and steps are sent with photos. They bound what they read themselves, and take as long as a slow line needs.
pub fn uploads<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(SEND, post(send).layer(DefaultBodyLimit::disable()))
        .route(SEND_OPEN, post(open::send).layer(DefaultBodyLimit::disable()))
        .route(ACT, post(step).layer(DefaultBodyLimit::disable()))
}

async fn send(
    Extension(request): Extension<Request>,
    settings: Option<Extension<Arc<Settings>>>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    // Who may not report is told before it is read.
    let cx = match request.signed_in() {
        Ok(cx) if is_anothers(&cx, &headers) => return plainly(Err(AppError::Unauthenticated)),
        Ok(cx) => cx,
        Err(error) if headers.contains_key(OWNER) => return plainly(Err(error)),
        Err(error) => return sent::refuse(&headers, FORM, &error),
    };
    let mut form = Sent::read(form, PHOTOS).await;
    let settings = settings.map(|Extension(settings)| settings).unwrap_or_default();
    let outcome = match form.take_photos() {
        Ok(photos) => {
            let voice = form.take_voice();
            reported(&cx, &settings, &form, Handed { photos, voice }).await
        }
        Err(error) => Err(error),
    };
    if headers.contains_key(OWNER) {
        return plainly(outcome.map(|_| ()));
    }
    answer(&headers, FORM, SEND, form, outcome)
}

/// Whether a device sends this from its outbox for somebody other than who is signed in by now.
pub(super) fn is_anothers(cx: &Cx, headers: &HeaderMap) -> bool {
    let owner = headers.get(OWNER).map(|owner| owner.to_str().unwrap_or_default());
    owner.is_some_and(|owner| {
        let owner = owner.parse::<UserId>().ok();
        owner.is_none() || owner != cx.who().user
    })
}

/// The answer to a device: a status, and the error as server functions write it.
fn plainly(outcome: Result<(), AppError>) -> Response {
    let Err(error) = outcome else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let told = serde_json::to_string(&error).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], told).into_response()
}

async fn reported(cx: &Cx, settings: &Settings, form: &Sent, handed: Handed) -> Result<String, AppError> {
    whose::check(cx, form.field("whose"))?;
    let new = typed(cx, form).await?;
    let reporter = Reporter::Account(cx.subject()?);
    let sent = report::report_handed(cx, settings, &reporter, form.field("key"), &new, handed).await?;
    report::leads_to(cx, &sent).await
}

/// A report as it came.
pub(super) async fn typed(cx: &Cx, form: &Sent) -> Result<NewReport, AppError> {
    let category = form.field("category").to_owned();
    let asked = {
        let mut tx = cx.read().await?;
        let categories = store::categories(&mut tx).await?;
        categories.into_iter().find(|one| one.code == category)
    };
    let questions = asked.map(|one| one.questions).unwrap_or_default();
    let answers: BTreeMap<String, String> = questions
        .iter()
        .map(|question| (question.code.clone(), form.field(&question.field()).to_owned()))
        .collect();
    let text = |name: &str| form.field(name).to_owned();
    let ticked = |name: &str| form.field(name) == "true";
    Ok(NewReport {
        kind: text("kind"),
        category,
        words: text("words"),
        node: Chosen::of_form(form.field("node"), form.field("building"))?,
        at: text("at"),
        address: text("address"),
        door: text("door"),
        phone: text("phone"),
        urgent: ticked("urgent"),
        open: ticked("open"),
        answers,
        handed: false,
    })
}

async fn step(
    Extension(request): Extension<Request>,
    cookies: Option<Extension<Cookies>>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let cookies = cookies.map(|Extension(cookies)| cookies).unwrap_or_default();
    let hand = Hand::of(&request, cookies, &headers);
    let cx = match request.signed_in() {
        Ok(cx) => cx,
        Err(_) if !hand.is_empty() => hand::stranger(&request),
        Err(error) => return sent::refuse(&headers, LIST, &error),
    };
    let mut form = Sent::read(form, PHOTOS).await;
    let code = form.field("code").to_owned();
    // It becomes part of an address.
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return sent::refuse(&headers, LIST, &AppError::NotFound);
    }
    let text = |name: &str| form.field(name).to_owned();
    let typed = ActForm {
        action: text("action"),
        words: text("words"),
        to: text("to"),
        days: text("days"),
        door: text("door"),
        rating: text("rating"),
        matter: text("matter"),
        urgency: text("urgency"),
        part: text("part"),
        person: text("person"),
        standard: text("standard"),
        confirmed: text("confirmed"),
        category: text("category"),
        kind: text("kind"),
        spoken: false,
    };
    let voice = form.take_voice();
    let outcome = match form.take_photos() {
        Ok(photos) => match track::as_whom(&request, &hand, &cx, &code).await {
            Ok(cx) => match whose::check(&cx, form.field("whose")) {
                Ok(()) => act::act_handed(&cx, &hand, &code, &typed, Handed { photos, voice }).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    let page = format!("/reports/{code}");
    let to = match outcome {
        Ok(()) => act::leads_to(&cx, &code, &typed).await,
        Err(error) => Err(error),
    };
    answer(&headers, &page, ACT, form, to)
}

/// `/reports/photo/ID`
async fn photo(
    Extension(request): Extension<Request>,
    cookies: Option<Extension<Cookies>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cookies = cookies.map(|Extension(cookies)| cookies).unwrap_or_default();
    let hand = Hand::of(&request, cookies, &headers);
    let answer = async {
        let cx = match request.signed_in() {
            Err(_) if !hand.is_empty() => hand::stranger(&request),
            known => known?,
        };
        let id: RecordId = id.parse().map_err(|_| AppError::NotFound)?;
        let upload = readable(&cx, &hand, id).await?;
        let mut shown = show(&cx, &upload, Keep::Viewer, &headers).await?;
        if !hand.is_empty() {
            // Whoever lets go of what they have in hand leaves nothing of it on the device.
            let kept = HeaderValue::from_static("no-store");
            shown.headers_mut().insert(header::CACHE_CONTROL, kept);
        }
        Ok::<Response, AppError>(shown)
    };
    answer.await.unwrap_or_else(|error| hidden(&error))
}

/// The photo, if the viewer sees the whole of its matter, and its step.
pub(super) async fn readable(cx: &Cx, hand: &Hand, id: RecordId) -> Result<Upload, AppError> {
    let mut tx = cx.read().await?;
    let upload = upload::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let record = upload.record_id.ok_or(AppError::NotFound)?;
    let (matter, seen, step) = match upload.record_kind.as_deref() {
        Some(MATTER) => (MatterId(record.0), Seen::Parties, None),
        Some(STEP) => {
            let step = StepId(record.0);
            let (matter, seen) = store::step_of(&mut tx, step).await?.ok_or(AppError::NotFound)?;
            (matter, seen, Some(step))
        }
        _ => return Err(AppError::NotFound),
    };
    let matter = store::by_id(&mut tx, matter).await?.ok_or(AppError::NotFound)?;
    let sight = sight::with(cx, &mut tx, hand, &matter).await?;
    // As on the page: why something went to the petition office is for those only who handle matters.
    let kept = match step.filter(|_| !sight.staff()) {
        Some(id) => {
            let steps = store::steps(&mut tx, matter.id).await?;
            steps
                .iter()
                .any(|step| step.id == id && is_petition(step.action, step.elsewhere))
        }
        None => false,
    };
    if sight.whole() && page::sees(sight, seen) && !kept {
        Ok(upload)
    } else {
        Err(AppError::NotFound)
    }
}
