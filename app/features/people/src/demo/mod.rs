//! The pillar's part of the demonstration: twelve communities of 虞山街道 with estates, buildings and 18,000 persons, all of
//! them made up. Names come from lists written for this, identity numbers fail their check character, and phone numbers lie in a
//! range that no operator has been given. The same seed makes the same people.

mod names;
mod random;
mod town;

use std::collections::HashMap;

use accounts::model::Phone;
use db::{Cx, Tx, on};
use orgs::{
    model::{BodyForm, BodyKind, Code, Node, TermForm},
    server::{bodies, store},
};
use shared::{AppError, Date, RecordId, UserId};

use self::town::{Settled, Town};
use crate::server::write;

/// Where grids are, in 1e-7 degrees, by their code: the map, which knows, stands after this pillar.
pub type Places = HashMap<String, (i64, i64)>;

/// The communities, and how many live in each.
pub const COMMUNITIES: usize = 12;
pub const PERSONS: usize = 1500;
/// Their street.
const STREET: &str = "320581001";
/// The account of the demonstration's resident, who lives in one of the households.
const RESIDENT: &str = "13900000001";
const SEED: u64 = 0x6c69_6e6c_6931_3821;

/// Loads it, unless there are people already. Needs the organisation, the grids and the accounts. Returns how many persons came.
///
/// # Errors
/// What the services answer.
pub async fn load(cx: &Cx, places: &Places) -> Result<usize, AppError> {
    const ANY: &str = "select count(*) from person where source = 'demo'";
    let known: i64 = {
        let mut tx = cx.read().await?;
        on!(tx, |c| sqlx::query_scalar(ANY).fetch_one(c).await)?
    };
    if known > 0 {
        return Ok(0);
    }
    let resident = accounts::server::service::user_by_phone(cx, &Phone::parse("phone", RESIDENT)?).await?;
    let mut town = Town::new(SEED, cx.now().date());
    let mut persons = 0;
    for n in 1..=COMMUNITIES {
        let code = format!("{STREET}{n:03}");
        persons += community(cx, &mut town, &code, places, resident.filter(|_| n == 1)).await?;
    }
    Ok(persons)
}

/// What stands beside a community and its people belong to.
struct Beside {
    groups: Vec<RecordId>,
    branches: Vec<RecordId>,
    term: Option<RecordId>,
}

async fn community(
    cx: &Cx,
    town: &mut Town,
    code: &str,
    places: &Places,
    resident: Option<UserId>,
) -> Result<usize, AppError> {
    let code: Code = code.parse().map_err(|_| AppError::NotFound)?;
    let (node, grids) = {
        let mut tx = cx.read().await?;
        let node = store::by_code(&mut tx, &code).await?.ok_or(AppError::NotFound)?;
        let grids = store::parts(&mut tx, node.id).await?;
        (node, grids)
    };
    // Without the grids of the demonstration nobody can live anywhere.
    if grids.is_empty() {
        return Ok(0);
    }
    let beside = beside(cx, &node).await?;
    let settled = town.settle(
        cx,
        &node,
        &grids,
        places,
        &beside.groups,
        &beside.branches,
        beside.term,
        resident,
    );
    let mut tx = cx.write().await?;
    store_all(cx, &mut tx, &settled).await?;
    tx.commit().await?;
    Ok(settled.persons.len())
}

async fn store_all(cx: &Cx, tx: &mut Tx, settled: &Settled) -> Result<(), AppError> {
    write::estates(tx, &settled.estates).await?;
    write::buildings(tx, &settled.buildings).await?;
    write::rooms(tx, &settled.rooms).await?;
    write::households(tx, &settled.households).await?;
    write::persons(cx, tx, &settled.persons).await?;
    write::residences(tx, &settled.residences).await?;
    write::representations(tx, &settled.representations).await?;
    write::ownerships(tx, &settled.ownerships).await?;
    write::consents(tx, &settled.consents, None).await?;
    write::deputies(tx, &settled.deputies).await?;
    write::members(tx, &settled.members).await?;
    Ok(())
}

/// The committee with its term, four residents' groups and two branches; those that are there already stay.
async fn beside(cx: &Cx, node: &Node) -> Result<Beside, AppError> {
    let today = cx.now().date();
    let known = {
        let mut tx = cx.read().await?;
        bodies::beside(&mut tx, node.id, bodies::When::On(today)).await?.0
    };
    let name = orgs::model::short_name(&node.name);
    let of_kind = |kind: BodyKind| {
        known
            .iter()
            .filter(move |of| of.body.kind == kind)
            .collect::<Vec<_>>()
    };
    let mut groups: Vec<RecordId> = of_kind(BodyKind::ResidentsGroup)
        .iter()
        .map(|of| RecordId(of.body.id.0))
        .collect();
    for number in ["第一", "第二", "第三", "第四"].iter().skip(groups.len()) {
        groups.push(
            found(
                cx,
                node,
                BodyKind::ResidentsGroup,
                &format!("{number}居民小组（演示）"),
            )
            .await?,
        );
    }
    let mut branches: Vec<RecordId> = of_kind(BodyKind::PartyBranch)
        .iter()
        .map(|of| RecordId(of.body.id.0))
        .collect();
    for number in ["第一", "第二"].iter().skip(branches.len()) {
        branches.push(
            found(
                cx,
                node,
                BodyKind::PartyBranch,
                &format!("{name}社区{number}党支部（演示）"),
            )
            .await?,
        );
    }
    let committee = of_kind(BodyKind::ResidentsCommittee);
    let term = match committee.first() {
        Some(of) => of.terms.first().map(|term| RecordId(term.id.0)),
        None => {
            let body = found(
                cx,
                node,
                BodyKind::ResidentsCommittee,
                &format!("{name}社区居民委员会（演示）"),
            )
            .await?;
            let form = TermForm {
                number: 12,
                valid_from: node.valid_from,
                valid_to: None,
            };
            let term = bodies::save_term(cx, orgs::model::BodyId(body.0), None, &form).await?;
            Some(RecordId(term.0))
        }
    };
    Ok(Beside {
        groups,
        branches,
        term,
    })
}

async fn found(cx: &Cx, node: &Node, kind: BodyKind, name: &str) -> Result<RecordId, AppError> {
    let form = BodyForm {
        kind,
        name: name.to_owned(),
        phone: None,
        address: None,
        valid_from: node.valid_from,
        valid_to: None,
    };
    Ok(RecordId(bodies::save_body(cx, &node.code, None, &form).await?.0))
}

/// The day since which the demonstration's people live where they do.
fn since(grids: &[Node]) -> Date {
    grids
        .iter()
        .map(|grid| grid.valid_from)
        .max()
        .unwrap_or_else(orgs::demo::as_of)
}
