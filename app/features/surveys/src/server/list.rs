//! Lists of surveys.

use std::collections::BTreeSet;

use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use serde::Serialize;
use shared::{AppError, Cursor, Page, Permission, Role, scope::PathRange};

use super::{opening::ANSWERS, store::Listed};
use crate::model::{DeskPage, ListPage, SurveyId, SurveyRow, Unit, Waiting};

/// Rows of a page.
const PAGE: usize = 30;

const ALL: &str = "select s.id, s.code, s.kind, s.title, n.name as place, s.state, s.from_on, s.to_on from survey s \
    join node n on n.id = s.node_id where s.id < $1 order by s.id desc limit $2";
const DESK: EngineSql = rows!(
    "select s.id, s.code, s.kind, s.title, n.name as place, s.state, s.from_on, s.to_on from survey s \
     join node n on n.id = s.node_id where exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) and s.id < $2 order by s.id desc limit $3"
);
// For the home page: from the few units above somebody's door on, and never through all surveys.
const YOURS: EngineSql = rows!(
    "select s.id, s.code, s.kind, s.title, n.name as place, s.state, s.from_on, s.to_on from ",
    (path: text),
    " join node n on n.path = r.path join survey s on s.node_id = n.id where s.state = 'running' and s.from_on <= $3 and s.to_on >= $3 \
     and not exists (select 1 from survey_taken t where t.survey_id = s.id and t.user_id = $2) order by s.to_on, s.id limit 5"
);
// Whoever opened it may have left: of one's own units all that wait, of those below what is late with its answers. Few run at a time, and
// have an index of their own.
const OVERDUE: EngineSql = rows!(
    "select s.id, s.code, s.kind, s.title, n.name as place, s.state, s.from_on, s.to_on from survey s \
     join node n on n.id = s.node_id where s.state = 'running' and s.to_on < $2 and exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi and (n.path = r.lo or s.opened_by = $3 or s.to_on < $4)) order by s.to_on, s.id limit 5"
);

#[derive(Serialize)]
struct PathRow {
    path: String,
}

/// The paths of the units in which somebody lives, up to the top.
fn homes(cx: &Cx) -> Vec<PathRow> {
    let Some(actor) = cx.actor.as_deref().filter(|actor| actor.acting_for.is_none()) else {
        return Vec::new();
    };
    let paths: BTreeSet<String> = actor
        .grants
        .iter()
        .filter(|grant| grant.role == Role::Resident)
        .flat_map(|grant| {
            grant
                .path
                .match_indices('/')
                .map(|(at, _)| grant.path[..=at].to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    paths.into_iter().map(|path| PathRow { path }).collect()
}

/// Those that run where the viewer lives, in which they did not take part.
async fn yours(cx: &Cx, tx: &mut Tx) -> Result<Vec<SurveyRow>, DbError> {
    let homes = homes(cx);
    let (Ok(user), false) = (cx.user(), homes.is_empty()) else {
        return Ok(Vec::new());
    };
    let (sql, today) = (tx.sql(YOURS), tx.now().date());
    let found: Vec<Listed> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&homes))
        .bind(user)
        .bind(today)
        .fetch_all(c)
        .await)?;
    Ok(found.into_iter().map(|one| one.row(today)).collect())
}

/// Those that have closed and wait for the answers of those who keep them.
async fn overdue(cx: &Cx, tx: &mut Tx) -> Result<Vec<SurveyRow>, DbError> {
    let ranges: Vec<PathRange> = keeps(cx).iter().map(|path| PathRange::below(path)).collect();
    let (Ok(user), false) = (cx.user(), ranges.is_empty()) else {
        return Ok(Vec::new());
    };
    let (sql, today) = (tx.sql(OVERDUE), tx.now().date());
    let found: Vec<Listed> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&ranges))
        .bind(today)
        .bind(user)
        .bind(today.plus_days(-ANSWERS))
        .fetch_all(c)
        .await)?;
    Ok(found.into_iter().map(|one| one.row(today)).collect())
}

/// The paths of the units whose surveys the viewer keeps: each by itself, also those inside another.
fn keeps(cx: &Cx) -> BTreeSet<String> {
    let Some(actor) = cx.actor.as_deref().filter(|actor| actor.acting_for.is_none()) else {
        return BTreeSet::new();
    };
    let scope = actor.scope_of(Permission::SurveyKeep);
    actor
        .grants
        .iter()
        .filter(|grant| grant.role.allows(Permission::SurveyKeep) && scope.covers(&grant.path))
        .map(|grant| grant.path.clone())
        .collect()
}

fn before(after: &str) -> Result<SurveyId, AppError> {
    if after.is_empty() {
        return Ok(SurveyId(uuid::Uuid::max()));
    }
    let cursor: Cursor = after.parse().map_err(|()| AppError::NotFound)?;
    Ok(SurveyId(cursor.id))
}

fn size() -> i64 {
    i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
}

fn cut(found: Vec<Listed>, tx: &Tx) -> Page<SurveyRow> {
    let today = tx.now().date();
    let page = Page::cut(found, PAGE, |one| Cursor {
        key: String::new(),
        id: one.id.0,
    });
    Page {
        rows: page.rows.into_iter().map(|one| one.row(today)).collect(),
        next: page.next,
    }
}

/// All there are, the newest first; before them those in which the viewer may take part.
///
/// # Errors
/// [`AppError::NotFound`] for a page that is none, or what the database answers.
pub async fn all(cx: &Cx, after: &str) -> Result<ListPage, AppError> {
    let before = before(after)?;
    let mut tx = cx.read().await?;
    let found: Vec<Listed> = on!(tx, |c| sqlx::query_as(ALL)
        .bind(before)
        .bind(size())
        .fetch_all(c)
        .await)?;
    let yours = if after.is_empty() {
        yours(cx, &mut tx).await?
    } else {
        Vec::new()
    };
    Ok(ListPage {
        yours,
        all: cut(found, &tx),
    })
}

/// Those of the viewer's units, and where they may open one.
///
/// # Errors
/// [`AppError::NotFound`] for a page that is none, or what the database answers.
pub async fn desk(cx: &Cx, after: &str) -> Result<DeskPage, AppError> {
    let before = before(after)?;
    let mut tx = cx.read().await?;
    let sql = tx.sql(DESK);
    let found: Vec<Listed> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(before)
        .bind(size())
        .fetch_all(c)
        .await)?;
    let grants = cx
        .actor
        .as_deref()
        .map(|actor| actor.grants.as_slice())
        .unwrap_or_default();
    let mut units: Vec<Unit> = Vec::new();
    for grant in grants {
        let known = units.iter().any(|unit| unit.code == grant.code);
        if grant.role.allows(Permission::SurveyKeep) && cx.scope.covers(&grant.path) && !known {
            units.push(Unit {
                code: grant.code.clone(),
                name: grant.node_name.clone(),
            });
        }
    }
    Ok(DeskPage {
        today: tx.now().date(),
        units,
        all: cut(found, &tx),
    })
}

/// What waits for the viewer.
///
/// # Errors
/// What the database answers.
pub async fn waiting(cx: &Cx) -> Result<Waiting, AppError> {
    cx.user()?;
    if cx.who().acting_for.is_some() {
        return Ok(Waiting::default());
    }
    let mut tx = cx.read().await?;
    let yours = yours(cx, &mut tx).await?;
    let overdue = overdue(cx, &mut tx).await?;
    Ok(Waiting { yours, overdue })
}
