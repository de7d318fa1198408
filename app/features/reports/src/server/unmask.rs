//! Whose matter it is, in full: with a reason, which is logged, and which the reporter sees.

use accounts::{
    model::UnmaskReason,
    server::{
        account,
        news::{self, News},
    },
};
use db::{Audit, Cx, crypt::Field};
use shared::{AppError, Permission, RecordId};

use super::{sight, store};
use crate::model::Unmasked;

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
    let account =
        account.ok_or_else(|| AppError::Conflict("反映人的账号已经注销，没有留下姓名和电话。".into()))?;
    let phone = match &matter.phone {
        Some(sealed) => Some(cx.keys().open_for(Field::Phone, RecordId(matter.id.0), sealed)?),
        None => account.phone(cx.keys())?,
    };
    let name = account.name(cx.keys())?;
    let words = (!words.is_empty()).then_some(words.as_str());
    tx.audit(
        Audit::new(ACTION, "matter", matter.id.0)
            .about(account.id)
            .at(&matter.unit_path)
            .because(reason.code(), words),
    )
    .await?;
    // Whoever looks at their own knows.
    if cx.who().user != Some(account.id) {
        let looked = News::Looked {
            by: cx.who().user,
            reason: reason.code().to_owned(),
        };
        news::tell(&mut tx, account.id, looked).await?;
    }
    tx.commit().await?;
    Ok(Unmasked { name, phone })
}
