//! A step as it was typed, checked once by what its line of the table needs.

use accounts::model::Phone;
use shared::{AppError, Date, FieldErrors, Timestamp, UserId};

use super::{Action, Agreement, Door, How, Kept, Need, PersonId, text};

/// A step as a form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActForm {
    pub action: String,
    pub words: String,
    pub how: String,
    pub door: String,
    /// One of those named, by id.
    pub person: String,
    /// Somebody's account, chosen from a list or by its number.
    pub account: String,
    pub phone: String,
    pub tick: bool,
    /// A day, and a time of it.
    pub on: String,
    pub time: String,
    pub place: String,
    pub there: String,
    pub facts: String,
    pub duty: String,
    pub clauses: Vec<String>,
    pub hows: Vec<String>,
    pub dues: Vec<String>,
    pub clause: String,
    pub kept: String,
}

/// An account as it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    User(UserId),
    Phone(Phone),
}

/// When and where a session was, and who was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitting {
    pub at: Timestamp,
    pub place: String,
    pub there: String,
}

/// A step that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub action: Action,
    pub words: Option<String>,
    pub how: Option<How>,
    pub door: Option<Door>,
    pub person: Option<PersonId>,
    pub account: Option<Chosen>,
    pub sitting: Option<Sitting>,
    pub agreement: Option<Agreement>,
    pub day: Option<Date>,
    /// A clause by its number, and how far it is kept.
    pub clause: Option<(i64, Kept)>,
}

impl Act {
    /// A step that nobody types.
    pub const fn plain(action: Action) -> Self {
        Self {
            action,
            words: None,
            how: None,
            door: None,
            person: None,
            account: None,
            sitting: None,
            agreement: None,
            day: None,
            clause: None,
        }
    }
}

impl ActForm {
    /// # Errors
    /// [`AppError::Invalid`] by field; [`AppError::NotFound`] for an action that is none.
    pub fn read(&self) -> Result<Act, AppError> {
        let action: Action = self.action.parse().map_err(|_| AppError::NotFound)?;
        let rule = action.rule();
        let mut errors = FieldErrors::default();
        let words = text::words(&mut errors, "words", &self.words);
        errors.check(
            !rule.wants(Need::Words) || !words.is_empty(),
            "words",
            "请写几句说明。",
        );
        let mut act = Act {
            words: (!words.is_empty()).then_some(words),
            ..Act::plain(action)
        };
        if rule.wants(Need::How) {
            act.how = self.how.parse().ok();
            errors.check(act.how.is_some(), "how", "请选是怎么问的。");
        }
        if rule.wants(Need::Door) {
            act.door = self.door.parse().ok();
            errors.check(act.door.is_some(), "door", "请选接下来该去哪里。");
        }
        if rule.wants(Need::Person) {
            act.person = self.person.trim().parse().ok();
            errors.check(act.person.is_some(), "person", "请选是哪一位。");
        }
        if rule.wants(Need::Account) {
            act.account = self.account(&mut errors);
        }
        if rule.wants(Need::Tick) {
            errors.check(self.tick, "tick", "请勾选确认。");
        }
        if rule.wants(Need::Sitting) {
            act.sitting = self.sitting(&mut errors);
        }
        if rule.wants(Need::Day) {
            act.day = text::day(&mut errors, "on", &self.on);
            errors.check(
                act.day.is_some() || !self.on.trim().is_empty(),
                "on",
                "请填是哪一天。",
            );
        }
        if rule.wants(Need::Clause) {
            let number = self.clause.trim().parse::<i64>().ok();
            errors.check(number.is_some(), "clause", "请选是哪一条。");
            let kept = self.kept.parse::<Kept>().ok();
            errors.check(kept.is_some(), "kept", "请选履行得怎么样。");
            act.clause = number.zip(kept);
        }
        if rule.wants(Need::Agreement) {
            match Agreement::read(&self.facts, &self.duty, &self.clauses, &self.hows, &self.dues) {
                Ok(agreement) => act.agreement = Some(agreement),
                Err(AppError::Invalid(found)) => errors.0.extend(found),
                Err(other) => return Err(other),
            }
        }
        errors.finish()?;
        Ok(act)
    }

    fn account(&self, errors: &mut FieldErrors) -> Option<Chosen> {
        if self.phone.trim().is_empty() {
            let user = self.account.trim().parse::<UserId>().ok();
            errors.check(user.is_some(), "account", "请选一位，或者填手机号。");
            return user.map(Chosen::User);
        }
        match Phone::parse("phone", &self.phone) {
            Ok(phone) => Some(Chosen::Phone(phone)),
            Err(error) => {
                errors.add("phone", error.message());
                None
            }
        }
    }

    fn sitting(&self, errors: &mut FieldErrors) -> Option<Sitting> {
        let at = text::instant(errors, &self.on, &self.time);
        let place = text::line(errors, "place", &self.place);
        errors.check(!place.is_empty(), "place", "请写在哪里调解的。");
        let there = text::words(errors, "there", &self.there);
        errors.check(!there.is_empty(), "there", "请写到场的人。");
        Some(Sitting {
            at: at?,
            place,
            there,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TABLE;

    #[test]
    fn each_action_is_refused_by_field_or_needs_nothing() {
        for rule in TABLE {
            let read = ActForm {
                action: rule.action.code().into(),
                ..ActForm::default()
            }
            .read();
            let typed = rule
                .needs
                .iter()
                .any(|need| !matches!(need, Need::Record | Need::Files));
            assert_eq!(
                read.is_err(),
                typed,
                "{:?}: {:?}",
                rule.action,
                read.map(|act| act.action)
            );
        }
        assert_eq!(
            ActForm {
                action: "decree".into(),
                ..ActForm::default()
            }
            .read(),
            Err(AppError::NotFound)
        );
    }

    #[test]
    fn a_session_has_its_time() {
        let act = ActForm {
            action: "hold".into(),
            words: "双方各让一步".into(),
            on: "2026-11-23".into(),
            time: "14:30".into(),
            place: "社区调解室".into(),
            there: "双方、调解员".into(),
            ..ActForm::default()
        }
        .read()
        .unwrap();
        assert_eq!(act.sitting.unwrap().at.zh(), "2026 年 11 月 23 日 14:30");
    }
}
