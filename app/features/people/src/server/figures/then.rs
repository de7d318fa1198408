//! Who lived where on a day that has passed: the parts of a unit by the organisation's history, households and residences by their own
//! days, as the roll has them.

use std::collections::HashMap;

use db::{DbError, EngineSql, Tx, on};
use shared::{Date, NodeId};

use crate::model::{Band, Figures, Grain};

/// The parts that the unit `$1` had on the day `$2`, and all below them, each with the code that its part bore. As in the roll, a grid that
/// ended and whose households were given to none counts on.
macro_rules! below {
    () => {
        "with recursive below (id, part) as (select v.node_id, v.code from node_version v where v.parent_id = $1 \
         and v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) \
         union select v.node_id, below.part from below join node_version v on v.parent_id = below.id where v.valid_from <= $2 \
         and (v.valid_to is null or v.valid_to > $2 or v.ended_by in ('merged', 'split', 'abolished'))), "
    };
}

/// Households on that day in those. As in the roll, either engine is told how little is `below`.
macro_rules! then {
    ($rest:expr) => {
        EngineSql {
            sqlite: concat!(
                below!(),
                "home as (select s.household_id, s.node_id, below.part from below cross join household_span s where s.node_id = below.id \
                 and s.valid_from <= $2 and (s.valid_to is null or s.valid_to > $2)) ",
                $rest
            ),
            postgres: concat!(
                below!(),
                "home as (select s.household_id, s.node_id, below.part from household_span s join below on below.id = s.node_id \
                 where s.node_id = any(array(select id from below)) \
                 and s.valid_from <= $2 and (s.valid_to is null or s.valid_to > $2)) ",
                $rest
            ),
        }
    };
}

/// Who lived in them on the day `$2`.
macro_rules! lived {
    () => {
        " from home cross join residence x cross join person p where x.household_id = home.household_id and x.valid_from <= $2 \
         and (x.valid_to is null or x.valid_to > $2) and x.kind <> 'away' and p.id = x.person_id "
    };
}

const HOUSEHOLDS_THEN: EngineSql =
    then!("select home.part, home.node_id, count(*) from home group by home.part, home.node_id");
const BANDS_THEN: EngineSql = then!(concat!(
    "select home.part, home.node_id, ",
    band!(),
    " as band, count(*)",
    lived!(),
    "group by 1, 2, 3"
));
const ALONE_THEN: EngineSql = then!(concat!(
    "select one.part, one.node_id, count(*) from (select home.part, home.node_id, max(p.birth_year) as born",
    lived!(),
    "group by home.household_id, home.part, home.node_id having count(*) = 1) one \
     where $3 - one.born >= 80 group by one.part, one.node_id"
));

/// Who lived on the day `on` in each part that the unit had then, by the code that the part bore; nothing where nobody is known to have
/// lived there. Without 服务用房, of which only today is known.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_parts_on(tx: &mut Tx, unit: NodeId, on: Date) -> Result<HashMap<String, Figures>, DbError> {
    let year = on.year();
    let sql = tx.sql(HOUSEHOLDS_THEN);
    let households: Vec<(String, NodeId, i64)> =
        on!(tx, |c| sqlx::query_as(sql).bind(unit).bind(on).fetch_all(c).await)?;
    let sql = tx.sql(BANDS_THEN);
    let bands: Vec<(String, NodeId, Band, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(unit)
        .bind(on)
        .bind(year)
        .fetch_all(c)
        .await)?;
    let sql = tx.sql(ALONE_THEN);
    let alone: Vec<(String, NodeId, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(unit)
        .bind(on)
        .bind(year)
        .fetch_all(c)
        .await)?;
    let mut parts: HashMap<String, HashMap<NodeId, Grain>> = HashMap::new();
    for (part, node, n) in households {
        grain(&mut parts, part, node).households = n;
    }
    for (part, node, band, n) in bands {
        grain(&mut parts, part, node).bands[band as usize] = n;
    }
    for (part, node, n) in alone {
        grain(&mut parts, part, node).alone = n;
    }
    Ok(parts
        .into_iter()
        .map(|(part, grains)| {
            let grains: Vec<Grain> = grains.into_values().collect();
            (part, Figures::of(&grains, None))
        })
        .collect())
}

/// What is counted of a grid in a part.
fn grain(parts: &mut HashMap<String, HashMap<NodeId, Grain>>, part: String, node: NodeId) -> &mut Grain {
    parts.entry(part).or_default().entry(node).or_default()
}
