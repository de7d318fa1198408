//! The geometry of one feature. Members come in any order, so coordinates are read before their type may be known: into
//! one flat list with the ends of rings and parts, whatever the depth.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use shared::datum::to_stored;

use crate::model::{Datum, Kind, Place};
use crate::server::geo::Ring;

/// Marks the error by which reading stops when the vertices of all features together are too many.
pub const TOO_MANY: &str = "too many vertices";

/// What is wrong with a feature's geometry.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    pub kind: Kind,
    pub message: String,
    pub place: Option<Place>,
}

/// A geometry as it was found.
#[derive(Default)]
pub struct Raw {
    kind: Option<String>,
    present: bool,
    corners: Vec<Place>,
    /// Where each ring ends in `corners`.
    rings: Vec<usize>,
    /// Where each part ends in `rings`.
    parts: Vec<usize>,
    /// How deep the lists went: 3 for a polygon, 4 for several.
    depth: u8,
    /// Vertices found, also those beyond the limit.
    found: usize,
    wrong: Option<Wrong>,
}

impl Raw {
    /// The rings of each part.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parts(self) -> Result<Vec<Vec<Ring>>, Wrong> {
        let wrong = |kind, message: String| {
            Err(Wrong {
                kind,
                message,
                place: None,
            })
        };
        if !self.present {
            return wrong(Kind::NotPolygon, "没有几何图形（geometry）".to_owned());
        }
        match self.kind.as_deref() {
            Some("Polygon" | "MultiPolygon") => {}
            Some(other) => {
                let other: String = other.chars().take(30).collect();
                return wrong(
                    Kind::NotPolygon,
                    format!("图形是 {other}，只能是面（Polygon 或 MultiPolygon）"),
                );
            }
            None => return wrong(Kind::NotPolygon, "图形没有写明类型（type）".to_owned()),
        }
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        let expected = if self.kind.as_deref() == Some("Polygon") {
            3
        } else {
            4
        };
        if self.depth != expected || self.rings.is_empty() {
            return wrong(
                Kind::BadCoordinates,
                "坐标（coordinates）的层次和图形类型不符".to_owned(),
            );
        }
        // A polygon is one part whose end no list marked.
        let ends = if expected == 3 {
            vec![self.rings.len()]
        } else {
            self.parts
        };
        let mut corners = self.corners.into_iter();
        let mut rings = self.rings.into_iter().scan(0, |start, end| {
            let ring = corners.by_ref().take(end - *start).collect();
            *start = end;
            Some(ring)
        });
        let mut start = 0;
        Ok(ends
            .into_iter()
            .map(|end| {
                let part = rings.by_ref().take(end - start).collect();
                start = end;
                part
            })
            .collect())
    }

    /// Only the first thing wrong is told: the rest follows from it.
    fn blame(&mut self, kind: Kind, message: impl Into<String>, place: Option<Place>) {
        if self.wrong.is_none() {
            self.wrong = Some(Wrong {
                kind,
                message: message.into(),
                place,
            });
        }
    }

    fn add(&mut self, lon: f64, lat: f64, datum: Datum, limit: usize) {
        self.found += 1;
        if self.found > limit {
            let message = format!("顶点太多：一个区域最多 {limit} 个。请先在制图软件里简化边界");
            self.blame(Kind::TooManyVertices, message, self.corners.first().copied());
            self.corners = Vec::new();
        }
        if self.wrong.is_some() {
            return;
        }
        let (x, y) = to_stored(datum, lon, lat);
        match Place::from_degrees(x, y) {
            Some(place) => self.corners.push(place),
            None => self.blame(Kind::OutOfRange, out_of_range(lon, lat), None),
        }
    }
}

/// Guesses why coordinates are out of range.
fn out_of_range(lon: f64, lat: f64) -> String {
    let given = format!("坐标 [{lon}, {lat}] 不是经纬度");
    if (73.0..=136.0).contains(&lat) && (3.0..=54.0).contains(&lon) {
        return format!("{given}：经度和纬度写反了，GeoJSON 里经度在前");
    }
    if lon.abs() > 360.0 || lat.abs() > 360.0 {
        return format!("{given}：像是以米为单位的投影坐标，请在制图软件里转换成经纬度再导出");
    }
    format!("{given}：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间")
}

/// Reads a `geometry` member.
pub struct GeometrySeed<'a> {
    pub datum: Datum,
    /// Vertices in one feature.
    pub limit: usize,
    /// Vertices that all features together may still have.
    pub budget: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for GeometrySeed<'_> {
    type Value = Raw;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Raw, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GeometrySeed<'_> {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut raw = Raw {
            present: true,
            ..Raw::default()
        };
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => raw.kind = Some(map.next_value()?),
                "coordinates" => {
                    let list = List {
                        raw: &mut raw,
                        datum: self.datum,
                        limit: self.limit,
                        budget: self.budget,
                        level: 0,
                    };
                    if let Node::List(depth) = map.next_value_seed(list)? {
                        raw.depth = depth;
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(raw)
    }
}

/// What one element of the lists turned out to be: a number, or a list of so many levels.
#[derive(Clone, Copy)]
enum Node {
    Number(f64),
    List(u8),
    /// Neither, or a list that cannot be told; the blame is already noted.
    Other,
}

/// The deepest list that means anything: a MultiPolygon's.
const DEEPEST: u8 = 4;

struct List<'a> {
    raw: &'a mut Raw,
    datum: Datum,
    limit: usize,
    budget: &'a mut usize,
    level: u8,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Node, D::Error> {
        if self.level > DEEPEST {
            // Too deep to mean anything: skipped by the parser without going down on the stack.
            from.deserialize_ignored_any(IgnoredAny)?;
            self.raw
                .blame(Kind::BadCoordinates, "坐标（coordinates）嵌套太深", None);
            return Ok(Node::Other);
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        let text: String = value.chars().take(20).collect();
        self.raw.blame(
            Kind::BadCoordinates,
            format!("坐标里有文字“{text}”，应当是数字"),
            None,
        );
        Ok(Node::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        self.raw
            .blame(Kind::BadCoordinates, "坐标里有不是数字的内容", None);
        Ok(Node::Other)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        self.raw.blame(Kind::BadCoordinates, "坐标里有空值（null）", None);
        Ok(Node::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.raw
            .blame(Kind::BadCoordinates, "坐标里有不是数字的内容", None);
        Ok(Node::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let Self {
            raw,
            datum,
            limit,
            budget,
            level,
        } = self;
        let mut numbers = [0.0; 2];
        let mut count = 0_usize;
        // The depth of the elements, the same for all: 0 for numbers.
        let mut depth = None;
        while let Some(node) = seq.next_element_seed(List {
            raw: &mut *raw,
            datum,
            limit,
            budget: &mut *budget,
            level: level + 1,
        })? {
            let this = match node {
                Node::Number(value) => {
                    // A third number is a height, which a border does not have.
                    if let Some(slot) = numbers.get_mut(count) {
                        *slot = value;
                    }
                    0
                }
                Node::List(depth) => depth,
                Node::Other => {
                    count += 1;
                    continue;
                }
            };
            count += 1;
            if depth.is_some_and(|depth| depth != this) {
                raw.blame(Kind::BadCoordinates, "坐标（coordinates）的层次混乱", None);
            }
            depth = Some(this);
        }
        let Some(depth) = depth else {
            raw.blame(Kind::BadCoordinates, "坐标（coordinates）里有空的列表", None);
            return Ok(Node::Other);
        };
        match depth {
            0 if count < 2 => raw.blame(Kind::BadCoordinates, "坐标只有一个数字，应当是经度和纬度", None),
            0 => {
                *budget = budget.checked_sub(1).ok_or_else(|| A::Error::custom(TOO_MANY))?;
                raw.add(numbers[0], numbers[1], datum, limit);
            }
            1 => raw.rings.push(raw.corners.len()),
            2 => raw.parts.push(raw.rings.len()),
            _ => {}
        }
        Ok(Node::List(depth + 1))
    }
}
