//! Applications that nobody took in time: the level above is told that there is one, and nothing of it.

use db::{Cx, on};
use shared::AppError;

use super::{deadline, desk, store};
use crate::model::CaseId;

// The tasks of `deadline::TAKE`, and of `deadline::UNTAKEN`, also of those who said that they have seen to it.
const LATE: &str = "select m.id, m.code from mediation m join task t on t.subject_id = m.id and t.kind = 'mediation.take' \
    where t.state = 'open' and t.ended_at is null and t.due_at < $1 and m.ended_at is null and m.clerk_id is null and m.id > $2 \
    and not exists (select 1 from task u where u.subject_id = m.id and u.kind = 'mediation.untaken') order by m.id limit 100";

/// Tells the level above of each once; how many there were.
///
/// # Errors
/// What the database answers.
pub async fn tell(cx: &Cx) -> Result<usize, AppError> {
    let (mut after, mut told) = (CaseId(uuid::Uuid::nil()), 0);
    loop {
        let now = cx.now();
        let late: Vec<(CaseId, String)> = {
            let mut tx = cx.read().await?;
            on!(tx, |c| sqlx::query_as(LATE)
                .bind(now)
                .bind(after)
                .fetch_all(c)
                .await)?
        };
        let Some((last, _)) = late.last() else {
            return Ok(told);
        };
        after = *last;
        for (_, code) in late {
            let mut tx = cx.write().await?;
            let Some(case) = store::hold(&mut tx, &code).await? else {
                continue;
            };
            if !deadline::waits(&mut tx, &case).await? {
                continue;
            }
            let Some((unit, role)) = desk::above(&mut tx, &case.unit_path).await? else {
                continue;
            };
            deadline::untaken(cx, &mut tx, &case, unit, role).await?;
            tx.commit().await?;
            told += 1;
        }
    }
}
