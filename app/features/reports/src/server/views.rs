//! Filters of the work list that somebody keeps: on the server, so that they are there on every device.

use db::{Cx, DbError, Json, Tx, execute, on};
use shared::{AppError, UserId};

use crate::model::{Filter, SavedView, VIEWS, ViewId, view_name};

const OF: &str = "select id, name, facts from report_view where user_id = $1 order by name, id";
const COUNT: &str = "select count(*) from report_view where user_id = $1 and name <> $2";
const PUT: &str = "insert into report_view (id, user_id, name, facts, created_at) values ($1, $2, $3, $4, $5) \
    on conflict (user_id, name) do update set facts = excluded.facts";
const REMOVE: &str = "delete from report_view where id = $1 and user_id = $2";

/// Somebody's filters, by their names.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, user: UserId) -> Result<Vec<SavedView>, DbError> {
    let rows: Vec<(ViewId, String, Json<Filter>)> =
        on!(tx, |c| sqlx::query_as(OF).bind(user).fetch_all(c).await)?;
    let view = |(id, name, Json(filter)): (ViewId, String, Json<Filter>)| SavedView { id, name, filter };
    Ok(rows.into_iter().map(view).collect())
}

/// Keeps a filter under a name; one of that name is replaced.
///
/// # Errors
/// [`AppError::Invalid`] on `name`.
pub async fn save(cx: &Cx, name: &str, filter: Filter) -> Result<(), AppError> {
    let user = cx.user()?;
    let name = view_name(name)?;
    // Where one was in the list is no part of it.
    let filter = Filter {
        after: String::new(),
        ..filter
    };
    let mut tx = cx.write().await?;
    let others: i64 = on!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(user)
        .bind(&name)
        .fetch_one(c)
        .await)?;
    if others >= VIEWS {
        return Err(AppError::invalid(
            "name",
            format!("最多存 {VIEWS} 个，请先删掉不用的。"),
        ));
    }
    let (id, now): (ViewId, _) = (tx.id(), tx.now());
    execute!(tx, PUT, id, user, &name, Json(&filter), now)?;
    tx.commit().await?;
    Ok(())
}

/// Keeps it no more.
///
/// # Errors
/// [`AppError::NotFound`] for what is not one's own.
pub async fn remove(cx: &Cx, id: &str) -> Result<(), AppError> {
    let user = cx.user()?;
    let id: ViewId = id.trim().parse().map_err(|_| AppError::NotFound)?;
    let mut tx = cx.write().await?;
    if execute!(tx, REMOVE, id, user)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(())
}
