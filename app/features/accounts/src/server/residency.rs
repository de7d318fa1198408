//! Where somebody says they live, and what a grid worker found.

mod desk;
pub mod follow;

use db::{Audit, Cx, DbError, Event, Tx, crypt::Field, execute, on};
use shared::{AppError, GrantId, NodeId, RecordId, Role, Timestamp, UserId};

use super::role::{self, NewGrant, Place};
use crate::model::{MyResidency, RefusalReason, ResidencyState, check_door};

pub use self::desk::{confirm, count_waiting, list, refuse, unmask, waiting_below};

const INSERT: &str = "insert into residency (id, user_id, node_id, door, state, decided_by, decided_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
const END_CURRENT: &str =
    "update residency set state = 'ended' where user_id = $1 and state in ('waiting', 'confirmed')";
const RESIDENT_GRANTS: &str = "select id from role_grant where user_id = $1 and role = 'resident' and (valid_to is null or valid_to >= $2)";
const MINE: &str = "select x.id, x.node_id, n.code, n.name, x.door, x.state, x.reason, x.words, x.created_at, x.decided_at from residency x \
    join node n on n.id = x.node_id where x.user_id = $1 and x.state <> 'ended' order by x.created_at desc, x.id desc limit 1";
const DECIDED: &str =
    "select n.name, x.state, x.reason from residency x join node n on n.id = x.node_id where x.id = $1";
const IDS: &str = "select id from residency where user_id = $1";
const WIPE: &str = "update residency set door = $2, words = null where id = $1";

/// # Errors
/// [`AppError::Invalid`] on `field` unless `place` is a grid.
pub fn must_be_grid(place: &Place, field: &str) -> Result<(), AppError> {
    if matches!(place.kind.as_str(), "grid" | "micro_grid") {
        Ok(())
    } else {
        Err(AppError::invalid(field, "请选到网格。"))
    }
}

async fn insert(
    tx: &mut Tx,
    cx: &Cx,
    user: UserId,
    place: &Place,
    door: &str,
    state: ResidencyState,
) -> Result<RecordId, AppError> {
    end_current(tx, cx, user).await?;
    let id: RecordId = tx.id();
    let now = tx.now();
    let decided = (state == ResidencyState::Confirmed).then_some(now);
    let by = decided.and(cx.who().user);
    execute!(
        tx,
        INSERT,
        id,
        user,
        place.id,
        cx.keys().seal_for(Field::Address, id, door),
        state.code(),
        by,
        decided,
        now
    )?;
    Ok(id)
}

/// Ends what was registered before, and the resident's role with it.
async fn end_current(tx: &mut Tx, cx: &Cx, user: UserId) -> Result<(), AppError> {
    execute!(tx, END_CURRENT, user)?;
    let today = tx.now().date();
    let grants: Vec<GrantId> = on!(tx, |c| sqlx::query_scalar(RESIDENT_GRANTS)
        .bind(user)
        .bind(today)
        .fetch_all(c)
        .await)?;
    for grant in grants {
        role::end(tx, cx.keys(), grant, user, Role::Resident, cx.who().user).await?;
    }
    Ok(())
}

/// Registers where `user` lives; it waits for a grid worker. What was registered before ends.
///
/// # Errors
/// [`AppError::Invalid`] by field.
pub async fn declare(
    tx: &mut Tx,
    cx: &Cx,
    user: UserId,
    node: NodeId,
    door: &str,
) -> Result<RecordId, AppError> {
    let door = check_door("door", door)?;
    let place = role::place(tx, node)
        .await
        .map_err(|_| AppError::invalid("node", "请选择您住的网格。"))?;
    must_be_grid(&place, "node")?;
    let id = insert(tx, cx, user, &place, &door, ResidencyState::Waiting).await?;
    tx.audit(Audit::new("accounts.residency.declare", "residency", id.0))
        .await?;
    tx.publish(Event {
        topic: format!("path/{}", place.path),
        kind: "accounts.residency.declared",
        subject: Some(id),
        data: serde_json::json!({ "node": place.id }),
    })
    .await?;
    Ok(id)
}

/// Registers where the subject of the request lives.
///
/// # Errors
/// [`AppError::Invalid`] by field.
pub async fn declare_mine(cx: &Cx, node: NodeId, door: &str) -> Result<(), AppError> {
    let user = cx.subject()?;
    let mut tx = cx.write().await?;
    declare(&mut tx, cx, user, node, door).await?;
    tx.commit().await?;
    Ok(())
}

/// Registers somebody whose home the caller has seen, with the role that follows from it.
///
/// # Errors
/// As the database fails.
pub async fn insert_confirmed(
    tx: &mut Tx,
    cx: &Cx,
    user: UserId,
    place: &Place,
    door: &str,
) -> Result<(), AppError> {
    insert(tx, cx, user, place, door, ResidencyState::Confirmed).await?;
    give_role(tx, cx, user, place.id).await
}

async fn give_role(tx: &mut Tx, cx: &Cx, user: UserId, node: NodeId) -> Result<(), AppError> {
    let from = tx.now().date();
    let grant = NewGrant {
        user,
        role: Role::Resident,
        node,
        from,
        to: None,
        delegation: None,
    };
    role::give(tx, cx.keys(), grant, cx.who().user).await?;
    Ok(())
}

/// The newest registration of `user` that has not ended.
///
/// # Errors
/// As the database fails.
pub async fn of_user(tx: &mut Tx, cx: &Cx, user: UserId) -> Result<Option<MyResidency>, AppError> {
    type Mine = (
        RecordId,
        NodeId,
        String,
        String,
        String,
        String,
        Option<String>,
        Option<String>,
        Timestamp,
        Option<Timestamp>,
    );
    let row: Option<Mine> = on!(tx, |c| sqlx::query_as(MINE).bind(user).fetch_optional(c).await)?;
    let Some((id, node, node_code, node_name, door, state, reason, words, since, decided_at)) = row else {
        return Ok(None);
    };
    Ok(Some(MyResidency {
        id,
        node,
        node_code,
        node_name,
        door: cx.keys().open_for(Field::Address, id, &door)?,
        state: ResidencyState::from_code(&state).unwrap_or(ResidencyState::Waiting),
        reason: reason.as_deref().and_then(RefusalReason::from_code),
        words: words
            .map(|sealed| cx.keys().open_for(Field::Note, id, &sealed))
            .transpose()?,
        since,
        decided_at,
    }))
}

/// What became of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub node_name: String,
    pub state: ResidencyState,
    pub reason: Option<RefusalReason>,
}

/// What became of the registration `id`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn decided(tx: &mut Tx, id: RecordId) -> Result<Option<Decided>, DbError> {
    let row: Option<(String, String, Option<String>)> =
        on!(tx, |c| sqlx::query_as(DECIDED).bind(id).fetch_optional(c).await)?;
    Ok(row.map(|(node_name, state, reason)| Decided {
        node_name,
        state: ResidencyState::from_code(&state).unwrap_or(ResidencyState::Waiting),
        reason: reason.as_deref().and_then(RefusalReason::from_code),
    }))
}

/// Ends everything that `user` registered, and wipes the doors: for erasure.
///
/// # Errors
/// As the database fails.
pub async fn erase(tx: &mut Tx, cx: &Cx, user: UserId) -> Result<(), AppError> {
    end_current(tx, cx, user).await?;
    let ids: Vec<RecordId> = on!(tx, |c| sqlx::query_scalar(IDS).bind(user).fetch_all(c).await)?;
    for id in ids {
        // Sealed like any door, so that a rotation of keys finds nothing it cannot open.
        execute!(tx, WIPE, id, cx.keys().seal_for(Field::Address, id, "已删除"))?;
    }
    Ok(())
}
