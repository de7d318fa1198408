//! Inspections at grids that are no more go on in the grid that took over, or end.

use std::collections::BTreeMap;

use db::{Audit, Cx, Tx, execute, on};
use orgs::{
    model::Node,
    server::{history, store as units},
};
use shared::{AppError, NodeId, RecordId};
use tasks::server::task;

use super::{
    plan::{self, PROPOSAL},
    round,
};
use crate::model::InspectionId;

const GIVE_PLAN: &str = "update inspection_plan set node_id = $2 where id = $1 and valid_to is null";
const GIVE_ROUND: &str = "update inspection set grid_id = $2 where id = $1 and state = 'open'";
// With whether `$2` has a round of the same period already.
const OPEN_AT: &str = "select i.id, exists (select 1 from inspection o where o.plan_id = i.plan_id and o.grid_id = $2 and o.period = i.period) \
    from inspection i where i.grid_id = $1 and i.state = 'open' order by i.id";

const ARRANGED: &str = "接手的网格已经安排了这一项。";
const OPENED: &str = "接手的网格这一期已经有一次。";
const NOBODY: &str = "网格撤销了，没有接手的网格。";

/// Gives what is arranged at each grid that ended, and the rounds that are open there, to its successor; without one they end. What
/// the successor has already it is not given twice. The days of a round stay. Run twice, it changes nothing the second time.
///
/// Returns how many arrangements and rounds there were.
///
/// # Errors
/// What the database answers.
pub async fn follow(cx: &Cx, ended: &BTreeMap<NodeId, Option<NodeId>>) -> Result<usize, AppError> {
    let mut tx = cx.write().await?;
    let mut followed = 0;
    for (grid, successor) in ended {
        let old = units::by_id(&mut tx, *grid).await?;
        if old.is_none_or(|old| old.valid_to.is_none()) {
            continue;
        }
        let heir = match successor {
            Some(successor) => history::in_force(&mut tx, *successor).await?,
            None => None,
        };
        followed += plans(cx, &mut tx, *grid, heir.as_ref()).await?;
        followed += rounds(cx, &mut tx, *grid, heir.as_ref()).await?;
    }
    tx.commit().await?;
    Ok(followed)
}

async fn plans(cx: &Cx, tx: &mut Tx, grid: NodeId, heir: Option<&Node>) -> Result<usize, AppError> {
    let plans = plan::of_node(tx, grid).await?;
    for plan in &plans {
        match heir {
            None => plan::end_in(cx, tx, plan, NOBODY).await?,
            Some(heir) if plan::is_arranged(tx, heir, plan.item_id).await? => {
                plan::end_in(cx, tx, plan, ARRANGED).await?;
            }
            Some(heir) => {
                execute!(tx, GIVE_PLAN, plan.id, heir.id)?;
                // Whether the new grid needs it is asked anew, where it is arranged now.
                task::cancel_all(cx, tx, &PROPOSAL, RecordId(plan.id.0), "网格变了，重新问一次。").await?;
                let given = plan::Plan {
                    path: heir.path.clone(),
                    ..plan.clone()
                };
                plan::changed(tx, &given, "catalogue.plan.follow").await?;
            }
        }
    }
    Ok(plans.len())
}

/// Also those of units above, which have one in each grid.
async fn rounds(cx: &Cx, tx: &mut Tx, grid: NodeId, heir: Option<&Node>) -> Result<usize, AppError> {
    let open: Vec<(InspectionId, bool)> = on!(tx, |c| sqlx::query_as(OPEN_AT)
        .bind(grid)
        .bind(heir.map(|heir| heir.id))
        .fetch_all(c)
        .await)?;
    for (id, twice) in &open {
        match heir {
            None => round::stop(cx, tx, *id, "cancelled", NOBODY).await?,
            Some(_) if *twice => round::stop(cx, tx, *id, "cancelled", OPENED).await?,
            Some(heir) => {
                execute!(tx, GIVE_ROUND, *id, heir.id)?;
                let audit = Audit::new("catalogue.inspection.follow", "inspection", id.0);
                tx.audit(audit.at(&heir.path)).await?;
            }
        }
    }
    Ok(open.len())
}
