//! Cases, how they go, what forms say and pages show: pure, the same in the browser and on the server.

mod act;
mod agreement;
mod apply;
mod kind;
mod machine;
mod table;
mod text;
mod view;

pub use act::{Act, ActForm, Chosen, Sitting};
pub use agreement::{Agreement, CLAUSES, COURT_DAYS, Clause};
pub use apply::{NewCase, NewCaseForm, Person};
pub use kind::{Door, How, Kept, Kind, Left, Part, Seen, Shape};
pub use machine::{Circumstances, Refusal, Standing};
pub use table::{Action, By, Guard, Need, Rule, State, TABLE, To};
pub use text::{CLAUSE, LINE, WORDS};
pub use view::{
    AgreementPage, Candidate, CasePage, CaseRow, ClauseRow, Count, DeskPage, FormPage, MinePage, Offer,
    Party, Scan, Sent, SessionRow, StepRow, Unit, Waiting,
};

shared::id! {
    /// A case.
    CaseId,
    /// Somebody who is named in one.
    PersonId,
    /// A session.
    SessionId,
    /// A clause of what was agreed.
    ClauseId,
    /// A step of a case.
    StepId,
}
