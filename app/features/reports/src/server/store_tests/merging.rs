//! Two matters about the same: who hears of the answer, and two mergers in the same second.

use db::{
    on,
    test::{TestDb, on_both},
};
use shared::UserId;

use super::{Outcome, does, form, place, sees, send, somebody, state, step, take};
use crate::model::{ActForm, Action, Sent, State};

fn into(other: &Sent) -> ActForm {
    ActForm {
        matter: other.number.clone(),
        ..step(Action::Merge)
    }
}

/// How often somebody was told of what they follow.
async fn told(t: &TestDb, user: UserId) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    let count: i64 = on!(tx, |c| sqlx::query_scalar(
        "select count(*) from notice where user_id = $1 and kind = 'reports.followed'"
    )
    .bind(user)
    .fetch_one(c)
    .await)?;
    Ok(count)
}

#[tokio::test]
async fn whoever_reported_what_went_into_another_hears_of_its_answer_and_reads_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let (second, third) = (somebody(&t, None).await?, somebody(&t, None).await?);
        let problem = form("problem", "facility");
        let one = send(&t, &p.resident, "device-key-1", &problem).await?;
        let two = send(&t, &second, "device-key-1", &problem).await?;
        let three = send(&t, &third, "device-key-1", &problem).await?;
        take(&t, &p.secretary, &one, &into(&two)).await?;
        take(&t, &p.secretary, &two, &into(&three)).await?;
        let went = sees(&t, &p.resident, &one).await?.merged.ok_or("nowhere")?;
        assert_eq!(
            (went.number.as_str(), went.code.as_deref()),
            (two.number.as_str(), Some(two.code.as_str()))
        );
        for action in [Action::Accept, Action::Begin] {
            does(&t, &p.worker, &three, action).await?;
        }
        let before = (told(&t, p.resident.user).await?, told(&t, second.user).await?);
        does(&t, &p.worker, &three, Action::Answer).await?;
        assert_eq!(
            (told(&t, p.resident.user).await?, told(&t, second.user).await?),
            (before.0 + 1, before.1 + 1),
            "also through another, and though it is not published"
        );
        for who in [&p.resident, &second] {
            let page = sees(&t, who, &three).await?;
            let answer = page.steps.iter().find(|step| step.action == Action::Answer);
            let words = answer.and_then(|step| step.words.as_deref());
            assert_eq!(words, Some("说明"));
            assert!(page.words.is_empty() && page.reporter.is_none() && !page.own);
            assert!(page.offers.is_empty(), "{:?}", page.offers);
        }
        let stranger = somebody(&t, None).await?;
        assert_eq!(
            sees(&t, &stranger, &three).await.map_err(|e| e.status()),
            Err(404)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn of_two_mergers_in_the_same_second_one_is_refused() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let one = send(&t, &p.resident, "device-key-1", &form("problem", "noise")).await?;
        let two = send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        let (there, back) = (into(&two), into(&one));
        let (first, second) = tokio::join!(
            take(&t, &p.secretary, &one, &there),
            take(&t, &p.staff, &two, &back)
        );
        assert_eq!(
            usize::from(first.is_ok()) + usize::from(second.is_ok()),
            1,
            "{first:?} {second:?}"
        );
        let states = [
            state(&t, &p.resident, &one).await?,
            state(&t, &p.resident, &two).await?,
        ];
        let merged = states.iter().filter(|state| **state == State::Merged).count();
        assert_eq!(merged, 1, "one of them is left");
        Ok(())
    })
    .await;
}
