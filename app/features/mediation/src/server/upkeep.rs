//! What becomes of cases whose people have gone. What was agreed stays in the committee's file, with the names of who agreed; numbers,
//! addresses, and everything of a case without an agreement go.

use db::{Cx, execute, on};
use shared::{AppError, UserId};

use crate::model::CaseId;

const GONE: &str = "select p.user_id, p.mediation_id from mediation_person p join user_account a on a.id = p.user_id \
    join mediation m on m.id = p.mediation_id where a.state = 'erased' and m.ended_at is not null order by p.id limit 100";
const DISOWN: &str = "update mediation_person set user_id = null, phone = null, address = null where user_id = $1 and mediation_id = $2";
// Of a case without an agreement nothing is kept of the other side either.
const NAMELESS: &str = "update mediation_person set name = null, phone = null, address = null where mediation_id = $1 and exists \
    (select 1 from mediation m where m.id = $1 and m.agreement is null and m.ended_at is not null)";
const WIPE: &str =
    "update mediation set told = null where id = $1 and agreement is null and ended_at is not null";
const SESSIONS: &str = "update mediation_session set told = null where mediation_id = $1 and exists \
    (select 1 from mediation m where m.id = $1 and m.agreement is null and m.ended_at is not null)";
const WORDS: &str = "update mediation_step set words = null where mediation_id = $1 and exists \
    (select 1 from mediation m where m.id = $1 and m.agreement is null and m.ended_at is not null)";
const STEPS: &str = "update mediation_step set user_id = null where user_id in (select id from user_account where state = 'erased')";
const NOTED: &str = "update mediation_session set noted_by = null where noted_by in (select id from user_account where state = 'erased')";
const ENTERED: &str = "update mediation set entered_by = null where entered_by in (select id from user_account where state = 'erased')";
const CLERKS: &str = "update mediation set clerk_id = null where clerk_id in (select id from user_account where state = 'erased')";

/// Takes erased accounts off their cases. A case that still runs waits for its end; how many there were.
///
/// # Errors
/// What the database answers.
pub async fn forget(cx: &Cx) -> Result<usize, AppError> {
    let mut forgotten = 0;
    loop {
        let mut tx = cx.write().await?;
        let gone: Vec<(UserId, CaseId)> = on!(tx, |c| sqlx::query_as(GONE).fetch_all(c).await)?;
        for (user, case) in &gone {
            execute!(tx, DISOWN, *user, *case)?;
            for sql in [NAMELESS, WIPE, SESSIONS, WORDS] {
                execute!(tx, sql, *case)?;
            }
        }
        if gone.is_empty() {
            for sql in [STEPS, NOTED, ENTERED, CLERKS] {
                execute!(tx, sql)?;
            }
        }
        tx.commit().await?;
        if gone.is_empty() {
            return Ok(forgotten);
        }
        forgotten += gone.len();
    }
}
