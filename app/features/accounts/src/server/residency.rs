//! Where somebody says they live, and what a grid worker found.

use db::{Audit, Cx, DbError, EngineSql, Event, Json, Tx, crypt::Field, execute, on, rows};
use shared::{
    AppError, Cursor, GrantId, NodeId, Page, RecordId, Role, Timestamp, UserId, mask, scope::PathRange,
};

use super::{
    message::{self, Template},
    news::{self, News},
    role::{self, NewGrant, PAGE, Place},
};
use crate::model::{
    MyResidency, PendingResident, Phone, RefusalReason, ResidencyState, ResidentDetails, UnmaskReason,
    check_door,
};

/// How long a message about a decision is worth sending, in microseconds.
const NEWS_LIFE: i64 = 2 * Timestamp::DAY;

const INSERT: &str = "insert into residency (id, user_id, node_id, door, state, decided_by, decided_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
const END_CURRENT: &str =
    "update residency set state = 'ended' where user_id = $1 and state in ('waiting', 'confirmed')";
const RESIDENT_GRANTS: &str = "select id from role_grant where user_id = $1 and role = 'resident' and (valid_to is null or valid_to >= $2)";
const MINE: &str = "select x.id, x.node_id, n.code, n.name, x.door, x.state, x.reason, x.words, x.created_at, x.decided_at from residency x \
    join node n on n.id = x.node_id where x.user_id = $1 and x.state <> 'ended' order by x.created_at desc, x.id desc limit 1";
const ONE: &str = "select x.id, x.user_id, x.node_id, n.name as node_name, n.path, x.door, x.state, x.created_at, u.name, u.shown_name, u.phone \
    from residency x join node n on n.id = x.node_id join user_account u on u.id = x.user_id where x.id = $1";
const IN_SCOPE: EngineSql = rows!(
    "select x.id, x.user_id, x.node_id, n.name as node_name, n.path, x.door, x.state, x.created_at, u.name, u.shown_name, u.phone \
     from residency x join node n on n.id = x.node_id join user_account u on u.id = x.user_id \
     where x.state = $2 and x.id > $3 and u.state = 'active' and exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) order by x.id limit $4"
);
const COUNT: EngineSql = rows!(
    "select count(*) from residency x join node n on n.id = x.node_id where x.state = 'waiting' and exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi)"
);
const DECIDED: &str =
    "select n.name, x.state, x.reason from residency x join node n on n.id = x.node_id where x.id = $1";
const IDS: &str = "select id from residency where user_id = $1";
const WIPE: &str = "update residency set door = $2, words = null where id = $1";
const DECIDE: &str = "update residency set state = $2, reason = $3, words = $4, decided_by = $5, decided_at = $6 where id = $1 and state = 'waiting'";

#[derive(sqlx::FromRow)]
struct Row {
    id: RecordId,
    user_id: UserId,
    node_id: NodeId,
    node_name: String,
    path: String,
    door: String,
    state: String,
    created_at: Timestamp,
    name: String,
    shown_name: String,
    phone: Option<String>,
}

impl Row {
    fn phone(&self, cx: &Cx) -> Result<Option<String>, AppError> {
        Ok(self
            .phone
            .as_deref()
            .map(|sealed| cx.keys().open_for(Field::Phone, self.user_id, sealed))
            .transpose()?)
    }

    fn masked(&self, cx: &Cx) -> Result<PendingResident, AppError> {
        let door = cx.keys().open_for(Field::Address, self.id, &self.door)?;
        Ok(PendingResident {
            id: self.id,
            user: self.user_id,
            name: self.shown_name.clone(),
            phone: self
                .phone(cx)?
                .map_or_else(|| "没有手机号".to_owned(), |phone| mask::phone(&phone)),
            door: mask_door(&door),
            node_name: self.node_name.clone(),
            state: ResidencyState::from_code(&self.state).unwrap_or(ResidencyState::Waiting),
            since: self.created_at,
        })
    }
}

/// `3 幢 2 单元 501 室` → `3 幢***`: enough to sort a walk by building.
fn mask_door(door: &str) -> String {
    const UNITS: [char; 5] = ['幢', '栋', '号', '楼', '弄'];
    let building = door
        .find(UNITS)
        .and_then(|at| door[at..].chars().next().map(|c| at + c.len_utf8()));
    building.map_or_else(|| "***".to_owned(), |end| format!("{}***", &door[..end]))
}

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

/// The registrations in the scope that wait, the oldest first, masked.
///
/// # Errors
/// As the database fails.
pub async fn list(
    cx: &Cx,
    state: ResidencyState,
    cursor: Option<Cursor>,
) -> Result<Page<PendingResident>, AppError> {
    let mut tx = cx.read().await?;
    let after = RecordId(cursor.map_or(uuid::Uuid::nil(), |cursor| cursor.id));
    let sql = tx.sql(IN_SCOPE);
    let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, Row>(sql)
            .bind(Json(cx.scope.ranges()))
            .bind(state.code())
            .bind(after)
            .bind(size)
            .fetch_all(c)
            .await
    })?;
    let rows = rows
        .iter()
        .map(|row| row.masked(cx))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(rows, PAGE, |row| Cursor {
        key: String::new(),
        id: row.id.0,
    }))
}

/// How many registrations in the scope wait.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn count_waiting(cx: &Cx) -> Result<i64, DbError> {
    let mut tx = cx.read().await?;
    let sql = tx.sql(COUNT);
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(cx.scope.ranges()))
        .fetch_one(c)
        .await)
}

/// How many registrations wait at and below `path`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn waiting_below(tx: &mut Tx, path: &str) -> Result<i64, DbError> {
    let sql = tx.sql(COUNT);
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json([PathRange::below(path)]))
        .fetch_one(c)
        .await)
}

async fn in_scope(tx: &mut Tx, cx: &Cx, id: RecordId) -> Result<Row, AppError> {
    let row = on!(tx, |c| sqlx::query_as::<_, Row>(ONE)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)?;
    cx.must_cover(&row.path)?;
    Ok(row)
}

/// Confirms a registration: the person becomes a resident of the grid.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was decided, or is one's own.
pub async fn confirm(cx: &Cx, id: RecordId) -> Result<(), AppError> {
    decide(cx, id, None).await
}

/// Refuses a registration, with a reason.
///
/// # Errors
/// As [`confirm`], and [`AppError::Invalid`] on `words` where the reason needs them.
pub async fn refuse(cx: &Cx, id: RecordId, reason: RefusalReason, words: &str) -> Result<(), AppError> {
    let words = words.trim();
    if reason == RefusalReason::Other && words.is_empty() {
        return Err(AppError::invalid("words", "请写明原因，本人会看到。"));
    }
    if words.chars().count() > 200 {
        return Err(AppError::invalid("words", "最多写 200 个字。"));
    }
    decide(cx, id, Some((reason, words))).await
}

async fn decide(cx: &Cx, id: RecordId, refusal: Option<(RefusalReason, &str)>) -> Result<(), AppError> {
    super::act::not_while_acting(cx)?;
    let mut tx = cx.write().await?;
    let row = in_scope(&mut tx, cx, id).await?;
    if Some(row.user_id) == cx.who().user {
        return Err(AppError::Conflict("自己的登记要由别的工作人员核实。".into()));
    }
    let now = tx.now();
    let (state, template, action) = match refusal {
        None => (
            ResidencyState::Confirmed,
            Template::ResidencyConfirmed,
            "accounts.residency.confirm",
        ),
        Some(_) => (
            ResidencyState::Refused,
            Template::ResidencyRefused,
            "accounts.residency.refuse",
        ),
    };
    let reason = refusal.map(|(reason, _)| reason.code());
    let words = refusal
        .filter(|(_, words)| !words.is_empty())
        .map(|(_, words)| cx.keys().seal_for(Field::Note, id, words));
    if execute!(tx, DECIDE, id, state.code(), reason, words, cx.who().user, now)? == 0 {
        return Err(AppError::Conflict("这条登记已经处理过了，请刷新看看。".into()));
    }
    if refusal.is_none() {
        give_role(&mut tx, cx, row.user_id, row.node_id).await?;
    }
    let mut entry = Audit::new(action, "account", row.user_id.0)
        .about(row.user_id)
        .at(&row.path);
    if let Some(reason) = reason {
        entry = entry.because(reason, None);
    }
    tx.audit(entry).await?;
    tx.publish(Event {
        topic: format!("user/{}", row.user_id),
        kind: "accounts.residency.decided",
        subject: Some(id),
        data: serde_json::json!({ "state": state.code() }),
    })
    .await?;
    news::tell(&mut tx, row.user_id, News::ResidencyDecided { residency: id }).await?;
    if let Some(phone) = row.phone(cx)? {
        let params = serde_json::json!({ "place": row.node_name });
        message::queue(
            &mut tx,
            &Phone::parse("phone", &phone)?,
            template,
            params,
            now.plus(NEWS_LIFE),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A registration in full. The reason is logged, and the person sees it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `words` where the reason needs them.
pub async fn unmask(
    cx: &Cx,
    id: RecordId,
    reason: UnmaskReason,
    words: &str,
) -> Result<ResidentDetails, AppError> {
    let words = words.trim();
    if reason == UnmaskReason::Other && words.is_empty() {
        return Err(AppError::invalid("words", "请写明为什么要看，本人会看到。"));
    }
    let words: String = words.chars().take(200).collect();
    let mut tx = cx.write().await?;
    let row = in_scope(&mut tx, cx, id).await?;
    let details = ResidentDetails {
        name: cx.keys().open_for(Field::Name, row.user_id, &row.name)?,
        phone: row.phone(cx)?,
        door: cx.keys().open_for(Field::Address, row.id, &row.door)?,
    };
    let looked = News::Looked {
        by: cx.who().user,
        reason: reason.code().to_owned(),
    };
    news::tell(&mut tx, row.user_id, looked).await?;
    let words = (!words.is_empty()).then_some(words.as_str());
    tx.audit(
        Audit::new("accounts.resident.unmask", "account", row.user_id.0)
            .about(row.user_id)
            .at(&row.path)
            .because(reason.code(), words),
    )
    .await?;
    tx.commit().await?;
    Ok(details)
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

#[cfg(test)]
#[path = "residency/residency_tests.rs"]
mod tests;
