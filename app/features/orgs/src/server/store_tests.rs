//! What the pillar does, on both engines.

mod bodies;
mod import;
mod nodes;
mod search;

use db::{Cx, test::TestDb};
use shared::{Actor, Date, Grant, NodeId, Permission, Role};

use super::import::{Counts, apply, plan_on};
use crate::model::{Code, Node};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const HEAD: &str = "code,name,level,parent_code\n";
/// A little of Jiangsu.
const SOME: &str = "code,name,level,parent_code\n\
    32,江苏省,province,\n\
    3205,苏州市,city,32\n\
    320581,常熟市,district,3205\n\
    320582,张家港市,district,3205\n\
    320581001,虞山街道,street,320581\n\
    320581002,常福街道,street,320581\n\
    320581101,梅李镇,street,320581\n\
    320582100,杨舍镇,street,320582\n\
    320581001001,花园浜社区居委会,community,320581001\n\
    320581001002,四丈湾社区居委会,community,320581001\n\
    320581002001,常福社区居委会,community,320581002\n\
    320582100004,花园浜社区居委会,community,320582100\n";

fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

async fn import_on(cx: &Cx, text: &str, on: &str) -> Result<Counts, Failure> {
    let plan = plan_on(cx, text.as_bytes(), day(on)).await?;
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    Ok(apply(cx, plan).await?)
}

/// A database with [`SOME`] since 2023.
async fn furnished(t: &TestDb) -> Result<(), Failure> {
    import_on(&t.cx, SOME, "2023-06-30").await?;
    Ok(())
}

async fn node(cx: &Cx, text: &str) -> Result<Node, Failure> {
    let mut tx = cx.read().await?;
    Ok(super::store::by_code(&mut tx, &code(text))
        .await?
        .ok_or_else(|| format!("no node {text}"))?)
}

/// An administrator of the subtree at `path`.
fn admin(t: &TestDb, path: &str) -> Actor {
    Actor {
        user: t.cx.id(),
        name: "测试".into(),
        session: t.cx.id(),
        device: t.cx.id(),
        second_factor: true,
        grants: vec![Grant {
            role: Role::DistrictAdmin,
            node: NodeId(uuid::Uuid::nil()),
            code: String::new(),
            node_name: String::new(),
            path: path.into(),
            until: None,
            delegated: false,
        }],
        acting_for: None,
    }
}

fn cx_below(t: &TestDb, path: &str, permission: Permission) -> Result<Cx, Failure> {
    Ok(t.request(Some(admin(t, path))).require(permission)?)
}

async fn count(cx: &Cx, sql: &'static str) -> Result<i64, Failure> {
    let mut tx = cx.read().await?;
    Ok(db::on!(tx, |c| sqlx::query_scalar::<_, i64>(sql)
        .fetch_one(c)
        .await)?)
}
