//! Matters as far as their figures go: read many at once, with their steps, deadlines, who reported them and what was reported there before.

use std::collections::HashMap;

use db::{DbError, EngineSql, Json, Tx, on, rows};
use grid::model::Place;
use serde::Serialize;
use shared::{AppError, Date, NodeId, Role, Timestamp, UserId};
use tasks::model::Limit;

use crate::{
    model::{
        Action, Category, Kind, MatterId, Origin, Rating, State, Tighter, Timed, Urgency,
        figures::{Case, Mark, Party, SINCE, same_place},
        tightened,
    },
    server::{limit as set, store},
};

const MATTERS: EngineSql = rows!(
    "select m.id, m.kind, m.category, m.urgency, m.state, m.node_id, n.path, m.unit_id, m.accused_id, m.origin, m.entered_by, m.created_at, \
     t.due_at from ",
    (id: uuid),
    " join matter m on m.id = r.id join node n on n.id = m.node_id left join task t on t.id = m.task_id order by m.id"
);
const STEPS: EngineSql = rows!(
    "select s.matter_id, s.action, s.at, s.role, s.rating, s.days from ",
    (id: uuid),
    " join matter_step s on s.matter_id = r.id order by s.matter_id, s.number"
);
// The task of `deadline::FIRST`.
const FIRST: EngineSql = rows!(
    "select t.subject_id, t.due_at from ",
    (id: uuid),
    " join task t on t.subject_id = r.id and t.kind = 'reports.first' where t.due_at is not null order by t.id"
);
// What whoever reported was that day, there or above.
const ROLES: EngineSql = rows!(
    "select distinct m.id, g.role from ",
    (id: uuid, day: text),
    " join matter m on m.id = r.id join node n on n.id = m.node_id join role_grant g on g.user_id = m.reporter_id \
     join node gn on gn.id = g.node_id where g.role <> 'resident' and g.valid_from <= r.day \
     and (g.valid_to is null or g.valid_to >= r.day) and substr(n.path, 1, length(gn.path)) = gn.path"
);
const ALIKE: EngineSql = rows!(
    "select a.id, a.lon, a.lat, b.lon as before_lon, b.lat as before_lat from ",
    (id: uuid),
    " join matter a on a.id = r.id join matter b on b.node_id = a.node_id and b.category = a.category \
     and b.created_at >= a.created_at - $2 and b.created_at < a.created_at"
);

#[derive(Serialize)]
pub struct IdRow {
    pub id: MatterId,
}

#[derive(Serialize)]
struct DayRow {
    id: MatterId,
    day: Date,
}

/// A matter with its place and its deadline.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: MatterId,
    kind: Kind,
    category: String,
    urgency: Urgency,
    state: State,
    pub node_id: NodeId,
    pub path: String,
    pub unit_id: NodeId,
    pub accused_id: Option<NodeId>,
    origin: Origin,
    entered_by: Option<UserId>,
    pub created_at: Timestamp,
    due_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    matter_id: MatterId,
    action: Action,
    at: Timestamp,
    role: Option<String>,
    rating: Option<Rating>,
    days: Option<i64>,
}

/// Matters, and all that their figures follow from.
pub struct Cases {
    pub matters: Vec<Row>,
    categories: Vec<Category>,
    tighter: Vec<Tighter>,
    steps: HashMap<MatterId, Vec<Mark>>,
    first: HashMap<MatterId, Timestamp>,
    roles: HashMap<MatterId, Vec<Role>>,
    again: Vec<MatterId>,
}

impl Cases {
    /// # Errors
    /// What the database answers.
    pub async fn load(tx: &mut Tx, ids: &[IdRow]) -> Result<Self, AppError> {
        let sql = tx.sql(MATTERS);
        let matters: Vec<Row> = on!(tx, |c| sqlx::query_as(sql).bind(Json(ids)).fetch_all(c).await)?;
        Ok(Self {
            categories: store::categories(tx).await?,
            tighter: set::all(tx).await?,
            steps: steps(tx, ids).await?,
            first: first_due(tx, ids).await?,
            roles: roles(tx, &matters).await?,
            again: again(tx, ids).await?,
            matters,
        })
    }

    pub fn case<'a>(&'a self, matter: &'a Row) -> Case<'a> {
        let on_behalf = matter.entered_by.is_some() || matter.origin != Origin::Account;
        let held = self.roles.get(&matter.id).map_or(&[][..], Vec::as_slice);
        Case {
            kind: matter.kind,
            category: &matter.category,
            urgency: matter.urgency,
            state: matter.state,
            limit: limit(&self.categories, &self.tighter, matter),
            about_unit: matter.accused_id.is_some() && matter.kind == Kind::Complaint,
            again: self.again.contains(&matter.id),
            began: Party::began(held, on_behalf),
            first_due: self.first.get(&matter.id).copied(),
            due: matter.due_at,
            steps: self.steps.get(&matter.id).map_or(&[][..], Vec::as_slice),
        }
    }
}

fn limit(categories: &[Category], tighter: &[Tighter], matter: &Row) -> Limit {
    let category = categories.iter().find(|one| one.code == matter.category);
    let own = category.map_or_else(|| matter.urgency.limit(), |one| one.limit(matter.urgency));
    let timed = Timed {
        category: &matter.category,
        kind: matter.kind,
        urgency: matter.urgency,
        path: &matter.path,
        at: matter.created_at,
    };
    tightened(own, tighter, &timed)
}

async fn steps(tx: &mut Tx, ids: &[IdRow]) -> Result<HashMap<MatterId, Vec<Mark>>, DbError> {
    let sql = tx.sql(STEPS);
    let rows: Vec<StepRow> = on!(tx, |c| sqlx::query_as(sql).bind(Json(ids)).fetch_all(c).await)?;
    let mut steps: HashMap<MatterId, Vec<Mark>> = HashMap::new();
    for row in rows {
        steps.entry(row.matter_id).or_default().push(Mark {
            action: row.action,
            at: row.at,
            role: row.role.and_then(|role| role.parse().ok()),
            rating: row.rating,
            days: row.days,
        });
    }
    Ok(steps)
}

async fn first_due(tx: &mut Tx, ids: &[IdRow]) -> Result<HashMap<MatterId, Timestamp>, DbError> {
    let sql = tx.sql(FIRST);
    let rows: Vec<(MatterId, Timestamp)> =
        on!(tx, |c| sqlx::query_as(sql).bind(Json(ids)).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

async fn roles(tx: &mut Tx, matters: &[Row]) -> Result<HashMap<MatterId, Vec<Role>>, DbError> {
    let days: Vec<DayRow> = matters
        .iter()
        .map(|matter| DayRow {
            id: matter.id,
            day: matter.created_at.date(),
        })
        .collect();
    let sql = tx.sql(ROLES);
    let rows: Vec<(MatterId, String)> =
        on!(tx, |c| sqlx::query_as(sql).bind(Json(&days)).fetch_all(c).await)?;
    let mut roles: HashMap<MatterId, Vec<Role>> = HashMap::new();
    for (id, role) in rows {
        roles.entry(id).or_default().extend(role.parse::<Role>());
    }
    Ok(roles)
}

/// Those of which the same was reported there shortly before.
async fn again(tx: &mut Tx, ids: &[IdRow]) -> Result<Vec<MatterId>, DbError> {
    type Pair = (MatterId, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let sql = tx.sql(ALIKE);
    let pairs: Vec<Pair> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(ids))
        .bind(SINCE)
        .fetch_all(c)
        .await)?;
    let place = |lon: Option<i64>, lat: Option<i64>| {
        Some(Place {
            lon: i32::try_from(lon?).ok()?,
            lat: i32::try_from(lat?).ok()?,
        })
    };
    let mut again: Vec<MatterId> = pairs
        .into_iter()
        .filter(|(_, lon, lat, before_lon, before_lat)| {
            same_place(place(*lon, *lat), place(*before_lon, *before_lat))
        })
        .map(|pair| pair.0)
        .collect();
    again.dedup();
    Ok(again)
}
