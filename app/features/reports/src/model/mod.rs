//! Matters, how they go, what forms say and pages show: pure, the same in the browser and on the server.

mod category;
mod category_form;
mod form;
mod kind;
mod machine;
mod number;
mod routing;
mod table;
mod text;
mod view;

pub use category::{AnswerKind, Attribute, Category, built_in, merged};
pub use category_form::{CategoryForm, QUESTIONS};
pub use form::{Act, ActForm, Checked, DAYS, HOLDERS, NewReport, PHOTOS, STEP, WORDS};
pub use kind::{Door, Kind, Rating, Seen, Urgency};
pub use machine::{CALLS, Circumstances, Refusal, Standing, WAITS};
pub use number::Number;
pub use routing::{Facts, Incoming, Routing, RoutingForm, first};
pub use table::{Action, Apart, By, Guard, Need, Rule, State, TABLE, To};
pub use view::{
    CategoriesPage, CategoryRow, Due, Filter, FormPage, Held, MatterPage, MatterRow, MinePage, Offer, Photo,
    PublicPage, PublicRow, Reporter, RoutingPage, RoutingRow, Sent, StepRow, Target, Unit, Unmasked, Waiting,
    WorkPage,
};

shared::id! {
    /// A matter.
    MatterId,
    /// A step of a matter.
    StepId,
    /// A rule of routing.
    RoutingId,
}
