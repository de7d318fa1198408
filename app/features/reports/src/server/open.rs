//! The form of a report from a visitor without an account, by a number that they proved or anonymously. What it comes to is put into their
//! hand: the page that it leads to shows the tracking code, and no address or log has it.

use std::{sync::Arc, time::Duration};

use accounts::server::Settings as Cookies;
use axum::{
    Extension,
    extract::Multipart,
    http::{HeaderMap, header},
    response::Response,
};
use db::{Cx, access::Request};
use grid::server::Settings;
use orgs::server::{
    photo::{Sent, answer},
    sent,
};
use shared::AppError;

use super::{
    hand::{self, Hand},
    photo, report, store, track,
    voice::Handed,
};
use crate::{
    SEND_OPEN,
    model::{Origin, PHOTOS, Reporter},
};

/// Forms that are read from one address in an hour, whether they are taken or not.
const FORMS: i64 = 120;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// The page that shows the code.
const SHOWN: &str = "/reports/track?done=sent";

pub(super) async fn send(
    Extension(request): Extension<Request>,
    settings: Option<Extension<Arc<Settings>>>,
    cookies: Option<Extension<Cookies>>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let cx = hand::stranger(&request);
    let cookies = cookies.map(|Extension(cookies)| cookies).unwrap_or_default();
    let settings = settings.map(|Extension(settings)| settings).unwrap_or_default();
    // Whoever sends too much is told before it is read.
    if let Err(error) = track::by_address(&cx, "form", FORMS, HOUR).await {
        return sent::refuse(&headers, page(Origin::Anonymous), &error);
    }
    let mut form = Sent::read(form, PHOTOS).await;
    let origin = match form.field("as").parse::<Origin>() {
        Ok(Origin::Phone) => Origin::Phone,
        _ => Origin::Anonymous,
    };
    let hand = Hand::of(&request, cookies, &headers);
    let outcome = match form.take_photos() {
        Ok(photos) => {
            let voice = form.take_voice();
            reported(&cx, &settings, origin, hand, &form, Handed { photos, voice }).await
        }
        Err(error) => Err(error),
    };
    let given = outcome.and_then(|hand| hand.cookie(cookies, &cx));
    let (cookie, outcome) = match given {
        Ok(cookie) => (Some(cookie), Ok(SHOWN.to_owned())),
        Err(error) => (None, Err(error)),
    };
    let mut response = answer(&headers, page(origin), SEND_OPEN, form, outcome);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The page that has the form.
const fn page(origin: Origin) -> &'static str {
    match origin {
        Origin::Phone => "/reports/new/phone",
        Origin::Account | Origin::Anonymous | Origin::Client => "/reports/new/anonymous",
    }
}

async fn reported(
    cx: &Cx,
    settings: &Settings,
    origin: Origin,
    hand: Hand,
    form: &Sent,
    handed: Handed,
) -> Result<Hand, AppError> {
    let reporter = match (origin, &hand.phone) {
        (Origin::Phone, Some(phone)) => Reporter::Phone(phone.clone()),
        (Origin::Phone, None) => {
            return Err(AppError::Conflict(
                "手机号的验证过期了。请在另一个页面重新验证，再回到这里交上去，您写的还在。".into(),
            ));
        }
        _ => Reporter::Anonymous,
    };
    let new = photo::typed(cx, form).await?;
    let key = form.field("key");
    let sent = report::report_handed(cx, settings, &reporter, key, &new, handed).await?;
    let mut tx = cx.read().await?;
    let matter = store::by_code(&mut tx, &sent.code).await?;
    Ok(Hand {
        // Whoever reports anonymously has no number beside it.
        phone: hand.phone.filter(|_| origin == Origin::Phone),
        matter: matter.map(|matter| matter.id),
        fresh: sent.tracking,
    })
}
