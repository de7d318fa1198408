//! Accounts go with the building that they live in, and with the grid.

use accounts::server::residency;
use db::test::on_both;
use orgs::model::change::Merge;
use shared::{RecordId, UserId};

use super::{
    following::{follow_all, linked, register},
    *,
};
use crate::{model::BuildingForm, server::follow};

const MERGED: &str = "320581001001009";

async fn declare(t: &TestDb, user: UserId, door: &str) -> Outcome<RecordId> {
    let grid = id_of(&t.cx, GRID).await?;
    let mut tx = t.cx.write().await?;
    let id = residency::declare(&mut tx, &t.cx, user, grid, door).await?;
    tx.commit().await?;
    Ok(id)
}

/// Somebody who registered and waits.
async fn waiting(t: &TestDb, name: &str, phone: &str, door: &str) -> Outcome<UserId> {
    let user = service::add_user(&t.cx, name, phone, None).await?;
    declare(t, user, door).await?;
    Ok(user)
}

/// Where somebody is registered, and where they are a resident.
async fn stands(t: &TestDb, user: UserId) -> Outcome<(String, Vec<String>)> {
    let actor = enter(t, user).await?;
    let mut tx = t.cx.read().await?;
    let home = residency::of_user(&mut tx, &t.cx, user)
        .await?
        .ok_or("not registered")?;
    let residences = actor
        .grants
        .into_iter()
        .filter(|grant| grant.role == Role::Resident);
    Ok((home.node_code, residences.map(|grant| grant.code).collect()))
}

fn at(grid: &str, resident: bool) -> (String, Vec<String>) {
    (grid.to_owned(), Vec::from_iter(resident.then(|| grid.to_owned())))
}

#[tokio::test]
async fn accounts_go_with_their_building_and_are_confirmed_where_it_is() {
    on_both(|t| async move {
        furnished(&t).await?;
        let lives = register(&t, "王芳", "13900000901", "3-2-501").await?;
        let leaves = register(&t, "李国强", "13900000905", "3-2-502").await?;
        follow_all(&t).await?;
        assert!(linked(&t, lives).await?.is_some() && linked(&t, leaves).await?.is_some());
        // Known in that building, and said to live in another one by now.
        declare(&t, leaves, "花园浜9幢201").await?;
        let waits = waiting(&t, "新来的", "13900000902", "花园浜三幢二单元502").await?;
        let other = waiting(&t, "又来的", "13900000903", "花园浜9幢101").await?;
        let vague = waiting(&t, "说不清", "13900000904", "菜场旁边").await?;
        let id = building(&t.cx, "3").await?;
        places::edit_building(&t.cx, id, 1, NEXT_GRID, &BuildingForm::read("3", "", "")?).await?;
        assert_eq!(stands(&t, lives).await?, at(NEXT_GRID, true));
        assert_eq!(stands(&t, waits).await?, at(NEXT_GRID, false));
        for user in [leaves, other, vague] {
            assert_eq!(stands(&t, user).await?, at(GRID, false));
        }
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from audit_entry where action = 'accounts.residency.follow'"
            )
            .await?,
            2
        );
        // Who works there sees it and confirms it; who worked there does not any more.
        let there = worker(&t, 1, Role::GridWorker, NEXT_GRID).await?;
        let here = worker(&t, 2, Role::GridWorker, GRID).await?;
        let cx = with(&t, &there, Permission::ResidentConfirm)?;
        assert_eq!(residency::count_waiting(&cx).await?, 1);
        let mut tx = t.cx.read().await?;
        let registered = residency::of_user(&mut tx, &t.cx, waits).await?.ok_or("gone")?.id;
        drop(tx);
        let refused = residency::confirm(&with(&t, &here, Permission::ResidentConfirm)?, registered).await;
        assert_eq!(refused, Err(AppError::NotFound));
        residency::confirm(&cx, registered).await?;
        assert_eq!(stands(&t, waits).await?, at(NEXT_GRID, true));
        // Back again, on the same day.
        places::edit_building(&t.cx, id, 3, GRID, &BuildingForm::read("3", "", "")?).await?;
        assert_eq!(stands(&t, lives).await?, at(GRID, true));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_registered_at_a_grid_that_was_merged_goes_to_the_one_that_took_over() {
    on_both(|t| async move {
        furnished(&t).await?;
        let lives = register(&t, "王芳", "13900000901", "3-2-501").await?;
        follow_all(&t).await?;
        // Confirmed just now, and nobody has looked yet who it is.
        let unknown = register(&t, "说不清", "13900000902", "菜场旁边").await?;
        let waits = waiting(&t, "新来的", "13900000903", "花园浜9幢101").await?;
        let first = node(&t.cx, GRID).await?;
        let today = t.cx.now().date();
        let merge = Merge::read(
            NEXT_GRID,
            MERGED,
            "合并网格",
            &today.to_string(),
            "",
            first.version,
            today,
        )?;
        orgs::server::service::merge(&t.cx, &code(GRID), &merge).await?;
        follow::run(&t.cx).await?;
        for (user, resident) in [(lives, true), (unknown, true), (waits, false)] {
            assert_eq!(stands(&t, user).await?, at(MERGED, resident));
        }
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from role_grant where role = 'resident' and revoked_at is null"
            )
            .await?,
            2
        );
        // Again changes nothing.
        follow::run(&t.cx).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from audit_entry where action = 'accounts.residency.follow'"
            )
            .await?,
            3
        );
        Ok(())
    })
    .await;
}
