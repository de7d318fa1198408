//! The limit of an order: what becomes of the house's own times when the platform moves it, and where it goes into what stands still.

use db::test::{TestDb, on_both};
use grid::server::Settings;
use shared::Timestamp;

use super::super::{Outcome, does, form, place, send, step, take as takes};
use super::{hotline, order, sent};
use crate::{
    model::{ActForm, Action, Came, OrderForm},
    server::{deadline, orders::take, store},
};

/// Until when it is said whether a matter is taken, and until when it is answered.
async fn times(t: &TestDb, code: &str) -> Outcome<[Option<Timestamp>; 2]> {
    let mut tx = t.cx.read().await?;
    let matter = store::by_code(&mut tx, code).await?.ok_or("no matter")?;
    Ok([deadline::first(&mut tx, &matter).await?, matter.due_at])
}

/// Whether something ends at `due`, but for parts of a second.
fn ends(at: Option<Timestamp>, due: Timestamp) -> bool {
    at.is_some_and(|at| at <= due && due.0 - at.0 < Timestamp::SECOND)
}

#[tokio::test]
async fn what_is_not_taken_yet_has_its_own_times_again_once_the_limit_is_later_or_gone() {
    on_both(|t| async move {
        place(&t).await?;
        let (settings, hotline) = (Settings::default(), hotline(&t).await?);
        let within = |hours: i64| OrderForm {
            due: t.cx.now().plus(hours * Timestamp::HOUR).rfc3339(),
            ..order(&t)
        };
        let whenever = OrderForm {
            due: String::new(),
            ..order(&t)
        };
        let other = OrderForm {
            number: "JS20261130-0002".into(),
            ..whenever.clone()
        };
        let usual = take::take(&t.cx, &settings, &hotline, &other).await?;
        let usual = times(&t, &usual.code).await?;

        let soon = t.cx.now().plus(5 * Timestamp::HOUR);
        let first = take::take(&t.cx, &settings, &hotline, &within(5)).await?;
        for at in times(&t, &first.code).await? {
            assert!(ends(at, soon), "{at:?}");
        }
        for later in [within(7 * 24), within(5), whenever] {
            let updated = take::take(&t.cx, &settings, &hotline, &later).await?;
            assert_eq!((updated.came, &updated.code), (Came::Updated, &first.code));
            let [said, answered] = times(&t, &first.code).await?;
            if later.due == within(5).due {
                assert!(ends(said, soon) && ends(answered, soon));
            } else {
                assert_eq!(said, usual[0]);
                assert!(answered > said, "{answered:?}");
            }
        }
        assert_eq!(times(&t, &first.code).await?, usual, "it has no limit any more");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_limit_of_what_went_into_a_matter_that_stood_still_holds_once_it_goes_on() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let other = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        does(&t, &p.worker, &other, Action::Accept).await?;
        does(&t, &p.secretary, &other, Action::Pause).await?;
        let due = t.cx.now().plus(2 * Timestamp::DAY);
        let hotline = hotline(&t).await?;
        let taken = take::take(&t.cx, &Settings::default(), &hotline, &order(&t)).await?;
        let into = ActForm {
            matter: other.number.clone(),
            ..step(Action::Merge)
        };
        takes(&t, &p.secretary, &sent(&t, &taken.code).await?, &into).await?;
        t.clock.advance(Timestamp::HOUR);
        does(&t, &p.resident, &other, Action::Resume).await?;
        let [_, answered] = times(&t, &other.code).await?;
        assert!(ends(answered, due), "{answered:?}");
        Ok(())
    })
    .await;
}
