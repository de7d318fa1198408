//! Meetings of one's units, what would be worth one, and what the form of one begins with.

use db::{Cx, EngineSql, Json, Tx, on, rows};
use orgs::{
    model::{Code, Node, NodeKind},
    server::{service, store as units},
};
use shared::{AppError, Cursor, Date, Page, Timestamp, UserId};

use crate::{
    model::{JointFormPage, JointId, JointRow, JointsPage, RECURS, Recurring, Unit},
    server::{
        posts,
        routing::shown,
        sight::visible_sql,
        store::{self, Stored, matter_sql},
    },
};

/// Rows of a page.
const PAGE: usize = 30;
/// What came so long ago does not come again.
const YEAR: i64 = 365 * Timestamp::DAY;

const LIST: EngineSql = rows!(
    "select j.id, j.code, j.title, j.held_on, n.code as node_code, n.name as node_name, \
     (select count(*) from report_joint_matter x where x.joint_id = j.id) as matters, \
     (select count(*) from report_promise p where p.joint_id = j.id and p.state = 'open') as running, \
     (select count(*) from report_promise p where p.joint_id = j.id and p.state = 'open' and p.due_on < $3) as late, j.published_at \
     from report_joint j join node n on n.id = j.node_id where exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) and j.id < $2 order by j.id desc limit $4"
);
// What nobody answers for any more, and what a meeting was about already, does not count.
const RECURRING: EngineSql = visible_sql!(
    "select n.code, n.name, m.category, count(*) from matter m join node n on n.id = m.node_id join node u on u.id = m.unit_id \
     left join node a on a.id = m.accused_id where m.created_at > $4 and m.accused_id is null and n.valid_to is null \
     and m.state not in ('refused', 'withdrawn', 'merged') \
     and not exists (select 1 from report_joint_matter x where x.matter_id = m.id) and",
    "group by n.code, n.name, m.category having count(*) >= $5 order by 4 desc, 1, 3 limit 20"
);
const THOSE: EngineSql = visible_sql!(
    matter_sql!(
        "where m.created_at > $4 and m.accused_id is null and m.state not in ('refused', 'withdrawn', 'merged') \
         and not exists (select 1 from report_joint_matter x where x.matter_id = m.id) and n.path = $5 and m.category = $6 and"
    ),
    "order by m.id desc limit 40"
);

#[derive(sqlx::FromRow)]
struct Row {
    id: JointId,
    code: String,
    title: String,
    held_on: Date,
    node_code: Code,
    node_name: String,
    matters: i64,
    running: i64,
    late: i64,
    published_at: Option<Timestamp>,
}

/// # Errors
/// [`AppError::NotFound`] for a page that is none, or what the database answers.
pub async fn list(cx: &Cx, from: &str) -> Result<JointsPage, AppError> {
    let after = match from {
        "" => JointId(uuid::Uuid::max()),
        text => {
            let cursor: Cursor = text.parse().map_err(|()| AppError::NotFound)?;
            JointId(cursor.id)
        }
    };
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    let sql = tx.sql(LIST);
    let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let found: Vec<Row> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(after)
        .bind(today)
        .bind(size)
        .fetch_all(c)
        .await)?;
    let found = Page::cut(found, PAGE, |row| Cursor {
        key: String::new(),
        id: row.id.0,
    });
    let row = |row: Row| JointRow {
        code: row.code,
        title: row.title,
        on: row.held_on,
        unit: Unit {
            code: row.node_code.to_string(),
            name: row.node_name,
        },
        matters: row.matters,
        open: row.running,
        late: row.late,
        public: row.published_at.is_some(),
    };
    let recurring = if from.is_empty() {
        recurring(cx, &mut tx).await?
    } else {
        Vec::new()
    };
    Ok(JointsPage {
        rows: Page {
            rows: found.rows.into_iter().map(row).collect(),
            next: found.next,
        },
        recurring,
    })
}

/// Same place and category, so often in a year.
async fn recurring(cx: &Cx, tx: &mut Tx) -> Result<Vec<Recurring>, AppError> {
    let (user, now): (Option<UserId>, Timestamp) = (cx.who().user, tx.now());
    let sql = tx.sql(RECURRING);
    let found: Vec<(Code, String, String, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(user)
        .bind(now.date())
        .bind(now.plus(-YEAR))
        .bind(RECURS)
        .fetch_all(c)
        .await)?;
    let labels = store::categories(tx).await?;
    let row = |(code, name, category, count): (Code, String, String, i64)| {
        let known = labels.iter().find(|one| one.code == category);
        Recurring {
            place: Unit {
                code: code.to_string(),
                name,
            },
            label: known.map_or_else(|| category.clone(), |one| one.label.clone()),
            category,
            count,
        }
    };
    Ok(found.into_iter().map(row).collect())
}

/// What the form of a meeting at a place begins with: with a category, the matters that come again.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn form(cx: &Cx, node: &str, category: &str) -> Result<JointFormPage, AppError> {
    let mut tx = cx.read().await?;
    let code: Code = node.trim().parse().map_err(|_| AppError::NotFound)?;
    let place = service::open(cx, &mut tx, &code).await?;
    let unit = holding(cx, &mut tx, &place).await?;
    let (user, now): (Option<UserId>, Timestamp) = (cx.who().user, tx.now());
    let (mut matters, mut title) = (Vec::new(), String::new());
    let category = category.replace('\0', "");
    if !category.is_empty() {
        let sql = tx.sql(THOSE);
        let found: Vec<Stored> = on!(tx, |c| sqlx::query_as(sql)
            .bind(Json(cx.scope.ranges()))
            .bind(user)
            .bind(now.date())
            .bind(now.plus(-YEAR))
            .bind(&place.path)
            .bind(&category)
            .fetch_all(c)
            .await)?;
        title = found.first().map(|one| one.title.clone()).unwrap_or_default();
        matters = found.iter().map(Stored::shown_number).collect();
    }
    Ok(JointFormPage {
        today: now.date(),
        title,
        matters,
        targets: posts::within(&mut tx, &cx.scope, &unit.path).await?,
        unit: shown(&unit),
    })
}

/// The unit that holds a meeting about a place: its community, if the viewer keeps those of it.
async fn holding(cx: &Cx, tx: &mut Tx, place: &Node) -> Result<Node, AppError> {
    let mut unit = place.clone();
    while unit.kind > NodeKind::Community {
        let Some(above) = unit.parent_id else { break };
        let above = units::by_id(tx, above).await?;
        match above.filter(|above| cx.scope.covers(&above.path)) {
            Some(above) => unit = above,
            None => break,
        }
    }
    Ok(unit)
}
