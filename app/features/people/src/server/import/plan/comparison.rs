//! What is known of the places that a file names, with what the file adds to it.

use std::collections::{BTreeSet, HashMap, HashSet};

use db::{Cx, Tx};
use orgs::model::{Code, Node};
use shared::{AppError, NodeId, RecordId};

use super::Plan;
use crate::{
    model::{BuildingId, EstateId, Fault, HouseholdId, RoomId, estate_key},
    server::import::known,
};

/// What is known of the places that lines name; lines add to it what they found as new, so that the next line knows it, too.
pub struct Comparison {
    pub plan: Plan,
    pub grids: HashMap<Code, Node>,
    pub communities: HashMap<String, Node>,
    pub estates: HashMap<(NodeId, String), EstateId>,
    /// All of a name, for lines without a grid.
    pub by_name: HashMap<String, Vec<EstateId>>,
    pub buildings: HashMap<(EstateId, String), (BuildingId, NodeId)>,
    pub rooms: HashMap<(BuildingId, String, String), RoomId>,
    /// The units in which a door is known.
    pub units: HashMap<(BuildingId, String), BTreeSet<String>>,
    pub households: HashMap<RoomId, HouseholdId>,
    pub areas: HashMap<RoomId, Option<i64>>,
    pub new_areas: HashMap<RoomId, (i64, u64)>,
    /// Buildings and rooms that are no more.
    pub gone: HashSet<(EstateId, String)>,
    pub gone_rooms: HashSet<RoomId>,
    /// Where known buildings stand, and whether that is an outline that was drawn.
    pub standing: HashMap<BuildingId, (Option<(i64, i64)>, bool)>,
    pub new_places: HashMap<BuildingId, ((i64, i64), u64)>,
    /// 服务用房 of known estates.
    pub services: HashMap<EstateId, Option<i64>>,
    pub new_services: HashMap<EstateId, (i64, u64)>,
    /// The residents' groups of known households, by room, and of each community.
    pub groups: HashMap<RoomId, Option<RecordId>>,
    pub community_groups: HashMap<NodeId, Vec<(RecordId, String)>>,
    pub new_groups: HashMap<RoomId, NewGroup>,
}

/// The group that a line gives to the household of its room.
#[derive(Clone, Debug)]
pub struct NewGroup {
    pub group: RecordId,
    pub name: String,
    pub line: u64,
    /// The room in words.
    pub place: String,
}

impl Comparison {
    /// Reads all that the lines of `plan` name, in few statements.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn load(cx: &Cx, tx: &mut Tx, plan: Plan) -> Result<Self, AppError> {
        let mut this = Self {
            plan,
            grids: HashMap::new(),
            communities: HashMap::new(),
            estates: HashMap::new(),
            by_name: HashMap::new(),
            buildings: HashMap::new(),
            rooms: HashMap::new(),
            units: HashMap::new(),
            households: HashMap::new(),
            areas: HashMap::new(),
            new_areas: HashMap::new(),
            gone: HashSet::new(),
            gone_rooms: HashSet::new(),
            standing: HashMap::new(),
            new_places: HashMap::new(),
            services: HashMap::new(),
            new_services: HashMap::new(),
            groups: HashMap::new(),
            community_groups: HashMap::new(),
            new_groups: HashMap::new(),
        };
        let codes: BTreeSet<&Code> = this
            .plan
            .lines
            .iter()
            .filter_map(|line| line.grid.as_ref())
            .collect();
        for node in orgs::server::store::by_codes(tx, codes.iter().copied()).await? {
            this.grids.insert(node.code.clone(), node);
        }
        let communities: Vec<Code> = this
            .grids
            .values()
            .filter_map(|grid| community_code(&grid.path))
            .collect::<BTreeSet<Code>>()
            .into_iter()
            .collect();
        for node in orgs::server::store::by_codes(tx, &communities).await? {
            this.communities.insert(node.path.clone(), node);
        }
        let names: Vec<String> = this
            .plan
            .lines
            .iter()
            .map(|line| estate_key(&line.estate))
            .collect();
        let estates = known::estates(tx, names.iter().map(String::as_str)).await?;
        let buildings = known::buildings(tx, &estates).await?;
        for estate in estates {
            this.by_name
                .entry(estate.key.clone())
                .or_default()
                .push(estate.id);
            this.services.insert(estate.id, estate.service_area);
            this.estates.insert((estate.node_id, estate.key), estate.id);
        }
        for building in buildings {
            // What lies elsewhere is not there; a line that names its grid makes another of its own estate.
            if cx.scope.covers(&building.path) && building.gone {
                this.gone.insert((building.estate_id, building.number));
            } else if cx.scope.covers(&building.path) && !building.ended {
                let place = building.lon.zip(building.lat);
                this.standing.insert(building.id, (place, building.outlined));
                this.plan.paths.insert(building.node_id, building.path);
                this.buildings.insert(
                    (building.estate_id, building.number),
                    (building.id, building.node_id),
                );
            }
        }
        this.rooms(tx).await?;
        Ok(this)
    }

    async fn rooms(&mut self, tx: &mut Tx) -> Result<(), AppError> {
        let wanted: HashSet<(String, &str)> = self
            .plan
            .lines
            .iter()
            .map(|line| (estate_key(&line.estate), line.building.as_str()))
            .collect();
        let named: Vec<BuildingId> = wanted
            .into_iter()
            .flat_map(|(key, number)| {
                let estates = self.by_name.get(&key).cloned().unwrap_or_default();
                let buildings = &self.buildings;
                estates
                    .into_iter()
                    .filter_map(move |estate| buildings.get(&(estate, number.to_owned())).map(|(id, _)| *id))
            })
            .collect();
        for room in known::rooms(tx, named.into_iter()).await? {
            if let Some(household) = room.household_id {
                self.households.insert(room.id, household);
                self.groups.insert(room.id, room.group_id);
            }
            if room.gone {
                self.gone_rooms.insert(room.id);
            }
            self.areas.insert(room.id, room.area);
            self.units
                .entry((room.building_id, room.door.clone()))
                .or_default()
                .insert(room.unit.clone());
            self.rooms
                .insert((room.building_id, room.unit, room.door), room.id);
        }
        Ok(())
    }

    /// The community that a grid is part of.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn community(&mut self, tx: &mut Tx, grid: NodeId) -> Result<Option<Node>, AppError> {
        let Some(path) = self.plan.paths.get(&grid).and_then(|path| community_path(path)) else {
            return Ok(None);
        };
        if let Some(known) = self.communities.get(path) {
            return Ok(Some(known.clone()));
        }
        let path = path.to_owned();
        let Some(code) = last_code(&path).and_then(|code| code.parse::<Code>().ok()) else {
            return Ok(None);
        };
        let found = orgs::server::store::by_code(tx, &code).await?;
        if let Some(node) = &found {
            self.communities.insert(path, node.clone());
        }
        Ok(found)
    }

    pub fn fault(&mut self, line: u64, field: &str, reason: String) {
        self.plan.faults.push(Fault {
            line,
            field: field.to_owned(),
            reason,
        });
    }
}

pub fn last_code(path: &str) -> Option<&str> {
    path.trim_end_matches('/').rsplit('/').next()
}

/// The path of the community that a grid's path goes through.
pub fn community_path(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path.split_inclusive('/') {
        end += part.len();
        if part.len() == 13 {
            return Some(&path[..end]);
        }
    }
    None
}

fn community_code(path: &str) -> Option<Code> {
    last_code(community_path(path)?)?.parse().ok()
}
