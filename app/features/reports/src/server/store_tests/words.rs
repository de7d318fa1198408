//! What a reporter's word does and whose it is, and what is told of a matter's end, and to whom.

use db::{
    execute, on,
    test::{TestDb, on_both},
};
use shared::{Actor, AppError, Timestamp};

use super::{
    COMMUNITY, GRID, Outcome, acting, does, form, node, place, sees, send, somebody, state, step, take,
};
use crate::{
    model::{ActForm, Action, NewReport, Sent, State},
    server::{clock, upkeep},
};

async fn handle(t: &TestDb, who: &Actor, matter: &Sent) -> Result<(), AppError> {
    for action in [Action::Accept, Action::Begin, Action::Answer] {
        does(t, who, matter, action).await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_does_not_want_it_published_is_not_asked_twice() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let publish = ActForm {
            words: "小区路灯不亮".into(),
            ..step(Action::Publish)
        };
        let hides = async |who: &Actor, matter: &Sent| -> Result<bool, AppError> {
            let page = sees(&t, who, matter).await?;
            Ok(page.offers.iter().any(|offer| offer.action == Action::Hide))
        };
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        assert!(
            hides(&p.resident, &matter).await?,
            "they agreed, and may change their mind"
        );
        assert!(!hides(&p.secretary, &matter).await?, "nothing is published");
        let nothing = does(&t, &p.secretary, &matter, Action::Hide).await;
        assert!(matches!(nothing, Err(AppError::Conflict(_))));
        does(&t, &p.resident, &matter, Action::Hide).await?;
        let published = take(&t, &p.secretary, &matter, &publish).await;
        assert!(matches!(published, Err(AppError::Conflict(_))));
        assert!(!hides(&p.resident, &matter).await?);

        // Whoever publishes may take it back, and publish it again.
        let other = send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        take(&t, &p.secretary, &other, &publish).await?;
        assert!(hides(&p.secretary, &other).await?);
        does(&t, &p.secretary, &other, Action::Hide).await?;
        take(&t, &p.secretary, &other, &publish).await?;
        let closed = NewReport {
            open: false,
            ..form("problem", "parking")
        };
        let closed = send(&t, &p.resident, "device-key-3", &closed).await?;
        assert!(
            !hides(&p.resident, &closed).await?,
            "who never agreed has nothing to take back"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_may_be_somebodys_own_is_confirmed_before_it_is_published() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let publish = |words: &str, confirmed: &str| ActForm {
            words: words.into(),
            confirmed: confirmed.into(),
            ..step(Action::Publish)
        };
        let refused = async |form: ActForm| -> Outcome<String> {
            let error = take(&t, &p.secretary, &matter, &form)
                .await
                .err()
                .ok_or("published")?;
            Ok(error.for_field("confirmed").collect())
        };
        let said = refused(publish("赵小明家 3 幢 501 室门口的灯", "")).await?;
        assert!(said.contains("名字") && said.contains("门牌"), "{said}");
        assert!(!said.contains("赵小明") && !said.contains("501"), "{said}");
        // What was confirmed of one text is not confirmed of another.
        let other = refused(publish("门口的灯不亮，打 13812345678", &said)).await?;
        assert_ne!(other, said);
        refused(publish("赵小明家 3 幢 501 室门口的灯", "true")).await?;
        assert_eq!(sees(&t, &p.secretary, &matter).await?.published, None);
        take(
            &t,
            &p.secretary,
            &matter,
            &publish("赵小明家 3 幢 501 室门口的灯", &said),
        )
        .await?;
        assert!(sees(&t, &p.secretary, &matter).await?.published.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_handled_it_rates_it_for_nobody() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        does(&t, &p.worker, &matter, Action::Begin).await?;
        let reassign = ActForm {
            to: format!("{COMMUNITY}:staff"),
            ..step(Action::Reassign)
        };
        take(&t, &p.secretary, &matter, &reassign).await?;
        does(&t, &p.staff, &matter, Action::Begin).await?;
        does(&t, &p.staff, &matter, Action::Answer).await?;
        for who in [&p.worker, &p.staff] {
            let own = does(&t, &acting(who, &p.resident), &matter, Action::Rate).await;
            assert!(matches!(own, Err(AppError::Conflict(_))), "{own:?}");
        }
        does(&t, &acting(&p.secretary, &p.resident), &matter, Action::Rate).await?;
        assert_eq!(state(&t, &p.resident, &matter).await?, State::Closed);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_words_of_an_erased_reporter_go_though_nobody_can_be_called() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let called = NewReport {
            phone: "13812345678".into(),
            ..form("problem", "facility")
        };
        let matter = send(&t, &p.resident, "device-key-1", &called).await?;
        handle(&t, &p.worker, &matter).await?;
        let mut tx = t.cx.write().await?;
        execute!(tx, "update user_account set state = 'erased' where id = $1", p.resident.user)?;
        tx.commit().await?;
        assert_eq!(upkeep::forget(&t.cx).await?, 1);
        assert_eq!(clock::end(&t.cx).await?, 0, "five working days");
        t.clock.advance(8 * Timestamp::DAY);
        assert_eq!(clock::end(&t.cx).await?, 1);
        assert_eq!(upkeep::forget(&t.cx).await?, 1);
        let mut tx = t.cx.read().await?;
        let left: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from matter where told is not null or phone is not null or reporter_id is not null"
        )
        .fetch_one(c)
        .await)?;
        assert_eq!(left, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn how_urgent_it_is_and_how_it_was_rated_is_not_for_everybody() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let publish = ActForm {
            words: "小区路灯不亮".into(),
            ..step(Action::Publish)
        };
        take(&t, &p.secretary, &matter, &publish).await?;
        handle(&t, &p.worker, &matter).await?;
        does(&t, &p.resident, &matter, Action::Rate).await?;
        let stranger = somebody(&t, None).await?;
        for (who, whole) in [
            (&stranger, false),
            (&p.elsewhere, false),
            (&p.resident, true),
            (&p.staff, true),
        ] {
            let page = sees(&t, who, &matter).await?;
            assert_eq!((page.rating.is_some(), page.urgency.is_some()), (whole, whole));
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn it_ended_when_it_ended() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        handle(&t, &p.worker, &matter).await?;
        does(&t, &p.resident, &matter, Action::Rate).await?;
        let id = node(&t, GRID).await?;
        let ended = async || -> Outcome<Option<i64>> {
            let mut tx = t.cx.read().await?;
            Ok(on!(tx, |c| sqlx::query_scalar(
                "select ended_at from matter where node_id = $1"
            )
            .bind(id)
            .fetch_one(c)
            .await)?)
        };
        let before = ended().await?;
        assert!(before.is_some());
        t.clock.advance(3 * Timestamp::DAY);
        does(&t, &p.secretary, &matter, Action::Note).await?;
        assert_eq!(ended().await?, before, "a note after the end");
        Ok(())
    })
    .await;
}
