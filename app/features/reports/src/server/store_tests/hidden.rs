//! What is hidden from those complained about, by whatever way they come, and from those who stepped aside.

use db::{
    execute, on,
    test::{TestDb, on_both},
};
use orgs::model::change::{Afterwards, Merge, Split};
use shared::{AppError, Permission, Role, UserId};

use super::{
    COMMUNITY, DISTRICT, ELSEWHERE, GRID, Outcome, Place, STREET, acting, code, does, everything, form,
    place, sees, send, signed_in, somebody, somebody_with, with,
};
use crate::{
    model::{Action, Sent, Waiting},
    server::{
        figures::{self, Wanted},
        list, page, report, running, waiting,
    },
};

/// How many rows of a statement with somebody's id.
async fn count(t: &TestDb, sql: &'static str, user: UserId) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(sql)
        .bind(user)
        .fetch_one(c)
        .await)?)
}

#[tokio::test]
async fn acting_for_the_reporter_is_no_way_in_for_those_complained_about() {
    const BY_PROXY: &str = "select count(*) from notice where user_id = $1 and by_proxy";
    const MOVED: &str = "select count(*) from notice where user_id = $1 and kind = 'reports.moved'";
    on_both(|t| async move {
        let p = place(&t).await?;
        let worker = acting(&p.worker, &p.resident);
        let cx = signed_in(&t, &worker)?;
        let matter = send(&t, &worker, "device-key-1", &form("complaint", "community")).await?;
        assert_eq!(report::leads_to(&cx, &matter).await?, "/reports?done=sent");
        assert_eq!(sees(&t, &worker, &matter).await.map_err(|e| e.status()), Err(404));
        assert!(list::mine(&cx, "").await?.own.rows.is_empty());
        assert!(running::newest(&cx).await?.rows.is_empty());
        for action in [Action::Withdraw, Action::Add, Action::Hide] {
            assert_eq!(does(&t, &worker, &matter, action).await, Err(AppError::NotFound));
        }
        assert!(page::form(&cx).await?.recent.is_empty());

        // The resident has it, and was told that it is there.
        assert_eq!(
            list::mine(&signed_in(&t, &p.resident)?, "").await?.own.rows.len(),
            1
        );
        assert_eq!(running::newest(&signed_in(&t, &p.resident)?).await?.rows.len(), 1);
        assert!(sees(&t, &p.resident, &matter).await?.own);
        assert_eq!(count(&t, MOVED, p.resident.user).await?, 1);
        does(&t, &p.town, &matter, Action::Accept).await?;
        assert_eq!(count(&t, MOVED, p.resident.user).await?, 2);
        assert_eq!(
            count(&t, BY_PROXY, p.resident.user).await?,
            0,
            "an inbox that the accused read"
        );

        // Anything else they do for a resident is seen by both, and the resident hears of it.
        let other = send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        assert_eq!(
            report::leads_to(&cx, &other).await?,
            format!("/reports/{}?done=sent", other.code)
        );
        does(&t, &worker, &other, Action::Add).await?;
        assert_eq!(running::newest(&cx).await?.rows.len(), 1, "but not the other");
        assert_eq!(count(&t, MOVED, p.resident.user).await?, 3);
        does(&t, &p.resident, &other, Action::Add).await?;
        assert_eq!(
            count(&t, MOVED, p.resident.user).await?,
            3,
            "nobody is told what they did"
        );
        does(&t, &p.worker, &other, Action::Recuse).await?;
        assert_eq!(
            sees(&t, &worker, &other).await.map_err(|e| e.status()),
            Err(404),
            "who stepped aside does not come back by acting"
        );
        assert!(list::mine(&cx, "").await?.own.rows.is_empty());
        assert!(running::newest(&cx).await?.rows.is_empty());
        Ok(())
    })
    .await;
}

/// That those who work for a grid and at a community find no complaint, and that the level above does.
async fn kept_from(t: &TestDb, p: &Place, community: &str, matter: &Sent) -> Outcome {
    let worker = somebody(t, Some((Role::GridWorker, GRID))).await?;
    let staff = somebody(t, Some((Role::Staff, community))).await?;
    figures::gather(&t.cx).await?;
    let wanted = Wanted {
        node: community.into(),
        period: "2026-Q4".into(),
        ..Wanted::default()
    };
    for who in [&worker, &staff] {
        assert_eq!(sees(t, who, matter).await.map_err(|e| e.status()), Err(404));
        let cx = with(t, who, Permission::ReportHandle)?;
        assert!(list::work(&cx, &everything()).await?.rows.rows.is_empty());
        assert_eq!(waiting::count(&cx).await?, Waiting::default());
    }
    let told = figures::page(&t.request(Some(staff)).public(), &wanted).await?;
    assert!(told.whole);
    assert_eq!(told.figures.all, Some(0));
    assert!(sees(t, &p.town, matter).await.is_ok());
    Ok(())
}

async fn version(t: &TestDb, place: &str) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, &code(place)).await?;
    Ok(node.ok_or("no such unit")?.version)
}

#[tokio::test]
async fn communities_that_become_one_are_complained_about_as_one() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("complaint", "community")).await?;
        figures::gather(&t.cx).await?;
        let today = t.cx.now().date();
        let on = today.to_string();
        let merge = Merge::read("", ELSEWHERE, "", &on, "", version(&t, COMMUNITY).await?, today)?;
        orgs::server::service::merge(&t.cx, &code(COMMUNITY), &merge).await?;
        kept_from(&t, &p, ELSEWHERE, &matter).await?;
        assert_eq!(
            sees(&t, &p.elsewhere, &matter).await.map_err(|e| e.status()),
            Err(404)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn of_a_community_that_is_divided_the_part_is_complained_about_in_which_it_lies() {
    const PARTS: &str = "320581001011 东社区 320581001001001\n320581001012 西社区";
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("complaint", "community")).await?;
        let today = t.cx.now().date();
        let on = today.to_string();
        let split = Split::read(
            PARTS,
            Afterwards::Ends,
            &on,
            "",
            version(&t, COMMUNITY).await?,
            today,
        )?;
        orgs::server::service::split(&t.cx, &code(COMMUNITY), &split).await?;
        kept_from(&t, &p, "320581001011", &matter).await
    })
    .await;
}

#[tokio::test]
async fn a_complaint_about_the_community_has_no_number_of_the_communitys() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let about = send(&t, &p.resident, "device-key-1", &form("complaint", "community")).await?;
        assert_eq!(about.number, "320581001-2026-0001");
        let other = send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        assert_eq!(other.number, "320581001001-2026-0001", "without a gap");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_also_works_there_hears_nothing_at_their_other_post() {
    const TOLD: &str =
        "select count(*) from notice where user_id = $1 and (kind like 'reports.%' or kind like 'tasks.%')";
    const TASKS: &str = "select count(*) from task_holder where user_id = $1 or role is not null";
    on_both(|t| async move {
        let p = place(&t).await?;
        let both = somebody_with(&t, &[(Role::TownAdmin, STREET), (Role::Staff, COMMUNITY)]).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("complaint", "community")).await?;
        assert_eq!(sees(&t, &both, &matter).await.map_err(|e| e.status()), Err(404));
        does(&t, &p.resident, &matter, Action::Add).await?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.town, &matter, action).await?;
        }
        assert_eq!(count(&t, TOLD, both.user).await?, 0);
        assert_eq!(
            count(&t, TASKS, both.user).await?,
            0,
            "its tasks are others' by name"
        );
        let cx = with(&t, &both, Permission::ReportHandle)?;
        assert_eq!(waiting::count(&cx).await?, Waiting::default());
        let topic = format!("user/{}", both.user);
        let mut tx = t.cx.read().await?;
        let heard: i64 = on!(tx, |c| {
            sqlx::query_scalar(
            "select count(*) from event where topic = $1 and (kind like 'reports.%' or kind like 'tasks.%')"
        )
        .bind(topic)
        .fetch_one(c)
        .await
        })?;
        assert_eq!(heard, 0);
        drop(tx);

        // Where nobody else is left at the street, it begins above.
        let district = somebody(&t, Some((Role::DistrictAdmin, DISTRICT))).await?;
        let mut tx = t.cx.write().await?;
        execute!(
            tx,
            "update role_grant set valid_to = '2025-01-01' where user_id = $1",
            p.town.user
        )?;
        tx.commit().await?;
        let next = send(&t, &p.resident, "device-key-2", &form("complaint", "community")).await?;
        let page = sees(&t, &district, &next).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str()),
            (Role::DistrictAdmin, DISTRICT)
        );
        assert_eq!(count(&t, TOLD, both.user).await?, 0);
        Ok(())
    })
    .await;
}
