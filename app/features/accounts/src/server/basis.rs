//! The record of what is held on what basis, and of consent given and withdrawn.

use db::{Audit, Cx, DbError, Tx, execute, on};
use shared::{AppError, RecordId, Timestamp, UserId};

use super::relative;
use crate::model::DataKind;

const GIVE: &str = "insert into legal_basis (id, user_id, kind, basis, version, given_by, given_at) \
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
const END_OLDER: &str = "update legal_basis set withdrawn_at = $4 where user_id = $1 and kind = $2 and version <> $3 and withdrawn_at is null";
const WITHDRAW: &str =
    "update legal_basis set withdrawn_at = $3 where user_id = $1 and kind = $2 and withdrawn_at is null";
const OF_USER: &str =
    "select kind, version, given_at, withdrawn_at from legal_basis where user_id = $1 order by given_at, id";

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub kind: DataKind,
    pub version: String,
    pub given_at: Timestamp,
    pub withdrawn_at: Option<Timestamp>,
}

/// Notes the basis of `kind` for `user`; `by` is the guardian or worker who gave it for them. Given twice, the first
/// stands; one that was given in an older wording ends.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn give(tx: &mut Tx, user: UserId, kind: DataKind, by: Option<UserId>) -> Result<(), DbError> {
    let id: RecordId = tx.id();
    let now = tx.now();
    execute!(tx, END_OLDER, user, kind.code(), kind.version(), now)?;
    execute!(
        tx,
        GIVE,
        id,
        user,
        kind.code(),
        kind.basis().code(),
        kind.version(),
        by,
        now
    )?;
    Ok(())
}

/// Notes that consent to `kind` was withdrawn.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn end(tx: &mut Tx, user: UserId, kind: DataKind) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, WITHDRAW, user, kind.code(), now)?;
    Ok(())
}

/// All records of `user`, the oldest first; of kinds that are known no more, none.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Record>, DbError> {
    type Row = (String, String, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OF_USER).bind(user).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .filter_map(|(kind, version, given_at, withdrawn_at)| {
            Some(Record {
                kind: DataKind::from_code(&kind)?,
                version,
                given_at,
                withdrawn_at,
            })
        })
        .collect())
}

/// Whether `kind` was given and not withdrawn, in whichever wording.
async fn stands(tx: &mut Tx, user: UserId, kind: DataKind) -> Result<bool, DbError> {
    let records = of_user(tx, user).await?;
    Ok(records
        .iter()
        .any(|record| record.kind == kind && record.withdrawn_at.is_none()))
}

/// Gives anew or withdraws consent for oneself; withdrawing is acted upon at once.
///
/// # Errors
/// [`AppError::Conflict`] for what does not rest on one's own consent.
pub async fn set_consent(cx: &Cx, kind: DataKind, given: bool) -> Result<(), AppError> {
    super::act::not_while_acting(cx)?;
    let user = cx.user()?;
    let refuse = |text: &str| Err(AppError::Conflict(text.to_owned()));
    let mut tx = cx.write().await?;
    match (kind, given) {
        // Anew, in the present wording: what it is about was bound before.
        (DataKind::Relative, true) if stands(&mut tx, user, kind).await? => {
            give(&mut tx, user, kind, None).await?;
        }
        (DataKind::Relative, false) => relative::revoke_all(&mut tx, user).await?,
        (DataKind::Relative, true) => return refuse("请在“亲友代办”里，由亲友用您收到的验证码绑定。"),
        (DataKind::Child, _) => return refuse("孩子的信息由监护人在“亲友代办”里管理。"),
        _ => return refuse("这类信息不以同意为依据，不能单独撤回。不想再用的话，可以注销账号。"),
    }
    let action = if given {
        "accounts.consent.give"
    } else {
        "accounts.consent.withdraw"
    };
    tx.audit(Audit::new(action, "account", user.0).because(kind.code(), None))
        .await?;
    tx.commit().await?;
    Ok(())
}
