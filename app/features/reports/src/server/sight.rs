//! Who sees a matter, and what they are to it. In SQL for lists ([`visible_sql`]), in code for one matter: a test holds them together.

use db::{Cx, DbError, Tx, on};
use shared::{Actor, AppError, Permission, Role};
use tasks::server::clocks;

use super::store::Stored;
use crate::model::{By, Circumstances, MatterId, WAITS};

const FOLLOWS: &str = "select count(*) from matter_follower where matter_id = $1 and user_id = $2";

/// What the viewer is to a matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    pub own: bool,
    pub follows: bool,
    /// Has it, by post.
    pub holds: bool,
    pub handles: bool,
    pub dispatches: bool,
    pub oversees: bool,
    /// It is published.
    pub public: bool,
}

impl Sight {
    /// Whether they see whose matter it is.
    pub const fn staff(self) -> bool {
        self.handles || self.dispatches || self.oversees
    }

    /// Whether they see what the reporter wrote.
    pub const fn whole(self) -> bool {
        self.own || self.holds || self.staff()
    }

    pub const fn any(self) -> bool {
        self.whole() || self.public || self.follows
    }
}

/// What the list of those who handle matters shows, as a condition after `where`: `$1` the scope, `$2` the viewer, `$3` today. Those who
/// work where somebody is complained about are told nothing, whatever else they hold.
macro_rules! visible_sql {
    ($before:expr, $after:expr) => {
        db::rows!(
            concat!($before, " exists (select 1 from "),
            (lo: text, hi: text),
            concat!(
                " where (n.path >= r.lo and n.path < r.hi) or (u.path >= r.lo and u.path < r.hi)) and (m.accused_id is null or not exists \
                 (select 1 from role_grant g join node gn on gn.id = g.node_id where g.user_id = $2 and g.role <> 'resident' \
                 and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) \
                 and substr(gn.path, 1, length(a.path)) = a.path)) ",
                $after
            )
        )
    };
}
pub(super) use visible_sql;

/// # Errors
/// What the database answers.
pub async fn of(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<Sight, AppError> {
    let public = matter.published_at.is_some();
    let Some(actor) = cx.actor.as_ref() else {
        return Ok(Sight {
            public,
            ..Sight::default()
        });
    };
    let subject = cx.subject()?;
    let mut sight = Sight {
        own: matter.reporter_id == Some(subject),
        follows: follows(tx, matter.id, subject).await?,
        public,
        ..Sight::default()
    };
    if is_accused(actor, matter) {
        return Ok(sight);
    }
    let covers = |permission, path: &str| actor.scope_of(permission).covers(path);
    sight.holds = actor.grants.iter().any(|grant| {
        let shown = actor.second_factor || !grant.role.needs_second_factor();
        grant.node == matter.unit_id && grant.role.code() == matter.holder_role && shown
    });
    sight.handles =
        covers(Permission::ReportHandle, &matter.path) || covers(Permission::ReportHandle, &matter.unit_path);
    sight.dispatches = covers(Permission::ReportDispatch, &matter.unit_path);
    sight.oversees = covers(Permission::ReportOversee, &matter.unit_path);
    Ok(sight)
}

/// Whether somebody works where a complaint is about.
pub fn is_accused(actor: &Actor, matter: &Stored) -> bool {
    let Some(accused) = matter.accused_path.as_deref() else {
        return false;
    };
    let mut posts = actor.grants.iter().filter(|grant| grant.role != Role::Resident);
    posts.any(|grant| grant.path.starts_with(accused))
}

async fn follows(tx: &mut Tx, matter: MatterId, user: shared::UserId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(FOLLOWS)
        .bind(matter)
        .bind(user)
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

/// As what the viewer may act, and what the clock says.
///
/// # Errors
/// What the database answers.
pub async fn circumstances(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    sight: Sight,
) -> Result<Circumstances, AppError> {
    let mut by = Vec::new();
    for (is, one) in [
        (sight.own, By::Reporter),
        (sight.holds, By::Holder),
        (sight.dispatches, By::Dispatcher),
        (sight.oversees, By::Above),
    ] {
        if is {
            by.push(one);
        }
    }
    let user = cx.who().user;
    let clock = clocks::clock(tx, matter.unit_id).await?;
    let now = tx.now();
    Ok(Circumstances {
        by,
        holds: sight.holds,
        handled: user.is_some() && matter.handled_by == user,
        returnable: now <= clock.plus_working_days(matter.passed_at, 1).at,
        waited: matter
            .answered_at
            .is_some_and(|at| clock.plus_working_days(at, WAITS).at <= now),
        publishable: matter.may_publish && matter.reporter_id.is_some() && !matter.narrow(),
    })
}
