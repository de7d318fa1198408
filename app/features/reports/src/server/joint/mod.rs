//! Meetings about what comes again (联席会): community, owners' committee, property and residents about one or several matters, with what
//! each promised by when. A promise of a unit in the house is a task of it; any other is followed up by whoever dispatches there.
//!
//! The whole is seen by those who handle matters at the meeting's unit or above, and by posts that promised something; everybody else sees
//! the text that was published. A matter in which somebody is complained about for their work is never a meeting's.

mod act;
mod list;
mod page;
mod past;
mod store;
mod task;

use db::{Cx, Tx};
use shared::{AppError, Permission};

pub use act::{attach, end_promise, promise, publish, save};
pub use list::{form, list};
pub use page::{of_matter, page};
pub(crate) use past::{Past, note};
use store::{Stored, StoredPromise};

/// What the viewer is to a meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sight {
    /// Handles matters at its unit or above.
    staff: bool,
    /// Dispatches there: keeps it.
    keeps: bool,
    /// Promised something, by post.
    promised: bool,
    public: bool,
}

impl Sight {
    const fn whole(self) -> bool {
        self.staff || self.promised
    }
}

/// Whether a promise is the viewer's by one of their posts.
fn is_own(cx: &Cx, promise: &StoredPromise) -> bool {
    let Some(actor) = cx.actor.as_ref() else {
        return false;
    };
    actor.grants.iter().any(|grant| {
        let shown = actor.second_factor || !grant.role.needs_second_factor();
        Some(grant.node) == promise.unit_id && Some(grant.role.code()) == promise.role.as_deref() && shown
    })
}

fn sight(cx: &Cx, joint: &Stored, promises: &[StoredPromise]) -> Sight {
    let covers = |permission| {
        let actor = cx.actor.as_ref();
        actor.is_some_and(|actor| actor.scope_of(permission).covers(&joint.path))
    };
    Sight {
        staff: covers(Permission::ReportHandle),
        keeps: covers(Permission::ReportDispatch),
        promised: promises.iter().any(|promise| is_own(cx, promise)),
        public: joint.published_at.is_some(),
    }
}

/// A meeting that the viewer keeps.
///
/// # Errors
/// [`AppError::NotFound`] for anybody else.
async fn kept(cx: &Cx, tx: &mut Tx, code: &str) -> Result<Stored, AppError> {
    let joint = store::by_code(tx, code.trim()).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&joint.path)?;
    Ok(joint)
}
