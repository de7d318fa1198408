//! What the level above pressed for (督办) and has not got by its day: whoever pressed is told, or, where they oversee it no more, whoever is
//! above it now. Those who have it are reminded by its task; going up is the matter's.

use db::{Cx, DbError, Tx, on};
use notices::{Notice, model::Kind};
use orgs::{model::NodeKind, server::store as units};
use shared::{AppError, Permission, Role, Timestamp, UserId};
use tasks::model::TaskId;

use super::{
    act,
    sight::unaccused,
    store::{self, Stored},
    tell,
};
use crate::model::{Action, MatterId};

/// What was due longer ago has been told.
const LOOKED_AT: i64 = 30 * Timestamp::DAY;

// The tasks of `deadline::URGED`.
const OVERDUE: &str = "select t.id, m.id from task t join matter m on m.id = t.subject_id where t.kind = 'reports.urged' \
    and t.state = 'open' and t.ended_at is null and t.due_at < $1 and t.due_at > $2 and m.ended_at is null and t.id > $3 \
    order by t.id limit 100";
// Of nobody who has stepped aside from the matter or works where it is about.
const POSTS: &str = concat!(
    "select g.role, pn.path from role_grant g join node pn on pn.id = g.node_id \
    join user_account ua on ua.id = g.user_id and ua.state = 'active' where g.user_id = $1 and g.valid_from <= $2 \
    and (g.valid_to is null or g.valid_to >= $2) \
    and not exists (select 1 from matter_recusal x where x.matter_id = $3 and x.user_id = g.user_id)",
    unaccused!(
        "g.user_id",
        "(select k.accused_id from matter k where k.id = $3)",
        "$2"
    )
);

/// Tells whoever pressed for what is not answered by its day, each once; how many were told now.
///
/// # Errors
/// What the database answers.
pub async fn overdue(cx: &Cx) -> Result<usize, AppError> {
    let (mut after, mut told) = (TaskId(uuid::Uuid::nil()), 0);
    loop {
        let now = cx.now();
        let some: Vec<(TaskId, MatterId)> = {
            let mut tx = cx.read().await?;
            on!(tx, |c| sqlx::query_as(OVERDUE)
                .bind(now)
                .bind(now.plus(-LOOKED_AT))
                .bind(after)
                .fetch_all(c)
                .await)?
        };
        let Some((last, _)) = some.last() else {
            return Ok(told);
        };
        after = *last;
        for (task, id) in some {
            let mut tx = cx.write().await?;
            let Some(matter) = store::hold_id(&mut tx, id).await? else {
                continue;
            };
            if !matter.state.counts() {
                continue;
            }
            for to in concerned(&mut tx, &matter).await? {
                let notice = Notice::new(to, Kind::ReportUrgedLate, format!("report/{id}/urged/{task}"))
                    .about(matter.record())
                    .leads_to(matter.href())
                    .fact("title", matter.title.as_str());
                // The key has it told once, however often it is looked.
                told += usize::from(notices::send(&mut tx, &notice).await?);
            }
            tx.commit().await?;
        }
    }
}

/// Whoever pressed last, if they still oversee it, or else whoever is above it.
async fn concerned(tx: &mut Tx, matter: &Stored) -> Result<Vec<UserId>, AppError> {
    let steps = store::steps(tx, matter.id).await?;
    let pressed = steps.iter().rev().find(|step| step.action == Action::Urge);
    if let Some(user) = pressed.and_then(|step| step.user_id)
        && oversees(tx, user, matter).await?
    {
        return Ok(vec![user]);
    }
    let unit = units::by_id(tx, matter.unit_id)
        .await?
        .ok_or(AppError::NotFound)?;
    match act::up(tx, matter, &unit, NodeKind::Street).await {
        Ok((unit, role)) => Ok(tell::holders_but(tx, Some(matter.id), unit.id, role).await?),
        // Nobody is above.
        Err(AppError::Conflict(_)) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

async fn oversees(tx: &mut Tx, user: UserId, matter: &Stored) -> Result<bool, DbError> {
    let today = tx.now().date();
    let posts: Vec<(String, String)> = on!(tx, |c| sqlx::query_as(POSTS)
        .bind(user)
        .bind(today)
        .bind(matter.id)
        .fetch_all(c)
        .await)?;
    Ok(posts.iter().any(|(role, path)| {
        let role = role.parse::<Role>().ok();
        role.is_some_and(|role| role.allows(Permission::ReportOversee))
            && matter.unit_path.starts_with(path.as_str())
    }))
}
