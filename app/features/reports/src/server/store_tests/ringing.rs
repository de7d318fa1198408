//! What rings at night, for whom, and how often.

use db::{
    on,
    test::{TestDb, on_both},
};
use shared::{Timestamp, UserId};

use super::{Outcome, form, place, pressing::told, send, step, take};
use crate::{
    model::{ActForm, Action, NewReport},
    server::clock,
};

/// Short messages to somebody in a state.
async fn texts(t: &TestDb, state: &'static str, user: UserId) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(
        "select count(*) from notice_delivery where channel = 'text' and state = $1 and user_id = $2"
    )
    .bind(state)
    .bind(user)
    .fetch_one(c)
    .await)?)
}

#[tokio::test]
async fn what_cannot_wait_rings_at_night_and_where_it_goes_when_it_is_late() {
    on_both(|t| async move {
        let p = place(&t).await?;
        // Tests begin at 14:05; it is three at night.
        t.clock.advance(12 * Timestamp::HOUR + 55 * Timestamp::MINUTE);
        let urgent = NewReport {
            urgent: true,
            ..form("problem", "noise")
        };
        send(&t, &p.resident, "device-key-1", &urgent).await?;
        assert_eq!(
            (
                told(&t, "tasks.opened", p.worker.user).await?,
                texts(&t, "sent", p.worker.user).await?
            ),
            (2, 1),
            "one matter, one bell"
        );
        send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        assert_eq!(
            (
                texts(&t, "sent", p.worker.user).await?,
                texts(&t, "waiting", p.worker.user).await?
            ),
            (1, 0),
            "what has days does not ring"
        );
        t.clock.advance(Timestamp::DAY + Timestamp::MINUTE);
        assert_eq!(clock::escalate(&t.cx).await?, 1);
        assert_eq!(told(&t, "tasks.escalated", p.staff.user).await?, 1);
        assert_eq!(texts(&t, "sent", p.staff.user).await?, 1);
        // Both are late by now, and it is night again: the one rings at the next level, the other waits for the morning.
        t.clock.advance(20 * Timestamp::DAY);
        assert_eq!(clock::escalate(&t.cx).await?, 2);
        assert_eq!(texts(&t, "sent", p.town.user).await?, 1);
        assert_eq!(
            (
                texts(&t, "sent", p.staff.user).await?,
                texts(&t, "waiting", p.staff.user).await?
            ),
            (1, 1)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nothing_rings_for_whoever_makes_their_own_matter_more_urgent() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let urgent = ActForm {
            urgency: "urgent".into(),
            ..step(Action::Accept)
        };
        let own = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        take(&t, &p.worker, &own, &urgent).await?;
        assert_eq!(
            told(&t, "tasks.opened", p.worker.user).await?,
            3,
            "it stands in their inbox"
        );
        for state in ["sent", "waiting"] {
            assert_eq!(texts(&t, state, p.worker.user).await?, 0, "{state}");
        }
        let other = send(&t, &p.resident, "device-key-2", &form("problem", "facility")).await?;
        take(&t, &p.staff, &other, &urgent).await?;
        assert_eq!(
            texts(&t, "sent", p.worker.user).await?,
            1,
            "somebody else said that it is"
        );
        Ok(())
    })
    .await;
}
