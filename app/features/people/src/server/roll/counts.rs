//! How many there are.

use db::{DbError, EngineSql, Tx, on};
use orgs::model::Node;
use shared::Date;

use super::is_whole;
use crate::{
    model::{ResidenceKind, RollCounts},
    server::standing::in_office,
};

const HOUSEHOLDS: EngineSql = on_day!(
    "select count(*), count(t.id), count(*) - count(span.group_id), coalesce(sum(case when exists \
     (select 1 from node n where n.id = span.node_id and n.valid_to is not null and n.valid_to <= $2) then 1 else 0 end), 0) \
     from span left join representation t on t.household_id = span.household_id \
     and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2)"
);
const KINDS: EngineSql = on_day!(living!(
    "select x.kind, case when p.adult_from is null then 'unknown' when p.adult_from <= $2 then 'adult' \
     when p.adult_from = $3 then 'turning' else 'minor' end as age, count(*)",
    "",
    "group by 1, 2"
));
const DEPUTIES: &str = concat!(
    "select count(*) from deputy d where d.node_id = $1 and ",
    in_office!("$2")
);
const DEPUTIES_HERE: EngineSql = on_day!(living!(
    "select count(distinct d.id)",
    concat!(
        "join deputy d on d.person_id = x.person_id and ",
        in_office!("$2")
    ),
    ""
));

/// What the roll of a place counts on a day, and how many households are in a grid that is no more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn counts(tx: &mut Tx, place: &Node, on: Date) -> Result<(RollCounts, i64), DbError> {
    let node = place.id;
    let sql = tx.sql(HOUSEHOLDS);
    let (households, represented, ungrouped, orphaned): (i64, i64, i64, i64) =
        on!(tx, |c| sqlx::query_as(sql).bind(node).bind(on).fetch_one(c).await)?;
    let mut counts = RollCounts {
        households,
        represented,
        ungrouped,
        ..RollCounts::default()
    };
    let last_day = format!("{:04}-12-31", on.year());
    let sql = tx.sql(KINDS);
    let kinds: Vec<(ResidenceKind, String, i64)> = on!(tx, |c| sqlx::query_as(sql)
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
    let deputies = if is_whole(place) {
        DEPUTIES
    } else {
        tx.sql(DEPUTIES_HERE)
    };
    counts.deputies = on!(tx, |c| sqlx::query_scalar(deputies)
        .bind(node)
        .bind(on)
        .fetch_one(c)
        .await)?;
    Ok((counts, orphaned))
}
