//! To which grid and residents' group a household belonged when, and the one rule by which that changes from a day on: a span that
//! began on that day or later is changed whole, for cut it would be empty; the one in which the day lies ends, and a new one begins.

use db::{DbError, EngineSql, Tx, execute, rows};
use serde::Serialize;
use shared::{Date, NodeId, RecordId};

use super::write;
use crate::model::HouseholdId;

/// What a household belongs to from a day on. What is not named stays, span by span.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Change {
    household: HouseholdId,
    node_id: Option<NodeId>,
    group_id: Option<RecordId>,
    regroups: bool,
    /// Whether spans are changed too that have ended after that day.
    ended: bool,
}

impl Change {
    /// Another grid: where a household was meanwhile stays known.
    pub const fn grid(household: HouseholdId, node: NodeId) -> Self {
        Self {
            household,
            node_id: Some(node),
            group_id: None,
            regroups: false,
            ended: false,
        }
    }

    /// Another residents' group, or none, in whichever grids the household was since that day.
    pub const fn group(household: HouseholdId, group: Option<RecordId>) -> Self {
        Self {
            household,
            node_id: None,
            group_id: group,
            regroups: true,
            ended: true,
        }
    }
}

const WHOLE: EngineSql = rows!(
    "update household_span set node_id = coalesce(r.node_id, household_span.node_id), \
     group_id = case when r.regroups then r.group_id else household_span.group_id end from ",
    (household: uuid, node_id: uuid, group_id: uuid, regroups: boolean, ended: boolean),
    " where household_span.household_id = r.household and household_span.valid_from >= $2 \
     and (household_span.valid_to is null or r.ended)"
);
// Told apart by their first day: the old ones end where the new ones begin.
const NEW: EngineSql = rows!(
    "insert into household_span (household_id, valid_from, valid_to, node_id, group_id) \
     select s.household_id, $2, s.valid_to, coalesce(r.node_id, s.node_id), \
     case when r.regroups then r.group_id else s.group_id end from ",
    (household: uuid, node_id: uuid, group_id: uuid, regroups: boolean, ended: boolean),
    " join household_span s on s.household_id = r.household where s.valid_from < $2 \
     and (s.valid_to is null or (r.ended and s.valid_to > $2))"
);
const OLD: EngineSql = rows!(
    "update household_span set valid_to = $2 from ",
    (household: uuid, node_id: uuid, group_id: uuid, regroups: boolean, ended: boolean),
    " where household_span.household_id = r.household and household_span.valid_from < $2 \
     and (household_span.valid_to is null or (r.ended and household_span.valid_to > $2))"
);

/// Changes what households belong to from `on` on; each of them once.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn change(tx: &mut Tx, list: &[Change], on: Date) -> Result<(), DbError> {
    for chunk in list.chunks(write::CHUNK) {
        let rows = write::raw(chunk)?;
        for sql in [WHOLE, NEW, OLD] {
            let sql = tx.sql(sql);
            execute!(tx, sql, &rows, on)?;
        }
    }
    Ok(())
}
