//! What places, households and persons are, and the rules that form, file and service all check.

mod address;
mod basis;
mod born;
mod figures;
mod identity;
mod import;
mod numeral;
mod own;
mod person;
mod place;
mod quorum;
mod since;
mod told;
mod view;

pub use address::{Address, LONGEST as LONGEST_ADDRESS, building_label, estate_key, floor_of, room_label};
pub use basis::{Consent, DataKind};
pub use born::{ADULT, Born, OLDEST};
pub use figures::{Band, Figures, Grain, Hidden, SERVICE_AREA, SMALLEST, STAND_IN};
pub use identity::{IdentityNumber, check_of};
pub use import::{Counts, Difference, Fault, Preview, SHOWN};
pub use numeral::{narrow, to_figures};
pub use own::figures_of;
pub use person::{
    Care, Elsewhere, Leaving, MoveForm, Number, PersonForm, Relation, ResidenceKind, Sex, Standing,
    check_words, phone_or_none,
};
pub use place::{
    Area, BuildingForm, BuildingId, CorrectionId, EstateForm, EstateId, HouseholdId, PersonId, RoomForm,
    RoomId, area, is_village,
};
pub use place::{building_number, degrees, degrees_text, door_number, unit_number};
pub use quorum::{OWNERS_RULE, Quorum, RollCounts, Rule, deputy_rule, owners_due, quorums};
pub use since::since;
pub use told::{Entry, EntryId, MOST_ENTRIES, Stated, ToCheck, read_entry, read_stated};
pub use view::*;
