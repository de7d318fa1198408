//! What a point of interest is, and what a form says of one: pure, the same in the browser and on the server.

mod form;
pub mod photo;
mod view;

use serde::{Deserialize, Serialize};
use shared::coded;

pub use form::{Checked, PointForm};
pub use photo::{Photo, PhotoId, WaitingPage};
pub use view::{EditPage, ListPage, Point, Row, Unit};

shared::id! {
    /// A point of interest.
    PointId,
}

coded! {
    /// What is there.
    Kind {
        Centre = "centre", "党群服务中心";
        Health = "health", "卫生服务站";
        Meals = "meals", "老年助餐点";
        PartyHome = "party_home", "党员中心户";
        Venue = "venue", "活动场地";
        Charger = "charger", "充电点";
        Hydrant = "hydrant", "消火栓";
        /// For those only who work there.
        Camera = "camera", "监控点位";
    }
    /// What makes it reachable for everybody (无障碍).
    Access {
        Ramp = "ramp", "坡道";
        Lift = "lift", "电梯";
        Toilet = "toilet", "无障碍卫生间";
        Parking = "parking", "无障碍车位";
        Hearing = "hearing", "手语或字幕";
    }
}

impl Kind {
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Camera)
    }

    /// One character for a map, where there is room for no more.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Centre => "党",
            Self::Health => "医",
            Self::Meals => "餐",
            Self::PartyHome => "户",
            Self::Venue => "场",
            Self::Charger => "充",
            Self::Hydrant => "栓",
            Self::Camera => "监",
        }
    }
}

pub(crate) const METRES_PER_DEGREE: f64 = 111_195.0;

/// Metres between two places, as the crow flies; for the distances of a town, where the earth is flat enough.
pub fn metres(a: grid::model::Place, b: grid::model::Place) -> f64 {
    let middle = ((a.lat_degrees() + b.lat_degrees()) / 2.0).to_radians();
    let east = (a.lon_degrees() - b.lon_degrees()) * METRES_PER_DEGREE * middle.cos();
    let north = (a.lat_degrees() - b.lat_degrees()) * METRES_PER_DEGREE;
    east.hypot(north)
}

/// `350 米`, `1.2 公里`
pub fn distance(metres: i64) -> String {
    if metres < 995 {
        format!("{} 米", (metres + 5) / 10 * 10)
    } else {
        let tenths = (metres + 50) / 100;
        format!("{}.{} 公里", tenths / 10, tenths % 10)
    }
}

/// What is wrong with a place that somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoPlace;

/// `120.7512, 31.6541`: longitude and latitude in degrees, as map programs copy them; within China, and the other way round too.
///
/// # Errors
/// [`NoPlace`] if it is none.
pub fn read_place(text: &str) -> Result<grid::model::Place, NoPlace> {
    let text = text.replace(['，', '、'], ",");
    let mut parts = text
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|part| !part.is_empty());
    let mut number = || parts.next()?.trim_end_matches('°').parse::<f64>().ok();
    let (a, b) = (number().ok_or(NoPlace)?, number().ok_or(NoPlace)?);
    if parts.next().is_some() {
        return Err(NoPlace);
    }
    // No longitude of China is a latitude of China.
    let (lon, lat) = if a < b { (b, a) } else { (a, b) };
    if !(73.0..=136.0).contains(&lon) || !(3.0..=54.0).contains(&lat) {
        return Err(NoPlace);
    }
    grid::model::Place::from_degrees(lon, lat).ok_or(NoPlace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_map_programs_write_it() {
        let wanted = grid::model::Place::from_degrees(120.7512, 31.6541).unwrap();
        for text in [
            "120.7512, 31.6541",
            "31.6541,120.7512",
            "120.7512，31.6541",
            " 120.7512 31.6541 ",
            "120.7512°、31.6541°",
        ] {
            assert_eq!(read_place(text), Ok(wanted), "{text}");
        }
        for text in [
            "",
            "120.75",
            "120.75,31.65,3",
            "北纬 31",
            "0,0",
            "NaN,NaN",
            "200,31",
            "inf, 31",
        ] {
            assert_eq!(read_place(text), Err(NoPlace), "{text}");
        }
    }

    #[test]
    fn distances_are_those_of_a_town() {
        let at = |lon, lat| grid::model::Place::from_degrees(lon, lat).unwrap();
        let north = metres(at(120.75, 31.65), at(120.75, 31.66));
        assert!((north - 1112.0).abs() < 1.0, "{north}");
        let east = metres(at(120.75, 31.65), at(120.76, 31.65));
        assert!((east - 946.5).abs() < 1.0, "{east}");
        assert_eq!(
            (distance(43), distance(994), distance(1249)),
            ("40 米".into(), "990 米".into(), "1.2 公里".into())
        );
    }
}
