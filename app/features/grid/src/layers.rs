//! What a map can show over its borders, from each pillar that has something to show there.

use accounts::model::STAFF_TOPIC;
use leptos::prelude::*;
use shared::{Actor, Permission};
use ui::viewer::use_viewer;

/// A layer of vector tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapLayer {
    /// As in the address of a map.
    pub code: &'static str,
    /// In Chinese.
    pub label: &'static str,
    /// The address of its tiles with `{z}`, `{x}` and `{y}`.
    pub tiles: &'static str,
    /// The page that says the same in words, for who cannot see the map: its address and what to call it.
    pub list: Option<(&'static str, &'static str)>,
    /// The address of one thing, up to its id.
    pub opens: Option<&'static str>,
    /// The events after which its tiles are others.
    pub follows: &'static [Follows],
    /// For whom it is, if not for everybody.
    pub needs: Option<Permission>,
    /// What there is of it of a day that has passed.
    pub past: Past,
}

/// Events after which the tiles of a layer are others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// All of a public topic.
    Topic(&'static str),
    /// Those whose kind begins so, told to who works where they happen.
    Work(&'static str),
}

impl Follows {
    /// Whether it is an event of `kind` on `topic`.
    fn holds(self, topic: &str, kind: &str) -> bool {
        match self {
            Self::Topic(named) => topic == named,
            Self::Work(begins) => topic.starts_with("path/") && kind.starts_with(begins),
        }
    }
}

/// What there is of a layer of a day that has passed: where there is anything, its tiles at the same address with `?on=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    Told,
    /// What it does not tell of that day, in words.
    Partly(&'static str),
    /// Why there is nothing, in words.
    Untold(&'static str),
}

impl Past {
    /// What to say of it.
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Told => None,
            Self::Partly(words) | Self::Untold(words) => Some(words),
        }
    }
}

impl MapLayer {
    /// The topics on which what it follows is told, to somebody who works below the paths of `work`.
    pub(crate) fn topics(&self, work: &[String]) -> Vec<String> {
        let of = |follows: &Follows| match follows {
            Follows::Topic(named) => vec![(*named).to_owned()],
            Follows::Work(_) => work.to_vec(),
        };
        self.follows.iter().flat_map(of).collect()
    }

    /// Whether its tiles are others after an event of `kind` on `topic`.
    pub(crate) fn concerned(&self, topic: &str, kind: &str) -> bool {
        self.follows.iter().any(|follows| follows.holds(topic, kind))
    }

    /// Whether the viewer is offered it.
    fn is_for(&self, actor: Option<&Actor>) -> bool {
        self.needs
            .is_none_or(|needs| actor.is_some_and(|actor| actor.may(needs)))
    }
}

/// All layers, the lowest first; the application provides them.
#[derive(Clone, Copy, Debug)]
pub struct MapLayers(pub &'static [MapLayer]);

impl MapLayers {
    /// The application's; none where it provides none.
    pub fn current() -> &'static [MapLayer] {
        use_context::<Self>().map_or(&[], |layers| layers.0)
    }

    /// Those of them that the viewer is offered.
    pub fn offered() -> Vec<MapLayer> {
        let viewer = use_viewer();
        let all = Self::current().iter().copied();
        all.filter(|layer| layer.is_for(viewer.actor.as_ref())).collect()
    }
}

/// The pillar's own.
pub const LAYERS: [MapLayer; 3] = [
    MapLayer {
        code: "areas",
        label: "各级边界",
        tiles: "/map/areas/{z}-{x}-{y}.mvt",
        list: None,
        opens: None,
        follows: &[Follows::Topic("grid"), Follows::Topic("orgs")],
        needs: None,
        past: Past::Told,
    },
    MapLayer {
        code: "staff",
        label: "工作人员",
        tiles: "/map/staff/{z}-{x}-{y}.mvt",
        list: None,
        opens: None,
        follows: &[
            Follows::Topic(STAFF_TOPIC),
            Follows::Topic("grid"),
            Follows::Topic("orgs"),
        ],
        needs: None,
        past: Past::Untold("那一天谁在那里工作不说，所以没有“工作人员”。"),
    },
    MapLayer {
        code: "buildings",
        label: "楼栋",
        tiles: "/map/building-tiles/{z}-{x}-{y}.mvt",
        list: Some(("/people/buildings", "楼栋清单")),
        opens: Some("/people/buildings?building="),
        // Buildings go with the ground to another grid; what else happens to them is told where they stand.
        follows: &[
            Follows::Topic("grid"),
            Follows::Topic("orgs"),
            Follows::Work("people.building."),
            Follows::Work("people.imported"),
        ],
        needs: Some(Permission::PeopleView),
        past: Past::Untold("“楼栋”只有现在的。"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_hears_of_what_its_tiles_show() {
        let [areas, staff, buildings] = LAYERS;
        let work = ["path/32/3205/".to_owned()];
        assert_eq!(areas.topics(&work), ["grid", "orgs"]);
        assert!(buildings.topics(&work).contains(&work[0]));
        assert!(
            !buildings
                .topics(&[])
                .iter()
                .any(|topic| topic.starts_with("path/"))
        );
        let grid = "path/32/3205/320581/";
        for (layer, topic, kind, concerned) in [
            (buildings, grid, "people.building.place", true),
            (buildings, grid, "people.imported", true),
            (buildings, grid, "people.household.changed", false),
            (buildings, grid, "poi.point.changed", false),
            (buildings, "grid", "grid.effected", true),
            (staff, grid, "people.building.place", false),
            (staff, STAFF_TOPIC, "accounts.staff.changed", true),
            (areas, "orgs", "orgs.node.rename", true),
            (areas, "poi", "poi.point.changed", false),
        ] {
            assert_eq!(
                layer.concerned(topic, kind),
                concerned,
                "{}: {kind} on {topic}",
                layer.code
            );
        }
    }
}
