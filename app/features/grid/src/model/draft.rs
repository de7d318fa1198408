//! Drafts of borders: what is drawn before it holds, and who lets it.

use std::collections::{BTreeMap, BTreeSet};

use orgs::model::{Code, NodeKind};
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, FieldErrors, Page, RecordId, Timestamp};

use super::{
    Drawing,
    coverage::{Coverage, Difference, Ended, Ground, Op, Refusal, Unit, same_ground},
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

/// Two who changed the same parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// The parts' names.
    pub names: Vec<String>,
    /// As they are drawn here, and as they are by now.
    pub mine: Option<Drawing>,
    pub theirs: Option<Drawing>,
    /// How many of one's own steps can be done again on the new borders, of how many.
    pub again: (usize, usize),
    /// Whether one's own borders can be put over the other's.
    pub can_put: bool,
}

/// A draft that is being drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenDraft {
    pub id: DraftId,
    pub version: i64,
    pub ops: Vec<Op>,
    /// How many of them count.
    pub done: usize,
    pub reason: String,
    pub basis: String,
    pub effective_on: Option<Date>,
    pub saved_at: Timestamp,
}

/// What became of keeping a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub id: DraftId,
    pub version: i64,
    pub at: Timestamp,
}

/// What the page for drawing shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Editing {
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    pub path: String,
    /// What is drawn on: the stored borders, or those that the draft was begun from.
    pub ground: Ground,
    pub draft: Option<OpenDraft>,
    pub conflict: Option<Conflict>,
    /// Codes that new parts cannot have.
    pub used: Vec<String>,
    pub drawing: Option<Drawing>,
    pub today: Date,
    /// Where the script for drawing is, and what it is told, as JSON.
    pub script: Option<String>,
    pub options: String,
    /// Drafts of the same unit that others have handed in or that wait for their day.
    pub others: Vec<DraftRow>,
    pub synthetic: bool,
}

/// A row of the list of drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    pub id: DraftId,
    pub code: String,
    pub name: String,
    pub author: String,
    pub mine: bool,
    pub state: DraftState,
    pub reason: String,
    pub effective_on: Option<Date>,
    pub updated_at: Timestamp,
}

/// What the viewer may do with a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doings {
    pub decide: bool,
    pub withdraw: bool,
    /// Draw on: its author, where it was refused or withdrawn.
    pub reopen: bool,
    pub edit: bool,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    pub state: DraftState,
    /// None where the day came by itself.
    pub who: Option<String>,
    pub at: Timestamp,
    pub words: String,
}

/// A draft's own page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftPage {
    pub row: DraftRow,
    pub version: i64,
    pub basis: String,
    /// From which day on its borders have held.
    pub since: Option<Date>,
    /// The day that it names has passed: once approved it holds from then on.
    pub late: bool,
    pub before: Option<Drawing>,
    pub after: Option<Drawing>,
    pub differences: Vec<Difference>,
    pub steps: Vec<StepRow>,
    pub doings: Doings,
    /// Parts that somebody else has changed since.
    pub conflict: Vec<String>,
    /// Parts with micro-grids, which are cut to the new border.
    pub parts_follow: Vec<String>,
    pub synthetic: bool,
}

/// One of the lists of drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Those that wait for the viewer to decide.
    Waiting,
    Mine,
    Others,
}

impl Shelf {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Mine, Self::Others];

    /// As an address names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Mine => "mine",
            Self::Others => "others",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "等您审批",
            Self::Mine => "您起草的",
            Self::Others => "别人起草的",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shelf| shelf.code() == code)
    }
}

/// The lists of drafts, a page of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftList {
    pub waiting: Page<DraftRow>,
    pub mine: Page<DraftRow>,
    pub others: Page<DraftRow>,
}

/// One state of a border.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BorderState {
    pub from: Date,
    pub to: Option<Date>,
    pub square_metres: i64,
    /// The map file's name, or the draft's reason.
    pub source: String,
    pub draft: Option<DraftId>,
    pub who: Option<String>,
    pub drawing: Option<Drawing>,
}

/// All states of a border.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BorderHistory {
    pub code: String,
    pub name: String,
    pub above: Option<orgs::model::Crumb>,
    /// When it ended, if it has.
    pub ended: Option<Date>,
    pub states: Vec<BorderState>,
    /// States before the oldest that is listed.
    pub more: usize,
}

/// What a draft is handed in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub reason: String,
    pub basis: String,
    pub on: Date,
}

/// The longest reason, in characters.
const LONGEST: usize = 200;
/// How far ahead a day may lie.
const FARTHEST: i64 = 731;

impl Proposal {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(reason: &str, basis: &str, on: &str, today: Date) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let (reason, basis) = (reason.trim(), basis.trim());
        errors.check(!reason.is_empty(), "reason", "请写为什么要改，审批的人会看到。");
        errors.check(
            reason.chars().count() <= LONGEST,
            "reason",
            "太长了，最多 200 个字。",
        );
        errors.check(
            basis.chars().count() <= LONGEST,
            "basis",
            "太长了，最多 200 个字。",
        );
        let day: Option<Date> = on.trim().parse().ok();
        match day {
            None => errors.add("on", "请填生效日期，写成 2027-01-01 这样。"),
            Some(day) => {
                errors.check(day >= today, "on", "生效日期不能早于今天。");
                errors.check(day <= today.plus_days(FARTHEST), "on", "生效日期最多在两年以内。");
            }
        }
        errors.finish()?;
        Ok(Self {
            reason: reason.to_owned(),
            basis: basis.to_owned(),
            on: day.unwrap_or(today),
        })
    }
}

/// Words that go with a decision.
///
/// # Errors
/// [`AppError::Invalid`] if there are too many, or none where they are wanted.
pub fn words(text: &str, wanted: bool) -> Result<&str, AppError> {
    let text = text.trim();
    if wanted && text.is_empty() {
        return Err(AppError::invalid("words", "请写明原因，起草的人会看到。"));
    }
    if text.chars().count() > LONGEST {
        return Err(AppError::invalid("words", "太长了，最多 200 个字。"));
    }
    Ok(text)
}

/// The next code below a unit that nobody has borne; `None` where all are used up.
pub fn next_code(above: &str, kind: NodeKind, used: impl Fn(&str) -> bool) -> Option<String> {
    let width = kind
        .digits()
        .checked_sub(above.len())
        .filter(|width| *width > 0)?;
    (1..10_usize.checked_pow(u32::try_from(width).ok()?)?)
        .map(|number| format!("{above}{number:0width$}"))
        .find(|code| !used(code))
}

/// Whether a code is one for a part of `above`.
pub fn fits(code: &str, above: &Code) -> bool {
    code.parse::<Code>()
        .is_ok_and(|code| code.parent().as_ref() == Some(above) && !code.kind().is_division())
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

    #[test]
    fn a_new_part_gets_the_next_code() {
        let used = ["320581001001001", "320581001001002"];
        let next = next_code("320581001001", NodeKind::Grid, |code| used.contains(&code));
        assert_eq!(next.as_deref(), Some("320581001001003"));
        assert_eq!(
            next_code("320581001001001", NodeKind::MicroGrid, |_| false).as_deref(),
            Some("32058100100100101")
        );
        assert_eq!(next_code("320581001001001", NodeKind::MicroGrid, |_| true), None);
        let above = "320581001001".parse().unwrap();
        assert!(fits("320581001001003", &above));
        assert!(!fits("320581001002003", &above) && !fits("32058100100", &above) && !fits("甲", &above));
    }

    #[test]
    fn a_proposal_says_why_and_from_when() {
        let today: Date = "2026-11-23".parse().unwrap();
        assert!(Proposal::read("拆迁后重划", "", "2026-12-01", today).is_ok());
        let Err(AppError::Invalid(faults)) = Proposal::read(" ", "", "2026-11-22", today) else {
            panic!("refused");
        };
        assert_eq!(
            faults
                .iter()
                .map(|fault| fault.field.as_str())
                .collect::<Vec<_>>(),
            ["reason", "on"]
        );
        assert!(Proposal::read("为什么", "", "明天", today).is_err());
        assert!(Proposal::read("为什么", "", "2099-01-01", today).is_err());
        assert!(
            words("", true).is_err() && words("", false).is_ok() && words(&"字".repeat(201), false).is_err()
        );
    }
}
