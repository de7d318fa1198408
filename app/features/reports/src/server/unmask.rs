//! Whose matter it is, in full: with a reason, which is logged, and which the reporter sees where they have an account.

use accounts::{
    model::UnmaskReason,
    server::{
        account,
        news::{self, News},
    },
};
use db::{Audit, Cx, crypt::Field};
use shared::{AppError, Permission, RecordId};

use super::{orders, page, sight, store};
use crate::model::{Caller, Origin, Unmasked};

/// The action in the log; accounts tells the reporter of it under this name.
pub const ACTION: &str = "reports.matter.unmask";
/// The longest words, in characters.
const WORDS: usize = 200;

/// Name and number of whoever reported a matter.
///
/// # Errors
/// [`AppError::NotFound`] for who may not see whose it is, [`AppError::Invalid`] on `reason` and `words`.
pub async fn unmask(cx: &Cx, code: &str, reason: &str, words: &str) -> Result<Unmasked, AppError> {
    let mut tx = cx.write().await?;
    let matter = store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
    let sight = sight::of(cx, &mut tx, &matter).await?;
    let actor = cx.actor.as_ref().ok_or(AppError::Unauthenticated)?;
    let scope = actor.scope_of(Permission::Unmask);
    if !sight.staff() || !(scope.covers(&matter.path) || scope.covers(&matter.unit_path)) {
        return Err(AppError::NotFound);
    }
    let reason =
        UnmaskReason::from_code(reason).ok_or_else(|| AppError::invalid("reason", "请选为什么要看。"))?;
    let words: String = words.trim().chars().take(WORDS).collect();
    if reason == UnmaskReason::Other && words.is_empty() {
        return Err(AppError::invalid("words", "请写明为什么要看，本人会看到。"));
    }
    let account = match matter.reporter_id {
        Some(user) => account::by_id(&mut tx, user).await?,
        None => None,
    };
    let caller = match matter.origin {
        Origin::Client => orders::caller(cx, &mut tx, matter.id).await?.unwrap_or_default(),
        _ => Caller::default(),
    };
    let left = matter.phone.is_some() || !(caller.name.is_empty() && caller.phone.is_empty());
    if account.is_none() && !left {
        return Err(AppError::Conflict(nothing_left(matter.origin).into()));
    }
    let phone = match (&matter.phone, &account) {
        (Some(sealed), _) => Some(cx.keys().open_for(Field::Phone, RecordId(matter.id.0), sealed)?),
        (None, Some(account)) => account.phone(cx.keys())?,
        (None, None) => Some(caller.phone).filter(|phone| !phone.is_empty()),
    };
    let name = match &account {
        Some(account) => account.name(cx.keys())?,
        None if caller.name.is_empty() => page::unnamed(matter.origin).to_owned(),
        None => caller.name,
    };
    let words = (!words.is_empty()).then_some(words.as_str());
    let entry = Audit::new(ACTION, "matter", matter.id.0)
        .at(&matter.unit_path)
        .because(reason.code(), words);
    let entry = match &account {
        Some(account) => entry.about(account.id),
        None => entry,
    };
    tx.audit(entry).await?;
    // Whoever looks at their own knows.
    if let Some(account) = account.filter(|account| cx.who().user != Some(account.id)) {
        let looked = News::Looked {
            by: cx.who().user,
            reason: reason.code().to_owned(),
        };
        news::tell(&mut tx, account.id, looked).await?;
    }
    tx.commit().await?;
    Ok(Unmasked { name, phone })
}

const fn nothing_left(origin: Origin) -> &'static str {
    match origin {
        Origin::Account => "反映人的账号已经注销，没有留下姓名和电话。",
        Origin::Phone | Origin::Anonymous | Origin::Client => "反映人没有留下姓名和电话。",
    }
}
