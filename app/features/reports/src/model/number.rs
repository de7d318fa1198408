//! The number of a matter: from the gap-free yearly counter of the community, or of the unit that it was reported to.

use std::{fmt, str::FromStr};

use orgs::model::Code;
use serde::{Deserialize, Serialize};

/// `320581001001-2026-0012`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    pub unit: Code,
    pub year: i64,
    pub number: i64,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.unit, self.year, self.number)
    }
}

impl FromStr for Number {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.trim().split('-');
        let number = Self {
            unit: parts.next().and_then(|unit| unit.parse().ok()).ok_or(())?,
            year: parts.next().and_then(|year| year.parse().ok()).ok_or(())?,
            number: parts.next().and_then(|number| number.parse().ok()).ok_or(())?,
        };
        if parts.next().is_some() {
            Err(())
        } else {
            Ok(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let text = "320581001001-2026-0012";
        let number: Number = text.parse().unwrap();
        assert_eq!((number.year, number.number), (2026, 12));
        assert_eq!(number.to_string(), text);
        for none in ["", "x-2026-1", "320581001001-2026", "320581001001-2026-1-2"] {
            assert!(none.parse::<Number>().is_err(), "{none}");
        }
    }
}
