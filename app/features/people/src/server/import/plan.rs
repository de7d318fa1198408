//! What a file would change, found by comparing it with what is known.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use accounts::model::Phone;
use axum::body::Bytes;
use db::{Cx, Tx, crypt::Field};
use orgs::{
    model::{Code, Node},
    server::sent::Steps,
};
use shared::{AppError, NodeId, mask};
use ui::sending::Phase;

use super::{
    known::{self, Person},
    line::{self, Line, Who},
    table,
};
use crate::model::{
    Born, BuildingId, Counts, Difference, EstateId, Fault, HouseholdId, IdentityNumber, PersonId, RoomId,
    SHOWN, estate_key, room_label,
};

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
}

#[derive(Clone, Debug)]
pub(super) enum How {
    New,
    Same(Box<Person>),
    Changed(Box<Person>),
    Moved(Box<Person>),
}

/// Reads a file and compares it with what is known.
///
/// # Errors
/// What the database answers. What is wrong with the file is among the plan's faults.
pub async fn plan(cx: &Cx, bytes: Bytes, steps: &Steps) -> Result<Plan, AppError> {
    steps.at(Phase::Read);
    let lines = read(cx, bytes).await?;
    steps.at(Phase::Compare);
    let mut tx = cx.read().await?;
    against(cx, &mut tx, lines).await
}

/// The lines of a file, or what is wrong with it as a whole.
pub(super) type Lines = Result<(Vec<Line>, Vec<Fault>), String>;

/// Reading is work for a thread of its own: a large file would keep others waiting.
pub(super) async fn read(cx: &Cx, bytes: Bytes) -> Result<Lines, AppError> {
    let today = cx.now().date();
    let reading = move || table::read(&bytes).and_then(|rows| line::read(&rows, today));
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
    let mut plan = comparison.plan;
    plan.faults.sort_by_key(|fault| fault.line);
    if !plan.faults.is_empty() {
        // Half of a comparison would only mislead.
        plan.counts = Counts::default();
        plan.differences.clear();
    }
    Ok(plan)
}

/// Where a line's place is: its room, household and grid.
#[derive(Clone, Copy, Debug)]
struct Placed {
    line: usize,
    room: RoomId,
    node: NodeId,
}

struct Comparison {
    plan: Plan,
    grids: HashMap<Code, Node>,
    communities: HashMap<String, Node>,
    estates: HashMap<(NodeId, String), EstateId>,
    /// All of a name, for lines without a grid.
    by_name: HashMap<String, Vec<EstateId>>,
    buildings: HashMap<(EstateId, String), (BuildingId, NodeId)>,
    rooms: HashMap<(BuildingId, String, String), RoomId>,
    /// The units in which a door is known.
    units: HashMap<(BuildingId, String), BTreeSet<String>>,
    households: HashMap<RoomId, HouseholdId>,
    areas: HashMap<RoomId, Option<i64>>,
    new_areas: HashMap<RoomId, (i64, u64)>,
}

impl Comparison {
    async fn load(cx: &Cx, tx: &mut Tx, plan: Plan) -> Result<Self, AppError> {
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
            this.estates.insert((estate.node_id, estate.key), estate.id);
        }
        for building in buildings {
            // What lies elsewhere is not there; a line that names its grid makes another of its own estate.
            if cx.scope.covers(&building.path) && !building.ended {
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

    fn fault(&mut self, line: u64, field: &str, reason: String) {
        self.plan.faults.push(Fault {
            line,
            field: field.to_owned(),
            reason,
        });
    }

    /// Finds each line's room, and notes what of it is new.
    async fn places(&mut self, cx: &Cx, tx: &mut Tx) -> Result<Vec<Placed>, AppError> {
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
                            room_building(&line.building),
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
                        room_building(&line.building)
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
                        room_building(&line.building)
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

    /// Finds each line's person, and notes what of them is new.
    async fn people(&mut self, cx: &Cx, tx: &mut Tx, placed: &[Placed]) -> Result<(), AppError> {
        let lines = std::mem::take(&mut self.plan.lines);
        let numbers: Vec<(Option<String>, Option<String>)> = placed
            .iter()
            .map(|place| {
                lines[place.line]
                    .person
                    .as_ref()
                    .map_or((None, None), |who| blinds(cx, who))
            })
            .collect();
        let mut households: Vec<HouseholdId> = placed
            .iter()
            .filter_map(|p| self.households.get(&p.room).copied())
            .collect();
        households.sort_unstable();
        households.dedup();
        let mut residents: HashMap<HouseholdId, Vec<Person>> = HashMap::new();
        for person in known::residents(tx, households.into_iter()).await? {
            if let Some(household) = person.household_id {
                residents.entry(household).or_default().push(person);
            }
        }
        let (by_identity, by_phone) = known::by_numbers(
            tx,
            numbers.iter().filter_map(|(_, identity)| identity.as_deref()),
            numbers.iter().filter_map(|(phone, _)| phone.as_deref()),
        )
        .await?;
        let mut seen = Seen::default();
        for (place, (phone, identity)) in placed.iter().zip(numbers) {
            let line = &lines[place.line];
            let Some(who) = &line.person else { continue };
            if let Some((field, reason)) = seen.twice(place.room, line, who, identity.as_deref()) {
                self.fault(line.number, field, reason);
                continue;
            }
            let household = self.household(cx, place);
            let here = residents.get(&household).map_or(&[][..], Vec::as_slice);
            let same = here
                .iter()
                .find(|person| is_same(person, who, phone.as_deref(), identity.as_deref()));
            let elsewhere = || {
                identity
                    .as_ref()
                    .and_then(|blind| by_identity.get(blind))
                    .or_else(|| by_phone.get(&(phone.clone()?, who.name.clone())))
                    .filter(|person| person.household_id != Some(household))
            };
            let known = same.cloned();
            let moved = if known.is_none() {
                elsewhere().cloned()
            } else {
                None
            };
            if let Some(person) = known.as_ref().or(moved.as_ref())
                && !seen.taken.insert(person.id)
            {
                self.fault(line.number, "姓名", "和前面的一行是同一个人".into());
                continue;
            }
            let represent = who.representative && !known.as_ref().is_some_and(|person| person.representative);
            let own = who.owner
                && known
                    .as_ref()
                    .is_none_or(|person| person.owns != Some(place.room));
            let how = self.how(
                line,
                who,
                known,
                moved,
                identity.is_some(),
                phone.as_deref(),
                represent || own,
            );
            let id = match &how {
                How::New => cx.id(),
                How::Same(person) | How::Changed(person) | How::Moved(person) => person.id,
            };
            self.plan.people.push(Change {
                line: place.line,
                id,
                household,
                room: place.room,
                node: place.node,
                how,
                represent,
                own,
                phone_blind: phone,
                identity_blind: identity,
            });
        }
        self.plan.lines = lines;
        Ok(())
    }

    fn household(&mut self, cx: &Cx, place: &Placed) -> HouseholdId {
        match self.households.entry(place.room) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let id: HouseholdId = cx.id();
                self.plan.households.push((id, place.room, place.node));
                self.plan.counts.households += 1;
                *free.insert(id)
            }
        }
    }

    fn how(
        &mut self,
        line: &Line,
        who: &Who,
        known: Option<Person>,
        moved: Option<Person>,
        identity: bool,
        phone: Option<&str>,
        stands: bool,
    ) -> How {
        let counts = &mut self.plan.counts;
        let (how, before, after) = match (known, moved) {
            (Some(person), _) => {
                let (before, after) = differences(&person, who, phone, identity);
                if before.is_empty() && after.is_empty() && !stands {
                    counts.unchanged += 1;
                    return How::Same(Box::new(person));
                }
                counts.changed += 1;
                let stands = if stands { "户代表、产权" } else { "" };
                (How::Changed(Box::new(person)), before, format!("{after}{stands}"))
            }
            (None, Some(person)) => {
                counts.moved += 1;
                (
                    How::Moved(Box::new(person)),
                    "住在别处".to_owned(),
                    place_words(line),
                )
            }
            (None, None) => {
                counts.new += 1;
                (How::New, String::new(), place_words(line))
            }
        };
        if self.plan.differences.len() < SHOWN {
            self.plan.differences.push(Difference {
                line: line.number,
                what: mask::name(&who.name),
                before,
                after,
            });
        }
        how
    }
}

/// What lines before had.
#[derive(Default)]
struct Seen {
    /// By room: name, year, line.
    people: HashMap<RoomId, Vec<(String, Option<i64>, u64)>>,
    identities: HashMap<String, u64>,
    representatives: HashMap<RoomId, u64>,
    taken: HashSet<PersonId>,
}

impl Seen {
    fn twice(
        &mut self,
        room: RoomId,
        line: &Line,
        who: &Who,
        identity: Option<&str>,
    ) -> Option<(&'static str, String)> {
        let year = who.born.map(Born::year);
        let here = self.people.entry(room).or_default();
        let same = here
            .iter()
            .find(|(name, born, _)| *name == who.name && (born.is_none() || year.is_none() || *born == year));
        if let Some((.., at)) = same {
            return Some(("姓名", format!("和第 {at} 行是同一户的同一个人")));
        }
        here.push((who.name.clone(), year, line.number));
        if let Some(identity) = identity
            && let Some(at) = self.identities.insert(identity.to_owned(), line.number)
        {
            return Some(("身份证号", format!("和第 {at} 行的身份证号相同")));
        }
        if who.representative
            && let Some(at) = self.representatives.insert(room, line.number)
        {
            return Some(("户代表", format!("第 {at} 行已经是这一户的户代表")));
        }
        None
    }
}

fn blinds(cx: &Cx, who: &Who) -> (Option<String>, Option<String>) {
    let phone = who.phone.as_ref().map(Phone::as_str);
    let identity = who.identity.as_ref().map(IdentityNumber::as_str);
    (
        phone.map(|phone| cx.keys().blind(Field::Phone, phone)),
        identity.map(|number| cx.keys().blind(Field::IdentityNumber, number)),
    )
}

/// Whether somebody of the household is the one that a line means.
fn is_same(person: &Person, who: &Who, phone: Option<&str>, identity: Option<&str>) -> bool {
    if let (Some(known), Some(given)) = (person.identity_blind.as_deref(), identity) {
        return known == given;
    }
    if person.name != who.name {
        return false;
    }
    let years = person.birth_year.zip(who.born.map(Born::year));
    years.is_none_or(|(known, given)| known == given)
        || (phone.is_some() && person.phone_blind.as_deref() == phone)
}

/// What a line changes of somebody: as it was and as it will be, in words without numbers.
fn differences(person: &Person, who: &Who, phone: Option<&str>, identity: bool) -> (String, String) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut note = |was: String, is: String| {
        before.push(was);
        after.push(is);
    };
    if person.name != who.name {
        note(mask::name(&person.name), mask::name(&who.name));
    }
    if let Some(sex) = who.sex.filter(|sex| person.sex != Some(*sex)) {
        note(
            person
                .sex
                .map_or_else(|| "性别未登记".to_owned(), |sex| sex.label().to_owned()),
            sex.label().to_owned(),
        );
    }
    if let Some(born) = who.born.filter(|born| born_differs(person, *born)) {
        let told = |year: Option<i64>| {
            year.map_or_else(|| "出生年份未登记".to_owned(), |year| format!("{year} 年生"))
        };
        note(told(person.birth_year), told(Some(born.year())));
    }
    if phone.is_some() && person.phone_blind.as_deref() != phone {
        note(
            if person.phone_blind.is_some() {
                "原手机号"
            } else {
                "无手机号"
            }
            .to_owned(),
            "新手机号".to_owned(),
        );
    }
    if identity && person.identity_blind.is_none() {
        note("无身份证号".to_owned(), "有身份证号".to_owned());
    }
    if let Some(kind) = who.kind.filter(|kind| person.kind != Some(*kind)) {
        note(
            person
                .kind
                .map_or_else(String::new, |kind| kind.label().to_owned()),
            kind.label().to_owned(),
        );
    }
    if let Some(relation) = who.relation.filter(|relation| person.relation != Some(*relation)) {
        note(
            person
                .relation
                .map_or_else(|| "关系未登记".to_owned(), |relation| relation.label().to_owned()),
            relation.label().to_owned(),
        );
    }
    (before.join("、"), after.join("、"))
}

/// A year says nothing new of somebody whose day is known.
pub(super) fn born_differs(person: &Person, born: Born) -> bool {
    person.birth_year != Some(born.year())
        || (matches!(born, Born::Day(_)) && person.adult_from != born.adult_from())
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

fn place_words(line: &Line) -> String {
    format!(
        "{}{}{}",
        line.estate,
        room_building(&line.building),
        room_label(&line.unit, &line.door)
    )
}

fn room_building(number: &str) -> String {
    crate::model::building_label(number)
}

fn last_code(path: &str) -> Option<&str> {
    path.trim_end_matches('/').rsplit('/').next()
}

/// The path of the community that a grid's path goes through.
fn community_path(path: &str) -> Option<&str> {
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
