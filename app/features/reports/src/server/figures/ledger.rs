//! 台账: the matters of a place and a period in the columns that offices use, as a file. Names and numbers of people are masked, doors left out;
//! that it was taken along is logged.

use std::{collections::HashMap, time::Duration};

use db::{Audit, Cx, DbError, EngineSql, Json, Tx, crypt::Field, on, rows, throttle};
use serde::Serialize;
use shared::{AppError, Date, RecordId, Timestamp, UserId, mask, scope::PathRange};

use super::{
    masked,
    page::{Wanted, node},
    sheet::{Cell, Format, Table},
};
use crate::{
    model::{Action, Door, MatterId, Origin, StepId},
    server::{
        sight::visible_sql,
        store::{self, Stored, matter_sql},
    },
};

/// Matters of one file, and of one reading.
const MOST: usize = 20_000;
const PAGE: i64 = 500;
/// Files that one person takes along in a day at most.
const FILES: i64 = 60;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const COLUMNS: [&str; 18] = [
    "编号",
    "来源",
    "性质",
    "类别",
    "急缓",
    "反映时间",
    "地点",
    "诉求",
    "反映人",
    "承办单位",
    "承办人",
    "受理时间",
    "时限",
    "反馈时间",
    "办结时间",
    "办理状态",
    "结果",
    "满意度",
];

const MATTERS: EngineSql = visible_sql!(
    matter_sql!("where"),
    "and n.path >= $4 and n.path < $5 and m.created_at >= $6 and m.created_at < $7 and m.id > $8 order by m.id limit $9"
);
const BESIDE: EngineSql = rows!(
    "select m.id, m.entered_by, m.ended_at, t.due_at, a.shown_name from ",
    (id: uuid),
    " join matter m on m.id = r.id left join task t on t.id = m.task_id left join user_account a on a.id = m.reporter_id"
);
const STEPS: EngineSql = rows!(
    "select s.matter_id, s.id, s.action, s.at, s.elsewhere, s.words from ",
    (id: uuid),
    " join matter_step s on s.matter_id = r.id where s.action in ('accept', 'refuse', 'answer') order by s.matter_id, s.number"
);

#[derive(Serialize)]
struct IdRow {
    id: MatterId,
}

/// What a matter's row has beside it.
#[derive(sqlx::FromRow)]
struct Beside {
    id: MatterId,
    entered_by: Option<UserId>,
    ended_at: Option<Timestamp>,
    due_at: Option<Timestamp>,
    shown_name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Said {
    matter_id: MatterId,
    id: StepId,
    action: Action,
    at: Timestamp,
    elsewhere: Option<Door>,
    words: Option<String>,
}

/// What was said of a matter.
#[derive(Default)]
struct Course {
    /// When it was said whether it is taken.
    taken: Option<Timestamp>,
    answered: Option<Timestamp>,
    outcome: String,
}

/// The 台账 of a place and a period, for those who handle matters there: a file and its name.
///
/// # Errors
/// [`AppError::NotFound`] for a unit outside of one's own; [`AppError::Invalid`] for a time that is none, or with too much in it;
/// [`AppError::TooManyRequests`].
pub async fn ledger(cx: &Cx, wanted: &Wanted, format: Format) -> Result<(Vec<u8>, String), AppError> {
    let user = cx.user()?;
    let (node, period) = {
        let mut tx = cx.read().await?;
        let node = node(cx, &mut tx, &wanted.node).await?;
        cx.must_cover(&node.path)?;
        (node, wanted.period(tx.now().date())?)
    };
    throttle::take(cx, &format!("reports.ledger/{user}"), FILES, DAY).await?;
    {
        // Noted before the first row is read.
        let mut tx = cx.write().await?;
        let what = format!("{format}/{period}");
        tx.audit(
            Audit::new("reports.ledger.export", "node", node.id.0)
                .at(&node.path)
                .because(&what, None),
        )
        .await?;
        tx.commit().await?;
    }
    let labels: HashMap<String, String> = {
        let mut tx = cx.read().await?;
        let all = store::categories(&mut tx).await?;
        all.into_iter().map(|one| (one.code, one.label)).collect()
    };
    let mut table = Table::new(format);
    table.head(&COLUMNS);
    let (range, days) = (PathRange::below(&node.path), period.days());
    let (mut after, mut written) = (MatterId(uuid::Uuid::nil()), 0);
    loop {
        // A transaction a page: nothing is held for long.
        let mut tx = cx.read().await?;
        let found = page(cx, &mut tx, &range, days, after).await?;
        let Some(last) = found.last() else { break };
        after = last.id;
        written += found.len();
        if written > MOST {
            return Err(AppError::invalid(
                "period",
                format!("一次最多导出 {MOST} 件。请把时间选短一些，或者选下级单位。"),
            ));
        }
        let ids: Vec<IdRow> = found.iter().map(|matter| IdRow { id: matter.id }).collect();
        let beside = beside(&mut tx, &ids).await?;
        let courses = courses(cx, &mut tx, &ids).await?;
        for matter in &found {
            let label = labels.get(&matter.category);
            let cells = cells(cx, matter, label, beside.get(&matter.id), courses.get(&matter.id))?;
            table.row(&cells);
        }
    }
    Ok((table.finish()?, format!("ledger-{}-{period}.{format}", node.code)))
}

async fn page(
    cx: &Cx,
    tx: &mut Tx,
    range: &PathRange,
    (from, to): (Date, Date),
    after: MatterId,
) -> Result<Vec<Stored>, DbError> {
    let (user, today) = (cx.who().user, tx.now().date());
    let sql = tx.sql(MATTERS);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(user)
        .bind(today)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(from.start())
        .bind(to.plus_days(1).start())
        .bind(after)
        .bind(PAGE)
        .fetch_all(c)
        .await)
}

async fn beside(tx: &mut Tx, ids: &[IdRow]) -> Result<HashMap<MatterId, Beside>, DbError> {
    let sql = tx.sql(BESIDE);
    let rows: Vec<Beside> = on!(tx, |c| sqlx::query_as(sql).bind(Json(ids)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn courses(cx: &Cx, tx: &mut Tx, ids: &[IdRow]) -> Result<HashMap<MatterId, Course>, AppError> {
    let sql = tx.sql(STEPS);
    let rows: Vec<Said> = on!(tx, |c| sqlx::query_as(sql).bind(Json(ids)).fetch_all(c).await)?;
    let mut courses: HashMap<MatterId, Course> = HashMap::new();
    for row in rows {
        let course = courses.entry(row.matter_id).or_default();
        if row.action != Action::Answer {
            course.taken.get_or_insert(row.at);
        }
        if row.action == Action::Accept {
            continue;
        }
        let words = row.words.as_deref();
        let words = words
            .map(|sealed| cx.keys().open_for(Field::Note, RecordId(row.id.0), sealed))
            .transpose()?
            .unwrap_or_default();
        let words = masked::words(&words);
        if row.action == Action::Answer {
            course.answered = Some(row.at);
            course.outcome = words;
        } else {
            let door = row.elsewhere.map_or("", Door::label);
            course.outcome = format!("不予受理。请去：{door}。{words}");
        }
    }
    Ok(courses)
}

/// `2026-11-23 14:05`: a spreadsheet sorts it.
fn time(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::Nothing, |at| {
        Cell::Text(format!("{} {}", at.date(), at.zh_time()))
    })
}

fn cells(
    cx: &Cx,
    matter: &Stored,
    label: Option<&String>,
    beside: Option<&Beside>,
    course: Option<&Course>,
) -> Result<[Cell; COLUMNS.len()], AppError> {
    let told = matter.open(cx)?;
    let entered = beside.is_some_and(|beside| beside.entered_by.is_some());
    let source = if entered {
        "工作人员代为反映"
    } else {
        matter.origin.source()
    };
    let place = [matter.node_name.as_str(), told.address.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    // Also of those who work here, whose names are otherwise told.
    let name = beside.and_then(|beside| beside.shown_name.as_deref().map(mask::name));
    let ended = beside.and_then(|beside| beside.ended_at);
    let rating = match (matter.rating, ended) {
        (Some(rating), _) => Cell::text(rating.label()),
        (None, Some(_)) => Cell::text("未评价"),
        (None, None) => Cell::Nothing,
    };
    Ok([
        Cell::Text(matter.shown_number()),
        Cell::text(source),
        Cell::text(matter.kind.label()),
        Cell::text(label.map_or(matter.category.as_str(), String::as_str)),
        Cell::text(matter.urgency.label()),
        time(Some(matter.created_at)),
        Cell::Text(masked::words(&place)),
        Cell::Text(masked::words(told.said())),
        name.map_or(Cell::Nothing, Cell::Text),
        Cell::text(matter.unit_name.as_str()),
        Cell::text(matter.role().label()),
        time(course.and_then(|course| course.taken)),
        time(beside.and_then(|beside| beside.due_at)),
        time(course.and_then(|course| course.answered)),
        time(ended),
        Cell::text(matter.state.said(matter.petition)),
        Cell::text(course.map_or("", |course| course.outcome.as_str())),
        rating,
    ])
}

impl Origin {
    /// As a 台账 has it.
    const fn source(self) -> &'static str {
        match self {
            Self::Account => "居民自己反映",
            Self::Phone => "居民反映（没有账号）",
            Self::Anonymous => "匿名反映",
            Self::Client => "别的应用转来",
        }
    }
}
