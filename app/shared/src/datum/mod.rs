//! The datums in which Chinese places come: borders, buildings. One is stored; the others are converted once, at the edge.

mod shift;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use shift::{gcj02_to_bd09, to_stored, wgs84_to_gcj02};

/// What the numbers of a file are measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// China's national datum since 2008. It differs from WGS 84 by centimetres, which a grid's border does not show,
    /// so both are stored as they come.
    Cgcs2000,
    /// What GPS receivers and most open data give.
    Wgs84,
    /// The shifted datum of 高德, 腾讯 and other Chinese web maps.
    Gcj02,
    /// 百度's own shift on top of GCJ-02.
    Bd09,
}

impl Datum {
    pub const ALL: [Self; 4] = [Self::Cgcs2000, Self::Wgs84, Self::Gcj02, Self::Bd09];

    /// The name by which it is stored and given on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cgcs2000 => "cgcs2000",
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// The name with what somebody who got a file from elsewhere recognises it by.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cgcs2000 => "CGCS2000（国家大地坐标系，天地图、自然资源部门）",
            Self::Wgs84 => "WGS 84（GPS、开放数据）",
            Self::Gcj02 => "GCJ-02（高德、腾讯地图）",
            Self::Bd09 => "BD-09（百度地图）",
        }
    }
}

/// A name that is none of the four datums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDatum(pub String);

impl fmt::Display for UnknownDatum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "不认识的坐标系“{}”，请填 CGCS2000、WGS84、GCJ-02 或 BD-09",
            self.0
        )
    }
}

impl std::error::Error for UnknownDatum {}

impl FromStr for Datum {
    type Err = UnknownDatum;

    /// Reads a datum's name as people write it: `GCJ-02`, `gcj02`, `EPSG:4490`, `BD09`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match plain.as_str() {
            "cgcs2000" | "epsg4490" | "4490" => Ok(Self::Cgcs2000),
            "wgs84" | "epsg4326" | "4326" | "crs84" => Ok(Self::Wgs84),
            "gcj02" | "gcj" => Ok(Self::Gcj02),
            "bd09" | "bd09ll" => Ok(Self::Bd09),
            _ => Err(UnknownDatum(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Whether a place, in 1e-7 degrees, may be on the mainland: within the rectangle around it.
pub fn on_mainland(lon: i64, lat: i64) -> bool {
    (730_000_000..=1_360_000_000).contains(&lon) && (30_000_000..=540_000_000).contains(&lat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        for (text, datum) in [
            ("CGCS2000", Datum::Cgcs2000),
            ("EPSG:4490", Datum::Cgcs2000),
            ("WGS 84", Datum::Wgs84),
            ("GCJ-02", Datum::Gcj02),
            ("BD_09", Datum::Bd09),
        ] {
            assert_eq!(text.parse(), Ok(datum), "{text}");
        }
        for datum in Datum::ALL {
            assert_eq!(datum.code().parse(), Ok(datum));
        }
        assert!("北京54".parse::<Datum>().is_err());
        assert!("".parse::<Datum>().is_err());
    }
}
