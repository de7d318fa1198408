//! What a draft makes of the organisation: parts are founded, split and merged as their ground was drawn.

use std::collections::BTreeMap;

use db::{Cx, Tx, on};
use orgs::{
    model::{
        Code, Node,
        change::{Afterwards, Founding, Merge, Order, Part, Split},
    },
    server::service,
};
use shared::{AppError, Date, NodeId};

use super::store::Stored;
use crate::model::{
    Place,
    coverage::{Coverage, Ended, Unit},
};

/// What became of the organisation, by codes.
#[derive(Default)]
pub(super) struct Told {
    /// What was split, and into what.
    pub split: Vec<(String, Vec<String>)>,
    /// What merged, and into what.
    pub merged: Vec<(String, String)>,
}

/// Founds, splits and merges parts as their ground was drawn.
///
/// # Errors
/// What the organisation does not allow, or what the database answers.
pub(super) async fn reorganise(
    cx: &Cx,
    tx: &mut Tx,
    draft: &Stored,
    coverage: &Coverage,
    before: &BTreeMap<String, Node>,
    on: Date,
) -> Result<Told, AppError> {
    let basis = Some(draft.basis.clone()).filter(|basis| !basis.is_empty());
    let order = |version| Order {
        on,
        basis: basis.clone(),
        version,
    };
    let mut told = Told::default();
    let mut made: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
    for unit in coverage
        .units()
        .iter()
        .filter(|unit| !before.contains_key(&unit.code))
    {
        match &unit.from {
            Some(from) => made.entry(from.as_str()).or_default().push(unit),
            None => {
                let founding = Founding {
                    code: code(&unit.code)?,
                    name: unit.name.clone(),
                    on,
                    basis: basis.clone(),
                };
                service::found_in(cx, tx, &draft.code, &founding).await?;
            }
        }
    }
    for (from, parts) in made {
        let node = before.get(from).ok_or(AppError::NotFound)?;
        let ends = coverage.ended().get(from) == Some(&Ended::SplitUp);
        let takes = takes(tx, node.id, &parts, ends).await?;
        let mut split = Split {
            parts: Vec::new(),
            afterwards: if ends {
                Afterwards::Ends
            } else {
                Afterwards::Continues
            },
            order: order(node.version),
        };
        for (unit, takes) in parts.iter().zip(takes) {
            split.parts.push(Part {
                code: code(&unit.code)?,
                name: unit.name.clone(),
                takes,
            });
        }
        service::split_in(cx, tx, &node.code, &split).await?;
        told.split.push((
            from.to_owned(),
            parts.iter().map(|unit| unit.code.clone()).collect(),
        ));
    }
    for (from, how) in coverage.ended() {
        let Ended::Into(into) = how else { continue };
        let node = before.get(from).ok_or(AppError::NotFound)?;
        let merge = Merge {
            others: Vec::new(),
            into: code(into)?,
            name: None,
            order: order(node.version),
        };
        service::merge_in(cx, tx, &node.code, &merge).await?;
        told.merged.push((from.clone(), into.clone()));
    }
    Ok(told)
}

fn code(text: &str) -> Result<Code, AppError> {
    text.parse()
        .map_err(|_| AppError::invalid("", format!("代码 {text} 不对。")))
}

/// Which parts of a part that is split go to which of its new parts: by where they lie. One without a border goes to the first
/// if the old part ends.
async fn takes(tx: &mut Tx, node: NodeId, parts: &[&Unit], ends: bool) -> Result<Vec<Vec<Code>>, AppError> {
    const BELOW: &str = "select n.code, a.label_lon, a.label_lat from node n \
        left join area a on a.node_id = n.id and a.valid_to is null where n.parent_id = $1 and n.valid_to is null order by n.code";
    let below: Vec<(Code, Option<i64>, Option<i64>)> =
        on!(tx, |c| sqlx::query_as(BELOW).bind(node).fetch_all(c).await)?;
    let mut takes: Vec<Vec<Code>> = parts.iter().map(|_| Vec::new()).collect();
    for (code, lon, lat) in below {
        let label = lon.zip(lat).and_then(|(lon, lat)| {
            Some(Place {
                lon: i32::try_from(lon).ok()?,
                lat: i32::try_from(lat).ok()?,
            })
        });
        let inside = label.and_then(|label| parts.iter().position(|part| part.border.contains(label)));
        let goes = inside.or(ends.then_some(0));
        if let Some(list) = goes.and_then(|number| takes.get_mut(number)) {
            list.push(code);
        }
    }
    Ok(takes)
}
