use db::test::on_both;
use shared::AppError;

use super::*;
use crate::{
    model::{BuildingForm, EstateForm, Leaving, RoomForm},
    server::{
        household::{self, Arrival},
        places, search,
    },
};

#[tokio::test]
async fn a_building_a_room_and_a_household_are_noted_by_hand() {
    on_both(|t| async move {
        organised(&t).await?;
        let estate = EstateForm::read("花园浜", "1200")?;
        let form_ = BuildingForm::read("三幢", "120.7402", "31.6411")?;
        let building = places::add_building(&t.cx, GRID, &estate, &form_).await?;
        let again = places::add_building(&t.cx, GRID, &EstateForm::read("花园浜小区", "")?, &form_).await;
        assert_eq!(
            again.unwrap_err().for_field("number").count(),
            1,
            "the same estate under another spelling"
        );
        let room = places::add_room(&t.cx, building, &RoomForm::read("2", "501", "89.5")?).await?;
        let twice = places::add_room(&t.cx, building, &RoomForm::read("二单元", "五零一室", "")?).await;
        assert_eq!(twice.unwrap_err().for_field("door").count(), 1);
        let (id, represents) =
            household::found(&t.cx, room, &form(true, "王芳", "1950", ""), Arrival::default()).await?;
        assert!(represents);
        let page = household::page(&t.cx, id).await?;
        assert!(page.members[0].representative);
        household::add(
            &t.cx,
            id,
            page.version,
            &form(true, "王小明", "2015", ""),
            Arrival::default(),
        )
        .await?;
        let stale = household::add(
            &t.cx,
            id,
            page.version,
            &form(true, "王小红", "2018", ""),
            Arrival::default(),
        )
        .await;
        assert!(matches!(stale, Err(AppError::Conflict(_))), "{stale:?}");
        let page = household::page(&t.cx, id).await?;
        let twice = household::add(
            &t.cx,
            id,
            page.version,
            &form(true, "王小明", "2015", ""),
            Arrival::default(),
        )
        .await;
        assert_eq!(twice.unwrap_err().for_field("name").count(), 1);
        let shown = look_at(&t.cx, None, Some(building)).await?;
        let chart = shown.chart.ok_or("no chart")?;
        assert_eq!(
            (chart.rooms.len(), chart.rooms[0].persons, chart.rooms[0].floor),
            (1, 2, Some(5))
        );
        let list = look_at(&t.cx, Some(GRID), None).await?;
        assert_eq!(list.buildings[0].households, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_leaves_is_seen_no_more_and_the_last_one_ends_the_household() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = person(&t.cx, "李国强").await?;
        let household = home(&t.cx, "李国强").await?;
        let today = t.cx.now().date();
        let ahead = household::leave(&t.cx, id, 1, Leaving::Moved, today.plus_days(1)).await;
        assert_eq!(ahead.unwrap_err().for_field("on").count(), 1);
        let stale = household::leave(&t.cx, id, 9, Leaving::Moved, today).await;
        assert!(matches!(stale, Err(AppError::Conflict(_))));
        household::leave(&t.cx, id, 1, Leaving::Died, today).await?;
        let mut tx = t.cx.read().await?;
        assert!(
            search::people(&t.cx, &mut tx, &t.cx.scope, "李国强", None)
                .await?
                .rows
                .is_empty()
        );
        drop(tx);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where name = '李国强' and phone is null and node_id is null"
            )
            .await?,
            1
        );
        let page = household::page(&t.cx, household).await?;
        assert_eq!((page.members.len(), page.former), (0, 1));
        assert!(page.ended.is_some() && !page.may_edit);
        let added = household::add(
            &t.cx,
            household,
            page.version,
            &form(true, "新人", "1990", ""),
            Arrival::default(),
        )
        .await;
        assert!(matches!(added, Err(AppError::Conflict(_))));
        // An owner who moves away stays known to the grid as an owner.
        let owner = person(&t.cx, "王芳").await?;
        let first = version(&t.cx, owner).await?;
        let home_ = home(&t.cx, "王芳").await?;
        household::leave(&t.cx, owner, first, Leaving::Moved, today).await?;
        let page = household::page(&t.cx, home_).await?;
        assert_eq!((page.members.len(), page.owners.len()), (1, 1));
        assert!(!page.members[0].representative);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_representative_is_of_age_and_lives_here() {
    on_both(|t| async move {
        furnished(&t).await?;
        let child = person(&t.cx, "王小明").await?;
        assert!(matches!(
            household::represent(&t.cx, child, None).await,
            Err(AppError::Conflict(_))
        ));
        let other = person(&t.cx, "周敏").await?;
        t.clock.advance(shared::Timestamp::DAY * 3);
        household::represent(&t.cx, other, None).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from representation where valid_to is null"
            )
            .await?,
            4
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from representation where valid_to is not null"
            )
            .await?,
            1
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_building_goes_to_another_grid_with_all_who_live_in_it() {
    on_both(|t| async move {
        furnished(&t).await?;
        let worker_there = worker(&t, 1, Role::GridWorker, NEXT_GRID).await?;
        let there = with(&t, &worker_there, Permission::PeopleView)?;
        let page = look_at(&t.cx, Some(GRID), None).await?;
        let id = page.buildings[0].id;
        t.clock.advance(shared::Timestamp::DAY * 5);
        let shown = look_at(&t.cx, None, Some(id)).await?.chart.ok_or("no chart")?;
        let form_ = BuildingForm::read("3", "", "")?;
        // Somebody of the one grid cannot give it to another.
        let refused = {
            let own = worker(&t, 2, Role::GridWorker, GRID).await?;
            let cx = with(&t, &own, Permission::PeopleEdit)?;
            places::edit_building(&cx, id, shown.version, NEXT_GRID, &form_).await
        };
        assert_eq!(refused.unwrap_err().for_field("grid").count(), 1);
        places::edit_building(&t.cx, id, shown.version, NEXT_GRID, &form_).await?;
        let mut tx = there.read().await?;
        let names = search::people(&there, &mut tx, &there.scope, "王芳", None).await?.rows;
        assert_eq!(names.len(), 1, "found by the terms of the new grid");
        drop(tx);
        assert_eq!(count(&t.cx, "select count(*) from household_span where valid_to is not null").await?, 2);
        assert_eq!(
            count(&t.cx, "select count(*) from household h join household_span s on s.household_id = h.id and s.valid_to is null where s.node_id <> h.node_id").await?,
            0
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_building_given_to_another_community_is_of_an_estate_there() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = building(&t.cx, "5").await?;
        let name = look_at(&t.cx, None, Some(id)).await?.chart.ok_or("no chart")?.name;
        let form = BuildingForm::read("5", "", "")?.of_estate(&name)?;
        places::edit_building(&t.cx, id, 1, OTHER_GRID, &form).await?;
        const OF: &str = "select count(*) from building b join estate e on e.id = b.estate_id join node n on n.id = e.node_id \
            where b.number = '5' and n.code = '320581001002'";
        assert_eq!(count(&t.cx, OF).await?, 1);
        assert_eq!(
            count(&t.cx, "select count(*) from estate where name = '花园浜小区'").await?,
            2,
            "each community has its own"
        );
        // Back again it is of the estate that it was of.
        let bare = BuildingForm::read("5", "", "")?;
        places::edit_building(&t.cx, id, 3, NEXT_GRID, &bare).await?;
        assert_eq!(count(&t.cx, OF).await?, 0);
        assert_eq!(
            count(
                &t.cx,
                "select count(distinct estate_id) from building where number in ('3', '5')"
            )
            .await?,
            1
        );
        Ok(())
    })
    .await;
}
