//! What the cards of the home page are told.

use db::test::on_both;
use shared::{Permission, Timestamp};

use super::{does, form, place, send, signed_in, with};
use crate::{
    model::{Action, State, Waiting},
    server::{list, running, waiting},
};

#[tokio::test]
async fn the_card_has_the_newest_two_that_run() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = signed_in(&t, &p.resident)?;
        assert!(running::newest(&cx).await?.rows.is_empty());
        let mut sent = Vec::new();
        for key in ["device-key-1", "device-key-2", "device-key-3"] {
            sent.push(send(&t, &p.resident, key, &form("problem", "facility")).await?);
            t.clock.advance(Timestamp::SECOND);
        }
        let codes = async || -> Result<Vec<String>, shared::AppError> {
            let page = running::newest(&cx).await?;
            Ok(page.rows.into_iter().map(|row| row.code).collect())
        };
        assert_eq!(codes().await?, [sent[2].code.clone(), sent[1].code.clone()]);
        does(&t, &p.resident, &sent[2], Action::Withdraw).await?;
        assert_eq!(codes().await?, [sent[1].code.clone(), sent[0].code.clone()]);

        // As the list has them.
        let listed = list::mine(&cx, "").await?.own.rows;
        for row in running::newest(&cx).await?.rows {
            let same = listed
                .iter()
                .find(|one| one.code == row.code)
                .ok_or("not listed")?;
            assert_eq!(
                (&row.title, row.kind, row.state, row.at, row.due),
                (&same.title, same.kind, same.state, same.at, same.due)
            );
            assert!(row.due.is_some());
        }
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &sent[1], action).await?;
        }
        let answered = running::newest(&cx).await?.rows.swap_remove(0);
        assert_eq!((answered.state, answered.due), (State::Answered, None));
        assert!(
            running::newest(&signed_in(&t, &p.worker)?).await?.rows.is_empty(),
            "what they handle is not their own"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_the_same_read_by_units_or_not() {
    on_both(|t| async move {
        let p = place(&t).await?;
        send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        send(&t, &p.resident, "device-key-2", &form("complaint", "community")).await?;
        let begun = send(&t, &p.resident, "device-key-3", &form("problem", "facility")).await?;
        let answered = send(&t, &p.resident, "device-key-4", &form("problem", "facility")).await?;
        does(&t, &p.worker, &begun, Action::Accept).await?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &answered, action).await?;
        }
        t.clock.advance(60 * Timestamp::DAY);
        for actor in [&p.worker, &p.staff, &p.secretary, &p.town, &p.elsewhere] {
            let cx = with(&t, actor, Permission::ReportHandle)?;
            let mut tx = cx.read().await?;
            let by_units = waiting::count_by(&cx, &mut tx, true).await?;
            assert_eq!(waiting::count_by(&cx, &mut tx, false).await?, by_units);
            drop(tx);
            assert_eq!(waiting::count(&cx).await?, by_units);
        }
        let count = async |actor: &shared::Actor| -> Result<Waiting, shared::AppError> {
            waiting::count(&with(&t, actor, Permission::ReportHandle)?).await
        };
        let staff = count(&p.staff).await?;
        assert_eq!((staff.reported, staff.late, staff.answered), (1, 2, 1));
        assert_eq!(count(&p.town).await?.reported, 2);
        assert_eq!(count(&p.elsewhere).await?, Waiting::default());
        Ok(())
    })
    .await;
}
