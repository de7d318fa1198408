//! The pillar's part of the demonstration: the calendar of 2020 to 2026, which is real, and a few tasks, which are made up.

use accounts::{
    model::Phone,
    server::{role, service},
};
use db::{Cx, on};
use shared::{AppError, NodeId, RecordId, Role, Timestamp, UserId};

use crate::{
    model::{Holder, Kind, Limit, Step, TaskId, When},
    server::{
        NewTask,
        calendar::{self, file},
        steps, task,
    },
};

/// See `demo/README.md`.
pub const CALENDAR: &[u8] = include_bytes!("../demo/workdays.json");

/// What the tasks of the demonstration are.
pub const KIND: Kind = Kind::new("tasks.demo", "演示任务")
    .steps(&[
        Step::remind(When::HalfTime),
        Step::remind(When::DaysBefore(1)),
        Step::remind(When::Overdue),
        Step::escalate(When::Overdue, Role::GridLead),
        Step::escalate(When::DaysAfter(2), Role::Secretary),
    ])
    .by_hand();

/// How a task of the demonstration stands.
#[derive(Clone, Copy)]
enum Standing {
    Open,
    Paused(&'static str),
    Done(&'static str),
}

struct Invented {
    role: Role,
    title: &'static str,
    limit: Limit,
    /// How long ago it began, in hours.
    ago: i64,
    standing: Standing,
}

const fn invented(role: Role, title: &'static str, limit: Limit, ago: i64, standing: Standing) -> Invented {
    Invented {
        role,
        title,
        limit,
        ago,
        standing,
    }
}

/// At the grid of the demonstration's grid worker.
const TASKS: &[Invented] = &[
    invented(
        Role::GridWorker,
        "演示·检查 3 幢消防通道",
        Limit::WorkingDays(1),
        14 * 24,
        Standing::Open,
    ),
    invented(
        Role::GridWorker,
        "演示·看望独居老人",
        Limit::Hours(12),
        2,
        Standing::Open,
    ),
    invented(
        Role::GridWorker,
        "演示·核对楼道信息",
        Limit::WorkingDays(5),
        20,
        Standing::Open,
    ),
    invented(
        Role::GridWorker,
        "演示·年后复查燃气软管",
        Limit::WorkingDays(60),
        3,
        Standing::Open,
    ),
    invented(
        Role::GridWorker,
        "演示·量一量积水的路面",
        Limit::WorkingDays(3),
        30,
        Standing::Paused("等市政来开挖，开挖以后再量。"),
    ),
    invented(
        Role::GridWorker,
        "演示·贴停水通知",
        Limit::Hours(24),
        10,
        Standing::Done("六个单元都贴了。"),
    ),
    invented(
        Role::GridLead,
        "演示·走一遍网格边界",
        Limit::WorkingDays(10),
        26,
        Standing::Open,
    ),
    invented(
        Role::Secretary,
        "演示·答复居民小组的提议",
        Limit::WorkingDays(3),
        4,
        Standing::Open,
    ),
    invented(
        Role::Staff,
        "演示·整理居务公开栏",
        Limit::WorkingMinutes(600),
        1,
        Standing::Open,
    ),
];

/// Loads what is not there yet.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx) -> Result<(), AppError> {
    load_calendar(cx).await?;
    load_tasks(cx).await?;
    // What is overdue has been told of, as if time had really passed.
    steps::run(cx).await?;
    Ok(())
}

async fn load_calendar(cx: &Cx) -> Result<(), AppError> {
    let file = file::read(CALENDAR).map_err(|faults| AppError::invalid("file", format!("{faults:?}")))?;
    let source = file.source.clone().unwrap_or_default();
    let mut tx = cx.write().await?;
    let plan = calendar::plan(&mut tx, file).await?;
    if plan.counts.years > 0 {
        let import = tx.id();
        calendar::apply_in(cx, &mut tx, &plan, import, &source).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The holder of the demonstration's account for a role, and the place where they hold it.
async fn holder(cx: &Cx, wanted: Role) -> Result<Option<(UserId, NodeId)>, AppError> {
    let account = accounts::demo::accounts()
        .into_iter()
        .find(|account| account.role == wanted);
    let Some(account) = account else {
        return Ok(None);
    };
    let user = service::user_by_phone(cx, &Phone::parse("phone", &account.phone)?).await?;
    let Some(user) = user else { return Ok(None) };
    let mut tx = cx.read().await?;
    let roles = role::of_user(&mut tx, user).await?;
    let held = roles.iter().find(|row| row.role == wanted && row.in_force);
    Ok(held.map(|row| (user, row.node)))
}

async fn load_tasks(cx: &Cx) -> Result<(), AppError> {
    const ANY: &str = "select id from task where kind = $1 limit 1";
    {
        let mut tx = cx.read().await?;
        let any: Option<TaskId> = on!(tx, |c| sqlx::query_scalar(ANY)
            .bind(KIND.key)
            .fetch_optional(c)
            .await)?;
        if any.is_some() {
            return Ok(());
        }
    }
    for invented in TASKS {
        let Some((user, node)) = holder(cx, invented.role).await? else {
            continue;
        };
        add(cx, invented, user, node).await?;
    }
    Ok(())
}

async fn add(cx: &Cx, invented: &Invented, user: UserId, node: NodeId) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let subject: RecordId = tx.id();
    // By name and by role: both are had.
    let holder = match invented.role {
        Role::GridWorker | Role::GridLead => Holder::Role(invented.role, node),
        _ => Holder::User(user),
    };
    let new = NewTask {
        kind: KIND,
        subject,
        node,
        title: invented.title,
        href: None,
        holder,
        limit: invented.limit,
        since: Some(tx.now().plus(-invented.ago * Timestamp::HOUR)),
    };
    let opened = task::open(cx, &mut tx, &new).await?;
    match invented.standing {
        Standing::Open => {}
        Standing::Paused(why) => task::pause(cx, &mut tx, opened.id, why).await?,
        Standing::Done(words) => task::finish(cx, &mut tx, opened.id, Some(words)).await?,
    }
    tx.commit().await?;
    Ok(())
}
