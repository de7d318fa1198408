//! What a map can show over its borders, from each pillar that has something to show there.

use leptos::prelude::*;

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
    /// The topic of the events after which its tiles are others.
    pub topic: &'static str,
}

/// All layers, the lowest first; the application provides them.
#[derive(Clone, Copy, Debug)]
pub struct MapLayers(pub &'static [MapLayer]);

impl MapLayers {
    /// The application's; none where it provides none.
    pub fn current() -> &'static [MapLayer] {
        use_context::<Self>().map_or(&[], |layers| layers.0)
    }
}

/// The pillar's own.
pub const LAYERS: [MapLayer; 2] = [
    MapLayer {
        code: "areas",
        label: "各级边界",
        tiles: "/map/areas/{z}-{x}-{y}.mvt",
        list: None,
        opens: None,
        topic: "grid",
    },
    MapLayer {
        code: "staff",
        label: "工作人员",
        tiles: "/map/staff/{z}-{x}-{y}.mvt",
        list: None,
        opens: None,
        topic: "orgs",
    },
];
