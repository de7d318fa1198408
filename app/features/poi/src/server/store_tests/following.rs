//! Points follow the ground when borders change.

use std::collections::BTreeMap;

use db::{Json, on};
use grid::{
    model::{
        coverage::{Named, Op},
        draft::Proposal,
    },
    server::{
        drafts::{Moved, approve, propose, save as draw},
        jobs::GROUND_MOVED,
    },
};
use orgs::{model::change::Order, server::store as units};
use shared::NodeId;

use super::*;
use crate::server::{follow, store};

const NEW: &str = "320581001001003";

async fn node(t: &TestDb, code: &str) -> Outcome<NodeId> {
    let mut tx = t.cx.read().await?;
    let node = units::latest_by_code(&mut tx, &code.parse().map_err(|_| "code")?).await?;
    Ok(node.ok_or("no node")?.id)
}

/// The first grid is cut in two, and the second merges into the eastern half: drawn, approved and in effect.
async fn redrawn(t: &TestDb) -> Outcome<Moved> {
    let place = |lon, lat| Place::from_degrees(lon, lat).ok_or("place");
    let named = |code: &str, name: &str| Named {
        code: code.into(),
        name: name.into(),
    };
    let ops = vec![
        Op::Split {
            code: GRIDS[0].into(),
            line: vec![place(120.755, 31.599_999)?, place(120.755, 31.610_001)?],
            left: named(GRIDS[0], ""),
            right: named(NEW, "第三网格"),
        },
        Op::Merge {
            code: GRIDS[1].into(),
            into: NEW.into(),
        },
    ];
    let author = holder(t, 81, Role::Staff, COMMUNITY).await?;
    let author = t.request(Some(author)).require(Permission::MapPropose)?;
    let secretary = holder(t, 82, Role::Secretary, COMMUNITY).await?;
    let secretary = t.request(Some(secretary)).require(Permission::MapApprove)?;
    let community = COMMUNITY.parse().map_err(|_| "code")?;
    let saved = draw(&author, &community, None, ops, 2).await?;
    let today = t.cx.now().date();
    let proposal = Proposal::read("拆迁以后重划", "", &today.to_string(), today)?;
    propose(&author, saved.id, saved.version, &proposal).await?;
    approve(&secretary, saved.id, saved.version + 1, "").await?;
    let mut tx = t.cx.read().await?;
    let Json(moved): Json<Moved> = on!(tx, |c| sqlx::query_scalar(
        "select payload from job where kind = $1"
    )
    .bind(GROUND_MOVED)
    .fetch_one(c)
    .await)?;
    Ok(moved)
}

/// The code of the unit that each point is at, by the point's name.
async fn at(t: &TestDb) -> Outcome<BTreeMap<String, String>> {
    const AT: &str = "select p.name, n.code from poi p join node n on n.id = p.node_id";
    let mut tx = t.cx.read().await?;
    let rows: Vec<(String, String)> = on!(tx, |c| sqlx::query_as(AT).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// Keeps a point at a unit, wherever its place is.
async fn put(t: &TestDb, code: &str, name: &str, at: &str) -> Outcome {
    let node = node(t, code).await?;
    let mut tx = t.cx.write().await?;
    store::insert(&mut tx, node, &form("venue", name, at).read()?, None).await?;
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn points_go_to_the_part_that_holds_them_now() {
    on_both(|t| async move {
        organised(&t).await?;
        let kept = keep(&t.cx, &form("venue", "东半边", "120.758, 31.605")).await?;
        for (kind, name, place) in [
            ("venue", "西半边", "120.752, 31.605"),
            ("venue", "正在线上", "120.755, 31.605"),
            ("venue", "并掉的网格里", "120.765, 31.605"),
            ("camera", "东半边的监控", "120.759, 31.605"),
        ] {
            keep(&t.cx, &form(kind, name, place)).await?;
        }
        let gone = keep(&t.cx, &form("venue", "早就没有了", "120.765, 31.606")).await?;
        end(&t.cx, gone, 1).await?;
        put(&t, GRIDS[1], "界外", "120.9, 31.9").await?;
        put(&t, COMMUNITY, "原来没有网格", "120.756, 31.605").await?;

        let moved = redrawn(&t).await?;
        let third = node(&t, NEW).await?;
        assert_eq!(moved.unit, node(&t, COMMUNITY).await?);
        assert_eq!(
            moved.ended,
            BTreeMap::from([(node(&t, GRIDS[1]).await?, Some(third))])
        );
        assert_eq!(follow(&t.cx, &moved).await?, 5);
        let expected = [
            ("东半边", NEW),
            ("东半边的监控", NEW),
            ("原来没有网格", NEW),
            ("并掉的网格里", NEW),
            ("早就没有了", GRIDS[1]),
            ("正在线上", GRIDS[0]),
            ("界外", NEW),
            ("西半边", GRIDS[0]),
        ];
        let expected: BTreeMap<String, String> = expected
            .into_iter()
            .map(|(name, code)| (name.into(), code.into()))
            .collect();
        assert_eq!(at(&t).await?, expected);
        assert_eq!(follow(&t.cx, &moved).await?, 0, "a job may run twice");
        assert_eq!(at(&t).await?, expected);

        // Whoever has its form open meanwhile is not held up: nothing that was said of it has changed.
        let page = edit(&t.cx, Some(kept)).await?;
        assert_eq!(page.version, 1);
        // Where the new point would be noted is where the old one went.
        keep(&t.cx, &form("venue", "又一个在线上", "120.755, 31.605")).await?;
        let at = at(&t).await?;
        assert_eq!(at["又一个在线上"], at["正在线上"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn where_nothing_took_over_a_point_stays_with_the_unit_above() {
    on_both(|t| async move {
        organised(&t).await?;
        keep(&t.cx, &form("venue", "撤掉的网格里", "120.765, 31.605")).await?;
        keep(&t.cx, &form("venue", "别的网格里", "120.755, 31.605")).await?;
        let ended = node(&t, GRIDS[1]).await?;
        let moved = Moved {
            unit: node(&t, COMMUNITY).await?,
            touched: vec![ended],
            ended: BTreeMap::from([(ended, None)]),
            on: t.cx.now().date(),
        };
        let order = Order {
            on: moved.on,
            basis: None,
            version: 1,
        };
        let code = GRIDS[1].parse().map_err(|_| "code")?;
        orgs::server::service::abolish(&t.cx, &code, &order).await?;
        assert_eq!(follow(&t.cx, &moved).await?, 1);
        assert_eq!(follow(&t.cx, &moved).await?, 0);
        let at = at(&t).await?;
        assert_eq!(at["撤掉的网格里"], COMMUNITY);
        assert_eq!(at["别的网格里"], GRIDS[0]);
        Ok(())
    })
    .await;
}
