//! What a line tells beside its room and its person: where the building stands, the estate's 服务用房, the household's group.

use std::collections::{HashSet, hash_map::Entry};

use db::{Cx, Tx};
use shared::{AppError, NodeId, RecordId};

use super::{
    comparison::{Comparison, NewGroup, community_path},
    difference::place_words,
};
use crate::{
    model::{BuildingId, Difference, EstateId, HouseholdId, RoomId, SHOWN, building_label, degrees_text},
    server::{import::line::Line, roll},
};

/// Lines of one building may have been measured each by itself: so far apart, in 1e-7 degrees, they still mean the same (50 m).
const NEAR: i64 = 5_000;

fn place_text((lon, lat): (i64, i64)) -> String {
    format!("{}，{}", degrees_text(lon), degrees_text(lat))
}

fn area_text(area: i64) -> String {
    format!("服务用房 {}.{:02} 平方米", area / 100, area % 100)
}

impl Comparison {
    fn difference(&mut self, line: u64, what: String, before: String, after: String) {
        if self.plan.differences.len() < SHOWN {
            self.plan.differences.push(Difference {
                line,
                what,
                before,
                after,
            });
        }
    }

    /// Notes where a line says that its building stands.
    pub fn stands(&mut self, line: &Line, building: BuildingId) {
        let Some(place) = line.place else { return };
        if let Some((other, at)) = self.new_places.get(&building).copied() {
            if (other.0 - place.0).abs() > NEAR || (other.1 - place.1).abs() > NEAR {
                let reason = format!("与第 {at} 行是同一幢，位置却不同");
                self.fault(line.number, "经度", reason);
            }
            return;
        }
        self.new_places.insert(building, (place, line.number));
        let before = match self.standing.get(&building).copied() {
            // Who drew its outline saw it.
            Some((_, true)) => return,
            Some((known, false)) if known == Some(place) => return,
            Some((known, false)) => {
                self.plan.places.push((building, place));
                known
            }
            None => {
                self.plan.building_places.insert(building, place);
                None
            }
        };
        self.plan.counts.places += 1;
        let what = format!("{}{}", line.estate, building_label(&line.building));
        let before = before.map_or_else(|| "地图上没有位置".to_owned(), place_text);
        self.difference(line.number, what, before, place_text(place));
    }

    /// Notes what 服务用房 a line says that its estate has.
    pub fn service(&mut self, cx: &Cx, line: &Line, estate: EstateId, grid: NodeId) {
        let Some(area) = line.service_area else { return };
        if let Some((other, at)) = self.new_services.get(&estate).copied() {
            if other != area {
                let reason = format!("与第 {at} 行是同一个小区，服务用房面积却不同");
                self.fault(line.number, "服务用房面积", reason);
            }
            return;
        }
        self.new_services.insert(estate, (area, line.number));
        let community = self.plan.paths.get(&grid).and_then(|path| community_path(path));
        let covered = community.is_some_and(|path| cx.scope.covers(path));
        if !covered {
            let reason = "服务用房是整个小区的，要由社区来填".to_owned();
            self.fault(line.number, "服务用房面积", reason);
            return;
        }
        let before = match self.services.get(&estate).copied() {
            Some(known) if known == Some(area) => return,
            Some(known) => {
                self.plan.services.push((estate, area));
                known
            }
            None => {
                self.plan.estate_services.insert(estate, area);
                None
            }
        };
        self.plan.counts.services += 1;
        let before = before.map_or_else(|| "服务用房没有登记".to_owned(), area_text);
        self.difference(line.number, line.estate.clone(), before, area_text(area));
    }

    /// Notes to which residents' group a line says that the household of its room belongs.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn group(
        &mut self,
        cx: &Cx,
        tx: &mut Tx,
        line: &Line,
        room: RoomId,
        grid: NodeId,
    ) -> Result<(), AppError> {
        if line.group.is_empty() {
            return Ok(());
        }
        let Some(community) = self.community(tx, grid).await? else {
            return Ok(());
        };
        if let Entry::Vacant(vacant) = self.community_groups.entry(community.id) {
            let groups = roll::groups(tx, community.id, cx.now().date()).await?;
            vacant.insert(groups);
        }
        let known = self
            .community_groups
            .get(&community.id)
            .map_or(&[][..], Vec::as_slice);
        let Some((group, name)) = named(known, &line.group) else {
            let names: Vec<&str> = known.iter().take(20).map(|(_, name)| name.as_str()).collect();
            let reason = if names.is_empty() {
                format!("{}还没有登记居民小组", community.name)
            } else {
                format!("{}没有“{}”，有：{}", community.name, line.group, names.join("、"))
            };
            self.fault(line.number, "居民小组", reason);
            return Ok(());
        };
        match self.new_groups.get(&room) {
            Some(other) if other.group != group => {
                let reason = format!("与第 {} 行是同一户，居民小组却不同", other.line);
                self.fault(line.number, "居民小组", reason);
            }
            Some(_) => {}
            None => {
                let new = NewGroup {
                    group,
                    name,
                    line: line.number,
                    place: place_words(line),
                };
                self.new_groups.insert(room, new);
            }
        }
        Ok(())
    }

    /// Gives the groups to their households, once all of these are known.
    pub fn settle_groups(&mut self) {
        let new: HashSet<HouseholdId> = self.plan.households.iter().map(|(id, ..)| *id).collect();
        let mut told: Vec<(RoomId, NewGroup)> = self.new_groups.drain().collect();
        told.sort_by_key(|(_, told)| told.line);
        for (room, told) in told {
            let Some(household) = self.households.get(&room).copied() else {
                let reason = "这一室没有住户，居民小组要有住户才能写".to_owned();
                self.fault(told.line, "居民小组", reason);
                continue;
            };
            let before = if new.contains(&household) {
                self.plan.household_groups.insert(household, told.group);
                None
            } else {
                let known = self.groups.get(&room).copied().flatten();
                if known == Some(told.group) {
                    continue;
                }
                self.plan.groups.push((household, told.group));
                known
            };
            self.plan.counts.groups += 1;
            let mut names = self.community_groups.values().flatten();
            let before = before
                .and_then(|known| names.find(|(id, _)| *id == known))
                .map_or_else(|| "没有居民小组".to_owned(), |(_, name)| name.clone());
            self.difference(told.line, told.place, before, told.name);
        }
    }
}

/// The group that a name means: by the very name, or the only one that begins so.
fn named(known: &[(RecordId, String)], name: &str) -> Option<(RecordId, String)> {
    let same = known.iter().find(|(_, known)| known == name);
    let mut begin = known.iter().filter(|(_, known)| known.starts_with(name));
    let only = match (begin.next(), begin.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    };
    same.or(only).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_its_name_or_how_only_it_begins() {
        let group = |n: u128, name: &str| (RecordId(uuid::Uuid::from_u128(n)), name.to_owned());
        let known = [
            group(1, "第一居民小组（演示）"),
            group(2, "第二居民小组"),
            group(3, "第二居民小组东"),
        ];
        let found = |name: &str| named(&known, name).map(|(id, _)| id.0.as_u128());
        assert_eq!(found("第一居民小组"), Some(1));
        assert_eq!(found("第二居民小组"), Some(2));
        assert_eq!(found("第"), None);
        assert_eq!(found("第九居民小组"), None);
    }
}
