//! What a file would change, found by comparing it with what is known.

mod comparison;
mod difference;
mod people;
mod places;
mod seen;
mod told;

use std::collections::HashMap;

use axum::body::Bytes;
use db::{Cx, Tx};
use orgs::server::sent::Steps;
use shared::{AppError, NodeId, RecordId, datum::Datum};
use ui::sending::Phase;

use self::comparison::Comparison;
use super::{
    known::Person,
    line::{self, Line},
    table,
};
use crate::model::{BuildingId, Counts, Difference, EstateId, Fault, HouseholdId, PersonId, RoomId};

pub(super) use self::difference::born_differs;

/// What a file would change. Ids of what is new are given already; until it is applied they mean nothing.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub(super) lines: Vec<Line>,
    pub(super) estates: Vec<(EstateId, NodeId, String)>,
    /// With the line that first named it.
    pub(super) buildings: Vec<(BuildingId, EstateId, NodeId, String)>,
    /// With the unit, which another line may have told, and the line that first named it.
    pub(super) rooms: Vec<(RoomId, BuildingId, String, usize)>,
    /// The floor areas of new rooms.
    pub(super) room_areas: HashMap<RoomId, i64>,
    pub(super) areas: Vec<(RoomId, i64)>,
    /// In which room, in which grid.
    pub(super) households: Vec<(HouseholdId, RoomId, NodeId)>,
    pub(super) people: Vec<Change>,
    pub(super) paths: HashMap<NodeId, String>,
    /// Where buildings stand: new ones, and known ones that are corrected.
    pub(super) building_places: HashMap<BuildingId, (i64, i64)>,
    pub(super) places: Vec<(BuildingId, (i64, i64))>,
    /// 服务用房: of new estates, and of known ones where it is corrected.
    pub(super) estate_services: HashMap<EstateId, i64>,
    pub(super) services: Vec<(EstateId, i64)>,
    /// Residents' groups: of new households, and of known ones where it is another.
    pub(super) household_groups: HashMap<HouseholdId, RecordId>,
    pub(super) groups: Vec<(HouseholdId, RecordId)>,
    pub counts: Counts,
    pub differences: Vec<Difference>,
    /// What is not wrong but worth a look.
    pub notes: Vec<Fault>,
    /// Unless this is empty, nothing can be applied.
    pub faults: Vec<Fault>,
}

/// What a line does to somebody.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub line: usize,
    pub id: PersonId,
    pub household: HouseholdId,
    pub room: RoomId,
    pub node: NodeId,
    pub how: How,
    /// Whether the line makes them representative who is not yet, or owner.
    pub represent: bool,
    pub own: bool,
    pub phone_blind: Option<String>,
    pub identity_blind: Option<String>,
    /// Whether the identity number finds a record elsewhere, outside the importer's part: until that one is let go, the number
    /// lies in this record and does not find it.
    pub apart: bool,
    /// That record, or one found by phone and name, which stays where it is, and what its own community is asked.
    pub elsewhere: Option<Elsewhere>,
}

/// Somebody whom a line means and who is noted outside the importer's part: who keeps that record is asked.
#[derive(Clone, Debug)]
pub(super) struct Elsewhere {
    pub person: Person,
    /// What is asked, in words.
    pub words: String,
}

#[derive(Clone, Debug)]
pub(super) enum How {
    New,
    Same(Box<Person>),
    Changed(Box<Person>),
    Moved(Box<Person>),
}

/// Reads a file and compares it with what is known. `datum` is what its places are measured against, if it has any.
///
/// # Errors
/// What the database answers. What is wrong with the file is among the plan's faults.
pub async fn plan(cx: &Cx, bytes: Bytes, datum: Option<Datum>, steps: &Steps) -> Result<Plan, AppError> {
    steps.at(Phase::Read);
    let lines = read(cx, bytes, datum).await?;
    steps.at(Phase::Compare);
    let mut tx = cx.read().await?;
    against(cx, &mut tx, lines).await
}

/// The lines of a file, or what is wrong with it as a whole.
pub(super) type Lines = Result<(Vec<Line>, Vec<Fault>), String>;

/// Reading is work for a thread of its own: a large file would keep others waiting.
pub(super) async fn read(cx: &Cx, bytes: Bytes, datum: Option<Datum>) -> Result<Lines, AppError> {
    let today = cx.now().date();
    let reading = move || table::read(&bytes).and_then(|rows| line::read(&rows, today, datum));
    tokio::task::spawn_blocking(reading)
        .await
        .map_err(|error| db::internal(&error))
}

pub(super) async fn against(cx: &Cx, tx: &mut Tx, lines: Lines) -> Result<Plan, AppError> {
    let mut plan = Plan::default();
    let (lines, faults) = match lines {
        Ok(read) => read,
        Err(reason) => {
            plan.faults.push(Fault {
                line: 0,
                field: String::new(),
                reason,
            });
            return Ok(plan);
        }
    };
    plan.lines = lines;
    plan.faults = faults;
    let mut comparison = Comparison::load(cx, tx, plan).await?;
    let placed = comparison.places(cx, tx).await?;
    comparison.people(cx, tx, &placed).await?;
    comparison.settle_groups();
    let mut plan = comparison.plan;
    plan.faults.sort_by_key(|fault| fault.line);
    if !plan.faults.is_empty() {
        // Half of a comparison would only mislead.
        plan.counts = Counts::default();
        plan.differences.clear();
    }
    Ok(plan)
}
