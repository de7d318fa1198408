//! Roles at a node, from a date to a date.

use db::{Audit, Cx, DbError, EngineSql, Event, Json, Tx, execute, on, rows};
use shared::{AppError, Cursor, Date, GrantId, NodeId, Page, RecordId, Role, UserId};

use super::{account, session, staffing};
use crate::model::{Phone, RoleRow, check_grant_dates, conflict_among};

/// Rows a page of a list.
pub const PAGE: usize = 30;

/// A node, as far as roles need it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Place {
    pub id: NodeId,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub path: String,
}

/// A role to be given.
#[derive(Clone, Copy, Debug)]
pub struct NewGrant {
    pub user: UserId,
    pub role: Role,
    pub node: NodeId,
    pub from: Date,
    pub to: Option<Date>,
    pub delegation: Option<RecordId>,
}

const PLACE_BY_CODE: &str =
    "select id, code, name, kind, path from node where code = $1 and valid_to is null";
const PLACE_BY_ID: &str = "select id, code, name, kind, path from node where id = $1 and valid_to is null";
const INSERT: &str = "insert into role_grant (id, user_id, role, node_id, valid_from, valid_to, delegation_id, granted_by, created_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const HELD: &str = "select role, node_id, valid_from, valid_to, delegation_id from role_grant where user_id = $1 and (valid_to is null or valid_to >= $2)";
const END: &str = "update role_grant set valid_to = $2, revoked_at = $3, revoked_by = $4 where id = $1 and (valid_to is null or valid_to > $2)";
const OF_USER: &str = "select g.id, g.user_id, u.shown_name, g.role, g.node_id, n.code, n.name, n.path, g.valid_from, g.valid_to, g.delegation_id \
    from role_grant g join user_account u on u.id = g.user_id join node n on n.id = g.node_id where g.user_id = $1 order by g.created_at desc, g.id limit 200";
const ONE: &str = "select g.id, g.user_id, u.shown_name, g.role, g.node_id, n.code, n.name, n.path, g.valid_from, g.valid_to, g.delegation_id \
    from role_grant g join user_account u on u.id = g.user_id join node n on n.id = g.node_id where g.id = $1";
const IN_SCOPE: EngineSql = rows!(
    "select g.id, g.user_id, u.shown_name, g.role, g.node_id, n.code, n.name, n.path, g.valid_from, g.valid_to, g.delegation_id \
     from role_grant g join user_account u on u.id = g.user_id join node n on n.id = g.node_id \
     where g.role <> 'resident' and (g.valid_to is null or g.valid_to >= $2) and g.id > $3 and exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) order by g.id limit $4"
);

#[derive(sqlx::FromRow)]
struct Row {
    id: GrantId,
    user_id: UserId,
    shown_name: String,
    role: String,
    node_id: NodeId,
    code: String,
    name: String,
    path: String,
    valid_from: Date,
    valid_to: Option<Date>,
    delegation_id: Option<RecordId>,
}

impl Row {
    fn shown(self, today: Date) -> Option<RoleRow> {
        let in_force = self.valid_from <= today && self.valid_to.is_none_or(|end| end >= today);
        Some(RoleRow {
            id: self.id,
            user: self.user_id,
            user_name: self.shown_name,
            role: self.role.parse().ok()?,
            node: self.node_id,
            node_code: self.code,
            node_name: self.name,
            from: self.valid_from,
            to: self.valid_to,
            delegated: self.delegation_id.is_some(),
            in_force,
        })
    }
}

/// # Errors
/// [`DbError::Sql`].
pub async fn place_by_code(tx: &mut Tx, code: &str) -> Result<Option<Place>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Place>(PLACE_BY_CODE)
        .bind(code)
        .fetch_optional(c)
        .await)
}

/// # Errors
/// [`AppError::NotFound`] if there is no such node in force.
pub async fn place(tx: &mut Tx, id: NodeId) -> Result<Place, AppError> {
    let place = on!(tx, |c| sqlx::query_as::<_, Place>(PLACE_BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    place.ok_or(AppError::NotFound)
}

/// The node with `code`, as a form names it.
///
/// # Errors
/// [`AppError::Invalid`] on `node` if there is none in the scope.
pub async fn in_scope_by_code(cx: &Cx, code: &str) -> Result<NodeId, AppError> {
    let mut tx = cx.read().await?;
    let place = place_by_code(&mut tx, code)
        .await?
        .filter(|place| cx.scope.covers(&place.path));
    Ok(place
        .ok_or_else(|| AppError::invalid("node", "没有这个代码的机构，或者不在您负责的范围内。"))?
        .id)
}

/// Gives a role, keeping the three administrators apart. The caller has checked that it may be given.
///
/// # Errors
/// [`AppError::Conflict`] if the role is held already, or may not be together with another.
pub async fn give(
    tx: &mut Tx,
    keys: &db::crypt::Keyring,
    new: NewGrant,
    by: Option<UserId>,
) -> Result<GrantId, AppError> {
    account::lock(tx, new.user).await?;
    type Held = (String, NodeId, Date, Option<Date>, Option<RecordId>);
    let held: Vec<Held> = on!(tx, |c| sqlx::query_as(HELD)
        .bind(new.user)
        .bind(new.from)
        .fetch_all(c)
        .await)?;
    let overlaps = |from: Date| new.to.is_none_or(|end| end >= from);
    let twice = held.iter().any(|(role, node, from, _, delegation)| {
        role == new.role.code() && *node == new.node && delegation.is_none() && overlaps(*from)
    });
    if twice && new.delegation.is_none() {
        return Err(AppError::Conflict(format!(
            "这个人在这段时间已经是{}了。",
            new.role.label()
        )));
    }
    let spans: Vec<(Role, Date, Option<Date>)> = held
        .iter()
        .filter_map(|(role, _, from, to, _)| Some((role.parse().ok()?, *from, *to)))
        .collect();
    if let Some(other) = conflict_among((new.role, new.from, new.to), &spans) {
        return Err(AppError::Conflict(format!(
            "系统管理员、安全管理员、审计员必须由三个人分别担任。这个人已经是{}，不能同时做{}。",
            other.label(),
            new.role.label()
        )));
    }
    let now = tx.now();
    let id: GrantId = tx.id();
    let done = execute!(
        tx,
        INSERT,
        id,
        new.user,
        new.role.code(),
        new.node,
        new.from,
        new.to,
        new.delegation,
        by,
        now
    );
    match done {
        Ok(_) => {}
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::Conflict(format!(
                "这个人已经是{}了。",
                new.role.label()
            )));
        }
        Err(error) => return Err(error.into()),
    }
    let roles = account::roles_now(tx, new.user).await?;
    session::tighten(tx, new.user, &roles).await?;
    account::refresh_shown_name(tx, keys, new.user).await?;
    tx.audit(Audit::new("accounts.role.grant", "account", new.user.0).because(new.role.code(), None))
        .await?;
    tx.publish(Event {
        topic: format!("user/{}", new.user),
        kind: "accounts.role.granted",
        subject: Some(RecordId(id.0)),
        data: serde_json::json!({ "role": new.role.code(), "node": new.node }),
    })
    .await?;
    staffing::tell_of(tx, new.role, new.from, new.to).await?;
    Ok(id)
}

/// Ends a role as of today. The caller has checked that it may.
///
/// # Errors
/// As the database fails.
pub async fn end(
    tx: &mut Tx,
    keys: &db::crypt::Keyring,
    grant: GrantId,
    user: UserId,
    role: Role,
    by: Option<UserId>,
) -> Result<(), AppError> {
    let now = tx.now();
    let yesterday = now.date().plus_days(-1);
    if execute!(tx, END, grant, yesterday, now, by)? == 0 {
        return Err(AppError::Conflict("这个角色已经结束了。".into()));
    }
    account::refresh_shown_name(tx, keys, user).await?;
    tx.audit(Audit::new("accounts.role.revoke", "account", user.0).because(role.code(), None))
        .await?;
    tx.publish(Event {
        topic: format!("user/{user}"),
        kind: "accounts.role.revoked",
        subject: Some(RecordId(grant.0)),
        data: serde_json::json!({ "role": role.code() }),
    })
    .await?;
    if role.is_staff() {
        staffing::tell(tx).await?;
    }
    Ok(())
}

/// Grants a role to whoever has `phone`; asked by a security administrator.
///
/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::Conflict`], [`AppError::NotFound`] if the node is outside the scope.
pub async fn grant(
    cx: &Cx,
    phone: &Phone,
    role: Role,
    node: NodeId,
    from: Date,
    to: Option<Date>,
) -> Result<GrantId, AppError> {
    super::act::not_while_acting(cx)?;
    if role == Role::Resident {
        return Err(AppError::invalid(
            "role",
            "居民不用授予：本人登记、网格员核实后就是。",
        ));
    }
    let mut tx = cx.write().await?;
    check_grant_dates(from, to, tx.now().date())?;
    let place = place(&mut tx, node).await?;
    cx.must_cover(&place.path)?;
    let account = account::by_phone(&mut tx, cx.keys(), phone)
        .await?
        .filter(account::Account::is_active);
    let account = account.ok_or_else(|| {
        AppError::invalid(
            "phone",
            "这个手机号还没有账号。请本人先登录一次，或导入工作人员。",
        )
    })?;
    if Some(account.id) == cx.who().user {
        return Err(AppError::Conflict(
            "不能给自己授予角色，请由另一位安全管理员操作。".into(),
        ));
    }
    let new = NewGrant {
        user: account.id,
        role,
        node,
        from,
        to,
        delegation: None,
    };
    let id = give(&mut tx, cx.keys(), new, cx.who().user).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a role away; asked by a security administrator.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] for oneself.
pub async fn revoke(cx: &Cx, grant: GrantId) -> Result<(), AppError> {
    super::act::not_while_acting(cx)?;
    let mut tx = cx.write().await?;
    let row = on!(tx, |c| sqlx::query_as::<_, Row>(ONE)
        .bind(grant)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)?;
    cx.must_cover(&row.path)?;
    if Some(row.user_id) == cx.who().user {
        return Err(AppError::Conflict(
            "不能收回自己的角色，请由另一位安全管理员操作。".into(),
        ));
    }
    let role = row.role.parse().map_err(|()| AppError::NotFound)?;
    end(&mut tx, cx.keys(), grant, row.user_id, role, cx.who().user).await?;
    tx.commit().await?;
    Ok(())
}

/// A role that was given, with the path of its node.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn one(tx: &mut Tx, grant: GrantId) -> Result<Option<(RoleRow, String)>, DbError> {
    let today = tx.now().date();
    let row = on!(tx, |c| sqlx::query_as::<_, Row>(ONE)
        .bind(grant)
        .fetch_optional(c)
        .await)?;
    Ok(row.and_then(|row| {
        let path = row.path.clone();
        Some((row.shown(today)?, path))
    }))
}

/// The roles of one person: held, past and to come.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<RoleRow>, DbError> {
    let today = tx.now().date();
    let rows = on!(tx, |c| sqlx::query_as::<_, Row>(OF_USER)
        .bind(user)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().filter_map(|row| row.shown(today)).collect())
}

/// Whether any of `user`'s roles or their registered home lies in the scope; also whoever has neither.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn in_scope(tx: &mut Tx, cx: &Cx, user: UserId) -> Result<bool, DbError> {
    const PATHS: &str = "select n.path from role_grant g join node n on n.id = g.node_id where g.user_id = $1 \
        union select n.path from residency x join node n on n.id = x.node_id where x.user_id = $1";
    let paths: Vec<String> = on!(tx, |c| sqlx::query_scalar(PATHS).bind(user).fetch_all(c).await)?;
    Ok(paths.is_empty() || paths.iter().any(|path| cx.scope.covers(path)))
}

/// The roles in the scope that are in force or to come, without residents.
///
/// # Errors
/// As the database fails.
pub async fn list(cx: &Cx, cursor: Option<Cursor>) -> Result<Page<RoleRow>, AppError> {
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    let after = GrantId(cursor.map_or(uuid::Uuid::nil(), |cursor| cursor.id));
    let sql = tx.sql(IN_SCOPE);
    let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let rows = on!(tx, |c| {
        sqlx::query_as::<_, Row>(sql)
            .bind(Json(cx.scope.ranges()))
            .bind(today)
            .bind(after)
            .bind(size)
            .fetch_all(c)
            .await
    })?;
    let rows: Vec<RoleRow> = rows.into_iter().filter_map(|row| row.shown(today)).collect();
    Ok(Page::cut(rows, PAGE, |row| Cursor {
        key: String::new(),
        id: row.id.0,
    }))
}
