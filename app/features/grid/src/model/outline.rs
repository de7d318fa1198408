//! The outline of a building as it is typed, pasted or drawn, the same for browser and server.

use serde::{Deserialize, Serialize};
use shared::datum::on_mainland;

use super::{
    Place,
    border::{Border, Ring},
    coverage::Op,
};

/// The most corners of an outline.
pub const MOST: usize = 200;

/// What the page that says where a building stands begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placing {
    pub id: String,
    pub version: i64,
    /// `花园浜3幢`
    pub name: String,
    pub grid: String,
    /// Where it stands, of one without an outline.
    pub place: Option<Place>,
    pub outline: Ring,
    /// The border that it has to lie in, and the outlines of its neighbours.
    pub around: Border,
    /// Whether that border is made up.
    pub synthetic: bool,
    /// Where the script for drawing is, and what it is told.
    pub script: Option<String>,
    pub options: String,
}

const SHAPE: &str = "轮廓请一行写一个角点，经度在前，如 120.7402,31.6411；也可以贴一个 GeoJSON 多边形。";

/// Reads an outline: a line with longitude and latitude for each corner, or a GeoJSON polygon. Nothing is no outline.
///
/// # Errors
/// A sentence for its field.
pub fn read(text: &str) -> Result<Ring, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Ring::new());
    }
    let mut ring = if text.starts_with('{') {
        geojson(text)?
    } else {
        text.split(['\n', ';', '；'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| {
                let mut numbers = line
                    .split([',', '，', ' ', '\t'])
                    .filter(|part| !part.is_empty())
                    .map(|part| part.parse::<f64>().ok());
                match (numbers.next().flatten(), numbers.next().flatten(), numbers.next()) {
                    (Some(lon), Some(lat), None) => place(lon, lat),
                    _ => Err(SHAPE),
                }
            })
            .collect::<Result<Ring, _>>()?
    };
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    match ring.len() {
        ..3 => Err("轮廓至少要有三个角点。"),
        3..=MOST => Ok(ring),
        _ => Err("轮廓最多 200 个角点，请画得简单一些。"),
    }
}

/// An outline as it is typed.
pub fn written(ring: &[Place]) -> String {
    let lines: Vec<String> = ring.iter().map(|place| line(*place)).collect();
    lines.join("\n")
}

fn line(place: Place) -> String {
    format!("{:.7},{:.7}", place.lon_degrees(), place.lat_degrees())
}

/// A place from degrees on the mainland.
///
/// # Errors
/// A sentence.
pub fn place(lon: f64, lat: f64) -> Result<Place, &'static str> {
    Place::from_degrees(lon, lat)
        .filter(|place| on_mainland(place.lon.into(), place.lat.into()))
        .ok_or("有一点不在境内，请核对：经度在前，纬度在后。")
}

/// The outer ring of a polygon, alone or as a feature.
fn geojson(text: &str) -> Result<Ring, &'static str> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|_| "这段 GeoJSON 读不出来，请整段复制再贴一次。")?;
    let value = match value.get("features").and_then(|features| features.as_array()) {
        Some(features) => match features.as_slice() {
            [one] => one.clone(),
            _ => return Err("请只贴一个多边形。"),
        },
        None => value,
    };
    let geometry = value.get("geometry").unwrap_or(&value);
    if geometry.get("type").and_then(|kind| kind.as_str()) != Some("Polygon") {
        return Err("请贴一个多边形（Polygon）。");
    }
    let rings = geometry.get("coordinates").and_then(|rings| rings.as_array());
    let [ring] = rings.map(Vec::as_slice).unwrap_or_default() else {
        return Err("轮廓只要外面一圈，里面不要有洞。");
    };
    let corners = ring.as_array().ok_or(SHAPE)?;
    if corners.len() > 2 * MOST {
        return Err("轮廓最多 200 个角点，请画得简单一些。");
    }
    corners
        .iter()
        .map(|corner| {
            let number = |at: usize| corner.get(at).and_then(|number| number.as_f64());
            let (lon, lat) = number(0).zip(number(1)).ok_or(SHAPE)?;
            place(lon, lat)
        })
        .collect()
}

/// The outline after a step that was done on the map; none if it is not one of a single outline, or nothing would be left.
pub fn after(ring: &[Place], op: &Op) -> Option<Ring> {
    let at = |corner: &Place| ring.iter().position(|one| one == corner);
    let mut next = ring.to_vec();
    match op {
        Op::Move { from, to } => next[at(from)?] = *to,
        Op::Insert { a, b, at: corner } => {
            let (first, second) = (at(a)?, at(b)?);
            let follows = (first + 1) % ring.len() == second;
            next.insert(if follows { first + 1 } else { second + 1 }, *corner);
        }
        Op::Remove { at: corner } if ring.len() > 3 => {
            next.remove(at(corner)?);
        }
        _ => return None,
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPED: &str = "120.7402,31.6411\n120.7404, 31.6411\r\n120.7404 31.6413\n\n120.7402，31.6413";

    #[test]
    fn an_outline_is_read_as_it_is_written() {
        let ring = read(TYPED).unwrap();
        assert_eq!(ring.len(), 4);
        assert_eq!(read(&written(&ring)).unwrap(), ring);
        assert_eq!(written(&ring[..1]), "120.7402000,31.6411000");
        assert!(read(" \n ").unwrap().is_empty());
        let polygon = r#"{"type":"Polygon","coordinates":[[[120.7402,31.6411],[120.7404,31.6411],[120.7404,31.6413],[120.7402,31.6413],[120.7402,31.6411]]]}"#;
        assert_eq!(read(polygon).unwrap(), ring);
        let feature = format!(r#"{{"type":"Feature","properties":{{}},"geometry":{polygon}}}"#);
        assert_eq!(read(&feature).unwrap(), ring);
        let all = format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
        assert_eq!(read(&all).unwrap(), ring);
    }

    #[test]
    fn what_is_no_outline_is_said_to_be_none() {
        let many: Vec<String> = (0..201).map(|n| format!("120.7{n:03},31.6411")).collect();
        for (text, words) in [
            ("abc", "一行写一个角点"),
            ("120.7", "一行写一个角点"),
            ("120.7,31.6,5", "一行写一个角点"),
            ("120.7,31.6\n120.8,31.6", "至少要有三个"),
            ("31.6,120.7\n31.7,120.7\n31.7,120.8", "不在境内"),
            (many.join("\n").as_str(), "最多 200 个"),
            ("{", "读不出来"),
            (r#"{"type":"Point","coordinates":[120.7,31.6]}"#, "多边形"),
            (r#"{"type":"Polygon","coordinates":[[],[]]}"#, "洞"),
            (r#"{"type":"Polygon","coordinates":[[["a"]]]}"#, "一行写一个角点"),
        ] {
            let fault = read(text).unwrap_err();
            assert!(fault.contains(words), "{text}: {fault}");
        }
    }

    #[test]
    fn a_step_on_the_map_is_one_in_the_outline() {
        let ring = read(TYPED).unwrap();
        let (a, b, last) = (ring[0], ring[1], ring[3]);
        let to = Place { lon: a.lon - 5, ..a };
        assert_eq!(after(&ring, &Op::Move { from: a, to }).unwrap()[0], to);
        let put = after(&ring, &Op::Insert { a, b, at: to }).unwrap();
        assert_eq!((put.len(), put[1]), (5, to));
        // Into the side that leads back to the first corner, from either end.
        for (a, b) in [(last, a), (a, last)] {
            assert_eq!(after(&ring, &Op::Insert { a, b, at: to }).unwrap()[4], to);
        }
        let less = after(&ring, &Op::Remove { at: b }).unwrap();
        assert_eq!(less.len(), 3);
        assert_eq!(after(&less, &Op::Remove { at: a }), None, "nothing would be left");
        assert_eq!(after(&ring, &Op::Remove { at: to }), None);
    }
}
