//! Drafts of borders: drawn, handed in, approved by somebody else, in effect from their day on.
//!
//! Invariants: nobody approves what they drew; what takes effect is what was approved, or nothing; two who changed the same
//! parts are never merged behind the second one's back; no draft is thrown away; and what has been so on days that have passed stays.

mod decide;
mod edit;
mod effect;
mod follow;
mod ground;
mod history;
mod list;
mod micro;
mod news;
mod page;
mod rebase;
mod reorganise;
mod store;
#[cfg(test)]
mod store_tests;
mod succession;

use db::{Audit, Cx, Event, Tx};
use orgs::{
    model::{Code, Node, NodeKind},
    server::store as units,
};
use shared::{AppError, Permission, RecordId, Scope};

use self::store::Stored;
use crate::model::draft::DraftState;

pub use self::{
    decide::{approve, propose, refuse, reopen, withdraw},
    edit::{editing, may_draw, save},
    effect::put_due,
    follow::Moved,
    ground::parts_at,
    history::history,
    list::{coming, list, waiting},
    page::one,
    rebase::rebase,
    succession::{going, take_over},
};

/// Whether a scope reaches a unit: it covers the unit, or some of its parts.
pub(super) fn reaches(scope: &Scope, path: &str) -> bool {
    scope.covers(path) || scope.paths().iter().any(|own| own.starts_with(path))
}

/// The unit whose parts are to be drawn.
async fn unit(cx: &Cx, tx: &mut Tx, code: &Code) -> Result<Node, AppError> {
    let node = units::by_code(tx, code).await?.ok_or(AppError::NotFound)?;
    if !reaches(&cx.scope, &node.path) {
        return Err(AppError::NotFound);
    }
    if !matches!(node.kind, NodeKind::Community | NodeKind::Grid) {
        return Err(AppError::invalid(
            "",
            "在图上改的是社区里的网格、网格里的微网格。别的边界请用“导入边界”。",
        ));
    }
    Ok(node)
}

/// Where the caller may approve.
fn approves(cx: &Cx) -> Scope {
    match &cx.actor {
        Some(actor) => actor.scope_of(Permission::MapApprove),
        None => Scope::default(),
    }
}

/// Whether the caller is shown a draft: its author always, others once it was handed in, where they draw or approve.
fn sees(cx: &Cx, draft: &Stored) -> bool {
    let mine = cx.who().user == Some(draft.author_id);
    mine || (draft.state() != DraftState::Drafted && reaches(&cx.scope, &draft.path))
}

/// Tells what became of a draft: those who draw and approve there, and its author.
async fn tell(tx: &mut Tx, draft: &Stored, kind: &'static str) -> Result<(), AppError> {
    for topic in [
        format!("path/{}", draft.path),
        format!("user/{}", draft.author_id),
    ] {
        tx.publish(Event {
            topic,
            kind,
            subject: Some(RecordId(draft.id.0)),
            data: serde_json::json!({ "code": draft.code }),
        })
        .await?;
    }
    tx.audit(Audit::new(kind, "grid_draft", draft.id.0)).await?;
    Ok(())
}
