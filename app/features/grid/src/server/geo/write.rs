//! Borders as GeoJSON by RFC 7946: outer rings counter-clockwise, seven decimals at most, longitude first.

use std::fmt::Write;

use super::{Border, Part};
use crate::model::Place;

/// An area to write, with what is told about it.
#[derive(Clone, Copy, Debug)]
pub struct Feature<'a> {
    pub code: &'a str,
    pub name: &'a str,
    /// What to write where the name has no room.
    pub label: &'a str,
    /// The level's stored name.
    pub level: &'a str,
    /// Empty where it has none.
    pub parent: &'a str,
    /// Whether nothing below it has a border.
    pub leaf: bool,
    /// As [`geometry`] writes it.
    pub geometry: &'a str,
}

/// The text of a geometry: a Polygon where the area has one part, else a MultiPolygon.
pub fn geometry(border: &Border) -> String {
    let mut text = String::new();
    push_geometry(&mut text, border);
    text
}

/// The text of a feature collection. `note` says where the borders are from, for whoever meets the file elsewhere.
pub fn collection<'a>(features: impl IntoIterator<Item = Feature<'a>>, note: &str) -> String {
    let mut text = format!(
        "{{\"type\":\"FeatureCollection\",\"note\":{},\"features\":[",
        quoted(note)
    );
    for (number, feature) in features.into_iter().enumerate() {
        let Feature {
            code,
            name,
            label,
            level,
            parent,
            leaf,
            geometry,
        } = feature;
        if number > 0 {
            text.push(',');
        }
        let properties = [
            ("code", code),
            ("name", name),
            ("label", label),
            ("level", level),
            ("parent_code", parent),
        ];
        let properties = properties
            .map(|(key, value)| format!("\"{key}\":{}", quoted(value)))
            .join(",");
        let _ = write!(
            text,
            "\n{{\"type\":\"Feature\",\"id\":{},\"properties\":{{{properties},\"leaf\":{leaf}}},\"geometry\":{geometry}}}",
            quoted(code)
        );
    }
    text.push_str("\n]}\n");
    text
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn push_geometry(text: &mut String, border: &Border) {
    match border.0.as_slice() {
        [one] => {
            text.push_str("{\"type\":\"Polygon\",\"coordinates\":");
            push_part(text, one);
        }
        parts => {
            text.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":");
            push_list(text, parts, push_part);
        }
    }
    text.push('}');
}

fn push_part(text: &mut String, part: &Part) {
    push_list(text, part, |text, ring| {
        let closed: Vec<Place> = ring.iter().chain(ring.first()).copied().collect();
        push_list(text, &closed, |text, place| {
            text.push('[');
            push_degrees(text, place.lon);
            text.push(',');
            push_degrees(text, place.lat);
            text.push(']');
        });
    });
}

fn push_list<T>(text: &mut String, items: &[T], push: impl Fn(&mut String, &T)) {
    text.push('[');
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        push(text, item);
    }
    text.push(']');
}

/// Degrees exactly as they are stored, without zeros at the end.
fn push_degrees(text: &mut String, units: i32) {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, part) = (
        units.unsigned_abs() / 10_000_000,
        units.unsigned_abs() % 10_000_000,
    );
    let _ = write!(text, "{sign}{whole}");
    if part > 0 {
        let digits = format!("{part:07}");
        let _ = write!(text, ".{}", digits.trim_end_matches('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::super::border::tests::{at, rectangle};
    use super::super::read::read_border;
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut border = rectangle(1_207_000_000, 316_000_000, 1_207_000_007, 316_000_010);
        assert_eq!(
            geometry(&border),
            "{\"type\":\"Polygon\",\"coordinates\":[[[120.7,31.6],[120.7000007,31.6],[120.7000007,31.600001],\
             [120.7,31.600001],[120.7,31.6]]]}"
        );
        assert_eq!(read_border(&geometry(&border)), Ok(border.clone()));
        border.0[0].push(vec![
            at(1_207_000_002, 316_000_002),
            at(1_207_000_002, 316_000_005),
            at(1_207_000_004, 316_000_003),
        ]);
        border.0.push(rectangle(-5, -7, -1, -3).0.remove(0));
        assert_eq!(read_border(&geometry(&border)), Ok(border));
        assert!(read_border("{\"type\":\"Point\",\"coordinates\":[1,2]}").is_err());
        assert!(read_border("nothing").is_err());
    }

    #[test]
    fn names_are_quoted_whatever_they_hold() {
        let geometry = geometry(&rectangle(0, 0, 10, 10));
        let feature = Feature {
            code: "1",
            name: "“东\"门\\\n",
            label: "东门",
            level: "grid",
            parent: "",
            leaf: true,
            geometry: &geometry,
        };
        let text = collection([feature, feature], "示意");
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["features"][1]["properties"]["name"], "“东\"门\\\n");
        assert_eq!(back["note"], "示意");
    }
}
