//! Before a text is published, what in it may be somebody's own is pointed out; it has to be confirmed in the words in which it was.

use accounts::server::account;
use db::{Cx, Tx};
use shared::{AppError, personal::confirm};

use super::store::Stored;

/// # Errors
/// [`AppError::Invalid`] on `confirmed`, with what is found, until that is what was confirmed.
pub(super) async fn check(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    text: &str,
    confirmed: &str,
) -> Result<(), AppError> {
    let account = match matter.reporter_id {
        Some(user) => account::by_id(tx, user).await?,
        None => None,
    };
    let names = match account {
        Some(account) => vec![account.name(cx.keys())?],
        None => Vec::new(),
    };
    confirm(text, &names, confirmed)
}
