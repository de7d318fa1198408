//! The roll of a place as of a day: how many there are, and who.
//!
//! Which grids were part of the place on that day comes from the organisation's history; which households were in them, and
//! who in those, from the pillar's own. A grid that ended and whose households were given to none counts on, or they would
//! vanish.
//!
//! Deputies, groups and branches are a community's. The roll of what is below it tells of those that live or have households there.

/// The parts of `$1` on `$2`, itself among them.
macro_rules! below {
    () => {
        "with recursive below (id) as (select $1 union select v.node_id from below join node_version v on v.parent_id = below.id \
         where v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2 or v.ended_by in ('merged', 'split', 'abolished'))), "
    };
}

/// Of these parts, the spans of households that were in them on `$2`; `$rest` goes on from there.
///
/// Neither engine can tell how little is `below`, and each would begin with all households of the city: here and below, `cross join` has
/// SQLite begin with the place, and PostgreSQL takes an array for short.
macro_rules! on_day {
    ($rest:expr) => {
        EngineSql {
            sqlite: concat!(
                below!(),
                "span as (select s.household_id, s.group_id, s.node_id from below cross join household_span s where s.node_id = below.id \
                 and s.valid_from <= $2 and (s.valid_to is null or s.valid_to > $2)) ",
                $rest
            ),
            postgres: concat!(
                below!(),
                "span as (select s.household_id, s.group_id, s.node_id from household_span s where s.node_id = any(array(select id from below)) \
                 and s.valid_from <= $2 and (s.valid_to is null or s.valid_to > $2)) ",
                $rest
            ),
        }
    };
}

/// Residences of the spans on `$2`, for [`on_day`]; `$rest` goes on within its `where`.
macro_rules! living {
    ($select:expr, $joins:expr, $rest:expr) => {
        concat!(
            $select,
            " from span cross join residence x cross join person p ",
            $joins,
            " where x.household_id = span.household_id and x.valid_from <= $2 and (x.valid_to is null or x.valid_to > $2) \
             and p.id = x.person_id ",
            $rest
        )
    };
}

mod counts;
mod groups;
mod list;

use db::{Cx, on};
use orgs::model::{Code, Node, NodeKind};
use shared::{AppError, Cursor, Date};

use super::{places, sight, standing};
use crate::model::{EstateOwners, Part, PlaceChoice, RollPage, is_village};

pub use self::{
    counts::counts,
    groups::groups,
    list::{PAGE, list},
};

/// Rooms of an estate that there were on `$2`.
macro_rules! standing_rooms {
    () => {
        "building b join room m on m.building_id = b.id where b.estate_id = e.id \
         and (b.valid_to is null or b.valid_to > $2) and (m.valid_to is null or m.valid_to > $2)"
    };
}

/// As far as they have an owner on that day.
macro_rules! owned {
    ($select:literal) => {
        concat!(
            "(select ",
            $select,
            " from ",
            standing_rooms!(),
            " and exists (select 1 from ownership o where o.room_id = m.id and o.valid_from <= $2 and (o.valid_to is null or o.valid_to > $2)))"
        )
    };
}

const OWNERS: &str = concat!(
    "select e.id, e.name, (select count(distinct o.person_id) from ownership o where o.valid_from <= $2 \
     and (o.valid_to is null or o.valid_to > $2) and o.room_id in (select m.id from ",
    standing_rooms!(),
    ")) as owners, (select count(*) from ",
    standing_rooms!(),
    ") as rooms, ",
    owned!("count(*)"),
    " as owned, ",
    // PostgreSQL sums into numeric.
    owned!("cast(coalesce(sum(m.area), 0) as bigint)"),
    " as area from estate e where e.node_id = $1 order by e.pinyin, e.id"
);

/// Whether a place meets and elects, and its deputies, groups and branches are its own.
fn is_whole(node: &Node) -> bool {
    node.kind <= NodeKind::Community
}

/// What the page of the roll shows.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or what the database answers.
pub async fn page(
    cx: &Cx,
    code: Option<&Code>,
    on: Option<Date>,
    part: Part,
    after: Option<&Cursor>,
) -> Result<RollPage, AppError> {
    let mut tx = cx.read().await?;
    let own = sight::own(cx);
    let code = code.or(own.as_ref()).ok_or(AppError::NotFound)?;
    let here = orgs::server::store::latest_by_code(&mut tx, code)
        .await?
        .ok_or(AppError::NotFound)?;
    // The roll is of the whole place or of none of it: a part of a community's would look like all of it.
    cx.must_cover(&here.path)?;
    if here.kind < NodeKind::Community {
        return Err(AppError::invalid("node", "名册按社区（村）或网格看，请选一个。"));
    }
    let on = on.unwrap_or_else(|| cx.now().date());
    let (counts, orphaned) = counts(&mut tx, &here, on).await?;
    let all_members = standing::sees_all(cx, &here.path);
    let rows = list(&mut tx, &here, on, part, after, all_members).await?;
    let groups = if matches!(part, Part::Counts | Part::Groups) {
        groups::group_counts(&mut tx, &here, on).await?
    } else {
        Vec::new()
    };
    let branches = if all_members && part == Part::Party {
        groups::branch_counts(&mut tx, &here, on).await?
    } else {
        Vec::new()
    };
    let whole = is_whole(&here);
    let owners = if whole && part == Part::Counts {
        on!(tx, |c| sqlx::query_as::<_, EstateOwners>(OWNERS)
            .bind(here.id)
            .bind(on)
            .fetch_all(c)
            .await)?
    } else {
        Vec::new()
    };
    let community = places::community_of(&mut tx, &here).await?;
    let term = standing::term(&mut tx, community.id, on).await?;
    let may_keep = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.scope_of(shared::Permission::RollKeep).covers(&here.path));
    let choices = sight::choices(&mut tx, &cx.scope, None).await?;
    Ok(RollPage {
        village: is_village(here.code.as_str()),
        here: PlaceChoice {
            code: here.code,
            name: here.name,
        },
        choices,
        whole,
        on,
        part,
        counts,
        rows,
        groups,
        branches,
        owners,
        orphaned,
        term: term.map(|term| format!("第 {} 届", term.number)),
        may_keep,
        all_members,
    })
}
