//! What a grid worker does with registrations: the list of those that wait, the decision, a look at one in full.

use db::{Audit, Cx, DbError, EngineSql, Event, Json, Tx, crypt::Field, on, rows};
use shared::{AppError, Cursor, NodeId, Page, RecordId, Timestamp, UserId, mask, scope::PathRange};

use super::give_role;
use crate::{
    model::{PendingResident, Phone, RefusalReason, ResidencyState, ResidentDetails, UnmaskReason},
    server::{
        act,
        message::{self, Template},
        news::{self, News},
        role::PAGE,
    },
};

/// How long a message about a decision is worth sending, in microseconds.
const NEWS_LIFE: i64 = 2 * Timestamp::DAY;

const ONE: &str = "select x.id, x.user_id, n.name as node_name, n.path, x.door, x.state, x.created_at, u.name, u.shown_name, u.phone \
    from residency x join node n on n.id = x.node_id join user_account u on u.id = x.user_id where x.id = $1";
const IN_SCOPE: EngineSql = rows!(
    "select x.id, x.user_id, n.name as node_name, n.path, x.door, x.state, x.created_at, u.name, u.shown_name, u.phone \
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
// It may have gone to another grid since it was read.
const DECIDE: &str = "update residency set state = $2, reason = $3, words = $4, decided_by = $5, decided_at = $6 \
    where id = $1 and state = 'waiting' returning node_id";

#[derive(sqlx::FromRow)]
struct Row {
    id: RecordId,
    user_id: UserId,
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
    act::not_while_acting(cx)?;
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
    let decided: Option<NodeId> = on!(tx, |c| sqlx::query_scalar(DECIDE)
        .bind(id)
        .bind(state.code())
        .bind(reason)
        .bind(&words)
        .bind(cx.who().user)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    let node = decided.ok_or_else(|| AppError::Conflict("这条登记已经处理过了，请刷新看看。".into()))?;
    if refusal.is_none() {
        give_role(&mut tx, cx, row.user_id, node).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_door_tells_the_building_only() {
        assert_eq!(mask_door("3 幢 2 单元 501 室"), "3 幢***");
        assert_eq!(mask_door("花园浜 12 号"), "花园浜 12 号***");
        assert_eq!(mask_door("501"), "***");
    }
}
