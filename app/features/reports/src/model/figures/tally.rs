//! What many matters count for together, and the figures that are told of it: whole to those who work there, without small groups to everybody.
//!
//! What the public is told goes by fives, and a group of fewer than five is not told, so that no difference of a place and its parts says how
//! many it has. Rates are told from five matters on, in whole percent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{grade::percentile, party::Party, stage::Stage};
use crate::model::{Kind, Rating};

/// The smallest group that the public is told of.
pub const SMALLEST: i64 = 5;

/// The rates that are told month by month, in the order of [`Figures::rates`].
pub const RATES: [&str; 5] = ["响应率", "按期办结率", "解决率", "满意率", "重复反映"];

/// How many count for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<String, i64>);

impl Tally {
    pub fn add(&mut self, what: &str, n: i64) {
        if let Some(sum) = self.0.get_mut(what) {
            *sum += n;
        } else {
            self.0.insert(what.to_owned(), n);
        }
    }

    /// Adds all that one matter counts for, as it is kept: codes with a space between.
    pub fn add_counted(&mut self, counted: &str) {
        for what in counted.split_ascii_whitespace() {
            self.add(what, 1);
        }
    }

    pub fn of(&self, what: &str) -> i64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// What is counted under codes of one kind, by the rest of the code.
    fn under<'a>(&'a self, kind: &str) -> impl Iterator<Item = (&'a str, i64)> {
        let prefix = format!("{kind}:");
        let own = prefix.clone();
        self.0
            .range(prefix..)
            .map_while(move |(what, n)| Some((what.strip_prefix(own.as_str())?, *n)))
    }
}

/// To whom figures are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// To those who work there: all of it.
    Whole,
    Public,
}

/// So many of so many; nothing where a group is too small to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub part: Option<i64>,
    pub of: Option<i64>,
    /// In tenths of a percent.
    pub share: Option<i64>,
}

/// How long a step takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageFigures {
    pub stage: Stage,
    /// Matters that took it.
    pub n: Option<i64>,
    /// In minutes.
    pub median: Option<i64>,
    pub ninetieth: Option<i64>,
}

/// The figures of a place and a time. See [`super::facts`] for what each counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// All that was reported, also what was withdrawn, merged or refused.
    pub all: Option<i64>,
    pub withdrawn: Option<i64>,
    pub merged: Option<i64>,
    pub refused: Option<i64>,
    /// 响应率
    pub responded: Rate,
    /// 按期办结率
    pub in_time: Rate,
    /// 解决率
    pub solved: Rate,
    /// 满意率
    pub content: Rate,
    /// By the last word of their reporters, in the order of [`Rating::ALL`].
    pub ratings: Vec<(Rating, Option<i64>)>,
    /// 办结（未评价）
    pub unrated: Option<i64>,
    /// 反复反映: of all, those of which the same was reported there within thirty days before.
    pub again: Rate,
    /// 投诉社区: of the complaints, those about the community itself.
    pub about: Rate,
    /// By who began them, in the order of [`Party::ALL`].
    pub began: Vec<(Party, Rate)>,
    /// Those that were answered, by who carried them.
    pub carried: Vec<(Party, Rate)>,
    pub kinds: Vec<(Kind, Option<i64>)>,
    /// By the code of their category, the most first.
    pub categories: Vec<(String, Option<i64>)>,
    pub stages: Vec<StageFigures>,
}

impl Told {
    /// A count: to the public by fives, and nothing of a small group.
    pub const fn count(self, n: i64) -> Option<i64> {
        match self {
            Self::Whole => Some(n),
            Self::Public if n > 0 && n < SMALLEST => None,
            Self::Public => Some((n + 2) / 5 * 5),
        }
    }

    /// `share = part / of`, rounded; none of nothing, and to the public none of a small group.
    pub const fn rate(self, part: i64, of: i64) -> Rate {
        let share = match self {
            Self::Whole if of > 0 => Some((part * 2_000 + of) / (2 * of)),
            Self::Public if of >= SMALLEST => Some((part * 200 + of) / (2 * of) * 10),
            _ => None,
        };
        Rate {
            part: self.count(part),
            of: self.count(of),
            share,
        }
    }

    fn stage(self, tally: &Tally, stage: Stage) -> StageFigures {
        let mut grades = BTreeMap::new();
        for (grade, n) in tally.under(stage.key()) {
            if let Ok(grade) = grade.parse::<i64>() {
                *grades.entry(grade).or_insert(0) += n;
            }
        }
        let n: i64 = grades.values().sum();
        let told = self == Self::Whole || n >= SMALLEST;
        let at = |percent| percentile(&grades, percent).filter(|_| told && n > 0);
        StageFigures {
            stage,
            n: self.count(n),
            median: at(50),
            ninetieth: at(90),
        }
    }
}

impl Rate {
    /// `93.5%`, or `93%` where it is whole; words where there is none.
    pub fn percent(self) -> String {
        match self.share {
            Some(tenths) if tenths % 10 == 0 => format!("{}%", tenths / 10),
            Some(tenths) => format!("{}.{}%", tenths / 10, tenths % 10),
            None => "—".into(),
        }
    }
}

impl Figures {
    /// The rates, as [`RATES`] calls them.
    pub const fn rates(&self) -> [Rate; RATES.len()] {
        [
            self.responded,
            self.in_time,
            self.solved,
            self.content,
            self.again,
        ]
    }

    /// The figures of what is counted.
    pub fn of(tally: &Tally, told: Told) -> Self {
        let count = |what: &str| told.count(tally.of(what));
        let rate = |part: &str, of: &str| told.rate(tally.of(part), tally.of(of));
        let ratings = |rating: &Rating| tally.of(&format!("rated:{rating}"));
        let content = ratings(&Rating::Satisfied) + ratings(&Rating::Fair);
        let rated = content + ratings(&Rating::Unhappy);
        let parties = |kind: &str| -> Vec<(Party, Rate)> {
            let of: i64 = tally.under(kind).map(|(_, n)| n).sum();
            let share = |party: &Party| {
                let part = tally.of(&format!("{kind}:{party}"));
                (*party, told.rate(part, of))
            };
            Party::ALL.iter().map(share).collect()
        };
        let mut categories: Vec<(String, i64)> = tally
            .under("category")
            .filter(|(_, n)| *n > 0)
            .map(|(code, n)| (code.to_owned(), n))
            .collect();
        categories.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let complaints = tally.of("kind:complaint");
        Self {
            all: count("all"),
            withdrawn: count("withdrawn"),
            merged: count("merged"),
            refused: count("refused"),
            responded: rate("first.in", "first.of"),
            in_time: rate("due.in", "due.of"),
            solved: rate("ended.solved", "ended.of"),
            content: told.rate(content, rated),
            ratings: Rating::ALL
                .iter()
                .map(|one| (*one, told.count(ratings(one))))
                .collect(),
            unrated: count("unrated"),
            again: rate("again", "all"),
            about: told.rate(tally.of("about"), complaints),
            began: parties("began"),
            carried: parties("carried"),
            kinds: Kind::ALL
                .iter()
                .map(|one| (*one, count(&format!("kind:{one}"))))
                .collect(),
            categories: categories
                .into_iter()
                .map(|(code, n)| (code, told.count(n)))
                .collect(),
            stages: Stage::ALL.iter().map(|one| told.stage(tally, *one)).collect(),
        }
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
