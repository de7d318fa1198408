//! An entry of a team as it is typed: validated once, for form and service alike.

use accounts::model::{Phone, check_name};
use orgs::model::NodeKind;
use shared::{AppError, Date, FieldErrors};

use super::Post;

/// The longest words on what somebody is there for, in characters.
pub const LONGEST_DUTY: usize = 80;
/// How long ago a post may have begun.
const EARLIEST: (i16, i8, i8) = (1990, 1, 1);

/// A form as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryForm {
    pub post: String,
    pub name: String,
    pub phone: String,
    pub duty: String,
    pub from: String,
    pub to: String,
    pub shown: bool,
}

/// An entry that is right by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub post: Post,
    pub name: String,
    /// As it is dialled.
    pub phone: String,
    /// Whether the number is a mobile, which is one person's own.
    pub mobile: bool,
    pub duty: String,
    pub from: Date,
    pub to: Option<Date>,
    pub shown: bool,
}

impl EntryForm {
    /// Reads it for a node of a kind.
    ///
    /// # Errors
    /// [`AppError::Invalid`] by field.
    pub fn read(&self, kind: NodeKind, today: Date) -> Result<Entry, AppError> {
        let mut errors = FieldErrors::default();
        let post = self.post.trim().parse::<Post>().ok();
        errors.check(post.is_some(), "post", "请选是什么岗位。");
        if let Some(post) = post {
            errors.check(
                !post.of_one_grid() || kind >= NodeKind::Grid,
                "post",
                &format!("{}是一个网格的，请到那个网格里登记。", post.label()),
            );
            errors.check(
                !self.shown || post.may_be_shown(),
                "shown",
                &format!("{}的姓名和电话只给工作人员看，不公开。", post.label()),
            );
        }
        let name = field(&mut errors, check_name("name", &self.name));
        let phone = field(&mut errors, callable("phone", &self.phone));
        let duty = self.duty.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = duty.chars().count() <= LONGEST_DUTY && !duty.chars().any(char::is_control);
        errors.check(fits, "duty", &format!("太长了，最多 {LONGEST_DUTY} 个字。"));
        let from = if self.from.trim().is_empty() {
            Some(today)
        } else {
            began(&mut errors, &self.from, today)
        };
        let to = match from {
            Some(from) if !self.to.trim().is_empty() => field(&mut errors, last_day("to", &self.to, from)),
            _ => None,
        };
        errors.finish()?;
        let (Some(post), Some(name), Some((phone, mobile)), Some(from)) = (post, name, phone, from) else {
            return Err(AppError::invalid("", "填写的内容读不出来，请检查后再试。"));
        };
        Ok(Entry {
            post,
            name,
            phone,
            mobile,
            duty,
            from,
            to,
            shown: self.shown,
        })
    }
}

/// What was read, or its faults noted.
fn field<T>(errors: &mut FieldErrors, read: Result<T, AppError>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(AppError::Invalid(faults)) => {
            errors.0.extend(faults);
            None
        }
        Err(other) => {
            errors.add("", other.message());
            None
        }
    }
}

fn began(errors: &mut FieldErrors, text: &str, today: Date) -> Option<Date> {
    let from = text.trim().parse::<Date>().ok();
    let (year, month, day) = EARLIEST;
    let fits = from.filter(|from| Some(*from) >= Date::new(year, month, day) && *from <= today);
    errors.check(
        fits.is_some(),
        "from",
        "请填从哪天起，如 2026-01-05；不能晚于今天。",
    );
    fits
}

/// The last day of a post that began on `from`.
///
/// # Errors
/// [`AppError::Invalid`] on `field`.
pub fn last_day(field: &str, text: &str, from: Date) -> Result<Date, AppError> {
    let to = text
        .trim()
        .parse::<Date>()
        .map_err(|_| AppError::invalid(field, "请填最后一天，如 2026-12-31。"))?;
    if to < from {
        return Err(AppError::invalid(
            field,
            format!("不能早于开始的那天（{}）。", from.zh()),
        ));
    }
    if to > from.plus_days(50 * 366) {
        return Err(AppError::invalid(field, "这一天太远了，请检查年份。"));
    }
    Ok(to)
}

/// A number that can be called: a mobile one, or an office's. Whether it is a mobile one.
fn callable(field: &str, text: &str) -> Result<(String, bool), AppError> {
    let wrong = || {
        AppError::invalid(
            field,
            "电话应为 11 位手机号，或带区号的座机号，如 0512-52700000。",
        )
    };
    if text.trim().is_empty() {
        return Err(AppError::invalid(field, "请填电话，不然找不到人。"));
    }
    if let Ok(phone) = Phone::parse(field, text) {
        return Ok((phone.as_str().to_owned(), true));
    }
    if text.chars().count() > 20 {
        return Err(wrong());
    }
    let plain = shared::text::nfkc(text);
    let digits: String = plain
        .chars()
        .filter(|c| !matches!(c, '-' | ' ' | '(' | ')'))
        .collect();
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let office = (digits.starts_with('0') && (10..=12).contains(&digits.len()))
        || (digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800")));
    if all_digits && office {
        Ok((digits, false))
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn form() -> EntryForm {
        EntryForm {
            post: "police".into(),
            name: " 演示·赵警官 ".into(),
            phone: "154 0000 0001".into(),
            duty: "花园浜  全部".into(),
            from: "2026-01-05".into(),
            to: String::new(),
            shown: true,
        }
    }

    fn read(form: &EntryForm, kind: NodeKind) -> Result<Entry, AppError> {
        form.read(kind, day("2026-11-24"))
    }

    /// The fields that are complained of.
    fn faults(form: &EntryForm, kind: NodeKind) -> Vec<String> {
        match read(form, kind) {
            Err(AppError::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn reads_what_is_typed() {
        let entry = read(&form(), NodeKind::Community).unwrap();
        assert_eq!(
            (entry.name.as_str(), entry.phone.as_str()),
            ("演示·赵警官", "15400000001")
        );
        assert_eq!((entry.duty.as_str(), entry.mobile), ("花园浜 全部", true));
        let today = EntryForm {
            from: String::new(),
            ..form()
        };
        assert_eq!(read(&today, NodeKind::Grid).unwrap().from, day("2026-11-24"));
    }

    #[test]
    fn an_office_is_called_too_but_is_no_persons_own() {
        for (typed, dialled) in [
            ("0512-52700000", "051252700000"),
            ("（0512）5270 0000", "051252700000"),
            ("400-800-1234", "4008001234"),
        ] {
            let form = EntryForm {
                phone: typed.into(),
                ..form()
            };
            let entry = read(&form, NodeKind::Grid).unwrap();
            assert_eq!((entry.phone.as_str(), entry.mobile), (dialled, false), "{typed}");
        }
        for typed in [
            "",
            "110",
            "52700000",
            "1540000000",
            "电话",
            "0512-5270-0000-0000-0",
            "tel:0512",
        ] {
            let form = EntryForm {
                phone: typed.into(),
                ..form()
            };
            assert_eq!(faults(&form, NodeKind::Grid), ["phone"], "{typed}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let form = EntryForm {
            post: "king".into(),
            name: String::new(),
            phone: "1".into(),
            duty: "长".repeat(81),
            from: "2090-01-01".into(),
            to: "2026-01-01".into(),
            shown: false,
        };
        assert_eq!(
            faults(&form, NodeKind::Grid),
            ["post", "name", "phone", "duty", "from"]
        );
    }

    #[test]
    fn a_post_is_where_it_belongs_and_known_to_those_it_may_be() {
        let worker = EntryForm {
            post: "grid_worker".into(),
            ..form()
        };
        assert_eq!(faults(&worker, NodeKind::Community), ["post"]);
        assert!(read(&worker, NodeKind::Grid).is_ok());
        let volunteer = EntryForm {
            post: "volunteer".into(),
            ..form()
        };
        assert_eq!(faults(&volunteer, NodeKind::Grid), ["shown"]);
    }

    #[test]
    fn days_are_in_order() {
        let ended = |to: &str| EntryForm {
            to: to.into(),
            ..form()
        };
        assert_eq!(
            read(&ended("2026-01-05"), NodeKind::Grid).unwrap().to,
            Some(day("2026-01-05"))
        );
        for to in ["2026-01-04", "2999-01-01", "明年"] {
            assert_eq!(faults(&ended(to), NodeKind::Grid), ["to"], "{to}");
        }
        let old = EntryForm {
            from: "1912-01-01".into(),
            ..form()
        };
        assert_eq!(faults(&old, NodeKind::Grid), ["from"]);
    }
}
