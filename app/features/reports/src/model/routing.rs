//! To whom a new matter goes: rules in an order, of which the first that matches counts.

use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors, Permission, Role, UserId};

use super::{HOLDERS, Kind, RoutingId, text};

/// What a rule looks at, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// A category's code; `None` for any.
    pub category: Option<String>,
    pub kind: Option<Kind>,
    /// From an hour (inclusive) to an hour (exclusive) of the day, over midnight if the second is the smaller one.
    pub hours: Option<(i8, i8)>,
    /// One of these stands in the reporter's words; none at all for any.
    pub contains: Vec<String>,
    /// The unit; `None` for the nearest one at or above the place where somebody holds the role.
    pub unit: Option<Code>,
    pub role: Role,
    /// One of those who hold the role at the unit, which is then named; `None` for all of them.
    #[serde(default)]
    pub person: Option<UserId>,
}

/// A rule with where it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    pub id: RoutingId,
    /// The path of the unit at and below which it holds.
    pub path: String,
    pub position: i64,
    pub facts: Facts,
}

/// A matter as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    pub kind: Kind,
    pub category: &'a str,
    /// Of its place.
    pub path: &'a str,
    /// Of the day, in Asia/Shanghai.
    pub hour: i8,
    pub words: &'a str,
    /// It came in spoken words alone: nobody has it who may not hear them.
    pub spoken: bool,
}

impl Incoming<'_> {
    /// Whether whoever has a role can be told what it is about: who does not know whose it is hears no voice (`server/voice.rs`).
    pub fn may_go_to(&self, role: Role) -> bool {
        !self.spoken || role.allows(Permission::ReportHandle)
    }
}

impl Facts {
    fn matches(&self, matter: &Incoming<'_>) -> bool {
        let within = |(from, to): (i8, i8)| {
            if from <= to {
                (from..to).contains(&matter.hour)
            } else {
                matter.hour >= from || matter.hour < to
            }
        };
        self.category
            .as_deref()
            .is_none_or(|code| code == matter.category)
            && self.kind.is_none_or(|kind| kind == matter.kind)
            && self.hours.is_none_or(within)
            && matter.may_go_to(self.role)
            && (self.contains.is_empty()
                || self
                    .contains
                    .iter()
                    .any(|word| matter.words.contains(word.as_str())))
    }
}

/// The rules that match, as they are tried: those of the nearest unit come first, then in their order. One that leads to nobody is passed
/// over, as is one that leads to who may not hear what was only spoken.
pub fn matching<'a>(rules: &'a [Routing], matter: &Incoming<'_>) -> Vec<&'a Routing> {
    let mut found: Vec<&Routing> = rules
        .iter()
        .filter(|rule| matter.path.starts_with(rule.path.as_str()) && rule.facts.matches(matter))
        .collect();
    found.sort_by_key(|rule| (std::cmp::Reverse(rule.path.len()), rule.position, rule.id));
    found
}

/// The first rule that matches.
pub fn first<'a>(rules: &'a [Routing], matter: &Incoming<'_>) -> Option<&'a Routing> {
    matching(rules, matter).into_iter().next()
}

/// A rule as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoutingForm {
    pub position: i64,
    pub category: String,
    pub kind: String,
    /// Hours, `0` to `23`; both empty for the whole day.
    pub from: String,
    pub to: String,
    /// Words, with blanks or commas between them.
    pub contains: String,
    pub unit: String,
    pub role: String,
    /// The name or the mobile number of somebody who holds the role; empty for all of them.
    pub person: String,
}

/// The longest name of a person.
const NAME: usize = 30;

impl RoutingForm {
    /// Who the person is, only the service knows.
    ///
    /// # Errors
    /// [`AppError::Invalid`] by field: `kind`, `from`, `to`, `contains`, `unit`, `role`, `person`.
    pub fn read(&self) -> Result<Facts, AppError> {
        let mut errors = FieldErrors::default();
        let kind = self.kind.parse::<Kind>().ok();
        errors.check(
            self.kind.is_empty() || kind.is_some(),
            "kind",
            "请选一种，或者不限。",
        );
        let hour = |text: &str| {
            text.trim()
                .parse::<i8>()
                .ok()
                .filter(|hour| (0..24).contains(hour))
        };
        let hours = match (self.from.trim(), self.to.trim()) {
            ("", "") => None,
            (from, to) => {
                errors.check(hour(from).is_some(), "from", "请填 0 到 23 的整点。");
                errors.check(hour(to).is_some(), "to", "请填 0 到 23 的整点。");
                hour(from).zip(hour(to))
            }
        };
        let contains = text::line(&mut errors, "contains", &self.contains, 200);
        let contains = contains
            .split([' ', ',', '，', '、'])
            .filter(|word| !word.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        text::line(&mut errors, "person", &self.person, NAME);
        let unit = self.unit.trim();
        let code = unit.parse::<Code>().ok();
        errors.check(
            unit.is_empty() || code.is_some(),
            "unit",
            "请填单位的代码，或者留空。",
        );
        let role = self
            .role
            .parse::<Role>()
            .ok()
            .filter(|role| HOLDERS.contains(role));
        errors.check(role.is_some(), "role", "请选由谁承办。");
        errors.finish()?;
        Ok(Facts {
            category: Some(self.category.trim().to_owned()).filter(|code| !code.is_empty()),
            kind,
            hours,
            contains,
            unit: code,
            role: role.unwrap_or(Role::Staff),
            person: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(n: u128, path: &str, facts: Facts) -> Routing {
        Routing {
            id: RoutingId(uuid::Uuid::from_u128(n)),
            path: path.into(),
            position: i64::try_from(n).unwrap(),
            facts,
        }
    }

    fn any() -> Facts {
        RoutingForm {
            role: "staff".into(),
            ..RoutingForm::default()
        }
        .read()
        .unwrap()
    }

    #[test]
    fn the_first_that_matches_counts_and_the_nearest_unit_first() {
        let night = Facts {
            hours: Some((22, 6)),
            ..any()
        };
        let lamp = Facts {
            contains: vec!["路灯".into()],
            category: Some("facility".into()),
            ..any()
        };
        let rules = [
            rule(1, "32/", any()),
            rule(2, "32/3205/", night),
            rule(3, "32/3205/", lamp),
            rule(4, "32/3201/", any()),
        ];
        let matter = |hour, words| Incoming {
            kind: Kind::Problem,
            category: "facility",
            path: "32/3205/1/",
            hour,
            words,
            spoken: false,
        };
        let found = |hour, words| first(&rules, &matter(hour, words)).map(|rule| rule.position);
        assert_eq!(found(12, "路灯坏了"), Some(3));
        assert_eq!(found(23, "路灯坏了"), Some(2));
        assert_eq!(found(5, "井盖"), Some(2));
        assert_eq!(found(12, "井盖"), Some(1));
        assert!(first(&rules[3..], &matter(12, "")).is_none());
    }

    #[test]
    fn what_was_only_spoken_goes_past_who_may_not_hear_it() {
        let property = Facts {
            role: Role::Property,
            ..any()
        };
        let rules = [rule(1, "32/", property), rule(2, "32/", any())];
        let matter = |spoken| Incoming {
            kind: Kind::Problem,
            category: "facility",
            path: "32/3205/1/",
            hour: 12,
            words: "",
            spoken,
        };
        let found = |spoken| first(&rules, &matter(spoken)).map(|rule| rule.position);
        assert_eq!((found(false), found(true)), (Some(1), Some(2)));
    }

    #[test]
    fn a_rule_without_a_role_is_none() {
        let wrong = RoutingForm {
            from: "25".into(),
            role: "auditor".into(),
            ..RoutingForm::default()
        };
        let AppError::Invalid(errors) = wrong.read().unwrap_err() else {
            panic!()
        };
        let named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["from", "to", "role"]);
    }
}
