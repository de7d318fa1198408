//! The feature collection: the outer layers of the file, and what is kept of them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::geometry::{GeometrySeed, Raw, TOO_MANY, Wrong};
use super::properties::{Properties, PropertiesSeed};
use super::source::Counted;
use super::{Feature, Limits, ReadError, Reading};
use crate::model::{Datum, Problem, Severity};

/// Marks the error by which reading stops at too many features.
const TOO_MANY_FEATURES: &str = "too many features";
/// Marks a file that is JSON but no feature collection.
const NOT_COLLECTION: &str = "not a feature collection";

/// Where the features go.
pub struct Sink {
    datum: Datum,
    limits: Limits,
    counted: Counted,
    budget: usize,
    seen: usize,
    reading: Reading,
}

impl Sink {
    pub fn new(datum: Datum, limits: Limits, counted: Counted) -> Self {
        Self {
            datum,
            limits,
            counted,
            budget: limits.vertices,
            seen: 0,
            reading: Reading::default(),
        }
    }

    pub fn seen(&self) -> usize {
        self.seen
    }

    pub fn done(self) -> Reading {
        self.reading
    }

    /// What the parser's error means.
    pub fn why(&self, error: serde_json::Error) -> ReadError {
        if self.counted.over() {
            return ReadError::TooLarge {
                limit: self.limits.bytes,
            };
        }
        // The parser's line counts its own lookahead too, which may already be on the next line.
        let (line, column) = (error.line() as u64, error.column() as u64);
        let text = error.to_string();
        match error.classify() {
            Category::Io => ReadError::Io(error.into()),
            Category::Eof => ReadError::Truncated { line },
            Category::Data if text.starts_with(TOO_MANY_FEATURES) => ReadError::TooManyFeatures {
                limit: self.limits.features,
            },
            Category::Data if text.starts_with(TOO_MANY) => ReadError::TooManyVertices {
                line,
                limit: self.limits.vertices,
            },
            Category::Data => ReadError::NotCollection { line },
            Category::Syntax if text.starts_with("recursion limit") => ReadError::TooDeep { line },
            Category::Syntax if text.starts_with("invalid unicode") => ReadError::Encoding { line },
            Category::Syntax => ReadError::Syntax { line, column },
        }
    }

    fn keep(&mut self, feature: RawFeature, line: u64) {
        let index = (self.seen - 1) as u32;
        let RawFeature { properties, geometry } = feature;
        let Properties {
            code,
            name,
            level,
            parent,
        } = properties;
        match geometry.parts() {
            Ok(parts) => {
                self.reading.features.push(Feature {
                    index,
                    line,
                    code,
                    name,
                    level,
                    parent,
                    parts,
                });
            }
            Err(Wrong { kind, message, place }) => {
                if self.reading.problems.len() >= self.limits.problems {
                    self.reading.more_problems += 1;
                    return;
                }
                self.reading.problems.push(Problem {
                    severity: Severity::Blocking,
                    kind,
                    feature: Some(index),
                    line: Some(line),
                    code,
                    name,
                    other: None,
                    place,
                    measure: None,
                    message,
                    outline: Vec::new(),
                });
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Sink {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Sink {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature collection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" if map.next_value::<String>()? != "FeatureCollection" => {
                    return Err(A::Error::custom(NOT_COLLECTION));
                }
                "type" => {}
                "features" => {
                    found = true;
                    map.next_value_seed(Features(self))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if found {
            Ok(())
        } else {
            Err(A::Error::custom(NOT_COLLECTION))
        }
    }
}

struct Features<'a>(&'a mut Sink);

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let sink = self.0;
        let mut begins = sink.counted.line();
        while let Some(feature) = seq.next_element_seed(OneFeature(sink, &mut begins))? {
            if sink.seen >= sink.limits.features {
                return Err(A::Error::custom(TOO_MANY_FEATURES));
            }
            sink.seen += 1;
            sink.keep(feature, begins);
        }
        Ok(())
    }
}

#[derive(Default)]
struct RawFeature {
    properties: Properties,
    geometry: Raw,
}

/// One feature, and where to note the line on which it begins.
struct OneFeature<'a>(&'a mut Sink, &'a mut u64);

impl<'de> DeserializeSeed<'de> for OneFeature<'_> {
    type Value = RawFeature;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<RawFeature, D::Error> {
        *self.1 = self.0.counted.line();
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneFeature<'_> {
    type Value = RawFeature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawFeature, A::Error> {
        let sink = self.0;
        let mut feature = RawFeature::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "properties" => feature.properties = map.next_value_seed(PropertiesSeed)?,
                "geometry" => {
                    feature.geometry = map.next_value_seed(GeometrySeed {
                        datum: sink.datum,
                        limit: sink.limits.vertices_per_feature,
                        budget: &mut sink.budget,
                    })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(feature)
    }
}
