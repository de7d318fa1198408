//! Who may see which borders: anybody where a review number is entered and those that are made up, staff theirs.

use db::{Cx, Tx};
use shared::{AppError, Permission, Scope};

use super::settings::{Settings, review_number};

/// Who may see which borders.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Under which number anybody may see all of them.
    pub reviewed: Option<String>,
    /// Where the viewer works: there they see them in any case, and what they work below.
    pub scope: Scope,
}

impl Sight {
    /// What the token's holder may see.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn of(cx: &Cx, tx: &mut Tx, settings: &Settings) -> Result<Self, AppError> {
        let scope = match &cx.actor {
            Some(actor) => actor.scope_of(Permission::StaffView),
            None if cx.who().system.is_some() => Scope::everything(),
            None => Scope::default(),
        };
        Ok(Self {
            reviewed: review_number(tx, settings).await?,
            scope,
        })
    }

    /// Whether this is what anybody sees, so that it may be kept for all.
    pub fn is_everybodys(&self) -> bool {
        self.reviewed.is_some() || self.scope.is_empty()
    }
}
