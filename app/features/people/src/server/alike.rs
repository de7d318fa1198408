//! By what somebody of a household is known again: in a line of a file, or in a second record.

use crate::model::PersonId;

/// What is compared; numbers by their blind index.
#[derive(Clone, Copy, Debug)]
pub struct Marks<'a> {
    pub name: &'a str,
    pub birth_year: Option<i64>,
    pub phone: Option<&'a str>,
    pub identity: Option<&'a str>,
}

impl Marks<'_> {
    /// Whether both may mean the same person, where they live in one household.
    pub fn may_be(self, other: Marks<'_>) -> bool {
        if let (Some(one), Some(another)) = (self.identity, other.identity) {
            return one == another;
        }
        if self.name != other.name {
            return false;
        }
        let years = self.birth_year.zip(other.birth_year);
        years.is_none_or(|(one, another)| one == another)
            || (self.phone.is_some() && self.phone == other.phone)
    }
}

/// Somebody with their marks, as they are stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Marked {
    pub id: PersonId,
    name: String,
    birth_year: Option<i64>,
    phone_blind: Option<String>,
    identity_blind: Option<String>,
}

impl Marked {
    pub fn marks(&self) -> Marks<'_> {
        Marks {
            name: &self.name,
            birth_year: self.birth_year,
            phone: self.phone_blind.as_deref(),
            identity: self.identity_blind.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Marks<'static> = Marks {
        name: "王芳",
        birth_year: Some(1950),
        phone: Some("p1"),
        identity: None,
    };

    #[test]
    fn the_same_name_is_the_same_person_unless_something_tells_them_apart() {
        let unknown = Marks {
            birth_year: None,
            phone: None,
            ..MARKS
        };
        let younger = Marks {
            birth_year: Some(1980),
            ..MARKS
        };
        assert!(MARKS.may_be(unknown) && unknown.may_be(unknown));
        assert!(MARKS.may_be(younger), "by the phone number");
        assert!(!MARKS.may_be(Marks {
            phone: Some("p2"),
            ..younger
        }));
        assert!(!MARKS.may_be(Marks {
            name: "王方",
            ..MARKS
        }));
    }

    #[test]
    fn an_identity_number_decides_where_both_have_one() {
        let one = Marks {
            identity: Some("i1"),
            ..MARKS
        };
        assert!(one.may_be(Marks {
            name: "王方", ..one
        }));
        assert!(!one.may_be(Marks {
            identity: Some("i2"),
            ..one
        }));
        assert!(one.may_be(MARKS));
    }
}
