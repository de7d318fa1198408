//! Posts that something may be given to: at and below a unit, within where somebody dispatches.

use db::{Tx, on};
use orgs::model::Code;
use shared::{AppError, Role, Scope, scope::PathRange};

use super::page::POSTS;
use crate::model::{HOLDERS, Target};

/// Those at and below `path` that somebody holds.
///
/// # Errors
/// What the database answers.
pub async fn within(tx: &mut Tx, scope: &Scope, path: &str) -> Result<Vec<Target>, AppError> {
    let (range, today) = (PathRange::below(path), tx.now().date());
    let posts: Vec<(String, Code, String, String)> = on!(tx, |c| sqlx::query_as(POSTS)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(today)
        .fetch_all(c)
        .await)?;
    let target = |(path, code, unit, role): (String, Code, String, String)| {
        let role = role.parse::<Role>().ok().filter(|role| HOLDERS.contains(role))?;
        scope.covers(&path).then(|| Target {
            value: format!("{code}:{}", role.code()),
            label: format!("{unit} · {}", role.label()),
        })
    };
    Ok(posts.into_iter().filter_map(target).collect())
}
