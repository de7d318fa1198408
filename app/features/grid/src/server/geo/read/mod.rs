//! Reading a GeoJSON file of areas, feature by feature, so that neither the text nor a tree of it is held in memory.
//!
//! A file that cannot be read as a whole is a [`ReadError`] with the line; what is wrong with one feature is a
//! [`Problem`](crate::model::Problem) and the others are still read, so that one look shows everything there is to mend.

mod collection;
mod geometry;
mod properties;
mod source;
#[cfg(test)]
mod tests;

use std::io::Read;

use serde::de::DeserializeSeed;

use self::collection::Sink;
use self::source::Source;
use super::{Border, Ring};
use crate::model::{Datum, Problem};

/// What a file may hold at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub bytes: u64,
    pub features: usize,
    /// Vertices of all features together.
    pub vertices: usize,
    pub vertices_per_feature: usize,
    /// Problems that are told one by one; what comes after is only counted.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: orgs::model::LARGEST as u64,
            features: 20_000,
            vertices: 2_000_000,
            vertices_per_feature: 50_000,
            // One of every feature.
            problems: 20_000,
        }
    }
}

/// One feature as it was read, already in the stored datum, its rings closed or not as the file has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Counted from 0.
    pub index: u32,
    /// Where the feature begins, counted from 1.
    pub line: u64,
    pub code: String,
    pub name: String,
    /// The level as the file writes it, empty where it does not.
    pub level: String,
    /// The code of the parent, empty where the file does not say.
    pub parent: String,
    pub parts: Vec<Vec<Ring>>,
}

/// A file that was read to its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    pub features: Vec<Feature>,
    /// What is wrong with single features; those are not among `features`.
    pub problems: Vec<Problem>,
    /// Problems beyond [`Limits::problems`].
    pub more_problems: usize,
}

/// Why a file cannot be read at all. The text is what its owner is told.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("文件太大：最多 {} MB。请只导出需要的图层，或者按区县分开导入", limit / 1_000_000)]
    TooLarge { limit: u64 },
    #[error("文件是空的，请重新选择")]
    Empty,
    #[error("第 {line} 行：文件不是 UTF-8 编码。请在制图软件里导出为 GeoJSON，编码选 UTF-8")]
    Encoding { line: u64 },
    #[error("这个文件不是 GeoJSON（{found}）。请在制图软件里导出为 GeoJSON 再上传")]
    OtherFormat { found: &'static str },
    #[error("第 {line} 行第 {column} 个字符处格式有误，无法读下去。文件可能被截断或手工改动过，请重新导出")]
    Syntax { line: u64, column: u64 },
    #[error("第 {line} 行：文件到这里就断了，没有写完。请重新导出或重新上传")]
    Truncated { line: u64 },
    #[error("第 {line} 行：内容不是 GeoJSON 的要素集合（FeatureCollection）")]
    NotCollection { line: u64 },
    #[error("第 {line} 行：嵌套太深，不是正常的 GeoJSON")]
    TooDeep { line: u64 },
    #[error("要素太多：一次最多 {limit} 个。请按区县或镇街分开导入")]
    TooManyFeatures { limit: usize },
    #[error("第 {line} 行：顶点太多，一次最多 {limit} 个。请先简化边界，或者分开导入")]
    TooManyVertices { line: u64, limit: usize },
    #[error("文件里没有要素")]
    NoFeatures,
    #[error("读取文件时出错，请重新上传")]
    Io(#[source] std::io::Error),
}

/// Reads a file and converts its datum.
///
/// `size` is its length in bytes where that is known, so that a file too large is refused before any of it is read.
///
/// # Errors
/// A [`ReadError`] where the file as a whole cannot be used.
pub fn read(from: impl Read, size: Option<u64>, datum: Datum, limits: &Limits) -> Result<Reading, ReadError> {
    if size.is_some_and(|size| size > limits.bytes) {
        return Err(ReadError::TooLarge { limit: limits.bytes });
    }
    let source = Source::open(from, limits.bytes)?;
    let counted = source.counted();
    let mut sink = Sink::new(datum, *limits, counted.clone());
    let mut json = serde_json::Deserializer::from_reader(source);
    let read = sink.deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = read {
        return Err(sink.why(error));
    }
    if sink.seen() == 0 {
        return Err(ReadError::NoFeatures);
    }
    Ok(sink.done())
}

/// Reads the border of one area from the text of a GeoJSON geometry in the stored datum, as [`super::write`] makes it.
///
/// # Errors
/// The reason in Chinese where the text is no Polygon or MultiPolygon.
pub fn read_border(text: &str) -> Result<Border, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut budget = usize::MAX;
    let raw = geometry::GeometrySeed {
        datum: Datum::Cgcs2000,
        limit: usize::MAX,
        budget: &mut budget,
    }
    .deserialize(&mut json)
    .map_err(|error| error.to_string())?;
    let mut parts = raw.parts().map_err(|wrong| wrong.message)?;
    for ring in parts.iter_mut().flatten() {
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
    }
    Ok(Border(parts))
}
