//! A matter that went to mediation (调解). That pillar stands after this one: it asks here what the matter is, and notes that it went there.
//! The matter says only that it did.

use db::{DbError, Event, Tx, execute, on};
use shared::{AppError, NodeId, UserId};

use super::{sight, store};
use crate::model::MatterId;

const MARK: &str = "update matter set mediated_at = $2 where id = $1 and mediated_at is null";
const MARKED: &str = "select count(*) from matter where id = $1 and mediated_at is not null";
const HANDLERS: &str = "select user_id from matter_step where matter_id = $1 and capacity in ('holder', 'partner') and user_id is not null \
    union select handled_by from matter where id = $1 and handled_by is not null \
    union select user_id from matter_recusal where matter_id = $1";

/// A matter as far as a mediation needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    pub id: MatterId,
    /// Where it is.
    pub node: NodeId,
    /// Whether whoever asks reported it.
    pub own: bool,
}

/// What those who ask for mediation of a complaint about the community are told.
const ABOVE: &str = "投诉社区的事由上一级来办，不在社区调解。";

/// The matter of a page, for its reporter and for those who handle it.
///
/// # Errors
/// [`AppError::NotFound`] for anybody else; [`AppError::Conflict`] for a complaint about the community, which is the level above's.
pub async fn source(cx: &db::Cx, tx: &mut Tx, code: &str) -> Result<Source, AppError> {
    let matter = store::by_code(tx, code).await?.ok_or(AppError::NotFound)?;
    let sight = sight::of(cx, tx, &matter).await?;
    if !sight.own && !sight.staff() {
        return Err(AppError::NotFound);
    }
    if matter.narrow() {
        return Err(AppError::Conflict(ABOVE.into()));
    }
    Ok(Source {
        id: matter.id,
        node: matter.node_id,
        own: sight.own,
    })
}

/// Those who handled a matter, or stepped aside from it: they do not mediate what it is about.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn handlers(tx: &mut Tx, id: MatterId) -> Result<Vec<UserId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(HANDLERS).bind(id).fetch_all(c).await)
}

/// Notes that it went to mediation, and has its page look again.
///
/// # Errors
/// [`AppError::Conflict`] if it was found since to complain about the community, or what the database answers.
pub async fn mark(tx: &mut Tx, id: MatterId) -> Result<(), AppError> {
    let now = tx.now();
    if execute!(tx, MARK, id, now)? == 0 {
        return Ok(());
    }
    let matter = store::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    // Whoever changes what it is holds it: what they did before is seen now, and what they do later sees the mark.
    if matter.narrow() {
        return Err(AppError::Conflict(ABOVE.into()));
    }
    let own = matter.reporter_id.map(|user| format!("user/{user}"));
    for topic in std::iter::once(format!("path/{}", matter.unit_path)).chain(own) {
        tx.publish(Event {
            topic,
            kind: "reports.matter.changed",
            subject: Some(matter.record()),
            data: serde_json::json!({}),
        })
        .await?;
    }
    Ok(())
}

/// Whether it went to mediation.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn is_mediated(tx: &mut Tx, id: MatterId) -> Result<bool, DbError> {
    let marked: i64 = on!(tx, |c| sqlx::query_scalar(MARKED).bind(id).fetch_one(c).await)?;
    Ok(marked > 0)
}
