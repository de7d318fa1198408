//! Delegation during leave: a colleague holds some of one's roles for some days.

use db::{Audit, Cx, Tx, execute, on};
use shared::{AppError, Date, GrantId, Permission, RecordId, Role, UserId};

use super::{account, act, role};
use crate::model::{DelegationRow, Phone};

/// The longest leave, in days.
const LONGEST: i64 = 60;

const INSERT: &str = "insert into delegation (id, from_user, to_user, starts_on, ends_on, created_at) values ($1, $2, $3, $4, $5, $6)";
const MINE: &str = "select d.id, d.from_user, u.shown_name, d.starts_on, d.ends_on, d.ended_at from delegation d \
    join user_account u on u.id = case when d.from_user = $1 then d.to_user else d.from_user end \
    where d.from_user = $1 or d.to_user = $1 order by d.created_at desc, d.id limit 50";
const ROLES: &str = "select g.role, n.name from role_grant g join node n on n.id = g.node_id where g.delegation_id = $1 order by g.role, n.code";
const END: &str = "update delegation set ended_at = $3 where id = $1 and from_user = $2 and ended_at is null returning to_user";
const GRANTS: &str =
    "select id, role from role_grant where delegation_id = $1 and (valid_to is null or valid_to >= $2)";
const STAFF_NEAR: &str = "select count(*) from role_grant g join node n on n.id = g.node_id where g.user_id = $1 and g.delegation_id is null \
    and g.role <> 'resident' and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) and n.path >= $3 and n.path < $4";

/// Whether `role` can be delegated at all: not the three administrators, and only who may delegate may be delegated.
pub const fn may_be_delegated(role: Role) -> bool {
    !matches!(
        role,
        Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor | Role::Resident
    )
}

/// Delegates `grants`, which are one's own, to the colleague who has `phone`.
///
/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::Conflict`].
pub async fn start(
    cx: &Cx,
    phone: &Phone,
    grants: &[GrantId],
    from: Date,
    to: Date,
) -> Result<RecordId, AppError> {
    act::not_while_acting(cx)?;
    let actor = cx.actor.clone().ok_or(AppError::Unauthenticated)?;
    let mut tx = cx.write().await?;
    let today = tx.now().date();
    if from < today || to < from {
        return Err(AppError::invalid(
            "to",
            "日期要从今天或以后开始，结束不能早于开始。",
        ));
    }
    if from.plus_days(LONGEST) < to {
        return Err(AppError::invalid("to", format!("一次最多委托 {LONGEST} 天。")));
    }
    let own = own_roles(&mut tx, actor.user, grants).await?;
    let colleague = account::by_phone(&mut tx, cx.keys(), phone)
        .await?
        .filter(account::Account::is_active);
    let colleague =
        colleague.ok_or_else(|| AppError::invalid("phone", "没有找到这位同事，请检查手机号。"))?;
    if colleague.id == actor.user {
        return Err(AppError::invalid("phone", "不能委托给自己。"));
    }
    let id: RecordId = tx.id();
    let now = tx.now();
    execute!(tx, INSERT, id, actor.user, colleague.id, from, to, now)?;
    for (role, place) in own {
        must_be_colleague(&mut tx, colleague.id, &place, today).await?;
        let grant = role::NewGrant {
            user: colleague.id,
            role,
            node: place.id,
            from,
            to: Some(to),
            delegation: Some(id),
        };
        role::give(&mut tx, cx.keys(), grant, Some(actor.user)).await?;
    }
    tx.audit(Audit::new("accounts.delegation.start", "account", colleague.id.0))
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// The chosen roles, if they are one's own, in force, and can be delegated.
async fn own_roles(
    tx: &mut Tx,
    me: UserId,
    grants: &[GrantId],
) -> Result<Vec<(Role, role::Place)>, AppError> {
    let mut chosen = Vec::new();
    for row in role::of_user(tx, me).await? {
        if !grants.contains(&row.id) {
            continue;
        }
        if row.delegated || !row.in_force {
            return Err(AppError::invalid(
                "grants",
                "别人委托给您的、已经结束的角色不能再委托。",
            ));
        }
        if !may_be_delegated(row.role) || !row.role.allows(Permission::RoleDelegate) {
            return Err(AppError::invalid(
                "grants",
                format!("{}不能委托。", row.role.label()),
            ));
        }
        chosen.push((row.role, role::place(tx, row.node).await?));
    }
    if chosen.is_empty() || chosen.len() != grants.len() {
        return Err(AppError::invalid("grants", "请选择要委托的角色。"));
    }
    Ok(chosen)
}

/// A colleague works under the same parent: another grid of the community, another community of the street.
async fn must_be_colleague(
    tx: &mut Tx,
    user: UserId,
    place: &role::Place,
    today: Date,
) -> Result<(), AppError> {
    let parent = place
        .path
        .strip_suffix('/')
        .and_then(|path| path.rfind('/'))
        .map_or("", |at| &place.path[..=at]);
    let range = shared::scope::PathRange::below(parent);
    let near: i64 = on!(tx, |c| {
        sqlx::query_scalar(STAFF_NEAR)
            .bind(user)
            .bind(today)
            .bind(&range.lo)
            .bind(&range.hi)
            .fetch_one(c)
            .await
    })?;
    if near > 0 {
        Ok(())
    } else {
        Err(AppError::invalid(
            "phone",
            format!("只能委托给{}同一个上级的同事。", place.name),
        ))
    }
}

/// Ends a delegation that one began.
///
/// # Errors
/// [`AppError::NotFound`] if it is not one's own or has ended.
pub async fn end(cx: &Cx, id: RecordId) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let me = cx.user()?;
    let mut tx = cx.write().await?;
    let now = tx.now();
    let colleague: Option<UserId> = on!(tx, |c| sqlx::query_scalar(END)
        .bind(id)
        .bind(me)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    let colleague = colleague.ok_or(AppError::NotFound)?;
    let today = now.date();
    let grants: Vec<(GrantId, String)> = on!(tx, |c| sqlx::query_as(GRANTS)
        .bind(id)
        .bind(today)
        .fetch_all(c)
        .await)?;
    for (grant, code) in grants {
        if let Ok(role) = code.parse() {
            role::end(&mut tx, cx.keys(), grant, colleague, role, Some(me)).await?;
        }
    }
    tx.audit(Audit::new("accounts.delegation.end", "account", colleague.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The delegations that the signed-in person gave or was given, the newest first.
///
/// # Errors
/// As the database fails.
pub async fn list(cx: &Cx) -> Result<Vec<DelegationRow>, AppError> {
    let me = cx.user()?;
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    type Row = (RecordId, UserId, String, Date, Date, Option<shared::Timestamp>);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(MINE).bind(me).fetch_all(c).await)?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, from_user, name, from, to, ended_at) in rows {
        let roles: Vec<(String, String)> = on!(tx, |c| sqlx::query_as(ROLES).bind(id).fetch_all(c).await)?;
        let roles = roles
            .into_iter()
            .filter_map(|(code, place)| Some((code.parse().ok()?, place)))
            .collect();
        found.push(DelegationRow {
            id,
            name,
            mine: from_user == me,
            roles,
            from,
            to,
            ended: ended_at.is_some() || to < today,
        });
    }
    Ok(found)
}
