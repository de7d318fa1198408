//! Store tests of accounts, on both engines.

mod audit;
mod data;
mod following;
mod relatives;
mod residents;
mod roles;
mod sign_in;
mod staff;

use db::{Cx, access, execute, test::TestDb};
use shared::{Actor, AppError, NodeId, Permission, Role, UserId};

use super::{message, service, session};
use crate::model::Phone;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// `(code, kind, name)` of the places that the tests use; the parent is the longest code that it begins with.
const PLACES: [(&str, &str, &str); 9] = [
    ("32", "province", "江苏省"),
    ("3205", "city", "苏州市"),
    ("320581", "district", "常熟市"),
    ("320581001", "street", "虞山街道"),
    ("320581001001", "community", "花园浜社区"),
    ("320581001001001", "grid", "花园浜第一网格"),
    ("320581001001002", "grid", "花园浜第二网格"),
    ("320581001002", "community", "四丈湾社区"),
    ("320581001002001", "grid", "四丈湾第一网格"),
];

pub const COMMUNITY: &str = "320581001001";
pub const GRID: &str = "320581001001001";
pub const NEXT_GRID: &str = "320581001001002";
pub const OTHER_GRID: &str = "320581001002001";

/// Fills the organisation.
pub async fn places(t: &TestDb) -> Outcome<()> {
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
    tx.commit().await?;
    Ok(())
}

pub async fn node(t: &TestDb, code: &str) -> Outcome<NodeId> {
    Ok(service::node(&t.cx, code).await?)
}

pub fn phone(n: u32) -> Phone {
    Phone::parse("phone", &format!("1380000{n:04}")).unwrap()
}

/// An account, named after its number.
pub async fn person(t: &TestDb, n: u32) -> Outcome<UserId> {
    const NAMES: [&str; 10] = [
        "王芳", "李明", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "周强", "吴敏",
    ];
    Ok(service::add_user(&t.cx, NAMES[n as usize % 10], phone(n).as_str(), None).await?)
}

/// Somebody with a role, signed in, the second factor shown.
pub async fn worker(t: &TestDb, n: u32, role: Role, code: &str) -> Outcome<Actor> {
    let user = person(t, n).await?;
    service::grant(&t.cx, phone(n).as_str(), role, code, None, None).await?;
    enter(t, user).await
}

/// Signs `user` in, with the second factor shown.
pub async fn enter(t: &TestDb, user: UserId) -> Outcome<Actor> {
    let mut tx = t.cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(session::resolve(&t.house, &opened.token)
        .await?
        .ok_or("no actor")?
        .actor)
}

/// The actor anew, after something about them changed.
pub async fn again(t: &TestDb, actor: &Actor) -> Outcome<Actor> {
    enter(t, actor.user).await
}

pub fn request(t: &TestDb, actor: &Actor) -> access::Request {
    t.request(Some(actor.clone()))
}

pub fn own(t: &TestDb, actor: &Actor) -> Cx {
    request(t, actor).signed_in().unwrap()
}

pub fn with(t: &TestDb, actor: &Actor, permission: Permission) -> Result<Cx, AppError> {
    request(t, actor).require(permission)
}

/// The code in the newest message to `phone`.
pub async fn code_to(t: &TestDb, phone: &Phone) -> Outcome<String> {
    let mut tx = t.cx.read().await?;
    Ok(message::demo_code(&mut tx, t.cx.keys(), phone)
        .await?
        .ok_or("no code was sent")?)
}

/// A code that is not `right`.
pub fn wrong(right: &str) -> &'static str {
    if right == "000000" { "000001" } else { "000000" }
}
