//! What the pillar does, on both engines.

mod entries;
mod following;
mod handing;
mod keeping;
mod overview;

use accounts::server::{role, service, session};
use db::{Cx, Tx, test::TestDb};
use orgs::model::{Code, change::Founding};
use shared::{Actor, AppError, Date, GrantId, NodeId, Permission, Role, UserId};
use tasks::server::succession::Post as PostOf;

use super::{Beside, Counted, Drafts, Neighbours, entries as written, team};
use crate::model::{EntryForm, Member, Post, Show, TeamPage, TeamsPage};

/// Somebody beside, with two drafts and three photos.
#[derive(Default)]
pub struct Neighbour {
    /// Says that the drafts cannot go.
    pub refuses: bool,
    /// Who approved one of the drafts.
    pub approver: Option<UserId>,
}

impl Neighbours for Neighbour {
    fn drafts<'a>(&'a self, _: &'a mut Tx, _: &'a PostOf) -> Drafts<'a> {
        Box::pin(async move { Ok(vec![None, self.approver]) })
    }

    fn pass_on<'a>(&'a self, tx: &'a mut Tx, post: &'a PostOf, to: UserId) -> Counted<'a> {
        Box::pin(async move {
            if self.refuses {
                return Err(AppError::Conflict("刚刚被改过".into()));
            }
            // By now whoever takes over holds the role, and whoever left does not.
            for (user, expected) in [(post.user, false), (to, true)] {
                let roles = role::of_user(tx, user).await?;
                let held = roles
                    .iter()
                    .any(|row| row.in_force && row.role == post.role && row.node == post.unit);
                assert_eq!(held, expected);
            }
            Ok(2)
        })
    }

    fn photos<'a>(&'a self, _: &'a mut Tx, _: &'a str) -> Counted<'a> {
        Box::pin(async { Ok(3) })
    }
}

pub fn beside() -> Beside {
    Beside::new(Neighbour::default())
}

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

pub fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// The organisation, without anybody.
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

pub fn phone(n: u32) -> String {
    format!("1390000{n:04}")
}

/// Somebody with a role and an account.
pub async fn account(t: &TestDb, n: u32, name: &str, role: Role, place: &str) -> Outcome<UserId> {
    let user = service::add_user(&t.cx, name, &phone(n), None).await?;
    service::grant(&t.cx, &phone(n), role, place, None, None).await?;
    Ok(user)
}

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

/// Somebody with a role, signed in, the second factor shown.
pub async fn worker(t: &TestDb, n: u32, name: &str, role: Role, place: &str) -> Outcome<Actor> {
    let user = account(t, n, name, role, place).await?;
    enter(t, user).await
}

pub fn with(t: &TestDb, actor: &Actor, permission: Permission) -> Result<Cx, AppError> {
    t.request(Some(actor.clone())).require(permission)
}

pub fn own(t: &TestDb, actor: &Actor) -> Result<Cx, AppError> {
    t.request(Some(actor.clone())).signed_in()
}

pub async fn node(cx: &Cx, text: &str) -> Outcome<NodeId> {
    let mut tx = cx.read().await?;
    Ok(orgs::server::store::by_code(&mut tx, &code(text))
        .await?
        .ok_or("no node")?
        .id)
}

/// The grant of `role` that somebody holds at a place.
pub async fn grant_of(cx: &Cx, user: UserId, role: Role, place: &str) -> Outcome<GrantId> {
    let node = node(cx, place).await?;
    let mut tx = cx.read().await?;
    let roles = role::of_user(&mut tx, user).await?;
    let held = roles
        .iter()
        .find(|row| row.role == role && row.node == node && row.in_force);
    Ok(held.ok_or("no such grant")?.id)
}

pub async fn teams(cx: &Cx, place: &str) -> Result<TeamsPage, AppError> {
    team::page(cx, &code(place), None, Show::All, "").await
}

pub async fn team_of(cx: &Cx, place: &str) -> Outcome<TeamPage> {
    Ok(teams(cx, place).await?.team.ok_or("no team")?)
}

pub fn names(team: &TeamPage, post: Post) -> Vec<&str> {
    team.of(post)
        .map(|member: &Member| member.name.as_str())
        .collect()
}

pub fn form(post: Post, name: &str, phone: &str) -> EntryForm {
    EntryForm {
        post: post.code().into(),
        name: name.into(),
        phone: phone.into(),
        from: "2026-01-05".into(),
        shown: post.may_be_shown(),
        ..EntryForm::default()
    }
}

pub async fn add(cx: &Cx, place: &str, form: &EntryForm) -> Result<crate::model::EntryId, AppError> {
    written::add(cx, &code(place), form).await
}

/// The fields that were complained of.
pub fn faults<T: std::fmt::Debug>(answer: Result<T, AppError>) -> Vec<String> {
    match answer {
        Err(AppError::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}
