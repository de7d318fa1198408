//! Writing many matters at once with the steps that they have taken: for the demonstration, and for a start with matters of before.

use db::{Cx, DbError, EngineSql, Json, Tx, crypt::Field, execute, rows};
use grid::{model::Place, server::geo::morton::Cell};
use serde::Serialize;
use shared::{AppError, NodeId, RecordId, Role, Timestamp, UserId};
use tasks::server::Clocks;

use super::{
    deadline,
    store::{self, Told},
};
use crate::model::{Action, By, Door, Kind, MatterId, Rating, Seen, Standing, State, StepId, Urgency};

/// Rows of one statement.
const CHUNK: usize = 1_000;

const MATTERS: EngineSql = rows!(
    "insert into matter (id, code, number_node, number_year, number, kind, category, urgency, state, title, node_id, lon, lat, cell, unit_id, \
     holder_role, accused_id, reporter_id, told, may_publish, published_at, public_text, handled_by, passed_at, answered_at, escalated_at, \
     rating, merged_into, steps, created_at, updated_at, ended_at) select id, code, number_node, number_year, number, kind, category, urgency, \
     state, title, node_id, lon, lat, cell, unit_id, holder_role, accused_id, reporter_id, told, may_publish, published_at, public_text, \
     handled_by, passed_at, answered_at, escalated_at, rating, merged_into, steps, created_at, updated_at, ended_at from ",
    (id: uuid, code: text, number_node: uuid, number_year: bigint, number: bigint, kind: text, category: text, urgency: text, state: text,
     title: text, node_id: uuid, lon: bigint, lat: bigint, cell: bigint, unit_id: uuid, holder_role: text, accused_id: uuid,
     reporter_id: uuid, told: text, may_publish: boolean, published_at: bigint, public_text: text, handled_by: uuid, passed_at: bigint,
     answered_at: bigint, escalated_at: bigint, rating: text, merged_into: uuid, steps: bigint, created_at: bigint, updated_at: bigint,
     ended_at: bigint),
    ""
);
const STEPS: EngineSql = rows!(
    "insert into matter_step (id, matter_id, number, action, state, capacity, user_id, at, unit_id, role, days, elsewhere, rating, seen, \
     words) select id, matter_id, number, action, state, capacity, user_id, at, unit_id, role, days, elsewhere, rating, seen, words from ",
    (id: uuid, matter_id: uuid, number: bigint, action: text, state: text, capacity: text, user_id: uuid, at: bigint, unit_id: uuid,
     role: text, days: bigint, elsewhere: text, rating: text, seen: text, words: text),
    ""
);
const FOLLOWERS: EngineSql = rows!(
    "insert into matter_follower (matter_id, user_id, since_at) select matter_id, user_id, since_at from ",
    (matter_id: uuid, user_id: uuid, since_at: bigint),
    ""
);

/// A matter with its life so far.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
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
    pub reporter: UserId,
    pub words: String,
    pub may_publish: bool,
    pub public_text: Option<String>,
    pub merged_into: Option<MatterId>,
    pub at: Timestamp,
    pub standing: Standing,
    pub steps: Vec<Taken>,
}

/// A step that it has taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
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
    pub words: Option<&'static str>,
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
    reporter_id: UserId,
    told: String,
    may_publish: bool,
    published_at: Option<Timestamp>,
    public_text: Option<&'a str>,
    handled_by: Option<UserId>,
    passed_at: Timestamp,
    answered_at: Option<Timestamp>,
    escalated_at: Option<Timestamp>,
    rating: Option<Rating>,
    merged_into: Option<MatterId>,
    steps: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    ended_at: Option<Timestamp>,
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
}

/// That somebody follows a matter.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Follows {
    pub matter_id: MatterId,
    pub user_id: UserId,
    pub since_at: Timestamp,
}

/// Writes matters that nobody has yet, and lets the time of those run that are not answered.
pub(crate) async fn write(cx: &Cx, tx: &mut Tx, matters: &[Whole]) -> Result<(), AppError> {
    let sql = tx.sql(MATTERS);
    for chunk in matters.chunks(CHUNK) {
        let rows = chunk
            .iter()
            .map(|matter| row(cx, matter))
            .collect::<Result<Vec<_>, _>>()?;
        execute!(tx, sql, Json(&rows))?;
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
    Ok(())
}

pub(crate) async fn follow(tx: &mut Tx, followers: &[Follows]) -> Result<(), DbError> {
    let sql = tx.sql(FOLLOWERS);
    for chunk in followers.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    Ok(())
}

fn row<'a>(cx: &Cx, matter: &'a Whole) -> Result<MatterRow<'a>, AppError> {
    let told = Told {
        words: matter.words.clone(),
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
    let passed = matter.steps.iter().rev().find(|step| step.to.is_some());
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
        told: cx.keys().seal_for(Field::Note, RecordId(matter.id.0), &told),
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
        rating: matter.standing.rating,
        merged_into: matter.merged_into,
        steps: matter.standing.steps,
        created_at: matter.at,
        updated_at: matter.standing.at,
        ended_at: ended.map(|step| step.at),
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
            .map(|words| cx.keys().seal_for(Field::Note, RecordId(step.id.0), words)),
    };
    (1..).zip(&matter.steps).map(row).collect()
}
