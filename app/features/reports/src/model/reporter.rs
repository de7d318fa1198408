//! Who reports: somebody with an account, or without one by a number that was proved, anonymously, or through a program.

use std::{fmt, str::FromStr};

use accounts::model::Phone;
use serde::{Deserialize, Serialize};
use shared::{RecordId, UserId, coded};

coded! {
    /// What stands behind a report.
    Origin {
        /// Also where the account is no more by now.
        Account = "account", "有账号";
        Phone = "phone", "没有账号，手机号已验证";
        Anonymous = "anonymous", "匿名";
        Client = "client", "别的应用转来";
    }
}

/// Who reports something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reporter {
    Account(UserId),
    /// Whoever holds a number: a code that was sent to it came back.
    Phone(Phone),
    /// Nobody knows: whoever holds the tracking code.
    Anonymous,
    /// A program, by the id of its Open311 key.
    Client(RecordId),
    /// Somebody who called 12345 or another platform, by the id of the platform that sent the order.
    Order(RecordId),
}

impl Reporter {
    pub const fn origin(&self) -> Origin {
        match self {
            Self::Account(_) => Origin::Account,
            Self::Phone(_) => Origin::Phone,
            Self::Anonymous => Origin::Anonymous,
            Self::Client(_) | Self::Order(_) => Origin::Client,
        }
    }

    pub const fn account(&self) -> Option<UserId> {
        match self {
            Self::Account(user) => Some(*user),
            _ => None,
        }
    }
}

impl Origin {
    /// Whether its reporter comes back to it with a tracking code.
    pub const fn is_tracked(self) -> bool {
        matches!(self, Self::Phone | Self::Anonymous)
    }

    /// Whether it may be published, if its reporter agrees: somebody whom the operator knows stands behind it.
    pub const fn may_be_public(self) -> bool {
        matches!(self, Self::Account)
    }
}

/// The characters of a tracking code: none is taken for another when it is written down by hand.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// How many it has, in groups of four: there are more codes than could ever be tried.
const LENGTH: usize = 12;
const GROUP: usize = 4;

/// The code with which a reporter without an account opens their matter. `Debug` hides it, so that no log shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tracking(String);

impl Tracking {
    /// The code that a keyed digest, of 64 hexadecimal figures, comes to; nothing from what is none.
    pub fn of_digest(digest: &str) -> Option<Self> {
        let mut number = u128::from_str_radix(digest.get(..32)?, 16).ok()?;
        let mut code = String::with_capacity(LENGTH);
        for _ in 0..LENGTH {
            let at = usize::try_from(number % 31).ok()?;
            code.push(char::from(ALPHABET[at]));
            number /= 31;
        }
        Some(Self(code))
    }

    /// As it is stored and sent: without hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `K7MP-2QXW-9HTR`
impl fmt::Display for Tracking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, c) in self.0.chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Tracking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tracking(…)")
    }
}

impl FromStr for Tracking {
    type Err = ();

    /// As people type it: in small letters, with spaces, hyphens or full-width characters.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut code = String::with_capacity(LENGTH);
        for c in text.chars() {
            let c = match c {
                '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).ok_or(())?,
                c => c,
            };
            if c.is_whitespace() || matches!(c, '-' | '—' | '–' | '_' | '.') {
                continue;
            }
            let c = c.to_ascii_uppercase();
            let known = u8::try_from(c).is_ok_and(|c| ALPHABET.contains(&c));
            if !known || code.len() == LENGTH {
                return Err(());
            }
            code.push(c);
        }
        if code.len() == LENGTH {
            Ok(Self(code))
        } else {
            Err(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    #[test]
    fn a_tracking_code_is_read_as_it_is_shown_and_as_people_type_it() {
        let code = Tracking::of_digest(DIGEST).unwrap();
        let shown = code.to_string();
        assert_eq!(shown.len(), LENGTH + 2);
        let typed = [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            format!("  {}\n", shown.replace('-', "")),
            shown.replace('-', "－"),
            shown.replace('2', "２").replace('A', "Ａ"),
        ];
        for text in typed {
            assert_eq!(text.parse::<Tracking>(), Ok(code.clone()), "{text}");
        }
        assert_eq!(Tracking::of_digest(DIGEST), Some(code.clone()));
        assert_ne!(Tracking::of_digest(&DIGEST.replace("9f86", "9f87")), Some(code));
    }

    #[test]
    fn what_is_no_code_is_none() {
        for text in [
            "",
            "K7MP-2QXW",
            "K7MP-2QXW-9HTR-2",
            "K7MP-2QXW-9HT0",
            "K7MP-2QXW-9HTI",
            "K7MP'2QXW'9HTR",
            "邻里邻里邻里",
        ] {
            assert_eq!(text.parse::<Tracking>(), Err(()), "{text}");
        }
        assert_eq!(Tracking::of_digest(""), None);
        assert_eq!(Tracking::of_digest(&"x".repeat(64)), None);
    }

    #[test]
    fn a_code_does_not_reach_a_log() {
        let code = Tracking::of_digest(DIGEST).unwrap();
        let log = format!("{code:?}");
        assert!(!log.contains(code.as_str()), "{log}");
    }

    #[test]
    fn only_what_an_account_stands_behind_may_be_published() {
        for origin in Origin::ALL {
            assert_eq!(origin.may_be_public(), *origin == Origin::Account);
        }
        assert_eq!(Reporter::Anonymous.origin(), Origin::Anonymous);
        assert_eq!(Reporter::Anonymous.account(), None);
    }
}
