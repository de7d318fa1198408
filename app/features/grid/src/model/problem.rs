//! What is wrong with a map file, told so that its maker can find and mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Place;

/// What a problem means for the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing can be stored until the file is mended.
    Blocking,
    /// Stored only if an administrator accepts this one by name.
    Acceptable,
    /// Mended while reading, or within the tolerance: for information.
    Note,
}

impl Severity {
    pub fn label(self) -> &'static str {
        match self {
            Self::Blocking => "须改正",
            Self::Acceptable => "可例外通过",
            Self::Note => "提示",
        }
    }
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    NotPolygon,
    BadCoordinates,
    OutOfRange,
    TooManyVertices,
    OpenRing,
    Degenerate,
    SelfIntersection,
    HoleOutside,
    BadCode,
    UnknownCode,
    DuplicateCode,
    MissingName,
    WrongLevel,
    WrongParent,
    MissingParent,
    OutOfScope,
    Overlap,
    Gap,
    Outside,
    NoParentBorder,
    NameDiffers,
    RingOrder,
    DuplicateVertices,
}

impl Kind {
    pub fn label(self) -> &'static str {
        match self {
            Self::NotPolygon => "不是面",
            Self::BadCoordinates => "坐标格式",
            Self::OutOfRange => "坐标超出范围",
            Self::TooManyVertices => "顶点过多",
            Self::OpenRing => "边界没有闭合",
            Self::Degenerate => "没有面积",
            Self::SelfIntersection => "边界自相交",
            Self::HoleOutside => "内环位置",
            Self::BadCode => "代码格式",
            Self::UnknownCode => "代码不存在",
            Self::DuplicateCode => "代码重复",
            Self::MissingName => "缺少名称",
            Self::WrongLevel => "层级不符",
            Self::WrongParent => "上级不符",
            Self::MissingParent => "找不到上级",
            Self::OutOfScope => "不在负责范围",
            Self::Overlap => "与相邻重叠",
            Self::Gap => "有空隙",
            Self::Outside => "超出上级范围",
            Self::NoParentBorder => "上级没有边界",
            Self::NameDiffers => "名称不一致",
            Self::RingOrder => "环的方向",
            Self::DuplicateVertices => "重复顶点",
        }
    }

    /// A short stable name, part of the key by which an exception is accepted.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPolygon => "not_polygon",
            Self::BadCoordinates => "bad_coordinates",
            Self::OutOfRange => "out_of_range",
            Self::TooManyVertices => "too_many_vertices",
            Self::OpenRing => "open_ring",
            Self::Degenerate => "degenerate",
            Self::SelfIntersection => "self_intersection",
            Self::HoleOutside => "hole_outside",
            Self::BadCode => "bad_code",
            Self::UnknownCode => "unknown_code",
            Self::DuplicateCode => "duplicate_code",
            Self::MissingName => "missing_name",
            Self::WrongLevel => "wrong_level",
            Self::WrongParent => "wrong_parent",
            Self::MissingParent => "missing_parent",
            Self::OutOfScope => "out_of_scope",
            Self::Overlap => "overlap",
            Self::Gap => "gap",
            Self::Outside => "outside",
            Self::NoParentBorder => "no_parent_border",
            Self::NameDiffers => "name_differs",
            Self::RingOrder => "ring_order",
            Self::DuplicateVertices => "duplicate_vertices",
        }
    }
}

/// What a measure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    SquareMetres,
    Vertices,
}

/// How large a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub value: f64,
    pub unit: Unit,
    /// The part of the whole, 0 to 1: of the smaller neighbour for an overlap, of the parent for a gap, of the
    /// area itself for what lies outside.
    pub share: Option<f64>,
}

/// One thing wrong with a map file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub severity: Severity,
    pub kind: Kind,
    /// Which feature of the file, counted from 0; `None` for an area that is stored already.
    pub feature: Option<u32>,
    /// The line of the file on which the feature begins, counted from 1.
    pub line: Option<u64>,
    pub code: String,
    pub name: String,
    /// The code of the other area, where two are involved.
    pub other: Option<String>,
    pub place: Option<Place>,
    pub measure: Option<Measure>,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
    /// The trouble spot for the map: rings without repeated last vertex.
    pub outline: Vec<Vec<Place>>,
}

impl Problem {
    /// The name under which an administrator accepts it: it stays the same when the file is checked again.
    pub fn key(&self) -> String {
        format!(
            "{}:{}:{}",
            self.kind.code(),
            self.code,
            self.other.as_deref().unwrap_or("")
        )
    }
}

impl fmt::Display for Problem {
    /// One line for a log or a terminal: where in the file, which unit, what is wrong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(feature)) = (self.line, self.feature) {
            write!(f, "第 {line} 行，第 {} 个要素，", feature + 1)?;
        }
        let Self {
            code,
            name,
            severity,
            kind,
            message,
            ..
        } = self;
        write!(
            f,
            "{code} {name}：{}（{}）。{message}",
            kind.label(),
            severity.label()
        )
    }
}
