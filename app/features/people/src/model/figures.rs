//! Figures of a place, and what of them the public is told: no group so small that somebody could be made out in it.

use serde::{Deserialize, Serialize};
use shared::coded;

/// The smallest group that the public is told of.
pub const SMALLEST: i64 = 5;
/// 服务用房 a hundred households: the study's 30 m², in hundredths.
pub const SERVICE_AREA: i64 = 3000;

coded! {
    /// An age band, from an age (inclusive) to the next one's.
    Band {
        Infant = "0", "0 到 5 岁";
        Minor = "6", "6 到 17 岁";
        Adult = "18", "18 到 59 岁";
        Old = "60", "60 到 79 岁";
        Aged = "80", "80 岁及以上";
        Unknown = "unknown", "年龄没有登记";
    }
}

impl Band {
    /// By the years between.
    pub const fn of(age: Option<i64>) -> Self {
        match age {
            None => Self::Unknown,
            Some(..=5) => Self::Infant,
            Some(6..=17) => Self::Minor,
            Some(18..=59) => Self::Adult,
            Some(60..=79) => Self::Old,
            Some(_) => Self::Aged,
        }
    }
}

/// Figures of a place on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub households: i64,
    pub persons: i64,
    /// In the order of [`Band::ALL`].
    pub bands: Vec<i64>,
    /// Of 80 and over, alone in a household.
    pub alone: i64,
    /// 服务用房 in hundredths of a square metre.
    pub service_area: i64,
}

/// What the public is told: `None` where a group is too small.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    pub households: Option<i64>,
    pub persons: Option<i64>,
    pub bands: Vec<Option<i64>>,
    pub alone: Option<i64>,
    pub service_area: i64,
    /// Hundredths of a square metre a hundred households.
    pub service_per_hundred: Option<i64>,
}

impl Hidden {
    /// How many are of an age band.
    pub fn band(&self, band: Band) -> Option<i64> {
        let at = Band::ALL.iter().position(|one| *one == band)?;
        self.bands.get(at).copied().flatten()
    }
}

const fn hidden(n: i64) -> Option<i64> {
    if n > 0 && n < SMALLEST { None } else { Some(n) }
}

/// Hidden if it is small, or else to the next five: what is hidden of a grid must not follow from the community's figure
/// less those of its other grids.
const fn blurred(n: i64) -> Option<i64> {
    match hidden(n) {
        Some(n) => Some((n + 2) / 5 * 5),
        None => None,
    }
}

impl Figures {
    pub const fn service_per_hundred(&self) -> Option<i64> {
        if self.households == 0 {
            None
        } else {
            Some(self.service_area * 100 / self.households)
        }
    }

    /// What staff see: all of it.
    pub fn whole(&self) -> Hidden {
        Hidden {
            households: Some(self.households),
            persons: Some(self.persons),
            bands: self.bands.iter().copied().map(Some).collect(),
            alone: Some(self.alone),
            service_area: self.service_area,
            service_per_hundred: self.service_per_hundred(),
        }
    }

    /// What the public sees.
    pub fn public(&self) -> Hidden {
        let households = hidden(self.households);
        Hidden {
            households,
            persons: hidden(self.persons),
            bands: self.bands.iter().copied().map(blurred).collect(),
            alone: blurred(self.alone),
            service_area: self.service_area,
            service_per_hundred: households.and(self.service_per_hundred()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_fall_into_bands() {
        for (age, band) in [
            (Some(0), Band::Infant),
            (Some(5), Band::Infant),
            (Some(17), Band::Minor),
            (Some(18), Band::Adult),
            (Some(60), Band::Old),
            (Some(80), Band::Aged),
            (Some(130), Band::Aged),
            (None, Band::Unknown),
        ] {
            assert_eq!(Band::of(age), band);
        }
    }

    #[test]
    fn the_public_cannot_make_out_a_small_group() {
        let figures = Figures {
            households: 100,
            persons: 300,
            bands: vec![21, 33, 196, 46, 4, 0],
            alone: 3,
            service_area: 4000,
        };
        let told = figures.public();
        assert_eq!(
            told.bands,
            [Some(20), Some(35), Some(195), Some(45), None, Some(0)]
        );
        assert_eq!(told.alone, None);
        assert_eq!(told.service_per_hundred, Some(4000));
        assert_eq!(figures.whole().bands[4], Some(4));
        let few = Figures {
            households: 3,
            persons: 4,
            bands: vec![0, 0, 3, 1, 0, 0],
            ..Figures::default()
        };
        let told = few.public();
        assert_eq!(
            (told.households, told.persons, told.service_per_hundred),
            (None, None, None)
        );
        assert_eq!(told.bands[2..4], [None, None]);
    }
}
