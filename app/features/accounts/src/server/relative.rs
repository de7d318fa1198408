//! Relatives who act for a resident (亲友代办): bound by a code that goes to the resident's phone, unbound by either.

use db::{Audit, Cx, DbError, Event, Tx, crypt::Field, execute, on};
use shared::{AppError, RecordId, Timestamp, UserId, mask};

use super::{
    account, act, basis,
    code::{self, Purpose},
    limit::{self, Limit},
};
use crate::model::{ActCandidate, BoundRelative, DataKind, Phone, Relation};

/// How many relatives one resident may bind, and how many residents one person may act for.
const MOST: i64 = 5;

const INSERT: &str =
    "insert into act_binding (id, resident_id, relative_id, relation, bound_at) values ($1, $2, $3, $4, $5)";
const BINDING: &str =
    "select id from act_binding where resident_id = $1 and relative_id = $2 and revoked_at is null";
const COUNT: &str =
    "select count(*) from act_binding where (resident_id = $1 or relative_id = $2) and revoked_at is null";
const OF_USER: &str = "select b.id, b.resident_id, b.relative_id, b.relation, b.bound_at, u.shown_name from act_binding b \
    join user_account u on u.id = case when b.resident_id = $1 then b.relative_id else b.resident_id end \
    where (b.resident_id = $1 or b.relative_id = $1) and b.revoked_at is null order by b.bound_at, b.id";
const RESIDENTS: &str = "select u.id, u.name, u.phone, b.relation, n.name from act_binding b join user_account u on u.id = b.resident_id and u.state = 'active' \
    left join residency x on x.user_id = u.id and x.state in ('waiting', 'confirmed') left join node n on n.id = x.node_id \
    where b.relative_id = $1 and b.revoked_at is null order by b.bound_at, b.id";
const REVOKE: &str = "update act_binding set revoked_at = $3, revoked_by = $2 where id = $1 and (resident_id = $2 or relative_id = $2) \
    and revoked_at is null returning resident_id, relative_id";
const REVOKE_PAIR: &str = "update act_binding set revoked_at = $3 where resident_id = $1 and relative_id = $2 and revoked_at is null returning id";
const REVOKE_ALL: &str =
    "update act_binding set revoked_at = $2, revoked_by = $1 where resident_id = $1 and revoked_at is null";
const STOP: &str = "update session set acting_for = null, acting_node = null, acting_binding = null where acting_binding = $1";
const STOP_ALL: &str = "update session set acting_for = null, acting_node = null, acting_binding = null \
    where acting_for = $1 and acting_binding is not null";

/// Asks the resident who has `phone` for consent: a code goes there. Whether anybody has it, the answer is the same.
///
/// # Errors
/// [`AppError::TooManyRequests`].
pub async fn ask(cx: &Cx, phone: &Phone) -> Result<RecordId, AppError> {
    act::not_while_acting(cx)?;
    let me = cx.user()?;
    limit::code_to(cx, phone).await?;
    limit::take(cx, Limit::Relative, &me.to_string()).await?;
    let mut tx = cx.write().await?;
    let resident = account::by_phone(&mut tx, cx.keys(), phone)
        .await?
        .filter(account::Account::is_active);
    if resident.as_ref().is_some_and(|account| account.id == me) {
        return Err(AppError::invalid(
            "phone",
            "这是您自己的手机号。请填要您代办的亲友的手机号。",
        ));
    }
    let id = code::make(
        &mut tx,
        cx.keys(),
        phone,
        Purpose::Relative,
        Some(me),
        resident.is_some(),
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Binds the signed-in person to the resident who told them the code.
///
/// # Errors
/// [`AppError::Invalid`] on `code`, [`AppError::Conflict`] if bound already or too often.
pub async fn bind(cx: &Cx, id: RecordId, typed: &str, relation: Relation) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let me = cx.user()?;
    let proved = code::check(cx, id, Purpose::Relative, typed).await?;
    if proved.asked_by != Some(me) {
        return Err(AppError::NotFound);
    }
    let mut tx = cx.write().await?;
    let resident = account::by_phone(&mut tx, cx.keys(), &proved.phone)
        .await?
        .ok_or(AppError::NotFound)?;
    bind_now(&mut tx, resident.id, me, relation).await?;
    tx.commit().await?;
    Ok(())
}

/// Binds `relative` to `resident`, whose consent the caller has.
///
/// # Errors
/// [`AppError::Conflict`] if bound already or too often.
pub async fn bind_now(
    tx: &mut Tx,
    resident: UserId,
    relative: UserId,
    relation: Relation,
) -> Result<RecordId, AppError> {
    account::lock(tx, resident).await?;
    let bound: i64 = on!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(resident)
        .bind(relative)
        .fetch_one(c)
        .await)?;
    if bound >= MOST {
        return Err(AppError::Conflict(format!(
            "亲友代办最多绑定 {MOST} 人。请先解除不用的。"
        )));
    }
    let id: RecordId = tx.id();
    let now = tx.now();
    match execute!(tx, INSERT, id, resident, relative, relation.code(), now) {
        Ok(_) => {}
        Err(error) if error.is_unique_violation() => return Err(AppError::Conflict("已经绑定过了。".into())),
        Err(error) => return Err(error.into()),
    }
    basis::give(tx, resident, DataKind::Relative, None).await?;
    tx.audit(Audit::new("accounts.relative.bind", "account", resident.0))
        .await?;
    tx.publish(Event {
        topic: format!("user/{resident}"),
        kind: "accounts.relative.bound",
        subject: Some(id),
        data: serde_json::json!({}),
    })
    .await?;
    Ok(id)
}

/// The binding in force between the two.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn binding(tx: &mut Tx, resident: UserId, relative: UserId) -> Result<Option<RecordId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(BINDING)
        .bind(resident)
        .bind(relative)
        .fetch_optional(c)
        .await)
}

/// The bindings in which `user` is either side.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<BoundRelative>, DbError> {
    type Row = (RecordId, UserId, UserId, String, Timestamp, String);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OF_USER).bind(user).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, resident, relative, relation, since, name)| {
            let i_act = relative == user;
            let other = if i_act { resident } else { relative };
            Some(BoundRelative {
                id,
                user: other,
                name,
                relation: Relation::from_code(&relation)?,
                since,
                i_act,
            })
        })
        .collect())
}

/// The residents whom `user` may act for as a relative: by their whole name, for the two know each other.
///
/// # Errors
/// As the database fails.
pub async fn residents_of(tx: &mut Tx, cx: &Cx, user: UserId) -> Result<Vec<ActCandidate>, AppError> {
    type Row = (UserId, String, Option<String>, String, Option<String>);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(RESIDENTS).bind(user).fetch_all(c).await)?;
    let keys = cx.keys();
    rows.into_iter()
        .map(|(id, name, phone, relation, place)| {
            let phone = phone
                .map(|sealed| keys.open_for(Field::Phone, id, &sealed))
                .transpose()?;
            Ok(ActCandidate {
                user: id,
                name: keys.open_for(Field::Name, id, &name)?,
                phone: phone.map_or_else(|| "没有手机号".to_owned(), |phone| mask::phone(&phone)),
                place: place.unwrap_or_else(|| "还没有登记住址".into()),
                relation: Relation::from_code(&relation).map(|relation| relation.label().to_owned()),
            })
        })
        .collect()
}

/// Unbinds; either side may, at any time, and acting ends with it.
///
/// # Errors
/// [`AppError::NotFound`] if it is not one's own.
pub async fn revoke(cx: &Cx, id: RecordId) -> Result<(), AppError> {
    let me = cx.user()?;
    let mut tx = cx.write().await?;
    let now = tx.now();
    let ended: Option<(UserId, UserId)> = on!(tx, |c| sqlx::query_as(REVOKE)
        .bind(id)
        .bind(me)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    let (resident, relative) = ended.ok_or(AppError::NotFound)?;
    let other = if me == resident { relative } else { resident };
    unbound(&mut tx, id, resident, other).await?;
    tx.commit().await?;
    Ok(())
}

/// Unbinds `relative` from `resident`, if they are bound: what it rested on has ended by itself.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn end(tx: &mut Tx, resident: UserId, relative: UserId) -> Result<(), DbError> {
    let now = tx.now();
    let ended: Option<RecordId> = on!(tx, |c| sqlx::query_scalar(REVOKE_PAIR)
        .bind(resident)
        .bind(relative)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    match ended {
        Some(id) => unbound(tx, id, resident, relative).await,
        None => Ok(()),
    }
}

/// Acting ends with the binding, and the consent with the resident's last one; `other` hears of it.
async fn unbound(tx: &mut Tx, id: RecordId, resident: UserId, other: UserId) -> Result<(), DbError> {
    execute!(tx, STOP, id)?;
    let bindings = of_user(tx, resident).await?;
    if bindings.iter().all(|binding| binding.i_act) {
        basis::end(tx, resident, DataKind::Relative).await?;
    }
    tx.audit(Audit::new("accounts.relative.revoke", "account", resident.0))
        .await?;
    tx.publish(Event {
        topic: format!("user/{other}"),
        kind: "accounts.relative.revoked",
        subject: Some(id),
        data: serde_json::json!({}),
    })
    .await
}

/// Unbinds all who may act for `resident`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn revoke_all(tx: &mut Tx, resident: UserId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, REVOKE_ALL, resident, now)?;
    execute!(tx, STOP_ALL, resident)?;
    basis::end(tx, resident, DataKind::Relative).await
}
