//! Which roles one person may hold, and when.

use shared::{AppError, Date, Role};

/// A role from a date to a date (`None`: open).
pub type Held = (Role, Date, Option<Date>);

/// The first of `held` that may not be together with `wanted` on any date.
///
/// Two of the three administrators never meet in one person, not even for a day.
pub fn conflict_among(wanted: Held, held: &[Held]) -> Option<Role> {
    let (role, from, to) = wanted;
    held.iter()
        .filter(|(other, ..)| role.conflicts_with(*other))
        .find(|(_, other_from, other_to)| {
            other_to.is_none_or(|end| end >= from) && to.is_none_or(|end| end >= *other_from)
        })
        .map(|(other, ..)| *other)
}

/// # Errors
/// [`AppError::Invalid`] on `to` unless the dates are in order and not all past.
pub fn check_grant_dates(from: Date, to: Option<Date>, today: Date) -> Result<(), AppError> {
    match to {
        Some(to) if to < from => Err(AppError::invalid("to", "结束日期不能早于开始日期。")),
        Some(to) if to < today => Err(AppError::invalid("to", "结束日期已经过了，请重新选。")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_three_administrators_never_meet_in_one_person() {
        let held = [(Role::SystemAdmin, day("2026-01-01"), Some(day("2026-06-30")))];
        let wants = |role, from, to: Option<&str>| conflict_among((role, day(from), to.map(day)), &held);
        assert_eq!(wants(Role::Auditor, "2026-06-30", None), Some(Role::SystemAdmin));
        assert_eq!(
            wants(Role::SecurityAdmin, "2025-01-01", Some("2026-01-01")),
            Some(Role::SystemAdmin)
        );
        assert_eq!(wants(Role::Auditor, "2026-07-01", None), None);
        assert_eq!(wants(Role::SystemAdmin, "2026-02-01", None), None);
        assert_eq!(wants(Role::Secretary, "2026-02-01", None), None);
    }

    #[test]
    fn dates_are_in_order() {
        let today = day("2026-11-23");
        assert!(check_grant_dates(today, Some(today), today).is_ok());
        assert!(check_grant_dates(day("2026-01-01"), None, today).is_ok());
        assert!(check_grant_dates(day("2026-12-01"), Some(day("2026-11-30")), today).is_err());
        assert!(check_grant_dates(day("2026-01-01"), Some(day("2026-11-22")), today).is_err());
    }
}
