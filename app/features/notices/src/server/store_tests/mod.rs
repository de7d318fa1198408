//! Store tests of notices, on both engines.

mod accounts;
mod bar;
mod browser;
mod inbox;
mod push_choices;
mod pushes;
mod texts;
mod times;

use std::sync::Arc;

use ::accounts::server::{
    message,
    news::{self, Told},
    service, session,
};
use db::{Cx, NewJob, Tx, execute, on, test::TestDb};
use serde_json::Value;
use shared::{Actor, NodeId, RecordId, Role, Timestamp, UserId};

use super::{
    Notice,
    delivery::{self, digest},
    follow,
    push::Push,
    send,
};
use crate::model::{Kind, NoticeRow, View};

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub const GRID: &str = "320581001001001";

pub async fn places(t: &TestDb) -> Outcome<()> {
    const INSERT: &str = "insert into node (id, code, kind, name, short_name, path, parent_id, pinyin, initials, valid_from, version, updated_at) \
        values ($1, $2, $3, $4, $4, $5, $6, '', '', '2020-01-01', 1, 0)";
    let mut tx = t.cx.write().await?;
    let (above, grid): (NodeId, NodeId) = (t.cx.id(), t.cx.id());
    let top = "320581001001/";
    execute!(
        tx,
        INSERT,
        above,
        "320581001001",
        "community",
        "花园浜社区",
        top,
        None::<NodeId>
    )?;
    let below = format!("{top}{GRID}/");
    execute!(
        tx,
        INSERT,
        grid,
        GRID,
        "grid",
        "第一网格",
        below.as_str(),
        Some(above)
    )?;
    tx.commit().await?;
    Ok(())
}

pub fn phone(n: u32) -> String {
    format!("1380000{n:04}")
}

/// An account, signed in for the first time.
pub async fn person(t: &TestDb, n: u32) -> Outcome<Actor> {
    let user = service::add_user(&t.cx, "王芳", &phone(n), None).await?;
    enter(t, user).await
}

pub async fn worker(t: &TestDb, n: u32, role: Role) -> Outcome<Actor> {
    let user = service::add_user(&t.cx, "李明", &phone(n), None).await?;
    service::grant(&t.cx, &phone(n), role, GRID, None, None).await?;
    enter(t, user).await
}

pub async fn enter(t: &TestDb, user: UserId) -> Outcome<Actor> {
    Ok(visit(t, &open(t, user).await?).await?.actor)
}

/// A session on a device of its own, with the second factor shown; its token.
pub async fn open(t: &TestDb, user: UserId) -> Outcome<String> {
    let mut tx = t.cx.write().await?;
    let browser = session::Browser {
        label: "微信 · 安卓".into(),
        last_token: None,
    };
    let opened = session::open(&mut tx, user, &browser).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(opened.token)
}

pub async fn visit(t: &TestDb, token: &str) -> Outcome<session::Visit> {
    Ok(session::resolve(&t.house, token).await?.ok_or("no visit")?)
}

pub fn own(t: &TestDb, actor: &Actor) -> Cx {
    t.request(Some(actor.clone())).signed_in().unwrap()
}

pub fn opened(to: UserId, key: &str) -> Notice {
    Notice::new(to, Kind::TaskOpened, key).fact("title", key)
}

pub async fn sent(t: &TestDb, notice: &Notice) -> Outcome<bool> {
    let mut tx = t.cx.write().await?;
    let new = send(&mut tx, notice).await?;
    tx.commit().await?;
    // The next one is a little later.
    t.clock.advance(Timestamp::SECOND);
    Ok(new)
}

pub async fn rows(cx: &Cx, view: View) -> Outcome<Vec<NoticeRow>> {
    Ok(super::inbox::list(cx, view, "").await?.rows.rows)
}

pub async fn words(cx: &Cx, view: View) -> Outcome<Vec<String>> {
    Ok(rows(cx, view).await?.into_iter().map(|row| row.words).collect())
}

/// What accounts has told, put into inboxes as the job's worker would; each twice, as after a crash.
pub async fn follow_all(t: &TestDb) -> Outcome<usize> {
    const WAITING: &str = "select payload from job where kind = $1 order by created_at, id";
    const FORGET: &str = "delete from job where kind = $1";
    let mut tx = t.cx.write().await?;
    let payloads: Vec<db::Json<Told>> = on!(tx, |c| sqlx::query_scalar(WAITING)
        .bind(news::JOB)
        .fetch_all(c)
        .await)?;
    execute!(tx, FORGET, news::JOB)?;
    tx.commit().await?;
    for db::Json(told) in &payloads {
        follow::run(&t.cx, told).await?;
        follow::run(&t.cx, told).await?;
    }
    Ok(payloads.len())
}

/// Runs what is due of what leaves beside the inbox, as a worker would, each twice, as after a crash; how many. What is worth another try
/// is due again ten seconds later.
pub async fn work(t: &TestDb, push: Option<&Arc<Push>>) -> Outcome<usize> {
    const DUE: &str = "select kind, payload from job where kind in ('notices.deliver', 'notices.digest') and due_at <= $1 \
        order by due_at, id";
    const TAKEN: &str =
        "delete from job where kind in ('notices.deliver', 'notices.digest') and due_at <= $1";
    let mut all = 0;
    loop {
        let mut tx = t.cx.write().await?;
        let now = tx.now();
        let due: Vec<(String, db::Json<Value>)> =
            on!(tx, |c| sqlx::query_as(DUE).bind(now).fetch_all(c).await)?;
        execute!(tx, TAKEN, now)?;
        tx.commit().await?;
        if due.is_empty() {
            return Ok(all);
        }
        all += due.len();
        for (kind, db::Json(payload)) in due {
            if kind == digest::JOB {
                let user: UserId = payload["user"].as_str().ok_or("a user")?.parse()?;
                let hour = u8::try_from(payload["hour"].as_u64().ok_or("an hour")?)?;
                digest::run(&t.cx, user, hour).await?;
                digest::run(&t.cx, user, hour).await?;
                continue;
            }
            let id: RecordId = payload["id"].as_str().ok_or("an id")?.parse()?;
            if delivery::run(&t.cx, push, id).await.is_ok() {
                delivery::run(&t.cx, push, id).await?;
                continue;
            }
            let mut tx = t.cx.write().await?;
            tx.enqueue(NewJob {
                kind: delivery::JOB,
                payload,
                due: now.plus(10 * Timestamp::SECOND),
                key: None,
            })
            .await?;
            tx.commit().await?;
        }
    }
}

/// What became of all that left, or was to leave, beside the inbox of `user`: channel, state, reason.
pub async fn left(t: &TestDb, user: UserId) -> Outcome<Vec<String>> {
    const LEFT: &str =
        "select channel, state, reason from notice_delivery where user_id = $1 order by created_at, id";
    let mut tx = t.cx.read().await?;
    let rows: Vec<(String, String, Option<String>)> =
        on!(tx, |c| sqlx::query_as(LEFT).bind(user).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(channel, state, reason)| {
            let reason = reason.map(|reason| format!(" {reason}")).unwrap_or_default();
            format!("{channel} {state}{reason}")
        })
        .collect())
}

pub async fn count(tx: &mut Tx, sql: &'static str, user: UserId) -> Outcome<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(sql)
        .bind(user)
        .fetch_one(c)
        .await)?)
}

pub const EVENTS: &str = "select count(*) from event where kind like 'notices.%' and topic = 'user/' || $1";

pub async fn events(t: &TestDb, user: UserId) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    let user = user.to_string();
    Ok(on!(tx, |c| sqlx::query_scalar(EVENTS)
        .bind(&user)
        .fetch_one(c)
        .await)?)
}

/// Short messages that wait to be sent.
pub async fn texts(t: &TestDb) -> Outcome<Vec<String>> {
    let mut tx = t.cx.read().await?;
    type Row = (RecordId, String, String);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "select id, template, params from message order by created_at, id"
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(id, template, params)| {
            let params = t.cx.keys().open_for(db::crypt::Field::Note, id, &params)?;
            let template = message::Template::from_code(&template).ok_or("a template")?;
            Ok(template.render(&serde_json::from_str(&params)?))
        })
        .collect()
}
