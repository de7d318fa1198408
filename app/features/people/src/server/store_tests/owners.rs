//! Who owns a room and lives elsewhere.

use db::test::on_both;
use shared::AppError;

use super::*;
use crate::{
    model::{Part, RoomForm},
    server::{household, roll, search},
};

#[tokio::test]
async fn who_owns_a_room_and_lives_elsewhere_is_noted_and_ended() {
    on_both(|t| async move {
        furnished(&t).await?;
        let home_ = home(&t.cx, "张伟").await?;
        let room = household::page(&t.cx, home_).await?.room;
        let outside = form(true, "外地人", "", "13912345678");
        for wrong in ["2023-06-30", "2026-11-24"] {
            let refused = household::set_owner(&t.cx, room, &outside, Some(day(wrong))).await;
            assert_eq!(refused.unwrap_err().for_field("on").count(), 1, "{wrong}");
        }
        household::set_owner(&t.cx, room, &outside, Some(day("2024-05-01"))).await?;
        let twice = household::set_owner(&t.cx, room, &form(true, "外地人", "", ""), None).await;
        assert_eq!(twice.unwrap_err().for_field("name").count(), 1);
        let page = household::page(&t.cx, home_).await?;
        assert_eq!(page.owners.len(), 1);
        assert_eq!(
            (page.owners[0].name.as_str(), page.owners[0].phone.as_deref()),
            ("外**", Some("139****5678"))
        );
        assert_eq!(
            count(&t.cx, "select count(*) from person where phone like '%1391234%'").await?,
            0
        );

        // Who is noted in the scope is that person, not another.
        household::set_owner(&t.cx, room, &form(true, "李国强", "", "13812340002"), None).await?;
        assert_eq!(count(&t.cx, "select count(*) from person").await?, 7);
        let estates = roll::page(&t.cx, Some(&code(COMMUNITY)), None, Part::Counts, None)
            .await?
            .owners;
        let estate = &estates[0];
        assert_eq!(
            (estate.owners, estate.rooms, estate.owned, estate.area),
            (3, 3, 3, 22_450),
            "王芳, 李国强 with two rooms, and 外地人"
        );
        let on = Some(day("2026-11-22"));
        let before = roll::page(&t.cx, Some(&code(COMMUNITY)), on, Part::Counts, None).await?;
        assert_eq!((before.owners[0].owners, before.owners[0].area), (1, 6000));
        let of_grid = roll::page(&t.cx, Some(&code(GRID)), None, Part::Counts, None).await?;
        assert!(of_grid.owners.is_empty());

        let id = person(&t.cx, "外地人").await?;
        let stranger = worker(&t, 1, Role::GridWorker, GRID).await?;
        let cx = with(&t, &stranger, Permission::PeopleEdit)?;
        let refused = household::end_owner(&cx, room, id, None).await;
        assert_eq!(refused.err(), Some(AppError::NotFound));
        household::end_owner(&t.cx, room, id, None).await?;
        let again = household::end_owner(&t.cx, room, id, None).await;
        assert_eq!(again.err(), Some(AppError::NotFound));
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where name = '外地人' and node_id is null"
            )
            .await?,
            1,
            "who lives nowhere here and owns nothing is seen by nobody"
        );
        let other = person(&t.cx, "李国强").await?;
        household::end_owner(&t.cx, room, other, None).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where name = '李国强' and node_id is not null"
            )
            .await?,
            1
        );
        assert!(household::page(&t.cx, home_).await?.owners.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_owned_a_room_that_is_no_more_is_found_where_another_one_is() {
    on_both(|t| async move {
        furnished(&t).await?;
        let outside = form(true, "外地人", "", "13912345678");
        let three = building(&t.cx, "3").await?;
        let empty = places::add_room(&t.cx, three, &RoomForm::read("2", "601", "")?).await?;
        household::set_owner(&t.cx, empty, &outside, None).await?;
        let asked = places::Asked {
            building: Some(three),
            room: Some(empty),
            may_edit: true,
            ..places::Asked::default()
        };
        let shown = places::page(&t.cx, asked).await?;
        assert_eq!(
            shown
                .owners
                .iter()
                .map(|owner| owner.name.as_str())
                .collect::<Vec<_>>(),
            ["外**"],
            "nobody lives there: it is told beside the room"
        );
        let inhabited = household::page(&t.cx, home(&t.cx, "王芳").await?).await?.room;
        let asked = places::Asked {
            room: Some(inhabited),
            ..asked
        };
        assert!(places::page(&t.cx, asked).await?.owners.is_empty());
        let home_ = home(&t.cx, "张伟").await?;
        let room = household::page(&t.cx, home_).await?.room;
        household::set_owner(&t.cx, room, &outside, None).await?;
        let (here, there) = (
            worker(&t, 1, Role::GridWorker, GRID).await?,
            worker(&t, 2, Role::GridWorker, NEXT_GRID).await?,
        );
        let found = async |actor: &Actor| {
            let cx = with(&t, actor, Permission::PeopleView)?;
            let mut tx = cx.read().await?;
            let found = search::people(&cx, &mut tx, &cx.scope, "外地人", None).await?;
            Outcome::Ok(found.rows.len())
        };
        assert_eq!((found(&here).await?, found(&there).await?), (1, 0));
        places::remove_room(&t.cx, empty, 1).await?;
        assert_eq!((found(&here).await?, found(&there).await?), (0, 1));
        Ok(())
    })
    .await;
}
