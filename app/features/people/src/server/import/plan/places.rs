//! The room of each line: found, or noted as new.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use db::{Cx, Tx};
use orgs::model::{Code, Node};
use shared::{AppError, NodeId};

use super::comparison::{Comparison, community_path, last_code};
use crate::{
    model::{BuildingId, EstateId, Fault, RoomId, SHOWN, building_label, estate_key},
    server::import::{known, line::Line},
};

/// Where a line's place is: its room, household and grid.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub line: usize,
    pub room: RoomId,
    pub node: NodeId,
}

impl Comparison {
    /// Finds each line's room, and notes what of it is new.
    pub async fn places(&mut self, cx: &Cx, tx: &mut Tx) -> Result<Vec<Placed>, AppError> {
        let lines = std::mem::take(&mut self.plan.lines);
        // Grids that are no more are asked for once each, however many lines name them.
        let mut gone: HashMap<Code, String> = HashMap::new();
        let mut homes = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            let key = estate_key(&line.estate);
            let building = match &line.grid {
                Some(code) => match self.grids.get(code) {
                    Some(grid) if cx.scope.covers(&grid.path) => {
                        let grid = grid.clone();
                        self.building_in(cx, &grid, line, &key)
                    }
                    Some(_) => {
                        self.fault(line.number, "网格编码", format!("网格 {code} 不在您负责的范围内"));
                        None
                    }
                    None => {
                        if !gone.contains_key(code) {
                            gone.insert(code.clone(), no_longer(known::ended(tx, code).await?, code));
                        }
                        let reason = gone.get(code).cloned().unwrap_or_default();
                        self.fault(line.number, "网格编码", reason);
                        None
                    }
                },
                None => self.building_known(line, &key),
            };
            if let Some((building, node)) = building {
                homes.push((at, building, node));
                if !line.unit.is_empty() {
                    self.units
                        .entry((building, line.door.clone()))
                        .or_default()
                        .insert(line.unit.clone());
                }
            }
        }
        let placed = homes
            .into_iter()
            .map(|(at, building, node)| Placed {
                line: at,
                room: self.room(cx, &lines[at], at, building),
                node,
            })
            .collect::<Vec<_>>();
        self.spellings(&lines, &placed);
        self.plan.lines = lines;
        Ok(placed)
    }

    /// The building of a line that names its grid; a new one, perhaps of a new estate.
    fn building_in(&mut self, cx: &Cx, grid: &Node, line: &Line, key: &str) -> Option<(BuildingId, NodeId)> {
        let community = community_path(&grid.path)
            .and_then(|path| self.communities.get(path))?
            .clone();
        let estate = match self.estates.entry((community.id, key.to_owned())) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let id: EstateId = cx.id();
                self.plan.estates.push((id, community.id, line.estate.clone()));
                self.plan.counts.estates += 1;
                self.by_name.entry(key.to_owned()).or_default().push(id);
                *free.insert(id)
            }
        };
        match self.buildings.entry((estate, line.building.clone())) {
            Entry::Occupied(known) => {
                let (building, node) = *known.get();
                if node != grid.id {
                    let there = self
                        .plan
                        .paths
                        .get(&node)
                        .and_then(|path| last_code(path))
                        .unwrap_or_default()
                        .to_owned();
                    self.fault(
                        line.number,
                        "网格编码",
                        format!(
                            "{}{} 属于网格 {there}，这里写的是 {}",
                            line.estate,
                            building_label(&line.building),
                            grid.code
                        ),
                    );
                    return None;
                }
                Some((building, node))
            }
            Entry::Vacant(free) => {
                let id: BuildingId = cx.id();
                free.insert((id, grid.id));
                self.plan.paths.insert(grid.id, grid.path.clone());
                self.plan
                    .buildings
                    .push((id, estate, grid.id, line.building.clone()));
                self.plan.counts.buildings += 1;
                Some((id, grid.id))
            }
        }
    }

    /// The building of a line that names no grid: it has to be known, and only one.
    fn building_known(&mut self, line: &Line, key: &str) -> Option<(BuildingId, NodeId)> {
        let found: Vec<(BuildingId, NodeId)> = self
            .by_name
            .get(key)
            .into_iter()
            .flatten()
            .filter_map(|estate| self.buildings.get(&(*estate, line.building.clone())).copied())
            .collect();
        match found.as_slice() {
            [one] => Some(*one),
            [] => {
                self.fault(
                    line.number,
                    "网格编码",
                    format!(
                        "{}{} 还没有登记过，要写明它属于哪个网格",
                        line.estate,
                        building_label(&line.building)
                    ),
                );
                None
            }
            _ => {
                self.fault(
                    line.number,
                    "网格编码",
                    format!(
                        "有几个社区都有{}{}，要写明是哪个网格",
                        line.estate,
                        building_label(&line.building)
                    ),
                );
                None
            }
        }
    }

    fn room(&mut self, cx: &Cx, line: &Line, at: usize, building: BuildingId) -> RoomId {
        // 3幢501 where there is one 501 only, in the second unit.
        let mut unit = line.unit.clone();
        if unit.is_empty()
            && let Some(units) = self.units.get(&(building, line.door.clone()))
            && units.len() == 1
            && let Some(only) = units.first()
        {
            unit.clone_from(only);
        }
        let key = (building, unit, line.door.clone());
        let room = match self.rooms.get(&key) {
            Some(room) => *room,
            None => {
                let id: RoomId = cx.id();
                self.rooms.insert(key.clone(), id);
                self.plan.rooms.push((id, building, key.1.clone(), at));
                self.plan.counts.rooms += 1;
                // The unit as it was found out, not as it was left away.
                self.units.entry((key.0, key.2)).or_default().insert(key.1);
                id
            }
        };
        if let Some(area) = line.area {
            self.area(line, room, area);
        }
        room
    }

    fn area(&mut self, line: &Line, room: RoomId, area: i64) {
        match self.new_areas.get(&room) {
            Some((other, at)) if *other != area => {
                let reason = format!("与第 {at} 行是同一室，面积却不同");
                self.fault(line.number, "面积", reason);
            }
            Some(_) => {}
            None => {
                self.new_areas.insert(room, (area, line.number));
                match self.areas.get(&room) {
                    None => {
                        self.plan.room_areas.insert(room, area);
                    }
                    Some(known) if *known != Some(area) => {
                        self.plan.areas.push((room, area));
                        self.plan.counts.areas += 1;
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// One room under two spellings is one, and said to be.
    fn spellings(&mut self, lines: &[Line], placed: &[Placed]) {
        let mut first: HashMap<RoomId, usize> = HashMap::new();
        let mut noted: HashSet<(RoomId, &str)> = HashSet::new();
        for place in placed {
            let line = &lines[place.line];
            let earlier = *first.entry(place.room).or_insert(place.line);
            let known = &lines[earlier];
            if known.said != line.said
                && noted.insert((place.room, line.said.as_str()))
                && self.plan.notes.len() < SHOWN
            {
                self.plan.notes.push(Fault {
                    line: line.number,
                    field: "地址".into(),
                    reason: format!("与第 {} 行写法不同，是同一户", known.number),
                });
            }
        }
    }
}

fn no_longer(found: Option<(Node, Vec<String>)>, code: &Code) -> String {
    match found {
        Some((node, successors)) => {
            let when = node
                .valid_to
                .map_or_else(String::new, |day| format!("，{} 起", day.zh()));
            let onward = if successors.is_empty() {
                String::new()
            } else {
                format!("，现在是{}", successors.join("、"))
            };
            format!("网格 {code}（{}）已经撤销{when}不再使用{onward}", node.name)
        }
        None => format!("没有编码为 {code} 的网格"),
    }
}
