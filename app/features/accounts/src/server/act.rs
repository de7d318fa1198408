//! Acting for a resident: by staff for somebody without a phone (代办), by a bound relative (亲友代办).
//!
//! The choice lies on the session, so that every act of the session names both.

use db::{Audit, Cx, EngineSql, Json, Tx, crypt::Field, execute, on, rows};
use shared::{AppError, NodeId, RecordId, UserId, mask};

use super::{
    account, basis,
    news::{self, News},
    relative, residency, role, session,
};
use crate::model::{ActCandidate, DataKind, Phone, check_door, check_name};

const START: &str = "update session set acting_for = $2, acting_node = $3, acting_binding = $4 where id = $1 and revoked_at is null";
const HOME: &str = "select x.node_id, n.path from residency x join node n on n.id = x.node_id where x.user_id = $1 and x.state = 'confirmed'";
const FOUND: EngineSql = rows!(
    "select u.id, u.shown_name, u.phone, n.name from user_account u join residency x on x.user_id = u.id and x.state = 'confirmed' \
     join node n on n.id = x.node_id where u.state = 'active' and (u.name_blind = $2 or u.phone_blind = $3) and u.id <> $4 and exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) order by u.id limit 20"
);

/// # Errors
/// [`AppError::Conflict`] while acting for somebody: what concerns an account's own safety is done by its holder only.
pub fn not_while_acting(cx: &Cx) -> Result<(), AppError> {
    if cx.who().acting_for.is_some() {
        return Err(AppError::Conflict(
            "您正在替别人办事，这件事只能本人做。请先结束代办。".into(),
        ));
    }
    Ok(())
}

/// The residents whom the signed-in person may act for: those who bound them, and, for staff, those in their own
/// subtree whose whole name or phone number is `query`.
///
/// # Errors
/// As the database fails.
pub async fn candidates(cx: &Cx, query: &str) -> Result<Vec<ActCandidate>, AppError> {
    let actor = cx.actor.clone().ok_or(AppError::Unauthenticated)?;
    let mut tx = cx.read().await?;
    let mut found = relative::residents_of(&mut tx, cx, actor.user).await?;
    let scope = session::act_scope(&actor);
    let query = query.trim();
    if query.is_empty() || scope.is_empty() {
        return Ok(found);
    }
    let keys = cx.keys();
    let phone = Phone::parse("q", query).map_or_else(
        |_| String::new(),
        |phone| keys.blind(Field::Phone, phone.as_str()),
    );
    let sql = tx.sql(FOUND);
    type Row = (UserId, String, Option<String>, String);
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(sql)
            .bind(Json(scope.ranges()))
            .bind(keys.blind(Field::Name, query))
            .bind(&phone)
            .bind(actor.user)
            .fetch_all(c)
            .await
    })?;
    for (user, name, phone, place) in rows {
        let phone = phone
            .map(|sealed| keys.open_for(Field::Phone, user, &sealed))
            .transpose()?;
        let phone = phone.map_or_else(|| "没有手机号".to_owned(), |phone| mask::phone(&phone));
        found.push(ActCandidate {
            user,
            name,
            phone,
            place,
            relation: None,
        });
    }
    Ok(found)
}

/// Begins acting for `resident`.
///
/// # Errors
/// [`AppError::NotFound`] unless they are bound, or live in the subtree of a worker.
pub async fn start(cx: &Cx, resident: UserId) -> Result<(), AppError> {
    let actor = cx.actor.clone().ok_or(AppError::Unauthenticated)?;
    let mut tx = cx.write().await?;
    if resident == actor.user {
        return Err(AppError::Conflict("自己的事直接办就可以，不用代办。".into()));
    }
    let account = account::must(&mut tx, resident).await?;
    if !account.is_active() {
        return Err(AppError::NotFound);
    }
    let binding = relative::binding(&mut tx, resident, actor.user).await?;
    let node = if binding.is_some() {
        None
    } else {
        Some(home_in_scope(&mut tx, &actor, resident).await?)
    };
    execute!(tx, START, actor.session, resident, node, binding)?;
    tx.audit(Audit::new("accounts.act.start", "account", resident.0))
        .await?;
    news::tell(&mut tx, resident, News::ActedFor { by: actor.user }).await?;
    tx.commit().await?;
    Ok(())
}

async fn home_in_scope(tx: &mut Tx, actor: &shared::Actor, resident: UserId) -> Result<NodeId, AppError> {
    let home: Option<(NodeId, String)> = on!(tx, |c| sqlx::query_as(HOME)
        .bind(resident)
        .fetch_optional(c)
        .await)?;
    home.filter(|(_, path)| session::act_scope(actor).covers(path))
        .map(|(node, _)| node)
        .ok_or(AppError::NotFound)
}

/// Ends acting.
///
/// # Errors
/// As the database fails.
pub async fn stop(cx: &Cx) -> Result<(), AppError> {
    let actor = cx.actor.clone().ok_or(AppError::Unauthenticated)?;
    let mut tx = cx.write().await?;
    execute!(
        tx,
        START,
        actor.session,
        None::<UserId>,
        None::<NodeId>,
        None::<RecordId>
    )?;
    if let Some(resident) = &actor.acting_for {
        tx.audit(Audit::new("accounts.act.stop", "account", resident.user.0))
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Registers a resident who has no phone, at the door: whoever writes it down has confirmed it.
///
/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::NotFound`] if the grid is outside the scope.
pub async fn add_without_phone(cx: &Cx, name: &str, node: NodeId, door: &str) -> Result<UserId, AppError> {
    not_while_acting(cx)?;
    let name = check_name("name", name)?;
    let door = check_door("door", door)?;
    let mut tx = cx.write().await?;
    let place = role::place(&mut tx, node).await?;
    cx.must_cover(&place.path)?;
    residency::must_be_grid(&place, "node")?;
    let user = account::insert(&mut tx, cx.keys(), &name, None).await?;
    for kind in [DataKind::Name, DataKind::Door] {
        basis::give(&mut tx, user, kind, cx.who().user).await?;
    }
    residency::insert_confirmed(&mut tx, cx, user, &place, &door).await?;
    tx.audit(Audit::new("accounts.resident.add", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(user)
}
