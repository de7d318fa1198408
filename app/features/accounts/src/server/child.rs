//! Children under 14: registered by their guardian, who consents and acts for them until they turn 14, or until the guardian's
//! consent or account ends, which ends the child's account too.

use db::{Audit, Cx, DbError, NewJob, Tx, execute, on};
use shared::{AppError, Date, RecordId, UserId};

use super::{
    account, act, basis, erasure,
    news::{self, News},
    relative, residency,
};
use crate::model::{DataKind, GuardianRow, Relation, check_name};

/// The age from which one's own consent counts (个人信息保护法 art. 31).
const AGE: i64 = 14;

const INSERT: &str =
    "insert into guardian (id, child_id, guardian_id, until_on, consented_at) values ($1, $2, $3, $4, $5)";
const OF_USER: &str = "select g.id, g.child_id, u.shown_name, g.until_on from guardian g \
    join user_account u on u.id = case when g.guardian_id = $1 then g.child_id else g.guardian_id end \
    where (g.guardian_id = $1 or g.child_id = $1) and g.withdrawn_at is null order by g.until_on, g.id";
const WITHDRAW: &str = "update guardian set withdrawn_at = $3 where id = $1 and guardian_id = $2 and withdrawn_at is null returning child_id";
const LEAVE: &str = "update guardian set withdrawn_at = $2 where guardian_id = $1 and withdrawn_at is null returning child_id";
const GUARDED: &str = "select exists (select 1 from guardian where child_id = $1 and withdrawn_at is null)";
// The row ends as one that was withdrawn does: that `until_on` had come says which of the two it was.
const GROWN: &str = "update guardian set withdrawn_at = $2 where until_on <= $1 and withdrawn_at is null returning child_id, guardian_id";

/// The day on which somebody born on `birthday` turns 14; 29 February counts as 1 March.
fn turns_fourteen(birthday: Date) -> Option<Date> {
    let year = i16::try_from(birthday.year() + AGE).ok()?;
    let day = birthday.0;
    Date::new(year, day.month(), day.day()).or_else(|| Date::new(year, 3, 1))
}

/// Registers a child of the signed-in guardian, at the guardian's own home. The guardian's consent is the basis.
///
/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::Conflict`] if the guardian has not registered a home.
pub async fn add(cx: &Cx, name: &str, birthday: Date, consent: bool) -> Result<UserId, AppError> {
    act::not_while_acting(cx)?;
    let me = cx.user()?;
    let name = check_name("name", name)?;
    let today = cx.now().date();
    let until =
        turns_fourteen(birthday).ok_or_else(|| AppError::invalid("birthday", "出生日期不对，请检查。"))?;
    if birthday > today {
        return Err(AppError::invalid("birthday", "出生日期不能晚于今天。"));
    }
    if until <= today {
        return Err(AppError::invalid(
            "birthday",
            "已满 14 周岁，请本人用手机号登记。",
        ));
    }
    if !consent {
        return Err(AppError::invalid("consent", "需要监护人同意，才能为孩子登记。"));
    }
    let mut tx = cx.write().await?;
    let home = residency::of_user(&mut tx, cx, me).await?;
    let home = home.ok_or_else(|| AppError::Conflict("请先登记您自己的住址，再为孩子登记。".into()))?;
    let child = account::insert(&mut tx, cx.keys(), &name, None).await?;
    for kind in [DataKind::Name, DataKind::Door, DataKind::Child] {
        basis::give(&mut tx, child, kind, Some(me)).await?;
    }
    let now = tx.now();
    let id: RecordId = tx.id();
    execute!(tx, INSERT, id, child, me, until, now)?;
    relative::bind_now(&mut tx, child, me, Relation::Parent).await?;
    residency::declare(&mut tx, cx, child, home.node, &home.door).await?;
    tx.audit(Audit::new("accounts.child.add", "account", child.0))
        .await?;
    tx.commit().await?;
    Ok(child)
}

/// Children and guardians of `user`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<GuardianRow>, DbError> {
    type Row = (RecordId, UserId, String, Date);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OF_USER).bind(user).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, child, name, until)| GuardianRow {
            id,
            name,
            i_am_guardian: child != user,
            until,
        })
        .collect())
}

/// Withdraws the guardian's consent: the child's account is erased at once, for nothing else carries it.
///
/// # Errors
/// [`AppError::NotFound`] if it is not one's own child.
pub async fn withdraw(cx: &Cx, id: RecordId) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let me = cx.user()?;
    let mut tx = cx.write().await?;
    let now = tx.now();
    let child: Option<UserId> = on!(tx, |c| sqlx::query_scalar(WITHDRAW)
        .bind(id)
        .bind(me)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    let child = child.ok_or(AppError::NotFound)?;
    erase(&mut tx, child).await?;
    tx.audit(Audit::new("accounts.child.withdraw", "account", child.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Nothing carries the child's data any more: the account is erased at once, by a job of its own.
async fn erase(tx: &mut Tx, child: UserId) -> Result<(), AppError> {
    basis::end(tx, child, DataKind::Child).await?;
    if erasure::due(tx, child).await?.is_some() {
        // It stands already; a second request would fail, and take with it what else this transaction does.
        return Ok(());
    }
    let now = tx.now();
    let request = erasure::open(tx, child, now).await?;
    tx.enqueue(NewJob {
        kind: erasure::JOB,
        payload: serde_json::json!({ "id": request }),
        due: now,
        key: Some(request.to_string()),
    })
    .await?;
    Ok(())
}

/// Ends what `guardian`, whose account is being erased, consented to: the account of a child without another guardian goes too, for
/// nobody could act for it, or withdraw, any more.
///
/// # Errors
/// As the database fails.
pub async fn forsake(tx: &mut Tx, guardian: UserId) -> Result<(), AppError> {
    // Who has turned 14 since the last sweep does not go with a guardian's account.
    end_grown(tx).await?;
    let now = tx.now();
    let children: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(LEAVE)
        .bind(guardian)
        .bind(now)
        .fetch_all(c)
        .await)?;
    for child in children {
        let guarded: bool = on!(tx, |c| sqlx::query_scalar(GUARDED).bind(child).fetch_one(c).await)?;
        if guarded {
            continue;
        }
        erase(tx, child).await?;
        tx.audit(Audit::new("accounts.child.forsake", "account", child.0))
            .await?;
    }
    Ok(())
}

/// Ends the guardians' part for those who have turned 14: from then on their own consent counts, so nobody acts for them by the
/// guardian's. The account stays, as one of somebody without a phone, until its holder registers with a number of their own.
///
/// # Errors
/// As the database fails.
pub async fn end_grown(tx: &mut Tx) -> Result<(), AppError> {
    let now = tx.now();
    let grown: Vec<(UserId, UserId)> = on!(tx, |c| sqlx::query_as(GROWN)
        .bind(now.date())
        .bind(now)
        .fetch_all(c)
        .await)?;
    for (child, guardian) in grown {
        relative::end(tx, child, guardian).await?;
        basis::end(tx, child, DataKind::Child).await?;
        tx.audit(Audit::new("accounts.child.grown", "account", child.0))
            .await?;
        for user in [guardian, child] {
            news::tell(tx, user, News::CameOfAge { child }).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourteen_years_after_the_day_of_birth() {
        let turns = |text: &str| turns_fourteen(text.parse().unwrap()).unwrap().to_string();
        assert_eq!(turns("2015-05-06"), "2029-05-06");
        assert_eq!(turns("2016-02-29"), "2030-03-01");
    }
}
