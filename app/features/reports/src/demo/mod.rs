//! The pillar's part of the demonstration: 2,000 matters of a year in the twelve communities of 虞山街道, made up from a seed, named as a
//! demonstration in their words. They hang on today, so that what is late is late.
//!
//! The posts of the demonstration's own accounts have no work of it: their lists are for those who try things out.

pub mod lives;
mod meetings;
mod orders;
pub mod random;
mod words;

use std::collections::{BTreeMap, HashMap};

use accounts::{
    model::Phone,
    server::{account, service},
};
use db::{Cx, Tx, counter, on};
use grid::model::Place;
use orgs::{
    model::{Code, Node},
    server::store as units,
};
use shared::{AppError, NodeId, Role, Timestamp, UserId};

use self::{
    lives::{Fate, Life},
    random::Random,
};
use crate::{
    model::{Action, By, Kind, MatterId, StepId, built_in},
    server::{
        bulk::{self, Follows, Taken, Whole},
        figures,
    },
};

const SEED: u64 = 0x7265_706f_7274_3231;
const MATTERS: usize = 2_000;
const STREET: &str = "320581001";
const COMMUNITIES: usize = 12;
/// Made up for this: nobody signs in as one of them.
const RESIDENTS: usize = 40;
/// The demonstration's own resident.
const RESIDENT: &str = "13900000001";
/// Of a hundred matters of her grid that have ended, as many are hers.
const HERS: i64 = 30;
/// The digits and letters of a matter's address, as of any.
const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz7";

/// Where grids are, in 1e-7 degrees, by their code.
pub type Places = HashMap<String, (i64, i64)>;

/// Loads it, unless there are matters already. Needs the organisation, the grids and the accounts. Returns how many came.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx, places: &Places) -> Result<usize, AppError> {
    let resident = service::user_by_phone(cx, &Phone::parse("phone", RESIDENT)?).await?;
    let mut tx = cx.write().await?;
    let any: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from matter")
        .fetch_one(c)
        .await)?;
    if any > 0 {
        return Ok(0);
    }
    let Some(town) = town(&mut tx).await? else {
        return Ok(0);
    };
    let mut residents = Vec::new();
    for number in 1..=RESIDENTS {
        let name = format!("演示·居民{number:02}");
        residents.push(account::insert(&mut tx, cx.keys(), &name, None).await?);
    }
    let mut making = Making {
        random: Random::new(SEED ^ 1),
        places,
        residents,
        resident,
        town,
        matters: Vec::new(),
        followers: Vec::new(),
    };
    for life in lives::lives(SEED, MATTERS, tx.now()) {
        making.settle(life);
    }
    number(&mut tx, &mut making.matters).await?;
    bulk::write(cx, &mut tx, &making.matters).await?;
    bulk::follow(&mut tx, &making.followers).await?;
    // Drawn last, so that nothing else is drawn otherwise.
    let codes: Vec<String> = (0..COMMUNITIES).map(|_| making.code()).collect();
    meetings::load(&mut tx, &making.town.communities, &making.matters, &codes).await?;
    orders::load(cx, &mut tx, making.town.street.id, &making.matters).await?;
    tx.commit().await?;
    figures::gather(cx).await?;
    Ok(making.matters.len())
}

/// Where they are.
struct Town {
    street: Node,
    communities: Vec<(Node, Vec<Node>)>,
}

/// Nothing without the grids of the demonstration.
async fn town(tx: &mut Tx) -> Result<Option<Town>, AppError> {
    let code = |text: &str| text.parse::<Code>().map_err(|_| AppError::NotFound);
    let Some(street) = units::by_code(tx, &code(STREET)?).await? else {
        return Ok(None);
    };
    let mut communities = Vec::new();
    for n in 1..=COMMUNITIES {
        let Some(community) = units::by_code(tx, &code(&format!("{STREET}{n:03}"))?).await? else {
            continue;
        };
        let grids = units::parts(tx, community.id).await?;
        if !grids.is_empty() {
            communities.push((community, grids));
        }
    }
    // Somebody has to have what is open.
    if communities.len() < 2 {
        return Ok(None);
    }
    Ok(Some(Town { street, communities }))
}

/// Numbers them, the oldest first, from the counters of their communities.
async fn number(tx: &mut Tx, matters: &mut [Whole]) -> Result<(), AppError> {
    let mut counts = BTreeMap::<(NodeId, i64), i64>::new();
    for matter in &*matters {
        *counts.entry((matter.number_node, matter.year)).or_default() += 1;
    }
    let mut next = BTreeMap::new();
    for ((node, year), many) in counts {
        next.insert(
            (node, year),
            counter::reserve(tx, "report", node, year, many).await?,
        );
    }
    for matter in matters {
        if let Some(number) = next.get_mut(&(matter.number_node, matter.year)) {
            matter.number = *number;
            *number += 1;
        }
    }
    Ok(())
}

struct Making<'a> {
    random: Random,
    places: &'a Places,
    residents: Vec<UserId>,
    resident: Option<UserId>,
    town: Town,
    matters: Vec<Whole>,
    followers: Vec<Follows>,
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
    fn code(&mut self) -> String {
        let bits = self.random.bits();
        (0..10)
            .map(|i| char::from(ALPHABET[usize::try_from((bits >> (5 * i)) & 31).unwrap_or_default()]))
            .collect()
    }

    /// Gives a life a place, people and a unit that has it.
    fn settle(&mut self, life: Life) {
        let open = matches!(life.fate, Fate::Open(_) | Fate::Late);
        // The first community is that of the demonstration's accounts.
        let first = usize::from(open);
        let at = first + self.random.below(self.town.communities.len() - first);
        let within = self.random.below(self.town.communities[at].1.len());
        let (community, grids) = &self.town.communities[at];
        let (community, grid) = (community.clone(), grids[within].clone());
        let accuses = life.kind == Kind::Complaint && life.category == "community";
        let begins = if accuses {
            (self.town.street.id, Role::TownAdmin)
        } else {
            (grid.id, Role::GridWorker)
        };
        let carried = (community.id, life.carried.unwrap_or(Role::Property));
        let reporter = self.reporter(at == 0 && within == 0 && !open);
        let id = MatterId(self.id(life.at));
        let mut holder = begins;
        let mut steps = Vec::new();
        for step in &life.steps {
            let to = match step.action {
                Action::Report => Some(begins),
                Action::Dispatch => Some(carried),
                Action::Escalate | Action::Reopen if !accuses => Some((community.id, Role::Staff)),
                _ => None,
            };
            holder = to.unwrap_or(holder);
            steps.push(Taken {
                id: StepId(self.id(step.at)),
                action: step.action,
                state: step.state,
                by: step.by,
                user: (step.by == By::Reporter).then_some(reporter),
                at: step.at,
                to,
                days: step.days,
                door: step.door,
                rating: step.rating,
                words: step.words,
            });
        }
        let labels = built_in();
        let label = labels
            .iter()
            .find(|one| one.code == life.category)
            .map_or("其他", |one| one.label.as_str());
        let merged_into = self
            .matters
            .last()
            .filter(|_| life.fate == Fate::Merged)
            .map(|other| other.id);
        let public_text = life
            .public
            .then(|| format!("居民反映{label}方面的事，已经处理。（演示）"));
        if life.public {
            self.followed(id, life.standing.at);
        }
        let place = self.place(&grid);
        let code = self.code();
        self.matters.push(Whole {
            id,
            code,
            // As a report is numbered: a complaint by the unit above.
            number_node: if accuses { begins.0 } else { community.id },
            year: life.at.date().year(),
            number: 0,
            kind: life.kind,
            category: life.category,
            urgency: life.urgency,
            title: format!("{label}（{}）", grid.name),
            node: grid.id,
            place,
            unit: holder.0,
            role: holder.1,
            accused: accuses.then_some(community.id),
            reporter,
            words: life.words,
            may_publish: life.may_publish,
            public_text,
            merged_into,
            at: life.at,
            standing: life.standing,
            steps,
        });
    }

    fn reporter(&mut self, near_hers: bool) -> UserId {
        let anybody = *self.random.pick(&self.residents);
        match self.resident {
            Some(resident) if near_hers && self.random.percent(HERS) => resident,
            _ => anybody,
        }
    }

    /// Some who met with the same, since it was published.
    fn followed(&mut self, matter: MatterId, at: Timestamp) {
        let many = self.random.below(6);
        let from = self.random.below(self.residents.len());
        let people = self.residents.iter().cycle().skip(from).take(many);
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
