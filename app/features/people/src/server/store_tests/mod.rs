//! What the pillar does, on both engines.

mod arrivals;
mod changes;
mod corrections;
mod figures;
mod following;
mod holding;
mod importing;
mod owners;
mod people;
mod placing;
mod resettled;
mod roll;
mod rooms;
mod standing;
mod told;
mod twins;

use accounts::server::{service, session};
use db::{Cx, test::TestDb};
use orgs::{
    model::{Code, change::Founding},
    server::sent::Steps,
};
use shared::{Actor, AppError, Date, NodeId, Permission, Role, datum::Datum};

use super::{
    import::{Plan, apply, plan},
    places,
};
use crate::model::{BuildingId, BuildingsPage, Counts, HouseholdId, PersonForm, PersonId};

pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const DIVISIONS: &str = "code,name,level,parent_code\n\
    32,江苏省,province,\n\
    3205,苏州市,city,32\n\
    320581,常熟市,district,3205\n\
    320581001,虞山街道,street,320581\n\
    320581001001,花园浜社区居委会,community,320581001\n\
    320581001002,四丈湾社区居委会,community,320581001\n";
pub const COMMUNITY: &str = "320581001001";
pub const GRID: &str = "320581001001001";
pub const NEXT_GRID: &str = "320581001001002";
pub const OTHER_GRID: &str = "320581001002001";
const GRIDS: [(&str, &str, &str); 3] = [
    (COMMUNITY, GRID, "花园浜第一网格"),
    (COMMUNITY, NEXT_GRID, "花园浜第二网格"),
    ("320581001002", OTHER_GRID, "四丈湾第一网格"),
];

/// Three households in two grids of one community, one in another's.
pub const FILE: &str = "网格编码,小区,幢,单元,室,面积,姓名,性别,出生年份,手机号,居住情况,与户代表关系,户代表,产权人\n\
    320581001001001,花园浜小区,3幢,2单元,501室,89.5,王芳,女,1950-03-02,13812340001,户籍常住,本人,是,是\n\
    320581001001001,花园浜小区,3幢,2单元,501室,,王小明,男,2015,,户籍常住,孙辈,,\n\
    320581001001001,花园浜小区,3幢,2单元,502室,75,李国强,男,1940,13812340002,户籍常住,本人,是,是\n\
    320581001001002,花园浜小区,5幢,,101,60,张伟,男,1988,13812340003,常住,本人,是,\n\
    320581001001002,花园浜小区,5幢,,101,,周敏,女,1990,,暂住,配偶,,\n\
    320581001002001,四丈湾,12号,,,120,赵磊,男,1975,13812340004,户籍常住,本人,是,是\n";

pub fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// The organisation, without people.
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

/// The organisation with the people of [`FILE`].
pub async fn furnished(t: &TestDb) -> Outcome<Counts> {
    organised(t).await?;
    bring(&t.cx, FILE).await
}

pub async fn bring(cx: &Cx, text: &str) -> Outcome<Counts> {
    let plan = look(cx, text).await?;
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    let counts = apply(
        cx,
        text.as_bytes().to_vec(),
        Some(Datum::Cgcs2000),
        Some(plan.counts),
    )
    .await?;
    assert_eq!(counts, plan.counts, "what was previewed is what was done");
    Ok(counts)
}

pub async fn look(cx: &Cx, text: &str) -> Outcome<Plan> {
    Ok(plan(
        cx,
        text.as_bytes().to_vec().into(),
        Some(Datum::Cgcs2000),
        &Steps::default(),
    )
    .await?)
}

/// The page of buildings: of a place, or of one building.
pub async fn look_at(cx: &Cx, node: Option<&str>, building: Option<BuildingId>) -> Outcome<BuildingsPage> {
    let node = node.map(code);
    let asked = places::Asked {
        node: node.as_ref(),
        building,
        may_edit: true,
        ..places::Asked::default()
    };
    Ok(places::page(cx, asked).await?)
}

pub async fn building(cx: &Cx, number: &str) -> Outcome<BuildingId> {
    let mut tx = cx.read().await?;
    Ok(db::on!(tx, |c| sqlx::query_scalar(
        "select id from building where number = $1"
    )
    .bind(number)
    .fetch_one(c)
    .await)?)
}

pub async fn node(cx: &Cx, text: &str) -> Outcome<orgs::model::Node> {
    let mut tx = cx.read().await?;
    Ok(orgs::server::store::by_code(&mut tx, &code(text))
        .await?
        .ok_or_else(|| format!("no node {text}"))?)
}

/// Somebody with a role, signed in, the second factor shown.
pub async fn worker(t: &TestDb, n: u32, role: Role, place: &str) -> Outcome<Actor> {
    let phone = format!("1390000{n:04}");
    let user = service::add_user(&t.cx, "工作者", &phone, None).await?;
    service::grant(&t.cx, &phone, role, place, None, None).await?;
    enter(t, user).await
}

pub async fn enter(t: &TestDb, user: shared::UserId) -> Outcome<Actor> {
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

pub async fn count(cx: &Cx, sql: &'static str) -> Outcome<i64> {
    let mut tx = cx.read().await?;
    Ok(db::on!(tx, |c| sqlx::query_scalar::<_, i64>(sql)
        .fetch_one(c)
        .await)?)
}

pub async fn person(cx: &Cx, name: &str) -> Outcome<PersonId> {
    let mut tx = cx.read().await?;
    Ok(db::on!(tx, |c| sqlx::query_scalar(
        "select id from person where name = $1"
    )
    .bind(name)
    .fetch_one(c)
    .await)?)
}

pub async fn version(cx: &Cx, id: PersonId) -> Outcome<i64> {
    let mut tx = cx.read().await?;
    Ok(db::on!(tx, |c| sqlx::query_scalar(
        "select version from person where id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await)?)
}

pub async fn home(cx: &Cx, name: &str) -> Outcome<HouseholdId> {
    let id = person(cx, name).await?;
    let mut tx = cx.read().await?;
    Ok(super::household::residence(&mut tx, id)
        .await?
        .ok_or("lives nowhere")?
        .household_id)
}

pub fn form(new: bool, name: &str, born: &str, phone: &str) -> PersonForm {
    PersonForm::read(new, name, "", born, phone, "户籍常住", "", day("2026-11-23")).expect("a form")
}

pub async fn id_of(cx: &Cx, text: &str) -> Outcome<NodeId> {
    Ok(node(cx, text).await?.id)
}
