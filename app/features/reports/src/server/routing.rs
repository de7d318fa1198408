//! Who gets a new matter; the rules that say so, and what each would have matched last month.

use std::collections::BTreeMap;

use db::{Audit, Cx, DbError, Json, Tx, execute, on, rows};
use orgs::{
    model::{Code, Node, NodeKind},
    server::{service, store as units},
};
use serde::Serialize;
use shared::{AppError, NodeId, Role, Timestamp, scope::PathRange};

use super::{category, sight::unaccused, store};
use crate::model::{
    Facts, Incoming, MatterId, Routing, RoutingForm, RoutingId, RoutingPage, RoutingRow, Unit, matching,
};

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
const TRIED: i64 = 2_000;
const MONTH: i64 = 31 * Timestamp::DAY;

const INSERT: &str = "insert into report_routing (id, node_id, position, facts, updated_at, updated_by) values ($1, $2, $3, $4, $5, $6)";
const CHANGE: &str = "update report_routing set position = $3, facts = $4, updated_at = $5, updated_by = $6 where id = $1 and node_id = $2";
const DELETE: &str = "delete from report_routing where id = $1 and node_id = $2";
const RECENT: &str = "select m.id from matter m join node n on n.id = m.node_id where n.path >= $1 and n.path < $2 and m.created_at > $3 \
    and m.accused_id is null order by m.id desc limit $4";

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
    let rule = |row: Row| Routing {
        id: row.id,
        path: row.path,
        position: row.position,
        facts: row.facts.0,
    };
    Ok(rows.into_iter().map(rule).collect())
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
    Ok(!super::tell::holders_but(tx, but, unit, role).await?.is_empty())
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

/// Where a rule leads from a place, if somebody is there.
async fn served(
    tx: &mut Tx,
    rule: &Routing,
    path: &str,
    but: Option<MatterId>,
) -> Result<Option<(Node, Role)>, AppError> {
    let role = rule.facts.role;
    let unit = match &rule.facts.unit {
        Some(code) => units::by_code(tx, code).await?,
        None => post(tx, path, role, but).await?,
    };
    if let Some(unit) = unit
        && is_held(tx, unit.id, role, but).await?
    {
        return Ok(Some((unit, role)));
    }
    Ok(None)
}

/// Who has a matter: by the first rule that matches and leads to somebody, or else by its category, if somebody is there, or else the first on the way up. With somebody complained
/// about it begins above `accused`.
///
/// # Errors
/// [`AppError::Conflict`] if nobody is anywhere on the way.
pub async fn choose(
    tx: &mut Tx,
    place: &Node,
    accused: Option<&Node>,
    matter: &Incoming<'_>,
) -> Result<(Node, Role), AppError> {
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
) -> Result<(Node, Role), AppError> {
    let nobody = || AppError::Conflict("这里还没有安排人接收，请拨打 12345，或者到社区当面说。".into());
    if let Some(accused) = accused {
        let above = accused
            .path
            .trim_end_matches('/')
            .rfind('/')
            .map(|end| &accused.path[..=end]);
        let above = above.ok_or_else(nobody)?;
        // Past posts that nobody holds but who works where it is about.
        return nearest(tx, above, &DISPATCHERS, but, Some(accused.id))
            .await?
            .ok_or_else(nobody);
    }
    let rules = rules(tx, &place.path).await?;
    for rule in matching(&rules, matter) {
        if let Some(found) = served(tx, rule, &place.path, but).await? {
            return Ok(found);
        }
    }
    if let Some(role) = category::lead(tx, matter.category).await?
        && let Some(unit) = post(tx, &place.path, role, but).await?
    {
        return Ok((unit, role));
    }
    anybody_but(tx, but, &place.path).await?.ok_or_else(nobody)
}

fn code(text: &str) -> Result<Code, AppError> {
    text.trim().parse().map_err(|_| AppError::NotFound)
}

/// The rules that hold at a unit, each with how many of last month's matters it would have got: a rule that leads to nobody is passed over.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn page(cx: &Cx, node: &str) -> Result<RoutingPage, AppError> {
    let mut tx = cx.read().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let rules = rules(&mut tx, &here.path).await?;
    let range = PathRange::below(&here.path);
    let since = tx.now().plus(-MONTH);
    let recent: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(RECENT)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(since)
        .bind(TRIED)
        .fetch_all(c)
        .await)?;
    let (mut matched, mut unmatched) = (BTreeMap::<RoutingId, i64>::new(), 0);
    let mut leads = BTreeMap::<(RoutingId, Option<String>), bool>::new();
    let tried = i64::try_from(recent.len()).unwrap_or_default();
    for id in recent {
        let Some(matter) = store::by_id(&mut tx, id).await? else {
            continue;
        };
        let words = matter.open(cx)?.words;
        let incoming = Incoming {
            kind: matter.kind,
            category: &matter.category,
            path: &matter.path,
            hour: matter.created_at.hour(),
            words: &words,
        };
        let mut found = None;
        for rule in matching(&rules, &incoming) {
            // One that names its unit leads everywhere to the same.
            let from = rule.facts.unit.is_none().then(|| matter.path.clone());
            let known = leads.get(&(rule.id, from.clone())).copied();
            let leads_on = match known {
                Some(known) => known,
                None => {
                    let here = served(&mut tx, rule, &matter.path, None).await?.is_some();
                    leads.insert((rule.id, from), here);
                    here
                }
            };
            if leads_on {
                found = Some(rule.id);
                break;
            }
        }
        match found {
            Some(rule) => *matched.entry(rule).or_default() += 1,
            None => unmatched += 1,
        }
    }
    let mut rows = Vec::new();
    for rule in rules {
        let unit = units::by_path(&mut tx, &rule.path)
            .await?
            .ok_or(AppError::NotFound)?;
        rows.push(RoutingRow {
            matched: matched.get(&rule.id).copied().unwrap_or_default(),
            unit: shown(&unit),
            id: rule.id,
            position: rule.position,
            facts: rule.facts,
        });
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.unit.code.len()), row.position, row.id));
    let categories = store::categories(&mut tx).await?;
    Ok(RoutingPage {
        here: shown(&here),
        rows,
        tried,
        unmatched,
        categories: categories.into_iter().map(|one| (one.code, one.label)).collect(),
    })
}

/// A unit as pages show it.
pub(super) fn shown(node: &Node) -> Unit {
    Unit {
        code: node.code.to_string(),
        name: node.name.clone(),
    }
}

/// Keeps a rule of a unit: a new one without an id.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field.
pub async fn save(cx: &Cx, node: &str, id: &str, form: &RoutingForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let facts = form.read()?;
    let known = store::categories(&mut tx).await?;
    if let Some(category) = &facts.category
        && known.iter().all(|one| one.code != *category)
    {
        return Err(AppError::invalid("category", "没有这一类，请重新选。"));
    }
    if let Some(unit) = &facts.unit {
        let unit = units::by_code(&mut tx, unit).await?;
        if unit.is_none_or(|unit| !cx.scope.covers(&unit.path)) {
            return Err(AppError::invalid(
                "unit",
                "没有这个单位，或者不在您负责的范围内。",
            ));
        }
    }
    let (now, by) = (tx.now(), cx.who().user);
    let rule = if id.trim().is_empty() {
        let rule: RoutingId = tx.id();
        execute!(tx, INSERT, rule, here.id, form.position, Json(&facts), now, by)?;
        rule
    } else {
        let rule: RoutingId = id.trim().parse().map_err(|_| AppError::NotFound)?;
        if execute!(tx, CHANGE, rule, here.id, form.position, Json(&facts), now, by)? == 0 {
            return Err(AppError::NotFound);
        }
        rule
    };
    tx.audit(Audit::new("reports.routing.save", "report_routing", rule.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a rule of a unit away.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn remove(cx: &Cx, node: &str, id: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let rule: RoutingId = id.trim().parse().map_err(|_| AppError::NotFound)?;
    if execute!(tx, DELETE, rule, here.id)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("reports.routing.remove", "report_routing", rule.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}
