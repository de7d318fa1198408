//! What of one's own runs: for the card of the home page, which everybody opens first. One statement, by an index, and nothing unsealed.

use db::{Cx, on};
use shared::{AppError, Timestamp};

use super::sight::unaccused;
use crate::model::{Due, Kind, RunningPage, RunningRow, State};

// Of `$1`. Whoever acts for them, `$2`, is not told what is about where they work, and from what they stepped aside: as
// `sight::told_by_proxy` has it. How many is said in the text, as in lists.
const RUNNING: &str = concat!(
    "select m.code, m.title, m.kind, m.state, m.created_at, t.due_at, t.provisional from matter m \
     left join task t on t.id = m.task_id and t.ended_at is null where m.reporter_id = $1 and m.ended_at is null \
     and not exists (select 1 from matter_recusal x where x.matter_id = m.id and x.user_id = $2)",
    unaccused!("$2", "m.accused_id", "$3"),
    " order by m.id desc limit 2"
);

#[derive(sqlx::FromRow)]
struct Row {
    code: String,
    title: String,
    kind: Kind,
    state: State,
    created_at: Timestamp,
    due_at: Option<Timestamp>,
    provisional: Option<bool>,
}

/// The newest two that one reported and that have not ended.
///
/// # Errors
/// What the database answers.
pub async fn newest(cx: &Cx) -> Result<RunningPage, AppError> {
    let subject = cx.subject()?;
    let who = cx.who();
    let proxy = who.user.filter(|_| who.acting_for.is_some());
    let mut tx = cx.look().await?;
    let now = tx.now();
    let found: Vec<Row> = on!(tx, |c| sqlx::query_as(RUNNING)
        .bind(subject)
        .bind(proxy)
        .bind(now.date())
        .fetch_all(c)
        .await)?;
    drop(tx);
    let rows = found
        .into_iter()
        .map(|row| RunningRow {
            due: row.due_at.filter(|_| row.state.counts()).map(|at| Due {
                at,
                provisional: row.provisional.unwrap_or_default(),
            }),
            code: row.code,
            title: row.title,
            kind: row.kind,
            state: row.state,
            at: row.created_at,
        })
        .collect();
    Ok(RunningPage { now, rows })
}
