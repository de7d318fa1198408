//! What the clock does, time that is given, and what becomes of matters whose reporters have gone.

use db::{execute, on, test::on_both};
use grid::server::drafts::Moved;
use shared::{AppError, Role, Timestamp};

use super::{COMMUNITY, GRID, STREET, does, form, place, running, sees, send, signed_in, state, step, take};
use crate::{
    model::{ActForm, Action, State},
    server::{clock, ground, holding, upkeep},
};

#[tokio::test]
async fn what_is_late_goes_up_a_unit_at_a_time() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        assert_eq!(clock::escalate(&t.cx).await?, 0);
        t.clock.advance(12 * Timestamp::DAY);
        assert_eq!(clock::escalate(&t.cx).await?, 1);
        assert_eq!(clock::escalate(&t.cx).await?, 0, "once");
        let page = sees(&t, &p.staff, &matter).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str()),
            (Role::Staff, COMMUNITY)
        );
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.handle"]);
        t.clock.advance(3 * Timestamp::DAY);
        assert_eq!(clock::escalate(&t.cx).await?, 1);
        let page = sees(&t, &p.town, &matter).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str()),
            (Role::TownAdmin, STREET)
        );
        t.clock.advance(3 * Timestamp::DAY);
        assert_eq!(clock::escalate(&t.cx).await?, 0, "nobody is at the district");
        assert_eq!(state(&t, &p.town, &matter).await?, State::Accepted);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn time_is_given_once_and_a_stopped_clock_stands() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        for action in [Action::Accept, Action::Begin, Action::AskTime] {
            does(&t, &p.worker, &matter, action).await?;
        }
        let before = sees(&t, &p.secretary, &matter).await?;
        assert_eq!(before.time_asked, Some(3));
        does(&t, &p.secretary, &matter, Action::GiveTime).await?;
        let after = sees(&t, &p.secretary, &matter).await?;
        let (from, to) = (before.due.ok_or("no due")?.at, after.due.ok_or("no due")?.at);
        assert_eq!(
            (from.date().to_string(), to.date().to_string()),
            ("2026-12-02".into(), "2026-12-07".into())
        );
        assert_eq!(running(&t, GRID).await?, ["reports.handle"]);
        let again = does(&t, &p.worker, &matter, Action::AskTime).await;
        assert!(matches!(again, Err(AppError::Conflict(_))));

        does(&t, &p.secretary, &matter, Action::Pause).await?;
        assert!(sees(&t, &p.secretary, &matter).await?.due.is_none());
        t.clock.advance(30 * Timestamp::DAY);
        assert_eq!(clock::escalate(&t.cx).await?, 0);
        does(&t, &p.resident, &matter, Action::Resume).await?;
        let page = sees(&t, &p.worker, &matter).await?;
        assert_eq!(page.state, State::Handling);
        assert!(page.due.is_some_and(|due| due.at > page.now));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_wrong_order_goes_back_once_within_a_working_day() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let dispatch = ActForm {
            to: format!("{COMMUNITY}:staff"),
            ..step(Action::Dispatch)
        };
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "noise")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        take(&t, &p.secretary, &matter, &dispatch).await?;
        does(&t, &p.staff, &matter, Action::Return).await?;
        let page = sees(&t, &p.town, &matter).await?;
        assert_eq!(
            (page.state, page.held.unit.code.as_str()),
            (State::Accepted, STREET)
        );
        take(&t, &p.town, &matter, &dispatch).await?;
        let again = does(&t, &p.staff, &matter, Action::Return).await;
        assert!(matches!(again, Err(AppError::Conflict(_))), "settled once");

        let late = send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        does(&t, &p.worker, &late, Action::Accept).await?;
        take(&t, &p.secretary, &late, &dispatch).await?;
        t.clock.advance(2 * Timestamp::DAY);
        let refused = does(&t, &p.staff, &late, Action::Return).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_cannot_be_reached_leaves_it_unrated_after_two_calls_and_a_week() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("question", "other")).await?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &matter, action).await?;
        }
        does(&t, &p.secretary, &matter, Action::Call).await?;
        t.clock.advance(8 * Timestamp::DAY);
        assert_eq!(clock::end(&t.cx).await?, 0, "one call");
        does(&t, &p.secretary, &matter, Action::Call).await?;
        assert_eq!(clock::end(&t.cx).await?, 1);
        assert_eq!(clock::end(&t.cx).await?, 0);
        let page = sees(&t, &p.secretary, &matter).await?;
        assert_eq!((page.state, page.rating), (State::Closed, None));
        assert!(running(&t, COMMUNITY).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_erased_account_leaves_what_was_done_without_whose_it_was() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let told = holding::gather(&signed_in(&t, &p.resident)?).await?;
        assert_eq!(told["reports"][0]["words"], "3 幢门口的路灯三天不亮了");
        does(&t, &p.resident, &matter, Action::Add).await?;
        let mut tx = t.cx.write().await?;
        execute!(tx, "update user_account set state = 'erased' where id = $1", p.resident.user)?;
        tx.commit().await?;
        assert_eq!(upkeep::forget(&t.cx).await?, 1);
        assert_eq!(sees(&t, &p.worker, &matter).await?.words, "3 幢门口的路灯三天不亮了", "still handled");
        let refuse = step(Action::Refuse);
        take(&t, &p.secretary, &matter, &refuse).await?;
        assert_eq!(upkeep::forget(&t.cx).await?, 1);
        assert_eq!(upkeep::forget(&t.cx).await?, 0);
        let page = sees(&t, &p.worker, &matter).await?;
        assert!(page.words.is_empty() && page.state == State::Refused);
        let mut tx = t.cx.read().await?;
        let left: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from matter_step where user_id = $1 or (capacity = 'reporter' and words is not null)"
        )
        .bind(p.resident.user)
        .fetch_one(c)
        .await)?;
        assert_eq!(left, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_grid_that_is_no_more_leaves_its_matters_to_its_successor_or_the_community() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let grid = super::node(&t, GRID).await?;
        let moved = Moved {
            unit: super::node(&t, COMMUNITY).await?,
            touched: vec![grid],
            ended: [(grid, None)].into(),
            on: t.cx.now().date(),
        };
        assert_eq!(ground::follow(&t.cx, &moved).await?, 1);
        assert_eq!(ground::follow(&t.cx, &moved).await?, 0);
        let page = sees(&t, &p.staff, &matter).await?;
        assert_eq!(
            (page.place.code.as_str(), page.held.role),
            (COMMUNITY, Role::Staff)
        );
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.first", "reports.handle"]);
        Ok(())
    })
    .await;
}
