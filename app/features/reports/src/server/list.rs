//! Lists of matters: one's own, the work of those who handle them, and what is published.

use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use orgs::{model::Code, server::store as units};
use serde::Serialize;
use shared::{AppError, Cursor, NodeId, Page, Timestamp, UserId, scope::PathRange};

use super::{
    routing::shown,
    sight::{self, visible_sql},
    store::{self, Stored, matter_sql},
};
use crate::model::{
    Due, Filter, Kind, MatterId, MatterRow, MinePage, Number, PublicPage, PublicRow, State, Unit, WorkPage,
};

/// Rows of a page.
const PAGE: usize = 50;
const FOLLOWED: i64 = 20;
const HELD: i64 = 100;
/// Characters of an excerpt.
const EXCERPT: usize = 60;

const OWN: &str = matter_sql!("where m.reporter_id = $1 and m.id < $2 order by m.id desc limit $3");
const FOLLOWS: &str = matter_sql!(
    "join matter_follower f on f.matter_id = m.id where f.user_id = $1 order by f.since_at desc, m.id desc limit $2"
);
const BY_POST: EngineSql = rows!(
    matter_sql!("where m.ended_at is null and exists (select 1 from "),
    (node: uuid, role: text),
    " where r.node = m.unit_id and r.role = m.holder_role) order by m.id desc limit $2"
);
const WORK: EngineSql = visible_sql!(
    matter_sql!("where"),
    "and ((n.path >= $4 and n.path < $5) or (u.path >= $4 and u.path < $5)) \
     and ($6 = 'all' or ($6 = 'open' and m.ended_at is null) or ($6 = 'ended' and m.ended_at is not null) or m.state = $6) \
     and ($7 = '' or m.kind = $7) and ($8 = '' or m.category = $8) and (not $9 or (t.due_at is not null and t.due_at < $10)) \
     and m.id < $11 order by m.id desc limit $12"
);
const PUBLISHED: &str = "select m.id, m.code, nn.code as number_code, m.number_year, m.number, m.kind, m.state, m.title, \
    n.code as node_code, n.name as node_name, m.created_at, m.published_at, m.public_text, \
    (select count(*) from matter_follower f where f.matter_id = m.id) as followers \
    from matter m join node nn on nn.id = m.number_node join node n on n.id = m.node_id \
    where m.published_at is not null and n.path >= $1 and n.path < $2 and ($3 = '' or m.category = $3) \
    and (m.published_at < $4 or (m.published_at = $4 and m.id < $5)) order by m.published_at desc, m.id desc limit $6";

#[derive(Serialize)]
struct PostRow {
    node: NodeId,
    role: &'static str,
}

#[derive(sqlx::FromRow)]
struct Published {
    id: MatterId,
    code: String,
    number_code: Code,
    number_year: i64,
    number: i64,
    kind: Kind,
    state: State,
    title: String,
    node_code: Code,
    node_name: String,
    created_at: Timestamp,
    published_at: Timestamp,
    public_text: String,
    followers: i64,
}

fn size(rows: usize) -> i64 {
    i64::try_from(rows + 1).unwrap_or(i64::MAX)
}

/// The id after which a page begins; before all of them without a cursor.
fn after(text: &str) -> Result<MatterId, AppError> {
    if text.is_empty() {
        return Ok(MatterId(uuid::Uuid::max()));
    }
    let cursor: Cursor = text.parse().map_err(|()| AppError::NotFound)?;
    Ok(MatterId(cursor.id))
}

/// A row, with the beginning of the words for those who may read them.
fn row(cx: &Cx, matter: Stored, whole: bool) -> Result<MatterRow, AppError> {
    let words = if whole {
        matter.open(cx)?.words
    } else {
        matter.public_text.clone().unwrap_or_default()
    };
    let due = due(&matter);
    Ok(MatterRow {
        number: matter.shown_number(),
        kind: matter.kind,
        urgency: matter.urgency,
        state: matter.state,
        place: matter.place(),
        unit: matter.unit(),
        role: matter.role(),
        at: matter.created_at,
        due,
        excerpt: words.chars().take(EXCERPT).collect(),
        code: matter.code,
        title: matter.title,
    })
}

/// When it is due, while the time to the answer runs.
pub(super) fn due(matter: &Stored) -> Option<Due> {
    let at = matter.due_at.filter(|_| matter.state.counts())?;
    Some(Due {
        at,
        provisional: matter.provisional.unwrap_or_default(),
    })
}

/// What one reported, follows, and has by post.
///
/// # Errors
/// [`AppError::NotFound`] for a page that is none, or what the database answers.
pub async fn mine(cx: &Cx, from: &str) -> Result<MinePage, AppError> {
    let subject = cx.subject()?;
    let after = after(from)?;
    let mut tx = cx.read().await?;
    let own: Vec<Stored> = on!(tx, |c| sqlx::query_as(OWN)
        .bind(subject)
        .bind(after)
        .bind(size(PAGE))
        .fetch_all(c)
        .await)?;
    let own = Page::cut(own, PAGE, |matter| Cursor {
        key: String::new(),
        id: matter.id.0,
    });
    let followed: Vec<Stored> = on!(tx, |c| sqlx::query_as(FOLLOWS)
        .bind(subject)
        .bind(FOLLOWED)
        .fetch_all(c)
        .await)?;
    let held = held(cx, &mut tx).await?;
    let shown = |found: Vec<Stored>, whole| -> Result<Vec<MatterRow>, AppError> {
        found.into_iter().map(|matter| row(cx, matter, whole)).collect()
    };
    Ok(MinePage {
        now: tx.now(),
        own: Page {
            rows: shown(own.rows, true)?,
            next: own.next,
        },
        followed: shown(followed, false)?,
        held: shown(held, true)?,
    })
}

/// What lies with the viewer by one of their posts.
async fn held(cx: &Cx, tx: &mut Tx) -> Result<Vec<Stored>, DbError> {
    let Some(actor) = cx.actor.as_ref() else {
        return Ok(Vec::new());
    };
    let posts: Vec<PostRow> = actor
        .grants
        .iter()
        .filter(|grant| actor.second_factor || !grant.role.needs_second_factor())
        .map(|grant| PostRow {
            node: grant.node,
            role: grant.role.code(),
        })
        .collect();
    let sql = tx.sql(BY_POST);
    let mut found: Vec<Stored> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&posts))
        .bind(HELD)
        .fetch_all(c)
        .await)?;
    found.retain(|matter| !sight::is_accused(actor, matter));
    Ok(found)
}

/// The matters of the units of those who handle them, the newest first.
///
/// # Errors
/// [`AppError::NotFound`] for a unit or a page that is none, or what the database answers.
pub async fn work(cx: &Cx, filter: &Filter) -> Result<WorkPage, AppError> {
    let after = after(&filter.after)?;
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
    let range = PathRange::below(here.as_ref().map_or("", |node| node.path.as_str()));
    let state = match filter.state.as_str() {
        "all" => "all",
        "ended" => "ended",
        code => code.parse::<State>().map_or("open", State::code),
    };
    let kind = filter.kind.parse::<Kind>().map_or("", Kind::code);
    let category = filter.category.replace('\0', "");
    let (user, now): (Option<UserId>, Timestamp) = (cx.who().user, tx.now());
    let sql = tx.sql(WORK);
    let found: Vec<Stored> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(user)
        .bind(now.date())
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(state)
        .bind(kind)
        .bind(&category)
        .bind(filter.late)
        .bind(now)
        .bind(after)
        .bind(size(PAGE))
        .fetch_all(c)
        .await)?;
    let found = Page::cut(found, PAGE, |matter| Cursor {
        key: String::new(),
        id: matter.id.0,
    });
    let rows: Result<Vec<MatterRow>, AppError> = found
        .rows
        .into_iter()
        .map(|matter| row(cx, matter, true))
        .collect();
    Ok(WorkPage {
        now,
        here: here.as_ref().map(shown),
        rows: Page {
            rows: rows?,
            next: found.next,
        },
        categories: labels(&mut tx).await?,
    })
}

async fn labels(tx: &mut Tx) -> Result<Vec<(String, String)>, DbError> {
    let categories = store::categories(tx).await?;
    Ok(categories.into_iter().map(|one| (one.code, one.label)).collect())
}

/// What is published at and below a place, or anywhere, the newest first.
///
/// # Errors
/// [`AppError::NotFound`] for a unit or a page that is none, or what the database answers.
pub async fn published(cx: &Cx, node: &str, category: &str, from: &str) -> Result<PublicPage, AppError> {
    let (before, after) = match from {
        "" => (Timestamp(i64::MAX), MatterId(uuid::Uuid::max())),
        text => {
            let cursor: Cursor = text.parse().map_err(|()| AppError::NotFound)?;
            let at = cursor.key.parse::<i64>().map_err(|_| AppError::NotFound)?;
            (Timestamp(at), MatterId(cursor.id))
        }
    };
    let mut tx = cx.read().await?;
    let here = match node.trim() {
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
    let range = PathRange::below(here.as_ref().map_or("", |node| node.path.as_str()));
    let category = category.replace('\0', "");
    let found: Vec<Published> = on!(tx, |c| sqlx::query_as(PUBLISHED)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(&category)
        .bind(before)
        .bind(after)
        .bind(size(PAGE))
        .fetch_all(c)
        .await)?;
    let found = Page::cut(found, PAGE, |matter| Cursor {
        key: matter.published_at.0.to_string(),
        id: matter.id.0,
    });
    let rows = found.rows.into_iter().map(public_row).collect();
    Ok(PublicPage {
        here: here.as_ref().map(shown),
        rows: Page {
            rows,
            next: found.next,
        },
        categories: labels(&mut tx).await?,
    })
}

fn public_row(matter: Published) -> PublicRow {
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
