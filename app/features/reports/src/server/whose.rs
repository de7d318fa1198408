//! For whom something was written. Whom somebody acts for lies on their session, and may have changed since: they signed in again, another
//! tab began or ended it, or what they wrote waited on the device for a signal.

use db::Cx;
use shared::{AppError, UserId};

/// Whether what was written for `whose` is still sent for them; who says nothing of it sends it for whomever they act for now.
///
/// # Errors
/// [`AppError::Conflict`], with which a device keeps it.
pub fn check(cx: &Cx, whose: &str) -> Result<(), AppError> {
    let whose = whose.trim();
    // Whoever has a matter in hand without an account acts for nobody.
    let Some(user) = cx.who().user.filter(|_| !whose.is_empty()) else {
        return Ok(());
    };
    let whose = whose.parse::<UserId>().ok();
    if whose == Some(cx.subject()?) {
        return Ok(());
    }
    Err(AppError::Conflict(
        if whose == Some(user) {
            "这是您自己的事，现在却在替别人办。请先结束代办，再送一次。"
        } else {
            "这是您替别人写的，请先开始为他代办，再送一次。"
        }
        .into(),
    ))
}
