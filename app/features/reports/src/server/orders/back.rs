//! Orders on their way back: how each stands, which are to be given back, and that they were.

use std::collections::BTreeMap;

use db::{Audit, Cx, DbError, EngineSql, Json, Tx, execute, on};
use shared::{AppError, Cursor, Page, RecordId, Timestamp};

use super::platform::{self, Platform};
use crate::{
    model::{Action, MatterId, OrderState, OrdersPage, State},
    server::{
        sight::visible_sql,
        store::{self, Step},
    },
};

/// Rows of a page, and of a file.
const PAGE: usize = 50;
pub(super) const FILE: usize = 2_000;

// `f` is what an order became, `m` the last of those into which that went (合并): what is answered there is the answer to the order, and who
// sees that one sees how the order stands.
macro_rules! order_sql {
    ($rest:expr) => {
        concat!(
            "select o.id, o.number, p.label, o.received_at, o.due_at, o.given_at, f.id as own_id, m.id as matter_id, m.ended_at from report_order o \
             join report_platform p on p.id = o.platform_id join matter f on f.id = o.matter_id \
             join matter m on m.id = case when f.merged_into is null then f.id else coalesce((with recursive way (id, went) as \
             (select x.id, x.merged_into from matter x where x.id = f.merged_into \
             union select x.id, x.merged_into from way w join matter x on x.id = w.went) \
             select way.id from way where way.went is null), f.id) end join node n on n.id = m.node_id \
             join node u on u.id = m.unit_id left join node a on a.id = m.accused_id where ",
            $rest
        )
    };
}
/// What has an answer or an end that its platform has not been given yet; also one that was there before the order's own matter went into it.
macro_rules! back {
    () => {
        "((m.ended_at is not null or m.state in ('answered', 'checked', 'rated')) and (o.given_at is null \
         or coalesce(m.ended_at, m.answered_at) > o.given_at or f.ended_at > o.given_at))"
    };
}

const LIST: EngineSql = visible_sql!(order_sql!(""), "and o.id < $4 order by o.id desc limit $5");
const BACK: EngineSql = visible_sql!(
    order_sql!(""),
    concat!("and o.id < $4 and ", back!(), " order by o.id desc limit $5")
);
const ONE: EngineSql = visible_sql!(order_sql!(""), "and o.id = $4");
const OF_PLATFORM: &str = concat!(
    order_sql!("o.platform_id = $1 and o.id < $2 and "),
    back!(),
    " order by o.id desc limit $3"
);
const BY_NUMBER: &str = order_sql!("o.platform_id = $1 and o.number = $2");
const GIVEN: &str = "update report_order set given_at = $2 where id = $1";

#[derive(sqlx::FromRow)]
struct Stored {
    id: RecordId,
    number: String,
    label: String,
    received_at: Timestamp,
    due_at: Option<Timestamp>,
    given_at: Option<Timestamp>,
    /// What it became.
    own_id: MatterId,
    /// Where it is handled: its own, or the last of those into which that went.
    matter_id: MatterId,
    ended_at: Option<Timestamp>,
}

/// Orders where the viewer handles matters: all of them, or what is to be given back.
///
/// # Errors
/// [`AppError::NotFound`] for a page that is none, or what the database answers.
pub async fn page(cx: &Cx, back: bool, after: &str) -> Result<OrdersPage, AppError> {
    let mut tx = cx.read().await?;
    let found = list(cx, &mut tx, back, cursor(after)?, PAGE).await?;
    let found = Page::cut(found, PAGE, |order| Cursor {
        key: String::new(),
        id: order.id.0,
    });
    Ok(OrdersPage {
        back,
        rows: states(cx, &mut tx, found.rows).await?,
        next: found.next,
        platforms: platform::of_files(cx, &mut tx).await?,
    })
}

/// What is to be given back, for a file.
pub(super) async fn to_give(cx: &Cx, tx: &mut Tx) -> Result<Vec<OrderState>, AppError> {
    let mut found = list(cx, tx, true, RecordId(uuid::Uuid::max()), FILE).await?;
    found.truncate(FILE);
    states(cx, tx, found).await
}

fn cursor(after: &str) -> Result<RecordId, AppError> {
    if after.is_empty() {
        return Ok(RecordId(uuid::Uuid::max()));
    }
    let cursor: Cursor = after.parse().map_err(|()| AppError::NotFound)?;
    Ok(RecordId(cursor.id))
}

fn most(rows: usize) -> i64 {
    i64::try_from(rows + 1).unwrap_or(i64::MAX)
}

async fn list(
    cx: &Cx,
    tx: &mut Tx,
    back: bool,
    after: RecordId,
    rows: usize,
) -> Result<Vec<Stored>, AppError> {
    let sql = tx.sql(if back { BACK } else { LIST });
    let today = tx.now().date();
    Ok(on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(cx.who().user)
        .bind(today)
        .bind(after)
        .bind(most(rows))
        .fetch_all(c)
        .await)?)
}

async fn states(cx: &Cx, tx: &mut Tx, orders: Vec<Stored>) -> Result<Vec<OrderState>, AppError> {
    let labels: BTreeMap<String, String> = store::categories(tx)
        .await?
        .into_iter()
        .map(|one| (one.code, one.label))
        .collect();
    let mut states = Vec::with_capacity(orders.len());
    for order in orders {
        states.push(state(cx, tx, order, &labels).await?);
    }
    Ok(states)
}

async fn state(
    cx: &Cx,
    tx: &mut Tx,
    order: Stored,
    labels: &BTreeMap<String, String>,
) -> Result<OrderState, AppError> {
    let matter = store::by_id(tx, order.matter_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let steps = store::steps(tx, matter.id).await?;
    // What was heard of another reporter, and how they rated it, is nobody else's to read.
    let own = order.own_id == matter.id;
    let last = |action: Action| steps.iter().rev().find(|step| step.action == action);
    let words = |step: Option<&Step>| match step {
        Some(step) => step.open(cx),
        None => Ok(None),
    };
    // Of what was opened again, the answer of before is none any more.
    let answer = last(Action::Answer).filter(|_| !(matter.state.counts() || matter.state == State::Paused));
    let refusal = last(Action::Refuse).filter(|_| matter.state == State::Refused);
    let refused = match refusal {
        Some(step) => {
            let door = step.elsewhere.map(|door| door.label()).unwrap_or_default();
            let why = step.open(cx)?.unwrap_or_default();
            Some(format!("{why}（{door}）").replace("（）", ""))
        }
        None => None,
    };
    let moved = steps.iter().rev().find(|step| {
        matches!(
            step.action,
            Action::Return | Action::Dispatch | Action::Reassign | Action::Begin
        )
    });
    Ok(OrderState {
        id: order.id,
        number: order.number,
        platform: order.label,
        matter: matter.shown_number(),
        category: labels.get(&matter.category).unwrap_or(&matter.category).clone(),
        place: matter.node_name.clone(),
        unit: matter.unit_name.clone(),
        received: order.received_at,
        due: order.due_at,
        state: matter.state,
        returned: matter.state == State::Accepted && moved.is_some_and(|step| step.action == Action::Return),
        result: words(answer)?,
        answered: answer.map(|step| step.at),
        checked: words(last(Action::Check).filter(|_| own && answer.is_some()))?,
        rating: matter
            .rating
            .filter(|_| own)
            .map(|rating| rating.label().to_owned()),
        refused,
        ended: order.ended_at,
        given: order.given_at,
        code: matter.code,
    })
}

/// Notes that orders were given back to their platforms, by their ids with commas between.
///
/// # Errors
/// [`AppError::NotFound`] for one that is none, or that the viewer does not see.
pub async fn give_back(cx: &Cx, ids: &str) -> Result<usize, AppError> {
    let ids: Result<Vec<RecordId>, _> = ids.split(',').map(|id| id.trim().parse()).collect();
    let ids = ids.map_err(|_| AppError::NotFound)?;
    if ids.len() > PAGE {
        return Err(AppError::NotFound);
    }
    let mut tx = cx.write().await?;
    let (sql, now) = (tx.sql(ONE), tx.now());
    for id in &ids {
        let found: Option<Stored> = on!(tx, |c| sqlx::query_as(sql)
            .bind(Json(cx.scope.ranges()))
            .bind(cx.who().user)
            .bind(now.date())
            .bind(*id)
            .fetch_optional(c)
            .await)?;
        let found = found.ok_or(AppError::NotFound)?;
        execute!(tx, GIVEN, found.id, now)?;
        let at = store::by_id(&mut tx, found.matter_id)
            .await?
            .ok_or(AppError::NotFound)?;
        tx.audit(Audit::new("reports.order.given", "report_order", found.id.0).at(&at.unit_path))
            .await?;
    }
    tx.commit().await?;
    Ok(ids.len())
}

/// What a platform fetches: what it has not been given yet, and where the next page begins.
pub(super) async fn of_platform(
    cx: &Cx,
    platform: &Platform,
    after: &str,
) -> Result<(Vec<OrderState>, Option<String>), AppError> {
    let mut tx = cx.read().await?;
    let found: Vec<Stored> = on!(tx, |c| sqlx::query_as(OF_PLATFORM)
        .bind(platform.id)
        .bind(cursor(after)?)
        .bind(most(PAGE))
        .fetch_all(c)
        .await)?;
    let found = Page::cut(found, PAGE, |order| Cursor {
        key: String::new(),
        id: order.id.0,
    });
    Ok((states(cx, &mut tx, found.rows).await?, found.next))
}

async fn numbered(tx: &mut Tx, platform: &Platform, number: &str) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_NUMBER)
        .bind(platform.id)
        .bind(number)
        .fetch_optional(c)
        .await)
}

/// How one order of a platform stands.
pub(super) async fn one(cx: &Cx, platform: &Platform, number: &str) -> Result<OrderState, AppError> {
    let mut tx = cx.read().await?;
    let found = numbered(&mut tx, platform, number)
        .await?
        .ok_or(AppError::NotFound)?;
    let mut states = states(cx, &mut tx, vec![found]).await?;
    states.pop().ok_or(AppError::NotFound)
}

/// A platform says that it has what it fetched.
pub(super) async fn received(cx: &Cx, platform: &Platform, number: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let found = numbered(&mut tx, platform, number)
        .await?
        .ok_or(AppError::NotFound)?;
    let now = tx.now();
    execute!(tx, GIVEN, found.id, now)?;
    tx.audit(Audit::new("reports.order.given", "report_order", found.id.0).at(&platform.path))
        .await?;
    tx.commit().await?;
    Ok(())
}
