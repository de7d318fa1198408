//! What residents tell of themselves and of those who live with them, until a grid worker has checked it.

use serde::{Deserialize, Serialize};
use shared::{AppError, Date, FieldErrors, Timestamp};

use super::{HouseholdId, PersonForm, PersonId, Relation, ResidenceKind};

shared::id! {
    /// Somebody whom a member of a household named.
    EntryId,
}

/// How many of one household wait at most.
pub const MOST_ENTRIES: usize = 12;

/// Somebody whom a member of the household named, masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub name: String,
    pub phone: Option<String>,
    pub born: Option<i64>,
    pub kind: ResidenceKind,
    pub relation: Option<Relation>,
    /// Who wrote it.
    pub by: String,
    /// Who wrote it in their name.
    #[serde(default)]
    pub acted: Option<String>,
    pub at: Timestamp,
    /// Why it was refused, if it was.
    pub refused: Option<String>,
}

impl Entry {
    /// `1950 年生，配偶，常住，138****1234`
    pub fn words(&self) -> String {
        let told = [
            self.born.map(|year| format!("{year} 年生")),
            self.relation.map(|relation| relation.label().to_owned()),
            Some(self.kind.label().to_owned()),
            self.phone.clone(),
        ];
        told.into_iter().flatten().collect::<Vec<_>>().join("，")
    }
}

/// What a member said of themselves that nobody has checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    pub person: PersonId,
    /// Masked.
    pub name: String,
    pub born: Option<i64>,
    pub kind: ResidenceKind,
    pub at: Timestamp,
    /// Who said it in their name.
    #[serde(default)]
    pub acted: Option<String>,
}

/// A household of which something waits to be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToCheck {
    pub household: HouseholdId,
    pub address: String,
    pub grid: String,
    pub waiting: i64,
}

/// Reads what somebody says of a member of the household. Unlike the worker, they know when each of them was born.
///
/// # Errors
/// [`AppError::Invalid`] with a message a field.
pub fn read_entry(
    name: &str,
    born: &str,
    phone: &str,
    kind: &str,
    relation: &str,
    agreed: bool,
    today: Date,
) -> Result<PersonForm, AppError> {
    let mut errors = FieldErrors::default();
    errors.check(
        agreed,
        "agreed",
        "请先告诉本人，本人（未满 14 周岁的由监护人）同意以后再打勾。",
    );
    must_say_born(&mut errors, born);
    finish(
        errors,
        PersonForm::read(true, name, "", born, phone, kind, relation, today),
    )
}

/// Reads what somebody says of themselves that registering did not ask.
///
/// # Errors
/// [`AppError::Invalid`] with a message a field.
pub fn read_stated(born: &str, kind: &str, today: Date) -> Result<PersonForm, AppError> {
    let mut errors = FieldErrors::default();
    must_say_born(&mut errors, born);
    finish(errors, PersonForm::read(false, "", "", born, "", kind, "", today))
}

fn must_say_born(errors: &mut FieldErrors, born: &str) {
    errors.check(!born.trim().is_empty(), "born", "请填出生年份，如 1950。");
}

fn finish(mut errors: FieldErrors, read: Result<PersonForm, AppError>) -> Result<PersonForm, AppError> {
    match read {
        Ok(form) => errors.finish().map(|()| form),
        Err(AppError::Invalid(faults)) => {
            errors.0.extend(faults);
            Err(AppError::Invalid(errors.0))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn every_fault_of_an_entry_is_told_at_once() {
        let error = read_entry("", "", "138", "", "x", false, today()).unwrap_err();
        for field in ["name", "born", "phone", "kind", "relation", "agreed"] {
            assert_eq!(error.for_field(field).count(), 1, "{field}");
        }
        let form = read_entry("王芳", "1950", "", "living", "spouse", true, today()).unwrap();
        assert_eq!(form.born.map(crate::model::Born::year), Some(1950));
        assert_eq!(
            read_entry("王芳", "1950", "", "living", "", false, today())
                .unwrap_err()
                .for_field("agreed")
                .count(),
            1
        );
    }

    #[test]
    fn of_oneself_both_are_to_be_said() {
        let error = read_stated("", "", today()).unwrap_err();
        for field in ["born", "kind"] {
            assert_eq!(error.for_field(field).count(), 1, "{field}");
        }
        let form = read_stated("1950-03-02", "registered", today()).unwrap();
        assert_eq!(form.kind, ResidenceKind::Registered);
        assert_eq!(form.name, None);
    }

    #[test]
    fn an_entry_is_told_in_one_line() {
        let entry = Entry {
            id: EntryId(uuid::Uuid::nil()),
            name: "王*".into(),
            phone: None,
            born: Some(1950),
            kind: ResidenceKind::Living,
            relation: Some(Relation::Spouse),
            by: "李*".into(),
            acted: None,
            at: Timestamp(0),
            refused: None,
        };
        assert_eq!(entry.words(), "1950 年生，配偶，常住");
    }
}
