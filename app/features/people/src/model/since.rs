//! From which day on something holds.

use shared::{AppError, Date};

/// The day `on` of a form: today if it was left empty; neither in the future nor before `earliest`, since when there is `what`.
///
/// # Errors
/// [`AppError::Invalid`] on `on`.
pub fn since(on: Option<Date>, earliest: Date, today: Date, what: &str) -> Result<Date, AppError> {
    let on = on.unwrap_or(today);
    if on > today {
        return Err(AppError::invalid("on", "日期不能晚于今天。"));
    }
    if on < earliest {
        let words = format!("{what}从 {} 起，请填那天或以后的日期。", earliest.zh());
        return Err(AppError::invalid("on", words));
    }
    Ok(on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_between_the_beginning_and_today() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let (first, today) = (day("2026-03-01"), day("2026-11-23"));
        let read = |on: Option<&str>| since(on.map(day), first, today, "这一户的登记");
        assert_eq!(read(None), Ok(today));
        assert_eq!(read(Some("2026-03-01")), Ok(first));
        for wrong in ["2026-02-28", "2026-11-24"] {
            assert_eq!(read(Some(wrong)).unwrap_err().for_field("on").count(), 1);
        }
        // What begins today may begin today.
        assert_eq!(since(None, today, today, ""), Ok(today));
    }
}
