//! For whom something is written, who wrote it down, and what makes it the same when it comes twice.

use db::test::on_both;
use grid::server::Settings;
use shared::{Actor, AppError};

use super::{acting, does, form, place, sees, send, signed_in, somebody};
use crate::{
    model::{Action, NewReport},
    server::{report, whose},
};

fn conflict<T>(outcome: &Result<T, AppError>) -> bool {
    matches!(outcome, Err(AppError::Conflict(_)))
}

#[tokio::test]
async fn what_was_written_for_one_is_not_sent_for_another() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let other = somebody(&t, None).await?;
        let id = |actor: &Actor| actor.user.to_string();
        let cx = signed_in(&t, &acting(&p.worker, &p.resident))?;
        for fits in [id(&p.resident), String::new()] {
            assert_eq!(whose::check(&cx, &fits), Ok(()));
        }
        for not in [id(&other), id(&p.worker), "x".into()] {
            assert!(conflict(&whose::check(&cx, &not)), "{not}");
        }
        let own = signed_in(&t, &p.worker)?;
        assert_eq!(whose::check(&own, &id(&p.worker)), Ok(()));
        assert!(conflict(&whose::check(&own, &id(&p.resident))));
        assert_eq!(
            whose::check(&t.request(None).public(), &id(&p.resident)),
            Ok(()),
            "a stranger acts for nobody"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_wrote_it_down_is_told_to_those_who_know_whose_it_is() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(
            &t,
            &acting(&p.worker, &p.resident),
            "device-key-1",
            &form("problem", "facility"),
        )
        .await?;
        for who in [&p.staff, &p.resident] {
            let page = sees(&t, who, &matter).await?;
            assert!(page.entered_by.is_some());
            assert_eq!(page.steps[0].who, page.entered_by, "the step names them too");
        }
        does(&t, &p.resident, &matter, Action::Add).await?;
        let page = sees(&t, &p.staff, &matter).await?;
        let added = page.steps.last().ok_or("no step")?;
        assert_eq!((added.action, added.who.as_deref()), (Action::Add, None));

        let own = send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        let page = sees(&t, &p.staff, &own).await?;
        assert!(page.entered_by.is_none() && page.steps[0].who.is_none());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn another_report_under_the_same_key_is_refused_and_not_lost() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let typed = form("problem", "parking");
        let first = send(&t, &p.resident, "device-key-1", &typed).await?;
        assert_eq!(send(&t, &p.resident, "device-key-1", &typed).await?, first);
        let other = NewReport {
            words: "楼道里堆了东西".into(),
            ..typed.clone()
        };
        assert!(conflict(&send(&t, &p.resident, "device-key-1", &other).await));
        let cx = signed_in(&t, &p.resident)?;
        let shown = vec![db::test::photo()];
        let with_photo = report::report(&cx, &Settings::default(), "device-key-1", &typed, shown).await;
        assert!(conflict(&with_photo), "another photo is another report");

        // Nor is one for another resident the same.
        let neighbour = somebody(&t, None).await?;
        send(&t, &acting(&p.worker, &p.resident), "device-key-2", &typed).await?;
        let theirs = send(&t, &acting(&p.worker, &neighbour), "device-key-2", &typed).await;
        assert!(conflict(&theirs));
        Ok(())
    })
    .await;
}
