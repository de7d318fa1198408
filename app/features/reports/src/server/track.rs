//! Coming back to a matter without an account: by its tracking code, or by the number that was proved; and how often a stranger may try.

use std::time::Duration;

use accounts::{
    model::{CodeStep, Phone},
    server::{Settings, code, sign_in},
};
use db::{Cx, DbError, Tx, access::Request, crypt::Field, on, throttle};
use shared::{AppError, RecordId};

use super::{
    hand::{self, Hand},
    list, store,
};
use crate::model::{Given, MatterId, Origin, TrackPage, Tracking};

/// Codes that are tried from one address: enough for a hall, and nothing against 2^59 of them.
const TRIES: i64 = 60;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Matters of a number that are listed.
const MOST: i64 = 50;

const BY_TRACKING: &str = "select id, code from matter where tracking = $1";
const GIVEN: &str = "select count(*) from matter where tracking = $1";
const OF_NUMBER: &str = "select id from matter where phone_blind = $1 order by id desc limit $2";

/// What is stored of a code.
pub(super) fn digest(cx: &Cx, code: &Tracking) -> String {
    cx.keys().digest("reports.tracking", code.as_str())
}

/// Whether a matter has the code of this digest.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn is_given(tx: &mut Tx, digest: &str) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(GIVEN).bind(digest).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Counts what strangers do from one address, if that is known.
///
/// # Errors
/// [`AppError::TooManyRequests`].
pub(super) async fn by_address(
    cx: &Cx,
    what: &'static str,
    most: i64,
    window: Duration,
) -> Result<(), AppError> {
    let Some(address) = cx.address else {
        return Ok(());
    };
    let address = cx.keys().digest("address", &address.to_string());
    throttle::take(cx, &format!("reports.stranger-{what}/{address}"), most, window).await
}

/// The matter that a code opens: the hand that holds it, and the code of its page. Each try counts.
///
/// # Errors
/// [`AppError::Invalid`] on `code`; [`AppError::TooManyRequests`].
pub async fn open(cx: &Cx, hand: &Hand, typed: &str) -> Result<(Hand, String), AppError> {
    let wrong = || {
        AppError::invalid(
            "code",
            "没有这个查询码。请对着记下的再看一遍：一共 12 位，没有 0、1 和字母 I、L、O。",
        )
    };
    by_address(cx, "track", TRIES, HOUR).await?;
    let code: Tracking = typed.parse().map_err(|()| wrong())?;
    let mut tx = cx.read().await?;
    let found: Option<(MatterId, String)> = on!(tx, |c| sqlx::query_as(BY_TRACKING)
        .bind(digest(cx, &code))
        .fetch_optional(c)
        .await)?;
    let (id, page) = found.ok_or_else(wrong)?;
    let hand = Hand {
        phone: hand.phone.clone(),
        matter: Some(id),
        fresh: None,
    };
    Ok((hand, page))
}

/// The access token with which a step is taken: what somebody does with a code in hand is not noted under their name.
///
/// # Errors
/// What the database answers.
pub async fn as_whom(request: &Request, hand: &Hand, cx: &Cx, code: &str) -> Result<Cx, AppError> {
    if hand.is_empty() {
        return Ok(cx.clone());
    }
    let mut tx = cx.read().await?;
    let matter = store::by_code(&mut tx, code).await?;
    let opened = matter.is_some_and(|matter| hand.opens(cx, &matter));
    Ok(if opened {
        hand::stranger(request)
    } else {
        cx.clone()
    })
}

/// Sends a code to a number by which somebody reports, or looks again at what they reported.
///
/// # Errors
/// [`AppError::Invalid`] on `phone`; [`AppError::TooManyRequests`].
pub async fn send_code(cx: &Cx, phone: &str) -> Result<RecordId, AppError> {
    sign_in::request_report_code(cx, &Phone::parse("phone", phone)?).await
}

/// What the step shows that the code is typed in.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn code_step(cx: &Cx, attempt: &str) -> Result<CodeStep, AppError> {
    let id: RecordId = attempt.parse().map_err(|_| AppError::NotFound)?;
    code::step(cx, id, Settings::current().demo).await
}

/// The hand with the number that the code proves.
///
/// # Errors
/// [`AppError::Invalid`] on `code`; [`AppError::TooManyRequests`].
pub async fn prove(cx: &Cx, hand: &Hand, attempt: &str, typed: &str) -> Result<Hand, AppError> {
    let id: RecordId = attempt.parse().map_err(|_| AppError::NotFound)?;
    let phone = sign_in::prove_number(cx, id, typed).await?;
    Ok(Hand {
        phone: Some(phone),
        ..hand.clone()
    })
}

/// Where somebody goes on who has noted their code: to the matter.
///
/// # Errors
/// What the database answers.
pub async fn noted(cx: &Cx, hand: &Hand) -> Result<String, AppError> {
    let Some(id) = hand.matter else {
        return Ok("/reports/track".into());
    };
    let mut tx = cx.read().await?;
    let matter = store::by_id(&mut tx, id).await?;
    Ok(matter.map_or_else(|| "/reports/track".into(), |matter| matter.href()))
}

/// What is in hand: the code that was just given, and the matters that can be opened.
///
/// # Errors
/// What the database answers.
pub async fn page(cx: &Cx, hand: &Hand) -> Result<TrackPage, AppError> {
    let mut tx = cx.read().await?;
    let mut ids: Vec<MatterId> = match &hand.phone {
        Some(phone) => {
            let blind = cx.keys().blind(Field::Phone, phone.as_str());
            on!(tx, |c| sqlx::query_scalar(OF_NUMBER)
                .bind(&blind)
                .bind(MOST)
                .fetch_all(c)
                .await)?
        }
        None => Vec::new(),
    };
    ids.extend(hand.matter.filter(|id| !ids.contains(id)));
    let (mut rows, mut fresh) = (Vec::new(), None);
    for id in ids {
        let Some(matter) = store::by_id(&mut tx, id).await? else {
            continue;
        };
        if !hand.opens(cx, &matter) {
            continue;
        }
        if hand.matter == Some(id) {
            fresh = hand.fresh.as_ref().map(|code| Given {
                code: code.to_string(),
                number: matter.shown_number(),
                by_number: matter.origin == Origin::Phone,
            });
        }
        rows.push(list::row(cx, matter, true)?);
    }
    Ok(TrackPage {
        now: tx.now(),
        fresh,
        phone: hand.phone.as_ref().map(Phone::masked),
        rows,
    })
}
