//! What the pages show. A task is seen by those who have it, and by those who oversee its unit unless its circle is narrow.

use db::{Cx, EngineSql, Json, Tx, on, rows};
use serde::Serialize;
use shared::{Actor, AppError, Cursor, NodeId, Page, Permission, RecordId, Role, Scope, Timestamp, UserId};

use super::{
    clocks::Clocks,
    reckon::course,
    store::{self, Stored},
};
use crate::model::{
    Doing, Doings, EntryRow, Facts, Happening, Holder, State, Step, TaskId, TaskList, TaskPage, TaskRow,
    Today, View,
};

/// Rows a page of a list.
pub const PAGE: usize = 30;
/// Rows on the home page.
const FIRST: usize = 3;
/// Lines of a history.
const LINES: i64 = 200;

/// The roles that somebody holds, and where.
#[derive(Serialize)]
struct Held {
    node: NodeId,
    role: &'static str,
}

fn held(actor: &Actor) -> Json<Vec<Held>> {
    let held = |grant: &shared::Grant| Held {
        node: grant.node,
        role: grant.role.code(),
    };
    Json(actor.grants.iter().map(held).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: TaskId,
    label: String,
    title: String,
    node_name: String,
    state: String,
    due_at: Option<Timestamp>,
    provisional: bool,
    from_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<Row> for TaskRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            label: row.label,
            title: row.title,
            node_name: row.node_name,
            state: State::from_code(&row.state).unwrap_or(State::Open),
            due: row.due_at,
            provisional: row.provisional,
            ended: row.ended_at,
        }
    }
}

/// What is one's own: `$1` the roles that one holds, `$2` oneself.
macro_rules! own_sql {
    ($head:literal, $ended:literal, $rest:literal) => {
        rows!(
            concat!(
                $head,
                " from task t join node n on n.id = t.node_id where t.id in (select h.task_id from "
            ),
            (node: uuid, role: text),
            concat!(
                " join task_holder h on h.node_id = r.node and h.role = r.role where h.ended_at ",
                $ended,
                " union select h.task_id from task_holder h where h.user_id = $2 and h.ended_at ",
                $ended,
                ") and ",
                $rest
            )
        )
    };
}

macro_rules! list_sql {
    ($ended:literal, $rest:literal) => {
        own_sql!(
            "select t.id, t.label, t.title, n.name as node_name, t.state, t.due_at, t.provisional, t.from_at, t.ended_at",
            $ended,
            $rest
        )
    };
}

const OPEN: EngineSql = list_sql!(
    "is null",
    "t.state = 'open' and (t.due_at, t.id) > ($3, $4) order by t.due_at, t.id limit $5"
);
const PAUSED: EngineSql = list_sql!(
    "is null",
    "t.state = 'paused' and (t.from_at, t.id) > ($3, $4) order by t.from_at, t.id limit $5"
);
const ENDED: EngineSql = list_sql!(
    "is not null",
    "(t.ended_at, t.id) < ($3, $4) order by t.ended_at desc, t.id desc limit $5"
);
const COUNTS: EngineSql = own_sql!(
    "select count(*) as open, coalesce(sum(case when t.due_at < $3 then 1 else 0 end), 0) as overdue, \
     coalesce(sum(case when t.due_at >= $3 and t.due_at < $4 then 1 else 0 end), 0) as today",
    "is null",
    "t.state = 'open'"
);
const UNIT: EngineSql = rows!(
    "select t.id, t.label, t.title, n.name as node_name, t.state, t.due_at, t.provisional, t.from_at, t.ended_at \
     from task t join node n on n.id = t.node_id where not t.narrow and t.state = 'open' and exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) and (t.due_at, t.id) > ($2, $3) order by t.due_at, t.id limit $4"
);
const MINE: EngineSql = rows!(
    "select exists (select 1 from task_holder h where h.task_id = $3 and (h.user_id = $2 or exists (select 1 from ",
    (node: uuid, role: text),
    " where h.node_id = r.node and h.role = r.role)))"
);
const HISTORY: &str = "select e.id, e.at, e.what, u.shown_name, e.facts, e.words from task_entry e \
    left join user_account u on u.id = e.user_id where e.task_id = $1 order by e.at desc, e.id desc limit $2";
const NODE_NAME: &str = "select name from node where id = $1";
const USER_NAME: &str = "select shown_name from user_account where id = $1";

fn overseen(cx: &Cx) -> Scope {
    cx.actor
        .as_ref()
        .map(|actor| actor.scope_of(Permission::TaskOversee))
        .unwrap_or_default()
}

fn position(cursor: Option<&str>, first: Timestamp) -> Result<(Timestamp, TaskId), AppError> {
    let id = |first: Timestamp| {
        // Downwards the first page begins after the greatest.
        TaskId(if first.0 == i64::MAX {
            uuid::Uuid::max()
        } else {
            uuid::Uuid::nil()
        })
    };
    let Some(text) = cursor.filter(|text| !text.is_empty()) else {
        return Ok((first, id(first)));
    };
    let bad = || AppError::invalid("after", "这一页的地址不对，请从第一页看起。");
    let cursor: Cursor = text.parse().map_err(|()| bad())?;
    let key = cursor.key.parse().map_err(|_| bad())?;
    Ok((Timestamp(key), TaskId(cursor.id)))
}

/// A list of the signed-in person's tasks, or of those they oversee.
///
/// # Errors
/// [`AppError::Forbidden`] for those overseen if one oversees nothing, [`AppError::Invalid`] for a cursor that is none, or what
/// the database answers.
pub async fn list(cx: &Cx, view: View, cursor: Option<&str>) -> Result<TaskList, AppError> {
    let mut tx = cx.read().await?;
    let scope = overseen(cx);
    let rows = match view {
        View::Unit => unit(cx, &mut tx, &scope, cursor).await?,
        View::Open => own(cx, &mut tx, OPEN, position(cursor, Timestamp(i64::MIN))?, PAGE).await?,
        View::Paused => own(cx, &mut tx, PAUSED, position(cursor, Timestamp(i64::MIN))?, PAGE).await?,
        View::Ended => own(cx, &mut tx, ENDED, position(cursor, Timestamp(i64::MAX))?, PAGE).await?,
    };
    let key = |row: &Row| match view {
        View::Open | View::Unit => row.due_at.unwrap_or_default(),
        View::Paused => row.from_at,
        View::Ended => row.ended_at.unwrap_or_default(),
    };
    let page = Page::cut(rows, PAGE, |row| Cursor {
        key: key(row).0.to_string(),
        id: row.id.0,
    });
    Ok(TaskList {
        rows: Page {
            rows: page.rows.into_iter().map(TaskRow::from).collect(),
            next: page.next,
        },
        now: tx.now(),
        oversees: !scope.is_empty(),
    })
}

fn one_more(size: usize) -> i64 {
    i64::try_from(size + 1).unwrap_or(i64::MAX)
}

async fn own(
    cx: &Cx,
    tx: &mut Tx,
    sql: EngineSql,
    (key, id): (Timestamp, TaskId),
    size: usize,
) -> Result<Vec<Row>, AppError> {
    let actor = cx.actor.as_ref().ok_or(AppError::Unauthenticated)?;
    let sql = tx.sql(sql);
    Ok(on!(tx, |c| sqlx::query_as(sql)
        .bind(held(actor))
        .bind(actor.user)
        .bind(key)
        .bind(id)
        .bind(one_more(size))
        .fetch_all(c)
        .await)?)
}

async fn unit(cx: &Cx, tx: &mut Tx, scope: &Scope, cursor: Option<&str>) -> Result<Vec<Row>, AppError> {
    cx.must_hold(Permission::TaskOversee)?;
    let (key, id) = position(cursor, Timestamp(i64::MIN))?;
    let sql = tx.sql(UNIT);
    Ok(on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(scope.ranges()))
        .bind(key)
        .bind(id)
        .bind(one_more(PAGE))
        .fetch_all(c)
        .await)?)
}

/// What the home page says of one's own tasks.
///
/// # Errors
/// What the database answers.
pub async fn today(cx: &Cx) -> Result<Today, AppError> {
    let actor = cx.actor.as_ref().ok_or(AppError::Unauthenticated)?;
    let mut tx = cx.read().await?;
    let now = tx.now();
    let (sql, midnight) = (tx.sql(COUNTS), now.date().plus_days(1).start());
    let (open, overdue, today): (i64, i64, i64) = on!(tx, |c| sqlx::query_as(sql)
        .bind(held(actor))
        .bind(actor.user)
        .bind(now)
        .bind(midnight)
        .fetch_one(c)
        .await)?;
    let mut first = own(cx, &mut tx, OPEN, position(None, Timestamp(i64::MIN))?, FIRST).await?;
    first.truncate(FIRST);
    Ok(Today {
        now,
        overdue,
        today,
        open,
        first: first.into_iter().map(TaskRow::from).collect(),
    })
}

/// What somebody is to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    pub mine: bool,
    pub oversees: bool,
}

/// What the caller is to a task.
///
/// # Errors
/// [`AppError::NotFound`] for those whom it does not concern.
pub(super) async fn sight(cx: &Cx, tx: &mut Tx, task: &Stored) -> Result<Sight, AppError> {
    let actor = cx.actor.as_ref().ok_or(AppError::Unauthenticated)?;
    let sql = tx.sql(MINE);
    let mine: bool = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(held(actor))
        .bind(actor.user)
        .bind(task.id)
        .fetch_one(c)
        .await)?;
    let above = overseen(cx).covers(&task.path);
    let sight = Sight {
        mine,
        oversees: above && (mine || !task.narrow),
    };
    if sight.mine || sight.oversees {
        Ok(sight)
    } else {
        Err(AppError::NotFound)
    }
}

/// What may be done with a task by hand.
pub(super) fn doings(task: &Stored, sight: Sight) -> Doings {
    if !task.by_hand {
        return Doings::default();
    }
    let state = task.state();
    let runs = !state.has_ended();
    Doings {
        finish: runs && sight.mine,
        // Whoever has a deadline does not stop its clock alone.
        pause: state == State::Open && sight.oversees,
        resume: state == State::Paused && sight.oversees,
        cancel: runs && sight.oversees,
    }
}

/// A task's page.
///
/// # Errors
/// [`AppError::NotFound`] for those whom it does not concern, or what the database answers.
pub async fn task(cx: &Cx, id: TaskId) -> Result<TaskPage, AppError> {
    let mut tx = cx.read().await?;
    let task = store::by_id(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let sight = sight(cx, &mut tx, &task).await?;
    let mut holders = Vec::new();
    for (holder, _) in store::holders(&mut tx, &task).await? {
        holders.push(name_of(&mut tx, holder).await?);
    }
    let listens = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.scope_of(Permission::StaffView).covers(&task.path));
    Ok(TaskPage {
        doings: doings(&task, sight),
        ahead: ahead(&mut tx, &task).await?,
        history: history(&mut tx, id).await?,
        now: tx.now(),
        limit: task.time_limit.0,
        from: task.from_at,
        topic: (listens && !task.narrow).then(|| format!("path/{}", task.path)),
        href: task.href,
        holders,
        row: TaskRow {
            id: task.id,
            state: State::from_code(&task.state).unwrap_or(State::Open),
            label: task.label,
            title: task.title,
            node_name: task.node_name,
            due: task.due_at,
            provisional: task.provisional,
            ended: task.ended_at,
        },
    })
}

async fn node_name(tx: &mut Tx, node: NodeId) -> Result<String, AppError> {
    let name: Option<String> = on!(tx, |c| sqlx::query_scalar(NODE_NAME)
        .bind(node)
        .fetch_optional(c)
        .await)?;
    Ok(name.unwrap_or_default())
}

async fn name_of(tx: &mut Tx, holder: Holder) -> Result<String, AppError> {
    match holder {
        Holder::User(user) => user_name(tx, user).await,
        Holder::Role(role, node) => Ok(format!("{}（{}）", role.label(), node_name(tx, node).await?)),
    }
}

async fn user_name(tx: &mut Tx, user: UserId) -> Result<String, AppError> {
    let name: Option<String> = on!(tx, |c| sqlx::query_scalar(USER_NAME)
        .bind(user)
        .fetch_optional(c)
        .await)?;
    Ok(name.unwrap_or_else(|| "已注销的账号".into()))
}

/// What will happen by itself unless it is done before.
async fn ahead(tx: &mut Tx, task: &Stored) -> Result<Vec<(Timestamp, String)>, AppError> {
    if task.state() != State::Open {
        return Ok(Vec::new());
    }
    let pauses = store::pauses(tx, task.id).await?;
    let clock = Clocks::load(tx).await?.of(tx, task.node_id).await?;
    let course = course(task, &pauses);
    let steps = store::steps(tx, task.id).await?;
    let mut ahead: Vec<(Timestamp, String)> = steps
        .iter()
        .filter_map(|row| Some((course.due(&clock, row.step.0.when)?, words(row.step.0))))
        .collect();
    ahead.sort();
    Ok(ahead)
}

fn words(step: Step) -> String {
    match step.doing {
        Doing::Remind => format!("提醒：{}", step.when.label()),
        Doing::Escalate(role) => format!("{}，升级到{}", step.when.label(), role.label()),
    }
}

#[derive(sqlx::FromRow)]
struct Entry {
    id: RecordId,
    at: Timestamp,
    what: String,
    shown_name: Option<String>,
    facts: Json<Facts>,
    words: Option<String>,
}

async fn history(tx: &mut Tx, id: TaskId) -> Result<Vec<EntryRow>, AppError> {
    let entries: Vec<Entry> = on!(tx, |c| sqlx::query_as(HISTORY)
        .bind(id)
        .bind(LINES)
        .fetch_all(c)
        .await)?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(what) = Happening::from_code(&entry.what) else {
            continue;
        };
        rows.push(EntryRow {
            id: entry.id,
            at: entry.at,
            what,
            by: entry.shown_name,
            detail: detail(tx, what, &entry.facts.0).await?,
            words: entry.words,
        });
    }
    Ok(rows)
}

async fn detail(tx: &mut Tx, what: Happening, facts: &Facts) -> Result<String, AppError> {
    let due = |at: Option<Timestamp>| at.map_or_else(|| "没有期限".to_owned(), Timestamp::zh_short);
    let to = match (facts.user, facts.role, facts.node) {
        (Some(user), ..) => Some(user_name(tx, user).await?),
        (None, Some(role), Some(node)) => Some(name_of(tx, Holder::Role(role, node)).await?),
        (None, None, Some(node)) => Some(node_name(tx, node).await?),
        (None, role, None) => role.map(|role: Role| role.label().to_owned()),
    };
    let mut parts = Vec::new();
    parts.extend(facts.step.map(|step| step.when.label()));
    parts.extend(match (what, to) {
        (_, Some(to)) if facts.nobody => Some(format!("没有人担任{to}，请指定")),
        (Happening::Escalated, Some(to)) => Some(format!("升级到{to}")),
        (_, to) => to.map(|to| format!("交给{to}")),
    });
    match (facts.from, facts.to) {
        (None, None) => {}
        (None, to) => parts.push(format!("{}到期", due(to))),
        (from, to) => parts.push(format!("到期时间从 {} 改为 {}", due(from), due(to))),
    }
    Ok(parts.join("，"))
}
