//! Drafts of borders: what is drawn before it holds, and who lets it.

mod numbering;
mod proposal;
mod shown;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::RecordId;

use super::coverage::{Coverage, Difference, Ended, Ground, Op, Refusal, Unit, same_ground};

pub use self::{
    numbering::{fits, next_code},
    proposal::{Proposal, words},
    shown::{
        BorderHistory, BorderState, Conflict, Doings, DraftList, DraftPage, DraftRow, Editing, OpenDraft,
        Saved, Shelf, StepRow,
    },
};

shared::id! {
    /// A draft's id.
    DraftId,
}

/// How a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Its author is drawing.
    Drafted,
    /// It waits for somebody else to approve it.
    Proposed,
    /// It waits for its day.
    Approved,
    Refused,
    Withdrawn,
    InEffect,
}

impl DraftState {
    pub const ALL: [Self; 6] = [
        Self::Drafted,
        Self::Proposed,
        Self::Approved,
        Self::Refused,
        Self::Withdrawn,
        Self::InEffect,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::InEffect => "in_effect",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Drafted => "起草中",
            Self::Proposed => "等审批",
            Self::Approved => "已通过，等生效",
            Self::Refused => "没有通过",
            Self::Withdrawn => "已撤回",
            Self::InEffect => "已生效",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What a draft was begun from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    pub ground: Ground,
    /// The stored borders that these are, by the part's code. Another one means that somebody has changed it.
    pub areas: BTreeMap<String, RecordId>,
}

/// What a draft leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub units: Vec<Unit>,
    pub ended: BTreeMap<String, Ended>,
}

impl From<&Coverage> for Outcome {
    fn from(coverage: &Coverage) -> Self {
        Self {
            units: coverage.units().to_vec(),
            ended: coverage.ended().clone(),
        }
    }
}

/// Does one thing after another.
///
/// # Errors
/// The number of the first that cannot be done, and why.
pub fn replay(ground: &Ground, ops: &[Op]) -> Result<Coverage, (usize, Refusal)> {
    let mut coverage = Coverage::new(ground);
    for (number, op) in ops.iter().enumerate() {
        coverage = coverage.apply(op).map_err(|refusal| (number, refusal))?;
    }
    Ok(coverage)
}

/// The codes of the parts that something changes, with those from which new ones are made.
pub fn touched(differences: &[Difference]) -> BTreeSet<String> {
    let own = differences.iter().map(|one| one.code.clone());
    let from = differences.iter().filter_map(|one| one.from.clone());
    own.chain(from).collect()
}

/// How the stored borders stand to those that a draft was begun from.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// As they were.
    Same,
    /// Others were changed than the draft changes, and it leads to the same there: what it leads to now.
    Moved(Box<Coverage>),
    /// The draft and somebody else have changed the same parts: their codes.
    Conflict(BTreeSet<String>),
}

impl Standing {
    /// Holds what `ops` lead to from `base` against what is stored `now`.
    pub fn of(base: &Base, now: &Base, ops: &[Op], outcome: &Outcome, touches: &BTreeSet<String>) -> Self {
        if base.areas == now.areas
            && base.ground.bare == now.ground.bare
            && base.ground.outline == now.ground.outline
        {
            return Self::Same;
        }
        let codes: BTreeSet<&String> = base.areas.keys().chain(now.areas.keys()).collect();
        let changed = codes
            .into_iter()
            .filter(|code| base.areas.get(*code) != now.areas.get(*code));
        let both: BTreeSet<String> = changed.filter(|code| touches.contains(*code)).cloned().collect();
        if !both.is_empty() {
            return Self::Conflict(both);
        }
        let as_before = |coverage: &Coverage| {
            touches.iter().all(|code| {
                let then = outcome.units.iter().find(|unit| unit.code == *code);
                match (then, coverage.unit(code)) {
                    (None, None) => true,
                    (Some(then), Some(unit)) => same_ground(&then.border, &unit.border),
                    _ => false,
                }
            })
        };
        match replay(&now.ground, ops) {
            Ok(coverage) if as_before(&coverage) => Self::Moved(Box::new(coverage)),
            _ => Self::Conflict(touches.clone()),
        }
    }
}

/// What the second of two does who changed the same parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Do again on the new borders what can be done.
    Again,
    /// Put one's own borders over the other's.
    Mine,
    /// Leave it at the other's.
    Theirs,
}

impl Choice {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "again" => Some(Self::Again),
            "mine" => Some(Self::Mine),
            "theirs" => Some(Self::Theirs),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::coverage::tests as grounds, *};
    use crate::model::border::tests::at;

    fn base(ground: Ground) -> Base {
        let areas = ground.units.iter().enumerate().map(|(number, unit)| {
            (
                unit.code.clone(),
                RecordId(uuid::Uuid::from_u128(number as u128 + 1)),
            )
        });
        Base {
            areas: areas.collect(),
            ground,
        }
    }

    fn standing(base: &Base, now: &Base, ops: &[Op]) -> Standing {
        let coverage = replay(&base.ground, ops).unwrap();
        let told =
            super::super::coverage::differences(&base.ground.units, coverage.units(), coverage.ended());
        Standing::of(base, now, ops, &Outcome::from(&coverage), &touched(&told))
    }

    #[test]
    fn who_changes_other_parts_is_in_nobodys_way() {
        let ground = grounds::lattice(&mut grounds::Random(21), 4, 1);
        let begun = base(ground);
        let inner = |units: &[Unit], one: &str, other: &str| {
            let of = |code: &str| {
                units
                    .iter()
                    .find(|unit| unit.code == code)
                    .unwrap()
                    .border
                    .clone()
            };
            let (one, other) = (of(one), of(other));
            let all: Vec<_> = other.corners().collect();
            let bounds = one.bounds().unwrap();
            let shared = one.corners().filter(|corner| all.contains(corner));
            shared
                .filter(|corner| corner.lat > bounds.min.lat && corner.lat < bounds.max.lat)
                .nth(1)
                .unwrap()
        };
        let from = inner(&begun.ground.units, "001", "002");
        let mine = [Op::Move {
            from,
            to: at(from.lon + 900, from.lat),
        }];
        assert_eq!(standing(&begun, &begun, &mine), Standing::Same);

        let moved = |one: &str, other: &str, to: i32| {
            let from = inner(&begun.ground.units, one, other);
            let op = Op::Move {
                from,
                to: at(from.lon + to, from.lat + 7),
            };
            let mut now = begun.clone();
            now.ground.units = replay(&begun.ground, &[op]).unwrap().units().to_vec();
            for code in [one, other] {
                now.areas
                    .insert(code.to_owned(), RecordId(uuid::Uuid::from_u128(99)));
            }
            now
        };
        assert!(matches!(
            standing(&begun, &moved("003", "004", 800), &mine),
            Standing::Moved(_)
        ));
        let both = standing(&begun, &moved("002", "003", 800), &mine);
        assert_eq!(both, Standing::Conflict(["002".to_owned()].into()));
    }
}
