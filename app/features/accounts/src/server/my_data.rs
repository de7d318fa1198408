//! What is held about somebody, and on what basis.

use db::{Audit, Cx, Tx};
use shared::{AppError, RecordId, UserId, mask};

use super::{
    account, act, basis, child,
    code::{self, Purpose},
    erasure, limit, looks, relative, residency, role, session,
};
use crate::model::{DataKind, HeldData, Me, MyData, Phone, check_name};

/// One's own page.
///
/// # Errors
/// As the database fails.
pub async fn me(cx: &Cx) -> Result<Me, AppError> {
    let mut tx = cx.read().await?;
    let account = account::mine(&mut tx, cx).await?;
    let roles = role::of_user(&mut tx, account.id).await?;
    let needs_factor = roles
        .iter()
        .any(|row| row.in_force && row.role.needs_second_factor());
    Ok(Me {
        name: account.name(cx.keys())?,
        phone: account.phone(cx.keys())?.map(|phone| mask::phone(&phone)),
        residency: residency::of_user(&mut tx, cx, cx.subject()?).await?,
        has_password: account.password_hash.is_some(),
        has_factor: account.has_factor(),
        needs_factor,
        acting_for: cx
            .actor
            .as_ref()
            .and_then(|actor| actor.acting_for.as_ref().map(|resident| resident.name.clone())),
        erasure_due: erasure::due(&mut tx, account.id).await?,
        roles: roles
            .into_iter()
            .filter(|row| row.in_force || row.from > cx.now().date())
            .collect(),
    })
}

/// Everything on the page of one's data.
///
/// # Errors
/// As the database fails.
pub async fn mine(cx: &Cx) -> Result<MyData, AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    Ok(MyData {
        held: held(&mut tx, cx, user).await?,
        elsewhere: Vec::new(),
        looks: looks::of_user(&mut tx, user).await?,
        guardians: child::of_user(&mut tx, user).await?,
        erasure_due: erasure::due(&mut tx, user).await?,
        erasure_blocked: erasure::blocked(&mut tx, user).await?,
    })
}

async fn held(tx: &mut Tx, cx: &Cx, user: UserId) -> Result<Vec<HeldData>, AppError> {
    let account = account::must(tx, user).await?;
    let records = basis::of_user(tx, user).await?;
    let home = residency::of_user(tx, cx, user).await?;
    let devices = session::devices(tx, user, None).await?.len();
    let relatives = relative::of_user(tx, user)
        .await?
        .iter()
        .filter(|binding| !binding.i_act)
        .count();
    let phone = account.phone(cx.keys())?;
    let name = account.name(cx.keys())?;
    let value = |kind: DataKind| match kind {
        DataKind::Phone => phone.clone(),
        DataKind::Name => Some(name.clone()),
        DataKind::Door => home
            .as_ref()
            .map(|home| format!("{} {}", home.node_name, home.door)),
        DataKind::SignIn => Some(format!("{devices} 台设备")),
        DataKind::Relative => Some(format!("{relatives} 人")),
        DataKind::Child => None,
    };
    let mut held = Vec::new();
    for kind in DataKind::ALL {
        let record = records.iter().rev().find(|record| record.kind == *kind);
        let Some(value) = value(*kind).or_else(|| record.map(|_| String::new())) else {
            continue;
        };
        let stands = record.filter(|record| record.withdrawn_at.is_none());
        held.push(HeldData {
            kind: *kind,
            value,
            version: record.map(|record| record.version.clone()),
            given_at: record.map(|record| record.given_at),
            active: stands.is_some_and(|record| record.version == kind.version()),
            outdated: stands.is_some_and(|record| record.version != kind.version()),
        });
    }
    Ok(held)
}

/// Corrects one's name.
///
/// # Errors
/// [`AppError::Invalid`] on `name`.
pub async fn rename(cx: &Cx, name: &str) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let name = check_name("name", name)?;
    let mut tx = cx.write().await?;
    account::rename(&mut tx, cx.keys(), user, &name).await?;
    tx.audit(Audit::new("accounts.name.correct", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Sends a code to the number that shall be one's own from now on.
///
/// # Errors
/// [`AppError::TooManyRequests`].
pub async fn ask_phone(cx: &Cx, phone: &Phone) -> Result<RecordId, AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    limit::code_to(cx, phone).await?;
    let mut tx = cx.write().await?;
    let id = code::make(&mut tx, cx.keys(), phone, Purpose::Phone, Some(user), true).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes one's number to the one that the code proves; the other devices are signed out.
///
/// # Errors
/// [`AppError::Invalid`] on `code`, [`AppError::Conflict`] if another account has the number.
pub async fn set_phone(cx: &Cx, id: RecordId, typed: &str) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let proved = code::check(cx, id, Purpose::Phone, typed).await?;
    if proved.asked_by != Some(user) {
        return Err(AppError::NotFound);
    }
    let mut tx = cx.write().await?;
    account::set_phone(&mut tx, cx.keys(), user, &proved.phone).await?;
    session::revoke_all(&mut tx, user, cx.actor.as_ref().map(|actor| actor.session)).await?;
    tx.audit(Audit::new("accounts.phone.change", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(())
}
