//! Identity numbers (GB 11643): 17 figures and a check character.

use std::fmt;

use shared::Date;

use super::{Sex, born::check_birthday};

/// An identity number. `Debug` hides its middle, so that no log shows it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber(String);

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

impl IdentityNumber {
    /// Reads a number of a real person.
    ///
    /// # Errors
    /// A sentence for its field.
    pub fn read(text: &str, today: Date) -> Result<Self, &'static str> {
        let number = Self::shaped(text, today)?;
        if number.is_right() {
            Ok(number)
        } else {
            Err("身份证号的最后一位对不上，请核对。")
        }
    }

    /// Takes a number that was made up: one whose check character is wrong, so that it can be nobody's.
    ///
    /// # Errors
    /// A sentence, also if the number could be somebody's.
    pub fn invented(text: &str, today: Date) -> Result<Self, &'static str> {
        let number = Self::shaped(text, today)?;
        if number.is_right() {
            Err("编造的身份证号校验位必须是错的，这个号码可能属于真人。")
        } else {
            Ok(number)
        }
    }

    fn shaped(text: &str, today: Date) -> Result<Self, &'static str> {
        let number: String = text
            .chars()
            .map(super::numeral::narrow)
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .collect();
        let bytes = number.as_bytes();
        let shaped = bytes.len() == 18
            && bytes[..17].iter().all(u8::is_ascii_digit)
            && (bytes[17].is_ascii_digit() || bytes[17] == b'X')
            && bytes[0] != b'0';
        if !shaped {
            return Err("身份证号应为 18 位，最后一位可以是 X。");
        }
        let number = Self(number);
        let birthday = number.birthday().ok_or("身份证号里的出生日期不对，请核对。")?;
        check_birthday(birthday, today)?;
        Ok(number)
    }

    fn is_right(&self) -> bool {
        self.0.as_bytes()[17] == check_of(&self.0.as_bytes()[..17])
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn birthday(&self) -> Option<Date> {
        let part = |from: usize, to: usize| self.0[from..to].parse::<i16>().ok();
        Date::new(
            part(6, 10)?,
            i8::try_from(part(10, 12)?).ok()?,
            i8::try_from(part(12, 14)?).ok()?,
        )
    }

    pub fn sex(&self) -> Sex {
        if self.0.as_bytes()[16] % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// `320581********0024`
    pub fn masked(&self) -> String {
        shared::mask::identity_number(&self.0)
    }
}

/// The check character that belongs to the first 17 figures.
pub fn check_of(figures: &[u8]) -> u8 {
    let sum: u32 = figures
        .iter()
        .zip(WEIGHTS)
        .map(|(figure, weight)| u32::from(figure - b'0') * weight)
        .sum();
    CHECKS[(sum % 11) as usize]
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-23".parse().unwrap()
    }

    /// The example of the standard.
    const RIGHT: &str = "11010519491231002X";

    #[test]
    fn takes_what_its_check_character_confirms() {
        let number = IdentityNumber::read(" 11010519491231002x ", today()).unwrap();
        assert_eq!(number.as_str(), RIGHT);
        assert_eq!(number.birthday().unwrap().to_string(), "1949-12-31");
        assert_eq!(number.sex(), Sex::Female);
        assert_eq!(format!("{number:?}"), "110105********002X");
        assert!(IdentityNumber::read("１１０１０５１９４９１２３１００２Ｘ", today()).is_ok());
    }

    #[test]
    fn refuses_what_is_wrong() {
        for text in [
            "",
            "110105194912310021",
            "11010519491231002",
            "110105194913310020",
            "11010520901231002X",
            "01010519491231002X",
            "1101051949123100XX",
            "110105188912310020",
        ] {
            assert!(IdentityNumber::read(text, today()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_invented_must_be_nobodys() {
        assert!(IdentityNumber::invented("110105194912310021", today()).is_ok());
        assert!(IdentityNumber::invented(RIGHT, today()).is_err());
    }
}
