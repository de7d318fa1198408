//! A map as small as it stands on a page that is about more than the map.

use serde::{Deserialize, Serialize};

/// A unit and its parts at a glance: one picture, of which nothing is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// The unit's.
    pub code: String,
    /// What the picture shows, for who does not see it.
    pub words: String,
    /// The value of the attribute `viewBox`.
    pub view_box: String,
    /// The path data of all shapes.
    pub areas: String,
    /// The path of the unit whose parts the shapes are.
    pub outline: Option<String>,
    pub labels: Vec<Label>,
    /// What stands on the map itself.
    pub mark: Option<String>,
}

/// A name that has room in its shape, and where its centre is, in units of the view box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub x: i32,
    pub y: i32,
    pub name: String,
}
