//! What the pillar does, on both engines.

mod cards;
mod clients;
mod complaints;
mod demo;
mod desk;
mod device;
mod figures;
mod finding;
mod going;
mod hidden;
mod joint;
mod keeping;
mod limits;
mod lives;
mod merging;
mod narrow;
mod open;
mod orders;
mod parts;
mod petition;
mod pressing;
mod random;
mod reclass;
mod ringing;
mod rules;
mod share;
mod shown;
mod turns;
mod voice;
mod wherever;
mod whose;
mod words;

use std::sync::atomic::{AtomicU32, Ordering};

use accounts::server::{service, session};
use db::{Cx, test::TestDb};
use grid::server::Settings;
use orgs::model::{Code, change::Founding};
use shared::{Acting, Actor, AppError, NodeId, Permission, Role};

use super::{act, page, report};
use crate::model::{ActForm, Action, Filter, MatterPage, NewReport, Sent, State};

pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const DIVISIONS: &str = "code,name,level,parent_code\n\
    32,江苏省,province,\n\
    3205,苏州市,city,32\n\
    320581,常熟市,district,3205\n\
    320581001,虞山街道,street,320581\n\
    320581001001,花园浜社区居委会,community,320581001\n\
    320581001002,四丈湾社区居委会,community,320581001\n";
pub const DISTRICT: &str = "320581";
pub const STREET: &str = "320581001";
pub const COMMUNITY: &str = "320581001001";
pub const ELSEWHERE: &str = "320581001002";
pub const GRID: &str = "320581001001001";

pub fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

/// Everybody in a small place.
pub struct Place {
    pub resident: Actor,
    pub worker: Actor,
    pub staff: Actor,
    pub secretary: Actor,
    pub town: Actor,
    pub elsewhere: Actor,
}

pub async fn place(t: &TestDb) -> Outcome<Place> {
    let plan = orgs::server::import::plan_on(&t.cx, DIVISIONS.as_bytes(), "2023-06-30".parse()?).await?;
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    orgs::server::import::apply(&t.cx, plan).await?;
    let founding = Founding::read(GRID, "花园浜第一网格", "2023-07-01", "", t.cx.now().date())?;
    orgs::server::service::found(&t.cx, &code(COMMUNITY), &founding).await?;
    Ok(Place {
        resident: somebody(t, None).await?,
        worker: somebody(t, Some((Role::GridWorker, GRID))).await?,
        staff: somebody(t, Some((Role::Staff, COMMUNITY))).await?,
        secretary: somebody(t, Some((Role::Secretary, COMMUNITY))).await?,
        town: somebody(t, Some((Role::TownAdmin, STREET))).await?,
        elsewhere: somebody(t, Some((Role::Secretary, ELSEWHERE))).await?,
    })
}

/// Somebody signed in, the second factor shown, perhaps with a role.
pub async fn somebody(t: &TestDb, role: Option<(Role, &str)>) -> Outcome<Actor> {
    somebody_with(t, role.as_slice()).await
}

/// As [`somebody`], with roles.
pub async fn somebody_with(t: &TestDb, roles: &[(Role, &str)]) -> Outcome<Actor> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let phone = format!("139{:08}", NEXT.fetch_add(1, Ordering::Relaxed));
    let name = if roles.is_empty() {
        "赵小明"
    } else {
        "王小明"
    };
    let user = service::add_user(&t.cx, name, &phone, None).await?;
    for (role, place) in roles {
        service::grant(&t.cx, &phone, *role, place, None, None).await?;
    }
    let mut tx = t.cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(session::resolve(&t.house, &opened.token)
        .await?
        .ok_or("no actor")?
        .actor)
}

/// As somebody who acts for a resident.
pub fn acting(worker: &Actor, resident: &Actor) -> Actor {
    Actor {
        acting_for: Some(Acting {
            user: resident.user,
            name: resident.name.clone(),
        }),
        ..worker.clone()
    }
}

pub fn signed_in(t: &TestDb, actor: &Actor) -> Result<Cx, AppError> {
    t.request(Some(actor.clone())).signed_in()
}

pub fn with(t: &TestDb, actor: &Actor, permission: Permission) -> Result<Cx, AppError> {
    t.request(Some(actor.clone())).require(permission)
}

pub fn form(kind: &str, category: &str) -> NewReport {
    NewReport {
        kind: kind.into(),
        category: category.into(),
        words: "3 幢门口的路灯三天不亮了".into(),
        node: GRID.into(),
        door: "甲栋乙室".into(),
        open: true,
        ..NewReport::default()
    }
}

pub async fn send(t: &TestDb, actor: &Actor, key: &str, form: &NewReport) -> Result<Sent, AppError> {
    report::report(&signed_in(t, actor)?, &Settings::default(), key, form, Vec::new()).await
}

pub fn step(action: Action) -> ActForm {
    ActForm {
        action: action.code().into(),
        words: "说明".into(),
        days: "3".into(),
        door: "court".into(),
        rating: "satisfied".into(),
        ..ActForm::default()
    }
}

pub async fn take(t: &TestDb, actor: &Actor, matter: &Sent, form: &ActForm) -> Result<(), AppError> {
    act::act(&signed_in(t, actor)?, &matter.code, form, Vec::new()).await
}

pub async fn does(t: &TestDb, actor: &Actor, matter: &Sent, action: Action) -> Result<(), AppError> {
    take(t, actor, matter, &step(action)).await
}

pub async fn sees(t: &TestDb, actor: &Actor, matter: &Sent) -> Result<MatterPage, AppError> {
    page::matter(&signed_in(t, actor)?, &matter.code).await
}

pub async fn state(t: &TestDb, actor: &Actor, matter: &Sent) -> Result<State, AppError> {
    Ok(sees(t, actor, matter).await?.state)
}

pub fn everything() -> Filter {
    Filter {
        state: "all".into(),
        ..Filter::default()
    }
}

pub async fn node(t: &TestDb, place: &str) -> Outcome<NodeId> {
    let mut tx = t.cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, &code(place)).await?;
    Ok(node.ok_or("no such unit")?.id)
}

/// The kinds of tasks that run at a unit.
pub async fn running(t: &TestDb, place: &str) -> Outcome<Vec<String>> {
    let node = node(t, place).await?;
    let mut tx = t.cx.read().await?;
    let mut kinds: Vec<String> = tasks::server::task::running_at(&mut tx, node)
        .await?
        .into_iter()
        .map(|task| task.kind)
        .collect();
    kinds.sort();
    Ok(kinds)
}
