//! Registering where one lives, and what grid workers do about it.

use db::{on, test::on_both};
use shared::{AppError, RecordId, Role};

use super::*;
use crate::{
    model::{RefusalReason, ResidencyState, UnmaskReason},
    server::{act, directory, my_data, residency},
};

/// Somebody who registered at `code` and waits.
async fn waiting(t: &TestDb, n: u32, code: &str) -> Outcome<(Actor, RecordId)> {
    let user = person(t, n).await?;
    let actor = enter(t, user).await?;
    residency::declare_mine(&own(t, &actor), node(t, code).await?, "3 幢 2 单元 501 室").await?;
    let mut tx = t.cx.read().await?;
    let home = residency::of_user(&mut tx, &t.cx, user)
        .await?
        .ok_or("not registered")?;
    Ok((actor, home.id))
}

#[tokio::test]
async fn a_grid_worker_confirms_and_the_person_becomes_a_resident() {
    on_both(|t| async move {
        places(&t).await?;
        let (person, id) = waiting(&t, 1, GRID).await?;
        assert!(!again(&t, &person).await?.holds(Role::Resident));
        let worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        let cx = with(&t, &worker, Permission::ResidentConfirm)?;
        let rows = residency::list(&cx, ResidencyState::Waiting, None).await?.rows;
        assert_eq!(rows.len(), 1);
        assert_eq!(
            (
                rows[0].name.as_str(),
                rows[0].phone.as_str(),
                rows[0].door.as_str()
            ),
            ("李*", "138****0001", "3 幢***")
        );
        assert_eq!(residency::count_waiting(&cx).await?, 1);
        residency::confirm(&cx, id).await?;
        assert_eq!(
            residency::confirm(&cx, id).await.unwrap_err().status(),
            409,
            "decided once"
        );
        assert!(again(&t, &person).await?.holds(Role::Resident));
        assert_eq!(residency::count_waiting(&cx).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn those_who_work_there_hear_of_a_registration() {
    on_both(|t| async move {
        places(&t).await?;
        let (_, id) = waiting(&t, 1, GRID).await?;
        let told: Vec<(String, RecordId)> = {
            let mut tx = t.cx.read().await?;
            on!(tx, |c| sqlx::query_as(
                "select topic, subject from event where kind = 'accounts.residency.declared'"
            )
            .fetch_all(c)
            .await)?
        };
        let worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        let hears = worker.scope_of(Permission::StaffView);
        assert_eq!(told, [(format!("path/{}", hears.paths()[0]), id)]);
        assert_eq!(hears, worker.scope_of(Permission::ResidentConfirm));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn another_subtree_is_not_there() {
    on_both(|t| async move {
        places(&t).await?;
        let (_, id) = waiting(&t, 1, GRID).await?;
        let far = worker(&t, 2, Role::GridWorker, OTHER_GRID).await?;
        let cx = with(&t, &far, Permission::ResidentConfirm)?;
        assert!(
            residency::list(&cx, ResidencyState::Waiting, None)
                .await?
                .rows
                .is_empty()
        );
        assert_eq!(residency::confirm(&cx, id).await.unwrap_err(), AppError::NotFound);
        assert_eq!(
            residency::refuse(&cx, id, RefusalReason::NotHere, "")
                .await
                .unwrap_err(),
            AppError::NotFound
        );
        assert_eq!(
            residency::unmask(&cx, id, UnmaskReason::Visit, "")
                .await
                .unwrap_err(),
            AppError::NotFound
        );
        let resident = {
            let user = person(&t, 3).await?;
            enter(&t, user).await?
        };
        assert_eq!(
            with(&t, &resident, Permission::ResidentConfirm).unwrap_err(),
            AppError::Forbidden
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_refusal_has_a_reason_that_the_person_reads() {
    on_both(|t| async move {
        places(&t).await?;
        let (person, id) = waiting(&t, 1, GRID).await?;
        let worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        let cx = with(&t, &worker, Permission::ResidentConfirm)?;
        assert_eq!(
            residency::refuse(&cx, id, RefusalReason::Other, "  ")
                .await
                .unwrap_err()
                .for_field("words")
                .count(),
            1
        );
        residency::refuse(&cx, id, RefusalReason::Other, "门牌写错了").await?;
        let home = my_data::me(&own(&t, &person)).await?.residency.ok_or("gone")?;
        assert_eq!(
            (home.state, home.words.as_deref()),
            (ResidencyState::Refused, Some("门牌写错了"))
        );
        residency::declare_mine(&own(&t, &person), node(&t, NEXT_GRID).await?, "8 幢 101").await?;
        let home = my_data::me(&own(&t, &person)).await?.residency.ok_or("gone")?;
        assert_eq!(
            (home.state, home.node_code.as_str()),
            (ResidencyState::Waiting, NEXT_GRID)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn moving_ends_the_old_home_and_its_role() {
    on_both(|t| async move {
        places(&t).await?;
        let (person, id) = waiting(&t, 1, GRID).await?;
        residency::confirm(&t.cx, id).await?;
        residency::declare_mine(&own(&t, &person), node(&t, OTHER_GRID).await?, "1 幢 101").await?;
        assert!(again(&t, &person).await?.grants.is_empty());
        let community = node(&t, COMMUNITY).await?;
        let vague = residency::declare_mine(&own(&t, &person), community, "1 幢")
            .await
            .unwrap_err();
        assert_eq!(vague.for_field("node").count(), 1, "a community is no grid");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nobody_confirms_their_own_home() {
    on_both(|t| async move {
        places(&t).await?;
        let worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        residency::declare_mine(&own(&t, &worker), node(&t, GRID).await?, "3 幢 501").await?;
        let cx = with(&t, &worker, Permission::ResidentConfirm)?;
        let id = residency::list(&cx, ResidencyState::Waiting, None).await?.rows[0].id;
        assert_eq!(residency::confirm(&cx, id).await.unwrap_err().status(), 409);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_looked_and_why_is_seen_by_the_person() {
    on_both(|t| async move {
        places(&t).await?;
        let (person, id) = waiting(&t, 1, GRID).await?;
        let worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        let cx = with(&t, &worker, Permission::Unmask)?;
        assert!(my_data::mine(&own(&t, &person)).await?.looks.is_empty());
        assert_eq!(
            residency::unmask(&cx, id, UnmaskReason::Other, "")
                .await
                .unwrap_err()
                .status(),
            422
        );
        let details = residency::unmask(&cx, id, UnmaskReason::Visit, "送药").await?;
        assert_eq!(
            (details.name.as_str(), details.door.as_str()),
            ("李明", "3 幢 2 单元 501 室")
        );
        let looks = my_data::mine(&own(&t, &person)).await?.looks;
        assert_eq!(looks.len(), 1);
        assert_eq!(
            (
                looks[0].who.as_str(),
                looks[0].role.as_str(),
                looks[0].why.as_str()
            ),
            ("张伟", "专职网格员", "上门走访：送药")
        );
        // The same on one day is one line; another reason, and the decision, are others.
        for _ in 0..3 {
            residency::unmask(&cx, id, UnmaskReason::Visit, "送药").await?;
        }
        residency::unmask(&cx, id, UnmaskReason::Emergency, "").await?;
        residency::confirm(&with(&t, &worker, Permission::ResidentConfirm)?, id).await?;
        let looks = my_data::mine(&own(&t, &person)).await?.looks;
        let told: Vec<(&str, &str)> = looks
            .iter()
            .map(|look| (look.what.as_str(), look.why.as_str()))
            .collect();
        let full = "看了完整的姓名、手机号和门牌";
        let often = format!("{full}，这一天 4 次");
        assert_eq!(
            told,
            [
                ("核实了您的登记", ""),
                (full, "紧急情况"),
                (often.as_str(), "上门走访：送药")
            ]
        );
        // An administrator's look is noted once an hour; one's own is none.
        let keeper = super::worker(&t, 3, Role::SecurityAdmin, "320581").await?;
        let keeping = with(&t, &keeper, Permission::AccountManage)?;
        for _ in 0..2 {
            directory::find(&keeping, &phone(1)).await?;
        }
        let looks = my_data::mine(&own(&t, &person)).await?.looks;
        assert_eq!((looks.len(), looks[0].what.as_str()), (4, "打开了您的账号"));
        assert_eq!(looks[0].role, "安全管理员");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_worker_acts_for_somebody_without_a_phone_and_both_are_named() {
    on_both(|t| async move {
        places(&t).await?;
        let worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        let cx = with(&t, &worker, Permission::ActFor)?;
        let beyond = act::add_without_phone(&cx, "陈阿婆", node(&t, OTHER_GRID).await?, "1 幢").await.unwrap_err();
        assert_eq!(beyond, AppError::NotFound);
        let resident = act::add_without_phone(&cx, "陈阿婆", node(&t, GRID).await?, "1 幢 101").await?;
        let found = act::candidates(&own(&t, &worker), "陈阿婆").await?;
        assert_eq!((found.len(), found[0].user, found[0].name.as_str()), (1, resident, "陈**"));
        assert!(act::candidates(&own(&t, &worker), "陈").await?.is_empty(), "the whole name only");
        let far = super::worker(&t, 2, Role::GridWorker, OTHER_GRID).await?;
        assert!(act::candidates(&own(&t, &far), "陈阿婆").await?.is_empty());
        assert_eq!(act::start(&own(&t, &far), resident).await.unwrap_err(), AppError::NotFound);

        // The choice lies on the session: the actor is resolved anew.
        let mut tx = t.cx.write().await?;
        let opened = session::open(&mut tx, worker.user, &session::Browser::default()).await?;
        tx.commit().await?;
        let before = session::resolve(&t.house, &opened.token).await?.ok_or("no session")?.actor;
        act::start(&own(&t, &before), resident).await?;
        let acting = session::resolve(&t.house, &opened.token).await?.ok_or("no session")?.actor;
        assert_eq!(acting.acting_for.as_ref().map(|r| r.user), Some(resident));
        let cx = own(&t, &acting);
        assert_eq!(cx.subject()?, resident);
        residency::declare_mine(&cx, node(&t, NEXT_GRID).await?, "2 幢 202").await?;
        let mut tx = t.cx.read().await?;
        let named: (Option<UserId>, Option<UserId>) = on!(tx, |c| sqlx::query_as(
            "select user_id, acting_for from audit_entry where action = 'accounts.residency.declare' order by created_at desc, id desc limit 1"
        ).fetch_one(c).await)?;
        assert_eq!(named, (Some(worker.user), Some(resident)));
        drop(tx);
        let own_only = crate::server::password::change(&cx, None, "春江潮水连海平海上明".into()).await.unwrap_err();
        assert_eq!(own_only.status(), 409, "an account's safety is its holder's");
        act::stop(&cx).await?;
        let after = session::resolve(&t.house, &opened.token).await?.ok_or("no session")?.actor;
        assert!(after.acting_for.is_none());
        Ok(())
    })
    .await;
}
