//! Every state of a border, a page at a time.

use std::collections::BTreeSet;

use accounts::server::account;
use db::{Cx, Tx, on};
use orgs::{
    model::{Code, Crumb},
    server::store as units,
};
use shared::{AppError, Cursor, Date, NodeId, Page, RecordId, UserId};

use super::page;
use crate::{
    model::{
        coverage::Unit,
        draft::{BorderHistory, BorderState, DraftId},
    },
    server::import::stored_border,
};

/// States of one page.
const LISTED: usize = 30;

#[derive(sqlx::FromRow)]
struct Row {
    id: RecordId,
    valid_from: Date,
    valid_to: Option<Date>,
    geometry: String,
    square_metres: i64,
    file_name: Option<String>,
    draft_id: Option<DraftId>,
    reason: Option<String>,
    author_id: Option<UserId>,
}

const STATES: &str = "select a.id, a.valid_from, a.valid_to, a.geometry, a.square_metres, i.file_name, a.draft_id, d.reason, d.author_id \
    from area a left join area_import i on i.id = a.import_id left join grid_draft d on d.id = a.draft_id \
    where a.node_id = $1 and (a.valid_from, a.id) < ($2, $3) order by a.valid_from desc, a.id desc limit $4";

/// Where a page begins: before this day and this state. What sorts after every day, for the first page.
fn before(cursor: &str) -> Result<(String, RecordId), AppError> {
    if cursor.is_empty() {
        return Ok(("~".to_owned(), RecordId(uuid::Uuid::max())));
    }
    let bad = || AppError::invalid("after", "这一页的地址不对，请从第一页看起。");
    let cursor: Cursor = cursor.parse().map_err(|()| bad())?;
    let day: Date = cursor.key.parse().map_err(|_| bad())?;
    Ok((day.to_string(), RecordId(cursor.id)))
}

/// The history of the border of a unit, also of one that is no more: the latest states, or those from `after` on.
///
/// # Errors
/// [`AppError::NotFound`] outside the caller's scope, [`AppError::Invalid`] for a cursor that is none, or what the database answers.
pub async fn history(cx: &Cx, code: &Code, after: &str) -> Result<BorderHistory, AppError> {
    let mut tx = cx.read().await?;
    let node = units::latest_by_code(&mut tx, code)
        .await?
        .ok_or(AppError::NotFound)?;
    cx.must_cover(&node.path)?;
    let (day, id) = before(after)?;
    // One more than a page has, so that it is known whether there are more.
    let most = i64::try_from(LISTED + 1).unwrap_or(i64::MAX);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(STATES)
        .bind(node.id)
        .bind(day.as_str())
        .bind(id)
        .bind(most)
        .fetch_all(c)
        .await)?;
    let Page { rows, next } = Page::cut(rows, LISTED, |row| Cursor {
        key: row.valid_from.to_string(),
        id: row.id.0,
    });
    let mut around: Option<crate::model::border::Border> = None;
    for row in &rows {
        // All pictures on one sheet: what each covers together.
        let border = stored_border(&row.geometry)?;
        around.get_or_insert_with(Default::default).0.extend(border.0);
    }
    let mut states = Vec::new();
    for row in &rows {
        states.push(state(cx, &mut tx, row, code, &node.name, around.as_ref()).await?);
    }
    Ok(BorderHistory {
        code: code.to_string(),
        above: above(&mut tx, node.parent_id).await?,
        name: node.name,
        ended: node.valid_to,
        states,
        next,
    })
}

async fn above(tx: &mut Tx, parent: Option<NodeId>) -> Result<Option<Crumb>, AppError> {
    let Some(id) = parent else { return Ok(None) };
    let node = units::by_id(tx, id).await?;
    Ok(node.map(|node| Crumb {
        code: node.code,
        name: node.name,
    }))
}

async fn state(
    cx: &Cx,
    tx: &mut Tx,
    row: &Row,
    code: &Code,
    name: &str,
    around: Option<&crate::model::border::Border>,
) -> Result<BorderState, AppError> {
    let unit = Unit {
        code: code.to_string(),
        name: name.to_owned(),
        border: stored_border(&row.geometry)?,
        from: None,
    };
    let who = match row.author_id {
        Some(user) => match account::by_id(tx, user).await? {
            Some(account) => Some(account.name(cx.keys())?),
            None => None,
        },
        None => None,
    };
    Ok(BorderState {
        from: row.valid_from,
        to: row.valid_to,
        square_metres: row.square_metres,
        source: row
            .reason
            .clone()
            .or_else(|| row.file_name.clone())
            .unwrap_or_default(),
        draft: row.draft_id,
        who,
        drawing: page::draw(&[unit], around, &BTreeSet::new()),
    })
}
