//! A form whose sending takes long: how far it is, and a way out of it.
//!
//! Without script the browser sends the form and follows where the answer leads. With script the same address is asked
//! for lines ([`LINES`]): one for each phase that the server enters, and a last one with the outcome. The connection
//! carries all of it, so any server may answer; closing it ends the work, and what was not committed never was.

mod form;
mod request;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::AppError;

pub use form::SendForm;

/// The media type by which a sender asks for lines: one JSON value each.
pub const LINES: &str = "application/x-ndjson";

/// What the server is doing with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Read,
    Check,
    Compare,
    Write,
}

impl Phase {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Read => "正在读取",
            Self::Check => "正在校验",
            Self::Compare => "正在与现有的比较",
            Self::Write => "正在写入",
        }
    }
}

/// Where a form leads, and what that page will show, so that it need not be worked out twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    pub to: String,
    pub shown: serde_json::Value,
}

impl Done {
    pub fn to(address: impl Into<String>) -> Self {
        Self {
            to: address.into(),
            shown: serde_json::Value::Null,
        }
    }
}

/// Goes where the answer leads as after any other form: the page is loaded anew.
pub fn follow() -> Callback<Done> {
    Callback::new(|done: Done| {
        // An address of this site.
        _ = window().location().set_href(&done.to);
    })
}

/// One line of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    At(Phase),
    Done(Done),
    Failed(AppError),
}

/// Takes whole lines out of an answer that is still growing.
#[derive(Clone, Copy, Debug, Default)]
struct Reader {
    /// Bytes that were read before.
    read: usize,
}

impl Reader {
    /// The lines that have come since the last call. What cannot be read is left out: no answer of ours.
    fn lines(&mut self, text: &str) -> Vec<Line> {
        let fresh = text.get(self.read..).unwrap_or_default();
        let whole = fresh.rfind('\n').map_or(0, |end| end + 1);
        self.read += whole;
        fresh[..whole]
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }
}

/// What an answer without a last line means.
fn failure(status: u16) -> AppError {
    match status {
        401 => AppError::Unauthenticated,
        403 => AppError::Forbidden,
        404 => AppError::NotFound,
        413 => AppError::TooLarge,
        429 => AppError::TooManyRequests { retry_after_s: 5 },
        _ => AppError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_as_they_become_whole() {
        let told = [
            Line::At(Phase::Read),
            Line::At(Phase::Check),
            Line::Done(Done::to("/here?id=1")),
        ];
        let text: String = told
            .iter()
            .map(|line| serde_json::to_string(line).unwrap() + "\n")
            .collect();
        let mut reader = Reader::default();
        let heard: Vec<Line> = (0..=text.len())
            .flat_map(|end| reader.lines(&text[..end]))
            .collect();
        assert_eq!(heard, told);
        assert_eq!(Reader::default().lines("<!doctype html>\n"), []);
    }

    #[test]
    fn an_answer_that_breaks_off_is_no_success() {
        assert_eq!(failure(200), AppError::Unavailable);
        assert_eq!(failure(0), AppError::Unavailable);
        assert_eq!(failure(413), AppError::TooLarge);
    }
}
