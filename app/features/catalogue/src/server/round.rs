//! Rounds: for each period one in each grid, opened ahead, walked with a tap (see [`super::walk`]), and missed if nobody did.

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use shared::{AppError, Date, NodeId, RecordId, Role, Timestamp, scope::PathRange};
use tasks::{
    model::{Holder, Kind, Limit, Step, When},
    server::{Clocks, NewTask, task},
};

use super::{
    plan::{self, Plan},
    shown,
};
use crate::model::{Entry, Every, InspectionId, InspectionRow, InspectionsPage, Item, ItemId, PlanId};

/// A round in a grid.
pub const INSPECTION: Kind = Kind::new("catalogue.inspection", "巡查").steps(&[
    Step::remind(When::DaysBefore(1)),
    Step::remind(When::Overdue),
    Step::escalate(When::DaysAfter(1), Role::GridLead),
]);

/// What an item is called that the list has no more.
pub const GONE: &str = "清单里已经没有的事项";
/// Rows of a page.
const SHOWN: i64 = 60;
const SHOWN_DONE: i64 = 10;

const GRIDS: &str = "select n.id, n.name from node n where n.kind = 'grid' and n.valid_to is null and n.path >= $1 and n.path < $2 \
    and not exists (select 1 from inspection i where i.plan_id = $3 and i.grid_id = n.id and i.period = $4) order by n.path";
const INSERT: &str = "insert into inspection (id, plan_id, grid_id, period, valid_from, valid_until, state, found, opened_at) \
    values ($1, $2, $3, $4, $5, $6, 'open', $7, $8) on conflict (plan_id, grid_id, period) do nothing";
const PAST: &str = "select id from inspection where plan_id = $1 and state = 'open' and valid_until < $2";
const OPEN_OF: &str = "select id from inspection where plan_id = $1 and state = 'open'";
const STOP: &str = "update inspection set state = $2, ended_at = $3 where id = $1 and state = 'open'";

macro_rules! round_sql {
    ($rest:expr) => {
        concat!(
            "select i.id, p.item_id, i.grid_id, i.valid_until, i.state, i.found, i.words, i.ended_at, p.every, n.name, n.path \
             from inspection i join inspection_plan p on p.id = i.plan_id join node n on n.id = i.grid_id ",
            $rest
        )
    };
}

const BY_ID: &str = round_sql!("where i.id = $1");
const OPEN_IN: &str = round_sql!(
    "where i.state = 'open' and n.path >= $1 and n.path < $2 order by i.valid_until, n.path, i.id limit $3"
);
const DONE_IN: &str = round_sql!(
    "where i.state = 'done' and n.path >= $1 and n.path < $2 and i.valid_until > $4 order by i.ended_at desc, i.id limit $3"
);

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Round {
    pub id: InspectionId,
    item_id: ItemId,
    pub grid_id: NodeId,
    pub valid_until: Date,
    pub state: String,
    found: bool,
    words: Option<String>,
    ended_at: Option<Timestamp>,
    every: Every,
    /// Of its grid.
    pub name: String,
    pub path: String,
}

pub(super) async fn by_id(tx: &mut Tx, id: InspectionId) -> Result<Option<Round>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

#[derive(sqlx::FromRow)]
struct Grid {
    id: NodeId,
    name: String,
}

/// Opens the round of `day` in every grid that has none, with its task; rounds of earlier periods that nobody walked are missed.
///
/// # Errors
/// What the database answers.
pub async fn open(cx: &Cx, tx: &mut Tx, plan: &Plan, entry: &Entry, day: Date) -> Result<usize, AppError> {
    miss(cx, tx, plan, day).await?;
    let period = plan.every.period(day);
    let range = PathRange::below(&plan.path);
    let grids: Vec<Grid> = on!(tx, |c| sqlx::query_as(GRIDS)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(plan.id)
        .bind(&period.key)
        .fetch_all(c)
        .await)?;
    let mut clocks = Clocks::load(tx).await?;
    let mut opened = 0;
    for grid in grids {
        let (id, now): (InspectionId, Timestamp) = (tx.id(), tx.now());
        let (from, until) = (period.from, period.until);
        let new = execute!(
            tx,
            INSERT,
            id,
            plan.id,
            grid.id,
            &period.key,
            from,
            until,
            false,
            now
        )?;
        if new == 0 {
            continue;
        }
        let title = format!("{}：{}", plan.every.label(), entry.item.name);
        let new = NewTask {
            kind: INSPECTION,
            subject: RecordId(id.0),
            node: grid.id,
            title: &title,
            href: Some("/inspections"),
            holder: Holder::Role(Role::GridWorker, grid.id),
            limit: Limit::Until(until),
            since: None,
        };
        task::open_by(cx, tx, &mut clocks, &new).await?;
        tracing::debug!(grid = grid.name, period = period.key, "a round is open");
        opened += 1;
    }
    Ok(opened)
}

async fn miss(cx: &Cx, tx: &mut Tx, plan: &Plan, day: Date) -> Result<(), AppError> {
    let past: Vec<InspectionId> = on!(tx, |c| sqlx::query_scalar(PAST)
        .bind(plan.id)
        .bind(plan.every.period(day).from)
        .fetch_all(c)
        .await)?;
    for id in past {
        stop(cx, tx, id, "missed", "这一期没有巡查，已经进入下一期。").await?;
    }
    Ok(())
}

/// Ends the open rounds of an arrangement that ended.
///
/// # Errors
/// What the database answers.
pub async fn cancel(cx: &Cx, tx: &mut Tx, plan: &Plan, why: &str) -> Result<(), AppError> {
    let open: Vec<InspectionId> = on!(tx, |c| sqlx::query_scalar(OPEN_OF)
        .bind(plan.id)
        .fetch_all(c)
        .await)?;
    for id in open {
        stop(cx, tx, id, "cancelled", why).await?;
    }
    Ok(())
}

pub(super) async fn stop(
    cx: &Cx,
    tx: &mut Tx,
    id: InspectionId,
    state: &'static str,
    why: &str,
) -> Result<(), AppError> {
    let now = tx.now();
    execute!(tx, STOP, id, state, now)?;
    task::cancel_all(cx, tx, &INSPECTION, RecordId(id.0), why).await?;
    Ok(())
}

/// What somebody has to walk, and walked last, where they work.
///
/// # Errors
/// What the database answers.
pub async fn page(cx: &Cx) -> Result<InspectionsPage, AppError> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    let (mut open, mut done) = (Vec::new(), Vec::new());
    for range in cx.scope.ranges() {
        let found: Vec<Round> = on!(tx, |c| sqlx::query_as(OPEN_IN)
            .bind(&range.lo)
            .bind(&range.hi)
            .bind(SHOWN + 1)
            .fetch_all(c)
            .await)?;
        open.extend(found);
        let found: Vec<Round> = on!(tx, |c| sqlx::query_as(DONE_IN)
            .bind(&range.lo)
            .bind(&range.hi)
            .bind(SHOWN_DONE)
            .bind(now.date().plus_days(-super::QUARTER))
            .fetch_all(c)
            .await)?;
        done.extend(found);
    }
    open.sort_by(|a, b| (a.valid_until, &a.path).cmp(&(b.valid_until, &b.path)));
    done.sort_by_key(|round| std::cmp::Reverse(round.ended_at));
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let more = open.len() > shown;
    open.truncate(shown);
    done.truncate(usize::try_from(SHOWN_DONE).unwrap_or_default());
    let mut page = InspectionsPage {
        now,
        open: Vec::new(),
        done: Vec::new(),
        more,
    };
    for round in open {
        page.open.push(row(cx, &mut tx, round).await?);
    }
    for round in done {
        page.done.push(row(cx, &mut tx, round).await?);
    }
    Ok(page)
}

pub(super) async fn row(cx: &Cx, tx: &mut Tx, round: Round) -> Result<InspectionRow, AppError> {
    let item = what(tx, &round).await?;
    let (name, how) = item.map_or_else(|| (GONE.to_owned(), String::new()), |item| (item.name, item.how));
    let words = match &round.words {
        Some(sealed) => Some(cx.keys().open_for(Field::Note, RecordId(round.id.0), sealed)?),
        None => None,
    };
    Ok(InspectionRow {
        id: round.id,
        name,
        how,
        grid: round.name,
        every: round.every,
        until: round.valid_until,
        done_at: round.ended_at,
        found: round.found,
        words,
    })
}

/// The item that a round looks at: as the list has it on its last day, or today for one that still runs. `None` if the list has it no
/// more.
pub(super) async fn what(tx: &mut Tx, round: &Round) -> Result<Option<Item>, AppError> {
    let day = round.valid_until.min(tx.now().date());
    let entries = shown::at(tx, &round.path, day, true)
        .await?
        .map(|shown| shown.entries);
    let entry = entries
        .unwrap_or_default()
        .into_iter()
        .find(|entry| entry.id == round.item_id);
    Ok(entry.map(|entry| entry.item))
}

/// Opens what is due, in every place where something is arranged; what the list no longer has is no longer arranged, and what
/// nobody needed is proposed for abolition.
///
/// # Errors
/// What the database answers.
pub async fn run(cx: &Cx) -> Result<usize, AppError> {
    let mut after = PlanId(uuid::Uuid::nil());
    let mut opened = 0;
    loop {
        let plans = {
            let mut tx = cx.read().await?;
            plan::running(&mut tx, after).await?
        };
        let Some(last) = plans.last() else {
            return Ok(opened);
        };
        after = last.id;
        for plan in &plans {
            // One transaction each: a city's rounds are many, and others want to write, too.
            let mut tx = cx.write().await?;
            let today = tx.now().date();
            match plan::entry(&mut tx, plan, today).await? {
                Some(entry) => {
                    opened += open(cx, &mut tx, plan, &entry, today).await?;
                    plan::propose(cx, &mut tx, plan, &entry).await?;
                }
                None => plan::end_in(cx, &mut tx, plan, "清单里已经没有这一项。").await?,
            }
            tx.commit().await?;
        }
    }
}
