//! Inspections that are arranged: for which item, in which grids, how often; and whether anybody needs them.

use db::{Audit, Cx, DbError, Event, Tx, execute, on};
use orgs::{
    model::{Code, Node, NodeKind},
    server::service,
};
use shared::{AppError, Date, NodeId, RecordId, Role, scope::PathRange};
use tasks::{
    model::{Holder, Kind, Limit, Step, When},
    server::{NewTask, task},
};

use super::{
    QUARTER, round,
    shown::{self, place},
};
use crate::model::{Entry, Every, ItemId, PlanId, PlanRow, PlansPage, Proposal};

/// Whether a list that nobody needed goes on.
pub const PROPOSAL: Kind = Kind::new("catalogue.proposal", "没人用到的清单")
    .steps(&[Step::remind(When::DaysBefore(1)), Step::remind(When::Overdue)]);
/// How long one has to decide, in working days.
const DECIDE: u16 = 10;
/// The longest reason, in characters.
const LONGEST: usize = 200;

/// An inspection that is arranged.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Plan {
    pub id: PlanId,
    pub node_id: NodeId,
    pub item_id: ItemId,
    pub every: Every,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub kept_until: Option<Date>,
    pub kept_why: Option<String>,
    pub path: String,
    pub code: Code,
}

macro_rules! plan_sql {
    ($rest:expr) => {
        concat!(
            "select p.id, p.node_id, p.item_id, p.every, p.valid_from, p.valid_to, p.kept_until, p.kept_why, n.path, n.code \
             from inspection_plan p join node n on n.id = p.node_id ",
            $rest
        )
    };
}

const OPEN: &str = plan_sql!("where p.valid_to is null and p.id > $1 order by p.id limit 100");
const BY_ID: &str = plan_sql!("where p.id = $1");
const AT: &str = plan_sql!(
    "where p.valid_to is null and (p.node_id = $1 or (n.path >= $2 and n.path < $3)) order by p.created_at, p.id limit 300"
);
const OF_NODE: &str = plan_sql!("where p.valid_to is null and p.node_id = $1 order by p.id");
const OF_ITEM: &str = plan_sql!("where p.valid_to is null and p.item_id = $1");
const INSERT: &str = "insert into inspection_plan (id, node_id, item_id, every, valid_from, created_at, created_by) \
    values ($1, $2, $3, $4, $5, $6, $7)";
const END: &str =
    "update inspection_plan set valid_to = $2, ended_why = $3 where id = $1 and valid_to is null";
const KEEP: &str =
    "update inspection_plan set kept_until = $2, kept_why = $3 where id = $1 and valid_to is null";
const COUNTS: &str = "select count(case when state = 'done' then 1 end) as walked, count(case when state = 'open' then 1 end) as open, \
    count(case when state = 'missed' then 1 end) as missed, count(case when found then 1 end) as found \
    from inspection where plan_id = $1 and valid_until > $2";
const FOUND: &str = "select max(valid_until) from inspection where plan_id = $1 and found";
const ASKED: &str = "select max(u.day) from catalogue_use u join node n on n.id = u.node_id \
    where u.item_id = $1 and n.path >= $2 and n.path < $3";

#[derive(sqlx::FromRow)]
struct Counts {
    walked: i64,
    open: i64,
    missed: i64,
    found: i64,
}

/// Arrangements that run, after `after`, a hundred at a time.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn running(tx: &mut Tx, after: PlanId) -> Result<Vec<Plan>, DbError> {
    on!(tx, |c| sqlx::query_as(OPEN).bind(after).fetch_all(c).await)
}

/// The item as it holds where it is arranged; `None` if it does no more.
///
/// # Errors
/// What the database answers.
pub async fn entry(tx: &mut Tx, plan: &Plan, day: Date) -> Result<Option<Entry>, AppError> {
    let shown = shown::at(tx, &plan.path, day, true).await?;
    let entries = shown.map(|shown| shown.entries).unwrap_or_default();
    Ok(entries
        .into_iter()
        .find(|entry| entry.id == plan.item_id && entry.hidden_by.is_none()))
}

/// Since when nobody needed it, if that is a quarter or longer and nobody has said that it goes on.
///
/// Needed means that a round found something, or that somebody asked for the item where it is arranged.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn unneeded(tx: &mut Tx, plan: &Plan, today: Date) -> Result<Option<Date>, DbError> {
    if plan.valid_to.is_some() || plan.kept_until.is_some_and(|until| until > today) {
        return Ok(None);
    }
    let range = PathRange::below(&plan.path);
    let found: Option<Date> = on!(tx, |c| sqlx::query_scalar(FOUND).bind(plan.id).fetch_one(c).await)?;
    let asked: Option<Date> = on!(tx, |c| sqlx::query_scalar(ASKED)
        .bind(plan.item_id)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_one(c)
        .await)?;
    // A round may have found something before it ended: its last day may lie ahead.
    let last = [found.map(|day| day.min(today)), asked]
        .into_iter()
        .flatten()
        .max();
    let since = last.unwrap_or(plan.valid_from).max(plan.valid_from);
    Ok((since <= today.plus_days(-QUARTER)).then_some(since))
}

/// The inspections arranged at a place and below it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn page(cx: &Cx, code: &Code) -> Result<PlansPage, AppError> {
    let mut tx = cx.read().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let today = tx.now().date();
    let shown = shown::at(&mut tx, &node.path, today, true).await?;
    let entries = shown.map(|shown| shown.entries).unwrap_or_default();
    let mut plans = Vec::new();
    for plan in at(&mut tx, &node).await? {
        let name = entries.iter().find(|entry| entry.id == plan.item_id);
        let name = name.map_or_else(|| round::GONE.to_owned(), |entry| entry.item.name.clone());
        plans.push(row(&mut tx, plan, name, today).await?);
    }
    let mut choices = Vec::new();
    for entry in entries {
        let Some(every) = entry.item.every.filter(|_| entry.hidden_by.is_none()) else {
            continue;
        };
        if !is_arranged(&mut tx, &node, entry.id).await? {
            choices.push((entry.id, entry.item.name, every));
        }
    }
    Ok(PlansPage {
        here: place(&node),
        today,
        plans,
        choices,
    })
}

async fn at(tx: &mut Tx, node: &Node) -> Result<Vec<Plan>, DbError> {
    let range = PathRange::below(&node.path);
    on!(tx, |c| sqlx::query_as(AT)
        .bind(node.id)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_all(c)
        .await)
}

/// What is arranged at a unit itself, also at one that is no more.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn of_node(tx: &mut Tx, node: NodeId) -> Result<Vec<Plan>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_NODE).bind(node).fetch_all(c).await)
}

async fn row(tx: &mut Tx, plan: Plan, name: String, today: Date) -> Result<PlanRow, AppError> {
    let since = today.plus_days(-QUARTER);
    let counts: Counts = on!(tx, |c| sqlx::query_as(COUNTS)
        .bind(plan.id)
        .bind(since)
        .fetch_one(c)
        .await)?;
    let proposal = unneeded(tx, &plan, today).await?.map(|since| Proposal { since });
    let kept = plan.kept_until.filter(|until| *until > today);
    Ok(PlanRow {
        id: plan.id,
        name,
        every: plan.every,
        since: plan.valid_from,
        until: plan.valid_to,
        walked: counts.walked,
        open: counts.open,
        missed: counts.missed,
        found: counts.found,
        proposal,
        kept: kept.map(|until| (until, plan.kept_why.unwrap_or_default())),
    })
}

/// Whether a unit on the way down to `node`, itself, or one below it has arranged the item: a grid is not sent twice.
pub(super) async fn is_arranged(tx: &mut Tx, node: &Node, item: ItemId) -> Result<bool, DbError> {
    let plans: Vec<Plan> = on!(tx, |c| sqlx::query_as(OF_ITEM).bind(item).fetch_all(c).await)?;
    Ok(plans
        .iter()
        .any(|plan| plan.path.starts_with(&node.path) || node.path.starts_with(&plan.path)))
}

/// Arranges an inspection for all grids at and below a place, from today on; the first round is opened at once.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] if the list has no such inspection here, or on `every` if it is more often
/// than the list says, [`AppError::Conflict`] if it is arranged already.
pub async fn begin(cx: &Cx, code: &Code, item: &str, every: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let today = tx.now().date();
    let shown = shown::at(&mut tx, &node.path, today, true).await?;
    let entries = shown.map(|shown| shown.entries).unwrap_or_default();
    let item = item.trim().parse::<ItemId>().ok();
    let entry = entries
        .iter()
        .find(|entry| Some(entry.id) == item && entry.hidden_by.is_none());
    let Some((entry, own)) = entry.and_then(|entry| entry.item.every.map(|own| (entry, own))) else {
        return Err(AppError::invalid("item", "请从清单里选一项巡查。"));
    };
    // Without a word of it, as often as the list says.
    let every = if every.is_empty() {
        Some(own)
    } else {
        every.parse().ok()
    };
    let every = every.ok_or_else(|| AppError::invalid("every", "请选多久巡查一次。"))?;
    // A list is narrowed on the way down, never widened: nobody below is sent more often than it says.
    if every.is_shorter_than(own) {
        let own = own.label();
        return Err(AppError::invalid(
            "every",
            format!("清单定的是{own}巡查一次，不能安排得更密。请选{own}，或者更长的周期。"),
        ));
    }
    if is_arranged(&mut tx, &node, entry.id).await? {
        return Err(AppError::Conflict(
            "这一项已经安排过了：可能是上级安排的，也可能是下面的网格自己安排的。".into(),
        ));
    }
    arrange(cx, &mut tx, &node, entry, every, today).await?;
    tx.commit().await?;
    Ok(())
}

/// Arranges it since a day, in the caller's transaction.
///
/// # Errors
/// What the database answers.
pub async fn arrange(
    cx: &Cx,
    tx: &mut Tx,
    node: &Node,
    entry: &Entry,
    every: Every,
    from: Date,
) -> Result<(), AppError> {
    let (id, now) = (tx.id::<PlanId>(), tx.now());
    execute!(tx, INSERT, id, node.id, entry.id, every, from, now, cx.who().user)?;
    let plan = by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    round::open(cx, tx, &plan, entry, now.date()).await?;
    changed(tx, &plan, "catalogue.plan.begin").await
}

async fn by_id(tx: &mut Tx, id: PlanId) -> Result<Option<Plan>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

/// An arrangement that runs, in the caller's scope.
async fn held(cx: &Cx, tx: &mut Tx, id: PlanId) -> Result<Plan, AppError> {
    let plan = by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&plan.path)?;
    if plan.valid_to.is_some() {
        return Err(AppError::Conflict("这项巡查已经停掉了。".into()));
    }
    Ok(plan)
}

fn reason(words: &str) -> Result<&str, AppError> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > LONGEST || words.chars().any(char::is_control) {
        return Err(AppError::invalid("why", "请用一两句话写明原因，200 个字以内。"));
    }
    Ok(words)
}

/// No longer arranged, from today on. Open rounds need not be walked.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] without a reason, [`AppError::Conflict`] if it has ended.
pub async fn end(cx: &Cx, id: PlanId, why: &str) -> Result<(), AppError> {
    let why = reason(why)?;
    let mut tx = cx.write().await?;
    let plan = held(cx, &mut tx, id).await?;
    end_in(cx, &mut tx, &plan, why).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`end`], in the caller's transaction.
///
/// # Errors
/// What the database answers.
pub async fn end_in(cx: &Cx, tx: &mut Tx, plan: &Plan, why: &str) -> Result<(), AppError> {
    let today = tx.now().date();
    execute!(tx, END, plan.id, today, why)?;
    round::cancel(cx, tx, plan, why).await?;
    task::finish_all(cx, tx, &PROPOSAL, RecordId(plan.id.0)).await?;
    changed(tx, plan, "catalogue.plan.end").await
}

/// Goes on for another quarter although nobody needed it.
///
/// # Errors
/// As [`end`].
pub async fn keep(cx: &Cx, id: PlanId, why: &str) -> Result<(), AppError> {
    let why = reason(why)?;
    let mut tx = cx.write().await?;
    let plan = held(cx, &mut tx, id).await?;
    let until = tx.now().date().plus_days(QUARTER);
    execute!(tx, KEEP, id, until, why)?;
    task::finish_all(cx, &mut tx, &PROPOSAL, RecordId(plan.id.0)).await?;
    changed(&mut tx, &plan, "catalogue.plan.keep").await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn changed(tx: &mut Tx, plan: &Plan, action: &'static str) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "inspection_plan", plan.id.0).at(&plan.path))
        .await?;
    tx.publish(Event {
        topic: format!("path/{}", plan.path),
        kind: "catalogue.plan.changed",
        subject: Some(RecordId(plan.id.0)),
        data: serde_json::json!({}),
    })
    .await?;
    Ok(())
}

/// Who decides about the lists of a unit.
const fn decider(kind: NodeKind) -> Role {
    match kind {
        NodeKind::Street => Role::TownAdmin,
        NodeKind::District => Role::DistrictAdmin,
        NodeKind::City | NodeKind::Province => Role::CityAdmin,
        NodeKind::Community | NodeKind::Grid | NodeKind::MicroGrid => Role::Secretary,
    }
}

/// Proposes the abolition of what nobody needed for a quarter: a task for whoever decides, once until it is decided.
///
/// # Errors
/// What the database answers.
pub async fn propose(cx: &Cx, tx: &mut Tx, plan: &Plan, entry: &Entry) -> Result<(), AppError> {
    let today = tx.now().date();
    let Some(since) = unneeded(tx, plan, today).await? else {
        return Ok(());
    };
    let subject = RecordId(plan.id.0);
    let open = task::running_at(tx, plan.node_id).await?;
    let node = orgs::server::store::by_id(tx, plan.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    if open
        .iter()
        .any(|task| task.kind == PROPOSAL.key && task.subject == subject)
    {
        return Ok(());
    }
    let title = format!(
        "“{}”从 {} 起没人用到：停掉，还是接着巡查",
        entry.item.name,
        since.zh()
    );
    let href = format!("/inspections/plans?node={}", plan.code);
    let new = NewTask {
        kind: PROPOSAL,
        subject,
        node: plan.node_id,
        title: &title,
        href: Some(&href),
        holder: Holder::Role(decider(node.kind), decides_at(tx, &node).await?),
        limit: Limit::WorkingDays(DECIDE),
        since: None,
    };
    task::open(cx, tx, &new).await?;
    Ok(())
}

/// The unit at which the deciding role is held: a grid's lists are its community's.
async fn decides_at(tx: &mut Tx, node: &Node) -> Result<NodeId, AppError> {
    let mut at = node.clone();
    while matches!(at.kind, NodeKind::Grid | NodeKind::MicroGrid) {
        let Some(above) = at.parent_id else { break };
        match orgs::server::store::by_id(tx, above).await? {
            Some(above) => at = above,
            None => break,
        }
    }
    Ok(at.id)
}
