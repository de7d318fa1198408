//! What both sides agreed on: facts, who answers for what, and numbered clauses, each with how and until when it is kept.

use serde::{Deserialize, Serialize};
use shared::{AppError, Date, FieldErrors};

use super::text;

/// How many clauses an agreement has at most.
pub const CLAUSES: usize = 8;
/// For so many days after it came into force both sides may ask the court together to confirm it.
pub const COURT_DAYS: i64 = 30;

/// A clause; its number is its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    pub words: String,
    /// Money on the table, by transfer, by deed.
    pub how: String,
    pub due: Option<Date>,
}

/// An agreement, sealed as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// What happened and what they disagreed on.
    pub facts: String,
    /// Which side answers for what; there may be nothing to say.
    pub duty: String,
    pub clauses: Vec<Clause>,
}

impl Agreement {
    /// Reads one as it was typed: lists, a place for each clause; one without words is none.
    ///
    /// # Errors
    /// [`AppError::Invalid`] by field.
    pub fn read(
        facts: &str,
        duty: &str,
        words: &[String],
        hows: &[String],
        dues: &[String],
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let facts = text::words(&mut errors, "facts", facts);
        errors.check(!facts.is_empty(), "facts", "请写明纠纷的主要事实和争议的事项。");
        let duty = text::words(&mut errors, "duty", duty);
        let at = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
        let mut clauses = Vec::new();
        for place in 0..words.len().min(CLAUSES) {
            let said = text::some(
                &mut errors,
                &format!("clauses[{place}]"),
                &at(words, place),
                text::CLAUSE,
            );
            let how = text::line(&mut errors, &format!("hows[{place}]"), &at(hows, place));
            let due = text::day(&mut errors, &format!("dues[{place}]"), &at(dues, place));
            if said.is_empty() {
                errors.check(
                    how.is_empty() && due.is_none(),
                    &format!("clauses[{place}]"),
                    "这一条写了怎么履行，还没有写内容。",
                );
            } else {
                clauses.push(Clause {
                    words: said,
                    how,
                    due,
                });
            }
        }
        errors.check(!clauses.is_empty(), "clauses[0]", "请至少写一条协议内容。");
        errors.finish()?;
        Ok(Self { facts, duty, clauses })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(of: &[&str]) -> Vec<String> {
        of.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn clauses_are_those_with_words_in_their_order() {
        let read = Agreement::read(
            "楼上渗水，泡坏了楼下的天花板",
            "",
            &list(&["乙方修好水管", "", "乙方赔偿 800 元"]),
            &list(&["请人上门修", "", "转账"]),
            &list(&["2026-12-10", "", ""]),
        )
        .unwrap();
        assert_eq!(read.clauses.len(), 2);
        assert_eq!(read.clauses[1].how, "转账");
        assert_eq!(read.clauses[0].due, "2026-12-10".parse().ok());
    }

    #[test]
    fn what_is_missing_is_told_beside_its_field() {
        let Err(AppError::Invalid(errors)) = Agreement::read(
            "",
            "",
            &list(&["", ""]),
            &list(&["", "转账"]),
            &list(&["下周", ""]),
        ) else {
            panic!("it was taken");
        };
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["facts", "dues[0]", "clauses[1]", "clauses[0]"]);
    }
}
