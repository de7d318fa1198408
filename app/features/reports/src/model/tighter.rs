//! Shorter times to the answer that units set: each holds at and below its unit and can only narrow what comes from above.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors, Timestamp};
use tasks::model::Limit;

use super::{Kind, LimitId, Unit, Urgency};

/// A time that a unit set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tighter {
    pub id: LimitId,
    /// Of the unit.
    pub path: String,
    /// A category's code; `None` for any.
    pub category: Option<String>,
    pub kind: Option<Kind>,
    pub urgency: Urgency,
    /// Hours by day and night for what runs in hours, else working days.
    pub amount: u16,
    /// It holds for what is reported from then on.
    pub since: Timestamp,
    pub until: Option<Timestamp>,
}

/// A matter as such times look at it.
#[derive(Clone, Copy, Debug)]
pub struct Timed<'a> {
    pub category: &'a str,
    pub kind: Kind,
    pub urgency: Urgency,
    /// Of its place.
    pub path: &'a str,
    /// When it was reported.
    pub at: Timestamp,
}

impl Tighter {
    fn is_for(&self, matter: &Timed<'_>) -> bool {
        matter.path.starts_with(self.path.as_str())
            && self.urgency == matter.urgency
            && self.kind.is_none_or(|kind| kind == matter.kind)
            && self
                .category
                .as_deref()
                .is_none_or(|code| code == matter.category)
            && self.since <= matter.at
            && self.until.is_none_or(|until| matter.at < until)
    }

    /// As it is told: `2 小时`, `3 个工作日`.
    pub fn words(&self) -> String {
        words(self.urgency, self.amount)
    }
}

/// So much of what an urgency runs in.
pub fn words(urgency: Urgency, amount: u16) -> String {
    if urgency.runs_in_hours() {
        format!("{amount} 小时")
    } else {
        format!("{amount} 个工作日")
    }
}

/// How much there is of what an urgency runs in where nobody says otherwise.
pub const fn most(urgency: Urgency) -> u16 {
    match urgency.limit() {
        Limit::Hours(n) | Limit::WorkingDays(n) | Limit::WorkingMinutes(n) => n,
        Limit::Until(_) => 0,
    }
}

/// The time to the answer of a matter: `limit`, or the shortest of those that hold for it.
pub fn tightened(limit: Limit, all: &[Tighter], matter: &Timed<'_>) -> Limit {
    let holding = all.iter().filter(|one| one.is_for(matter));
    let Some(least) = holding.map(|one| one.amount).min() else {
        return limit;
    };
    match limit {
        Limit::Hours(most) if matter.urgency.runs_in_hours() => Limit::Hours(most.min(least)),
        Limit::WorkingDays(most) if !matter.urgency.runs_in_hours() => Limit::WorkingDays(most.min(least)),
        other => other,
    }
}

/// A time as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitForm {
    pub category: String,
    pub kind: String,
    pub urgency: String,
    pub amount: String,
}

impl LimitForm {
    /// The kind, the urgency and how much; whether there is such a category, only the service knows.
    ///
    /// # Errors
    /// [`AppError::Invalid`] by field: `kind`, `urgency`, `amount`.
    pub fn read(&self) -> Result<(Option<Kind>, Urgency, u16), AppError> {
        let mut errors = FieldErrors::default();
        let kind = self.kind.parse::<Kind>().ok();
        errors.check(
            self.kind.is_empty() || kind.is_some(),
            "kind",
            "请选一种，或者不限。",
        );
        let urgency = self.urgency.parse::<Urgency>().ok();
        errors.check(urgency.is_some(), "urgency", "请选急缓。");
        let amount = self.amount.trim().parse::<u16>().ok();
        let longest = urgency.map_or(u16::MAX, |urgency| most(urgency) - 1);
        let fits = amount.is_some_and(|amount| (1..=longest).contains(&amount));
        let (least, longest) = match urgency {
            Some(urgency) => (words(urgency, 1), words(urgency, longest)),
            None => ("1".to_owned(), "原来的期限".to_owned()),
        };
        errors.check(
            fits,
            "amount",
            &format!("只能比原来的短：请填 {least}到 {longest}之间的整数。"),
        );
        errors.finish()?;
        Ok((kind, urgency.unwrap_or(Urgency::Ordinary), amount.unwrap_or(1)))
    }
}

/// A time, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitRow {
    pub limit: Tighter,
    pub unit: Unit,
}

/// The times that hold at a unit: those from above first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitsPage {
    pub here: Unit,
    pub rows: Vec<LimitRow>,
    pub categories: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(n: u128, path: &str, amount: u16) -> Tighter {
        Tighter {
            id: LimitId(uuid::Uuid::from_u128(n)),
            path: path.into(),
            category: None,
            kind: None,
            urgency: Urgency::Ordinary,
            amount,
            since: Timestamp(10),
            until: None,
        }
    }

    #[test]
    fn the_shortest_that_holds_counts_and_nothing_is_lengthened() {
        let all = [
            one(1, "32/3205/", 5),
            one(2, "32/3205/320581/", 3),
            one(3, "32/3201/", 1),
            Tighter {
                kind: Some(Kind::Question),
                category: Some("noise".into()),
                ..one(4, "32/", 2)
            },
            Tighter {
                urgency: Urgency::Urgent,
                ..one(5, "32/", 8)
            },
            Tighter {
                until: Some(Timestamp(20)),
                ..one(6, "32/", 1)
            },
        ];
        let matter = |kind, urgency, path, at| Timed {
            category: "noise",
            kind,
            urgency,
            path,
            at: Timestamp(at),
        };
        let reckoned = |matter: Timed<'_>| tightened(matter.urgency.limit(), &all, &matter);
        let (ordinary, here) = (Urgency::Ordinary, "32/3205/320581/1/");
        let days = Limit::WorkingDays;
        assert_eq!(reckoned(matter(Kind::Problem, ordinary, here, 30)), days(3));
        assert_eq!(reckoned(matter(Kind::Problem, ordinary, "32/3205/", 30)), days(5));
        assert_eq!(reckoned(matter(Kind::Question, ordinary, here, 30)), days(2));
        assert_eq!(reckoned(matter(Kind::Problem, ordinary, here, 15)), days(1));
        assert_eq!(
            reckoned(matter(Kind::Problem, ordinary, here, 5)),
            days(7),
            "before"
        );
        assert_eq!(
            reckoned(matter(Kind::Problem, Urgency::Urgent, here, 30)),
            Limit::Hours(8)
        );
        assert_eq!(
            reckoned(matter(Kind::Problem, Urgency::Sudden, here, 30)),
            Limit::Hours(2)
        );
        let own = matter(Kind::Problem, ordinary, here, 30);
        assert_eq!(
            tightened(days(2), &all, &own),
            days(2),
            "the category's own is shorter"
        );
    }

    #[test]
    fn a_time_is_only_shortened() {
        let form = |urgency: &str, amount: &str| LimitForm {
            urgency: urgency.into(),
            amount: amount.into(),
            ..LimitForm::default()
        };
        assert!(form("sudden", "1").read().is_ok());
        for (urgency, amount) in [
            ("sudden", "2"),
            ("urgent", "24"),
            ("ordinary", "7"),
            ("complex", "0"),
            ("", "1"),
        ] {
            assert!(form(urgency, amount).read().is_err(), "{urgency} {amount}");
        }
    }
}
