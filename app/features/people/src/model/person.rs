//! Persons as they are filled in.

use accounts::model::{Phone, check_name};
use shared::{AppError, Date, FieldErrors, coded};

use super::{Born, IdentityNumber};

coded! {
    Sex {
        Male = "male", "男";
        Female = "female", "女";
    }

    /// How somebody belongs to a household.
    ResidenceKind {
        /// Registered (户籍) and living here.
        Registered = "registered", "户籍常住";
        /// Living here, registered elsewhere.
        Living = "living", "常住";
        /// For less than half a year, or as a lodger for a while.
        Temporary = "temporary", "暂住";
        /// Registered here, living elsewhere (人户分离).
        Away = "away", "户籍不住";
    }

    /// What somebody is to the household's representative.
    Relation {
        Oneself = "self", "本人";
        Spouse = "spouse", "配偶";
        Child = "child", "子女";
        Parent = "parent", "父母";
        Grandchild = "grandchild", "孙辈";
        Sibling = "sibling", "兄弟姐妹";
        Other = "other", "其他";
    }

    /// Why somebody belongs to a household no longer.
    Leaving {
        Moved = "moved", "搬走";
        Died = "died", "去世";
        Mistake = "mistake", "登记有误";
    }

    /// What a form about somebody new means by one of the same name and number who is noted elsewhere.
    Elsewhere {
        Move = "move", "就是这个人，搬到这里来";
        Another = "another", "是另一个人，另外登记";
    }

    /// What care somebody asked for. Sensitive: held with a consent of its own.
    Care {
        Call = "call", "定期电话问候";
        Visit = "visit", "上门看望";
        Meal = "meal", "助餐";
        Errand = "errand", "代办代购";
        Wheelchair = "wheelchair", "行动不便，出门要人帮";
        Hearing = "hearing", "听不清，请当面说";
        Other = "other", "其他";
    }

    /// A party member's standing.
    Standing {
        Full = "full", "正式党员";
        Probationary = "probationary", "预备党员";
    }
}

impl ResidenceKind {
    /// Whether somebody of this kind is counted among the residents of the place when they meet and decide.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Registered | Self::Living)
    }

    /// Whether somebody of this kind lives here.
    pub const fn lives_here(self) -> bool {
        !matches!(self, Self::Away)
    }
}

/// A field that may be left empty.
///
/// # Errors
/// [`AppError::Invalid`] on `field`.
pub fn phone_or_none(field: &str, text: &str) -> Result<Option<Phone>, AppError> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        Phone::parse(field, text).map(Some)
    }
}

/// Up to 200 characters that somebody wrote.
///
/// # Errors
/// [`AppError::Invalid`] on `field` if there are none, or too many.
pub fn check_words(field: &str, text: &str) -> Result<String, AppError> {
    let words = text.trim();
    if words.is_empty() {
        return Err(AppError::invalid(field, "请写一句话。"));
    }
    if words.chars().count() > 200 || words.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err(AppError::invalid(field, "最多写 200 个字。"));
    }
    Ok(words.to_owned())
}

/// A person as a form has it. What is `None` was left empty; for one who is there already that means: as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonForm {
    pub name: Option<String>,
    pub sex: Option<Sex>,
    pub born: Option<Born>,
    pub phone: Option<Phone>,
    pub kind: ResidenceKind,
    pub relation: Option<Relation>,
}

impl PersonForm {
    /// Reads a form about somebody new, who needs a name, or about somebody who is there already.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(
        new: bool,
        name: &str,
        sex: &str,
        born: &str,
        phone: &str,
        kind: &str,
        relation: &str,
        today: Date,
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let mut note = |result: Result<(), AppError>| {
            if let Err(AppError::Invalid(faults)) = result {
                errors.0.extend(faults);
            }
        };
        let name = if name.trim().is_empty() && !new {
            None
        } else {
            let read = check_name("name", name);
            note(read.as_ref().map(drop).map_err(Clone::clone));
            read.ok()
        };
        let phone = phone_or_none("phone", phone);
        note(phone.as_ref().map(drop).map_err(Clone::clone));
        let sex_read = Sex::told(sex.trim());
        errors.check(
            sex_read.is_some() || sex.trim().is_empty(),
            "sex",
            "请从列表里选一项。",
        );
        let born_read = if born.trim().is_empty() {
            None
        } else {
            match Born::read(born, today) {
                Ok(born) => Some(born),
                Err(fault) => {
                    errors.add("born", fault);
                    None
                }
            }
        };
        let kind_read = ResidenceKind::told(kind.trim());
        errors.check(kind_read.is_some(), "kind", "请选居住情况。");
        let relation_read = Relation::told(relation.trim());
        errors.check(
            relation_read.is_some() || relation.trim().is_empty(),
            "relation",
            "请从列表里选一项。",
        );
        errors.finish()?;
        Ok(Self {
            name,
            sex: sex_read,
            born: born_read,
            phone: phone.unwrap_or_default(),
            kind: kind_read.unwrap_or(ResidenceKind::Living),
            relation: relation_read,
        })
    }
}

/// A number by which somebody is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    Phone(Phone),
    Identity(IdentityNumber),
}

impl Number {
    /// # Errors
    /// [`AppError::Invalid`] on `number`.
    fn read(text: &str, today: Date) -> Result<Self, AppError> {
        // A phone number has 11 figures, with the country's 15.
        if text.chars().filter(|c| c.is_alphanumeric()).count() > 15 {
            return IdentityNumber::read(text, today)
                .map(Self::Identity)
                .map_err(|fault| AppError::invalid("number", fault));
        }
        Phone::parse("number", text).map(Self::Phone)
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.as_str(),
            Self::Identity(number) => number.as_str(),
        }
    }
}

/// Somebody who is noted elsewhere and comes to a household, as a form names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveForm {
    pub name: String,
    pub number: Number,
    pub kind: ResidenceKind,
    pub relation: Option<Relation>,
}

impl MoveForm {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(name: &str, number: &str, kind: &str, relation: &str, today: Date) -> Result<Self, AppError> {
        let person = PersonForm::read(true, name, "", "", "", kind, relation, today);
        match (person, Number::read(number, today)) {
            (Ok(person), Ok(number)) => Ok(Self {
                name: person.name.unwrap_or_default(),
                number,
                kind: person.kind,
                relation: person.relation,
            }),
            (Err(AppError::Invalid(mut faults)), Err(AppError::Invalid(more))) => {
                faults.extend(more);
                Err(AppError::Invalid(faults))
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn a_form_names_every_fault() {
        let error = PersonForm::read(true, "张3", "?", "2090", "138", "", "x", today()).unwrap_err();
        for field in ["name", "sex", "born", "phone", "kind", "relation"] {
            assert_eq!(error.for_field(field).count(), 1, "{field}");
        }
        let form =
            PersonForm::read(true, " 王芳 ", "女", "1950", "138 1234 1234", "常住", "", today()).unwrap();
        assert_eq!(form.name.as_deref(), Some("王芳"));
        assert_eq!(form.kind, ResidenceKind::Living);
        assert!(PersonForm::read(true, "", "", "", "", "living", "", today()).is_err());
        assert!(PersonForm::read(false, "", "", "", "", "living", "", today()).is_ok());
    }

    #[test]
    fn who_moves_is_named_with_either_number() {
        let read = |number: &str| MoveForm::read("王芳", number, "living", "", today());
        assert_eq!(read("138 1234 0001").unwrap().number.as_str(), "13812340001");
        assert!(matches!(
            read("11010519491231002x").unwrap().number,
            Number::Identity(_)
        ));
        assert_eq!(
            read("110105194912310021")
                .unwrap_err()
                .for_field("number")
                .count(),
            1
        );
        let error = MoveForm::read("", "138", "?", "", today()).unwrap_err();
        for field in ["name", "number", "kind"] {
            assert_eq!(error.for_field(field).count(), 1, "{field}");
        }
    }

    #[test]
    fn who_is_counted_lives_here() {
        for kind in ResidenceKind::ALL {
            assert!(!kind.is_counted() || kind.lives_here());
        }
    }
}
