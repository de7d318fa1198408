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
    /// By what its tiles can be narrowed: names that their address takes, and the map's as `only=NAME.VALUE,…`.
    pub narrows: &'static [&'static str],
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

    /// What follows the address of its tiles where only some of it is shown, and of what it opens likewise: `NAME=VALUE` each. `only` is as
    /// in the address of a map; what this layer knows nothing of is left out, and so is what is no plain word.
    pub(crate) fn narrowed(&self, only: &str) -> Vec<String> {
        only.split(',')
            .filter_map(|one| one.split_once('.'))
            .filter(|(name, value)| self.narrows.contains(name) && is_plain(value))
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// The address of one thing of it, which keeps to what the layer is narrowed to where that is a list.
    pub(crate) fn opened(&self, id: &str, only: &str) -> Option<String> {
        let opens = self.opens?;
        let mut address = format!("{opens}{id}");
        if opens.contains('?') {
            for asked in self.narrowed(only) {
                address.push('&');
                address.push_str(&asked);
            }
        }
        Some(address)
    }

    /// Whether the viewer is offered it.
    fn is_for(&self, actor: Option<&Actor>) -> bool {
        self.needs
            .is_none_or(|needs| actor.is_some_and(|actor| actor.may(needs)))
    }
}

/// Whether something needs no escape in an address, nor in JSON.
fn is_plain(value: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    !value.is_empty() && value.chars().all(plain)
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
        narrows: &[],
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
        narrows: &[],
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
        narrows: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_narrowed_by_what_it_knows_and_by_plain_words_alone() {
        let layer = MapLayer {
            opens: Some("/list?node="),
            narrows: &["kind", "state"],
            ..LAYERS[0]
        };
        for (only, narrowed) in [
            ("", vec![]),
            ("kind.noise,state.open", vec!["kind=noise", "state=open"]),
            ("category.noise,state.open", vec!["state=open"]),
            ("kind.,state", vec![]),
            ("kind.a&b=c,state.\"x", vec![]),
        ] {
            assert_eq!(layer.narrowed(only), narrowed, "{only}");
        }
        let opened = layer.opened("320581", "kind.noise");
        assert_eq!(opened.as_deref(), Some("/list?node=320581&kind=noise"));
        let one = MapLayer {
            opens: Some("/one/"),
            ..layer
        };
        assert_eq!(one.opened("a", "kind.noise").as_deref(), Some("/one/a"));
    }

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
