//! What somebody does to a coverage, and why it may be refused.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Coverage, Ended, Unit,
    cut::readable,
    segment::{Segment, beside, same, undirected},
    trace,
};
use crate::model::{
    Place,
    border::{Border, Part, sides},
};

/// Code and name of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub code: String,
    pub name: String,
}

impl Named {
    /// # Errors
    /// The name of a part cannot be this.
    pub fn check_name(name: &str) -> Result<(), Refusal> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Refusal::BadName);
        }
        Ok(())
    }
}

/// One thing done. In the order in which they were done they lead from the stored borders to what is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// Moves a corner in all parts that have it.
    Move { from: Place, to: Place },
    /// Lays a corner onto another one, or onto a side, which has it too from then on.
    Join { from: Place, to: Place },
    /// Puts a corner into a side, in both parts that share it.
    Insert { a: Place, b: Place, at: Place },
    /// Takes a corner out that only one border runs through.
    Remove { at: Place },
    /// Cuts a part along a line. One side may keep the code; what bears another is new.
    Split {
        code: String,
        line: Vec<Place>,
        left: Named,
        right: Named,
    },
    /// Cuts a piece off a part and gives it to a neighbour.
    Give {
        code: String,
        line: Vec<Place>,
        to: String,
    },
    /// Makes one of two neighbours.
    Merge { code: String, into: String },
    /// Draws a part onto ground that others, or nobody, had.
    Draw { unit: Named, ring: Vec<Place> },
    /// Gives a piece of uncovered ground to a part that borders on it.
    Fill { at: Place, into: String },
    /// Makes a part of a piece of uncovered ground.
    Found { at: Place, unit: Named },
    /// Takes borders as they were drawn elsewhere, for parts that together keep their ground.
    Put { units: Vec<Unit> },
}

/// Why something cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    Overlap { name: String, at: Place },
    Outside { at: Place },
    Folded { name: String, at: Place },
    OuterBorder { at: Place },
    NoCorner { at: Place },
    NoSide { at: Place },
    Occupied { at: Place },
    Junction { at: Place },
    TiedOff { name: String, at: Place },
    TooFewCorners { name: String },
    TooManyCorners { count: usize },
    TooLarge { count: usize },
    TooShort,
    NoArea,
    CrossesItself { at: Place },
    TooNarrow { at: Place },
    BesideThePart,
    NotThrough,
    TooManyPieces { count: usize },
    NoUnit { code: String },
    NotNeighbours { name: String, other: String },
    NoNeighbour,
    Covers { name: String },
    CodeTaken { code: String },
    BadName,
    NoGap,
    OtherGround,
}

impl Refusal {
    /// Where it is wrong, if that is one place.
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Overlap { at, .. }
            | Self::Outside { at }
            | Self::Folded { at, .. }
            | Self::OuterBorder { at }
            | Self::NoCorner { at }
            | Self::NoSide { at }
            | Self::Occupied { at }
            | Self::Junction { at }
            | Self::TiedOff { at, .. }
            | Self::CrossesItself { at }
            | Self::TooNarrow { at } => Some(*at),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap { name, .. } => write!(f, "这样会和“{name}”重叠，没有改。"),
            Self::Outside { .. } => f.write_str("这样会画到外边界的外面，没有改。"),
            Self::Folded { name, .. } => write!(f, "这样“{name}”的边界会自己折叠起来，没有改。"),
            Self::OuterBorder { .. } => f.write_str("这个点在外边界上，外面还有别人的地方，不能在这里挪。"),
            Self::NoCorner { .. } => f.write_str("这里已经没有这个顶点。"),
            Self::NoSide { .. } => f.write_str("这里已经没有这段边界。"),
            Self::Occupied { .. } => f.write_str("这里已经有一个顶点，请放到旁边。"),
            Self::Junction { .. } => f.write_str("有几个网格在这个点相接，不能去掉。"),
            Self::TiedOff { name, .. } => write!(f, "这样“{name}”会在这里被夹断，没有改。"),
            Self::TooFewCorners { name } => write!(f, "“{name}”只剩三个顶点，不能再去掉。"),
            Self::TooManyCorners { count } => {
                write!(
                    f,
                    "一次最多画 {} 个点，这条线有 {count} 个，请分几次画。",
                    super::cut::MOST_CORNERS
                )
            }
            Self::TooLarge { count } => write!(
                f,
                "这些边界一共有 {count} 个点，一次最多套用 {MOST_PUT} 个，请分几份草稿来改。"
            ),
            Self::TooShort => f.write_str("线太短，请至少画两个点。"),
            Self::NoArea => f.write_str("画出来的是一条线，没有围出地方，请至少画三个不在一条线上的点。"),
            Self::CrossesItself { .. } => f.write_str("画的线自己交叉了，请重画。"),
            Self::TooNarrow { .. } => f.write_str("画的线离旁边的边界太近，请离开一点，或者正好画在上面。"),
            Self::BesideThePart => f.write_str("线没有穿过选中的网格。"),
            Self::NotThrough => f.write_str("线没有把网格分开，请从一边的边界画到另一边的边界。"),
            Self::TooManyPieces { count } => write!(f, "线把网格切成了 {count} 块，请只切成两块。"),
            Self::NoUnit { code } => write!(f, "没有代码是 {code} 的网格。"),
            Self::NotNeighbours { name, other } => write!(f, "“{name}”和“{other}”不相邻，不能这样做。"),
            Self::NoNeighbour => f.write_str("这个网格没有邻居，没有谁可以划给。"),
            Self::Covers { name } => write!(f, "画的地方盖住了整个“{name}”。要撤销它，请用“合并”。"),
            Self::CodeTaken { code } => write!(f, "代码 {code} 已经有网格在用，请换一个。"),
            Self::BadName => f.write_str("请填新网格的名称，最多 40 个字。"),
            Self::NoGap => f.write_str("这里没有空白的地方。"),
            Self::OtherGround => f.write_str("这些网格的范围已经不一样，套不上去。"),
        }
    }
}

/// Corners of all borders that one step takes from elsewhere. Those of a community's grids are some thousands; more is a program's.
pub const MOST_PUT: usize = 50_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 40;

impl Coverage {
    /// Does one thing, or nothing at all.
    ///
    /// # Errors
    /// Why not.
    pub fn apply(&self, op: &Op) -> Result<Self, Refusal> {
        let before = self.sides();
        let mut next = self.clone();
        match op {
            Op::Move { from, to } => next.shift(*from, *to)?,
            Op::Join { from, to } => next.join(*from, *to)?,
            Op::Insert { a, b, at } => next.insert((*a, *b), *at)?,
            Op::Remove { at } => next.remove(*at)?,
            Op::Split {
                code,
                line,
                left,
                right,
            } => next.split(code, line, left, right)?,
            Op::Give { code, line, to } => next.give(code, line, to)?,
            Op::Merge { code, into } => next.merge(code, into)?,
            Op::Draw { unit, ring } => next.draw(unit, ring)?,
            Op::Fill { at, into } => next.fill(*at, into)?,
            Op::Found { at, unit } => next.found(*at, unit)?,
            Op::Put { units } => next.set(units)?,
        }
        next.units.sort_by(|a, b| a.code.cmp(&b.code));
        next.guard(&before)?;
        Ok(next)
    }

    fn place_of(&self, code: &str) -> Result<usize, Refusal> {
        let found = self.units.iter().position(|unit| unit.code == code);
        found.ok_or_else(|| Refusal::NoUnit {
            code: code.to_owned(),
        })
    }

    fn shift(&mut self, from: Place, to: Place) -> Result<(), Refusal> {
        if self.outline.corners().any(|corner| corner == from) {
            return Err(Refusal::OuterBorder { at: from });
        }
        let corners = |border: &Border, at: Place| border.corners().any(|corner| corner == at);
        if !self.borders().any(|border| corners(border, from)) {
            return Err(Refusal::NoCorner { at: from });
        }
        if from != to
            && self
                .borders()
                .any(|border| border.corners().any(|corner| corner != from && same(corner, to)))
        {
            return Err(Refusal::Occupied { at: to });
        }
        for corner in self.rings_mut().flatten().filter(|corner| **corner == from) {
            *corner = to;
        }
        Ok(())
    }

    fn insert(&mut self, side: Segment, at: Place) -> Result<(), Refusal> {
        let key = undirected(side);
        if self.outline.sides().any(|one| undirected(one) == key) {
            return Err(Refusal::OuterBorder { at });
        }
        if !self.sides().contains(&key) {
            return Err(Refusal::NoSide { at });
        }
        if self
            .borders()
            .any(|border| border.corners().any(|corner| same(corner, at)))
        {
            return Err(Refusal::Occupied { at });
        }
        self.put(&[(key, [at].into())].into());
        Ok(())
    }

    fn remove(&mut self, at: Place) -> Result<(), Refusal> {
        if self.outline.corners().any(|corner| corner == at) {
            return Err(Refusal::OuterBorder { at });
        }
        let meeting = self.sides().iter().filter(|(a, b)| *a == at || *b == at).count();
        match meeting {
            0 => return Err(Refusal::NoCorner { at }),
            2 => {}
            _ => return Err(Refusal::Junction { at }),
        }
        let least = |unit: &&Unit| {
            unit.border
                .rings()
                .any(|ring| ring.len() < 4 && ring.contains(&at))
        };
        if let Some(unit) = self.units.iter().find(least) {
            return Err(Refusal::TooFewCorners {
                name: unit.name.clone(),
            });
        }
        for ring in self.rings_mut() {
            ring.retain(|corner| *corner != at);
        }
        Ok(())
    }

    /// A code and name that a new part may bear.
    fn fresh(&self, unit: &Named) -> Result<(), Refusal> {
        Named::check_name(&unit.name)?;
        if self.units.iter().any(|known| known.code == unit.code) || self.ended.contains_key(&unit.code) {
            return Err(Refusal::CodeTaken {
                code: unit.code.clone(),
            });
        }
        Ok(())
    }

    fn split(&mut self, code: &str, line: &[Place], left: &Named, right: &Named) -> Result<(), Refusal> {
        let line = readable(line, 2, false)?;
        self.place_of(code)?;
        if left.code == right.code {
            return Err(Refusal::CodeTaken {
                code: left.code.clone(),
            });
        }
        for side in [left, right].into_iter().filter(|side| side.code != code) {
            self.fresh(side)?;
        }
        let line = self.lay(&line, false)?;
        let (old, cut) = self.take_apart(code, &line)?;
        let from = self.origin(&old);
        for (side, border) in [(left, cut.0), (right, cut.1)] {
            let keeps = side.code == code;
            self.units.push(Unit {
                code: side.code.clone(),
                name: if keeps {
                    old.name.clone()
                } else {
                    side.name.trim().to_owned()
                },
                border,
                from: if keeps { old.from.clone() } else { from.clone() },
            });
            self.bare.retain(|bare| bare.code != side.code);
        }
        if left.code != code && right.code != code && self.began.contains(code) {
            self.ended.insert(code.to_owned(), Ended::SplitUp);
        }
        Ok(())
    }

    /// Takes a part out and gives it back in two pieces, left and right of a line that has been laid.
    fn take_apart(&mut self, code: &str, line: &[Place]) -> Result<(Unit, (Border, Border)), Refusal> {
        let at = self.place_of(code)?;
        let border = self
            .units
            .get(at)
            .map(|unit| unit.border.clone())
            .unwrap_or_default();
        let cut = self.cut(&border, line)?;
        Ok((self.units.remove(at), (cut.left, cut.right)))
    }

    /// The part with which the coverage began and whose ground this is.
    fn origin(&self, unit: &Unit) -> Option<String> {
        if self.began.contains(&unit.code) {
            Some(unit.code.clone())
        } else {
            unit.from.clone()
        }
    }

    fn give(&mut self, code: &str, line: &[Place], to: &str) -> Result<(), Refusal> {
        let line = readable(line, 2, false)?;
        let (from, other) = (self.place_of(code)?, self.place_of(to)?);
        let names = (
            self.units.get(from).map(|unit| unit.name.clone()),
            self.units.get(other).map(|unit| unit.name.clone()),
        );
        let line = self.lay(&line, false)?;
        let (old, (left, right)) = self.take_apart(code, &line)?;
        let at = self.place_of(to)?;
        let Some(taker) = self.units.get_mut(at) else {
            return Err(Refusal::NoUnit { code: to.to_owned() });
        };
        let borders_on = |piece: &Border| shares_side(piece, &taker.border);
        let smaller_left = super::area::square_metres(&left) <= super::area::square_metres(&right);
        let (given, kept) = match (borders_on(&left), borders_on(&right)) {
            (true, false) => (left, right),
            (false, true) => (right, left),
            (true, true) if smaller_left => (left, right),
            (true, true) => (right, left),
            (false, false) => {
                return Err(Refusal::NotNeighbours {
                    name: names.0.unwrap_or_default(),
                    other: names.1.unwrap_or_default(),
                });
            }
        };
        let joined = trace::dissolve(taker.border.sides().chain(given.sides()));
        taker.border = joined.ok_or(Refusal::NotThrough)?;
        self.units.push(Unit { border: kept, ..old });
        Ok(())
    }

    fn merge(&mut self, code: &str, into: &str) -> Result<(), Refusal> {
        let (at, _) = (self.place_of(code)?, self.place_of(into)?);
        if code == into {
            return Err(Refusal::NoUnit {
                code: into.to_owned(),
            });
        }
        let gone = self.units.remove(at);
        let at = self.place_of(into)?;
        let Some(taker) = self.units.get_mut(at) else {
            return Err(Refusal::NoUnit {
                code: into.to_owned(),
            });
        };
        if !shares_side(&gone.border, &taker.border) {
            return Err(Refusal::NotNeighbours {
                name: gone.name,
                other: taker.name.clone(),
            });
        }
        let joined = trace::dissolve(taker.border.sides().chain(gone.border.sides()));
        taker.border = joined.ok_or(Refusal::NotThrough)?;
        // What had merged into it goes with it.
        for ended in self.ended.values_mut() {
            if *ended == Ended::Into(code.to_owned()) {
                *ended = Ended::Into(into.to_owned());
            }
        }
        if self.began.contains(code) {
            self.ended.insert(code.to_owned(), Ended::Into(into.to_owned()));
        } else if let Some(from) = &gone.from
            && self.ended.get(from) == Some(&Ended::SplitUp)
            && !self.units.iter().any(|unit| unit.from.as_ref() == Some(from))
        {
            // The last of what a part was split into: then that part is what merged.
            self.ended.insert(from.clone(), Ended::Into(into.to_owned()));
        }
        Ok(())
    }

    fn draw(&mut self, unit: &Named, ring: &[Place]) -> Result<(), Refusal> {
        let mut ring = readable(ring, 3, true)?;
        let area = crate::model::border::doubled_area(&ring);
        if area == 0 {
            return Err(Refusal::NoArea);
        }
        if area < 0 {
            ring.reverse();
        }
        self.fresh(unit)?;
        let ring = self.lay(&ring, true)?;
        let beyond = super::cut::segments(&ring, true).into_iter().find(|side| {
            !self
                .outline
                .sides()
                .any(|one| undirected(one) == undirected(*side))
                && !trace::border_holds(&self.outline, trace::half(*side))
        });
        if let Some((at, _)) = beyond.filter(|_| !self.outline.0.is_empty()) {
            return Err(Refusal::Outside { at });
        }
        let (border, givers) = self.carve(&ring)?;
        let giver = givers.first().and_then(|code| self.unit(code)).cloned();
        let from = giver.and_then(|giver| self.origin(&giver));
        self.add(unit, border, from);
        Ok(())
    }

    fn add(&mut self, unit: &Named, border: Border, from: Option<String>) {
        self.bare.retain(|bare| bare.code != unit.code);
        self.units.push(Unit {
            code: unit.code.clone(),
            name: unit.name.trim().to_owned(),
            border,
            from,
        });
    }

    /// Takes out the piece of uncovered ground in which a place lies.
    fn take_gap(&mut self, at: Place) -> Result<Border, Refusal> {
        let twice = (2 * i64::from(at.lon), 2 * i64::from(at.lat));
        let holds = |part: &Part| {
            let one = Border(vec![part.clone()]);
            trace::border_holds(&one, twice) || one.sides().any(|side| beside(at, side, 1.0))
        };
        let number = self.void.0.iter().position(holds).ok_or(Refusal::NoGap)?;
        Ok(Border(vec![self.void.0.remove(number)]))
    }

    fn fill(&mut self, at: Place, into: &str) -> Result<(), Refusal> {
        let gap = self.take_gap(at)?;
        let number = self.place_of(into)?;
        let Some(unit) = self.units.get_mut(number) else {
            return Err(Refusal::NoUnit {
                code: into.to_owned(),
            });
        };
        if !shares_side(&gap, &unit.border) {
            return Err(Refusal::NotNeighbours {
                name: "空白处".to_owned(),
                other: unit.name.clone(),
            });
        }
        let joined = trace::dissolve(unit.border.sides().chain(gap.sides()));
        unit.border = joined.ok_or(Refusal::NotThrough)?;
        Ok(())
    }

    fn found(&mut self, at: Place, unit: &Named) -> Result<(), Refusal> {
        self.fresh(unit)?;
        let gap = self.take_gap(at)?;
        self.add(unit, gap, None);
        Ok(())
    }

    fn set(&mut self, units: &[Unit]) -> Result<(), Refusal> {
        let count = units.iter().map(|unit| unit.border.corners().count()).sum();
        if count > MOST_PUT {
            return Err(Refusal::TooLarge { count });
        }
        let ground = |units: &[Unit]| trace::dissolve(units.iter().flat_map(|unit| unit.border.sides()));
        let mut old = Vec::new();
        for unit in units {
            let at = self.place_of(&unit.code)?;
            old.extend(self.units.get(at).cloned());
        }
        let (was, is) = (ground(&old), ground(units));
        if was.is_none() || !was.zip(is).is_some_and(|(was, is)| super::same_ground(&was, &is)) {
            return Err(Refusal::OtherGround);
        }
        for unit in units {
            let at = self.place_of(&unit.code)?;
            if let Some(known) = self.units.get_mut(at) {
                known.border = unit.border.clone();
            }
        }
        self.glue();
        Ok(())
    }
}

fn shares_side(one: &Border, other: &Border) -> bool {
    let back: std::collections::BTreeSet<Segment> = one
        .rings()
        .flat_map(|ring| sides(ring))
        .map(|(a, b)| (b, a))
        .collect();
    other.sides().any(|side| back.contains(&side))
}
