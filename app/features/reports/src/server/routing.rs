//! Who gets a new matter: by rules, by its category, or the first on the way up.

use std::collections::BTreeMap;

use db::{DbError, Json, Tx, on, rows};
use orgs::{
    model::{Code, Node, NodeKind},
    server::store as units,
};
use serde::Serialize;
use shared::{AppError, NodeId, Role, Timestamp, UserId, scope::PathRange};

use super::{category, sight::unaccused, store, tell};
use crate::model::{Facts, Incoming, MatterId, Routing, RoutingId, Unit, matching};

/// Who has a matter that no rule matches: the first of these that somebody holds on the way up.
const CHAIN: [(NodeKind, Role); 8] = [
    (NodeKind::MicroGrid, Role::GridWorker),
    (NodeKind::Grid, Role::GridWorker),
    (NodeKind::Grid, Role::GridLead),
    (NodeKind::Community, Role::Staff),
    (NodeKind::Community, Role::Secretary),
    (NodeKind::Street, Role::TownAdmin),
    (NodeKind::District, Role::DistrictAdmin),
    (NodeKind::City, Role::CityAdmin),
];
/// Who dispatches at a unit, likewise.
const DISPATCHERS: [(NodeKind, Role); 6] = [
    (NodeKind::Grid, Role::GridLead),
    (NodeKind::Community, Role::Staff),
    (NodeKind::Community, Role::Secretary),
    (NodeKind::Street, Role::TownAdmin),
    (NodeKind::District, Role::DistrictAdmin),
    (NodeKind::City, Role::CityAdmin),
];
/// Matters of the last month that a try-out looks at.
pub(super) const TRIED: i64 = 2_000;
pub(super) const MONTH: i64 = 31 * Timestamp::DAY;

const BELOW: &str = "select g.id, n.path, g.position, g.facts from report_routing g join node n on n.id = g.node_id and n.valid_to is null \
    where n.path > $1 and n.path < $2 order by n.path, g.position, g.id";

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

fn upwards(path: &str) -> Vec<PathRow<'_>> {
    units::paths_above(path)
        .chain([path])
        .map(|path| PathRow { path })
        .collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: RoutingId,
    path: String,
    position: i64,
    facts: Json<Facts>,
}

impl From<Row> for Routing {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            path: row.path,
            position: row.position,
            facts: row.facts.0,
        }
    }
}

/// By what a matter goes where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Rule(RoutingId),
    /// Whom the category names.
    Category,
    /// The first on the way up.
    Order,
}

/// To whom a matter goes.
#[derive(Clone, Debug)]
pub struct Destination {
    pub unit: Node,
    pub role: Role,
    /// Somebody who holds the role there, where a rule names one.
    pub person: Option<UserId>,
    pub why: Why,
}

/// The rules that hold at a place.
async fn rules(tx: &mut Tx, path: &str) -> Result<Vec<Routing>, DbError> {
    let sql = tx.sql(rows!(
        "select g.id, n.path, g.position, g.facts from ",
        (path: text),
        " join node n on n.path = r.path and n.valid_to is null join report_routing g on g.node_id = n.id order by g.position, g.id"
    ));
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(upwards(path)))
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(Routing::from).collect())
}

/// The rules that hold at a place or anywhere below it: each place below looks at its own first.
pub(super) async fn rules_around(tx: &mut Tx, path: &str) -> Result<Vec<Routing>, DbError> {
    let mut all = rules(tx, path).await?;
    let range = PathRange::below(path);
    let below: Vec<Row> = on!(tx, |c| sqlx::query_as(BELOW)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_all(c)
        .await)?;
    all.extend(below.into_iter().map(Routing::from));
    Ok(all)
}

/// The roles that somebody holds today at a place and above it, but those who have stepped aside from a matter, or work where it is about:
/// at `accused`, while it is not stored yet.
async fn held(
    tx: &mut Tx,
    path: &str,
    but: Option<MatterId>,
    accused: Option<NodeId>,
) -> Result<Vec<(String, NodeId)>, DbError> {
    let today = tx.now().date();
    let sql = tx.sql(rows!(
        "select distinct g.role, n.id from ",
        (path: text),
        concat!(
            " join node n on n.path = r.path and n.valid_to is null join role_grant g on g.node_id = n.id \
         join user_account ua on ua.id = g.user_id and ua.state = 'active' \
         where g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) \
         and not exists (select 1 from matter_recusal x where x.matter_id = $3 and x.user_id = g.user_id)",
            unaccused!(
                "g.user_id",
                "coalesce($4, (select k.accused_id from matter k where k.id = $3))",
                "$2"
            )
        )
    ));
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(upwards(path)))
        .bind(today)
        .bind(but)
        .bind(accused)
        .fetch_all(c)
        .await)
}

/// Whether somebody holds a role at a unit who has not stepped aside from a matter and does not work where it is about.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn is_held(tx: &mut Tx, unit: NodeId, role: Role, but: Option<MatterId>) -> Result<bool, DbError> {
    Ok(!tell::holders_but(tx, but, unit, role).await?.is_empty())
}

/// The unit and role at or above a place that somebody holds, by an order of both.
async fn nearest(
    tx: &mut Tx,
    path: &str,
    order: &[(NodeKind, Role)],
    but: Option<MatterId>,
    accused: Option<NodeId>,
) -> Result<Option<(Node, Role)>, AppError> {
    let held = held(tx, path, but, accused).await?;
    let mut nodes = BTreeMap::new();
    for (_, id) in &held {
        if let Some(node) = units::by_id(tx, *id).await? {
            nodes.insert(node.id, node);
        }
    }
    for (kind, role) in order {
        let found = held
            .iter()
            .filter(|(code, _)| code == role.code())
            .find_map(|(_, id)| nodes.get(id).filter(|node| node.kind == *kind));
        if let Some(node) = found {
            return Ok(Some((node.clone(), *role)));
        }
    }
    Ok(None)
}

/// Who dispatches at a unit, or at the nearest one above where somebody does.
///
/// # Errors
/// What the database answers.
pub async fn dispatcher(tx: &mut Tx, path: &str) -> Result<Option<(Node, Role)>, AppError> {
    dispatcher_but(tx, None, path).await
}

/// As [`dispatcher`], but for those who have stepped aside from a matter.
///
/// # Errors
/// What the database answers.
pub async fn dispatcher_but(
    tx: &mut Tx,
    but: Option<MatterId>,
    path: &str,
) -> Result<Option<(Node, Role)>, AppError> {
    nearest(tx, path, &DISPATCHERS, but, None).await
}

/// Who decides for those who have a matter: as [`dispatcher_but`], but not at the post that has it.
///
/// # Errors
/// What the database answers.
pub async fn decider(tx: &mut Tx, matter: &store::Stored) -> Result<Option<(Node, Role)>, AppError> {
    let own = (matter.unit_code.kind(), matter.role());
    let others: Vec<(NodeKind, Role)> = DISPATCHERS.into_iter().filter(|post| *post != own).collect();
    nearest(tx, &matter.unit_path, &others, Some(matter.id), None).await
}

/// Who has a matter at a place that no rule matches, but for those who have stepped aside from it.
///
/// # Errors
/// What the database answers.
pub async fn anybody_but(
    tx: &mut Tx,
    but: Option<MatterId>,
    path: &str,
) -> Result<Option<(Node, Role)>, AppError> {
    nearest(tx, path, &CHAIN, but, None).await
}

/// The nearest unit at or above a place where somebody holds a role.
async fn post(tx: &mut Tx, path: &str, role: Role, but: Option<MatterId>) -> Result<Option<Node>, AppError> {
    let held = held(tx, path, but, None).await?;
    let mut nearest: Option<Node> = None;
    for (_, id) in held.iter().filter(|(code, _)| code == role.code()) {
        let node = units::by_id(tx, *id).await?;
        nearest = nearest.into_iter().chain(node).max_by_key(|node| node.path.len());
    }
    Ok(nearest)
}

/// Who is where a rule leads from a place: at its unit, or at the nearest one where somebody holds the role.
async fn there(
    tx: &mut Tx,
    facts: &Facts,
    path: &str,
    but: Option<MatterId>,
) -> Result<Option<There>, AppError> {
    let unit = match &facts.unit {
        Some(code) => units::by_code(tx, code).await?,
        None => post(tx, path, facts.role, but).await?,
    };
    let Some(unit) = unit else { return Ok(None) };
    let people = tell::holders_but(tx, but, unit.id, facts.role).await?;
    Ok(Some((unit, people)))
}

/// A unit, and who is there.
type There = (Node, Vec<UserId>);

/// Who is where rules lead, as far as it was asked, always without the same people. Many rules that match lead to few posts: each post is asked
/// for once.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<(String, &'static str), Option<There>>);

impl Known {
    /// Where the first rule leads that matches and leads to somebody.
    pub(super) async fn first(
        &mut self,
        tx: &mut Tx,
        rules: &[Routing],
        matter: &Incoming<'_>,
        but: Option<MatterId>,
    ) -> Result<Option<Destination>, AppError> {
        for rule in matching(rules, matter) {
            if let Some(found) = self.served(tx, rule, matter.path, but).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Where a rule leads from a place, if somebody is there.
    async fn served(
        &mut self,
        tx: &mut Tx,
        rule: &Routing,
        path: &str,
        but: Option<MatterId>,
    ) -> Result<Option<Destination>, AppError> {
        let facts = &rule.facts;
        // A path ends with a slash, a code does not.
        let place = facts.unit.as_ref().map(ToString::to_string);
        let key = (place.unwrap_or_else(|| path.to_owned()), facts.role.code());
        let known = self.0.get(&key).cloned();
        let there = match known {
            Some(known) => known,
            None => {
                let there = there(tx, facts, path, but).await?;
                self.0.insert(key, there.clone());
                there
            }
        };
        let Some((unit, people)) = there else {
            return Ok(None);
        };
        let leads_on = match facts.person {
            Some(person) => people.contains(&person),
            None => !people.is_empty(),
        };
        Ok(leads_on.then_some(Destination {
            unit,
            role: facts.role,
            person: facts.person,
            why: Why::Rule(rule.id),
        }))
    }
}

/// Who has a matter that is no rule's: whom its category names, if somebody is there who can be told of it, or else the first on the way up.
pub(super) async fn without_rule(
    tx: &mut Tx,
    matter: &Incoming<'_>,
    but: Option<MatterId>,
) -> Result<Option<Destination>, AppError> {
    if let Some(role) = category::lead(tx, matter.category).await?
        && matter.may_go_to(role)
        && let Some(unit) = post(tx, matter.path, role, but).await?
    {
        return Ok(Some(Destination {
            unit,
            role,
            person: None,
            why: Why::Category,
        }));
    }
    let found = anybody_but(tx, but, matter.path).await?;
    Ok(found.map(in_order))
}

fn in_order((unit, role): (Node, Role)) -> Destination {
    Destination {
        unit,
        role,
        person: None,
        why: Why::Order,
    }
}

/// Who has a matter: by the first rule that matches and leads to somebody, or else by its category, if somebody is there, or else the first
/// on the way up. With somebody complained about it begins above `accused`.
///
/// # Errors
/// [`AppError::Conflict`] if nobody is anywhere on the way.
pub async fn choose(
    tx: &mut Tx,
    place: &Node,
    accused: Option<&Node>,
    matter: &Incoming<'_>,
) -> Result<Destination, AppError> {
    choose_but(tx, None, place, accused, matter).await
}

/// As [`choose`], but for those who have stepped aside from the matter.
///
/// # Errors
/// As [`choose`].
pub async fn choose_but(
    tx: &mut Tx,
    but: Option<MatterId>,
    place: &Node,
    accused: Option<&Node>,
    matter: &Incoming<'_>,
) -> Result<Destination, AppError> {
    let nobody = || AppError::Conflict("这里还没有安排人接收，请拨打 12345，或者到社区当面说。".into());
    if let Some(accused) = accused {
        let above = accused
            .path
            .trim_end_matches('/')
            .rfind('/')
            .map(|end| &accused.path[..=end]);
        let above = above.ok_or_else(nobody)?;
        // Past posts that nobody holds but who works where it is about.
        let found = nearest(tx, above, &DISPATCHERS, but, Some(accused.id)).await?;
        return found.map(in_order).ok_or_else(nobody);
    }
    let rules = rules(tx, &place.path).await?;
    if let Some(found) = Known::default().first(tx, &rules, matter, but).await? {
        return Ok(found);
    }
    without_rule(tx, matter, but).await?.ok_or_else(nobody)
}

pub(super) fn code(text: &str) -> Result<Code, AppError> {
    text.trim().parse().map_err(|_| AppError::NotFound)
}

/// A matter as rules look at it, with what its reporter told.
pub(super) fn incoming<'a>(matter: &'a store::Stored, told: &'a store::Told) -> Incoming<'a> {
    Incoming {
        kind: matter.kind,
        category: &matter.category,
        path: &matter.path,
        hour: matter.created_at.hour(),
        words: &told.words,
        spoken: told.only_spoken(),
    }
}

/// A unit as pages show it.
pub(super) fn shown(node: &Node) -> Unit {
    Unit {
        code: node.code.to_string(),
        name: node.name.clone(),
    }
}
