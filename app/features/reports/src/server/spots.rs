//! Where something may be, for the form of a report: buildings by their names, found by an address as people say it, or all of a community.

use db::{Cx, Tx};
use orgs::{model::Code, server::store as units};
use people::{
    model::Address,
    server::places::{Named, named_as, named_at},
};
use shared::AppError;

use super::search::LONGEST_QUERY;
use crate::model::{Chosen, Spot, community};

/// The most that is found.
const FOUND: usize = 12;

fn spot(named: &Named, name: String) -> Spot {
    Spot {
        code: Chosen::written(&named.code, &name),
        name,
        place: named.grid.clone(),
    }
}

fn building(named: &Named) -> Spot {
    spot(named, named.label())
}

/// Its estate, as far as its grid reaches.
fn estate(named: &Named) -> Spot {
    spot(named, named.estate.clone())
}

/// Each once, in their order, as many as are shown.
fn few(spots: impl Iterator<Item = Spot>) -> Vec<Spot> {
    let mut few: Vec<Spot> = Vec::new();
    for spot in spots {
        if few.len() < FOUND && !few.contains(&spot) {
            few.push(spot);
        }
    }
    few
}

/// The buildings that an address may mean, or the estates where it names no building; none while nothing is asked for.
///
/// # Errors
/// What the database answers.
pub async fn found(cx: &Cx, q: &str) -> Result<Vec<Spot>, AppError> {
    let q: String = q.trim().chars().take(LONGEST_QUERY).collect();
    if q.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = cx.read().await?;
    // A form that comes back is looked for by what was chosen before.
    if let Some(chosen) = Chosen::read(&q)
        && let Some(name) = &chosen.building
    {
        let known = of_community(&mut tx, &chosen.code).await?;
        let offered = known.iter().flat_map(|named| [building(named), estate(named)]);
        return Ok(few(offered.filter(|spot| spot.name == *name)));
    }
    let known = named_as(&mut tx, &q).await?;
    Ok(if Address::read(&q).building.is_some() {
        few(known.iter().map(building))
    } else {
        few(known.iter().map(estate))
    })
}

/// The buildings of the community that a unit is, or is part of; none for what is no unit of one.
///
/// # Errors
/// What the database answers.
pub async fn around(cx: &Cx, node: &str) -> Result<Vec<Spot>, AppError> {
    let Some(chosen) = Chosen::read(node) else {
        return Ok(Vec::new());
    };
    let mut tx = cx.read().await?;
    Ok(of_community(&mut tx, &chosen.code)
        .await?
        .iter()
        .map(building)
        .collect())
}

async fn of_community(tx: &mut Tx, code: &Code) -> Result<Vec<Named>, AppError> {
    let Some(code) = community(code) else {
        return Ok(Vec::new());
    };
    match units::by_code(tx, &code).await? {
        Some(node) => Ok(named_at(tx, &node.path).await?),
        None => Ok(Vec::new()),
    }
}
