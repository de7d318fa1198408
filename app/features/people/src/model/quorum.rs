//! The counts of a roll, and what they mean when residents meet and decide.
//!
//! Default profiles; each names its source, and whether its wording was read in a public text for this product or is still
//! to be checked (待核).

use serde::{Deserialize, Serialize};

/// What a roll counts on a date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct RollCounts {
    pub households: i64,
    /// Households with a representative.
    pub represented: i64,
    /// Residents of 18 and over who are counted.
    pub adults: i64,
    /// Of age, but staying for a while only: not counted.
    pub temporary: i64,
    /// Of age and registered here, but living elsewhere: not counted.
    pub away: i64,
    /// Of whom neither year nor day of birth is noted: not counted.
    pub unknown_age: i64,
    /// Who turn 18 in this year and of whom only the year is noted: not counted before its last day.
    pub turning: i64,
    pub deputies: i64,
    /// Households that belong to no residents' group.
    pub ungrouped: i64,
}

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub source: &'static str,
    /// Whether the wording was read in public text; if not, it is shown as 待核.
    pub read: bool,
}

/// One number that a meeting needs, in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    pub title: &'static str,
    pub value: i64,
    pub unit: &'static str,
    /// How the number came about, for whoever reads it.
    pub words: String,
    pub rule: Rule,
}

const RESIDENTS: Rule = Rule {
    source: "《城市居民委员会组织法》（2025 年 10 月 28 日修订，2026 年 1 月 1 日起施行）第二十六条、第二十七条",
    read: true,
};
const DEPUTIES: Rule = Rule {
    source: "《城市居民委员会组织法》（2025 年 10 月 28 日修订，2026 年 1 月 1 日起施行）第二十八条至第三十条",
    read: true,
};
const VILLAGERS: Rule = Rule {
    source: "《村民委员会组织法》（2025 年 10 月 28 日修正）第二十五条、第二十六条、第二十九条、第三十条",
    read: false,
};

/// 业主共同决定: who has to take part, by floor area and by number.
pub const OWNERS_RULE: Rule = Rule {
    source: "《民法典》第二百七十八条",
    read: true,
};

/// Two thirds of the owners, or of their area, that have to take part.
pub const fn owners_due(n: i64) -> i64 {
    at_least(n, 2, 3)
}

const fn more_than_half(n: i64) -> i64 {
    n / 2 + 1
}

/// The smallest number that is at least `part` of `whole` of `n`.
const fn at_least(n: i64, part: i64, whole: i64) -> i64 {
    (n * part + whole - 1) / whole
}

/// For how many households one deputy is elected, at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeputyRule {
    pub fewest: i64,
    pub most: i64,
    pub rule: Rule,
}

/// One for 20 to 50 in a city, for 5 to 15 in a village.
pub const fn deputy_rule(village: bool) -> DeputyRule {
    if village {
        DeputyRule {
            fewest: 5,
            most: 15,
            rule: VILLAGERS,
        }
    } else {
        DeputyRule {
            fewest: 20,
            most: 50,
            rule: DEPUTIES,
        }
    }
}

impl DeputyRule {
    /// The fewest and most deputies that so many households elect.
    pub const fn due(self, households: i64) -> (i64, i64) {
        let least = at_least(households, 1, self.most);
        let most = households / self.fewest;
        (least, if most < least { least } else { most })
    }
}

/// What the counts of a community, or a village, mean for its meetings.
pub fn quorums(counts: &RollCounts, village: bool) -> Vec<Quorum> {
    let RollCounts {
        adults,
        represented,
        deputies,
        ..
    } = *counts;
    if village {
        return vec![
            Quorum {
                title: "村民会议要来多少村民",
                value: more_than_half(adults),
                unit: "人",
                words: format!("年满 18 周岁的村民 {adults} 人，要有一半以上的人参加。"),
                rule: VILLAGERS,
            },
            Quorum {
                title: "村民会议改由户的代表参加，要来多少户",
                value: at_least(represented, 2, 3),
                unit: "户",
                words: format!("有户代表的 {represented} 户，要有三分之二以上。"),
                rule: VILLAGERS,
            },
            Quorum {
                title: "村民代表会议要来多少代表",
                value: at_least(deputies, 2, 3),
                unit: "人",
                words: format!("村民代表 {deputies} 人，要有三分之二以上参加。"),
                rule: VILLAGERS,
            },
        ];
    }
    vec![
        Quorum {
            title: "居民会议要来多少居民",
            value: more_than_half(adults),
            unit: "人",
            words: format!(
                "年满 18 周岁的居民 {adults} 人，要超过一半，也就是至少 {} 人。",
                more_than_half(adults)
            ),
            rule: RESIDENTS,
        },
        Quorum {
            title: "居民会议改由户代表参加，要来多少户代表",
            value: more_than_half(represented),
            unit: "人",
            words: format!(
                "户代表 {represented} 人，要超过一半，也就是至少 {} 人。",
                more_than_half(represented)
            ),
            rule: RESIDENTS,
        },
        Quorum {
            title: "多少居民提议就要开居民会议",
            value: at_least(adults, 1, 10),
            unit: "人",
            words: format!("年满 18 周岁的居民 {adults} 人的十分之一。"),
            rule: RESIDENTS,
        },
        Quorum {
            title: "多少户代表提议就要开居民会议",
            value: at_least(represented, 1, 10),
            unit: "人",
            words: format!("户代表 {represented} 人的十分之一。"),
            rule: RESIDENTS,
        },
        Quorum {
            title: "多少居民代表提议就要开居民会议",
            value: at_least(deputies, 1, 3),
            unit: "人",
            words: format!("居民代表 {deputies} 人的三分之一。"),
            rule: RESIDENTS,
        },
        Quorum {
            title: "居民代表会议要来多少代表",
            value: at_least(deputies, 2, 3),
            unit: "人",
            words: format!("居民代表 {deputies} 人，要有三分之二以上参加。"),
            rule: DEPUTIES,
        },
        Quorum {
            title: "多少居民代表提议就要开居民代表会议",
            value: at_least(deputies, 1, 5),
            unit: "人",
            words: format!("居民代表 {deputies} 人的五分之一。"),
            rule: DEPUTIES,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_are_those_of_the_law() {
        let counts = RollCounts {
            households: 500,
            represented: 480,
            adults: 1201,
            deputies: 17,
            ..RollCounts::default()
        };
        let values: Vec<i64> = quorums(&counts, false).iter().map(|q| q.value).collect();
        assert_eq!(values, [601, 241, 121, 48, 6, 12, 4]);
        let values: Vec<i64> = quorums(&counts, true).iter().map(|q| q.value).collect();
        assert_eq!(values, [601, 320, 12]);
        assert!(quorums(&counts, true).iter().all(|q| !q.rule.read));
        // An even number: half is not more than half.
        assert_eq!(more_than_half(10), 6);
        assert_eq!((owners_due(90), owners_due(91), owners_due(0)), (60, 61, 0));
    }

    #[test]
    fn deputies_are_due_by_the_number_of_households() {
        let city = deputy_rule(false);
        assert_eq!(city.due(500), (10, 25));
        assert_eq!(city.due(501), (11, 25));
        assert_eq!(city.due(10), (1, 1));
        assert_eq!(city.due(0), (0, 0));
        assert_eq!(deputy_rule(true).due(300), (20, 60));
    }
}
