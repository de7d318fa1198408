//! What somebody has to do at a place, and giving all of it to whoever takes over from them.

use db::{Event, Tx};
use shared::{AppError, NodeId, RecordId, Role, Timestamp, UserId, scope::PathRange};

use super::{news, store, task, tell::people};
use crate::model::{Facts, Happening, TaskId};

/// Whose tasks: those of `user` at and below `path`, by name, and those of whoever holds `role` at `unit`.
#[derive(Clone, Debug)]
pub struct Post {
    pub path: String,
    pub unit: NodeId,
    pub role: Role,
    pub user: UserId,
}

/// A task that goes with a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub id: TaskId,
    pub label: String,
    pub title: String,
    /// Only those who have it know what it is.
    pub narrow: bool,
    pub due: Option<Timestamp>,
    pub paused: bool,
}

/// What runs and goes with a post, what is due first first.
///
/// # Errors
/// As the database fails.
pub async fn open(tx: &mut Tx, post: &Post) -> Result<Vec<Open>, AppError> {
    let held = store::held_by(tx, &PathRange::below(&post.path), post.user, post.role, post.unit).await?;
    let open = |task: store::Stored| Open {
        id: task.id,
        paused: task.state() == crate::model::State::Paused,
        label: task.label,
        title: task.title,
        narrow: task.narrow,
        due: task.due_at,
    };
    Ok(held.into_iter().map(open).collect())
}

/// Gives all of it to `to`, who holds the role by now, and whom the former holder's role has left; what they are.
///
/// # Errors
/// As the database fails.
pub async fn take_over(cx: &db::Cx, tx: &mut Tx, post: &Post, to: UserId) -> Result<Vec<TaskId>, AppError> {
    let held = store::held_by(tx, &PathRange::below(&post.path), post.user, post.role, post.unit).await?;
    let mut taken = Vec::with_capacity(held.len());
    for task in held {
        // Nobody ends it meanwhile.
        let Some(task) = store::lock(tx, task.id)
            .await?
            .filter(|task| task.ended_at.is_none())
        else {
            continue;
        };
        store::rename_holder(tx, task.id, post.user, to).await?;
        let facts = Facts {
            user: Some(to),
            ..Facts::default()
        };
        let entry = task::happened(cx, tx, &task, Happening::Reassigned, facts, None).await?;
        if !people(tx, task.id).await?.contains(&post.user) {
            tx.publish(Event {
                topic: format!("user/{}", post.user),
                kind: "tasks.task.given_away",
                subject: Some(RecordId(task.id.0)),
                data: serde_json::json!({ "kind": task.kind, "subject": task.subject_id, "due_at": task.due_at }),
            })
            .await?;
        }
        news::taken_over(tx, &task, entry, post.user, to).await?;
        taken.push(task.id);
    }
    Ok(taken)
}
