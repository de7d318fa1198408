//! What a draft is handed in with, and what is said of it.

use shared::{AppError, Date, FieldErrors};

/// What a draft is handed in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub reason: String,
    pub basis: String,
    pub on: Date,
}

/// The longest reason, in characters.
const LONGEST: usize = 200;
/// How far ahead a day may lie.
const FARTHEST: i64 = 731;

impl Proposal {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(reason: &str, basis: &str, on: &str, today: Date) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let (reason, basis) = (reason.trim(), basis.trim());
        errors.check(!reason.is_empty(), "reason", "请写为什么要改，审批的人会看到。");
        errors.check(
            reason.chars().count() <= LONGEST,
            "reason",
            "太长了，最多 200 个字。",
        );
        errors.check(
            basis.chars().count() <= LONGEST,
            "basis",
            "太长了，最多 200 个字。",
        );
        let day: Option<Date> = on.trim().parse().ok();
        match day {
            None => errors.add("on", "请填生效日期，写成 2027-01-01 这样。"),
            Some(day) => {
                errors.check(day >= today, "on", "生效日期不能早于今天。");
                errors.check(day <= today.plus_days(FARTHEST), "on", "生效日期最多在两年以内。");
            }
        }
        errors.finish()?;
        Ok(Self {
            reason: reason.to_owned(),
            basis: basis.to_owned(),
            on: day.unwrap_or(today),
        })
    }
}

/// Words that go with a decision.
///
/// # Errors
/// [`AppError::Invalid`] if there are too many, or none where they are wanted.
pub fn words(text: &str, wanted: bool) -> Result<&str, AppError> {
    let text = text.trim();
    if wanted && text.is_empty() {
        return Err(AppError::invalid("words", "请写明原因，起草的人会看到。"));
    }
    if text.chars().count() > LONGEST {
        return Err(AppError::invalid("words", "太长了，最多 200 个字。"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_says_why_and_from_when() {
        let today: Date = "2026-11-23".parse().unwrap();
        assert!(Proposal::read("拆迁后重划", "", "2026-12-01", today).is_ok());
        let Err(AppError::Invalid(faults)) = Proposal::read(" ", "", "2026-11-22", today) else {
            panic!("refused");
        };
        assert_eq!(
            faults
                .iter()
                .map(|fault| fault.field.as_str())
                .collect::<Vec<_>>(),
            ["reason", "on"]
        );
        assert!(Proposal::read("为什么", "", "明天", today).is_err());
        assert!(Proposal::read("为什么", "", "2099-01-01", today).is_err());
        assert!(
            words("", true).is_err() && words("", false).is_ok() && words(&"字".repeat(201), false).is_err()
        );
    }
}
