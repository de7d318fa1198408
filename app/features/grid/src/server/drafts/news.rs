//! What people find in their inbox of a draft: those who may approve it, and its author.

use db::{Cx, EngineSql, Json, Tx, on, rows};
use notices::{Notice, model::Kind};
use serde::Serialize;
use shared::{AppError, Date, Permission, RecordId, Role, UserId};

use super::{page, store::Stored};

fn notice(draft: &Stored, to: UserId, kind: Kind) -> Notice {
    // A draft's version grows with all that becomes of it: the same can become of it again.
    let key = format!("draft/{}/{}/{}", draft.id, draft.version, kind.code());
    Notice::new(to, kind, key)
        .about(RecordId(draft.id.0))
        .leads_to(format!("/map/drafts/{}", draft.id))
        .fact("unit", draft.name.as_str())
}

/// What a draft asked of anybody is over.
///
/// # Errors
/// What the database answers.
pub(super) async fn settled(tx: &mut Tx, draft: &Stored) -> Result<(), AppError> {
    notices::settle(tx, RecordId(draft.id.0), None).await
}

/// It was handed in: those are told who may approve it.
///
/// # Errors
/// What the database answers.
pub(super) async fn proposed(cx: &Cx, tx: &mut Tx, draft: &Stored) -> Result<(), AppError> {
    settled(tx, draft).await?;
    let who = page::name(cx, tx, draft.author_id).await?;
    for to in approvers(tx, draft).await? {
        let told = notice(draft, to, Kind::BorderProposed).fact("who", who.as_str());
        notices::send(tx, &told).await?;
    }
    Ok(())
}

/// It was approved, and waits for its day.
///
/// # Errors
/// What the database answers.
pub(super) async fn approved(tx: &mut Tx, draft: &Stored) -> Result<(), AppError> {
    settled(tx, draft).await?;
    let day = draft.effective_on.map(Date::zh).unwrap_or_default();
    let told = notice(draft, draft.author_id, Kind::BorderApproved).fact("day", day);
    notices::send(tx, &told).await?;
    Ok(())
}

/// It was refused; or its day came, and it could not take effect.
///
/// # Errors
/// What the database answers.
pub(super) async fn sent_back(tx: &mut Tx, draft: &Stored, kind: Kind, why: &str) -> Result<(), AppError> {
    settled(tx, draft).await?;
    let told = notice(draft, draft.author_id, kind).fact("why", why);
    notices::send(tx, &told).await?;
    Ok(())
}

/// It is in effect.
///
/// # Errors
/// What the database answers.
pub(super) async fn in_effect(tx: &mut Tx, draft: &Stored, on: Date) -> Result<(), AppError> {
    settled(tx, draft).await?;
    let told = notice(draft, draft.author_id, Kind::BorderInEffect).fact("day", on.zh());
    notices::send(tx, &told).await?;
    Ok(())
}

#[derive(Serialize)]
struct Above<'a> {
    path: &'a str,
}

/// Whoever may approve a draft at its unit, or at the nearest one above where somebody may who did not draw it: what waits in a
/// community need not be in the inbox of a whole city's administrators.
async fn approvers(tx: &mut Tx, draft: &Stored) -> Result<Vec<UserId>, AppError> {
    const HOLDERS: EngineSql = rows!(
        "select n.path, g.role, g.user_id from ",
        (path: text),
        " join node n on n.path = r.path and n.valid_to is null join role_grant g on g.node_id = n.id \
         join user_account u on u.id = g.user_id and u.state = 'active' where g.role <> 'resident' and g.user_id <> $2 \
         and not exists (select 1 from grid_draft_step s where s.draft_id = $4 and s.user_id = g.user_id and s.state in ('drafted', 'proposed')) \
         and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) order by n.path, g.user_id"
    );
    let ends = draft.path.match_indices('/').map(|(at, _)| at);
    let above: Vec<Above<'_>> = ends
        .filter_map(|at| draft.path.get(..=at).map(|path| Above { path }))
        .collect();
    let (sql, today) = (tx.sql(HOLDERS), tx.now().date());
    let holders: Vec<(String, String, UserId)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&above))
        .bind(draft.author_id)
        .bind(today)
        .bind(draft.id)
        .fetch_all(c)
        .await)?;
    let may = |role: &str| {
        role.parse::<Role>()
            .is_ok_and(|role| role.allows(Permission::MapApprove))
    };
    let nearest = holders
        .iter()
        .filter(|(_, role, _)| may(role))
        .map(|(path, ..)| path.len())
        .max();
    let mut found: Vec<UserId> = holders
        .iter()
        .filter(|(path, role, _)| Some(path.len()) == nearest && may(role))
        .map(|(.., user)| *user)
        .collect();
    found.dedup();
    Ok(found)
}
