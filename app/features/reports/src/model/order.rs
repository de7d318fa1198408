//! Orders of 12345 and of the superior grid platform: as they come by file or through the port, checked once, and as they go back.

use std::collections::BTreeMap;

use accounts::model::Phone;
use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, FieldErrors, RecordId, Timestamp};

use super::{Category, Kind, NewReport, State, Unit, open311::moment, text};

/// The longest number that a platform gives, and the longest line of an order, in characters.
const NUMBER: usize = 64;
const LINE: usize = 80;
const LABEL: usize = 40;
/// The most rows of a file.
pub const ORDERS: usize = 2_000;
/// How many lines of a trial are shown.
pub const SHOWN: usize = 100;
/// A limit lies no farther off.
const FAR: i64 = 366 * Timestamp::DAY;
/// Where what belongs to no category goes.
const OTHER: &str = "other";
/// By how much the day of Shanghai begins before that of UTC.
const ZONE: &str = "+08:00";

/// An order as it comes: every field a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    pub number: String,
    /// A kind's code or name; what is none is a problem.
    pub kind: String,
    /// A category's code or name; what is none goes to 其他.
    pub category: String,
    pub words: String,
    /// The code of the community or grid, if the platform knows it.
    pub node: String,
    /// Longitude and latitude.
    pub at: String,
    pub address: String,
    pub name: String,
    pub phone: String,
    pub urgent: bool,
    /// `2026-11-30T17:30:00+08:00`, `2026-11-30 17:30` in Shanghai, or a day, which counts to its end.
    pub due: String,
}

/// Who called, kept sealed beside the matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Caller {
    pub name: String,
    /// As the platform has it: also the number of a house.
    pub phone: String,
}

/// An order that was checked, but for where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub number: String,
    pub caller: Caller,
    pub due: Option<Timestamp>,
    /// The code that it names, if any.
    pub node: Option<Code>,
    /// The report that it becomes.
    pub report: NewReport,
}

impl OrderForm {
    /// # Errors
    /// [`AppError::Invalid`] by field, in the names of the port.
    pub fn read(&self, categories: &[Category], now: Timestamp) -> Result<Order, AppError> {
        let mut errors = FieldErrors::default();
        let number = text::line(&mut errors, "number", &self.number, NUMBER);
        errors.check(!number.is_empty(), "number", "没有工单编号。");
        let plain = |c: char| c.is_alphanumeric() || "-_.()（）〔〕[]号".contains(c);
        errors.check(
            number.chars().all(plain),
            "number",
            "工单编号里只能有文字、数字和连字符。",
        );
        let words = text::words(&mut errors, "words", &self.words, super::WORDS);
        errors.check(!words.is_empty(), "words", "没有诉求内容。");
        let node = self.node.trim().parse::<Code>().ok();
        errors.check(
            node.is_some() || self.node.trim().is_empty(),
            "node",
            "社区或者网格的代码不对。",
        );
        errors.check(
            self.at.trim().is_empty() || text::place(self.at.trim()).is_some(),
            "at",
            "经度和纬度不在国内。",
        );
        let address = text::line(&mut errors, "address", &self.address, LINE);
        let name = text::line(&mut errors, "name", &self.name, LABEL);
        let phone = text::line(&mut errors, "phone", &self.phone, LABEL);
        let due = if self.due.trim().is_empty() {
            None
        } else {
            let due = instant(&self.due).filter(|due| due.0 < now.0 + FAR);
            errors.check(
                due.is_some(),
                "due",
                "办理时限读不出来，应如 2026-11-30 17:30，且在一年以内。",
            );
            due
        };
        errors.finish()?;
        let category = category(&self.category, categories);
        let report = NewReport {
            kind: kind(&self.kind).code().to_owned(),
            category,
            words,
            at: self.at.trim().to_owned(),
            address,
            // Only a mobile number is one at which the house calls and writes.
            phone: Phone::parse("phone", &phone)
                .map_or_else(|_| String::new(), |phone| phone.as_str().to_owned()),
            urgent: self.urgent,
            answers: BTreeMap::new(),
            ..NewReport::default()
        };
        Ok(Order {
            number,
            caller: Caller { name, phone },
            due,
            node,
            report,
        })
    }
}

/// A kind by its code or by the words that platforms have for it.
fn kind(said: &str) -> Kind {
    let said = said.trim();
    let known = Kind::ALL
        .iter()
        .copied()
        .find(|kind| kind.code() == said || (!said.is_empty() && said.contains(kind.label())));
    known.unwrap_or(if said.contains("举报") {
        Kind::Complaint
    } else {
        Kind::Problem
    })
}

/// A category that is offered and asks nothing that an order cannot answer, by its code, its name or a word for it.
fn category(said: &str, categories: &[Category]) -> String {
    let said = said.trim();
    let named = |one: &&Category| {
        one.code == said || one.label == said || one.aliases.iter().any(|alias| alias == said)
    };
    let found = categories.iter().filter(|one| one.offered).find(named);
    let takes = |one: &&Category| one.questions.iter().all(|question| !question.required);
    found
        .filter(takes)
        .map_or_else(|| OTHER.to_owned(), |one| one.code.clone())
}

/// An instant as platforms write it; without a zone it is Shanghai's, and a day alone counts to its end.
fn instant(said: &str) -> Option<Timestamp> {
    let said = said.trim().replace('/', "-");
    if let Ok(day) = said.parse::<Date>() {
        return Some(day.plus_days(1).start().plus(-Timestamp::MINUTE));
    }
    let (day, time) = said.split_once([' ', 'T'])?;
    let time = time.trim();
    if time.contains(['Z', 'z', '+', '-']) {
        return moment(&format!("{day}T{time}"));
    }
    moment(&format!("{day}T{time}{ZONE}"))
}

/// What came of an order that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// It is a matter now.
    New,
    /// It came before, with other words or another limit.
    Updated,
    /// It came before, just so.
    Same,
    /// What it is about has ended: nothing was changed.
    Ended,
}

impl Came {
    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "新的",
            Self::Updated => "内容有变化，补充到在办的事里",
            Self::Same => "没有变化",
            Self::Ended => "已经办结，不改动",
        }
    }
}

/// A platform as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformForm {
    pub label: String,
    pub node: String,
}

impl PlatformForm {
    /// # Errors
    /// [`AppError::Invalid`] by field: `label`, `node`.
    pub fn read(&self) -> Result<(String, Code), AppError> {
        let mut errors = FieldErrors::default();
        let label = text::line(&mut errors, "label", &self.label, LABEL);
        errors.check(!label.is_empty(), "label", "请写是哪个平台。");
        let node = self.node.trim().parse::<Code>().ok();
        errors.check(node.is_some(), "node", "请填单位的代码。");
        errors.finish()?;
        node.map(|node| (label, node))
            .ok_or_else(|| AppError::invalid("node", "请填单位的代码。"))
    }
}

/// A platform with its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformRow {
    pub id: RecordId,
    pub label: String,
    pub unit: Unit,
    pub created: Timestamp,
    pub seen: Option<Date>,
    pub revoked: Option<Timestamp>,
    pub orders: i64,
}

/// A key that was just made: it is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPlatformKey {
    pub label: String,
    pub id: RecordId,
    pub key: String,
}

impl std::fmt::Debug for NewPlatformKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPlatformKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// How an order stands, as it goes back. Whose it is is not in it: the platform knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderState {
    pub id: RecordId,
    pub number: String,
    pub platform: String,
    /// Of the matter: its number, and the code of its page.
    pub matter: String,
    pub code: String,
    pub category: String,
    pub place: String,
    /// Who has it.
    pub unit: String,
    pub received: Timestamp,
    pub due: Option<Timestamp>,
    pub state: State,
    /// A unit gave it back to the street, which has not said yet who has it.
    pub returned: bool,
    pub result: Option<String>,
    pub answered: Option<Timestamp>,
    /// What was heard when the reporter was asked.
    pub checked: Option<String>,
    pub rating: Option<String>,
    /// Why it is not taken, and where it belongs: a wrong order.
    pub refused: Option<String>,
    pub ended: Option<Timestamp>,
    pub given: Option<Timestamp>,
}

/// Orders where the viewer handles matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersPage {
    /// Only those that are to be given back.
    pub back: bool,
    pub rows: Vec<OrderState>,
    pub next: Option<String>,
    /// Platforms whose files may be imported.
    pub platforms: Vec<(RecordId, String)>,
}

/// What is wrong with a line of a file, or what would come of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    pub line: u64,
    pub number: String,
    pub said: String,
}

/// What a file would do, or has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPreview {
    pub id: RecordId,
    pub file_name: String,
    pub platform: String,
    pub applied: Option<Timestamp>,
    pub new: usize,
    pub updated: usize,
    pub same: usize,
    pub ended: usize,
    pub faults: Vec<OrderLine>,
    pub lines: Vec<OrderLine>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::built_in;

    fn form() -> OrderForm {
        OrderForm {
            number: "JS20261130-0001".into(),
            kind: "投诉类".into(),
            category: "停车".into(),
            words: "消防通道停满了车".into(),
            phone: "0512-52345678".into(),
            due: "2026-12-04 17:30".into(),
            ..OrderForm::default()
        }
    }

    #[test]
    fn an_order_becomes_a_report_with_its_own_limit() {
        let now: Timestamp = "2026-11-30".parse::<Date>().unwrap().start();
        let order = form().read(&built_in(), now).unwrap();
        assert_eq!(order.report.kind, "complaint");
        assert_eq!(order.due.unwrap().zh(), "2026 年 12 月 4 日 17:30");
        assert!(order.report.phone.is_empty() && order.caller.phone.starts_with("0512"));
        let day = OrderForm {
            due: "2026/12/04".into(),
            ..form()
        };
        assert_eq!(
            day.read(&built_in(), now).unwrap().due.unwrap().zh_time(),
            "23:59"
        );
    }

    #[test]
    fn what_an_order_lacks_is_told_by_field() {
        let now: Timestamp = "2026-11-30".parse::<Date>().unwrap().start();
        for wrong in [
            OrderForm {
                number: String::new(),
                ..form()
            },
            OrderForm {
                number: "a\nb".into(),
                ..form()
            },
            OrderForm {
                words: " ".into(),
                ..form()
            },
            OrderForm {
                due: "下周".into(),
                ..form()
            },
            OrderForm {
                due: "2036-01-01".into(),
                ..form()
            },
            OrderForm {
                node: "常熟".into(),
                ..form()
            },
            OrderForm {
                at: "-160.0,10.0".into(),
                ..form()
            },
        ] {
            assert_eq!(
                wrong.read(&built_in(), now).map_err(|error| error.status()),
                Err(422),
                "{wrong:?}"
            );
        }
    }
}
