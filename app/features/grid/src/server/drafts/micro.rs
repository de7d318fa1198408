//! Micro-grids (微网格) when the border of their grid has moved: none reaches beyond it, so none lies on a neighbour's ground. What
//! the new border leaves outside is cut off; where ground belongs to none of them then, the author has a task to draw them anew.

use std::collections::{BTreeMap, BTreeSet};

use db::{Cx, Tx};
use orgs::{
    model::{Node, NodeKind},
    server::store as units,
};
use shared::{AppError, Date, NodeId, RecordId, Role};
use tasks::{
    model::{Holder, Kind, Limit, Step, When},
    server::{NewTask, task},
};

use super::{effect::area_of, ground, store::Stored};
use crate::{
    model::{
        area_in_words,
        coverage::{Coverage, check::Wrong, same_ground},
    },
    server::{geo::check::Area, store as areas},
};

/// Drawing the micro-grids of a grid anew. What it is about is the grid.
pub(super) const REDRAW: Kind = Kind::new("grid.redraw", "重画微网格")
    .steps(&[
        Step::remind(When::DaysBefore(1)),
        Step::remind(When::Overdue),
        Step::escalate(When::DaysAfter(2), Role::Secretary),
    ])
    .by_hand();
/// How long one has to draw them, in working days.
const TIME: u16 = 10;
/// Less uncovered ground than this, in square metres, is rounding.
const ROUNDING: f64 = 1.0;

/// What a draft has just changed.
pub(super) struct After<'a> {
    pub draft: &'a Stored,
    /// The unit's parts as they are now, by code.
    pub parts: &'a BTreeMap<String, Node>,
    /// The borders that are others now.
    pub changed: &'a [Area],
    /// What [`uncovered`] said before.
    pub bare: &'a BTreeMap<NodeId, f64>,
    pub on: Date,
}

/// The ground that belongs to no micro-grid, in square metres.
fn gaps(coverage: &Coverage) -> f64 {
    let faults = coverage.faults().into_iter();
    faults
        .filter(|fault| fault.kind == Wrong::Gap)
        .filter_map(|fault| fault.metres)
        .sum()
}

/// For each part of `unit` that has micro-grids, how much of it they leave uncovered, in square metres: that much was so before.
///
/// # Errors
/// What the database answers.
pub(super) async fn uncovered(
    tx: &mut Tx,
    unit: NodeId,
    parts: &BTreeMap<String, Node>,
) -> Result<BTreeMap<NodeId, f64>, AppError> {
    let mut bare = BTreeMap::new();
    for (code, _) in ground::with_parts(tx, unit).await? {
        if let Some(part) = parts.get(&code) {
            let (now, _) = ground::now(tx, part.id).await?;
            bare.insert(part.id, gaps(&Coverage::new(&now.ground)));
        }
    }
    Ok(bare)
}

/// Cuts the micro-grids of all grids whose border has changed to their new borders, and has those drawn anew that leave more uncovered
/// than before, or have no ground left.
///
/// # Errors
/// What the database answers.
pub(super) async fn follow(cx: &Cx, tx: &mut Tx, after: &After<'_>) -> Result<(), AppError> {
    let touched: BTreeSet<&str> = after.changed.iter().map(|area| area.code.as_str()).collect();
    for (code, _) in ground::with_parts(tx, after.draft.node_id).await? {
        let Some(grid) = after.parts.get(&code).filter(|_| touched.contains(code.as_str())) else {
            continue;
        };
        let (stored, synthetic) = ground::now(tx, grid.id).await?;
        // Laid into the border of the grid they are a coverage again, whatever they were.
        let coverage = Coverage::new(&stored.ground);
        let ids: BTreeMap<String, NodeId> = units::parts(tx, grid.id)
            .await?
            .into_iter()
            .map(|part| (part.code.to_string(), part.id))
            .collect();
        let mut cut = Vec::new();
        let mut lost = Vec::new();
        for unit in &stored.ground.units {
            let Some(id) = ids.get(&unit.code) else { continue };
            match coverage.unit(&unit.code) {
                Some(kept) if same_ground(&kept.border, &unit.border) => {}
                Some(kept) => cut.push((*id, area_of(kept, NodeKind::MicroGrid, &code)?)),
                None => lost.push(*id),
            }
        }
        areas::end(tx, &lost, after.on).await?;
        let anew: Vec<areas::NewArea<'_>> = cut
            .iter()
            .map(|(node, area)| areas::NewArea { node: *node, area })
            .collect();
        let source = areas::Source {
            by: areas::By::Draft(after.draft.id),
            synthetic,
            from: after.on,
        };
        areas::replace(tx, &anew, source).await?;
        let open = gaps(&coverage);
        let before = after.bare.get(&grid.id).copied().unwrap_or_default();
        if open > before + ROUNDING || !lost.is_empty() {
            ask(cx, tx, after.draft, grid, open, lost.len()).await?;
        }
    }
    Ok(())
}

/// Has the micro-grids of a grid drawn anew, by whoever drew its border.
async fn ask(
    cx: &Cx,
    tx: &mut Tx,
    draft: &Stored,
    grid: &Node,
    open: f64,
    lost: usize,
) -> Result<(), AppError> {
    let about = RecordId(grid.id.0);
    task::cancel_all(cx, tx, &REDRAW, about, "边界又变了，另有一件。").await?;
    let mut title = format!("重画{}的微网格：边界变了", grid.name);
    if open > ROUNDING {
        title.push_str(&format!(
            "，有 {} 没有划给微网格",
            area_in_words(open.round() as i64)
        ));
    }
    if lost > 0 {
        title.push_str(&format!("，有 {lost} 个微网格不在里面了"));
    }
    let href = format!("/map/edit/{}", grid.code);
    let new = NewTask {
        kind: REDRAW,
        subject: about,
        node: draft.node_id,
        title: &title,
        href: Some(&href),
        holder: Holder::User(draft.author_id),
        limit: Limit::WorkingDays(TIME),
        since: None,
    };
    task::open(cx, tx, &new).await?;
    Ok(())
}

/// The micro-grids of a grid were drawn: nobody needs to any more, if they cover all of it.
///
/// # Errors
/// What the database answers.
pub(super) async fn drawn(cx: &Cx, tx: &mut Tx, draft: &Stored, coverage: &Coverage) -> Result<(), AppError> {
    if draft.kind == NodeKind::Grid && gaps(coverage) <= ROUNDING {
        task::finish_all(cx, tx, &REDRAW, RecordId(draft.node_id.0)).await?;
    }
    Ok(())
}
