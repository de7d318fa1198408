//! What the pages show.

use grid::model::Place;
use serde::{Deserialize, Serialize};
use shared::{Date, Page};

use super::{
    Access, Kind, PointForm, PointId,
    photo::{Adding, Photo},
};

/// A unit, as a page leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub id: PointId,
    pub kind: Kind,
    pub name: String,
    pub unit: String,
    pub hours: String,
    /// Metres away, where somebody asked what is near.
    pub metres: Option<i64>,
}

/// The points of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage {
    pub here: Option<Unit>,
    pub rows: Page<Row>,
    /// The kinds that are there, with how many.
    pub kinds: Vec<(Kind, i64)>,
    /// Whether the viewer may add one here.
    pub may_edit: bool,
}

/// A point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub id: PointId,
    pub kind: Kind,
    pub name: String,
    pub place: Place,
    pub unit: Unit,
    pub address: String,
    pub hours: String,
    pub phone: String,
    pub access: Vec<Access>,
    pub note: String,
    pub updated: Date,
    /// From when it is there no more.
    pub ended: Option<Date>,
    pub version: i64,
    pub may_edit: bool,
    pub photos: Vec<Photo>,
    pub adding: Adding,
}

/// A point to be edited; a new one without an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditPage {
    pub id: Option<PointId>,
    pub version: i64,
    pub form: PointForm,
}
