//! What the pillar does, on both engines.

mod choosing;
mod following;
mod found;
mod inspections;
mod lists;

use accounts::server::{service, session};
use db::{Cx, test::TestDb};
use orgs::model::{Code, change::Founding};
use shared::{Actor, AppError, Date, Permission, Role};

use super::{draft, menu, narrow};
use crate::model::{Area, ItemForm, ItemId, Menu, NarrowingForm};

pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const DIVISIONS: &str = "code,name,level,parent_code\n\
    32,江苏省,province,\n\
    3205,苏州市,city,32\n\
    320581,常熟市,district,3205\n\
    320582,张家港市,district,3205\n\
    320581001,虞山街道,street,320581\n\
    320581001001,花园浜社区居委会,community,320581001\n\
    320581001002,四丈湾社区居委会,community,320581001\n";
pub const DISTRICT: &str = "320581";
pub const ELSEWHERE: &str = "320582";
pub const STREET: &str = "320581001";
pub const COMMUNITY: &str = "320581001001";
pub const GRID: &str = "320581001001001";
const GRIDS: [(&str, &str, &str); 3] = [
    (COMMUNITY, GRID, "花园浜第一网格"),
    (COMMUNITY, "320581001001002", "花园浜第二网格"),
    ("320581001002", "320581001002001", "四丈湾第一网格"),
];

pub fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

pub async fn organised(t: &TestDb) -> Outcome {
    let plan = orgs::server::import::plan_on(&t.cx, DIVISIONS.as_bytes(), day("2023-06-30")).await?;
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    orgs::server::import::apply(&t.cx, plan).await?;
    for (parent, grid, name) in GRIDS {
        let founding = Founding::read(grid, name, "2023-07-01", "", t.cx.now().date())?;
        orgs::server::service::found(&t.cx, &code(parent), &founding).await?;
    }
    Ok(())
}

/// Somebody with a role, signed in, the second factor shown.
pub async fn holder(t: &TestDb, n: u32, role: Role, place: &str) -> Outcome<Actor> {
    let phone = format!("1390000{n:04}");
    let user = service::add_user(&t.cx, "工作者", &phone, None).await?;
    service::grant(&t.cx, &phone, role, place, None, None).await?;
    let mut tx = t.cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(session::resolve(&t.house, &opened.token)
        .await?
        .ok_or("no actor")?
        .actor)
}

pub fn with(t: &TestDb, actor: &Actor, permission: Permission) -> Result<Cx, AppError> {
    t.request(Some(actor.clone())).require(permission)
}

pub fn form(name: &str) -> ItemForm {
    ItemForm {
        name: name.into(),
        area: Area::Livelihood.code().into(),
        basis: "某办法".into(),
        lead: "社区居委会".into(),
        unit: "working_days".into(),
        amount: "5".into(),
        how: "到窗口".into(),
        public: true,
        ..ItemForm::default()
    }
}

/// Publishes a list of the district from today on; the ids are in the order of the items.
pub async fn publish(t: &TestDb, items: Vec<ItemForm>) -> Outcome<Vec<ItemId>> {
    draft::begin(&t.cx, &code(DISTRICT)).await?;
    let mut ids = Vec::new();
    for item in items {
        ids.push(draft::save(&t.cx, &code(DISTRICT), None, 0, item).await?);
    }
    let today = t.cx.now().date().to_string();
    draft::publish(&t.cx, &code(DISTRICT), &today, "第一版").await?;
    Ok(ids)
}

/// The menu of a place, as the public sees it.
pub async fn seen(t: &TestDb, place: &str) -> Outcome<Menu> {
    let asked = menu::Asked {
        node: Some(code(place)),
        ..menu::Asked::default()
    };
    Ok(menu::menu(&t.request(None).public(), &asked).await?)
}

pub fn names(menu: &Menu) -> Vec<&str> {
    menu.rows.iter().map(|row| row.name.as_str()).collect()
}

pub async fn narrow_it(t: &TestDb, place: &str, id: ItemId, form: NarrowingForm) -> Result<(), AppError> {
    let today = t.cx.now().date().to_string();
    narrow::say(&t.cx, &code(place), id, &today, form).await
}
