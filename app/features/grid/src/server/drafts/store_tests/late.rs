//! Drafts whose day has passed, and one that fails.

use db::{execute, on};

use super::*;

#[tokio::test]
async fn what_is_approved_after_its_day_holds_from_today_on() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let day = house.today().plus_days(1);
        let (id, version) = house.hand_in(&house.worker, vec![shift(10_000)], day).await?;
        assert!(!one(&house.draws(&house.secretary), id).await?.late);
        t.clock.advance(3 * Timestamp::DAY);
        let today = house.today();
        assert!(one(&house.draws(&house.secretary), id).await?.late, "it is said");
        approve(&house.approves(), id, version, "").await?;
        let shown = one(&house.draws(&house.secretary), id).await?;
        assert_eq!(shown.row.state, DraftState::InEffect);
        assert_eq!((shown.since, shown.late), (Some(today), false));
        assert_eq!(shown.row.effective_on, Some(day), "what was asked for stays");
        let told = history(&house.secretary.require(Permission::StaffView)?, &code(ONE), "").await?;
        assert_eq!((told.states[0].from, told.states[1].to), (today, Some(today)));
        // On the days between it was as it was.
        let cx = house.secretary.public();
        for then in [day, today.plus_days(-1)] {
            let (map, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), &then.to_string())
                .await?
                .unwrap();
            assert!(map.contains("120.71,31.605") && !map.contains("120.711,31.605"));
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_that_fails_holds_up_none_of_the_others() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let far = Op::Split {
            code: THREE.to_owned(),
            line: vec![at(250_000, -10), at(250_000, 100_010)],
            left: named(THREE, ""),
            right: named(NEW, "第四网格"),
        };
        let (broken, seen) = house
            .hand_in(&house.worker, vec![shift(10_000)], today.plus_days(1))
            .await?;
        let (id, version) = house.hand_in(&house.other, vec![far], today.plus_days(2)).await?;
        approve(&house.approves(), broken, seen, "").await?;
        approve(&house.approves(), id, version, "").await?;
        // What it was begun from can no longer be read.
        let mut tx = t.cx.write().await?;
        execute!(tx, "update grid_draft set base = '{}' where id = $1", broken)?;
        tx.commit().await?;
        t.clock.advance(2 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 1);
        assert_eq!(put_due(&t.cx).await?, 0, "it is tried again");
        assert_eq!(house.state(id).await?, DraftState::InEffect);
        let mut tx = t.cx.read().await?;
        let state: String = on!(tx, |c| sqlx::query_scalar(
            "select state from grid_draft where id = $1"
        )
        .bind(broken)
        .fetch_one(c)
        .await)?;
        assert_eq!(state, "approved");
        TestResult::Ok(())
    })
    .await;
}
