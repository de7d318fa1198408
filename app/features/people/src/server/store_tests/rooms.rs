use db::test::on_both;
use shared::{AppError, Cursor, Timestamp};

use super::*;
use crate::{
    model::{BuildingForm, EstateForm, EstateId, Leaving, RoomCell, RoomForm},
    server::{
        figures,
        household::{self, Arrival},
        search,
        write::{self, NewBuilding, NewEstate},
    },
};

async fn cell(cx: &Cx, id: BuildingId, door: &str) -> Outcome<RoomCell> {
    let chart = look_at(cx, None, Some(id)).await?.chart.ok_or("no chart")?;
    let cell = chart.rooms.into_iter().find(|room| room.door == door);
    Ok(cell.ok_or_else(|| format!("no room {door}"))?)
}

/// What is said beside a field.
fn fault<T>(refused: &Result<T, AppError>, field: &str) -> String {
    let faults = refused.as_ref().err().map(|error| error.for_field(field));
    faults.into_iter().flatten().map(ToString::to_string).collect()
}

#[tokio::test]
async fn rooms_are_corrected_and_one_with_a_past_is_ended() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = building(&t.cx, "3").await?;
        let room = places::add_room(&t.cx, id, &RoomForm::read("2", "601", "")?).await?;
        let form = RoomForm::corrected("2", "602", "6", "88")?;
        assert_eq!(places::edit_room(&t.cx, room, 1, &form).await?, id);
        let stale = places::edit_room(&t.cx, room, 1, &form).await;
        assert!(matches!(stale, Err(AppError::Conflict(_))), "{stale:?}");
        let taken = RoomForm::read("2", "501", "")?;
        let twice = places::edit_room(&t.cx, room, 2, &taken).await;
        assert_eq!(twice.unwrap_err().for_field("door").count(), 1);
        let other = worker(&t, 1, Role::GridWorker, OTHER_GRID).await?;
        let cx = with(&t, &other, Permission::PeopleEdit)?;
        let refused = [
            places::edit_room(&cx, room, 2, &form).await.err(),
            places::remove_room(&cx, room, 2).await.err(),
            places::merge_room(&cx, room, 2, "花园浜3幢2单元501").await.err(),
            places::remove_building(&cx, id, 1).await.err(),
        ];
        assert_eq!(refused, [const { Some(AppError::NotFound) }; 4]);
        places::remove_room(&t.cx, room, 2).await?;
        assert_eq!(
            count(&t.cx, "select count(*) from room where door = '602'").await?,
            0
        );

        let lived_in = cell(&t.cx, id, "502").await?;
        let refused = places::remove_room(&t.cx, lived_in.id, lived_in.version).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
        let who = person(&t.cx, "李国强").await?;
        household::leave(&t.cx, who, 1, Leaving::Died, t.cx.now().date()).await?;
        places::remove_room(&t.cx, lived_in.id, lived_in.version).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from room where door = '502' and valid_to is not null"
            )
            .await?,
            1
        );
        assert!(cell(&t.cx, id, "502").await.is_err(), "it is not in the chart");
        let room = places::add_room(&t.cx, id, &RoomForm::read("2", "601", "")?).await?;
        let ended = places::edit_room(&t.cx, room, 1, &RoomForm::read("2", "502", "")?).await;
        assert!(fault(&ended, "door").contains("没有了"), "{ended:?}");
        let again = places::add_room(&t.cx, id, &RoomForm::read("2", "502", "75")?).await?;
        assert_eq!(again, lived_in.id, "the same room is there again");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_room_noted_from_a_door_that_could_not_be_read_is_put_together_with_the_right_one() {
    on_both(|t| async move {
        furnished(&t).await?;
        // As following a registration notes it.
        let estate = EstateForm::read("花园浜第一网格", "")?;
        let odd = places::add_building(&t.cx, GRID, &estate, &BuildingForm::read("9", "", "")?).await?;
        let room = places::add_room(&t.cx, odd, &RoomForm::read("", "东", "")?).await?;
        household::found(&t.cx, room, &form(true, "新来的", "1990", ""), Arrival::default()).await?;
        let second = places::add_room(&t.cx, odd, &RoomForm::read("", "西", "")?).await?;
        household::found(&t.cx, second, &form(true, "又来的", "1991", ""), Arrival::default()).await?;
        t.clock.advance(Timestamp::DAY * 3);
        for wrong in ["花园浜88幢501", "花园浜", "花园浜3幢", "花园浜第一网格9幢东户"] {
            let refused = places::merge_room(&t.cx, room, 1, wrong).await;
            assert_eq!(refused.unwrap_err().for_field("to").count(), 1, "{wrong}");
        }
        let to = places::merge_room(&t.cx, room, 1, "花园浜三栋二单元五零一室").await?;
        assert_eq!((to.building, to.twins), (building(&t.cx, "3").await?, None));
        assert_eq!(home(&t.cx, "新来的").await?, home(&t.cx, "王芳").await?);
        assert_eq!(count(&t.cx, "select count(*) from room where door = '东'").await?, 0);
        assert_eq!(
            count(&t.cx, "select count(*) from residence where ended_by = 'changed'").await?,
            1,
            "where they were noted until today is still known"
        );
        assert_eq!(
            count(&t.cx, "select count(*) from representation where valid_to is null").await?,
            5,
            "one a household"
        );

        // Into a room that nobody noted yet, in another grid: the household goes along.
        places::merge_room(&t.cx, second, 1, "花园浜5幢102").await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from household h join room m on m.id = h.room_id where m.door = '102' and h.valid_to is null"
            )
            .await?,
            1
        );
        let there = worker(&t, 1, Role::GridWorker, NEXT_GRID).await?;
        let cx = with(&t, &there, Permission::PeopleView)?;
        let mut tx = cx.read().await?;
        let found = search::people(&cx, &mut tx, &cx.scope, "又来的", None).await?;
        assert_eq!(found.rows.len(), 1);
        drop(tx);

        // What is left of the odd building goes, with its estate.
        places::remove_building(&t.cx, odd, 1).await?;
        assert_eq!(count(&t.cx, "select count(*) from building where number = '9'").await?, 0);
        assert_eq!(count(&t.cx, "select count(*) from estate where name = '花园浜第一网格'").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_building_is_given_another_estate_and_one_with_a_past_is_ended() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = building(&t.cx, "5").await?;
        let form = BuildingForm::read("6", "", "")?.of_estate("花园浜二村")?;
        places::edit_building(&t.cx, id, 1, NEXT_GRID, &form).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from building b join estate e on e.id = b.estate_id where e.name = '花园浜二村' and b.number = '6'"
            )
            .await?,
            1
        );
        let lived_in = places::remove_building(&t.cx, id, 2).await;
        assert!(matches!(lived_in, Err(AppError::Conflict(_))), "{lived_in:?}");
        for name in ["张伟", "周敏"] {
            let who = person(&t.cx, name).await?;
            let known = version(&t.cx, who).await?;
            household::leave(&t.cx, who, known, Leaving::Moved, t.cx.now().date()).await?;
        }
        assert_eq!(places::remove_building(&t.cx, id, 2).await?.as_str(), NEXT_GRID);
        assert!(look_at(&t.cx, None, Some(id)).await?.chart.ok_or("no chart")?.ended.is_some());
        let list = look_at(&t.cx, Some(COMMUNITY), None).await?;
        assert!(list.buildings.iter().all(|building| building.id != id));
        let plan = look(&t.cx, "网格编码,地址\n320581001001002,花园浜二村6幢101\n").await?;
        assert!(plan.faults[0].reason.contains("没有了"), "{:?}", plan.faults);
        let estate = EstateForm::read("花园浜二村", "")?;
        let other = places::add_building(&t.cx, NEXT_GRID, &estate, &BuildingForm::read("7", "", "")?).await?;
        let ended = places::edit_building(&t.cx, other, 1, NEXT_GRID, &BuildingForm::read("6", "", "")?).await;
        assert!(fault(&ended, "number").contains("没有了"), "{ended:?}");
        let again = places::add_building(&t.cx, NEXT_GRID, &estate, &BuildingForm::read("6", "", "")?).await?;
        assert_eq!(again, id, "the same building is there again");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_list_goes_on_estate_by_estate_and_says_who_may_correct_which() {
    on_both(|t| async move {
        organised(&t).await?;
        let (community, grid) = (id_of(&t.cx, COMMUNITY).await?, id_of(&t.cx, GRID).await?);
        let mut tx = t.cx.write().await?;
        let estates: Vec<NewEstate> = "甲乙丙丁戊己庚辛壬癸子丑"
            .chars()
            .map(|letter| NewEstate {
                id: t.cx.id(),
                node_id: community,
                name: format!("{letter}家里"),
                service_area: None,
            })
            .collect();
        write::estates(&mut tx, &estates).await?;
        let in_first = (1..=41).map(|n| (estates[0].id, n));
        let in_others = estates.iter().skip(1).map(|estate| (estate.id, 1));
        let buildings: Vec<NewBuilding> = in_first
            .chain(in_others)
            .map(|(estate_id, n)| NewBuilding {
                id: t.cx.id(),
                estate_id,
                node_id: grid,
                number: n.to_string(),
                lon: None,
                lat: None,
            })
            .collect();
        write::buildings(&mut tx, &buildings).await?;
        tx.commit().await?;

        let first = look_at(&t.cx, Some(COMMUNITY), None).await?;
        assert_eq!(first.estates.len(), 10);
        let after: Cursor = first
            .next
            .as_deref()
            .ok_or("no more")?
            .parse()
            .map_err(|()| "no cursor")?;
        let place = code(COMMUNITY);
        let asked = places::Asked {
            node: Some(&place),
            after: Some(&after),
            ..places::Asked::default()
        };
        let second = places::page(&t.cx, asked).await?;
        assert_eq!((second.estates.len(), second.next), (2, None));
        let mut all: Vec<EstateId> = first
            .estates
            .iter()
            .chain(&second.estates)
            .map(|one| one.id)
            .collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 12, "none twice");
        let long = first.estates.iter().chain(&second.estates).filter(|one| one.more);
        assert_eq!(long.map(|one| one.id).collect::<Vec<_>>(), [estates[0].id]);
        let asked = places::Asked {
            node: Some(&place),
            estate: Some(estates[0].id),
            ..places::Asked::default()
        };
        let whole = places::page(&t.cx, asked).await?;
        let numbers: Vec<String> = whole.buildings.into_iter().map(|one| one.number).collect();
        assert_eq!(numbers, (1..=41).map(|n| n.to_string()).collect::<Vec<_>>());

        let grid_worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        let cx = with(&t, &grid_worker, Permission::PeopleView)?;
        let page = look_at(&cx, Some(GRID), None).await?;
        assert!(page.may_edit && page.estates.iter().all(|estate| !estate.may_edit));
        let cx = with(&t, &grid_worker, Permission::PeopleEdit)?;
        let refused = places::edit_estate(&cx, estates[0].id, 1, &EstateForm::read("改名", "")?).await;
        assert_eq!(refused.err(), Some(AppError::NotFound));
        let staff = worker(&t, 2, Role::Staff, COMMUNITY).await?;
        let cx = with(&t, &staff, Permission::PeopleView)?;
        assert!(
            look_at(&cx, None, None)
                .await?
                .estates
                .iter()
                .all(|estate| estate.may_edit)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn houses_for_service_are_the_communitys_and_unknown_is_not_nothing() {
    on_both(|t| async move {
        furnished(&t).await?;
        let (community, grid) = (node(&t.cx, COMMUNITY).await?, node(&t.cx, GRID).await?);
        let today = t.cx.now().date();
        let of = async |path: &str| {
            let mut tx = t.cx.read().await?;
            Outcome::Ok(figures::of(&mut tx, path, today).await?.service_area)
        };
        assert_eq!(of(&community.path).await?, None);
        let estate = look_at(&t.cx, Some(COMMUNITY), None).await?.estates.remove(0);
        places::edit_estate(
            &t.cx,
            estate.id,
            estate.version,
            &EstateForm::read(&estate.name, "120")?,
        )
        .await?;
        assert_eq!(of(&community.path).await?, Some(12_000));
        assert_eq!(
            of(&grid.path).await?,
            None,
            "an estate of several grids is none of theirs"
        );
        Ok(())
    })
    .await;
}
