//! Who they are, page by page.

use db::{DbError, EngineSql, Tx, on};
use orgs::model::Node;
use shared::{Cursor, Date, Page, mask};

use super::is_whole;
use crate::{
    model::{HouseholdId, Part, PersonId, ResidenceKind, RollRow, Standing},
    server::{search, standing::in_office},
};

/// Rows a page of a list.
pub const PAGE: usize = 50;

/// Who, cut first to a page: a page is short, the roll is long. All who are meant come before the page, or PostgreSQL would walk through
/// the names of the city until it has met enough of them.
macro_rules! listed {
    ($with:literal, $hits:expr) => {
        concat!(
            $with,
            " hit as materialized (",
            $hits,
            "), page as (select id, household_id, detail from hit order by pinyin, id limit $5) \
             select p.id, p.name, p.pinyin, page.household_id, page.detail, e.name as estate, b.number, m.unit, m.door \
             from page cross join person p left join household h on h.id = page.household_id \
             left join room m on m.id = h.room_id left join building b on b.id = m.building_id \
             left join estate e on e.id = b.estate_id where p.id = page.id order by p.pinyin, p.id"
        )
    };
}

const ADULTS: EngineSql = on_day!(listed!(
    ",",
    living!(
        "select p.id, p.pinyin, x.household_id, x.kind as detail",
        "",
        "and p.adult_from <= $2 and x.kind in ('registered', 'living') and (p.pinyin, p.id) > ($3, $4)"
    )
));
const REPRESENTATIVES: EngineSql = on_day!(listed!(
    ",",
    "select p.id, p.pinyin, span.household_id, coalesce(g.name, '') as detail from span \
     cross join representation t cross join person p left join body g on g.id = span.group_id \
     where t.household_id = span.household_id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     and p.id = t.person_id and (p.pinyin, p.id) > ($3, $4)"
));
const DEPUTY_LIST: &str = listed!(
    "with",
    concat!(
        "select p.id, p.pinyin, (select x.household_id from residence x where x.person_id = p.id and x.valid_from <= $2 \
     and (x.valid_to is null or x.valid_to > $2) limit 1) as household_id, coalesce(g.name, '') as detail \
     from deputy d join person p on p.id = d.person_id left join body g on g.id = d.group_id \
     where d.node_id = $1 and ",
        in_office!("$2"),
        " and (p.pinyin, p.id) > ($3, $4)"
    )
);
const DEPUTY_LIST_HERE: EngineSql = on_day!(listed!(
    ",",
    living!(
        "select p.id, p.pinyin, x.household_id, coalesce(g.name, '') as detail",
        concat!(
            "join deputy d on d.person_id = x.person_id and ",
            in_office!("$2"),
            " left join body g on g.id = d.group_id"
        ),
        "and (p.pinyin, p.id) > ($3, $4)"
    )
));
// Whether all are shown is bound as the last, for the standing of a member is told with the branch.
const PARTY: &str = listed!(
    "with",
    "select p.id, p.pinyin, (select x.household_id from residence x where x.person_id = p.id and x.valid_from <= $2 \
     and (x.valid_to is null or x.valid_to > $2) limit 1) as household_id, g.name || '|' || t.standing as detail \
     from body g join party_member t on t.body_id = g.id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     join person p on p.id = t.person_id where g.node_id = $1 and (p.pinyin, p.id) > ($3, $4) \
     and ($6 or exists (select 1 from person_consent c where c.person_id = p.id and c.kind = 'party_shown' and c.withdrawn_at is null))"
);
const PARTY_HERE: EngineSql = on_day!(listed!(
    ",",
    living!(
        "select p.id, p.pinyin, x.household_id, g.name || '|' || t.standing as detail",
        "join party_member t on t.person_id = x.person_id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     join body g on g.id = t.body_id",
        "and x.kind <> 'away' and (p.pinyin, p.id) > ($3, $4) \
     and ($6 or exists (select 1 from person_consent c where c.person_id = p.id and c.kind = 'party_shown' and c.withdrawn_at is null))"
    )
));

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

macro_rules! fetch {
    ($tx:expr, $sql:expr, $node:expr, $on:expr, $after:expr $(, $more:expr)?) => {{
        let key = $after.map_or("", |cursor: &Cursor| cursor.key.as_str());
        let id = PersonId($after.map_or(uuid::Uuid::nil(), |cursor| cursor.id));
        let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let sql = $sql;
        on!($tx, |c| sqlx::query_as::<_, Row>(sql)
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
        (tx.sql(DEPUTY_LIST_HERE), tx.sql(PARTY_HERE))
    };
    let found = match part {
        Part::Adults => fetch!(tx, tx.sql(ADULTS), node, on, after),
        Part::Representatives => fetch!(tx, tx.sql(REPRESENTATIVES), node, on, after),
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
