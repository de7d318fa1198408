//! Inspections: arranged, opened, walked, missed, and proposed for abolition.

use db::{
    Cx, on,
    test::{TestDb, on_both},
};
use shared::{AppError, NodeId, Permission, RecordId, Role, Timestamp};
use tasks::server::task;

use super::{COMMUNITY, DISTRICT, GRID, Outcome, STREET, code, form, holder, organised, publish, with};
use crate::{
    model::{InspectionsPage, ItemForm, ItemId, PlansPage},
    server::{draft, menu, plan, round, walk},
};

fn inspection(name: &str, every: &str) -> ItemForm {
    ItemForm {
        every: every.into(),
        public: false,
        ..form(name)
    }
}

pub async fn listed(t: &TestDb) -> Outcome<Vec<ItemId>> {
    organised(t).await?;
    publish(
        t,
        vec![
            inspection("通道", "week"),
            inspection("小广告", "month"),
            form("办证"),
        ],
    )
    .await
}

pub async fn arrange(cx: &Cx, place: &str, id: ItemId) -> Result<(), AppError> {
    plan::begin(cx, &code(place), &id.to_string(), "").await
}

pub async fn plans(t: &TestDb, place: &str) -> Outcome<PlansPage> {
    Ok(plan::page(&t.cx, &code(place)).await?)
}

pub async fn due(t: &TestDb, actor: &shared::Actor) -> Outcome<InspectionsPage> {
    Ok(round::page(&with(t, actor, Permission::Inspect)?).await?)
}

async fn grid(t: &TestDb) -> Outcome<NodeId> {
    let mut tx = t.cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, &code(GRID)).await?;
    Ok(node.ok_or("no grid")?.id)
}

/// The kinds of tasks that run in the grid.
async fn running(t: &TestDb) -> Outcome<Vec<String>> {
    let grid = grid(t).await?;
    let mut tx = t.cx.read().await?;
    Ok(task::running_at(&mut tx, grid)
        .await?
        .into_iter()
        .map(|task| task.kind)
        .collect())
}

#[tokio::test]
async fn each_grid_has_one_round_a_period_and_a_task_with_it() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        let worker = holder(&t, 1, Role::GridWorker, GRID).await?;
        arrange(&t.cx, COMMUNITY, ids[0]).await?;
        let first = due(&t, &worker).await?;
        assert_eq!(first.open.len(), 1, "one's own grid only");
        assert_eq!(first.open[0].until.to_string(), "2026-11-29", "a Sunday");
        assert_eq!(running(&t).await?, ["catalogue.inspection"]);
        assert_eq!(round::run(&t.cx).await?, 0, "the same week");
        t.clock.advance(7 * Timestamp::DAY);
        assert_eq!(round::run(&t.cx).await?, 2, "both grids of the community");
        let second = due(&t, &worker).await?;
        assert_eq!(second.open.len(), 1, "the week before is missed");
        assert_eq!(running(&t).await?, ["catalogue.inspection"]);
        let page = plans(&t, COMMUNITY).await?;
        assert_eq!((page.plans[0].missed, page.plans[0].open), (2, 2));
        assert!(page.choices.iter().all(|(id, ..)| *id != ids[0]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_tap_that_a_device_sends_again_is_done_once() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        arrange(&t.cx, COMMUNITY, ids[0]).await?;
        let worker = holder(&t, 1, Role::GridWorker, GRID).await?;
        let lead = holder(&t, 2, Role::GridLead, GRID).await?;
        let id = due(&t, &worker).await?.open[0].id;
        let cx = with(&t, &worker, Permission::Inspect)?;
        // The answer of the first was lost on its way.
        walk::walk_once(&cx, "device-key-1", id, false, "").await?;
        walk::walk_once(&cx, "device-key-1", id, false, "").await?;
        let page = due(&t, &worker).await?;
        assert_eq!((page.open.len(), page.done.len()), (0, 1));
        let mut tx = t.cx.read().await?;
        let audited: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from audit_entry where action = 'catalogue.inspection.walk'"
        )
        .fetch_one(c)
        .await)?;
        assert_eq!(audited, 1);
        drop(tx);
        let refused = [
            walk::walk_once(&cx, "device-key-1", id, true, "堵了").await,
            walk::walk_once(&cx, "device-key-2", id, false, "").await,
            // Keys are each person's own, so this is a second tap.
            walk::walk_once(
                &with(&t, &lead, Permission::Inspect)?,
                "device-key-1",
                id,
                false,
                "",
            )
            .await,
        ];
        for answer in refused {
            assert!(matches!(answer, Err(AppError::Conflict(_))), "{answer:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_round_is_walked_once_and_what_it_finds_is_somebodys() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        arrange(&t.cx, COMMUNITY, ids[0]).await?;
        let worker = holder(&t, 1, Role::GridWorker, GRID).await?;
        let elsewhere = holder(&t, 2, Role::GridWorker, "320581001002001").await?;
        let lead = holder(&t, 3, Role::GridLead, GRID).await?;
        let id = due(&t, &worker).await?.open[0].id;
        let cx = with(&t, &worker, Permission::Inspect)?;
        let other = with(&t, &elsewhere, Permission::Inspect)?;
        assert_eq!(walk::walk(&other, id, false, "").await, Err(AppError::NotFound));
        assert!(
            matches!(walk::walk(&cx, id, true, "  ").await, Err(AppError::Invalid(_))),
            "what was found?"
        );
        assert!(matches!(
            walk::walk(&cx, id, true, &"字".repeat(501)).await,
            Err(AppError::Invalid(_))
        ));
        walk::walk(&cx, id, true, "3 幢门口停着一辆面包车").await?;
        assert!(
            matches!(walk::walk(&cx, id, false, "").await, Err(AppError::Conflict(_))),
            "a second tap"
        );
        assert_eq!(running(&t).await?, ["catalogue.finding"]);
        let done = due(&t, &lead).await?.done;
        assert_eq!(done[0].words.as_deref(), Some("3 幢门口停着一辆面包车"));
        let mut tx = t.cx.read().await?;
        let stored: String = on!(tx, |c| sqlx::query_scalar(
            "select words from inspection where state = 'done'"
        )
        .fetch_one(c)
        .await)?;
        assert!(stored.starts_with("v1."), "sealed");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nobody_is_sent_twice_and_only_for_what_the_list_has() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        arrange(&t.cx, COMMUNITY, ids[0]).await?;
        for place in [COMMUNITY, STREET, GRID] {
            assert!(
                matches!(arrange(&t.cx, place, ids[0]).await, Err(AppError::Conflict(_))),
                "{place}"
            );
        }
        arrange(&t.cx, "320581001002", ids[0]).await?;
        assert!(
            matches!(arrange(&t.cx, STREET, ids[2]).await, Err(AppError::Invalid(_))),
            "no inspection"
        );
        let wrong = plan::begin(&t.cx, &code(STREET), "x", "").await;
        assert!(matches!(wrong, Err(AppError::Invalid(_))));
        let wrong = plan::begin(&t.cx, &code(STREET), &ids[1].to_string(), "daily").await;
        assert!(matches!(wrong, Err(AppError::Invalid(_))));
        let denser = plan::begin(&t.cx, &code(STREET), &ids[1].to_string(), "week").await;
        assert_eq!(
            denser.unwrap_err().for_field("every").collect::<Vec<_>>(),
            ["清单定的是每月巡查一次，不能安排得更密。请选每月，或者更长的周期。"]
        );

        // A new version takes it away.
        draft::begin(&t.cx, &code(DISTRICT)).await?;
        draft::remove(&t.cx, &code(DISTRICT), ids[0]).await?;
        draft::publish(&t.cx, &code(DISTRICT), "2026-11-24", "不再巡查通道").await?;
        t.clock.advance(Timestamp::DAY);
        round::run(&t.cx).await?;
        assert!(plans(&t, STREET).await?.plans.is_empty());
        assert!(running(&t).await?.is_empty());
        plan::begin(&t.cx, &code(GRID), &ids[1].to_string(), "quarter").await?;
        assert_eq!(
            running(&t).await?,
            ["catalogue.inspection"],
            "less often is narrower"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_nobody_needed_for_a_quarter_is_proposed_once_and_decided() {
    on_both(|t| async move {
        let ids = listed(&t).await?;
        let secretary = holder(&t, 1, Role::Secretary, COMMUNITY).await?;
        let cx = with(&t, &secretary, Permission::InspectionPlan)?;
        arrange(&cx, COMMUNITY, ids[0]).await?;
        arrange(&cx, COMMUNITY, ids[1]).await?;
        assert_eq!(
            arrange(&cx, STREET, ids[1]).await,
            Err(AppError::NotFound),
            "not the secretary's"
        );
        let worker = holder(&t, 2, Role::GridWorker, GRID).await?;
        t.clock.advance(85 * Timestamp::DAY);
        round::run(&t.cx).await?;
        let found = due(&t, &worker).await?.open;
        let way = found.iter().find(|row| row.name == "通道").ok_or("no round")?;
        walk::walk(&with(&t, &worker, Permission::Inspect)?, way.id, true, "有车").await?;
        t.clock.advance(10 * Timestamp::DAY);
        round::run(&t.cx).await?;
        round::run(&t.cx).await?;
        let page = plan::page(&cx, &code(COMMUNITY)).await?;
        let [way, posters] = &page.plans[..] else {
            panic!("{page:?}")
        };
        assert!(way.proposal.is_none() && posters.proposal.is_some(), "{page:?}");
        let community = {
            let mut tx = t.cx.read().await?;
            let node = orgs::server::store::by_code(&mut tx, &code(COMMUNITY))
                .await?
                .ok_or("none")?;
            task::running_at(&mut tx, node.id).await?
        };
        let proposals: Vec<_> = community
            .iter()
            .filter(|task| task.kind == plan::PROPOSAL.key)
            .collect();
        assert_eq!(proposals.len(), 1, "asked once");
        assert_eq!(proposals[0].subject, RecordId(posters.id.0));

        assert!(matches!(
            plan::keep(&cx, posters.id, " ").await,
            Err(AppError::Invalid(_))
        ));
        plan::keep(&cx, posters.id, "创建检查还要看").await?;
        let page = plan::page(&cx, &code(COMMUNITY)).await?;
        assert!(page.plans[1].proposal.is_none() && page.plans[1].kept.is_some());
        t.clock.advance(92 * Timestamp::DAY);
        // Asked for where it is arranged: needed after all.
        menu::start(&t.request(Some(worker.clone())).public(), &code(GRID), ids[1]).await?;
        let page = plan::page(&cx, &code(COMMUNITY)).await?;
        assert!(page.plans[1].proposal.is_none());
        t.clock.advance(92 * Timestamp::DAY);
        assert!(
            plan::page(&cx, &code(COMMUNITY)).await?.plans[1]
                .proposal
                .is_some()
        );
        plan::end(&cx, posters.id, "没人要").await?;
        assert!(matches!(
            plan::end(&cx, posters.id, "再停").await,
            Err(AppError::Conflict(_))
        ));
        assert_eq!(plan::page(&cx, &code(COMMUNITY)).await?.plans.len(), 1);
        assert!(running(&t).await?.iter().all(|kind| kind != "catalogue.proposal"));
        Ok(())
    })
    .await;
}
