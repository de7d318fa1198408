//! The list of what is published, for everybody.

use db::Cx;
use orgs::{model::Code, server::store as units};
use shared::{AppError, Cursor, Page, Timestamp, scope::PathRange};

use super::{
    list::labels,
    reading::{self, PAGE, PublicAsked, Published},
    routing::shown,
    search::Query,
};
use crate::model::{MatterId, Number, PublicFilter, PublicPage, PublicRow, Unit};

/// What is published and fits a filter, the newest first.
///
/// # Errors
/// [`AppError::NotFound`] for a unit or a page that is none, [`AppError::Invalid`] for words that are too many, or what the database
/// answers.
pub async fn page(cx: &Cx, filter: &PublicFilter) -> Result<PublicPage, AppError> {
    let (before, after) = match filter.after.as_str() {
        "" => (Timestamp(i64::MAX), MatterId(uuid::Uuid::max())),
        text => {
            let cursor: Cursor = text.parse().map_err(|()| AppError::NotFound)?;
            let at = cursor.key.parse::<i64>().map_err(|_| AppError::NotFound)?;
            (Timestamp(at), MatterId(cursor.id))
        }
    };
    let mut tx = cx.read().await?;
    let here = match filter.node.trim() {
        "" => None,
        code => {
            let code: Code = code.parse().map_err(|_| AppError::NotFound)?;
            Some(
                units::latest_by_code(&mut tx, &code)
                    .await?
                    .ok_or(AppError::NotFound)?,
            )
        }
    };
    let asked = PublicAsked {
        here: PathRange::below(here.as_ref().map_or("", |node| node.path.as_str())),
        category: filter.category(),
        state: filter.state(),
        kind: filter.kind(),
        before,
        after,
        words: Query::read(&filter.q)?,
    };
    let found = reading::published(&mut tx, &asked).await?;
    let found = Page::cut(found, PAGE, |matter| Cursor {
        key: matter.published_at.0.to_string(),
        id: matter.id.0,
    });
    let rows = found.rows.into_iter().map(row).collect();
    Ok(PublicPage {
        here: here.as_ref().map(shown),
        rows: Page {
            rows,
            next: found.next,
        },
        categories: labels(&mut tx).await?,
    })
}

fn row(matter: Published) -> PublicRow {
    let number = Number {
        unit: matter.number_code,
        year: matter.number_year,
        number: matter.number,
    };
    PublicRow {
        code: matter.code,
        number: number.to_string(),
        title: matter.title,
        kind: matter.kind,
        state: matter.state,
        petition: matter.petition,
        place: Unit {
            code: matter.node_code.to_string(),
            name: matter.node_name,
        },
        at: matter.created_at,
        published: matter.published_at,
        text: matter.public_text,
        followers: matter.followers,
    }
}
