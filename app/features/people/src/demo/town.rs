//! Making up who lives where in a community.

use accounts::model::Phone;
use db::Cx;
use orgs::model::{Node, short_name};
use shared::{Date, RecordId, UserId};

use super::{PERSONS, Places, names, random::Random, since};
use crate::{
    model::{
        Born, Care, Consent, IdentityNumber, PersonId, Relation, ResidenceKind, Sex, Standing, check_of,
    },
    server::write::{
        NewBuilding, NewConsent, NewDeputy, NewEstate, NewHousehold, NewMember, NewOwnership, NewPerson,
        NewRepresentation, NewResidence, NewRoom, Source,
    },
};

/// Buildings of a grid, each of two units with five floors of two doors.
const BUILDINGS: usize = 5;
const UNITS: usize = 2;
const FLOORS: i64 = 5;
const DOORS: i64 = 2;
/// Households for each deputy.
const A_DEPUTY: usize = 35;
/// Between neighbouring buildings, in 1e-7 degrees: some 40 m.
const STEP: i64 = 3_800;

/// Everything of one community.
#[derive(Default)]
pub struct Settled {
    pub estates: Vec<NewEstate>,
    pub buildings: Vec<NewBuilding>,
    pub rooms: Vec<NewRoom>,
    pub households: Vec<NewHousehold>,
    pub persons: Vec<NewPerson>,
    pub residences: Vec<NewResidence>,
    pub representations: Vec<NewRepresentation>,
    pub ownerships: Vec<NewOwnership>,
    pub consents: Vec<NewConsent>,
    pub deputies: Vec<NewDeputy>,
    pub members: Vec<NewMember>,
}

pub struct Town {
    random: Random,
    today: Date,
    /// Numbers given so far.
    phones: u32,
    identities: u32,
}

/// Somebody to be made up.
#[derive(Clone, Copy)]
struct Plan {
    sex: Sex,
    age: i64,
    kind: ResidenceKind,
    relation: Relation,
    /// Of the family, as against married in or sharing the rent.
    family: bool,
}

/// A room and the grid that answers for it, for a household to be.
struct Place<'a> {
    room: usize,
    grid: &'a Node,
    group: Option<RecordId>,
}

impl Town {
    pub const fn new(seed: u64, today: Date) -> Self {
        Self {
            random: Random::new(seed),
            today,
            phones: 0,
            identities: 0,
        }
    }

    /// Makes up a community of [`PERSONS`] persons.
    pub fn settle(
        &mut self,
        cx: &Cx,
        node: &Node,
        grids: &[Node],
        places: &Places,
        groups: &[RecordId],
        branches: &[RecordId],
        term: Option<RecordId>,
        resident: Option<UserId>,
    ) -> Settled {
        let mut settled = Settled::default();
        let mut free = self.build(cx, &mut settled, node, grids, places, groups);
        let from = since(grids);
        if let Some(user) = resident {
            // 3 幢 2 单元 501 室, as the account says.
            let home = free.iter().position(|place| {
                let room = &settled.rooms[place.room];
                let building = settled.buildings.iter().find(|b| b.id == room.building_id);
                room.unit == "2" && room.door == "501" && building.is_some_and(|b| b.number == "3")
            });
            if let Some(at) = home {
                let place = free.swap_remove(at);
                self.at_home(cx, &mut settled, &place, from, user);
            }
        }
        self.random.shuffle(&mut free);
        let mut free = free.into_iter();
        while settled.persons.len() < PERSONS
            && let Some(place) = free.next()
        {
            let mut plans = self.household();
            plans.truncate(PERSONS - settled.persons.len());
            self.move_in(cx, &mut settled, &place, from, &plans, branches);
        }
        self.elect(cx, &mut settled, node, term, from);
        settled
    }

    fn build<'a>(
        &mut self,
        cx: &Cx,
        settled: &mut Settled,
        node: &Node,
        grids: &'a [Node],
        places: &Places,
        groups: &[RecordId],
    ) -> Vec<Place<'a>> {
        let name = short_name(&node.name);
        let mut free = Vec::new();
        let half = grids.len().div_ceil(2);
        for (at, grid) in grids.iter().enumerate() {
            // Two estates; the first of 花园浜 bears its name alone, as people there say it.
            if at == 0 || at == half {
                let ending = if at == 0 && node.code.as_str().ends_with("001") {
                    ""
                } else {
                    self.random.pick(&names::ESTATES)
                };
                let known = settled.estates.first().map(|estate| estate.name.clone());
                let mut own = format!("{name}{ending}");
                if known.as_ref() == Some(&own) {
                    own.push_str("北区");
                }
                settled.estates.push(NewEstate {
                    id: cx.id(),
                    node_id: node.id,
                    name: own,
                    service_area: Some(self.random.between(40, 140) * 100),
                });
            }
            let first_of_estate = if at >= half { half } else { 0 };
            let Some(estate) = settled.estates.last().map(|estate| estate.id) else {
                continue;
            };
            let group = groups.get(at % groups.len().max(1)).copied();
            let here = places.get(grid.code.as_str());
            for n in 0..BUILDINGS {
                let (building, number) = (cx.id(), (at - first_of_estate) * BUILDINGS + n + 1);
                let step = i64::try_from(n).unwrap_or_default();
                settled.buildings.push(NewBuilding {
                    id: building,
                    estate_id: estate,
                    node_id: grid.id,
                    number: number.to_string(),
                    lon: here.map(|(lon, _)| lon + (step % 3 - 1) * STEP),
                    lat: here.map(|(_, lat)| lat + (step / 3) * STEP),
                });
                for unit in 1..=UNITS {
                    for floor in (1..=FLOORS).rev() {
                        for door in 1..=DOORS {
                            free.push(Place {
                                room: settled.rooms.len(),
                                grid,
                                group,
                            });
                            settled.rooms.push(NewRoom {
                                id: cx.id(),
                                building_id: building,
                                unit: unit.to_string(),
                                door: format!("{floor}{door:02}"),
                                floor: Some(floor),
                                area: Some(self.random.between(580, 1280) * 10),
                            });
                        }
                    }
                }
            }
        }
        free
    }

    /// Who lives together.
    fn household(&mut self) -> Vec<Plan> {
        use Relation::{Child, Grandchild, Oneself, Other, Parent, Spouse};
        use ResidenceKind::{Away, Living, Registered, Temporary};
        let random = &mut self.random;
        let someone = |random: &mut Random| {
            if random.percent(48) {
                Sex::Male
            } else {
                Sex::Female
            }
        };
        let plan = |sex, age, kind, relation, family| Plan {
            sex,
            age,
            kind,
            relation,
            family,
        };
        let home = if random.percent(72) { Registered } else { Living };
        match random.below(100) {
            0..13 => {
                let sex = if random.percent(35) {
                    Sex::Male
                } else {
                    Sex::Female
                };
                let age = random.between(64, 93);
                vec![plan(sex, age, Registered, Oneself, true)]
            }
            13..22 => {
                let sex = someone(random);
                let age = random.between(22, 41);
                let kind = if random.percent(50) { Temporary } else { Living };
                vec![plan(sex, age, kind, Oneself, true)]
            }
            22..42 => {
                let age = random.between(60, 86);
                let mut list = vec![
                    plan(Sex::Male, age, Registered, Oneself, true),
                    plan(
                        Sex::Female,
                        age - random.between(-1, 5),
                        Registered,
                        Spouse,
                        false,
                    ),
                ];
                if random.percent(18) {
                    // Registered with the parents, living in another city.
                    let sex = someone(random);
                    list.push(plan(sex, age - random.between(23, 30), Away, Child, true));
                }
                list
            }
            42..52 => {
                let age = random.between(26, 58);
                vec![
                    plan(Sex::Male, age, home, Oneself, true),
                    plan(Sex::Female, age - random.between(-1, 4), home, Spouse, false),
                ]
            }
            52..58 => {
                let age = random.between(23, 45);
                let (one, other) = (someone(random), someone(random));
                vec![
                    plan(one, age, Temporary, Oneself, true),
                    plan(other, age + random.between(-3, 3), Temporary, Other, false),
                ]
            }
            _ => {
                let age = random.between(30, 47);
                let mut list = vec![
                    plan(Sex::Male, age, home, Oneself, true),
                    plan(Sex::Female, age - random.between(-1, 4), home, Spouse, false),
                ];
                for _ in 0..=usize::from(random.percent(35)) {
                    let sex = someone(random);
                    list.push(plan(
                        sex,
                        (age - random.between(25, 30)).max(0),
                        home,
                        Child,
                        true,
                    ));
                }
                if random.percent(40) {
                    let old = age + random.between(24, 30);
                    list.push(plan(Sex::Female, old, home, Parent, false));
                    if random.percent(60) {
                        list.push(plan(Sex::Male, old + 2, home, Parent, true));
                    }
                } else if random.percent(6) {
                    let sex = someone(random);
                    list.push(plan(sex, random.between(1, 6), home, Grandchild, true));
                }
                list
            }
        }
    }

    fn move_in(
        &mut self,
        cx: &Cx,
        settled: &mut Settled,
        place: &Place<'_>,
        from: Date,
        plans: &[Plan],
        branches: &[RecordId],
    ) {
        let household = NewHousehold {
            id: cx.id(),
            room_id: settled.rooms[place.room].id,
            node_id: place.grid.id,
            group_id: place.group,
            valid_from: from,
        };
        let family = names::family(&mut self.random);
        for (at, plan) in plans.iter().enumerate() {
            let mut person = self.person(cx, place.grid, family, plan);
            let lives = plan.kind.lives_here();
            if plan.age >= 75 && lives && self.random.percent(8) {
                person.care = vec![
                    *self
                        .random
                        .pick(&[Care::Call, Care::Visit, Care::Meal, Care::Errand]),
                ];
                settled.consents.push(consent(person.id, Consent::Care, plan.age));
            }
            if person.identity.is_some() {
                settled
                    .consents
                    .push(consent(person.id, Consent::Identity, plan.age));
            }
            if plan.age >= 24 && self.random.percent(7) && !branches.is_empty() {
                let branch = *self.random.pick(branches);
                let standing = if self.random.percent(95) {
                    Standing::Full
                } else {
                    Standing::Probationary
                };
                settled.members.push(NewMember {
                    id: cx.id(),
                    person_id: person.id,
                    body_id: branch,
                    standing,
                    valid_from: from,
                });
                if self.random.percent(55) {
                    settled
                        .consents
                        .push(consent(person.id, Consent::PartyShown, plan.age));
                }
            }
            if at == 0 && plan.age >= 20 && lives && self.random.percent(96) {
                settled.representations.push(NewRepresentation {
                    id: cx.id(),
                    household_id: household.id,
                    person_id: person.id,
                    valid_from: from,
                });
            }
            if at == 0 && plan.kind == ResidenceKind::Registered {
                settled.ownerships.push(NewOwnership {
                    id: cx.id(),
                    room_id: household.room_id,
                    person_id: person.id,
                    valid_from: from,
                });
            }
            settled.residences.push(NewResidence {
                id: cx.id(),
                person_id: person.id,
                household_id: household.id,
                kind: plan.kind,
                relation: Some(plan.relation),
                valid_from: from,
            });
            settled.persons.push(person);
        }
        settled.households.push(household);
    }

    fn person(&mut self, cx: &Cx, grid: &Node, family: &str, plan: &Plan) -> NewPerson {
        let family = if plan.family {
            family
        } else {
            names::family(&mut self.random)
        };
        let name = format!("{family}{}", names::given(&mut self.random, plan.sex, plan.age));
        let year = self.today.year() - plan.age;
        // Nobody is born later in the year than today.
        let (month, day) = if plan.age == 0 {
            (1, 1)
        } else {
            (self.random.between(1, 12), self.random.between(1, 28))
        };
        let birthday = date(year, month, day);
        // Of most only the year is known.
        let known = birthday.filter(|_| self.random.percent(40));
        let born = known.map_or(Born::Year(year), Born::Day);
        let phone = (plan.age >= 16 && self.random.percent(92))
            .then(|| self.phone())
            .flatten();
        let identity = birthday
            .filter(|_| known.is_some() && plan.age >= 18 && self.random.percent(45))
            .and_then(|birthday| self.identity(birthday, plan.sex));
        NewPerson {
            id: cx.id(),
            name,
            sex: Some(plan.sex),
            birth_year: Some(year),
            adult_from: born.adult_from(),
            phone,
            identity,
            care: Vec::new(),
            user_id: None,
            node_id: grid.id,
            path: grid.path.clone(),
            source: Source::Demo,
            confirmed_at: None,
        }
    }

    /// Numbers that begin with 154 are given to no operator.
    fn phone(&mut self) -> Option<Phone> {
        self.phones += 1;
        Phone::parse("phone", &format!("154{:08}", self.phones)).ok()
    }

    /// A number whose check character is wrong, so that it is nobody's.
    fn identity(&mut self, birthday: Date, sex: Sex) -> Option<IdentityNumber> {
        self.identities += 1;
        let day: String = birthday
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let odd = u32::from(sex == Sex::Male);
        let serial = (self.identities % 500) * 2 % 1000 + odd;
        let figures = format!("320581{day}{serial:03}");
        let right = check_of(figures.as_bytes());
        let wrong = if right == b'0' { '1' } else { '0' };
        IdentityNumber::invented(&format!("{figures}{wrong}"), self.today).ok()
    }

    /// The demonstration's resident with a daughter.
    fn at_home(&mut self, cx: &Cx, settled: &mut Settled, place: &Place<'_>, from: Date, user: UserId) {
        let plan = |sex, age, relation| Plan {
            sex,
            age,
            kind: ResidenceKind::Registered,
            relation,
            family: true,
        };
        let plans = [
            plan(Sex::Female, 78, Relation::Oneself),
            plan(Sex::Female, 52, Relation::Child),
        ];
        let first = settled.persons.len();
        self.move_in(cx, settled, place, from, &plans, &[]);
        if let Some(person) = settled.persons.get_mut(first) {
            person.name = "演示·陈阿婆".into();
            person.user_id = Some(user);
            person.care = vec![Care::Meal, Care::Call];
            settled
                .consents
                .retain(|consent| consent.person_id != person.id || consent.kind != Consent::Care);
            settled.consents.push(consent(person.id, Consent::Care, 78));
        }
        if let Some(person) = settled.persons.get_mut(first + 1) {
            person.name = "演示·陈晓春".into();
        }
        let household = settled.households.last().map(|household| household.id);
        let stands = settled.representations.last().map(|one| one.household_id) == household;
        if let (false, Some(household)) = (stands, household) {
            settled.representations.push(NewRepresentation {
                id: cx.id(),
                household_id: household,
                person_id: settled.persons[first].id,
                valid_from: from,
            });
        }
    }

    /// Deputies from among those who stand for a household, one for some 35.
    fn elect(&mut self, cx: &Cx, settled: &mut Settled, node: &Node, term: Option<RecordId>, from: Date) {
        let due = settled.households.len() / A_DEPUTY;
        let mut candidates: Vec<(PersonId, Option<RecordId>)> = settled
            .representations
            .iter()
            .filter_map(|one| {
                let household = settled.households.iter().find(|h| h.id == one.household_id)?;
                Some((one.person_id, household.group_id))
            })
            .collect();
        self.random.shuffle(&mut candidates);
        let counted = |person: &PersonId| {
            let residence = settled.residences.iter().find(|x| x.person_id == *person);
            residence.is_some_and(|residence| residence.kind.is_counted())
        };
        let elected: Vec<NewDeputy> = candidates
            .iter()
            .filter(|(person, _)| counted(person))
            .take(due)
            .map(|(person, group)| NewDeputy {
                id: cx.id(),
                node_id: node.id,
                person_id: *person,
                term_id: term,
                group_id: *group,
                valid_from: from,
            })
            .collect();
        settled.deputies = elected;
    }
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
}

const fn consent(person_id: PersonId, kind: Consent, age: i64) -> NewConsent {
    NewConsent {
        person_id,
        kind,
        age: Some(age),
    }
}
