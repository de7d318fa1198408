//! Lists of matters: one's own, the work of those who handle them, and what is published.

use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use orgs::{model::Code, server::store as units};
use shared::{AppError, Cursor, Page, Permission, Timestamp, scope::PathRange};

use super::{
    around, posts, public,
    reading::{self, Asked, Narrow, PAGE, PostRow},
    routing::shown,
    search::Query,
    sight,
    store::{self, Stored, matter_sql},
    views,
};
use crate::model::{
    Due, Filter, Kind, MatterId, MatterRow, MinePage, PublicFilter, PublicPage, State, Target, WorkPage,
};

const FOLLOWED: i64 = 20;
const HELD: i64 = 100;
/// Characters of an excerpt.
const EXCERPT: usize = 60;

const OWN: &str = matter_sql!("where m.reporter_id = $1 and m.id < $2 order by m.id desc limit $3");
const FOLLOWS: &str = matter_sql!(
    "join matter_follower f on f.matter_id = m.id where f.user_id = $1 order by f.since_at desc, m.id desc limit $2"
);
// From the posts on: what runs anywhere is much.
const BY_POST: EngineSql = rows!(
    matter_sql!("where m.id in (select k.id from "),
    (node: uuid, role: text),
    " join matter k on k.unit_id = r.node and k.holder_role = r.role where k.ended_at is null) \
     and not exists (select 1 from matter_recusal x where x.matter_id = m.id and x.user_id = $3) order by m.id desc limit $2"
);
// From the parts on: those that run are few.
const PARTAKEN: EngineSql = rows!(
    matter_sql!("where m.ended_at is null and m.id in (select p.matter_id from matter_part p where p.ended_at is null and exists (select 1 from "),
    (node: uuid, role: text),
    " where r.node = p.unit_id and r.role = p.role)) \
     and not exists (select 1 from matter_recusal x where x.matter_id = m.id and x.user_id = $3) order by m.id desc limit $2"
);

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
pub(super) fn row(cx: &Cx, matter: Stored, whole: bool) -> Result<MatterRow, AppError> {
    let words = if whole {
        matter.open(cx)?.said().to_owned()
    } else {
        matter.public_text.clone().unwrap_or_default()
    };
    let due = due(&matter);
    Ok(MatterRow {
        number: matter.shown_number(),
        kind: matter.kind,
        urgency: matter.urgency,
        state: matter.state,
        petition: matter.petition,
        place: matter.place(),
        unit: matter.unit(),
        role: matter.role(),
        at: matter.created_at,
        due,
        paused: matter.paused_at.filter(|_| whole),
        urged: whole && matter.urged_at.is_some(),
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
    let own = Page {
        rows: sight::told_by_proxy(cx, &mut tx, own.rows).await?,
        next: own.next,
    };
    let followed: Vec<Stored> = on!(tx, |c| sqlx::query_as(FOLLOWS)
        .bind(subject)
        .bind(FOLLOWED)
        .fetch_all(c)
        .await)?;
    let mut followed = sight::told_by_proxy(cx, &mut tx, followed).await?;
    if let Some(actor) = &cx.actor {
        followed.retain(|matter| !sight::is_accused(actor, matter));
    }
    let held_now = held(cx, &mut tx, BY_POST).await?;
    let partaken = held(cx, &mut tx, PARTAKEN).await?;
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
        held: shown(held_now, true)?,
        partaken: shown(partaken, true)?,
    })
}

/// What lies with the viewer by one of their posts, whole or a part.
async fn held(cx: &Cx, tx: &mut Tx, sql: EngineSql) -> Result<Vec<Stored>, DbError> {
    let Some(actor) = cx.actor.as_ref() else {
        return Ok(Vec::new());
    };
    let posts = PostRow::of(actor);
    let sql = tx.sql(sql);
    let mut found: Vec<Stored> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&posts))
        .bind(HELD)
        .bind(actor.user)
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
    let category = filter.category.replace('\0', "");
    let now = tx.now();
    let asked = Asked {
        here: here.as_ref().map(|node| PathRange::below(&node.path)),
        after,
        words: Query::read(&filter.q)?,
        ..asked(cx, filter, &category, now)
    };
    let found = reading::handled(&mut tx, &asked).await?;
    let found = Page::cut(found, PAGE, |matter| Cursor {
        key: String::new(),
        id: matter.id.0,
    });
    let rows: Result<Vec<MatterRow>, AppError> = found
        .rows
        .into_iter()
        .map(|matter| row(cx, matter, true))
        .collect();
    let views = match cx.who().user {
        Some(user) => views::of(&mut tx, user).await?,
        None => Vec::new(),
    };
    Ok(WorkPage {
        now,
        views,
        targets: targets(cx, &mut tx, here.as_ref().map(|node| node.path.as_str())).await?,
        units: around::units(cx, &mut tx, here.as_ref()).await?,
        here: here.as_ref().map(shown),
        rows: Page {
            rows: rows?,
            next: found.next,
        },
        categories: labels(&mut tx).await?,
    })
}

/// What a filter asks for, from its beginning, wherever the viewer handles matters.
pub fn asked<'a>(cx: &Cx, filter: &Filter, category: &'a str, now: Timestamp) -> Asked<'a> {
    let state = filter.state.parse::<State>().ok();
    Asked {
        scope: cx.scope.ranges(),
        user: cx.who().user,
        today: now.date(),
        here: None,
        state: match filter.state.as_str() {
            "all" => "all",
            "ended" => "ended",
            _ => state.map_or("open", State::code),
        },
        open: match filter.state.as_str() {
            "all" | "ended" => false,
            _ => state.is_none_or(|state| !state.has_ended()),
        },
        kind: filter.kind.parse::<Kind>().map_or("", Kind::code),
        category,
        late: filter.late,
        now,
        narrow: Narrow::of(cx, filter),
        after: MatterId(uuid::Uuid::max()),
        words: None,
    }
}

/// Where many matters may be given at once: the posts of the units that the viewer dispatches for, of `path` where only that is shown.
async fn targets(cx: &Cx, tx: &mut Tx, path: Option<&str>) -> Result<Vec<Target>, AppError> {
    let Some(actor) = cx.actor.as_ref() else {
        return Ok(Vec::new());
    };
    let scope = actor.scope_of(Permission::ReportDispatch);
    let mut targets = Vec::new();
    for within in scope.paths() {
        let path = path.filter(|path| path.starts_with(within.as_str()));
        targets.extend(posts::within(tx, &scope, path.unwrap_or(within)).await?);
    }
    Ok(targets)
}

pub(super) async fn labels(tx: &mut Tx) -> Result<Vec<(String, String)>, DbError> {
    let categories = store::categories(tx).await?;
    Ok(categories.into_iter().map(|one| (one.code, one.label)).collect())
}

/// What is published at and below a place, or anywhere, the newest first.
///
/// # Errors
/// As [`search`].
pub async fn published(cx: &Cx, node: &str, category: &str, from: &str) -> Result<PublicPage, AppError> {
    search(cx, node, category, "", from).await
}

/// As [`published`], with the words of `q`, if there are any.
///
/// # Errors
/// [`AppError::NotFound`] for a unit or a page that is none, [`AppError::Invalid`] for words that are too many, or what the database
/// answers.
pub async fn search(
    cx: &Cx,
    node: &str,
    category: &str,
    q: &str,
    from: &str,
) -> Result<PublicPage, AppError> {
    let filter = PublicFilter {
        node: node.to_owned(),
        category: category.to_owned(),
        q: q.to_owned(),
        after: from.to_owned(),
        ..PublicFilter::default()
    };
    public::page(cx, &filter).await
}
