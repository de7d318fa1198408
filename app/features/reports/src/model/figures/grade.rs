//! How long something took, in grades: of a million durations only as many are kept as there are grades, and any percentile follows.

use std::collections::BTreeMap;

/// Up to how many minutes, and in steps of how many. A working day has eight hours, a limit of fifteen of them 7,200 minutes.
const GRADES: [(i64, i64); 5] = [(120, 5), (480, 15), (2_400, 30), (7_200, 120), (i64::MAX, 480)];
/// Nothing is told to have taken longer.
const LONGEST: i64 = 480_000;

/// The grade of a duration in minutes: the next higher one, so that nothing looks faster than it was.
pub fn graded(minutes: i64) -> i64 {
    let minutes = minutes.clamp(0, LONGEST);
    let step = GRADES
        .iter()
        .find(|(most, _)| minutes <= *most)
        .map_or(1, |(_, step)| *step);
    minutes.div_euclid(step) * step + if minutes.rem_euclid(step) == 0 { 0 } else { step }
}

/// The percentile of grades with their counts, by the nearest rank: the least grade that so many percent of all do not exceed.
///
/// `percentile(p) = min { g : count(grades <= g) >= max(1, ceil(p / 100 * n)) }`
pub fn percentile(grades: &BTreeMap<i64, i64>, percent: i64) -> Option<i64> {
    let all: i64 = grades.values().sum();
    let product = all * percent;
    let rank = (product.div_euclid(100) + i64::from(product.rem_euclid(100) > 0)).max(1);
    let mut counted = 0;
    grades.iter().find_map(|(grade, n)| {
        counted += n;
        (*n > 0 && counted >= rank).then_some(*grade)
    })
}

/// Working time in words: a day has eight hours. `2 天 3 小时`
pub fn worked(minutes: i64) -> String {
    told(minutes, 480)
}

/// Time that runs day and night, in words.
pub fn elapsed(minutes: i64) -> String {
    told(minutes, 1_440)
}

fn told(minutes: i64, day: i64) -> String {
    let (days, hours, left) = (minutes / day, minutes % day / 60, minutes % 60);
    match (days, hours, left) {
        (0, 0, left) => format!("{left} 分钟"),
        (0, hours, 0) => format!("{hours} 小时"),
        (0, hours, left) => format!("{hours} 小时 {left} 分钟"),
        (days, 0, _) => format!("{days} 天"),
        (days, hours, _) => format!("{days} 天 {hours} 小时"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grade_is_never_less_and_never_much_more() {
        for minutes in 0..20_000 {
            let grade = graded(minutes);
            assert!(grade >= minutes, "{minutes}");
            assert!(grade - minutes < 480, "{minutes}");
            assert_eq!(graded(grade), grade, "a grade is its own");
            assert!(graded(minutes + 1) >= grade);
        }
        assert_eq!(
            [0, 1, 5, 119, 121, 481, 2_401, 7_201].map(graded),
            [0, 5, 5, 120, 135, 510, 2_520, 7_680]
        );
        assert_eq!(graded(-7), 0);
        assert_eq!(graded(i64::MAX), LONGEST);
    }

    /// By the definition, over the single durations.
    fn by_sorting(mut all: Vec<i64>, percent: usize) -> Option<i64> {
        all.sort_unstable();
        let rank = (all.len() * percent).div_ceil(100).max(1);
        all.get(rank - 1).copied()
    }

    #[test]
    fn percentiles_of_grades_are_those_of_what_was_graded() {
        let mut seed = 7_u64;
        for many in [0, 1, 2, 3, 10, 99, 100, 101, 1_000] {
            let all: Vec<i64> = (0..many)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    graded(i64::try_from(seed >> 51).unwrap())
                })
                .collect();
            let mut grades = BTreeMap::new();
            for grade in &all {
                *grades.entry(*grade).or_insert(0) += 1;
            }
            for percent in [50, 90] {
                let expected = by_sorting(all.clone(), usize::try_from(percent).unwrap());
                assert_eq!(percentile(&grades, percent), expected, "{percent} of {many}");
            }
        }
    }

    #[test]
    fn tells_days_of_eight_hours_or_of_all() {
        assert_eq!(worked(45), "45 分钟");
        assert_eq!(worked(120), "2 小时");
        assert_eq!(worked(135), "2 小时 15 分钟");
        assert_eq!(worked(480), "1 天");
        assert_eq!(worked(1_110), "2 天 2 小时");
        assert_eq!(elapsed(1_500), "1 天 1 小时");
    }
}
