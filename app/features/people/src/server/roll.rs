//! The roll of a place as of a day: how many there are, and who.
//!
//! Which grids were part of the place on that day comes from the organisation's history; which households were in them, and
//! who in those, from the pillar's own. A grid that ended and whose households were given to none counts on, or they would
//! vanish.
//!
//! Deputies, groups and branches are a community's. The roll of what is below it tells of those that live or have households there.

use db::{Cx, DbError, Tx, on};
use orgs::model::{Code, Node, NodeKind};
use shared::{AppError, Cursor, Date, NodeId, Page, RecordId, mask};

use super::{
    places, search, sight,
    standing::{self, in_office},
};
use crate::model::{
    EstateOwners, HouseholdId, Part, PersonId, PlaceChoice, ResidenceKind, RollCounts, RollGroup, RollPage,
    RollRow, Standing, is_village,
};

/// Rows a page of a list.
pub const PAGE: usize = 50;

/// The spans of households in `$1` on `$2`.
macro_rules! on_day {
    ($rest:expr) => {
        concat!(
            "with recursive below (id) as (select $1 union select v.node_id from below join node_version v on v.parent_id = below.id \
             where v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2 or v.ended_by in ('merged', 'split', 'abolished'))), \
             span as (select s.household_id, s.group_id, s.node_id from below join household_span s on s.node_id = below.id \
             where s.valid_from <= $2 and (s.valid_to is null or s.valid_to > $2)) ",
            $rest
        )
    };
}

/// Residences of the spans on `$2`.
macro_rules! living {
    ($select:expr, $rest:expr) => {
        on_day!(concat!(
            $select,
            " from span join residence x on x.household_id = span.household_id and x.valid_from <= $2 \
             and (x.valid_to is null or x.valid_to > $2) join person p on p.id = x.person_id ",
            $rest
        ))
    };
}

const HOUSEHOLDS: &str = on_day!(
    "select count(*), count(t.id), count(*) - count(span.group_id), \
     coalesce(sum(case when n.valid_to is not null and n.valid_to <= $2 then 1 else 0 end), 0) \
     from span join node n on n.id = span.node_id left join representation t on t.household_id = span.household_id \
     and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2)"
);
const KINDS: &str = living!(
    "select x.kind, case when p.adult_from is null then 'unknown' when p.adult_from <= $2 then 'adult' \
     when p.adult_from = $3 then 'turning' else 'minor' end as age, count(*)",
    "group by 1, 2"
);
const DEPUTIES: &str = concat!(
    "select count(*) from deputy d where d.node_id = $1 and ",
    in_office!("$2")
);
const DEPUTIES_HERE: &str = living!(
    "select count(distinct d.id)",
    concat!(
        "join deputy d on d.person_id = x.person_id and ",
        in_office!("$2")
    )
);

/// Who, cut first to a page: a page is short, the roll is long.
macro_rules! listed {
    ($hits:expr) => {
        concat!(
            $hits,
            " order by p.pinyin, p.id limit $5) \
             select p.id, p.name, p.pinyin, page.household_id, page.detail, e.name as estate, b.number, m.unit, m.door \
             from page join person p on p.id = page.id left join household h on h.id = page.household_id \
             left join room m on m.id = h.room_id left join building b on b.id = m.building_id \
             left join estate e on e.id = b.estate_id order by p.pinyin, p.id"
        )
    };
}

const ADULTS: &str = listed!(living!(
    ", page as (select p.id, x.household_id, x.kind as detail",
    "where p.adult_from <= $2 and x.kind in ('registered', 'living') and (p.pinyin, p.id) > ($3, $4)"
));
const REPRESENTATIVES: &str = listed!(on_day!(
    ", page as (select p.id, span.household_id, coalesce(g.name, '') as detail from span \
     join representation t on t.household_id = span.household_id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     join person p on p.id = t.person_id left join body g on g.id = span.group_id where (p.pinyin, p.id) > ($3, $4)"
));
const DEPUTY_LIST: &str = listed!(concat!(
    "with page as (select p.id, (select x.household_id from residence x where x.person_id = p.id and x.valid_from <= $2 \
     and (x.valid_to is null or x.valid_to > $2) limit 1) as household_id, coalesce(g.name, '') as detail \
     from deputy d join person p on p.id = d.person_id left join body g on g.id = d.group_id \
     where d.node_id = $1 and ",
    in_office!("$2"),
    " and (p.pinyin, p.id) > ($3, $4)"
));
const DEPUTY_LIST_HERE: &str = listed!(living!(
    ", page as (select p.id, x.household_id, coalesce(g.name, '') as detail",
    concat!(
        "join deputy d on d.person_id = x.person_id and ",
        in_office!("$2"),
        " left join body g on g.id = d.group_id where (p.pinyin, p.id) > ($3, $4)"
    )
));
// Whether all are shown is bound as the last, for the standing of a member is told with the branch.
const PARTY: &str = listed!(
    "with page as (select p.id, (select x.household_id from residence x where x.person_id = p.id and x.valid_from <= $2 \
     and (x.valid_to is null or x.valid_to > $2) limit 1) as household_id, g.name || '|' || t.standing as detail \
     from body g join party_member t on t.body_id = g.id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     join person p on p.id = t.person_id where g.node_id = $1 and (p.pinyin, p.id) > ($3, $4) \
     and ($6 or exists (select 1 from person_consent c where c.person_id = p.id and c.kind = 'party_shown' and c.withdrawn_at is null))"
);
const PARTY_HERE: &str = listed!(living!(
    ", page as (select p.id, x.household_id, g.name || '|' || t.standing as detail",
    "join party_member t on t.person_id = x.person_id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     join body g on g.id = t.body_id where x.kind <> 'away' and (p.pinyin, p.id) > ($3, $4) \
     and ($6 or exists (select 1 from person_consent c where c.person_id = p.id and c.kind = 'party_shown' and c.withdrawn_at is null))"
));

const GROUPS: &str = "select b.id, b.name from body b where b.node_id = $1 and b.kind = 'residents_group' \
    and b.valid_from <= $2 and (b.valid_to is null or b.valid_to > $2) order by b.name, b.id";
const GROUPS_HERE: &str = on_day!(
    "select distinct b.id, b.name from span join body b on b.id = span.group_id order by b.name, b.id"
);
const GROUP_HOUSEHOLDS: &str = on_day!(
    "select span.group_id, count(distinct span.household_id), count(x.id) from span \
     left join residence x on x.household_id = span.household_id and x.valid_from <= $2 and (x.valid_to is null or x.valid_to > $2) \
     and x.kind <> 'away' where span.group_id is not null group by span.group_id"
);
const GROUP_DEPUTIES: &str = concat!(
    "select d.group_id, count(*) from deputy d where d.node_id = $1 and d.group_id is not null and ",
    in_office!("$2"),
    " group by d.group_id"
);
const GROUP_DEPUTIES_HERE: &str = living!(
    "select d.group_id, count(distinct d.id)",
    concat!(
        "join deputy d on d.person_id = x.person_id and d.group_id is not null and ",
        in_office!("$2"),
        " group by d.group_id"
    )
);
const BRANCHES: &str = "select g.id, g.name, sum(case when t.standing = 'full' then 1 else 0 end), count(t.id) from body g \
    join party_member t on t.body_id = g.id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
    where g.node_id = $1 group by g.id, g.name order by g.name, g.id";
const BRANCHES_HERE: &str = living!(
    "select g.id, g.name, sum(case when t.standing = 'full' then 1 else 0 end), count(t.id)",
    "join party_member t on t.person_id = x.person_id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     join body g on g.id = t.body_id where x.kind <> 'away' group by g.id, g.name order by g.name, g.id"
);

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

#[derive(sqlx::FromRow)]
struct Row {
    id: PersonId,
    name: String,
    pinyin: String,
    household_id: Option<HouseholdId>,
    detail: String,
    estate: Option<String>,
    number: Option<String>,
    unit: Option<String>,
    door: Option<String>,
}

/// The residents' groups of a community on a day.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn groups(tx: &mut Tx, community: NodeId, on: Date) -> Result<Vec<(RecordId, String)>, DbError> {
    on!(tx, |c| sqlx::query_as(GROUPS)
        .bind(community)
        .bind(on)
        .fetch_all(c)
        .await)
}

/// Whether a place meets and elects, and its deputies, groups and branches are its own.
fn is_whole(node: &Node) -> bool {
    node.kind <= NodeKind::Community
}

/// What the roll of a place counts on a day, and how many households are in a grid that is no more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn counts(tx: &mut Tx, place: &Node, on: Date) -> Result<(RollCounts, i64), DbError> {
    let node = place.id;
    let (households, represented, ungrouped, orphaned): (i64, i64, i64, i64) =
        on!(tx, |c| sqlx::query_as(HOUSEHOLDS)
            .bind(node)
            .bind(on)
            .fetch_one(c)
            .await)?;
    let mut counts = RollCounts {
        households,
        represented,
        ungrouped,
        ..RollCounts::default()
    };
    let last_day = format!("{:04}-12-31", on.year());
    let kinds: Vec<(ResidenceKind, String, i64)> = on!(tx, |c| sqlx::query_as(KINDS)
        .bind(node)
        .bind(on)
        .bind(&last_day)
        .fetch_all(c)
        .await)?;
    for (kind, age, n) in kinds {
        match (age.as_str(), kind) {
            ("adult", ResidenceKind::Temporary) => counts.temporary += n,
            ("adult", ResidenceKind::Away) => counts.away += n,
            ("adult", _) => counts.adults += n,
            ("unknown", kind) if kind.is_counted() => counts.unknown_age += n,
            ("turning", kind) if kind.is_counted() => counts.turning += n,
            _ => {}
        }
    }
    let deputies = if is_whole(place) { DEPUTIES } else { DEPUTIES_HERE };
    counts.deputies = on!(tx, |c| sqlx::query_scalar(deputies)
        .bind(node)
        .bind(on)
        .fetch_one(c)
        .await)?;
    Ok((counts, orphaned))
}

macro_rules! fetch {
    ($tx:expr, $sql:expr, $node:expr, $on:expr, $after:expr $(, $more:expr)?) => {{
        let key = $after.map_or("", |cursor: &Cursor| cursor.key.as_str());
        let id = PersonId($after.map_or(uuid::Uuid::nil(), |cursor| cursor.id));
        let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        on!($tx, |c| sqlx::query_as::<_, Row>($sql)
            .bind($node)
            .bind($on)
            .bind(key)
            .bind(id)
            .bind(size)
            $(.bind($more))?
            .fetch_all(c)
            .await)
    }};
}

/// A page of a part of the roll; empty for those that are counts only.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn list(
    tx: &mut Tx,
    place: &Node,
    on: Date,
    part: Part,
    after: Option<&Cursor>,
    all_members: bool,
) -> Result<Page<RollRow>, DbError> {
    let node = place.id;
    let (deputies, party) = if is_whole(place) {
        (DEPUTY_LIST, PARTY)
    } else {
        (DEPUTY_LIST_HERE, PARTY_HERE)
    };
    let found = match part {
        Part::Adults => fetch!(tx, ADULTS, node, on, after),
        Part::Representatives => fetch!(tx, REPRESENTATIVES, node, on, after),
        Part::Deputies => fetch!(tx, deputies, node, on, after),
        Part::Party => fetch!(tx, party, node, on, after, all_members),
        Part::Counts | Part::Groups => Ok(Vec::new()),
    }?;
    let page = Page::cut(found, PAGE, |row| Cursor {
        key: row.pinyin.clone(),
        id: row.id.0,
    });
    Ok(Page {
        rows: page.rows.into_iter().map(|row| shown(row, part)).collect(),
        next: page.next,
    })
}

fn shown(row: Row, part: Part) -> RollRow {
    let detail = match part {
        Part::Adults => row
            .detail
            .parse()
            .map_or(row.detail, |kind: ResidenceKind| kind.label().to_owned()),
        Part::Party => match row.detail.split_once('|') {
            Some((branch, standing)) => {
                let standing = standing.parse().map_or("", Standing::label);
                format!("{branch}，{standing}")
            }
            None => row.detail,
        },
        _ => row.detail,
    };
    RollRow {
        person: row.id,
        name: mask::name(&row.name),
        household: row.household_id,
        address: search::address(
            row.estate.as_deref(),
            row.number.as_deref(),
            row.unit.as_deref(),
            row.door.as_deref(),
        ),
        detail,
    }
}

async fn group_counts(tx: &mut Tx, place: &Node, on: Date) -> Result<Vec<RollGroup>, DbError> {
    let node = place.id;
    let (groups, deputies) = if is_whole(place) {
        (GROUPS, GROUP_DEPUTIES)
    } else {
        (GROUPS_HERE, GROUP_DEPUTIES_HERE)
    };
    let households: Vec<(RecordId, i64, i64)> = on!(tx, |c| sqlx::query_as(GROUP_HOUSEHOLDS)
        .bind(node)
        .bind(on)
        .fetch_all(c)
        .await)?;
    let deputies: Vec<(RecordId, i64)> = on!(tx, |c| sqlx::query_as(deputies)
        .bind(node)
        .bind(on)
        .fetch_all(c)
        .await)?;
    let groups: Vec<(RecordId, String)> = on!(tx, |c| sqlx::query_as(groups)
        .bind(node)
        .bind(on)
        .fetch_all(c)
        .await)?;
    Ok(groups
        .into_iter()
        .map(|(id, name)| {
            let here = households.iter().find(|(group, ..)| *group == id);
            RollGroup {
                id,
                name,
                households: here.map_or(0, |(_, n, _)| *n),
                persons: here.map_or(0, |(.., n)| *n),
                deputies: deputies
                    .iter()
                    .find(|(group, _)| *group == id)
                    .map_or(0, |(_, n)| *n),
            }
        })
        .collect())
}

async fn branch_counts(tx: &mut Tx, place: &Node, on: Date) -> Result<Vec<RollGroup>, DbError> {
    let sql = if is_whole(place) { BRANCHES } else { BRANCHES_HERE };
    let rows: Vec<(RecordId, String, i64, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(place.id)
        .bind(on)
        .fetch_all(c)
        .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, full, all)| RollGroup {
            id,
            name,
            households: full,
            persons: all,
            deputies: 0,
        })
        .collect())
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
        group_counts(&mut tx, &here, on).await?
    } else {
        Vec::new()
    };
    let branches = if all_members && part == Part::Party {
        branch_counts(&mut tx, &here, on).await?
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
