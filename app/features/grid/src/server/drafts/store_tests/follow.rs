//! What lies on the ground goes with it.

use accounts::server::residency;
use db::on;
use people::{
    model::{BuildingId, HouseholdId, PersonId, ResidenceKind},
    server::write,
};
use shared::{NodeId, RecordId};
use tasks::{
    model::{Holder, Kind, Limit, TaskId},
    server::task::NewTask,
};

use super::*;

/// A building with one household, where it is said to lie.
async fn inhabited(t: &TestDb, grid: &str, number: i64, place: Place) -> Result<BuildingId, AppError> {
    let mut tx = t.cx.write().await?;
    let community = nodes::by_code(&mut tx, &code(COMMUNITY)).await?.unwrap().id;
    let node_id = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
    let (estate, building, room) = (tx.id(), tx.id(), tx.id());
    let estates = [write::NewEstate {
        id: estate,
        node_id: community,
        name: format!("花园浜{number}区"),
        service_area: None,
    }];
    write::estates(&mut tx, &estates).await?;
    let buildings = [write::NewBuilding {
        id: building,
        estate_id: estate,
        node_id,
        number: "1".to_owned(),
        lon: Some(place.lon.into()),
        lat: Some(place.lat.into()),
    }];
    write::buildings(&mut tx, &buildings).await?;
    let rooms = [write::NewRoom {
        id: room,
        building_id: building,
        unit: String::new(),
        door: "101".to_owned(),
        floor: None,
        area: None,
    }];
    write::rooms(&mut tx, &rooms).await?;
    let households = [write::NewHousehold {
        id: tx.id(),
        room_id: room,
        node_id,
        group_id: None,
        valid_from: Date::new(2020, 1, 1).unwrap(),
    }];
    write::households(&mut tx, &households).await?;
    tx.commit().await?;
    Ok(building)
}

/// A task at a grid, about something.
async fn task(t: &TestDb, grid: &str, about: RecordId) -> Result<TaskId, AppError> {
    let mut tx = t.cx.write().await?;
    let node = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
    let new = NewTask {
        kind: Kind::new("test.walk", "走访"),
        subject: about,
        node,
        title: "走一遍",
        href: None,
        holder: Holder::Role(Role::GridWorker, node),
        limit: Limit::WorkingDays(5),
        since: None,
    };
    let opened = tasks::server::task::open(&t.cx, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(opened.id)
}

#[tokio::test]
async fn people_and_tasks_go_with_the_ground() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let stays = inhabited(&t, ONE, 1, at(10_000, 10)).await?;
        let goes = inhabited(&t, ONE, 2, at(60_000, 10)).await?;
        let merges = inhabited(&t, THREE, 3, at(250_000, 10)).await?;
        let nothing = RecordId(uuid::Uuid::nil());
        let walks = [
            (task(&t, ONE, RecordId(stays.0)).await?, ONE),
            (task(&t, ONE, RecordId(goes.0)).await?, NEW),
            (task(&t, ONE, nothing).await?, ONE),
            (task(&t, THREE, nothing).await?, TWO),
        ];
        let merge = Op::Merge {
            code: THREE.to_owned(),
            into: TWO.to_owned(),
        };
        let (id, version) = house
            .hand_in(&house.other, vec![split(), merge], house.today())
            .await?;
        approve(&house.approves(), id, version, "").await?;

        let mut tx = t.cx.read().await?;
        for (building, grid) in [(stays, ONE), (goes, NEW), (merges, TWO)] {
            let node = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
            let found: (NodeId, NodeId) = on!(tx, |c| sqlx::query_as(
                "select b.node_id, h.node_id from building b join room m on m.building_id = b.id \
                 join household h on h.room_id = m.id where b.id = $1"
            )
            .bind(building)
            .fetch_one(c)
            .await)?;
            assert_eq!(found, (node, node), "{grid}");
        }
        for (walk, grid) in walks {
            let node = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
            let running = tasks::server::task::running_at(&mut tx, node).await?;
            assert!(running.iter().any(|task| task.id == walk), "{grid}");
        }
        // Who lived where yesterday is still known.
        let spans: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from household_span")
            .fetch_one(c)
            .await)?;
        assert_eq!(spans, 5);
        TestResult::Ok(())
    })
    .await;
}

/// Somebody who registered at a grid, and was confirmed or waits.
async fn registered(t: &TestDb, n: u32, grid: &str, door: &str, confirmed: bool) -> Result<UserId, AppError> {
    let user = add_user(&t.cx, "住户", &format!("1380000{n:04}"), None).await?;
    let mut tx = t.cx.write().await?;
    let node = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
    let id = residency::declare(&mut tx, &t.cx, user, node, door).await?;
    tx.commit().await?;
    if confirmed {
        residency::confirm(&t.cx, id).await?;
    }
    Ok(user)
}

/// Notes an account's person in the household of a building.
async fn settle(t: &TestDb, user: UserId, building: BuildingId) -> Result<(), AppError> {
    let mut tx = t.cx.write().await?;
    let (household_id, node_id, path): (HouseholdId, NodeId, String) = on!(tx, |c| {
        sqlx::query_as(
        "select h.id, n.id, n.path from room m join household h on h.room_id = m.id join node n on n.id = h.node_id \
         where m.building_id = $1"
    )
    .bind(building)
    .fetch_one(c)
    .await
    })?;
    let id: PersonId = tx.id();
    let person = write::NewPerson {
        id,
        name: "住户".to_owned(),
        sex: None,
        birth_year: None,
        adult_from: None,
        phone: None,
        identity: None,
        care: Vec::new(),
        user_id: Some(user),
        node_id,
        path,
        source: write::Source::Registration,
        confirmed_at: None,
    };
    write::persons(&t.cx, &mut tx, &[person]).await?;
    let residence = write::NewResidence {
        id: tx.id(),
        person_id: id,
        household_id,
        kind: ResidenceKind::Living,
        relation: None,
        valid_from: Date::new(2020, 1, 1).unwrap(),
    };
    write::residences(&mut tx, &[residence]).await?;
    tx.commit().await?;
    Ok(())
}

/// Where somebody is registered, and where they are a resident.
async fn stands(t: &TestDb, user: UserId) -> Result<(String, Vec<String>), AppError> {
    const ROLES: &str = "select n.code from role_grant g join node n on n.id = g.node_id where g.user_id = $1 \
        and g.role = 'resident' and (g.valid_to is null or g.valid_to >= $2) order by n.code";
    let mut tx = t.cx.read().await?;
    let home = residency::of_user(&mut tx, &t.cx, user)
        .await?
        .ok_or(AppError::NotFound)?;
    let today = tx.now().date();
    let roles: Vec<String> = on!(tx, |c| sqlx::query_scalar(ROLES)
        .bind(user)
        .bind(today)
        .fetch_all(c)
        .await)?;
    Ok((home.node_code, roles))
}

#[tokio::test]
async fn accounts_go_with_the_ground_that_they_live_on() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let stays = inhabited(&t, ONE, 1, at(10_000, 10)).await?;
        let goes = inhabited(&t, ONE, 2, at(60_000, 10)).await?;
        let (near, far) = ("花园浜1区1幢101", "花园浜2区1幢101");
        let (keeps, moves) = (
            registered(&t, 1, ONE, near, true).await?,
            // What was typed is not where the worker noted them.
            registered(&t, 2, ONE, near, true).await?,
        );
        settle(&t, keeps, stays).await?;
        settle(&t, moves, goes).await?;
        let told = [
            (keeps, ONE, true),
            (moves, NEW, true),
            (registered(&t, 3, ONE, near, false).await?, ONE, false),
            (registered(&t, 4, ONE, far, false).await?, NEW, false),
            // Confirmed, and not yet a person of the roll.
            (registered(&t, 5, ONE, far, true).await?, NEW, true),
            (registered(&t, 6, ONE, "菜场旁边", true).await?, ONE, true),
            // A grid that is no more.
            (registered(&t, 7, THREE, "菜场旁边", false).await?, TWO, false),
            (registered(&t, 8, THREE, "菜场旁边", true).await?, TWO, true),
        ];
        let merge = Op::Merge {
            code: THREE.to_owned(),
            into: TWO.to_owned(),
        };
        let (id, version) = house
            .hand_in(&house.other, vec![split(), merge], house.today())
            .await?;
        approve(&house.approves(), id, version, "").await?;
        for (n, (user, grid, resident)) in told.into_iter().enumerate() {
            let roles = Vec::from_iter(resident.then(|| grid.to_owned()));
            assert_eq!(stands(&t, user).await?, (grid.to_owned(), roles), "{n}");
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_has_no_place_in_a_grid_that_is_split_up_goes_to_its_largest_part() {
    const FIFTH: &str = "320581001001005";
    on_both(|t| async move {
        let house = house(&t).await?;
        inhabited(&t, ONE, 1, at(10_000, 10)).await?;
        let known = registered(&t, 1, ONE, "花园浜1区1幢101", false).await?;
        let vague = registered(&t, 2, ONE, "菜场旁边", false).await?;
        let up = Op::Split {
            code: ONE.to_owned(),
            line: vec![at(30_000, -10), at(30_010, 100_010)],
            left: named(NEW, "第四网格"),
            right: named(FIFTH, "第五网格"),
        };
        let (id, version) = house.hand_in(&house.other, vec![up], house.today()).await?;
        approve(&house.approves(), id, version, "").await?;
        assert_eq!(stands(&t, known).await?, (NEW.to_owned(), Vec::new()));
        assert_eq!(stands(&t, vague).await?, (FIFTH.to_owned(), Vec::new()));
        TestResult::Ok(())
    })
    .await;
}
