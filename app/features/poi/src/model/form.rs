//! What a form says of a point, checked.

use grid::model::Place;
use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors};

use super::{Access, Kind, read_place};

/// A point as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PointForm {
    pub kind: String,
    pub name: String,
    /// Longitude and latitude.
    pub at: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
    /// One for each of [`Access::ALL`].
    pub access: [bool; Access::ALL.len()],
    pub note: String,
}

/// A point as it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub kind: Kind,
    pub name: String,
    pub place: Place,
    pub address: String,
    pub hours: String,
    pub phone: String,
    pub access: Vec<Access>,
    pub note: String,
}

impl PointForm {
    /// # Errors
    /// [`AppError::Invalid`] by field.
    pub fn read(&self) -> Result<Checked, AppError> {
        let mut errors = FieldErrors::default();
        let kind = self.kind.parse::<Kind>().ok();
        errors.check(kind.is_some(), "kind", "请选是什么。");
        let name = line(&mut errors, "name", &self.name, 40);
        errors.check(!name.is_empty(), "name", "请填名称。");
        let place = read_place(&self.at).ok();
        errors.check(
            place.is_some(),
            "at",
            "请填经度和纬度，例如 120.7512, 31.6541，或者用现在的位置。",
        );
        let phone = self.phone.trim();
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        let dials = phone
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '+'));
        let well = phone.is_empty() || (dials && (3..=16).contains(&digits));
        errors.check(well, "phone", "请填电话号码，例如 0512-52341234。");
        let checked = Checked {
            kind: kind.unwrap_or(Kind::Venue),
            name,
            place: place.unwrap_or(Place { lon: 0, lat: 0 }),
            address: line(&mut errors, "address", &self.address, 80),
            hours: line(&mut errors, "hours", &self.hours, 80),
            phone: phone.to_owned(),
            access: Access::ALL
                .iter()
                .zip(self.access)
                .filter_map(|(access, ticked)| ticked.then_some(*access))
                .collect(),
            note: line(&mut errors, "note", &self.note, 200),
        };
        errors.finish()?;
        Ok(checked)
    }
}

fn line(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) -> String {
    let typed = typed.trim();
    if typed.chars().count() > most {
        errors.add(field, format!("请写在 {most} 个字以内。"));
    }
    errors.check(
        !typed.chars().any(char::is_control),
        field,
        "请写在一行里，不要用特殊字符。",
    );
    typed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_beside_its_field() {
        let form = PointForm {
            name: "字".repeat(41),
            phone: "打这个".into(),
            note: "一\n二".into(),
            ..PointForm::default()
        };
        let Err(AppError::Invalid(errors)) = form.read() else {
            panic!("accepted")
        };
        let named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        for field in ["kind", "name", "at", "phone", "note"] {
            assert!(named.contains(&field), "{field}: {named:?}");
        }
    }

    #[test]
    fn what_is_well_is_kept_without_blanks_around_it() {
        let form = PointForm {
            kind: "charger".into(),
            name: " 东门充电棚 ".into(),
            at: "120.75,31.65".into(),
            access: [true, false, false, true, false],
            ..PointForm::default()
        };
        let checked = form.read().unwrap();
        assert_eq!(
            (checked.kind, checked.name.as_str()),
            (Kind::Charger, "东门充电棚")
        );
        assert_eq!(checked.access, [Access::Ramp, Access::Parking]);
    }
}
