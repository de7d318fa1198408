//! Gives the lives of the demonstration a place, people, and units that have them.

use std::collections::{BTreeMap, HashMap};

use grid::model::Place;
use orgs::model::Node;
use shared::{NodeId, RecordId, Role, Timestamp, UserId};

use super::{
    Places, Town,
    course::{Course, Step},
    lives::{Fate, Life},
    random::Random,
    scenes::{self, Post, Scene, Where, Who},
    topics, words,
};
use crate::{
    model::{
        Action, AnswerKind, By, Category, Kind, MatterId, Origin, PartId, PartState, Standing, State, StepId,
        Tracking, Urgency,
    },
    server::bulk::{Follows, More, Part, Shows, Taken, Whole},
};

/// Of a hundred matters of her grid that have ended, as many are hers.
const HERS: i64 = 30;
/// The digits and letters of a matter's address, as of any.
const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz7";
/// Telephone numbers of those without an account begin here: nobody has one.
const FIRST_PHONE: u32 = 70_000;

/// Those who report.
pub struct People {
    pub residents: Vec<UserId>,
    /// The demonstration's own resident.
    pub her: Option<UserId>,
    /// Who went round for the street, for a property company and for a society until yesterday.
    pub patrol: UserId,
    pub property: UserId,
    pub society: UserId,
    /// The key of a program, and the platform of 12345.
    pub program: RecordId,
    pub platform: RecordId,
    /// Who holds a post today.
    pub posts: HashMap<(NodeId, Role), UserId>,
}

pub struct Making<'a> {
    pub random: Random,
    pub places: &'a Places,
    pub people: People,
    pub town: Town,
    pub categories: Vec<Category>,
    pub matters: Vec<Whole>,
    pub followers: Vec<Follows>,
    /// What the photos show, by their numbers.
    pub hangs: Vec<(usize, Shows)>,
    pub phones: u32,
}

/// A matter that is told, before it is anywhere.
struct Told {
    kind: Kind,
    category: &'static str,
    urgency: Urgency,
    at: Timestamp,
    words: String,
    may_publish: bool,
    public_text: Option<String>,
    standing: Standing,
    steps: Vec<Step>,
    /// Where each step leads.
    to: Vec<Option<(NodeId, Role)>>,
}

/// Where it is.
struct Ground {
    first: bool,
    community: Node,
    grid: Node,
}

/// What stands behind a report.
#[derive(Default)]
struct Behind {
    origin: Option<Origin>,
    reporter: Option<UserId>,
    more: More,
}

impl Making<'_> {
    /// An id as if it had been given then.
    fn id(&mut self, at: Timestamp) -> uuid::Uuid {
        let mut bytes = [0; 10];
        for (byte, bits) in bytes.iter_mut().zip(
            [self.random.bits(), self.random.bits()]
                .map(u64::to_le_bytes)
                .as_flattened(),
        ) {
            *byte = *bits;
        }
        let millis = u64::try_from(at.0.div_euclid(1_000)).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// For an address, made up like everything here.
    pub fn code(&mut self) -> String {
        let bits = self.random.bits();
        (0..10)
            .map(|i| char::from(ALPHABET[usize::try_from((bits >> (5 * i)) & 31).unwrap_or_default()]))
            .collect()
    }

    fn ground(&mut self, at: usize, within: Option<usize>) -> Ground {
        let (community, grids) = &self.town.communities[at];
        let within = match within {
            Some(within) => within % grids.len(),
            None => self.random.below(grids.len()),
        };
        Ground {
            first: at == 0,
            community: community.clone(),
            grid: grids[within].clone(),
        }
    }

    /// Who has what is reported there, at first.
    fn begins(&self, ground: &Ground, accuses: bool) -> (NodeId, Role) {
        if accuses {
            (self.town.street.id, Role::TownAdmin)
        } else {
            (ground.grid.id, Role::GridWorker)
        }
    }

    /// Settles a life that was drawn.
    pub fn settle(&mut self, life: Life) {
        let open = matches!(life.fate, Fate::Open(_) | Fate::Late);
        // What is open in the first community is told by itself: scenes.
        let least = usize::from(open);
        let at = least + self.random.below(self.town.communities.len() - least);
        let ground = self.ground(at, None);
        let accuses = life.kind == Kind::Complaint && life.category == "community";
        let begins = self.begins(&ground, accuses);
        let carried = (ground.community.id, life.carried.unwrap_or(Role::Property));
        let to = life.steps.iter().map(|step| match step.action {
            Action::Report => Some(begins),
            Action::Dispatch => Some(carried),
            Action::Escalate | Action::Reopen if !accuses => Some((ground.community.id, Role::Staff)),
            _ => None,
        });
        let to = to.collect();
        let hers = ground.first && ground.grid.id == self.town.communities[0].1[0].id && !open;
        let behind = self.behind(&life, hers);
        let merged = life.fate == Fate::Merged;
        let told = Told {
            kind: life.kind,
            category: life.category,
            urgency: life.urgency,
            at: life.at,
            words: life.words,
            may_publish: life.may_publish,
            public_text: life.public.then_some(life.shown),
            standing: life.standing,
            steps: life.steps,
            to,
        };
        self.enter(&ground, told, behind, merged);
    }

    /// Settles the copies of a scene.
    pub fn stage(&mut self, scene: &Scene, now: Timestamp) {
        for copy in 0..scene.copies {
            let all = self.town.communities.len();
            let ground = match scene.at {
                Where::First(within) => self.ground(0, Some(within)),
                Where::Elsewhere => {
                    let at = 1 + self.random.below(all - 1);
                    self.ground(at, None)
                }
                Where::Anywhere => {
                    let at = self.random.below(all);
                    self.ground(at, None)
                }
            };
            let topics = topics::of(scene.category, scene.kind);
            let fits: Vec<_> = topics
                .into_iter()
                .filter(|topic| scene.about.is_empty() || topic.about == scene.about)
                .collect();
            let topic = *self.random.pick(&fits);
            let ago = self.random.between(scene.ago.0, scene.ago.1);
            let at = now.plus(-ago * Timestamp::MINUTE);
            let outcome = self.random.below(2);
            let mut course = Course::new(topic, outcome, at, now);
            let led = scenes::play(&mut course, &mut self.random, scene);
            let begins = self.begins(&ground, scene.accuses());
            let to = led.into_iter().enumerate().map(|(number, post)| match post {
                _ if number == 0 => Some(begins),
                Some(Post::Grid(role)) => Some((ground.grid.id, role)),
                Some(Post::Community(role)) => Some((ground.community.id, role)),
                Some(Post::Street(role)) => Some((self.town.street.id, role)),
                None => None,
            });
            let to = to.collect();
            let behind = match (scene.who, self.people.her) {
                (Who::Nobody, _) => self.anonymous(),
                (Who::Her, Some(her)) => account(her),
                _ => account(*self.random.pick(&self.people.residents)),
            };
            let way = self.random.below(2);
            let words = words::report(&mut self.random, topic, way);
            let ended = course.standing.state.has_ended();
            let told = Told {
                kind: scene.kind,
                category: scene.category,
                urgency: scene.urgency,
                at,
                words,
                may_publish: scene.public,
                public_text: scene
                    .public
                    .then(|| words::public(topic, ended.then_some(outcome))),
                standing: course.standing,
                steps: course.steps,
                to,
            };
            self.enter(&ground, told, behind, false);
            if copy == 0 {
                self.hang(scene);
            }
        }
    }

    /// Has the photos of a scene show what was settled last.
    fn hang(&mut self, scene: &Scene) {
        let Some(matter) = self.matters.last() else { return };
        let answer = matter.steps.iter().find(|step| step.action == Action::Answer);
        let shows = [
            Some(Shows::Matter(matter.id)),
            answer.map(|step| Shows::Step(step.id)),
            Some(Shows::Everybody(matter.id)),
        ];
        let pairs = scene.photos.into_iter().zip(shows);
        self.hangs
            .extend(pairs.filter_map(|(photo, shows)| photo.zip(shows)));
    }

    fn enter(&mut self, ground: &Ground, told: Told, behind: Behind, merged: bool) {
        let accuses = told.kind == Kind::Complaint && told.category == "community";
        let id = MatterId(self.id(told.at));
        let Behind {
            origin,
            reporter,
            mut more,
        } = behind;
        let origin = origin.unwrap_or(Origin::Account);
        let mut holder = self.begins(ground, accuses);
        let mut steps = Vec::new();
        for (step, to) in told.steps.into_iter().zip(told.to) {
            let step_id = StepId(self.id(step.at));
            let mut to = to;
            if let Some(number) = step.part {
                to = self.part(&mut more.parts, number, &step, to);
            }
            let user = match step.by {
                By::Reporter if step.action == Action::Report => more.entered_by.or(reporter),
                By::Reporter => reporter,
                by => self.hand(ground, by, holder, to).filter(|_| !accuses),
            };
            if step.action == Action::Recuse {
                let aside = self.people.posts.get(&holder);
                more.aside
                    .push((aside.copied().unwrap_or(self.people.patrol), step_id, step.at));
            }
            if step.part.is_none() {
                holder = to.unwrap_or(holder);
            }
            steps.push(Taken {
                id: step_id,
                action: step.action,
                state: step.state,
                by: step.by,
                user,
                at: step.at,
                to,
                days: step.days,
                door: step.door,
                rating: step.rating,
                part: step.part,
                words: step.words,
            });
        }
        let mut label = "其他".to_owned();
        if let Some(at) = self.categories.iter().position(|one| one.code == told.category) {
            label.clone_from(&self.categories[at].label);
            (more.answers, more.asked) = self.answers(at);
        }
        if ground.first {
            more.asks = Some((ground.community.id, Role::Staff));
        }
        let merged_into = merged.then(|| self.alike(ground, told.category)).flatten();
        let publishable = origin == Origin::Account && told.may_publish;
        let public_text = told.public_text.filter(|_| publishable);
        if public_text.is_some() {
            self.followed(id, told.standing.at);
        }
        let place = self.place(&ground.grid);
        let code = self.code();
        self.matters.push(Whole {
            id,
            code,
            // As a report is numbered: a complaint by the unit above.
            number_node: if accuses {
                self.town.street.id
            } else {
                ground.community.id
            },
            year: told.at.date().year(),
            number: 0,
            kind: told.kind,
            category: told.category,
            urgency: told.urgency,
            title: format!("{label}（{}）", ground.grid.name),
            node: ground.grid.id,
            place,
            unit: holder.0,
            role: holder.1,
            accused: accuses.then_some(ground.community.id),
            origin,
            reporter,
            words: told.words,
            may_publish: publishable,
            public_text,
            merged_into,
            at: told.at,
            standing: told.standing,
            steps,
            more,
        });
    }

    /// A part as a step leaves it; whose it is.
    fn part(
        &mut self,
        parts: &mut Vec<Part>,
        number: i64,
        step: &Step,
        to: Option<(NodeId, Role)>,
    ) -> Option<(NodeId, Role)> {
        if let (Action::Involve, Some((unit, role))) = (step.action, to) {
            parts.push(Part {
                id: PartId(self.id(step.at)),
                number,
                unit,
                role,
                state: PartState::Asked,
                days: step.days.and_then(|days| u16::try_from(days).ok()).unwrap_or(3),
                asked_at: step.at,
                ended_at: None,
            });
            return to;
        }
        let part = parts.iter_mut().find(|part| part.number == number)?;
        part.state = PartState::after(step.action)?;
        part.ended_at = (!part.state.is_open()).then_some(step.at);
        Some((part.unit, part.role))
    }

    /// Who took a step, where the demonstration has people for it.
    fn hand(
        &self,
        ground: &Ground,
        by: By,
        holder: (NodeId, Role),
        to: Option<(NodeId, Role)>,
    ) -> Option<UserId> {
        let staff = (ground.community.id, Role::Staff);
        let post = match by {
            By::Holder => holder,
            By::Partner => to?,
            // Nobody verifies their own work.
            By::Dispatcher if holder == staff => (ground.community.id, Role::Secretary),
            By::Dispatcher => staff,
            By::Above => (self.town.street.id, Role::TownAdmin),
            By::Reporter | By::System => return None,
        };
        self.people.posts.get(&post).copied().filter(|_| ground.first)
    }

    fn behind(&mut self, life: &Life, hers: bool) -> Behind {
        if life.public {
            return account(self.reporter(life, hers));
        }
        let silent = life.steps.iter().skip(1).all(|step| step.by != By::Reporter);
        let accuses = life.category == "community";
        let counts = !accuses && life.fate != Fate::Merged;
        match self.random.between(0, 99) {
            // Where somebody reports through another program, nobody can say more here.
            ..16 if silent && counts => Behind {
                origin: Some(Origin::Client),
                more: More {
                    client: Some(self.people.platform),
                    ..More::default()
                },
                ..Behind::default()
            },
            16..26 if silent && counts => Behind {
                origin: Some(Origin::Client),
                more: More {
                    client: Some(self.people.program),
                    ..More::default()
                },
                ..Behind::default()
            },
            26..31 => self.anonymous(),
            31..37 => {
                self.phones += 1;
                let phone = format!("154{:08}", FIRST_PHONE + self.phones);
                let mut behind = self.anonymous();
                behind.origin = Some(Origin::Phone);
                behind.more.phone = Some(phone);
                behind
            }
            _ => {
                let mut behind = account(self.reporter(life, hers));
                // Whoever has no telephone is written down for.
                if behind
                    .reporter
                    .is_some_and(|user| self.people.residents.contains(&user))
                    && self.random.percent(6)
                {
                    behind.more.entered_by = Some(self.people.patrol);
                }
                behind
            }
        }
    }

    /// Nobody, with a code that nobody knows.
    fn anonymous(&mut self) -> Behind {
        let digest = format!("{:016x}{:016x}", self.random.bits(), self.random.bits());
        Behind {
            origin: Some(Origin::Anonymous),
            more: More {
                tracking: Tracking::of_digest(&digest),
                ..More::default()
            },
            ..Behind::default()
        }
    }

    /// Mostly a resident; what anybody sees who goes round, also whoever goes round.
    fn reporter(&mut self, life: &Life, hers: bool) -> UserId {
        let anybody = *self.random.pick(&self.people.residents);
        if life.kind == Kind::Problem && life.category != "dispute" {
            match self.random.between(0, 99) {
                ..62 => return self.people.patrol,
                62..76 => return self.people.property,
                76..84 => return self.people.society,
                _ => {}
            }
        }
        match self.people.her {
            Some(her) if hers && self.random.percent(HERS) => her,
            _ => anybody,
        }
    }

    /// Answers to some of what a category asks.
    fn answers(&mut self, at: usize) -> (BTreeMap<String, String>, Vec<(String, String)>) {
        let mut answers = BTreeMap::new();
        for question in &self.categories[at].questions {
            if !self.random.percent(60) {
                continue;
            }
            let yes = self.random.percent(30);
            let answer = match question.answer {
                AnswerKind::YesNo => if yes { "yes" } else { "no" }.to_owned(),
                AnswerKind::OneOf if !question.choices.is_empty() => {
                    self.random.pick(&question.choices).clone()
                }
                _ => continue,
            };
            answers.insert(question.code.clone(), answer);
        }
        let asked = self.categories[at].asked(&answers);
        (answers, asked)
    }

    /// What was reported there before about the same, or at least there.
    fn alike(&self, ground: &Ground, category: &str) -> Option<MatterId> {
        let goes_on = |matter: &&Whole| {
            matter.accused.is_none()
                && !matches!(
                    matter.standing.state,
                    State::Merged | State::Withdrawn | State::Refused
                )
        };
        let mut there = self.matters.iter().rev().filter(goes_on);
        let same = there
            .clone()
            .find(|matter| matter.node == ground.grid.id && matter.category == category);
        same.or_else(|| there.next()).map(|matter| matter.id)
    }

    /// Some who met with the same, since it was published.
    fn followed(&mut self, matter: MatterId, at: Timestamp) {
        let many = self.random.below(6);
        let from = self.random.below(self.people.residents.len());
        let people = self.people.residents.iter().cycle().skip(from).take(many);
        self.followers.extend(people.map(|user| Follows {
            matter_id: matter,
            user_id: *user,
            since_at: at,
        }));
    }

    /// Near the middle of its grid.
    fn place(&mut self, grid: &Node) -> Option<Place> {
        let (lon, lat) = *self.places.get(grid.code.as_str())?;
        let (east, north) = (
            self.random.between(-7_000, 7_000),
            self.random.between(-6_000, 6_000),
        );
        Some(Place {
            lon: i32::try_from(lon + east).ok()?,
            lat: i32::try_from(lat + north).ok()?,
        })
    }
}

fn account(user: UserId) -> Behind {
    Behind {
        origin: Some(Origin::Account),
        reporter: Some(user),
        ..Behind::default()
    }
}
