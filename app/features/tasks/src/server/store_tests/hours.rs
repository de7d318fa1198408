//! Working hours of units, inherited and changed.

use db::test::on_both;
use shared::{AppError, Permission, Role};

use super::{COMMUNITY, GRID, KIND, STREET, house};
use crate::{model::Limit, server::hours};

fn week(day: &str) -> [String; 7] {
    std::array::from_fn(|at| {
        if at < 5 {
            day.to_owned()
        } else {
            "休息".to_owned()
        }
    })
}

#[tokio::test]
async fn hours_are_inherited_and_deadlines_follow_them() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let town = h.person(1, Role::TownAdmin, STREET).await?;
        let cx = h.with(&town, Permission::HoursEdit)?;
        let (street, community, grid) = (STREET.parse()?, COMMUNITY.parse()?, GRID.parse()?);
        let opened = h.open(KIND, Limit::WorkingDays(2)).await?.id;
        assert_eq!(h.due(opened).await?.0.as_deref(), Some("11 月 25 日 17:30"));

        hours::set_week(
            &cx,
            &street,
            "2026-11-25",
            &week("9:00-12:00，13:00-16:00"),
            false,
        )
        .await?;
        assert_eq!(h.run_reckoning().await?, 1);
        assert_eq!(h.due(opened).await?.0.as_deref(), Some("11 月 25 日 16:00"));
        assert_eq!(h.history(opened).await?, ["opened", "moved"]);
        let told = h.told(opened).await?;
        assert!(
            told.iter()
                .any(|(kind, topic)| kind == "tasks.task.moved" && topic.starts_with("path/"))
        );

        hours::set_week(&cx, &community, "2026-11-24", &week("8:00-18:00"), false).await?;
        hours::set_day(&cx, &community, "2026-11-25", "休息", "台风停止办公").await?;
        assert_eq!(h.run_reckoning().await?, 1, "one job for both");
        assert_eq!(h.due(opened).await?.0.as_deref(), Some("11 月 26 日 18:00"));
        let page = hours::page(&cx, &grid).await?;
        assert_eq!(page.from_node, None, "today is still as ever");
        assert_eq!(page.days.iter().map(|day| day.own).collect::<Vec<_>>(), [false]);

        hours::set_week(&cx, &community, "2026-11-26", &week(""), true).await?;
        h.run_reckoning().await?;
        assert_eq!(
            h.due(opened).await?.0.as_deref(),
            Some("11 月 26 日 16:00"),
            "as the street again"
        );
        hours::drop_day(&cx, &community, "2026-11-25").await?;
        h.run_reckoning().await?;
        assert_eq!(h.due(opened).await?.0.as_deref(), Some("11 月 25 日 18:00"));
        assert_eq!(h.run_reckoning().await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_no_hours_is_said_beside_its_field_and_nothing_is_kept() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let secretary = h.person(1, Role::Secretary, COMMUNITY).await?;
        let worker = h.person(2, Role::GridWorker, GRID).await?;
        let cx = h.with(&secretary, Permission::HoursEdit)?;
        assert_eq!(
            h.with(&worker, Permission::HoursEdit).err(),
            Some(AppError::Forbidden)
        );
        let community = COMMUNITY.parse()?;
        let fields = |error: Option<AppError>| match error {
            Some(AppError::Invalid(fields)) => {
                fields.into_iter().map(|field| field.field).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let mut typed = week("8:30-12:00");
        typed[1] = "九点到五点".into();
        typed[3] = "12:00-9:00".into();
        let set = hours::set_week(&cx, &community, "2020-01-01", &typed, false).await;
        assert_eq!(fields(set.err()), ["from", "d2", "d4"]);
        let closed = hours::set_week(&cx, &community, "2026-12-01", &week("休息"), false).await;
        assert_eq!(fields(closed.err()), ["d1"]);
        let day = hours::set_day(&cx, &community, "2030-01-01", "25:00-26:00", " ").await;
        assert_eq!(fields(day.err()), ["date", "hours", "reason"]);
        assert_eq!(h.run_reckoning().await?, 0);
        for elsewhere in [STREET, "320581001002", "999999"] {
            let set =
                hours::set_week(&cx, &elsewhere.parse()?, "2026-12-01", &week("9:00-17:00"), false).await;
            assert_eq!(set.err(), Some(AppError::NotFound), "{elsewhere}");
        }
        assert_eq!(
            hours::drop_day(&cx, &community, "2026-12-01").await.err(),
            Some(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}
