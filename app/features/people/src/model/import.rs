//! What importing a file of places, households and persons would change, what it changed, and what is wrong with it.

use serde::{Deserialize, Serialize};
use shared::{RecordId, Timestamp, datum::Datum};

pub use orgs::model::Fault;

/// The most that a list of a preview shows.
pub const SHOWN: usize = 200;

/// How much an import changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub estates: usize,
    pub buildings: usize,
    pub rooms: usize,
    /// Rooms whose floor area is corrected.
    pub areas: usize,
    /// Buildings that get a place on the map or another one, new ones too.
    pub places: usize,
    /// Likewise estates whose 服务用房 are noted, and households whose residents' group is.
    pub services: usize,
    pub groups: usize,
    pub households: usize,
    pub new: usize,
    pub changed: usize,
    /// Persons who lived in another household.
    pub moved: usize,
    pub unchanged: usize,
}

impl Counts {
    pub const fn changes(self) -> usize {
        self.estates
            + self.buildings
            + self.rooms
            + self.areas
            + self.places
            + self.services
            + self.groups
            + self.households
            + self.new
            + self.changed
            + self.moved
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "新增小区 {}、幢 {}、室 {}、户 {}、人 {}，更正面积 {} 室、登记 {} 人，搬家 {} 人，不变 {} 人",
            self.estates,
            self.buildings,
            self.rooms,
            self.households,
            self.new,
            self.areas,
            self.changed,
            self.moved,
            self.unchanged
        )?;
        // Most files have none of these.
        for (n, words, unit) in [
            (self.places, "标上位置", "幢"),
            (self.services, "登记服务用房", "个小区"),
            (self.groups, "编入居民小组", "户"),
        ] {
            if n > 0 {
                write!(f, "，{words} {n} {unit}")?;
            }
        }
        Ok(())
    }
}

/// One difference between file and database. Names are masked: a preview is a list like any other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub line: u64,
    pub what: String,
    pub before: String,
    pub after: String,
}

/// What the import page shows of a file that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub id: RecordId,
    pub file_name: String,
    /// What its places are measured against, if it has any.
    #[serde(default)]
    pub datum: Option<Datum>,
    pub sent_at: Timestamp,
    /// When it was applied, and what that changed.
    pub applied: Option<(Timestamp, Counts)>,
    pub counts: Counts,
    /// At most [`SHOWN`].
    pub differences: Vec<Difference>,
    /// What is not wrong but worth a look: one household under two spellings.
    pub notes: Vec<Fault>,
    /// At most [`SHOWN`].
    pub faults: Vec<Fault>,
    pub fault_count: usize,
}
