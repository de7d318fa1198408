//! Programs that report by Open311, as those who give them keys see them.

use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, FieldErrors, Page, RecordId, Timestamp};

use super::{Unit, text};

/// The longest name of a program, in characters.
const LABEL: usize = 40;
/// The most reports in a day that a key is given for, and what is offered.
const MOST: i64 = 5_000;
pub const PER_DAY: i64 = 200;

/// A program as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientForm {
    pub label: String,
    /// The code of the unit at and below which it reports.
    pub node: String,
    pub per_day: String,
}

/// A program that was checked, but for whether its unit is the giver's to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClient {
    pub label: String,
    pub node: Code,
    pub per_day: i64,
}

impl ClientForm {
    /// # Errors
    /// [`AppError::Invalid`] by field: `label`, `node`, `per_day`.
    pub fn read(&self) -> Result<NewClient, AppError> {
        let mut errors = FieldErrors::default();
        let label = text::line(&mut errors, "label", &self.label, LABEL);
        errors.check(!label.is_empty(), "label", "请写是哪个单位的什么应用。");
        let node = self.node.trim().parse::<Code>().ok();
        errors.check(node.is_some(), "node", "请填单位的代码。");
        let per_day = self
            .per_day
            .trim()
            .parse::<i64>()
            .ok()
            .filter(|n| (1..=MOST).contains(n));
        errors.check(per_day.is_some(), "per_day", "请填一天最多报几件，1 到 5000。");
        errors.finish()?;
        match (node, per_day) {
            (Some(node), Some(per_day)) => Ok(NewClient { label, node, per_day }),
            _ => Err(AppError::invalid("node", "请填单位的代码。")),
        }
    }
}

/// A program with a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    pub id: RecordId,
    pub label: String,
    /// Where it reports: at and below.
    pub unit: Unit,
    /// The end of its key.
    pub key_end: String,
    pub per_day: i64,
    pub created: Timestamp,
    /// The day on which it last came.
    pub seen: Option<Date>,
    pub revoked: Option<Timestamp>,
    /// How many matters came through it.
    pub matters: i64,
}

/// All programs where the viewer gives keys, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientsPage {
    pub rows: Page<ClientRow>,
}

/// A key that was just made: it is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    pub label: String,
    pub key: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(label: &str, node: &str, per_day: &str) -> ClientForm {
        ClientForm {
            label: label.into(),
            node: node.into(),
            per_day: per_day.into(),
        }
    }

    #[test]
    fn a_key_is_for_a_named_program_a_unit_and_a_number_of_reports() {
        let well = form(" 随手拍 ", "320581", "200").read().unwrap();
        assert_eq!((well.label.as_str(), well.per_day), ("随手拍", 200));
        for (label, node, per_day) in [
            ("", "320581", "200"),
            ("随手拍", "常熟", "200"),
            ("随手拍", "320581", "0"),
            ("随手拍", "320581", "1000000"),
            ("随手拍", "320581", "许多"),
        ] {
            let errors = form(label, node, per_day).read();
            assert_eq!(
                errors.map_err(|e| e.status()),
                Err(422),
                "{label} {node} {per_day}"
            );
        }
    }

    #[test]
    fn a_key_does_not_reach_a_log() {
        let key = NewKey {
            label: "随手拍".into(),
            key: "geheim".into(),
        };
        assert!(!format!("{key:?}").contains("geheim"));
    }
}
