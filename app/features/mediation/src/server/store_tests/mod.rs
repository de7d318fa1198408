//! What the pillar does, on both engines.

mod keeping;
mod lives;
mod secrecy;

use std::sync::atomic::{AtomicU32, Ordering};

use accounts::server::{service, session};
use db::{Cx, on, test::TestDb};
use orgs::model::{Code, change::Founding};
use shared::{Actor, AppError, NodeId, Permission, Role, UserId};

use super::{act, apply, page};
use crate::model::{ActForm, Action, CasePage, NewCaseForm, Sent, State};

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
pub const GRID: &str = "320581001001001";

pub fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

/// Somebody with their number.
pub struct Somebody {
    pub actor: Actor,
    pub name: &'static str,
    pub phone: String,
}

/// Everybody in a small place.
pub struct Place {
    pub resident: Somebody,
    pub other: Somebody,
    pub worker: Somebody,
    pub staff: Somebody,
    pub secretary: Somebody,
    pub centre: Somebody,
    pub town: Somebody,
    pub district: Somebody,
}

pub async fn place(t: &TestDb) -> Outcome<Place> {
    let plan = orgs::server::import::plan_on(&t.cx, DIVISIONS.as_bytes(), "2023-06-30".parse()?).await?;
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    orgs::server::import::apply(&t.cx, plan).await?;
    let founding = Founding::read(GRID, "花园浜第一网格", "2023-07-01", "", t.cx.now().date())?;
    orgs::server::service::found(&t.cx, &code(COMMUNITY), &founding).await?;
    Ok(Place {
        resident: somebody(t, "赵小明", None).await?,
        other: somebody(t, "李四平", None).await?,
        worker: somebody(t, "王小禾", Some((Role::GridWorker, GRID))).await?,
        staff: somebody(t, "邵一凡", Some((Role::Staff, COMMUNITY))).await?,
        secretary: somebody(t, "沈知行", Some((Role::Secretary, COMMUNITY))).await?,
        centre: somebody(t, "严和平", Some((Role::Mediation, STREET))).await?,
        town: somebody(t, "孙亦安", Some((Role::TownAdmin, STREET))).await?,
        district: somebody(t, "陆清和", Some((Role::DistrictAdmin, DISTRICT))).await?,
    })
}

/// Somebody signed in, the second factor shown, perhaps with a role.
pub async fn somebody(t: &TestDb, name: &'static str, role: Option<(Role, &str)>) -> Outcome<Somebody> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let phone = format!("138{:08}", NEXT.fetch_add(1, Ordering::Relaxed));
    let user = service::add_user(&t.cx, name, &phone, None).await?;
    if let Some((role, place)) = role {
        service::grant(&t.cx, &phone, role, place, None, None).await?;
    }
    let actor = opened(t, user).await?;
    Ok(Somebody { actor, name, phone })
}

/// As they are signed in by now.
pub async fn opened(t: &TestDb, user: UserId) -> Outcome<Actor> {
    let mut tx = t.cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(session::resolve(&t.house, &opened.token)
        .await?
        .ok_or("no actor")?
        .actor)
}

pub fn signed_in(t: &TestDb, who: &Somebody) -> Result<Cx, AppError> {
    t.request(Some(who.actor.clone())).signed_in()
}

pub fn with(t: &TestDb, who: &Somebody, permission: Permission) -> Result<Cx, AppError> {
    t.request(Some(who.actor.clone())).require(permission)
}

/// An application against somebody.
pub fn form(other: &Somebody) -> NewCaseForm {
    NewCaseForm {
        kind: "neighbours".into(),
        node: COMMUNITY.into(),
        words: "楼上漏水，天花板发霉".into(),
        wish: "修好水管，重新粉刷".into(),
        other_name: other.name.into(),
        other_phone: other.phone.clone(),
        other_address: "3 幢 602 室".into(),
        address: "3 幢 502 室".into(),
        agreed: true,
        ..NewCaseForm::default()
    }
}

/// The code of a case.
pub async fn send(t: &TestDb, who: &Somebody, key: &str, form: &NewCaseForm) -> Result<String, AppError> {
    let sent: Sent = apply::apply(&signed_in(t, who)?, key, form).await?;
    sent.code.ok_or(AppError::NotFound)
}

pub fn step(action: Action) -> ActForm {
    ActForm {
        action: action.code().into(),
        words: "说明".into(),
        how: "phone".into(),
        door: "court".into(),
        tick: true,
        on: "2026-11-23".into(),
        time: "09:30".into(),
        place: "社区调解室".into(),
        there: "双方、调解员".into(),
        facts: "楼上卫生间漏水".into(),
        clauses: vec!["乙方修好水管".into(), "乙方付粉刷费 800 元".into()],
        hows: vec![String::new(), "转账".into()],
        dues: vec!["2026-12-10".into(), String::new()],
        clause: "1".into(),
        kept: "kept".into(),
        ..ActForm::default()
    }
}

pub async fn take(t: &TestDb, who: &Somebody, case: &str, form: &ActForm) -> Result<(), AppError> {
    act::act(&signed_in(t, who)?, case, form, Vec::new()).await
}

pub async fn does(t: &TestDb, who: &Somebody, case: &str, action: Action) -> Result<(), AppError> {
    take(t, who, case, &step(action)).await
}

/// Names somebody as a mediator, by their account.
pub async fn names(t: &TestDb, who: &Somebody, case: &str, mediator: &Somebody) -> Result<(), AppError> {
    let named = ActForm {
        account: mediator.actor.user.to_string(),
        ..step(Action::Name)
    };
    take(t, who, case, &named).await
}

pub async fn sees(t: &TestDb, who: &Somebody, case: &str) -> Result<CasePage, AppError> {
    page::case(&signed_in(t, who)?, case).await
}

pub async fn state(t: &TestDb, who: &Somebody, case: &str) -> Result<State, AppError> {
    Ok(sees(t, who, case).await?.state)
}

/// Applied for, taken, agreed to by both, with a mediator who has said that nothing ties them.
pub async fn begun(t: &TestDb, p: &Place) -> Outcome<String> {
    let case = send(t, &p.resident, "device-key-1", &form(&p.other)).await?;
    for action in [Action::Take, Action::Accept, Action::Ask, Action::Consent] {
        does(t, &p.centre, &case, action).await?;
    }
    names(t, &p.centre, &case, &p.staff).await?;
    does(t, &p.staff, &case, Action::Declare).await?;
    Ok(case)
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

/// How many rows a count finds.
pub async fn count(t: &TestDb, sql: &'static str) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)?)
}
