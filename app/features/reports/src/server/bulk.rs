//! Writing many matters at once with the steps that they have taken: for the demonstration, for a start with matters of before, and for
//! benches.

mod beside;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use db::{Cx, DbError, EngineSql, Json, Tx, crypt::Field, execute, rows, upload};
use grid::{model::Place, server::geo::morton::Cell};
use orgs::{model::Code, server::store as units};
use serde::Serialize;
use shared::{AppError, NodeId, RecordId, Role, Timestamp, UserId};
use tasks::server::Clocks;

use super::{
    deadline, photo,
    search::{self, Found},
    shown,
    store::{self, Told},
    track,
};
use crate::model::{
    Action, By, Door, Kind, MatterId, Number, Origin, PartId, PartState, Rating, Seen, Standing, State,
    StepId, Tracking, Urgency,
};

/// Rows of one statement.
const CHUNK: usize = 1_000;

// Terms lie in a table of FTS5's own on SQLite, in the matter's row on PostgreSQL: hence two texts.
macro_rules! matters {
    ($column:literal, $value:literal) => {
        rows!(
            concat!(
                "insert into matter (id, code, number_node, number_year, number, kind, category, urgency, state, title, node_id, lon, lat, cell, \
                 unit_id, holder_role, accused_id, reporter_id, told, may_publish, published_at, public_text, handled_by, passed_at, \
                 answered_at, escalated_at, paused_at, urged_at, rating, merged_into, steps, created_at, updated_at, ended_at, origin, entered_by, phone, \
                 phone_blind, tracking, client_id", $column,
                ") select id, code, number_node, number_year, number, kind, category, urgency, state, title, node_id, lon, lat, cell, unit_id, \
                 holder_role, accused_id, reporter_id, told, may_publish, published_at, public_text, handled_by, passed_at, answered_at, \
                 escalated_at, paused_at, urged_at, rating, merged_into, steps, created_at, updated_at, ended_at, origin, entered_by, phone, phone_blind, tracking, \
                 client_id", $value, " from "
            ),
            (id: uuid, code: text, number_node: uuid, number_year: bigint, number: bigint, kind: text, category: text, urgency: text,
             state: text, title: text, node_id: uuid, lon: bigint, lat: bigint, cell: bigint, unit_id: uuid, holder_role: text,
             accused_id: uuid, reporter_id: uuid, told: text, may_publish: boolean, published_at: bigint, public_text: text,
             handled_by: uuid, passed_at: bigint, answered_at: bigint, escalated_at: bigint, paused_at: bigint, urged_at: bigint, rating: text, merged_into: uuid,
             steps: bigint, created_at: bigint, updated_at: bigint, ended_at: bigint, origin: text, entered_by: uuid, phone: text,
             phone_blind: text, tracking: text, client_id: uuid, terms: text),
            ""
        )
    };
}
const MATTERS: EngineSql = EngineSql {
    sqlite: matters!("", "").sqlite,
    postgres: matters!(", tsv", ", array_to_tsvector(string_to_array(terms, ' '))").postgres,
};
const STEPS: EngineSql = rows!(
    "insert into matter_step (id, matter_id, number, action, state, capacity, user_id, at, unit_id, role, days, elsewhere, rating, seen, \
     words, part, kind, category) select id, matter_id, number, action, state, capacity, user_id, at, unit_id, role, days, elsewhere, \
     rating, seen, words, part, kind, category from ",
    (id: uuid, matter_id: uuid, number: bigint, action: text, state: text, capacity: text, user_id: uuid, at: bigint, unit_id: uuid,
     role: text, days: bigint, elsewhere: text, rating: text, seen: text, words: text, part: bigint, kind: text,
     category: text),
    ""
);
const FOLLOWERS: EngineSql = rows!(
    "insert into matter_follower (matter_id, user_id, since_at) select matter_id, user_id, since_at from ",
    (matter_id: uuid, user_id: uuid, since_at: bigint),
    ""
);

/// A matter with its life so far.
#[derive(Clone, Debug)]
pub struct Whole {
    pub id: MatterId,
    pub code: String,
    pub number_node: NodeId,
    pub year: i64,
    pub number: i64,
    pub kind: Kind,
    pub category: &'static str,
    pub urgency: Urgency,
    pub title: String,
    pub node: NodeId,
    pub place: Option<Place>,
    pub unit: NodeId,
    pub role: Role,
    pub accused: Option<NodeId>,
    pub origin: Origin,
    /// Nobody but where an account stands behind it.
    pub reporter: Option<UserId>,
    pub words: String,
    pub may_publish: bool,
    pub public_text: Option<String>,
    pub merged_into: Option<MatterId>,
    pub at: Timestamp,
    pub standing: Standing,
    pub steps: Vec<Taken>,
    pub more: More,
}

/// What few matters have.
#[derive(Clone, Debug, Default)]
pub struct More {
    pub address: String,
    /// Answers to what the category asks, by the questions' codes, and as they are shown.
    pub answers: BTreeMap<String, String>,
    pub asked: Vec<(String, String)>,
    /// Who wrote it down for the reporter.
    pub entered_by: Option<UserId>,
    pub phone: Option<String>,
    pub tracking: Option<Tracking>,
    /// The key of the program, or the platform, that it came through.
    pub client: Option<RecordId>,
    pub parts: Vec<Part>,
    /// Who has stepped aside, with which step, and when.
    pub aside: Vec<(UserId, StepId, Timestamp)>,
    /// Who asks the reporter, where it is answered and nobody has asked yet.
    pub asks: Option<(NodeId, Role)>,
}

/// A part of it that another post has.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub id: PartId,
    pub number: i64,
    pub unit: NodeId,
    pub role: Role,
    pub state: PartState,
    /// Working days.
    pub days: u16,
    pub asked_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// What a photo is shown with.
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    Matter(MatterId),
    Step(StepId),
    /// With what everybody reads of a published matter.
    Everybody(MatterId),
}

/// A step that it has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub id: StepId,
    pub action: Action,
    pub state: State,
    pub by: By,
    pub user: Option<UserId>,
    pub at: Timestamp,
    pub to: Option<(NodeId, Role)>,
    pub days: Option<i64>,
    pub door: Option<Door>,
    pub rating: Option<Rating>,
    /// The number of the part that it is about.
    pub part: Option<i64>,
    pub words: Option<Cow<'static, str>>,
}

#[derive(Serialize)]
struct MatterRow<'a> {
    id: MatterId,
    code: &'a str,
    number_node: NodeId,
    number_year: i64,
    number: i64,
    kind: Kind,
    category: &'a str,
    urgency: Urgency,
    state: State,
    title: &'a str,
    node_id: NodeId,
    lon: Option<i32>,
    lat: Option<i32>,
    cell: Option<i64>,
    unit_id: NodeId,
    holder_role: &'static str,
    accused_id: Option<NodeId>,
    reporter_id: Option<UserId>,
    told: String,
    may_publish: bool,
    published_at: Option<Timestamp>,
    public_text: Option<&'a str>,
    handled_by: Option<UserId>,
    passed_at: Timestamp,
    answered_at: Option<Timestamp>,
    escalated_at: Option<Timestamp>,
    paused_at: Option<Timestamp>,
    urged_at: Option<Timestamp>,
    rating: Option<Rating>,
    merged_into: Option<MatterId>,
    steps: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    ended_at: Option<Timestamp>,
    origin: Origin,
    entered_by: Option<UserId>,
    phone: Option<String>,
    phone_blind: Option<String>,
    tracking: Option<String>,
    client_id: Option<RecordId>,
    terms: String,
}

#[derive(Serialize)]
struct StepRow {
    id: StepId,
    matter_id: MatterId,
    number: i64,
    action: Action,
    state: State,
    capacity: By,
    user_id: Option<UserId>,
    at: Timestamp,
    unit_id: Option<NodeId>,
    role: Option<&'static str>,
    days: Option<i64>,
    elsewhere: Option<Door>,
    rating: Option<Rating>,
    seen: Seen,
    words: Option<String>,
    part: Option<i64>,
    kind: Option<Kind>,
    category: Option<&'static str>,
}

/// That somebody follows a matter.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Follows {
    pub matter_id: MatterId,
    pub user_id: UserId,
    pub since_at: Timestamp,
}

/// Writes matters that nobody has yet, and lets the time of those run that are not answered.
///
/// # Errors
/// What the database answers.
pub async fn write(cx: &Cx, tx: &mut Tx, matters: &[Whole]) -> Result<(), AppError> {
    let codes = codes(tx, matters).await?;
    let sql = tx.sql(MATTERS);
    for chunk in matters.chunks(CHUNK) {
        let rows = chunk
            .iter()
            .map(|matter| row(cx, matter, codes.get(&matter.number_node)))
            .collect::<Result<Vec<_>, _>>()?;
        execute!(tx, sql, Json(&rows))?;
        let found: Vec<Found> = rows
            .into_iter()
            .map(|row| Found {
                id: row.id,
                terms: row.terms,
            })
            .collect();
        search::add(tx, &found).await?;
    }
    let steps: Vec<StepRow> = matters.iter().flat_map(|matter| steps(cx, matter)).collect();
    let sql = tx.sql(STEPS);
    for chunk in steps.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    let mut clocks = Clocks::load(tx).await?;
    for matter in matters {
        let state = matter.standing.state;
        if !(state.counts() || state == State::Paused) {
            continue;
        }
        if let Some(matter) = store::by_id(tx, matter.id).await? {
            deadline::begin_by(cx, tx, &mut clocks, &matter).await?;
        }
    }
    beside::write(cx, tx, &mut clocks, matters).await?;
    Ok(())
}

/// Ties a photo that was handed in to what it shows.
///
/// # Errors
/// [`AppError::NotFound`] if it is nobody's to give, or what the database answers.
pub async fn attach(tx: &mut Tx, upload: RecordId, shows: Shows) -> Result<(), AppError> {
    let (kind, record) = match shows {
        Shows::Matter(matter) => (photo::MATTER, matter.0),
        Shows::Step(step) => (photo::STEP, step.0),
        Shows::Everybody(matter) => (shown::SHOWN, matter.0),
    };
    upload::claim(tx, upload, kind, RecordId(record)).await
}

/// The codes of the units that they are numbered by.
async fn codes(tx: &mut Tx, matters: &[Whole]) -> Result<BTreeMap<NodeId, Code>, DbError> {
    let distinct: BTreeSet<NodeId> = matters.iter().map(|matter| matter.number_node).collect();
    let mut codes = BTreeMap::new();
    for node in distinct {
        if let Some(node) = units::by_id(tx, node).await? {
            codes.insert(node.id, node.code);
        }
    }
    Ok(codes)
}

/// Notes who follows them.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn follow(tx: &mut Tx, followers: &[Follows]) -> Result<(), DbError> {
    let sql = tx.sql(FOLLOWERS);
    for chunk in followers.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    Ok(())
}

fn row<'a>(cx: &Cx, matter: &'a Whole, unit: Option<&Code>) -> Result<MatterRow<'a>, AppError> {
    let number = unit.map(|unit| Number {
        unit: unit.clone(),
        year: matter.year,
        number: matter.number,
    });
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let told = Told {
        words: matter.words.clone(),
        address: matter.more.address.clone(),
        answers: matter.more.answers.clone(),
        asked: matter.more.asked.clone(),
        ..Told::default()
    };
    let told = serde_json::to_string(&told).map_err(|error| db::internal(&error))?;
    let of = |wanted: &[Action]| {
        let mut back = matter.steps.iter().rev();
        back.find(|step| wanted.contains(&step.action))
    };
    let at = |wanted: &[Action]| of(wanted).map(|step| step.at);
    let state = matter.standing.state;
    // Publishing and the like come after the end.
    let ended = matter
        .steps
        .iter()
        .rev()
        .take_while(|step| step.state.has_ended())
        .last();
    // Who has a part has not the matter.
    let passed = matter
        .steps
        .iter()
        .rev()
        .find(|step| step.to.is_some() && step.part.is_none());
    let (record, more) = (RecordId(matter.id.0), &matter.more);
    let proved = more.phone.as_deref().filter(|_| matter.origin == Origin::Phone);
    Ok(MatterRow {
        id: matter.id,
        code: &matter.code,
        number_node: matter.number_node,
        number_year: matter.year,
        number: matter.number,
        kind: matter.kind,
        category: matter.category,
        urgency: matter.urgency,
        state,
        title: &matter.title,
        node_id: matter.node,
        lon: matter.place.map(|place| place.lon),
        lat: matter.place.map(|place| place.lat),
        cell: matter.place.map(|place| Cell::of(place).key()),
        unit_id: matter.unit,
        holder_role: matter.role.code(),
        accused_id: matter.accused,
        reporter_id: matter.reporter,
        told: cx.keys().seal_for(Field::Note, record, &told),
        may_publish: matter.may_publish,
        published_at: matter
            .public_text
            .as_ref()
            .map(|_| at(&[Action::Publish]).unwrap_or(matter.standing.at)),
        public_text: matter.public_text.as_deref(),
        handled_by: of(&[Action::Answer, Action::Begin]).and_then(|step| step.user),
        passed_at: passed.map_or(matter.at, |step| step.at),
        answered_at: at(&[Action::Answer]),
        escalated_at: at(&[Action::Escalate]),
        paused_at: at(&[Action::Pause]).filter(|_| state == State::Paused),
        // Since the last answer nobody has pressed for what is answered.
        urged_at: of(&[Action::Urge, Action::Answer])
            .filter(|step| step.action == Action::Urge && (state.counts() || state == State::Paused))
            .map(|step| step.at),
        rating: matter.standing.rating,
        merged_into: matter.merged_into,
        steps: matter.standing.steps,
        created_at: matter.at,
        updated_at: matter.standing.at,
        ended_at: ended.map(|step| step.at),
        origin: matter.origin,
        entered_by: more.entered_by,
        phone: more
            .phone
            .as_deref()
            .map(|phone| cx.keys().seal_for(Field::Phone, record, phone)),
        phone_blind: proved.map(|phone| cx.keys().blind(Field::Phone, phone)),
        tracking: more.tracking.as_ref().map(|code| track::digest(cx, code)),
        client_id: more.client,
        terms: search::terms(&number, &matter.title, matter.public_text.as_deref()),
    })
}

fn steps(cx: &Cx, matter: &Whole) -> Vec<StepRow> {
    let row = |(number, step): (i64, &Taken)| StepRow {
        id: step.id,
        matter_id: matter.id,
        number,
        action: step.action,
        state: step.state,
        capacity: step.by,
        user_id: step.user,
        at: step.at,
        unit_id: step.to.map(|(unit, _)| unit),
        role: step.to.map(|(_, role)| role.code()),
        days: step.days,
        elsewhere: step.door,
        rating: step.rating,
        seen: step.action.rule().seen,
        words: step
            .words
            .as_deref()
            .map(|words| cx.keys().seal_for(Field::Note, RecordId(step.id.0), words)),
        part: step.part,
        // What it became with it is what it is by now.
        kind: (step.action == Action::Reclass).then_some(matter.kind),
        category: (step.action == Action::Reclass).then_some(matter.category),
    };
    (1..).zip(&matter.steps).map(row).collect()
}
