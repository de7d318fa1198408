//! Taking a report in: checked, numbered, given to somebody, with both its times running. Whoever reports without an account gets a
//! tracking code: it is made from the form's key, so that a form sent twice has the same, and kept as a digest only.

use std::time::Duration;

use accounts::model::Phone;
use db::{Cx, Tx, access, counter, crypt::Field, idempotency, throttle};
use grid::server::{Settings, geo::morton::Cell};
use orgs::{
    model::{Code, Node, NodeKind},
    server::store as units,
};
use shared::{AppError, RecordId};

use super::{
    deadline,
    once::Once,
    routing::{self, Destination},
    share, sight,
    store::{self, NewStep, Told},
    tell::{self, Happened},
    track,
    voice::{Handed, Received},
};
use crate::model::{
    Action, By, Checked, Incoming, MatterId, NewReport, Number, Reporter, Seen, Sent, State, Tracking,
    Urgency,
};

/// Reports that one person sends in a day at most.
const MOST: i64 = 60;
/// As many from one number without an account in a day, and from one address in an hour: a hall full of people shares one.
const OF_NUMBER: i64 = 10;
const OF_ADDRESS: i64 = 30;
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Reports something, for oneself or for the resident that one acts for. The same key twice is one report.
///
/// # Errors
/// As [`report_as`].
pub async fn report(
    cx: &Cx,
    settings: &Settings,
    key: &str,
    form: &NewReport,
    photos: Vec<Vec<u8>>,
) -> Result<Sent, AppError> {
    let reporter = Reporter::Account(cx.subject()?);
    report_as(cx, settings, &reporter, key, form, photos).await
}

/// Reports something as `reporter`. Whoever calls this has proved who that is: a number by a code, a program by its key, whose limits
/// are its own. The same key with the same content twice is one report.
///
/// # Errors
/// [`AppError::Invalid`] by field; [`AppError::TooManyRequests`]; [`AppError::Conflict`] where nobody is there to take it.
pub async fn report_as(
    cx: &Cx,
    settings: &Settings,
    reporter: &Reporter,
    key: &str,
    form: &NewReport,
    photos: Vec<Vec<u8>>,
) -> Result<Sent, AppError> {
    report_handed(cx, settings, reporter, key, form, photos.into()).await
}

/// As [`report_as`], perhaps in spoken words.
///
/// # Errors
/// As [`report_as`], and [`AppError::Invalid`] on `voice`.
pub async fn report_handed(
    cx: &Cx,
    settings: &Settings,
    reporter: &Reporter,
    key: &str,
    form: &NewReport,
    handed: Handed,
) -> Result<Sent, AppError> {
    let form = &NewReport {
        handed: handed.voice.is_some() || !handed.photos.is_empty(),
        ..form.clone()
    };
    let once = Once::of(cx, reporter, key, form, &handed)?;
    let categories = {
        let mut tx = cx.read().await?;
        store::categories(&mut tx).await?
    };
    let checked = form.read(&categories)?;
    let code = place(cx, settings, &checked).await?;
    limit(cx, reporter).await?;
    let uploads = Received::of(cx, handed).await?;
    let mut tx = cx.write().await?;
    // What was uploaded for a repetition is swept.
    if let Some(sent) = idempotency::begin::<Sent>(&mut tx, once.user, &once.key, &once.asked).await? {
        return Ok(once.given(sent));
    }
    let sent = enter(
        cx,
        &mut tx,
        reporter,
        &checked,
        &code,
        once.tracking.as_ref(),
        &uploads,
    )
    .await?;
    idempotency::finish(&mut tx, once.user, &once.key, &sent).await?;
    tx.commit().await?;
    Ok(once.given(sent))
}

/// Where a report leads whoever sent it: to its page, unless they wrote down for somebody else what is about where they work.
///
/// # Errors
/// What the database answers.
pub async fn leads_to(cx: &Cx, sent: &Sent) -> Result<String, AppError> {
    let mut tx = cx.read().await?;
    let seen = match store::by_code(&mut tx, &sent.code).await? {
        Some(matter) => sight::of(cx, &mut tx, &matter).await?.any(),
        None => false,
    };
    Ok(if seen {
        format!("/reports/{}?done=sent", sent.code)
    } else {
        "/reports?done=sent".to_owned()
    })
}

/// Counts a report of `reporter`.
async fn limit(cx: &Cx, reporter: &Reporter) -> Result<(), AppError> {
    match reporter {
        Reporter::Account(_) => {
            let user = cx.user()?;
            throttle::take(cx, &format!("reports.send/{user}"), MOST, DAY).await
        }
        Reporter::Phone(phone) => {
            let number = cx.keys().blind(Field::Phone, phone.as_str());
            throttle::take(cx, &format!("reports.send-number/{number}"), OF_NUMBER, DAY).await?;
            track::by_address(cx, "send", OF_ADDRESS, HOUR).await
        }
        Reporter::Anonymous => track::by_address(cx, "send", OF_ADDRESS, HOUR).await,
        Reporter::Client(_) | Reporter::Order(_) => Ok(()),
    }
}

/// The unit in which it is: by the pin, or as it was chosen.
async fn place(cx: &Cx, settings: &Settings, checked: &Checked) -> Result<Code, AppError> {
    let pinned = match checked.place {
        Some(place) => grid::server::page::at(cx, settings, place).await?,
        None => None,
    };
    let found = pinned.and_then(|found| found.code.parse::<Code>().ok());
    let lies = found.filter(|code| code.kind() >= NodeKind::Community);
    lies.or_else(|| checked.node.clone())
        .ok_or_else(|| AppError::invalid("at", "这个位置不在已经画好的网格里，请选社区或者网格。"))
}

/// The community that a unit is, or is part of.
pub(super) async fn community(tx: &mut Tx, node: &Node) -> Result<Option<Node>, AppError> {
    let mut at = Some(node.clone());
    while let Some(node) = at {
        if node.kind == NodeKind::Community {
            return Ok(Some(node));
        }
        at = match node.parent_id {
            Some(above) => units::by_id(tx, above).await?,
            None => None,
        };
    }
    Ok(None)
}

/// Writes a report down that was checked, in the transaction of whoever calls this.
///
/// # Errors
/// As [`report_as`].
pub(super) async fn enter(
    cx: &Cx,
    tx: &mut Tx,
    reporter: &Reporter,
    checked: &Checked,
    code: &Code,
    tracking: Option<&Tracking>,
    uploads: &Received,
) -> Result<Sent, AppError> {
    let node = units::by_code(tx, code).await?;
    let node = node.filter(|node| node.kind >= NodeKind::Community);
    let node = node.ok_or_else(|| AppError::invalid("node", "请选到社区或者网格。"))?;
    let community = community(tx, &node).await?;
    let accused = community
        .clone()
        .filter(|_| checked.category.accuses(checked.kind));
    let now = tx.now();
    let (spoken, pictured) = uploads.instead();
    let incoming = Incoming {
        kind: checked.kind,
        category: &checked.category.code,
        path: &node.path,
        hour: now.hour(),
        words: &checked.words,
        spoken: spoken && checked.words.is_empty(),
    };
    let Destination {
        unit, role, person, ..
    } = routing::choose(tx, &node, accused.as_ref(), &incoming).await?;
    let id: MatterId = tx.id();
    let record = RecordId(id.0);
    let told = Told {
        spoken,
        pictured,
        words: checked.words.clone(),
        address: checked.address.clone(),
        door: checked.door.clone(),
        answers: checked.answers.clone(),
        asked: checked.category.asked(&checked.answers),
    };
    let told = serde_json::to_string(&told).map_err(|error| db::internal(&error))?;
    // Numbers have no gaps: one of the community's own would tell it of a complaint about it.
    let series = match (&accused, &community) {
        (Some(_), _) => &unit,
        (None, Some(community)) => community,
        (None, None) => &node,
    };
    let year = now.date().year();
    let number = counter::next(tx, "report", series.id, year).await?;
    let shown = Number {
        unit: series.code.clone(),
        year,
        number,
    };
    let (user, subject) = (cx.who().user, reporter.account());
    let entered_by = user.filter(|user| subject.is_some_and(|subject| subject != *user));
    let phone = called(reporter, checked);
    let tracking = tracking.map(|code| track::digest(cx, code));
    if let Some(tracking) = &tracking
        && track::is_given(tx, tracking).await?
    {
        return Err(AppError::Conflict(
            "这个操作编号已经用过，请刷新页面后再试。".into(),
        ));
    }
    let address = access::random_trace();
    let title = checked.category.titled(&node.name);
    let new = store::New {
        id,
        code: &address,
        number_node: series.id,
        year,
        number,
        kind: checked.kind,
        category: &checked.category.code,
        urgency: urgency(checked),
        title: &title,
        node: node.id,
        place: checked.place.map(|place| (place, Cell::of(place).key())),
        unit: unit.id,
        role,
        accused: accused.as_ref().map(|node| node.id),
        origin: reporter.origin(),
        reporter: subject,
        entered_by,
        told: cx.keys().seal_for(Field::Note, record, &told),
        phone: phone.map(|phone| cx.keys().seal_for(Field::Phone, record, phone.as_str())),
        phone_blind: match reporter {
            Reporter::Phone(phone) => Some(cx.keys().blind(Field::Phone, phone.as_str())),
            _ => None,
        },
        tracking,
        client: match reporter {
            Reporter::Client(id) | Reporter::Order(id) => Some(*id),
            _ => None,
        },
        may_publish: checked.open && reporter.origin().may_be_public(),
    };
    store::insert(tx, &new).await?;
    share::give(tx, id, unit.id, role, person).await?;
    let step = NewStep {
        number: 1,
        action: Action::Report,
        state: State::Reported,
        by: By::Reporter,
        user: user.filter(|_| subject.is_some()),
        at: now,
        unit: Some(unit.id),
        role: Some(role),
        days: None,
        door: None,
        rating: None,
        urgency: None,
        part: None,
        class: None,
        seen: Seen::All,
        words: None,
    };
    let first = store::add_step(tx, id, &step).await?;
    uploads.claim_for(tx, id).await?;
    let matter = tell::again(tx, id).await?;
    deadline::begin(cx, tx, &matter).await?;
    tell::changed(tx, &matter, None, Action::Report).await?;
    let happened = Happened {
        step: first,
        action: Action::Report,
        by: By::Reporter,
        seen: Seen::All,
        user: step.user,
        part: None,
    };
    tell::noticed(tx, &matter, happened).await?;
    Ok(Sent {
        code: address,
        number: shown.to_string(),
        tracking: None,
    })
}

/// Where the reporter is called: at the number that was proved, or where they said.
const fn called<'a>(reporter: &'a Reporter, checked: &'a Checked) -> Option<&'a Phone> {
    match reporter {
        Reporter::Phone(phone) => Some(phone),
        _ => checked.phone.as_ref(),
    }
}

/// The category's, or a day where the reporter says that it cannot wait.
fn urgency(checked: &Checked) -> Urgency {
    let own = checked.category.urgency;
    if checked.urgent && !own.runs_in_hours() {
        Urgency::Urgent
    } else {
        own
    }
}
