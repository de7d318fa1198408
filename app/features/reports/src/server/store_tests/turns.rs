//! More time that is asked for, tasks that moved before their matter, and steps that are taken too often.

use db::{
    on,
    test::{TestDb, on_both},
};
use grid::server::drafts::Moved;
use shared::{AppError, Role, Timestamp, UserId};
use tasks::server::task;

use super::{
    COMMUNITY, ELSEWHERE, GRID, Outcome, does, form, node, place, running, sees, send, somebody, step, take,
};
use crate::{
    model::{ActForm, Action},
    server::{clock, ground},
};

async fn told(t: &TestDb, user: UserId, kind: &str) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    let count: i64 = on!(tx, |c| sqlx::query_scalar(
        "select count(*) from notice where user_id = $1 and kind = $2"
    )
    .bind(user)
    .bind(kind)
    .fetch_one(c)
    .await)?;
    Ok(count)
}

#[tokio::test]
async fn whoever_decides_hears_that_time_is_asked_for_and_the_reporter_reads_why_it_was_given() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let property = somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "space")).await?;
        let to = |role: Role| ActForm {
            to: format!("{COMMUNITY}:{}", role.code()),
            ..step(Action::Dispatch)
        };
        does(&t, &p.secretary, &matter, Action::Accept).await?;
        take(&t, &p.secretary, &matter, &to(Role::Property)).await?;
        does(&t, &property, &matter, Action::AskTime).await?;
        assert_eq!(told(&t, p.staff.user, "reports.time_asked").await?, 1);
        let asks = |page: &crate::model::MatterPage| {
            let step = page.steps.iter().find(|step| step.action == Action::AskTime);
            step.and_then(|step| step.words.clone())
        };
        assert!(
            asks(&sees(&t, &property, &matter).await?).is_some(),
            "their own request"
        );
        assert!(asks(&sees(&t, &p.resident, &matter).await?).is_none());

        let silent = ActForm {
            words: String::new(),
            ..step(Action::GiveTime)
        };
        let refused = take(&t, &p.secretary, &matter, &silent).await;
        assert_eq!(
            refused.map_err(|e| e.status()),
            Err(422),
            "the reporter is told why"
        );
        does(&t, &p.secretary, &matter, Action::GiveTime).await?;
        let page = sees(&t, &p.resident, &matter).await?;
        let given = page.steps.last().ok_or("no step")?;
        assert_eq!(
            (given.action, given.words.as_deref(), given.days),
            (Action::GiveTime, Some("说明"), Some(3))
        );
        assert_eq!(told(&t, property.user, "reports.time_said").await?, 1);

        // Whoever has it does not decide for themselves: the next who dispatches is asked.
        let own = send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        does(&t, &p.secretary, &own, Action::Accept).await?;
        take(&t, &p.secretary, &own, &to(Role::Staff)).await?;
        does(&t, &p.staff, &own, Action::AskTime).await?;
        assert_eq!(told(&t, p.secretary.user, "reports.time_asked").await?, 1);
        does(&t, &p.secretary, &own, Action::DenyTime).await?;
        assert_eq!(told(&t, p.staff.user, "reports.time_said").await?, 1);
        Ok(())
    })
    .await;
}

/// Moves what runs at a unit, as the change of a border does before matters follow.
async fn moved(t: &TestDb, from: &str, to: &str) -> Outcome {
    let (from, to) = (node(t, from).await?, node(t, to).await?);
    let mut tx = t.cx.write().await?;
    for running in task::running_at(&mut tx, from).await? {
        task::transfer(&t.cx, &mut tx, running.id, to).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn tasks_that_moved_before_their_matter_are_still_its_own() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        moved(&t, GRID, ELSEWHERE).await?;
        assert!(sees(&t, &p.worker, &matter).await?.first.is_some());
        does(&t, &p.worker, &matter, Action::Accept).await?;
        does(&t, &p.secretary, &matter, Action::Pause).await?;
        let state = async || -> Outcome<Vec<String>> {
            let mut tx = t.cx.read().await?;
            Ok(on!(tx, |c| sqlx::query_scalar(
                "select state from task where kind = 'reports.handle' and ended_at is null"
            )
            .fetch_all(c)
            .await)?)
        };
        assert_eq!(state().await?, ["paused"]);
        does(&t, &p.resident, &matter, Action::Resume).await?;
        assert_eq!(state().await?, ["open"]);

        let grid = node(&t, GRID).await?;
        let borders = Moved {
            unit: node(&t, COMMUNITY).await?,
            touched: vec![grid],
            ended: [(grid, None)].into(),
            on: t.cx.now().date(),
        };
        ground::follow(&t.cx, &borders).await?;
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.handle"]);
        assert!(running(&t, ELSEWHERE).await?.is_empty());
        let page = sees(&t, &p.staff, &matter).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str()),
            (Role::Staff, COMMUNITY)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn steps_of_one_reporter_have_an_end_in_a_day() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        for n in 0..31 {
            let outcome = does(&t, &p.resident, &matter, Action::Add).await;
            assert_eq!(outcome.is_ok(), n < 30, "{n}: {outcome:?}");
        }
        let late = does(&t, &p.resident, &matter, Action::Add).await;
        assert!(matches!(late, Err(AppError::TooManyRequests { .. })));
        does(&t, &p.staff, &matter, Action::Note).await?;
        t.clock.advance(2 * Timestamp::DAY);
        does(&t, &p.resident, &matter, Action::Add).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_button_that_is_pressed_twice_is_one_call() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("question", "other")).await?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &matter, action).await?;
        }
        does(&t, &p.secretary, &matter, Action::Call).await?;
        let again = does(&t, &p.secretary, &matter, Action::Call).await;
        assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
        t.clock.advance(8 * Timestamp::DAY);
        assert_eq!(clock::end(&t.cx).await?, 0, "it was one call");
        Ok(())
    })
    .await;
}
