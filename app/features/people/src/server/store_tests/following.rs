use accounts::server::{erasure, residency};
use db::{event::Hub, test::on_both};
use orgs::model::change::{Merge, Move};

use super::*;
use crate::server::{follow, search};

/// Gives the events their numbers, as a server does, and follows them.
pub async fn follow_all(t: &TestDb) -> Outcome {
    // The clock stands still, and with it whatever an earlier relay still holds.
    t.clock.advance(shared::Timestamp::HOUR);
    let hub = Hub::start(&t.house).await?;
    for _ in 0..200 {
        if count(&t.cx, "select count(*) from event where seq is null").await? == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    drop(hub);
    follow::run(&t.cx).await?;
    Ok(())
}

pub async fn register(t: &TestDb, name: &str, phone: &str, door: &str) -> Outcome<shared::UserId> {
    let user = service::add_user(&t.cx, name, phone, None).await?;
    let grid = id_of(&t.cx, GRID).await?;
    let mut tx = t.cx.write().await?;
    let id = residency::declare(&mut tx, &t.cx, user, grid, door).await?;
    tx.commit().await?;
    let worker = worker(t, 7000 + phone.as_bytes()[10] as u32, Role::GridWorker, GRID).await?;
    residency::confirm(&with(t, &worker, Permission::ResidentConfirm)?, id).await?;
    Ok(user)
}

pub async fn linked(t: &TestDb, user: shared::UserId) -> Outcome<Option<PersonId>> {
    let mut tx = t.cx.read().await?;
    Ok(crate::server::mine::person_of(&mut tx, user).await?)
}

#[tokio::test]
async fn a_confirmed_registration_finds_its_person_or_makes_one() {
    on_both(|t| async move {
        furnished(&t).await?;
        let known = register(&t, "王芳", "13900000901", "三栋二单元五零一室").await?;
        let by_number = register(&t, "李国强", "13812340002", "3-2-502").await?;
        let new = register(&t, "新来的", "13900000903", "3幢2单元601").await?;
        let vague = register(&t, "说不清", "13900000904", "菜场旁边").await?;
        follow_all(&t).await?;
        assert_eq!(linked(&t, known).await?, Some(person(&t.cx, "王芳").await?));
        assert_eq!(linked(&t, by_number).await?, Some(person(&t.cx, "李国强").await?));
        assert_eq!(linked(&t, new).await?, Some(person(&t.cx, "新来的").await?));
        assert!(linked(&t, vague).await?.is_some());
        assert_eq!(count(&t.cx, "select count(*) from person").await?, 8);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from room where door = '601' and unit = '2'"
            )
            .await?,
            1
        );
        // Again changes nothing.
        let mut tx = t.cx.write().await?;
        db::execute!(tx, "update people_followed set seq = 0")?;
        tx.commit().await?;
        follow::run(&t.cx).await?;
        assert_eq!(count(&t.cx, "select count(*) from person").await?, 8);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_registration_from_a_building_that_was_said_to_be_no_more_brings_it_back() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = building(&t.cx, "3").await?;
        for name in ["王芳", "王小明", "李国强"] {
            let who = person(&t.cx, name).await?;
            let known = version(&t.cx, who).await?;
            let today = t.cx.now().date();
            crate::server::household::leave(&t.cx, who, known, crate::model::Leaving::Moved, today).await?;
        }
        places::remove_building(&t.cx, id, 1).await?;
        let user = register(&t, "新来的", "13900000905", "3-2-501").await?;
        follow_all(&t).await?;
        assert!(linked(&t, user).await?.is_some());
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from building where number = '3' and valid_to is null"
            )
            .await?,
            1
        );
        assert_eq!(
            count(&t.cx, "select count(*) from building where number = '3'").await?,
            1
        );
        assert_eq!(
            count(&t.cx, "select count(*) from estate where name = '花园浜第一网格'").await?,
            0
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_erased_account_leaves_the_resident_without_what_rested_on_it() {
    on_both(|t| async move {
        furnished(&t).await?;
        let user = register(&t, "王芳", "13812340001", "3-2-501").await?;
        follow_all(&t).await?;
        let id = person(&t.cx, "王芳").await?;
        crate::server::household::care(&t.cx, id, &[crate::model::Care::Meal], true).await?;
        let mut tx = t.cx.write().await?;
        let due = tx.now();
        let request = erasure::open(&mut tx, user, due).await?;
        tx.commit().await?;
        assert!(erasure::run(&t.cx, request).await?);
        follow_all(&t).await?;
        assert_eq!(linked(&t, user).await?, None);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where name = '王芳' and phone is null and care is null"
            )
            .await?,
            1
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_merged_grid_hands_its_people_on_and_a_moved_one_is_searched_in_its_new_place() {
    on_both(|t| async move {
        furnished(&t).await?;
        let first = node(&t.cx, GRID).await?;
        let today = t.cx.now().date();
        let merge = Merge::read(
            NEXT_GRID,
            "320581001001009",
            "合并网格",
            &today.to_string(),
            "",
            first.version,
            today,
        )?;
        orgs::server::service::merge(&t.cx, &code(GRID), &merge).await?;
        follow::run(&t.cx).await?;
        let there = worker(&t, 1, Role::GridWorker, "320581001001009").await?;
        let cx = with(&t, &there, Permission::PeopleView)?;
        let mut tx = cx.read().await?;
        assert_eq!(
            search::people(&cx, &mut tx, &cx.scope, "王芳", None)
                .await?
                .rows
                .len(),
            1
        );
        assert_eq!(
            search::people(&cx, &mut tx, &cx.scope, "张伟", None)
                .await?
                .rows
                .len(),
            1
        );
        drop(tx);
        let merged = node(&t.cx, "320581001001009").await?;
        let order = Move::read(
            "320581001002",
            "320581001002009",
            &today.to_string(),
            "",
            merged.version,
            today,
        )?;
        orgs::server::service::move_to(&t.cx, &code("320581001001009"), &order).await?;
        let neighbour = worker(&t, 2, Role::Staff, "320581001002").await?;
        let cx = with(&t, &neighbour, Permission::PeopleView)?;
        let before = {
            let mut tx = cx.read().await?;
            search::people(&cx, &mut tx, &cx.scope, "", None)
                .await?
                .rows
                .len()
        };
        assert_eq!(before, 6, "who may see whom follows the organisation at once");
        follow::run(&t.cx).await?;
        let mut tx = cx.read().await?;
        assert_eq!(
            search::people(&cx, &mut tx, &cx.scope, "王芳", None)
                .await?
                .rows
                .len(),
            1
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn numbers_of_who_left_long_ago_are_forgotten() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = person(&t.cx, "张伟").await?;
        crate::server::household::leave(&t.cx, id, 1, crate::model::Leaving::Moved, t.cx.now().date())
            .await?;
        follow::sweep(&t.cx).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where name = '张伟' and phone is not null"
            )
            .await?,
            1
        );
        t.clock.advance(shared::Timestamp::DAY * 366);
        assert_eq!(follow::sweep(&t.cx).await?, 1);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where name = '张伟' and phone is null"
            )
            .await?,
            1
        );
        assert_eq!(follow::sweep(&t.cx).await?, 0);
        Ok(())
    })
    .await;
}
