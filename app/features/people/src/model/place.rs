//! Estates, buildings and rooms as they are filled in.

use shared::{AppError, FieldErrors, datum::on_mainland};

use super::{Address, floor_of};

shared::id! {
    /// An estate (小区), or a natural village.
    EstateId,
    /// A building (幢), or a house with a number of its own.
    BuildingId,
    /// A room (室).
    RoomId,
    HouseholdId,
    PersonId,
    /// What a resident wrote about a household.
    CorrectionId,
}

/// Whether a community's code is a village's: 200 and up in the last three of its twelve figures.
pub fn is_village(code: &str) -> bool {
    code.len() >= 12 && code.as_bytes()[9] >= b'2'
}

/// Hundredths of a square metre.
pub type Area = i64;

/// From the deepest cellar to the highest tower.
const FLOORS: std::ops::RangeInclusive<i64> = -9..=200;
/// The largest room: a hall.
const LARGEST_ROOM: Area = 10_000_000;

/// Reads an area in square metres, such as `89.5`, into hundredths.
///
/// # Errors
/// A sentence for its field.
pub fn area(text: &str) -> Result<Option<Area>, &'static str> {
    const SHAPE: &str = "面积请填平方米数，如 89.5。";
    let text: String = text.trim().chars().map(super::narrow).collect();
    let text = text
        .trim_end_matches(['㎡', '²', 'm', 'M'])
        .trim_end_matches("平方米")
        .trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let figures = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || !figures(whole) || !figures(part) {
        return Err(SHAPE);
    }
    // Beyond the hundredth a file only repeats the noise of its program.
    let hundredths: String = part.chars().chain("00".chars()).take(2).collect();
    let area: Area = format!("{whole}{hundredths}").parse().map_err(|_| SHAPE)?;
    if area == 0 || area > LARGEST_ROOM {
        return Err("面积应在 0 到 100000 平方米之间。");
    }
    Ok(Some(area))
}

fn name(errors: &mut FieldErrors, field: &str, text: &str) -> String {
    let text = text.trim();
    match orgs::model::name_fault(text) {
        Some(fault) => errors.add(field, fault),
        None => errors.check(text.chars().count() <= 40, field, "名称不能超过 40 个字。"),
    }
    text.to_owned()
}

/// An estate as it was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstateForm {
    pub name: String,
    pub service_area: Option<Area>,
}

impl EstateForm {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(text: &str, service_area: &str) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let name = name(&mut errors, "name", text);
        let service_area = area(service_area).unwrap_or_else(|fault| {
            errors.add("service_area", fault);
            None
        });
        errors.finish()?;
        Ok(Self { name, service_area })
    }
}

/// 1e-7 degrees as they are typed: `120.7402000`.
pub fn degrees_text(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    format!("{sign}{}.{:07}", value / 10_000_000, value % 10_000_000)
}

/// A building as it was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildingForm {
    /// `3`, or `12号`.
    pub number: String,
    /// In 1e-7 degrees.
    pub place: Option<(i64, i64)>,
    /// The estate that it belongs to; none leaves it where it is.
    pub estate: Option<String>,
}

impl BuildingForm {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(number: &str, lon: &str, lat: &str) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let read = building_number(number);
        errors.check(
            read.is_some(),
            "number",
            "请填幢号，如 3 幢；独门独院的填门牌号，如 12 号。",
        );
        let place = match (lon.trim(), lat.trim()) {
            ("", "") => None,
            (lon, lat) => {
                let place = degrees(lon).zip(degrees(lat));
                let inside = place.filter(|(lon, lat)| on_mainland(*lon, *lat));
                errors.check(
                    inside.is_some(),
                    "lon",
                    "位置请填经度和纬度，如 120.7402、31.6411。",
                );
                inside
            }
        };
        errors.finish()?;
        Ok(Self {
            number: read.unwrap_or_default(),
            place,
            estate: None,
        })
    }

    /// With the name of its estate, which may be another one by now; an empty one leaves it where it is.
    ///
    /// # Errors
    /// [`AppError::Invalid`] on `name`.
    pub fn of_estate(self, text: &str) -> Result<Self, AppError> {
        let estate = match text.trim() {
            "" => None,
            text => Some(EstateForm::read(text, "")?.name),
        };
        Ok(Self { estate, ..self })
    }
}

/// A building's number from a cell or field of its own: `3`, `3幢`, `三号楼`, `12号`.
pub fn building_number(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let read = Address::read(text).building;
    // A house's number follows the name of its village, which stands in another cell.
    let house = || {
        Address::read(&format!("某村{text}"))
            .building
            .filter(|number| number.ends_with('号'))
    };
    let read = read
        .or_else(house)
        .or_else(|| Address::read(&format!("{text}幢")).building)?;
    (read.chars().count() <= 10).then_some(read)
}

/// A unit's number from a cell or field of its own: `2`, `2单元`, `二单元`; nothing if it is empty.
pub fn unit_number(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    let read = Address::read(text).unit;
    read.or_else(|| Address::read(&format!("{text}单元")).unit)
        .filter(|unit| unit.chars().count() <= 10)
}

/// A door from a cell or field of its own: `501`, `501室`, `五零一`, `东户`; nothing if it is empty.
pub fn door_number(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    Address::read(&format!("1幢{text}"))
        .door
        .filter(|door| door.chars().count() <= 10 && door.chars().all(char::is_alphanumeric))
}

/// Degrees in 1e-7.
pub fn degrees(text: &str) -> Option<i64> {
    let value: f64 = text.trim().parse().ok()?;
    if !value.is_finite() || value.abs() > 180.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "within 180 degrees")]
    Some((value * 1e7).round() as i64)
}

/// A room as it was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomForm {
    pub unit: String,
    pub door: String,
    pub floor: Option<i64>,
    pub area: Option<Area>,
}

impl RoomForm {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(unit: &str, door: &str, area_text: &str) -> Result<Self, AppError> {
        Self::corrected(unit, door, "", area_text)
    }

    /// As [`RoomForm::read`], with a floor that the door does not tell; an empty one is read from the door.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn corrected(unit: &str, door: &str, floor_text: &str, area_text: &str) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let unit = unit_number(unit);
        errors.check(unit.is_some(), "unit", "请填单元号，如 2；没有单元的不填。");
        let door = door_number(door);
        errors.check(door.is_some(), "door", "请填室号，如 501。");
        let area = area(area_text).unwrap_or_else(|fault| {
            errors.add("area", fault);
            None
        });
        let floor = match floor_text.trim() {
            "" => None,
            text => {
                let floor = text.parse::<i64>().ok().filter(|floor| FLOORS.contains(floor));
                errors.check(floor.is_some(), "floor", "楼层请填数字，如 5；地下一层填 -1。");
                floor
            }
        };
        errors.finish()?;
        let door = door.unwrap_or_default();
        Ok(Self {
            unit: unit.unwrap_or_default(),
            floor: floor.or_else(|| floor_of(&door)),
            door,
            area,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_hundredths() {
        for (text, hundredths) in [
            ("89.5", Some(8950)),
            ("89", Some(8900)),
            ("８９．５", Some(8950)),
            ("89.5㎡", Some(8950)),
            ("89.50平方米", Some(8950)),
            ("89.559999", Some(8955)),
            ("", None),
        ] {
            assert_eq!(area(text), Ok(hundredths), "{text}");
        }
        for text in ["0", "-3", "abc", "1e9", "99999999", ".5", "8 9"] {
            assert!(area(text).is_err(), "{text}");
        }
    }

    #[test]
    fn cells_of_their_own_read_as_in_an_address() {
        for text in ["3", "3幢", "三幢", "3号楼", "03栋"] {
            assert_eq!(building_number(text).as_deref(), Some("3"), "{text}");
        }
        assert_eq!(building_number("12号").as_deref(), Some("12号"));
        assert_eq!(building_number(""), None);
        assert_eq!(building_number("大门口旁边"), None);
        for text in ["2", "2单元", "二单元", "二"] {
            assert_eq!(unit_number(text).as_deref(), Some("2"), "{text}");
        }
        assert_eq!(unit_number("").as_deref(), Some(""));
        for text in ["501", "501室", "五零一", "0501"] {
            assert_eq!(door_number(text).as_deref(), Some("501"), "{text}");
        }
        assert_eq!(door_number("东户").as_deref(), Some("东"));
        assert_eq!(door_number("<b>"), None);
    }

    #[test]
    fn places_read_as_they_were_typed() {
        assert_eq!(degrees_text(1_207_402_000), "120.7402000");
        assert_eq!(degrees_text(-5), "-0.0000005");
        assert_eq!(degrees("120.7402000"), Some(1_207_402_000));
        assert!(on_mainland(1_207_402_000, 316_411_000) && !on_mainland(316_411_000, 1_207_402_000));
    }

    #[test]
    fn forms_name_what_is_wrong() {
        let error = BuildingForm::read("", "abc", "31").unwrap_err();
        assert_eq!(
            error.for_field("number").count() + error.for_field("lon").count(),
            2
        );
        let form = BuildingForm::read("三幢", "120.7402", "31.6411").unwrap();
        assert_eq!(
            (form.number.as_str(), form.place),
            ("3", Some((1_207_402_000, 316_411_000)))
        );
        assert_eq!(form.of_estate(" ").unwrap().estate, None);
        assert_eq!(RoomForm::read("", "1203", "90").unwrap().floor, Some(12));
        assert_eq!(RoomForm::corrected("", "东", "-1", "").unwrap().floor, Some(-1));
        let error = RoomForm::corrected("", "东", "顶层", "").unwrap_err();
        assert_eq!(error.for_field("floor").count(), 1);
        assert!(EstateForm::read("", "").is_err());
        assert!(is_village("320581001200") && !is_village("320581001001"));
    }
}
