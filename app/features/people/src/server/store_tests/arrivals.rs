//! From which day on something holds, and who comes from elsewhere.

use db::test::on_both;
use orgs::model::BodyKind;
use shared::AppError;

use super::{
    roll::{body, counts, names},
    *,
};
use crate::{
    model::{BuildingForm, Care, Elsewhere, EstateForm, Leaving, MoveForm, Part, RoomForm},
    server::{
        household::{self, Arrival},
        places,
    },
};

fn on(text: &str) -> Arrival {
    Arrival {
        on: Some(day(text)),
        elsewhere: None,
    }
}

#[tokio::test]
async fn what_is_noted_may_have_begun_before_today() {
    on_both(|t| async move {
        organised(&t).await?;
        let building = places::add_building(
            &t.cx,
            GRID,
            &EstateForm::read("花园浜", "")?,
            &BuildingForm::read("3", "", "")?,
        )
        .await?;
        let room = places::add_room(&t.cx, building, &RoomForm::read("2", "501", "")?).await?;
        let first = form(true, "王芳", "1950", "");
        for wrong in ["2023-06-30", "2026-11-24"] {
            let refused = household::found(&t.cx, room, &first, on(wrong)).await;
            assert_eq!(refused.unwrap_err().for_field("on").count(), 1, "{wrong}");
        }
        let (id, _) = household::found(&t.cx, room, &first, on("2024-01-01")).await?;
        let seen = counts(&t.cx, COMMUNITY, "2024-06-01").await?;
        assert_eq!((seen.households, seen.adults, seen.represented), (1, 1, 1));
        assert_eq!(counts(&t.cx, COMMUNITY, "2023-12-31").await?.households, 0);

        let version_of = household::page(&t.cx, id).await?.version;
        let second = form(true, "王成", "1980", "");
        let early = household::add(&t.cx, id, version_of, &second, on("2023-12-31")).await;
        assert_eq!(early.unwrap_err().for_field("on").count(), 1);
        let other = household::add(&t.cx, id, version_of, &second, on("2025-01-01")).await?;
        assert_eq!(counts(&t.cx, COMMUNITY, "2024-12-31").await?.adults, 1);
        assert_eq!(counts(&t.cx, COMMUNITY, "2025-01-01").await?.adults, 2);

        let early = household::represent(&t.cx, other, Some(day("2024-12-31"))).await;
        assert_eq!(early.unwrap_err().for_field("on").count(), 1);
        household::represent(&t.cx, other, Some(day("2025-03-01"))).await?;
        let one = |on: &'static str| {
            let t = t.clone();
            async move { names(&t.cx, COMMUNITY, on, Part::Representatives, false).await }
        };
        assert_eq!(one("2025-02-28").await?, ["王* "]);
        assert_eq!(one("2025-03-01").await?.len(), 1);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from representation where valid_to is null"
            )
            .await?,
            1
        );

        let group = body(&t.cx, BodyKind::ResidentsGroup, "第一居民小组").await?;
        let early = household::group(&t.cx, id, Some(group), Some(day("2023-12-31"))).await;
        assert_eq!(early.unwrap_err().for_field("on").count(), 1);
        household::group(&t.cx, id, Some(group), Some(day("2025-06-01"))).await?;
        assert_eq!(counts(&t.cx, COMMUNITY, "2025-05-31").await?.ungrouped, 1);
        assert_eq!(counts(&t.cx, COMMUNITY, "2025-06-01").await?.ungrouped, 0);
        // A month earlier after all: no day is counted twice, and none is missing.
        household::group(&t.cx, id, Some(group), Some(day("2025-05-01"))).await?;
        for (on, ungrouped) in [("2025-04-30", 1), ("2025-05-15", 0), ("2025-06-15", 0)] {
            let seen = counts(&t.cx, COMMUNITY, on).await?;
            assert_eq!((seen.households, seen.ungrouped), (1, ungrouped), "{on}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_household_that_ended_before_its_group_was_changed_does_not_count_on() {
    on_both(|t| async move {
        furnished(&t).await?;
        let group = body(&t.cx, BodyKind::ResidentsGroup, "第一居民小组").await?;
        t.clock.advance(shared::Timestamp::DAY * 30);
        let today = t.cx.now().date();
        household::group(&t.cx, home(&t.cx, "李国强").await?, Some(group), None).await?;
        let id = person(&t.cx, "李国强").await?;
        household::leave(&t.cx, id, 1, Leaving::Moved, today.plus_days(-10)).await?;
        for days in [-10, -5, 0, 10] {
            let on = today.plus_days(days).to_string();
            assert_eq!(counts(&t.cx, GRID, &on).await?.households, 1, "{on}");
        }
        let before = today.plus_days(-11).to_string();
        assert_eq!(counts(&t.cx, GRID, &before).await?.households, 2);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from household_span where valid_to < valid_from"
            )
            .await?,
            0
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_room_has_one_household_at_a_time_and_none_once_it_is_no_more() {
    on_both(|t| async move {
        furnished(&t).await?;
        let id = person(&t.cx, "李国强").await?;
        let old = home(&t.cx, "李国强").await?;
        let room = household::page(&t.cx, old).await?.room;
        let new = form(true, "新户", "1980", "");
        let refused = household::found(&t.cx, room, &new, Arrival::default()).await;
        assert_eq!(refused.unwrap_err().for_field("room").count(), 1);

        t.clock.advance(shared::Timestamp::DAY * 30);
        let today = t.cx.now().date();
        household::leave(&t.cx, id, 1, Leaving::Moved, today.plus_days(-10)).await?;
        let arriving = |days: i64| Arrival {
            on: Some(today.plus_days(days)),
            elsewhere: None,
        };
        let early = household::found(&t.cx, room, &new, arriving(-11)).await;
        assert_eq!(early.unwrap_err().for_field("on").count(), 1);
        household::found(&t.cx, room, &new, arriving(-10)).await?;

        let id = person(&t.cx, "新户").await?;
        household::leave(&t.cx, id, 1, Leaving::Moved, today).await?;
        let mut tx = t.cx.read().await?;
        let version: i64 = db::on!(tx, |c| sqlx::query_scalar(
            "select version from room where id = $1"
        )
        .bind(room)
        .fetch_one(c)
        .await)?;
        drop(tx);
        places::remove_room(&t.cx, room, version).await?;
        let gone = household::found(&t.cx, room, &new, Arrival::default()).await;
        assert!(matches!(gone, Err(AppError::Conflict(_))), "{gone:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_is_noted_elsewhere_is_moved_and_not_noted_twice() {
    on_both(|t| async move {
        furnished(&t).await?;
        let moving = person(&t.cx, "张伟").await?;
        household::care(&t.cx, moving, &[Care::Call], true).await?;
        t.clock.advance(shared::Timestamp::DAY * 30);
        let to = home(&t.cx, "王芳").await?;
        let same = form(true, "张伟", "1988", "13812340003");
        let version_of = household::page(&t.cx, to).await?.version;
        let asked = household::add(&t.cx, to, version_of, &same, Arrival::default()).await;
        assert_eq!(asked.unwrap_err().for_field("elsewhere").count(), 1);
        let early = Arrival {
            on: Some(day("2026-11-23").plus_days(-1)),
            elsewhere: Some(Elsewhere::Move),
        };
        let early = household::add(&t.cx, to, version_of, &same, early).await;
        assert_eq!(early.unwrap_err().for_field("on").count(), 1);
        let moved = Arrival {
            on: None,
            elsewhere: Some(Elsewhere::Move),
        };
        assert_eq!(
            household::add(&t.cx, to, version_of, &same, moved).await?,
            moving
        );
        assert_eq!(home(&t.cx, "张伟").await?, to);
        assert_eq!(count(&t.cx, "select count(*) from person").await?, 6);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person p join person_consent c on c.person_id = p.id where p.care is not null and c.withdrawn_at is null"
            )
            .await?,
            1
        );
        // Before that day they counted where they were.
        assert_eq!(counts(&t.cx, NEXT_GRID, "2026-12-22").await?.adults, 1);
        assert_eq!(counts(&t.cx, NEXT_GRID, "2026-12-23").await?.adults, 0);
        assert_eq!(counts(&t.cx, NEXT_GRID, "2026-12-23").await?.represented, 0);

        // By number, from a form of its own.
        let today = t.cx.now().date();
        let read = |name: &str, number: &str| MoveForm::read(name, number, "户籍常住", "", today);
        let version_of = household::page(&t.cx, to).await?.version;
        let nobody = household::move_here(&t.cx, to, version_of, &read("李国强", "13812340009")?, None).await;
        assert_eq!(nobody.unwrap_err().for_field("number").count(), 1);
        household::move_here(&t.cx, to, version_of, &read("李国强", "13812340002")?, None).await?;
        assert_eq!(home(&t.cx, "李国强").await?, to);
        let version_of = household::page(&t.cx, to).await?.version;
        let again = household::move_here(&t.cx, to, version_of, &read("李国强", "13812340002")?, None).await;
        assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");

        // Beyond one's own grid nobody is told of.
        let worker = worker(&t, 1, Role::GridWorker, NEXT_GRID).await?;
        let cx = with(&t, &worker, Permission::PeopleEdit)?;
        let there = home(&t.cx, "周敏").await?;
        let version_of = household::page(&t.cx, there).await?.version;
        let refused = household::move_here(&cx, there, version_of, &read("李国强", "13812340002")?, None).await;
        assert_eq!(refused.unwrap_err().for_field("number").count(), 1);
        household::add(&cx, there, version_of, &same, Arrival::default()).await?;
        assert_eq!(count(&t.cx, "select count(*) from person").await?, 7);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_household_of_a_child_has_no_representative() {
    on_both(|t| async move {
        organised(&t).await?;
        let building = places::add_building(
            &t.cx,
            GRID,
            &EstateForm::read("花园浜", "")?,
            &BuildingForm::read("3", "", "")?,
        )
        .await?;
        let room = places::add_room(&t.cx, building, &RoomForm::read("2", "501", "")?).await?;
        let child = form(true, "王小明", "2015", "");
        let (_, represents) = household::found(&t.cx, room, &child, Arrival::default()).await?;
        assert!(!represents);
        assert_eq!(count(&t.cx, "select count(*) from representation").await?, 0);
        Ok(())
    })
    .await;
}
