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

/// The building of a line.
#[derive(Clone, Copy, Debug)]
struct Home {
    estate: EstateId,
    building: BuildingId,
    /// Its grid.
    node: NodeId,
}

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
            let home = match &line.grid {
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
            let Some(home) = home else { continue };
            self.stands(line, home.building);
            self.service(cx, line, home.estate, home.node);
            if self.is_building_only(line, home.building) {
                continue;
            }
            homes.push((at, home));
            if !line.unit.is_empty() {
                self.units
                    .entry((home.building, line.door.clone()))
                    .or_default()
                    .insert(line.unit.clone());
            }
        }
        let mut placed = Vec::with_capacity(homes.len());
        for (at, Home { building, node, .. }) in homes {
            let line = &lines[at];
            let room = self.room(cx, line, at, building);
            self.group(cx, tx, line, room, node).await?;
            placed.push(Placed { line: at, room, node });
        }
        self.spellings(&lines, &placed);
        self.plan.lines = lines;
        Ok(placed)
    }

    /// Whether a line tells of a 幢 as a whole: then it makes no room in it, and cannot tell anything of one.
    fn is_building_only(&mut self, line: &Line, building: BuildingId) -> bool {
        let without_room = line.door.is_empty() && line.person.is_none() && !line.building.ends_with('号');
        if !without_room
            || self
                .rooms
                .contains_key(&(building, line.unit.clone(), String::new()))
        {
            return false;
        }
        if line.area.is_some() {
            self.fault(line.number, "面积", "没有写室号，不知道是哪一室的面积".into());
        }
        if !line.group.is_empty() {
            self.fault(
                line.number,
                "居民小组",
                "没有写室号，不知道是哪一户的居民小组".into(),
            );
        }
        true
    }

    fn gone(&mut self, line: &Line) {
        let reason = format!(
            "{}{} 已经记为没有了，还在的话请先在楼栋列表里重新登记",
            line.estate,
            building_label(&line.building)
        );
        self.fault(line.number, "幢", reason);
    }

    /// The building of a line that names its grid; a new one, perhaps of a new estate.
    fn building_in(&mut self, cx: &Cx, grid: &Node, line: &Line, key: &str) -> Option<Home> {
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
        if self.gone.contains(&(estate, line.building.clone())) {
            self.gone(line);
            return None;
        }
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
                Some(Home {
                    estate,
                    building,
                    node,
                })
            }
            Entry::Vacant(free) => {
                let id: BuildingId = cx.id();
                free.insert((id, grid.id));
                self.plan.paths.insert(grid.id, grid.path.clone());
                self.plan
                    .buildings
                    .push((id, estate, grid.id, line.building.clone()));
                self.plan.counts.buildings += 1;
                Some(Home {
                    estate,
                    building: id,
                    node: grid.id,
                })
            }
        }
    }

    /// The building of a line that names no grid: it has to be known, and only one.
    fn building_known(&mut self, line: &Line, key: &str) -> Option<Home> {
        let estates = self.by_name.get(key).map_or(&[][..], Vec::as_slice);
        let number = || line.building.clone();
        let found: Vec<Home> = estates
            .iter()
            .filter_map(|estate| {
                let (building, node) = *self.buildings.get(&(*estate, number()))?;
                Some(Home {
                    estate: *estate,
                    building,
                    node,
                })
            })
            .collect();
        let gone = estates
            .iter()
            .any(|estate| self.gone.contains(&(*estate, number())));
        match found.as_slice() {
            [one] => Some(*one),
            [] if gone => {
                self.gone(line);
                None
            }
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
            Some(room) => {
                let room = *room;
                if self.gone_rooms.contains(&room) {
                    self.fault(
                        line.number,
                        "室",
                        "这一室已经记为没有了，还在的话请先在楼栋图里重新登记".into(),
                    );
                }
                room
            }
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
