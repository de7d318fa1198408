//! Who sees a matter, and what they are to it. In SQL for lists ([`visible_sql`]), in code for one matter: a test holds them together.

use db::{Cx, DbError, Tx, crypt::Field, on};
use shared::{Actor, AppError, Permission, Role};
use tasks::server::clocks;

use super::{hand::Hand, part, recusal, store::Stored};
use crate::model::{By, Circumstances, MatterId, WAITS};

// Since it was last opened: what came before that was somebody else's to verify.
const HANDLED: &str = "select count(*) from matter_step s where s.matter_id = $1 and s.user_id = $2 and s.action in ('begin', 'answer') \
    and s.capacity <> 'reporter' and s.number > coalesce((select max(o.number) from matter_step o where o.matter_id = $1 and o.action = 'reopen'), 0)";
const FOLLOWS: &str = "select count(*) from matter_follower where matter_id = $1 and user_id = $2";

// What somebody reported went into it, perhaps through others.
const MERGED: &str = "with recursive way (id) as (select m.merged_into from matter m where m.reporter_id = $2 and m.merged_into is not null \
    union select m.merged_into from way w join matter m on m.id = w.id where m.merged_into is not null) \
    select count(*) from way where id = $1";
const MERGED_IN_HAND: &str = "with recursive way (id) as (select m.merged_into from matter m where (m.id = $2 or m.phone_blind = $3) \
    and m.origin in ('phone', 'anonymous') and m.merged_into is not null \
    union select m.merged_into from way w join matter m on m.id = w.id where m.merged_into is not null) \
    select count(*) from way where id = $1";

/// What the viewer is to a matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    pub own: bool,
    pub follows: bool,
    /// What they reported went into it: its answer is theirs too.
    pub merged: bool,
    /// Has it, by post.
    pub holds: bool,
    /// Has a part of it, by post.
    pub partakes: bool,
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
        self.own || self.holds || self.partakes || self.staff()
    }

    pub const fn any(self) -> bool {
        self.whole() || self.public || self.follows || self.merged
    }
}

/// What the list of those who handle matters shows, as a condition after `where`: `$1` the scope, `$2` the viewer, `$3` today. Those who
/// work where somebody is complained about are told nothing, whatever else they hold, and neither are those who have stepped aside.
macro_rules! visible_sql {
    ($before:expr, $after:expr) => {
        db::rows!(
            concat!($before, " exists (select 1 from "),
            (lo: text, hi: text),
            concat!(
                " where (n.path >= r.lo and n.path < r.hi) or (u.path >= r.lo and u.path < r.hi)) and (m.accused_id is null or not exists \
                 (select 1 from role_grant g join node gn on gn.id = g.node_id where g.user_id = $2 and g.role <> 'resident' \
                 and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) \
                 and substr(gn.path, 1, length(a.path)) = a.path)) \
                 and not exists (select 1 from matter_recusal x where x.matter_id = m.id and x.user_id = $2) ",
                $after
            )
        )
    };
}
pub(super) use visible_sql;

/// As a condition: somebody works nowhere that a complaint is about. Of whom, whom it is about, and today, as SQL.
macro_rules! unaccused {
    ($user:literal, $accused:literal, $today:literal) => {
        concat!(
            " and not exists (select 1 from node an join role_grant ag on ag.user_id = ",
            $user,
            " join node gn on gn.id = ag.node_id where an.id = ",
            $accused,
            " and ag.role <> 'resident' and ag.valid_from <= ",
            $today,
            " and (ag.valid_to is null or ag.valid_to >= ",
            $today,
            ") and substr(gn.path, 1, length(an.path)) = an.path)"
        )
    };
}
pub(super) use unaccused;

/// As [`of`], and for whoever has the matter in hand without an account its reporter's.
///
/// # Errors
/// What the database answers.
pub async fn with(cx: &Cx, tx: &mut Tx, hand: &Hand, matter: &Stored) -> Result<Sight, AppError> {
    if hand.opens(cx, matter) {
        return Ok(Sight {
            own: true,
            public: matter.published_at.is_some(),
            ..Sight::default()
        });
    }
    let mut sight = of(cx, tx, matter).await?;
    sight.merged = sight.merged || merged_in_hand(cx, tx, hand, matter.id).await?;
    Ok(sight)
}

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
    let accused = is_accused(actor, matter);
    let kept_out = accused || recusal::is_aside(tx, matter.id, actor.user).await?;
    // For whom they act is no way in: what is the resident's own is not told to those whom it is about.
    if kept_out && acts_for_another(cx) {
        return Ok(Sight {
            public,
            ..Sight::default()
        });
    }
    let mut sight = Sight {
        own: matter.reporter_id == Some(subject),
        // Theirs may have gone into one about where they work.
        follows: !accused && follows(tx, matter.id, subject).await?,
        public,
        ..Sight::default()
    };
    if kept_out {
        return Ok(sight);
    }
    sight.merged = merged(tx, matter.id, subject).await?;
    let covers = |permission, path: &str| actor.scope_of(permission).covers(path);
    sight.holds = actor.grants.iter().any(|grant| {
        let shown = actor.second_factor || !grant.role.needs_second_factor();
        grant.node == matter.unit_id && grant.role.code() == matter.holder_role && shown
    });
    sight.partakes = part::of(tx, matter.id)
        .await?
        .iter()
        .any(|part| part.is_of(actor));
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

fn acts_for_another(cx: &Cx) -> bool {
    cx.who().acting_for.is_some()
}

/// Leaves out what the viewer is not told of although whoever they act for is: what is about where they work, and from what they stepped
/// aside.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn told_by_proxy(cx: &Cx, tx: &mut Tx, found: Vec<Stored>) -> Result<Vec<Stored>, DbError> {
    let Some(actor) = cx.actor.as_ref().filter(|_| acts_for_another(cx)) else {
        return Ok(found);
    };
    let mut told = Vec::with_capacity(found.len());
    for matter in found {
        if !is_accused(actor, &matter) && !recusal::is_aside(tx, matter.id, actor.user).await? {
            told.push(matter);
        }
    }
    Ok(told)
}

async fn merged(tx: &mut Tx, matter: MatterId, user: shared::UserId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(MERGED)
        .bind(matter)
        .bind(user)
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

/// As [`merged`], of what somebody has in hand without an account.
async fn merged_in_hand(cx: &Cx, tx: &mut Tx, hand: &Hand, matter: MatterId) -> Result<bool, DbError> {
    if hand.is_empty() {
        return Ok(false);
    }
    let phone = hand.phone.as_ref();
    let phone = phone.map(|phone| cx.keys().blind(Field::Phone, phone.as_str()));
    let count: i64 = on!(tx, |c| sqlx::query_scalar(MERGED_IN_HAND)
        .bind(matter)
        .bind(hand.matter)
        .bind(phone.as_deref())
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

async fn follows(tx: &mut Tx, matter: MatterId, user: shared::UserId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(FOLLOWS)
        .bind(matter)
        .bind(user)
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

/// Whether somebody began to handle it or answered it since it was last opened.
async fn handled(tx: &mut Tx, matter: MatterId, user: shared::UserId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(HANDLED)
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
        (sight.partakes, By::Partner),
        (sight.dispatches, By::Dispatcher),
        (sight.oversees, By::Above),
    ] {
        if is {
            by.push(one);
        }
    }
    let user = cx.who().user;
    let mut parts = Vec::new();
    if let Some(actor) = cx.actor.as_ref().filter(|_| sight.partakes) {
        let all = part::of(tx, matter.id).await?;
        let own = all.iter().filter(|part| part.is_of(actor));
        parts.extend(own.map(|part| part.number));
    }
    let did = match user {
        Some(user) => handled(tx, matter.id, user).await? || part::did(tx, matter.id, user).await?,
        None => false,
    };
    let clock = clocks::clock(tx, matter.unit_id).await?;
    let now = tx.now();
    Ok(Circumstances {
        by,
        at: now,
        holds: sight.holds,
        handled: did,
        returnable: now <= clock.plus_working_days(matter.passed_at, 1).at,
        waited: matter
            .answered_at
            .is_some_and(|at| clock.plus_working_days(at, WAITS).at <= now),
        unreachable: matter.unreachable(),
        publishable: matter.publishable(),
        published: matter.published_at.is_some(),
        parts,
    })
}
