//! Telling what happened to a task: those who have it, each on a topic of their own, and those who work above its unit.

use db::{DbError, Event, Tx, on};
use serde_json::Value;
use shared::{RecordId, UserId};

use super::store::Stored;
use crate::model::TaskId;

const PEOPLE: &str = "select h.user_id from task_holder h where h.task_id = $1 and h.user_id is not null \
    union select g.user_id from task_holder h join role_grant g on g.node_id = h.node_id and g.role = h.role \
    where h.task_id = $1 and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) order by 1";

/// Whoever has the task today: by name, or by holding the role.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn people(tx: &mut Tx, id: TaskId) -> Result<Vec<UserId>, DbError> {
    let today = tx.now().date();
    on!(tx, |c| sqlx::query_scalar(PEOPLE)
        .bind(id)
        .bind(today)
        .fetch_all(c)
        .await)
}

/// Tells `kind`, with what it is about beside `more`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn tell(tx: &mut Tx, task: &Stored, kind: &'static str, more: Value) -> Result<(), DbError> {
    let mut data =
        serde_json::json!({ "kind": task.kind, "subject": task.subject_id, "due_at": task.due_at });
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    let mut topics: Vec<String> = people(tx, task.id)
        .await?
        .into_iter()
        .map(|user| format!("user/{user}"))
        .collect();
    // That there is one at all is nobody else's business in a narrow circle.
    if !task.narrow {
        topics.push(format!("path/{}", task.path));
    }
    for topic in topics {
        tx.publish(Event {
            topic,
            kind,
            subject: Some(RecordId(task.id.0)),
            data: data.clone(),
        })
        .await?;
    }
    Ok(())
}
