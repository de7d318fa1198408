//! Taking a report in: checked, numbered, given to somebody, with both its times running.

use std::time::Duration;

use db::{Cx, Tx, access, counter, crypt::Field, idempotency, throttle, upload};
use grid::server::{Settings, geo::morton::Cell};
use orgs::{
    model::{Code, Node, NodeKind},
    server::store as units,
};
use shared::{AppError, RecordId};

use super::{
    deadline, photo, routing,
    store::{self, NewStep, Told},
    tell,
};
use crate::model::{
    Action, By, Checked, Incoming, Kind, MatterId, NewReport, Number, Seen, Sent, State, Urgency,
};

/// Reports that one person sends in a day at most.
const MOST: i64 = 60;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What one device sends under one key is one report.
const ENDPOINT: &str = "reports/send";

/// Reports something, for oneself or for the resident that one acts for. The same key twice is one report.
///
/// # Errors
/// [`AppError::Invalid`] by field; [`AppError::TooManyRequests`]; [`AppError::Conflict`] where nobody is there to take it.
pub async fn report(
    cx: &Cx,
    settings: &Settings,
    key: &str,
    form: &NewReport,
    photos: Vec<Vec<u8>>,
) -> Result<Sent, AppError> {
    let user = cx.user()?;
    let categories = {
        let mut tx = cx.read().await?;
        store::categories(&mut tx).await?
    };
    let checked = form.read(&categories)?;
    let code = place(cx, settings, &checked).await?;
    throttle::take(cx, &format!("reports.send/{user}"), MOST, DAY).await?;
    let mut uploads = Vec::new();
    for photo in photos {
        uploads.push(upload::receive_photo(cx, photo).await?.id);
    }
    let mut tx = cx.write().await?;
    // What was uploaded for a repetition is swept.
    if let Some(sent) = idempotency::begin::<Sent>(&mut tx, user, key, ENDPOINT).await? {
        return Ok(sent);
    }
    let sent = enter(cx, &mut tx, &checked, &code, &uploads).await?;
    idempotency::finish(&mut tx, user, key, &sent).await?;
    tx.commit().await?;
    Ok(sent)
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
async fn community(tx: &mut Tx, node: &Node) -> Result<Option<Node>, AppError> {
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

async fn enter(
    cx: &Cx,
    tx: &mut Tx,
    checked: &Checked,
    code: &Code,
    uploads: &[RecordId],
) -> Result<Sent, AppError> {
    let node = units::by_code(tx, code).await?;
    let node = node.filter(|node| node.kind >= NodeKind::Community);
    let node = node.ok_or_else(|| AppError::invalid("node", "请选到社区或者网格。"))?;
    let community = community(tx, &node).await?;
    let accused = community
        .clone()
        .filter(|_| checked.kind == Kind::Complaint && checked.category.about_unit);
    let now = tx.now();
    let incoming = Incoming {
        kind: checked.kind,
        category: &checked.category.code,
        path: &node.path,
        hour: now.hour(),
        words: &checked.words,
    };
    let (unit, role) = routing::choose(tx, &node, accused.as_ref(), &incoming).await?;
    let id: MatterId = tx.id();
    let record = RecordId(id.0);
    let told = Told {
        words: checked.words.clone(),
        address: checked.address.clone(),
        door: checked.door.clone(),
        answers: checked.answers.clone(),
    };
    let told = serde_json::to_string(&told).map_err(|error| db::internal(&error))?;
    let series = community.as_ref().unwrap_or(&node);
    let year = now.date().year();
    let number = counter::next(tx, "report", series.id, year).await?;
    let shown = Number {
        unit: series.code.clone(),
        year,
        number,
    };
    let (user, subject) = (cx.user()?, cx.subject()?);
    let address = access::random_trace();
    let title = format!("{}（{}）", checked.category.label, node.name);
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
        reporter: subject,
        entered_by: Some(user).filter(|user| *user != subject),
        told: cx.keys().seal_for(Field::Note, record, &told),
        phone: checked
            .phone
            .as_ref()
            .map(|phone| cx.keys().seal_for(Field::Phone, record, phone.as_str())),
        may_publish: checked.open,
    };
    store::insert(tx, &new).await?;
    let step = NewStep {
        number: 1,
        action: Action::Report,
        state: State::Reported,
        by: By::Reporter,
        user: Some(user),
        at: now,
        unit: Some(unit.id),
        role: Some(role),
        days: None,
        door: None,
        rating: None,
        urgency: None,
        seen: Seen::All,
        words: None,
    };
    store::add_step(tx, id, &step).await?;
    photo::claim(tx, photo::MATTER, record, uploads).await?;
    let matter = tell::again(tx, id).await?;
    deadline::begin(cx, tx, &matter).await?;
    tell::changed(tx, &matter, None, Action::Report).await?;
    Ok(Sent {
        code: address,
        number: shown.to_string(),
    })
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
