//! Who of those who hold a post has a matter by name: a fair share, with leave (请假委托) considered. The others at the post see it and may
//! act as before; it is the named one who has its tasks and is told.

use db::{Audit, Cx, DbError, Tx, execute, on};
use shared::{AppError, NodeId, Role, Timestamp, UserId};

use super::{
    deadline,
    sight::unaccused,
    store::{self, Stored},
    tell,
};
use crate::model::{Candidate, MatterId, fair};

// Whoever holds the post today, but those who have stepped aside from the matter or work where it is about. What they have is counted
// without it.
const CANDIDATES: &str = concat!(
    "select ua.id, exists (select 1 from delegation d where d.from_user = ua.id and d.ended_at is null and d.starts_on <= $3 and d.ends_on >= $3), \
     (select count(*) from matter m where m.holder_id = ua.id and m.ended_at is null and m.id <> $4 \
     and m.state in ('reported', 'accepted', 'dispatched', 'handling', 'paused')), \
     (select count(*) from matter m where m.holder_id = ua.id and m.ended_at is null and m.id <> $4), \
     (select max(m.ended_at) from matter m where m.holder_id = ua.id) \
     from user_account ua where ua.state = 'active' and ua.id in (select g.user_id from role_grant g where g.node_id = $1 and g.role = $2 \
     and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3)) \
     and not exists (select 1 from matter_recusal x where x.matter_id = $4 and x.user_id = ua.id)",
    unaccused!(
        "ua.id",
        "(select k.accused_id from matter k where k.id = $4)",
        "$3"
    ),
    " order by ua.id limit 100"
);
// To whom somebody on leave gave the post.
const DEPUTIES: &str = "select g.user_id from delegation d join role_grant g on g.delegation_id = d.id where d.from_user = $1 \
    and d.ended_at is null and d.starts_on <= $4 and d.ends_on >= $4 and g.node_id = $2 and g.role = $3 and g.valid_from <= $4 \
    and (g.valid_to is null or g.valid_to >= $4) order by d.created_at, g.user_id limit 20";
const NAMED: &str = "select holder_id from matter where id = $1 and unit_id = $2 and holder_role = $3";
const GIVE: &str = "update matter set holder_id = $2 where id = $1";
// Whoever its task was given to, as when a grid was handed over.
const AT_TASK: &str = "select h.user_id from matter m join task_holder h on h.task_id = m.task_id where m.id = $1 and h.level = 0 \
    and h.user_id is not null and h.ended_at is null limit 1";
// Whoever has it is on leave, or holds the post no more.
const ASTRAY: &str = "select m.id from matter m where m.ended_at is null and m.holder_id is not null and m.id > $2 \
    and m.state in ('reported', 'accepted', 'dispatched', 'handling', 'paused') \
    and (exists (select 1 from delegation d where d.from_user = m.holder_id and d.ended_at is null and d.starts_on <= $1 and d.ends_on >= $1) \
    or not exists (select 1 from role_grant g join user_account ua on ua.id = g.user_id and ua.state = 'active' \
    where g.user_id = m.holder_id and g.node_id = m.unit_id and g.role = m.holder_role and g.valid_from <= $1 \
    and (g.valid_to is null or g.valid_to >= $1))) order by m.id limit 100";

/// Who has a matter by name, while it lies with a post.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn named(
    tx: &mut Tx,
    matter: MatterId,
    unit: NodeId,
    role: Role,
) -> Result<Option<UserId>, DbError> {
    let found: Option<Option<UserId>> = on!(tx, |c| sqlx::query_scalar(NAMED)
        .bind(matter)
        .bind(unit)
        .bind(role.code())
        .fetch_optional(c)
        .await)?;
    Ok(found.flatten())
}

/// Who of those who hold a post would have a matter: who is wished, or whoever stands in for them on leave, or else a fair share.
async fn chosen(
    tx: &mut Tx,
    matter: MatterId,
    unit: NodeId,
    role: Role,
    wished: Option<UserId>,
) -> Result<Option<UserId>, DbError> {
    let today = tx.now().date();
    let rows: Vec<(UserId, bool, i64, i64, Option<Timestamp>)> = on!(tx, |c| sqlx::query_as(CANDIDATES)
        .bind(unit)
        .bind(role.code())
        .bind(today)
        .bind(matter)
        .fetch_all(c)
        .await)?;
    let all: Vec<Candidate> = rows
        .into_iter()
        .map(|(user, away, open, running, last)| Candidate {
            user,
            away,
            open,
            running,
            last,
        })
        .collect();
    let mut first = Vec::new();
    if let Some(user) = wished {
        let deputies: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(DEPUTIES)
            .bind(user)
            .bind(unit)
            .bind(role.code())
            .bind(today)
            .fetch_all(c)
            .await)?;
        first.push(user);
        first.extend(deputies);
    }
    Ok(fair(&all, &first))
}

/// Gives a matter, which lies with a post by now, to one of those who hold it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn give(
    tx: &mut Tx,
    matter: MatterId,
    unit: NodeId,
    role: Role,
    wished: Option<UserId>,
) -> Result<(), DbError> {
    let to = chosen(tx, matter, unit, role, wished).await?;
    execute!(tx, GIVE, matter, to)?;
    Ok(())
}

/// Gives it to a role at a unit, and there to one of those who hold it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn pass(
    tx: &mut Tx,
    matter: MatterId,
    unit: NodeId,
    role: Role,
    wished: Option<UserId>,
) -> Result<(), DbError> {
    store::pass(tx, matter, unit, role).await?;
    give(tx, matter, unit, role, wished).await
}

/// Somebody has stepped aside: whoever has it keeps it, unless it is they.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn without(tx: &mut Tx, matter: &Stored) -> Result<(), DbError> {
    let (unit, role) = (matter.unit_id, matter.role());
    let before = named(tx, matter.id, unit, role).await?;
    give(tx, matter.id, unit, role, before).await
}

/// Whoever of its post begins to handle it has it from then on, if somebody else had it by name.
///
/// # Errors
/// What the database answers.
pub async fn taken_up(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let by = cx.who().user;
    let before = named(tx, matter.id, matter.unit_id, matter.role()).await?;
    if before.is_some() && by.is_some() && before != by {
        execute!(tx, GIVE, matter.id, by)?;
        deadline::renamed(cx, tx, matter).await?;
    }
    Ok(())
}

/// Whom a matter astray goes to, if to somebody else than who has it.
async fn other(tx: &mut Tx, matter: &Stored) -> Result<Option<Option<UserId>>, DbError> {
    let (unit, role) = (matter.unit_id, matter.role());
    let before = named(tx, matter.id, unit, role).await?;
    let at_task: Option<UserId> = on!(tx, |c| sqlx::query_scalar(AT_TASK)
        .bind(matter.id)
        .fetch_optional(c)
        .await)?;
    let to = chosen(tx, matter.id, unit, role, at_task.or(before)).await?;
    Ok((to != before).then_some(to))
}

/// Gives what lies with somebody who is on leave since, or holds the post no more, to whoever stands in for them, or else to the others; how
/// many there were.
///
/// # Errors
/// What the database answers.
pub async fn again(cx: &Cx) -> Result<usize, AppError> {
    let (mut after, mut given) = (MatterId(uuid::Uuid::nil()), 0);
    loop {
        let mut astray = Vec::new();
        {
            let mut tx = cx.read().await?;
            let today = tx.now().date();
            let some: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(ASTRAY)
                .bind(today)
                .bind(after)
                .fetch_all(c)
                .await)?;
            let Some(last) = some.last() else { return Ok(given) };
            after = *last;
            // Where nobody else is there it stays, and nobody has to wait for this.
            for id in some {
                if let Some(matter) = store::by_id(&mut tx, id).await?
                    && other(&mut tx, &matter).await?.is_some()
                {
                    astray.push(id);
                }
            }
        }
        for id in astray {
            // One transaction each: others want to write, too.
            let mut tx = cx.write().await?;
            let Some(matter) = store::hold_id(&mut tx, id)
                .await?
                .filter(|one| !one.state.has_ended())
            else {
                continue;
            };
            let Some(to) = other(&mut tx, &matter).await? else {
                continue;
            };
            execute!(tx, GIVE, matter.id, to)?;
            deadline::renamed(cx, &mut tx, &matter).await?;
            tx.audit(Audit::new("reports.matter.share", "matter", matter.id.0).at(&matter.unit_path))
                .await?;
            tell::shared(&mut tx, &matter).await?;
            tx.commit().await?;
            given += 1;
        }
    }
}
