//! Mobile numbers of the mainland.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::AppError;

/// A mobile number of eleven figures, as it is dialled. `Debug` hides its middle, so that no log shows it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people type it: with spaces or hyphens, `+86`, or full-width figures.
    ///
    /// # Errors
    /// [`AppError::Invalid`] on `field` unless eleven figures that begin with 13 to 19 remain.
    pub fn parse(field: &str, text: &str) -> Result<Self, AppError> {
        let digits: String = text
            .chars()
            .filter_map(|c| match c {
                '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
                '＋' => Some('+'),
                c if c.is_whitespace() || matches!(c, '-' | '－' | '(' | ')') => None,
                c => Some(c),
            })
            .collect();
        let digits = digits
            .strip_prefix("+86")
            .or_else(|| digits.strip_prefix("0086"))
            .unwrap_or(&digits);
        let right = digits.len() == 11
            && digits.bytes().all(|b| b.is_ascii_digit())
            && digits.starts_with('1')
            && digits.as_bytes()[1] >= b'3';
        if right {
            Ok(Self(digits.to_owned()))
        } else if text.trim().is_empty() {
            Err(AppError::invalid(field, "请填手机号。"))
        } else {
            Err(AppError::invalid(
                field,
                "手机号应为 11 位数字，请检查是否少填或多填了。",
            ))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `138****1234`
    pub fn masked(&self) -> String {
        shared::mask::phone(&self.0)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_people_type_them() {
        for text in [
            "13812341234",
            " 138 1234 1234 ",
            "+86 138-1234-1234",
            "１３８１２３４１２３４",
            "008613812341234",
        ] {
            assert_eq!(
                Phone::parse("phone", text).unwrap().as_str(),
                "13812341234",
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_mobile_number() {
        for text in [
            "",
            "1381234123",
            "138123412345",
            "12812341234",
            "0512-12345678",
            "1381234123a",
            "13812341２3𝟒",
            "../../etc",
        ] {
            assert!(Phone::parse("phone", text).is_err(), "{text}");
        }
    }

    #[test]
    fn does_not_reach_a_log() {
        assert_eq!(
            format!("{:?}", Phone::parse("phone", "13812341234").unwrap()),
            "138****1234"
        );
    }
}
