//! Gives the lives of the demonstration a place, people, and units that have them.

mod behind;
mod beside;
mod ways;

use std::collections::HashMap;

use orgs::model::Node;
use shared::{NodeId, RecordId, Role, Timestamp, UserId};

use super::{Places, Town, course::Step, random::Random};
use crate::{
    model::{Action, By, Category, Kind, MatterId, Origin, PartId, PartState, Standing, StepId, Urgency},
    server::bulk::{Follows, More, Part, Shows, Taken, Whole},
};

/// The digits and letters of a matter's address, as of any.
const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz7";

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

    /// Whether a matter complains about those who work there.
    fn accuses(&self, category: &str, kind: Kind) -> bool {
        self.categories
            .iter()
            .any(|one| one.code == category && one.accuses(kind))
    }

    /// Who has what is reported there, at first.
    fn begins(&self, ground: &Ground, accuses: bool) -> (NodeId, Role) {
        if accuses {
            (self.town.street.id, Role::TownAdmin)
        } else {
            (ground.grid.id, Role::GridWorker)
        }
    }

    /// Puts it there, with ids, hands and whatever else it has.
    fn enter(&mut self, ground: &Ground, told: Told, behind: Behind, merged: bool) {
        let accuses = self.accuses(told.category, told.kind);
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
}
