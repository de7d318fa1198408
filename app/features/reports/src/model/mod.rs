//! Matters, how they go, what forms say and pages show: pure, the same in the browser and on the server.

mod category;
mod category_form;
mod client;
mod desk;
pub mod figures;
mod filter;
mod form;
mod joint;
mod joint_view;
mod kind;
mod machine;
mod meant;
mod near;
mod number;
pub mod open311;
mod order;
mod part;
mod petition;
mod public;
mod reporter;
mod routing;
mod share;
mod spot;
mod table;
mod text;
mod tighter;
mod tryout;
mod view;

pub use category::{AnswerKind, Attribute, Category, built_in, merged};
pub use category_form::{CategoryForm, QUESTIONS};
pub use client::{ClientForm, ClientRow, ClientsPage, NewClient, NewKey, PER_DAY};
pub use desk::{
    MANY, Outcome, SavedView, Standard, StandardForm, StandardRow, StandardsPage, VIEWS, view_name,
};
pub use form::{Act, ActForm, Checked, DAYS, HOLDERS, NewReport, PHOTOS, STEP, WORDS};
pub use joint::{
    ABOUT, Joint, JointForm, PROMISES, Party, Promise, PromiseForm, PromiseState, RECURS, public_text,
};
pub use joint_view::{
    JointFormPage, JointMatter, JointPage, JointRef, JointRow, JointsPage, PromiseRow, Recurring,
};
pub use kind::{Door, Kind, Rating, Seen, Urgency};
pub use machine::{CALLS, Circumstances, REMINDED, Refusal, Standing, WAITS, Walked};
pub use meant::meant;
pub use near::{Answered, NearPage, NearRow, OwnRow, Said, together, told as near_told};
pub use number::Number;
pub use order::{
    Caller, Came, NewPlatformKey, ORDERS, Order, OrderForm, OrderLine, OrderPreview, OrderState, OrdersPage,
    PlatformForm, PlatformRow, SHOWN,
};
pub use part::{PARTS, PartState};
pub use petition::{PETITION, is_petition};
pub use public::PublicFilter;
pub use reporter::{Origin, Reporter, Tracking};
pub use routing::{Facts, Incoming, Routing, RoutingForm, first, matching};
pub use share::{Candidate, fair};
pub use spot::{Chosen, Spot, community};
pub use table::{Action, Apart, By, Guard, Need, Rule, State, TABLE, To};
pub use text::place;
pub use tighter::{LimitForm, LimitRow, LimitsPage, Tighter, Timed, tightened};
pub use tryout::{TriedBy, TriedRow, TriedTo, TryPage};
pub use view::{
    CategoriesPage, CategoryRow, Due, Filter, FormPage, Given, Held, MatterPage, MatterRow, MergedRef,
    MinePage, Offer, PartRow, Photo, PublicPage, PublicRow, RoutingPage, RoutingRow, RunningPage, RunningRow,
    Sent, StepRow, Target, TrackPage, Unit, Unmasked, Waiting, Whose, WorkPage,
};

shared::id! {
    /// A matter.
    MatterId,
    /// A step of a matter.
    StepId,
    /// A part of a matter that another unit has.
    PartId,
    /// A meeting about what comes again.
    JointId,
    /// What somebody promised there.
    PromiseId,
    /// A filter of the work list that somebody keeps.
    ViewId,
    /// An answer that is given again and again.
    StandardId,
    /// A rule of routing.
    RoutingId,
    /// A shorter time to the answer that a unit set.
    LimitId,
}
