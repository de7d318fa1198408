//! Who sees a case, and what they are to it. One place: nobody who is not named here sees any of it.

use db::{Cx, Tx};
use shared::{AppError, UserId};

use super::{
    desk,
    people::{self, Named},
    record::StoredClause,
    store::Stored,
};
use crate::model::{By, COURT_DAYS, Circumstances, Kept, Part, PersonId};

/// What the viewer is to a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    pub applicant: bool,
    pub respondent: bool,
    /// A mediator who has not left, and whether they said that nothing ties them to a side.
    pub mediator: Option<PersonId>,
    pub declared: bool,
    pub clerk: bool,
    /// They hold the post that takes it, which nobody has. They see that there is a case, and nothing of it.
    pub desk: bool,
    /// Nobody has it: nobody took it, or whoever did holds the post no more.
    pub vacant: bool,
}

impl Sight {
    pub const fn side(self) -> Option<Part> {
        match (self.applicant, self.respondent) {
            (true, _) => Some(Part::Applicant),
            (false, true) => Some(Part::Respondent),
            (false, false) => None,
        }
    }

    /// Whether they see what is not for the sides: whoever took it, and mediators whom nothing ties to one.
    pub const fn staff(self) -> bool {
        self.clerk || (self.mediator.is_some() && self.declared)
    }

    /// Whether they read what was said and agreed. Whoever was asked to mediate sees between whom it is, to say whether anything ties
    /// them, and no more before they have.
    pub const fn reads(self) -> bool {
        self.staff() || self.side().is_some()
    }

    /// Whether they are named.
    pub const fn named(self) -> bool {
        self.reads() || self.mediator.is_some()
    }
}

/// What the viewer is to a case, and all who are named in it.
///
/// # Errors
/// What the database answers.
pub async fn of(cx: &Cx, tx: &mut Tx, case: &Stored) -> Result<(Sight, Vec<Named>), AppError> {
    let named = people::of_case(tx, case.id).await?;
    let Some(actor) = cx.actor.as_ref() else {
        return Ok((Sight::default(), named));
    };
    let is = |part: Part, user: UserId| {
        named
            .iter()
            .any(|one| one.part == part && one.user_id == Some(user))
    };
    let mut sight = Sight::default();
    if let Some(acted) = &actor.acting_for {
        // Whoever acts for somebody sees what they wrote down for them, and nothing that came about otherwise.
        sight.applicant = case.entered_by == Some(actor.user) && is(Part::Applicant, acted.user);
        return Ok((sight, named));
    }
    let me = actor.user;
    sight.applicant = is(Part::Applicant, me);
    sight.respondent = is(Part::Respondent, me);
    if let Some(mediator) = named.iter().find(|one| one.mediates() && one.user_id == Some(me)) {
        sight.mediator = Some(mediator.id);
        sight.declared = mediator.declared_at.is_some();
    }
    sight.vacant = match case.clerk_id {
        None => true,
        Some(clerk) => !desk::holds(tx, clerk, case.unit_id, case.desk()).await?,
    };
    // A post that is gone gives no sight of what was taken by it.
    sight.clerk = case.clerk_id == Some(me) && !sight.vacant;
    let post = actor.grants.iter().any(|grant| {
        let shown = actor.second_factor || !grant.role.needs_second_factor();
        grant.node == case.unit_id && grant.role == case.desk() && shown
    });
    sight.desk = sight.vacant && post && sight.side().is_none() && !case.state.has_ended();
    Ok((sight, named))
}

/// As what the viewer may act, and what else is so.
pub fn circumstances(cx: &Cx, case: &Stored, sight: Sight, clauses: &[StoredClause]) -> Circumstances {
    let mut by = Vec::new();
    for (is, one) in [
        (sight.applicant, By::Applicant),
        (sight.respondent, By::Respondent),
        (sight.desk, By::Desk),
        (sight.clerk, By::Clerk),
        (sight.mediator.is_some() && sight.declared, By::Mediator),
        (sight.mediator.is_some() && !sight.declared, By::Invited),
    ] {
        if is {
            by.push(one);
        }
    }
    let today = cx.now().date();
    Circumstances {
        by,
        vacant: sight.vacant,
        within_month: case
            .effective_on
            .is_some_and(|on| today <= on.plus_days(COURT_DAYS)),
        all_kept: all_kept(clauses),
    }
}

/// Whether each clause is kept.
pub fn all_kept(clauses: &[StoredClause]) -> bool {
    !clauses.is_empty() && clauses.iter().all(|clause| clause.kept == Some(Kept::Kept))
}
