//! Lists of cases: those in which somebody is named, those that wait at their posts, and, for who oversees, how many there are.

use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use serde::Serialize;
use shared::{Actor, AppError, Cursor, NodeId, Page};

use super::store::{Stored, case_sql};
use crate::model::{CaseId, CaseRow, Count, DeskPage, MinePage, State, Waiting};

/// Rows of a page.
const PAGE: usize = 50;

// Whoever took it sees it as long as they hold the post.
const MINE: &str = case_sql!(
    "where ((m.clerk_id = $1 and exists (select 1 from role_grant g where g.user_id = $1 and g.node_id = m.unit_id \
     and g.role = m.desk_role and g.valid_from <= $4 and (g.valid_to is null or g.valid_to >= $4))) \
     or exists (select 1 from mediation_person p where p.mediation_id = m.id and p.user_id = $1 and p.left_at is null)) \
     and m.id < $2 order by m.id desc limit $3"
);
const ACTING: &str = case_sql!(
    "where m.entered_by = $1 and exists (select 1 from mediation_person p where p.mediation_id = m.id and p.user_id = $4 \
     and p.part = 'applicant') and m.id < $2 order by m.id desc limit $3"
);
const AT_DESK: EngineSql = rows!(
    case_sql!("where m.ended_at is null and exists (select 1 from "),
    (node: uuid, role: text),
    " where r.node = m.unit_id and r.role = m.desk_role) and (m.clerk_id is null or not exists (select 1 from role_grant g \
     where g.user_id = m.clerk_id and g.node_id = m.unit_id and g.role = m.desk_role and g.valid_from <= $3 \
     and (g.valid_to is null or g.valid_to >= $3))) and not exists (select 1 from mediation_person p where p.mediation_id = m.id \
     and p.user_id = $2 and p.part <> 'mediator') order by m.id limit 100"
);
const COUNTS: EngineSql = rows!(
    "select m.state, count(*) from mediation m join node n on n.id = m.node_id where exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) group by m.state"
);
// For the home page of everybody: from somebody's names, cases and posts on, as above, and never through all cases that run.
const WAITING: EngineSql = rows!(
    "with post as (select distinct r.node, r.role from ",
    (node: uuid, role: text),
    ") select (select count(*) from mediation_person p join mediation m on m.id = p.mediation_id where p.user_id = $2 \
     and p.part = 'respondent' and m.state = 'accepted'), \
     (select count(*) from (select m.id from mediation m where m.clerk_id = $2 and m.ended_at is null and exists (select 1 \
     from role_grant g where g.user_id = $2 and g.node_id = m.unit_id and g.role = m.desk_role and g.valid_from <= $3 \
     and (g.valid_to is null or g.valid_to >= $3)) union select p.mediation_id from mediation_person p \
     join mediation m on m.id = p.mediation_id where p.user_id = $2 and p.left_at is null and m.ended_at is null) as own), \
     (select count(*) from (select 1 from post r cross join mediation m where m.unit_id = r.node and m.desk_role = r.role \
     and m.ended_at is null and (m.clerk_id is null or not exists (select 1 from role_grant g where g.user_id = m.clerk_id \
     and g.node_id = m.unit_id and g.role = m.desk_role and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3))) \
     and not exists (select 1 from mediation_person p where p.mediation_id = m.id and p.user_id = $2 and p.part <> 'mediator') \
     limit 100) as desk)"
);

#[derive(Serialize)]
struct PostRow {
    node: NodeId,
    role: &'static str,
}

fn size() -> i64 {
    i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
}

fn row(case: Stored) -> CaseRow {
    CaseRow {
        number: case.shown_number(),
        state: case.state,
        at: case.created_at,
        due: case.due(),
        code: case.code,
        title: case.title,
    }
}

/// The cases in which the viewer is named, the newest first; while they act for somebody, those that they wrote down for them.
///
/// # Errors
/// [`AppError::NotFound`] for a page that is none, or what the database answers.
pub async fn mine(cx: &Cx, after: &str) -> Result<MinePage, AppError> {
    let (user, subject) = (cx.user()?, cx.subject()?);
    let before = if after.is_empty() {
        CaseId(uuid::Uuid::max())
    } else {
        let cursor: Cursor = after.parse().map_err(|()| AppError::NotFound)?;
        CaseId(cursor.id)
    };
    let mut tx = cx.read().await?;
    let found: Vec<Stored> = if user == subject {
        let today = tx.now().date();
        on!(tx, |c| sqlx::query_as(MINE)
            .bind(user)
            .bind(before)
            .bind(size())
            .bind(today)
            .fetch_all(c)
            .await)?
    } else {
        on!(tx, |c| sqlx::query_as(ACTING)
            .bind(user)
            .bind(before)
            .bind(size())
            .bind(subject)
            .fetch_all(c)
            .await)?
    };
    let own = Page::cut(found, PAGE, |case| Cursor {
        key: String::new(),
        id: case.id.0,
    });
    let waiting = at_desk(cx, &mut tx).await?;
    Ok(MinePage {
        now: tx.now(),
        own: Page {
            rows: own.rows.into_iter().map(row).collect(),
            next: own.next,
        },
        waiting: waiting.into_iter().map(row).collect(),
    })
}

/// Somebody's posts, but for those that ask for a second factor which was not shown.
fn posts(actor: &Actor) -> Vec<PostRow> {
    actor
        .grants
        .iter()
        .filter(|grant| actor.second_factor || !grant.role.needs_second_factor())
        .map(|grant| PostRow {
            node: grant.node,
            role: grant.role.code(),
        })
        .collect()
}

/// What waits to be taken at the viewer's posts.
async fn at_desk(cx: &Cx, tx: &mut Tx) -> Result<Vec<Stored>, DbError> {
    let Some(actor) = cx.actor.as_ref().filter(|actor| actor.acting_for.is_none()) else {
        return Ok(Vec::new());
    };
    let posts = posts(actor);
    let (sql, today) = (tx.sql(AT_DESK), tx.now().date());
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&posts))
        .bind(actor.user)
        .bind(today)
        .fetch_all(c)
        .await)
}

/// How many cases stand how, at and below the viewer's units. Nothing else is told of them.
///
/// # Errors
/// What the database answers.
pub async fn desk(cx: &Cx) -> Result<DeskPage, AppError> {
    let mut tx = cx.read().await?;
    let sql = tx.sql(COUNTS);
    let found: Vec<(State, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .fetch_all(c)
        .await)?;
    let counts = State::ALL
        .iter()
        .map(|state| {
            let cases = found.iter().find(|(known, _)| known == state);
            Count {
                state: *state,
                cases: cases.map_or(0, |(_, cases)| *cases),
            }
        })
        .collect();
    let waiting = at_desk(cx, &mut tx).await?;
    Ok(DeskPage {
        now: tx.now(),
        counts,
        waiting: waiting.into_iter().map(row).collect(),
    })
}

/// How much waits for the viewer, in one statement.
///
/// # Errors
/// What the database answers.
pub async fn waiting(cx: &Cx) -> Result<Waiting, AppError> {
    let user = cx.user()?;
    if cx.who().acting_for.is_some() {
        return Ok(Waiting::default());
    }
    let posts = cx.actor.as_deref().map(posts).unwrap_or_default();
    let mut tx = cx.look().await?;
    let (sql, today) = (tx.sql(WAITING), tx.now().date());
    let (asked, own, desk): (i64, i64, i64) = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&posts))
        .bind(user)
        .bind(today)
        .fetch_one(c)
        .await)?;
    Ok(Waiting { asked, own, desk })
}
