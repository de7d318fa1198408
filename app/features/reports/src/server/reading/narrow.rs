//! What a work list and its map are narrowed to beside state, kind, category and lateness: how urgent it is, who has it, when it was reported,
//! whether others have a part of it, whether the level above presses for it.

use db::{Cx, Json};
use serde::Serialize;
use shared::{Actor, Date, NodeId, Role, Timestamp};

use crate::model::{Filter, HOLDERS, Urgency};

/// A post: who holds a role at a unit.
#[derive(Clone, Debug, Serialize)]
pub struct PostRow {
    node: NodeId,
    role: &'static str,
}

impl PostRow {
    /// Those of somebody, as far as they have shown who they are.
    pub fn of(actor: &Actor) -> Vec<Self> {
        let shown = actor.second_factor;
        let grants = actor.grants.iter();
        grants
            .filter(|grant| shown || !grant.role.needs_second_factor())
            .map(|grant| Self {
                node: grant.node,
                role: grant.role.code(),
            })
            .collect()
    }
}

/// What is asked for; empty for any.
#[derive(Clone, Debug)]
pub struct Narrow {
    /// An urgency's code.
    pub urgency: &'static str,
    /// The code of a role that has it.
    pub holder: &'static str,
    /// The viewer's own posts, where only what lies with them is asked for, whole or a part of it.
    pub posts: Option<Vec<PostRow>>,
    /// Reported from then on, and before then.
    pub since: Timestamp,
    pub until: Timestamp,
    /// Others have a part of it that is still to be done (协办).
    pub joint: bool,
    /// The level above presses for it (督办).
    pub urged: bool,
}

impl Default for Narrow {
    fn default() -> Self {
        Self {
            urgency: "",
            holder: "",
            posts: None,
            since: Timestamp(i64::MIN),
            until: Timestamp(i64::MAX),
            joint: false,
            urged: false,
        }
    }
}

impl Narrow {
    /// What a filter says. What it says of nothing that there is, is not asked for.
    pub fn of(cx: &Cx, filter: &Filter) -> Self {
        let any = Self::default();
        let day = |text: &str| text.trim().parse::<Date>().ok();
        let role = filter.holder.parse::<Role>().ok();
        let role = role.filter(|role| HOLDERS.contains(role));
        Self {
            urgency: filter.urgency.parse::<Urgency>().map_or("", Urgency::code),
            holder: role.map_or("", Role::code),
            posts: (filter.holder == Filter::MINE)
                .then(|| cx.actor.as_deref().map(PostRow::of).unwrap_or_default()),
            since: day(&filter.since).map_or(any.since, Date::start),
            until: day(&filter.until).map_or(any.until, |day| day.plus_days(1).start()),
            joint: filter.joint,
            urged: filter.urged,
        }
    }

    /// Whether anything is asked for.
    pub fn is_any(&self) -> bool {
        let any = Self::default();
        !self.urgency.is_empty()
            || !self.holder.is_empty()
            || self.posts.is_some()
            || self.since != any.since
            || self.until != any.until
            || self.joint
            || self.urged
    }

    /// The posts as they are bound.
    pub fn bound(&self) -> Json<&[PostRow]> {
        Json(self.posts.as_deref().unwrap_or_default())
    }
}

/// As a condition on the matter `m`; `$2` is the viewer. First whether anything is asked for at all; then how urgent, which role, since and
/// until when, parts, pressed for; last whether what lies with the viewer's own posts, and which they are: as rows named `e`.
///
/// Parts are asked for the least of their numbers, not whether there are any: of that PostgreSQL would make a table of all parts first.
macro_rules! narrow_sql {
    ($posts:literal, $any:literal, $urgency:literal, $holder:literal, $since:literal, $until:literal, $joint:literal, $urged:literal, $mine:literal) => {
        concat!(
            "(case when not ",
            $any,
            " then true else (",
            $urgency,
            " = '' or m.urgency = ",
            $urgency,
            ") and (",
            $holder,
            " = '' or m.holder_role = ",
            $holder,
            ") and m.created_at >= ",
            $since,
            " and m.created_at < ",
            $until,
            " and (not ",
            $joint,
            " or (select min(p.number) from matter_part p where p.matter_id = m.id and p.ended_at is null) is not null) and (not ",
            $urged,
            " or m.urged_at is not null) and (not ",
            $mine,
            " or exists (select 1 from ",
            $posts,
            " where (e.node = m.unit_id and e.role = m.holder_role and (m.holder_id is null or m.holder_id = $2)) \
             or exists (select 1 from matter_part q where q.matter_id = m.id and q.ended_at is null and q.unit_id = e.node and q.role = e.role))) \
             end)"
        )
    };
}
pub(in crate::server) use narrow_sql;

/// Binds what [`narrow_sql`] has, in its order.
macro_rules! bind_narrow {
    ($query:expr, $narrow:expr) => {
        $query
            .bind($narrow.is_any())
            .bind($narrow.urgency)
            .bind($narrow.holder)
            .bind($narrow.since)
            .bind($narrow.until)
            .bind($narrow.joint)
            .bind($narrow.urged)
            .bind($narrow.posts.is_some())
            .bind($narrow.bound())
    };
}
pub(in crate::server) use bind_narrow;
