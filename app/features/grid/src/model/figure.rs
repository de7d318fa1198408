//! What a map can be coloured by, and of which maps and days each figure is told.

use orgs::model::NodeKind;
use serde::{Deserialize, Serialize};
use shared::Date;

/// A figure that the map can be coloured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// How many grids lie in it.
    Grids,
    /// How many people work for it: grid workers, staff, secretaries.
    Workers,
    /// Square kilometres.
    Area,
    /// How many households live there.
    Households,
    /// How many people live there.
    Persons,
    /// How many of them are under 6.
    Infants,
    /// How many are from 6 to 17.
    Minors,
    /// How many are from 18 to 59.
    Adults,
    /// How many are from 60 to 79.
    Old,
    /// How many are 80 or older.
    Aged,
    /// Of how many it is not known.
    Ageless,
    /// How many of 80 or older live alone.
    Alone,
    /// 服务用房 a hundred households.
    Service,
    /// How many points of interest there are.
    Points,
    /// How many tasks are open.
    Tasks,
    /// How many posts in the teams of its grids nobody holds.
    Posts,
}

/// What of it the viewer is told, of a unit and a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sees {
    /// How many live there.
    pub residents: bool,
    /// How many tasks are open.
    pub tasks: bool,
    /// How many posts are empty.
    pub posts: bool,
}

impl Figure {
    pub const ALL: [Self; 16] = [
        Self::Grids,
        Self::Workers,
        Self::Area,
        Self::Households,
        Self::Persons,
        Self::Infants,
        Self::Minors,
        Self::Adults,
        Self::Old,
        Self::Aged,
        Self::Ageless,
        Self::Alone,
        Self::Service,
        Self::Points,
        Self::Tasks,
        Self::Posts,
    ];

    /// Whether it counts residents: told of the parts of districts and of what is below them, and to the public without small groups.
    pub const fn is_of_residents(self) -> bool {
        matches!(
            self,
            Self::Households
                | Self::Persons
                | Self::Infants
                | Self::Minors
                | Self::Adults
                | Self::Old
                | Self::Aged
                | Self::Ageless
                | Self::Alone
                | Self::Service
        )
    }

    /// Whether it is counted only where it is asked for.
    pub const fn is_counted_apart(self) -> bool {
        self.is_of_residents() || matches!(self, Self::Points | Self::Tasks | Self::Posts)
    }

    /// Whether a map of a unit of this kind is coloured by it, of today or of a day that has passed.
    ///
    /// Of the past there is what was noted with its days: borders, and who lived where. Points, tasks and 服务用房 are known as they are,
    /// and who worked where then is not told.
    fn is_told(self, kind: NodeKind, past: bool, sees: Sees) -> bool {
        match self {
            Self::Area => true,
            // The parts of a community are grids themselves.
            Self::Grids => !past && kind < NodeKind::Community,
            Self::Workers | Self::Points => !past,
            Self::Tasks => !past && kind >= NodeKind::District && sees.tasks,
            Self::Posts => !past && (NodeKind::District..=NodeKind::Community).contains(&kind) && sees.posts,
            // A community's houses serve all of its grids, so no grid has its own.
            Self::Service => !past && (NodeKind::District..NodeKind::Community).contains(&kind),
            _ => self.is_of_residents() && kind >= NodeKind::District && sees.residents,
        }
    }

    /// Those that a map of a unit of this kind can be coloured by.
    pub fn offered(kind: NodeKind, past: bool, sees: Sees) -> Vec<Self> {
        let all = Self::ALL.into_iter();
        all.filter(|figure| figure.is_told(kind, past, sees)).collect()
    }

    /// A count as it is written: that of an area goes by hundredths.
    pub fn written(self, counted: i64) -> String {
        if matches!(self, Self::Service) {
            format!("{}.{:02}", counted / 100, counted % 100)
        } else {
            counted.to_string()
        }
    }

    /// The label with its unit.
    pub fn title(self) -> String {
        format!("{}（{}）", self.label(), self.unit())
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Grids => "grids",
            Self::Workers => "workers",
            Self::Area => "area",
            Self::Households => "households",
            Self::Persons => "persons",
            Self::Infants => "infants",
            Self::Minors => "minors",
            Self::Adults => "adults",
            Self::Old => "old",
            Self::Aged => "aged",
            Self::Ageless => "ageless",
            Self::Alone => "alone",
            Self::Service => "service",
            Self::Points => "points",
            Self::Tasks => "tasks",
            Self::Posts => "posts",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Grids => "网格数",
            Self::Workers => "工作人员",
            Self::Area => "面积",
            Self::Households => "户数",
            Self::Persons => "人口",
            Self::Infants => "0–5 岁",
            Self::Minors => "6–17 岁",
            Self::Adults => "18–59 岁",
            Self::Old => "60–79 岁",
            Self::Aged => "80 岁以上",
            Self::Ageless => "年龄没有登记",
            Self::Alone => "高龄独居",
            Self::Service => "每百户服务用房",
            Self::Points => "点位",
            Self::Tasks => "没办完的任务",
            Self::Posts => "空岗",
        }
    }

    pub const fn unit(self) -> &'static str {
        match self {
            Self::Grids | Self::Points | Self::Posts => "个",
            Self::Workers
            | Self::Persons
            | Self::Infants
            | Self::Minors
            | Self::Adults
            | Self::Old
            | Self::Aged
            | Self::Ageless
            | Self::Alone => "人",
            Self::Area => "平方公里",
            Self::Households => "户",
            Self::Service => "平方米",
            Self::Tasks => "件",
        }
    }

    /// The figure that an address names; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.code() == text)
    }
}

/// The day, of those in a year that has passed or passes, of which anybody is told how many lived where: its first. Of two days that lie
/// close together the difference would be single people who came or went, and on which day a small group ceased to be one would tell how
/// small it was.
pub fn told_day(day: Date) -> Date {
    i16::try_from(day.year())
        .ok()
        .and_then(|year| Date::new(year, 1, 1))
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Sees = Sees {
        residents: true,
        tasks: true,
        posts: true,
    };

    #[test]
    fn a_figure_is_offered_where_it_can_have_a_value() {
        let of = Figure::offered;
        let town = of(NodeKind::Street, false, ALL);
        assert_eq!(town, Figure::ALL);
        let community = of(NodeKind::Community, false, ALL);
        assert!(!community.contains(&Figure::Service) && !community.contains(&Figure::Grids));
        assert!(community.contains(&Figure::Posts));
        assert!(!of(NodeKind::Grid, false, ALL).contains(&Figure::Posts));
        assert!(
            !of(NodeKind::City, false, ALL)
                .into_iter()
                .any(Figure::is_of_residents)
        );
        let public = Sees {
            residents: true,
            ..Sees::default()
        };
        let public = of(NodeKind::Street, false, public);
        assert!(public.contains(&Figure::Adults) && !public.contains(&Figure::Tasks));
        let then = of(NodeKind::Street, true, ALL);
        assert!(then.contains(&Figure::Area) && then.contains(&Figure::Aged));
        for now in [
            Figure::Grids,
            Figure::Workers,
            Figure::Service,
            Figure::Points,
            Figure::Tasks,
            Figure::Posts,
        ] {
            assert!(!then.contains(&now), "{now:?}");
        }
        assert_eq!(
            of(NodeKind::Street, true, Sees::default()),
            [Figure::Area],
            "of most days the public is told of borders only"
        );
    }

    #[test]
    fn an_address_names_each_figure() {
        for figure in Figure::ALL {
            assert_eq!(Figure::parse(figure.code()), Some(figure));
        }
        assert_eq!(Figure::parse("none"), None);
    }

    #[test]
    fn anybody_is_told_of_the_first_day_of_a_year() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(told_day(day("2025-11-23")), day("2025-01-01"));
        assert_eq!(told_day(day("2025-01-01")), day("2025-01-01"));
    }
}
