//! What lies on the ground goes with it.

use db::on;
use people::{model::BuildingId, server::write};
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
