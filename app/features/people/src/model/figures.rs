//! Figures of a place, and what of them the public is told: no group so small that somebody could be made out in it.
//!
//! Whatever the public is told of any place is reckoned from counts in which each small group of each grid was replaced by one and
//! the same number. So nothing told depends on how small a small group is, and no sum or difference of what is told, of a place and
//! its parts or of one band and the others, can say so. What is told goes by fives, so that no single coming or going is seen. That holds
//! of one day. Whoever could compare any two days would see at which coming a small group ceased to be one, or a five became the next; so of
//! the past the public is told of the first day of each year only, as the map does it.

use serde::{Deserialize, Serialize};
use shared::coded;

/// The smallest group that the public is told of.
pub const SMALLEST: i64 = 5;
/// What a smaller one counts for where groups are added up for the public: in the middle of what it may be.
pub const STAND_IN: i64 = 3;
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

/// What is counted of one grid: the smallest place of which anybody is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grain {
    pub households: i64,
    /// In the order of [`Band::ALL`].
    pub bands: [i64; Band::ALL.len()],
    pub alone: i64,
}

impl Grain {
    /// With small groups replaced.
    fn veiled(self) -> Self {
        Self {
            households: veiled(self.households),
            bands: self.bands.map(veiled),
            alone: veiled(self.alone),
        }
    }

    fn and(mut self, other: &Self) -> Self {
        self.households += other.households;
        self.alone += other.alone;
        for (sum, n) in self.bands.iter_mut().zip(other.bands) {
            *sum += n;
        }
        self
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
    /// 服务用房 in hundredths of a square metre; none where no estate's was noted, of a grid, for they are the community's,
    /// and of a day that has passed.
    pub service_area: Option<i64>,
    /// The same as the public's are made of.
    veiled: Grain,
}

/// What the public is told: `None` where a group is too small.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    pub households: Option<i64>,
    pub persons: Option<i64>,
    pub bands: Vec<Option<i64>>,
    pub alone: Option<i64>,
    pub service_area: Option<i64>,
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

const fn veiled(n: i64) -> i64 {
    if n > 0 && n < SMALLEST { STAND_IN } else { n }
}

/// Hidden if it is small, or else to the next five.
const fn blurred(veiled: i64) -> Option<i64> {
    if veiled > 0 && veiled < SMALLEST {
        None
    } else {
        Some((veiled + 2) / 5 * 5)
    }
}

fn per_hundred(area: Option<i64>, households: Option<i64>) -> Option<i64> {
    let households = households.filter(|n| *n > 0)?;
    Some(area? * 100 / households)
}

impl Figures {
    /// What all of its grids come to.
    pub fn of(grains: &[Grain], service_area: Option<i64>) -> Self {
        let all = grains.iter().fold(Grain::default(), Grain::and);
        let veiled = grains
            .iter()
            .fold(Grain::default(), |sum, grain| sum.and(&grain.veiled()));
        Self {
            households: all.households,
            persons: all.bands.iter().sum(),
            bands: all.bands.to_vec(),
            alone: all.alone,
            service_area,
            veiled,
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
            service_per_hundred: per_hundred(self.service_area, Some(self.households)),
        }
    }

    /// What the public sees.
    pub fn public(&self) -> Hidden {
        let households = blurred(self.veiled.households);
        Hidden {
            households,
            // Of a few households it is not told how many live in them.
            persons: households.and(blurred(self.veiled.bands.iter().sum())),
            bands: self.veiled.bands.iter().copied().map(blurred).collect(),
            alone: blurred(self.veiled.alone),
            service_area: self.service_area,
            service_per_hundred: per_hundred(self.service_area, households),
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

    fn grid(households: i64, bands: [i64; 6], alone: i64) -> Grain {
        Grain {
            households,
            bands,
            alone,
        }
    }

    #[test]
    fn the_public_cannot_make_out_a_small_group() {
        let figures = Figures::of(&[grid(101, [21, 33, 196, 46, 4, 0], 3)], Some(4000));
        let told = figures.public();
        assert_eq!((told.households, told.persons), (Some(100), Some(300)));
        assert_eq!(
            told.bands,
            [Some(20), Some(35), Some(195), Some(45), None, Some(0)]
        );
        assert_eq!(told.alone, None);
        assert_eq!(
            told.service_per_hundred,
            Some(4000),
            "by the households as they are told"
        );
        assert_eq!(figures.whole().bands[4], Some(4));
        assert_eq!(figures.whole().service_per_hundred, Some(3960));
        let few = Figures::of(&[grid(3, [0, 0, 3, 1, 0, 0], 0)], Some(4000));
        let told = few.public();
        assert_eq!(
            (told.households, told.persons, told.service_per_hundred),
            (None, None, None)
        );
        assert_eq!(told.bands[2..4], [None, None]);
        let nobody = Figures::of(&[], None).public();
        assert_eq!((nobody.households, nobody.persons), (Some(0), Some(0)));
        assert_eq!(nobody.service_per_hundred, None);
    }

    /// Numbers that look random and are the same each time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, n: u64) -> i64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) % n) as i64
        }

        /// Often small, often nothing.
        fn count(&mut self) -> i64 {
            match self.below(3) {
                0 => 0,
                1 => self.below(5),
                _ => self.below(60),
            }
        }

        fn grid(&mut self) -> Grain {
            let mut bands = [0; 6];
            bands.fill_with(|| self.count());
            grid(self.count(), bands, self.count())
        }

        /// Another size that the public cannot tell from `n`.
        fn as_small(&mut self, n: i64) -> i64 {
            if n > 0 && n < SMALLEST {
                1 + self.below(4)
            } else {
                n
            }
        }
    }

    /// All that is told: of the whole, and of each part.
    fn told(parts: &[Grain]) -> Vec<Hidden> {
        let each = parts.iter().map(|part| Figures::of(&[*part], None).public());
        std::iter::once(Figures::of(parts, Some(12_000)).public())
            .chain(each)
            .collect()
    }

    fn numbers(told: &Hidden) -> Vec<Option<i64>> {
        let mut all = vec![told.households, told.persons, told.alone];
        all.extend(&told.bands);
        all
    }

    #[test]
    fn nothing_told_of_a_whole_and_its_parts_depends_on_how_small_a_small_group_is() {
        let mut dice = Dice(7);
        for _ in 0..400 {
            let parts: Vec<Grain> = (0..1 + dice.below(7)).map(|_| dice.grid()).collect();
            let others: Vec<Grain> = parts
                .iter()
                .map(|part| {
                    let bands = part.bands.map(|n| dice.as_small(n));
                    grid(dice.as_small(part.households), bands, dice.as_small(part.alone))
                })
                .collect();
            assert_eq!(told(&parts), told(&others), "{parts:?} and {others:?}");
        }
    }

    #[test]
    fn what_is_told_goes_by_fives_and_is_near_the_truth() {
        let mut dice = Dice(11);
        for _ in 0..400 {
            let mut parts: Vec<Grain> = (0..1 + dice.below(7)).map(|_| dice.grid()).collect();
            let before = told(&parts);
            for told in before.iter().flat_map(numbers).flatten() {
                assert!(told >= 0 && told % 5 == 0);
            }
            let whole = Figures::of(&parts, None);
            let off = 2 + 2 * i64::try_from(parts.len()).unwrap();
            if let Some(households) = before[0].households {
                assert!((households - whole.households).abs() <= off);
            }
            // Somebody comes, and a household with them.
            let (part, band) = (
                usize::try_from(dice.below(parts.len() as u64)).unwrap(),
                usize::try_from(dice.below(6)).unwrap(),
            );
            parts[part].bands[band] += 1;
            parts[part].households += 1;
            for (was, is) in before
                .iter()
                .flat_map(numbers)
                .zip(told(&parts).iter().flat_map(numbers))
            {
                let seen = is.unwrap_or_default() - was.unwrap_or_default();
                assert_eq!(seen % 5, 0, "nobody sees one come");
            }
        }
    }
}
