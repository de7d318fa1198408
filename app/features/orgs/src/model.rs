//! What the organisation is made of, and the rules that form and service both check.

mod body;
pub mod change;
mod code;
mod divisions;
mod form;
mod name;
mod node;
mod sending;

pub use body::{Body, BodyForm, BodyId, BodyKind, Post, PostForm, PostId, Term, TermForm, TermId};
pub use code::{Code, CodeError, NodeKind};
pub use divisions::{Counts, Difference, Differences, Fault, ImportPreview};
pub use form::date as date_field;
pub use name::{LONGEST_NAME, is_formula, name_fault, short_name};
pub use node::{
    BodyOf, Change, Crumb, EditPage, Hit, KindCount, Node, NodePage, NodeSummary, NodeVersion, Order,
    Overseen, Succession,
};
pub use sending::{LARGEST, Refusal};
