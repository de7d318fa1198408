//! Items, what narrows them, and how often something is looked at: pure, the same in the browser and on the server.

mod form;
mod item;
mod limit;
mod narrowing;
mod period;
mod view;

pub use form::ItemForm;
pub use item::{Area, Item, LifeEvent, MovedDown};
pub use limit::TimeLimit;
pub use narrowing::{Entry, Narrowing, NarrowingForm};
pub use period::{Every, Period};
pub use view::{
    Difference, DraftRow, EditPage, FoundPlace, HistoryPage, InspectionRow, InspectionsPage, ItemPage,
    MOST_PHOTOS, ManagePage, Menu, MenuRow, NarrowedRow, NarrowingPage, OwnerRow, Place, PlanRow, PlansPage,
    Proposal, RoundPage, RoundPhoto, VersionRow,
};

shared::id! {
    /// A version of a list.
    VersionId,
    /// An item, the same in every version of its list.
    ItemId,
    /// An inspection that is arranged.
    PlanId,
    /// One round of an inspection in one grid.
    InspectionId,
}
