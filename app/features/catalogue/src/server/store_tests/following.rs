//! Inspections at a grid that is no more.

use std::collections::BTreeMap;

use db::{
    on,
    test::{TestDb, on_both},
};
use orgs::model::change::{Merge, Order};
use shared::{AppError, NodeId, Permission, Role, Timestamp};
use tasks::server::task;

use super::{
    COMMUNITY, GRID, Outcome, code, holder,
    inspections::{arrange, due, listed, plans},
    with,
};
use crate::server::{follow, found, round, walk};

const NEXT: &str = "320581001001002";

type Ended = BTreeMap<NodeId, Option<NodeId>>;

async fn node(t: &TestDb, place: &str) -> Outcome<NodeId> {
    let mut tx = t.cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, &code(place)).await?;
    Ok(node.ok_or("no node")?.id)
}

fn order(t: &TestDb) -> Order {
    Order {
        on: t.cx.now().date(),
        basis: None,
        version: 1,
    }
}

/// The first grid merges into the next today, and its tasks with it, as when borders change; as a job would be told.
async fn merged(t: &TestDb) -> Outcome<Ended> {
    let (old, next) = (node(t, GRID).await?, node(t, NEXT).await?);
    let merge = Merge {
        others: Vec::new(),
        into: code(NEXT),
        name: None,
        order: order(t),
    };
    orgs::server::service::merge(&t.cx, &code(GRID), &merge).await?;
    let mut tx = t.cx.write().await?;
    for running in task::running_at(&mut tx, old).await? {
        task::transfer(&t.cx, &mut tx, running.id, next).await?;
    }
    tx.commit().await?;
    Ok(Ended::from([(old, Some(next))]))
}

/// Tasks that run at a unit.
async fn running(t: &TestDb, node: NodeId) -> Outcome<usize> {
    let mut tx = t.cx.read().await?;
    Ok(task::running_at(&mut tx, node).await?.len())
}

/// Why arrangements ended, by the codes of their units.
async fn ended_why(t: &TestDb) -> Outcome<Vec<Option<String>>> {
    const WHY: &str =
        "select p.ended_why from inspection_plan p join node n on n.id = p.node_id order by n.code";
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(WHY).fetch_all(c).await)?)
}

#[tokio::test]
async fn what_is_arranged_and_open_goes_on_in_the_grid_that_took_over() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        arrange(&t.cx, GRID, ids[0]).await?;
        arrange(&t.cx, COMMUNITY, ids[1]).await?;
        let next_worker = holder(&t, 1, Role::GridWorker, NEXT).await?;
        assert_eq!(due(&t, &next_worker).await?.open.len(), 1, "the community's");

        let ended = merged(&t).await?;
        assert_eq!(follow(&t.cx, &ended).await?, 3, "one arranged, two rounds");
        let open = due(&t, &next_worker).await?.open;
        let told: Vec<_> = open
            .iter()
            .map(|row| (&*row.name, row.until.to_string()))
            .collect();
        assert_eq!(
            told,
            [
                ("通道", "2026-11-29".to_owned()),
                ("小广告", "2026-11-30".to_owned())
            ],
            "the days are what they were, and the community's is walked once"
        );
        assert_eq!(running(&t, node(&t, NEXT).await?).await?, 2);
        let page = plans(&t, NEXT).await?;
        assert_eq!(
            (page.plans.len(), page.plans[0].name.as_str(), page.plans[0].open),
            (1, "通道", 1)
        );

        assert_eq!(follow(&t.cx, &ended).await?, 0, "a job may run twice");
        let walks = with(&t, &next_worker, Permission::Inspect)?;
        for row in open {
            walk::walk(&walks, row.id, false, "").await?;
        }
        assert_eq!(running(&t, node(&t, NEXT).await?).await?, 0);
        t.clock.advance(8 * Timestamp::DAY);
        assert_eq!(round::run(&t.cx).await?, 2, "the week's, and the month's");
        assert_eq!(due(&t, &next_worker).await?.open.len(), 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_the_successor_has_already_it_is_not_given_twice() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        arrange(&t.cx, GRID, ids[0]).await?;
        arrange(&t.cx, NEXT, ids[0]).await?;
        let ended = merged(&t).await?;
        assert_eq!(running(&t, node(&t, NEXT).await?).await?, 2);
        assert_eq!(follow(&t.cx, &ended).await?, 1);
        assert_eq!(plans(&t, NEXT).await?.plans.len(), 1);
        assert_eq!(running(&t, node(&t, NEXT).await?).await?, 1);
        assert_eq!(
            ended_why(&t).await?,
            [Some("接手的网格已经安排了这一项。".to_owned()), None]
        );
        assert_eq!(follow(&t.cx, &ended).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn where_nothing_took_over_they_end_and_say_why() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        arrange(&t.cx, GRID, ids[0]).await?;
        arrange(&t.cx, COMMUNITY, ids[1]).await?;
        let old = node(&t, GRID).await?;
        orgs::server::service::abolish(&t.cx, &code(GRID), &order(&t)).await?;
        let ended = Ended::from([(old, None)]);
        assert_eq!(
            follow(&t.cx, &ended).await?,
            2,
            "its own, and the community's round"
        );
        assert_eq!(
            ended_why(&t).await?,
            [None, Some("网格撤销了，没有接手的网格。".to_owned())]
        );
        assert_eq!(running(&t, old).await?, 0);
        assert_eq!(
            running(&t, node(&t, NEXT).await?).await?,
            1,
            "the community's goes on"
        );
        assert_eq!(follow(&t.cx, &ended).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_was_found_is_read_where_it_is_seen_to_now() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        arrange(&t.cx, COMMUNITY, ids[0]).await?;
        let worker = holder(&t, 1, Role::GridWorker, GRID).await?;
        let heir = holder(&t, 2, Role::GridWorker, NEXT).await?;
        let id = due(&t, &worker).await?.open[0].id;
        walk::walk(&with(&t, &worker, Permission::Inspect)?, id, true, "有车").await?;
        let heir = with(&t, &heir, Permission::Inspect)?;
        assert_eq!(found::page(&heir, id).await.err(), Some(AppError::NotFound));
        merged(&t).await?;
        assert_eq!(found::page(&heir, id).await?.row.words.as_deref(), Some("有车"));
        Ok(())
    })
    .await;
}
