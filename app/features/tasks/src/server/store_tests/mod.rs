//! Store tests of tasks, on both engines.

mod calendar;
mod holding;
mod hours;
mod news;
mod random;
mod tasks;

use accounts::server::{service, session};
use db::{Cx, Tx, execute, on, test::TestDb};
use shared::{Actor, AppError, Date, NodeId, Permission, RecordId, Role, Timestamp, UserId};

use super::{
    NewTask, Opened,
    calendar::{self as days, file},
    task,
};
use crate::model::{Holder, Kind, Limit, Step, TaskId, When};

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// `(code, kind, name)`; the parent is the longest code that it begins with.
const PLACES: [(&str, &str, &str); 9] = [
    ("32", "province", "江苏省"),
    ("3205", "city", "苏州市"),
    ("320581", "district", "常熟市"),
    ("320581001", "street", "虞山街道"),
    ("320581001001", "community", "花园浜社区"),
    ("320581001001001", "grid", "第一网格"),
    ("320581001001002", "grid", "第二网格"),
    ("320581001002", "community", "四丈湾社区"),
    ("320581001002001", "grid", "四丈湾网格"),
];
pub const STREET: &str = "320581001";
pub const COMMUNITY: &str = "320581001001";
pub const GRID: &str = "320581001001001";
pub const NEXT_GRID: &str = "320581001001002";
pub const OTHER_GRID: &str = "320581001002001";

pub const KIND: Kind = Kind::new("test.walk", "走访")
    .steps(&[
        Step::remind(When::DaysBefore(1)),
        Step::remind(When::Overdue),
        Step::escalate(When::Overdue, Role::GridLead),
        Step::escalate(When::DaysAfter(2), Role::Secretary),
        Step::escalate(When::DaysAfter(3), Role::CityAdmin),
    ])
    .by_hand();

pub struct House {
    pub t: TestDb,
}

/// The organisation and the calendar of 2020 to 2026. It is Monday, 23 November 2026, 14:05.
pub async fn house(t: &TestDb) -> Outcome<House> {
    const INSERT: &str = "insert into node (id, code, kind, name, short_name, path, parent_id, pinyin, initials, valid_from, version, updated_at) \
        values ($1, $2, $3, $4, $4, $5, $6, '', '', '2020-01-01', 1, 0)";
    let mut tx = t.cx.write().await?;
    let mut made: Vec<(&str, NodeId, String)> = Vec::new();
    for (code, kind, name) in PLACES {
        let parent = made
            .iter()
            .filter(|(above, ..)| code.starts_with(above))
            .max_by_key(|(above, ..)| above.len());
        let path = format!("{}{code}/", parent.map_or("", |(.., path)| path));
        let parent = parent.map(|(_, id, _)| *id);
        let id: NodeId = t.cx.id();
        execute!(tx, INSERT, id, code, kind, name, path.as_str(), parent)?;
        made.push((code, id, path));
    }
    load(&t.cx, &mut tx, crate::demo::CALENDAR).await?;
    tx.commit().await?;
    let house = House { t: t.clone() };
    house.run_reckoning().await?;
    Ok(house)
}

/// Loads a calendar file.
pub async fn load(cx: &Cx, tx: &mut Tx, bytes: &[u8]) -> Outcome<()> {
    let file = file::read(bytes).map_err(|faults| format!("{faults:?}"))?;
    let plan = days::plan(tx, file).await?;
    let import = tx.id();
    days::apply_in(cx, tx, &plan, import, "测试").await?;
    Ok(())
}

/// 2027 as it may come to be: the New Year from the last day of 2026, and two days of weekends worked.
pub const NEXT_YEAR: &str = "日期,类型,名称\n2026-12-31,放假,元旦\n2027-01-01,放假,元旦\n2027-01-03,上班,元旦\n2027-01-09,上班,元旦\n2027-10-01,放假,国庆节\n";

impl House {
    pub fn cx(&self) -> &Cx {
        &self.t.cx
    }

    pub async fn node(&self, code: &str) -> Outcome<NodeId> {
        Ok(service::node(self.cx(), code).await?)
    }

    /// Somebody with a role, signed in, the second factor shown.
    pub async fn person(&self, n: u32, role: Role, code: &str) -> Outcome<Actor> {
        let phone = format!("1380000{n:04}");
        let user = service::add_user(self.cx(), "王芳", &phone, None).await?;
        service::grant(self.cx(), &phone, role, code, None, None).await?;
        let mut tx = self.cx().write().await?;
        let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
        session::show_factor(&mut tx, opened.id).await?;
        tx.commit().await?;
        let visit = session::resolve(&self.t.house, &opened.token).await?;
        Ok(visit.ok_or("no visit")?.actor)
    }

    pub fn own(&self, actor: &Actor) -> Cx {
        self.t.request(Some(actor.clone())).signed_in().unwrap()
    }

    pub fn with(&self, actor: &Actor, permission: Permission) -> Result<Cx, AppError> {
        self.t.request(Some(actor.clone())).require(permission)
    }

    /// A task at the grid for whoever is its grid worker.
    pub async fn open(&self, kind: Kind, limit: Limit) -> Outcome<Opened> {
        let node = self.node(GRID).await?;
        self.open_for(kind, limit, Holder::Role(Role::GridWorker, node))
            .await
    }

    pub async fn open_for(&self, kind: Kind, limit: Limit, holder: Holder) -> Outcome<Opened> {
        let node = self.node(GRID).await?;
        let mut tx = self.cx().write().await?;
        let subject: RecordId = tx.id();
        let new = NewTask {
            kind,
            subject,
            node,
            title: "看一看",
            href: None,
            holder,
            limit,
            since: None,
        };
        let opened = task::open(self.cx(), &mut tx, &new).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Moves the clock to a time in Shanghai.
    pub fn at(&self, date: &str, hour: i64, minute: i64) {
        let date: Date = date.parse().unwrap();
        let wanted = date
            .start()
            .plus(hour * Timestamp::HOUR + minute * Timestamp::MINUTE);
        self.t.clock.advance(wanted.0 - self.cx().now().0);
    }

    /// `(kind, topic)` of what was told about a task, in order.
    pub async fn told(&self, id: TaskId) -> Outcome<Vec<(String, String)>> {
        const TOLD: &str = "select kind, topic from event where subject = $1 order by created_at, id";
        let mut tx = self.cx().read().await?;
        Ok(on!(tx, |c| sqlx::query_as(TOLD)
            .bind(RecordId(id.0))
            .fetch_all(c)
            .await)?)
    }

    /// What has happened to a task, in order.
    pub async fn history(&self, id: TaskId) -> Outcome<Vec<String>> {
        const WHAT: &str = "select what from task_entry where task_id = $1 order by at, id";
        let mut tx = self.cx().read().await?;
        Ok(on!(tx, |c| sqlx::query_scalar(WHAT).bind(id).fetch_all(c).await)?)
    }

    /// The jobs that wait, run as a worker would, until there are none of this pillar.
    pub async fn run_reckoning(&self) -> Outcome<usize> {
        const WAITING: &str = "select payload from job where kind = $1 and state = 'waiting' order by id";
        const DONE: &str = "delete from job where kind = $1";
        let mut tx = self.cx().write().await?;
        let payloads: Vec<db::Json<serde_json::Value>> = on!(tx, |c| sqlx::query_scalar(WAITING)
            .bind(super::reckon::JOB)
            .fetch_all(c)
            .await)?;
        execute!(tx, DONE, super::reckon::JOB)?;
        tx.commit().await?;
        for db::Json(payload) in &payloads {
            super::reckon::run(self.cx(), payload).await?;
        }
        Ok(payloads.len())
    }

    pub async fn due(&self, id: TaskId) -> Outcome<(Option<String>, bool)> {
        let mut tx = self.cx().read().await?;
        let task = super::store::by_id(&mut tx, id).await?.ok_or("no task")?;
        Ok((task.due_at.map(Timestamp::zh_short), task.provisional))
    }
}

pub fn user_topic(user: UserId) -> String {
    format!("user/{user}")
}
