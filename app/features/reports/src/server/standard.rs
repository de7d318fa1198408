//! Answers that are given again and again: kept by a unit, chosen into the answer of a matter that it or a unit below it has.

use std::borrow::Cow;

use db::{Audit, Cx, DbError, Json, Tx, execute, on, rows};
use orgs::{
    model::Code,
    server::{service, store as units},
};
use serde::Serialize;
use shared::{AppError, personal::confirm_in};

use super::{routing::shown, store::Stored};
use crate::model::{ActForm, Action, Standard, StandardForm, StandardId, StandardRow, StandardsPage, Unit};

const INSERT: &str = "insert into report_answer (id, node_id, position, title, words, updated_at, updated_by) values ($1, $2, $3, $4, $5, $6, $7)";
const CHANGE: &str = "update report_answer set position = $3, title = $4, words = $5, updated_at = $6, updated_by = $7 where id = $1 and node_id = $2";
const DELETE: &str = "delete from report_answer where id = $1 and node_id = $2";

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: StandardId,
    code: Code,
    name: String,
    position: i64,
    title: String,
    words: String,
}

/// Those of a unit and of those above it: the nearest first, then by their place in the list.
async fn found(tx: &mut Tx, path: &str) -> Result<Vec<Row>, DbError> {
    let paths: Vec<PathRow<'_>> = units::paths_above(path)
        .chain([path])
        .map(|path| PathRow { path })
        .collect();
    let sql = tx.sql(rows!(
        "select s.id, n.code, n.name, s.position, s.title, s.words from ",
        (path: text),
        " join node n on n.path = r.path and n.valid_to is null join report_answer s on s.node_id = n.id \
         order by length(n.path) desc, s.position, s.id limit 200"
    ));
    on!(tx, |c| sqlx::query_as(sql).bind(Json(&paths)).fetch_all(c).await)
}

fn standard(row: Row) -> Standard {
    Standard {
        id: row.id,
        title: row.title,
        words: row.words,
    }
}

/// What may be chosen into the answer of a matter that a unit has.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, path: &str) -> Result<Vec<Standard>, DbError> {
    Ok(found(tx, path).await?.into_iter().map(standard).collect())
}

/// A step as it is meant: an answer without words of its own has those of the standard answer that was chosen.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn filled<'a>(
    tx: &mut Tx,
    matter: &Stored,
    form: &'a ActForm,
) -> Result<Cow<'a, ActForm>, DbError> {
    let chosen = form.standard.trim();
    if form.action != Action::Answer.code() || chosen.is_empty() || !form.words.trim().is_empty() {
        return Ok(Cow::Borrowed(form));
    }
    let known = of(tx, &matter.unit_path).await?;
    let standard = known.into_iter().find(|one| one.id.to_string() == chosen);
    Ok(match standard {
        Some(standard) => Cow::Owned(ActForm {
            words: standard.words,
            ..form.clone()
        }),
        None => Cow::Borrowed(form),
    })
}

fn code(text: &str) -> Result<Code, AppError> {
    text.trim().parse().map_err(|_| AppError::NotFound)
}

/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn page(cx: &Cx, node: &str) -> Result<StandardsPage, AppError> {
    let mut tx = cx.read().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let row = |row: Row| StandardRow {
        unit: Unit {
            code: row.code.to_string(),
            name: row.name.clone(),
        },
        position: row.position,
        standard: standard(row),
    };
    let rows = found(&mut tx, &here.path).await?.into_iter().map(row).collect();
    Ok(StandardsPage {
        here: shown(&here),
        rows,
    })
}

/// Keeps one of a unit: a new one without an id.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field, and on `confirmed` with what may be somebody's own.
pub async fn save(cx: &Cx, node: &str, id: &str, form: &StandardForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let (title, words, position) = form.read()?;
    // Strangers are shown it before they report.
    let told = [("名称", title.as_str()), ("答复的内容", words.as_str())];
    confirm_in(&told, &[], &form.confirmed)?;
    let (now, by) = (tx.now(), cx.who().user);
    let standard = if id.trim().is_empty() {
        let standard: StandardId = tx.id();
        execute!(tx, INSERT, standard, here.id, position, &title, &words, now, by)?;
        standard
    } else {
        let standard: StandardId = id.trim().parse().map_err(|_| AppError::NotFound)?;
        if execute!(tx, CHANGE, standard, here.id, position, &title, &words, now, by)? == 0 {
            return Err(AppError::NotFound);
        }
        standard
    };
    tx.audit(Audit::new("reports.answer.save", "report_answer", standard.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes one of a unit away.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn remove(cx: &Cx, node: &str, id: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let standard: StandardId = id.trim().parse().map_err(|_| AppError::NotFound)?;
    if execute!(tx, DELETE, standard, here.id)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("reports.answer.remove", "report_answer", standard.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}
