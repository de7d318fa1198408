//! Whole lives of matters.

use db::{on, test::on_both, upload};
use shared::{AppError, RecordId, Role};

use super::{
    COMMUNITY, GRID, does, form, place, running, sees, send, signed_in, somebody, state, step, take,
};
use crate::{
    model::{ActForm, Action, Standing, State},
    server::{act, follow, hand::Hand, list, report, store},
};

#[tokio::test]
async fn a_matter_goes_its_eight_steps_and_ends_with_the_reporters_word() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        assert_eq!(matter.number, "320581001001-2026-0001");
        assert_eq!(running(&t, GRID).await?, ["reports.first", "reports.handle"]);
        let page = sees(&t, &p.worker, &matter).await?;
        assert_eq!(page.held.role, Role::GridWorker);
        assert_eq!(page.words, "3 幢门口的路灯三天不亮了");
        assert!(page.due.is_some() && page.first.is_some());
        does(&t, &p.worker, &matter, Action::Accept).await?;
        assert_eq!(running(&t, GRID).await?, ["reports.handle"]);
        let dispatch = ActForm {
            to: format!("{COMMUNITY}:staff"),
            ..step(Action::Dispatch)
        };
        assert_eq!(
            take(&t, &p.worker, &matter, &dispatch).await,
            Err(AppError::Forbidden)
        );
        take(&t, &p.secretary, &matter, &dispatch).await?;
        assert_eq!(
            running(&t, COMMUNITY).await?,
            ["reports.handle"],
            "the deadline goes along"
        );
        does(&t, &p.staff, &matter, Action::Begin).await?;
        does(&t, &p.staff, &matter, Action::Answer).await?;
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.check"]);
        let own = does(&t, &p.staff, &matter, Action::Check).await;
        assert!(
            matches!(own, Err(AppError::Conflict(_))),
            "who handled it does not verify it"
        );
        does(&t, &p.secretary, &matter, Action::Check).await?;
        let early = does(&t, &p.secretary, &matter, Action::CloseUnrated).await;
        assert!(matches!(early, Err(AppError::Conflict(_))));
        does(&t, &p.resident, &matter, Action::Rate).await?;
        let page = sees(&t, &p.resident, &matter).await?;
        assert_eq!(
            page.state,
            State::Closed,
            "who is satisfied need not wait for somebody to close it"
        );
        assert!(running(&t, COMMUNITY).await?.is_empty());
        let taken: Vec<Action> = page.steps.iter().map(|step| step.action).collect();
        assert_eq!(
            taken,
            [
                Action::Report,
                Action::Accept,
                Action::Dispatch,
                Action::Begin,
                Action::Answer,
                Action::Check,
                Action::Rate,
                Action::Close
            ]
        );
        assert!(page.steps.windows(2).all(|pair| pair[0].at <= pair[1].at));

        // What is stored is what its steps lead to.
        let mut tx = t.cx.read().await?;
        let stored = store::by_code(&mut tx, &matter.code).await?.ok_or("none")?;
        let steps = store::steps(&mut tx, stored.id).await?;
        let replayed = Standing::replay(steps.iter().map(|step| (step.action, step.rating, step.at)));
        assert_eq!(replayed.map(|standing| standing.state), Some(stored.state));
        let sealed: String = on!(tx, |c| sqlx::query_scalar("select told from matter")
            .fetch_one(c)
            .await)?;
        assert!(sealed.starts_with("v1."), "sealed");
        let told: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from notice where user_id = $1 and kind = 'reports.answered'"
        )
        .bind(p.resident.user)
        .fetch_one(c)
        .await)?;
        assert_eq!(told, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn sent_twice_it_is_one_and_its_photos_are_those_only_who_see_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = signed_in(&t, &p.resident)?;
        let settings = grid::server::Settings::default();
        let form = form("problem", "parking");
        let photo = db::test::photo();
        let first = report::report(&cx, &settings, "device-key-1", &form, vec![photo.clone()]).await?;
        let again = report::report(&cx, &settings, "device-key-1", &form, vec![photo]).await?;
        assert_eq!(first, again);
        let other = send(&t, &p.resident, "device-key-2", &form).await?;
        assert_eq!(other.number, "320581001001-2026-0002", "without a gap");
        let page = sees(&t, &p.worker, &first).await?;
        assert_eq!(page.photos.len(), 1);
        let id: RecordId = page.photos[0].id;
        let stranger = somebody(&t, None).await?;
        for (who, may) in [
            (&p.worker, true),
            (&p.resident, true),
            (&p.elsewhere, false),
            (&stranger, false),
        ] {
            let found = crate::server::photo::readable(&signed_in(&t, who)?, &Hand::default(), id).await;
            assert_eq!(found.is_ok(), may, "{}", who.user);
        }
        assert_eq!(
            sees(&t, &stranger, &first).await.map_err(|e| e.status()),
            Err(404)
        );
        for none in [b"<html>".to_vec(), db::test::photo_that_claims(20_000, 10_000)] {
            let wrong = report::report(&cx, &settings, "device-key-3", &form, vec![none.clone()]).await;
            assert_eq!(
                wrong.map_err(|e| e.status()),
                Err(422),
                "no photo, or more than there is room for"
            );
            let added = act::act(&cx, &first.code, &step(Action::Add), vec![none]).await;
            assert_eq!(added.map_err(|e| e.status()), Err(422), "with a step either");
        }
        let mut tx = t.cx.read().await?;
        let matters: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from matter")
            .fetch_one(c)
            .await)?;
        assert_eq!(matters, 2);
        drop(tx);
        let mut tx = t.cx.read().await?;
        assert!(upload::find(&mut tx, id).await?.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn of_two_dispatchers_in_the_same_second_one_is_told() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "noise")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        let dispatch = ActForm {
            to: format!("{COMMUNITY}:staff"),
            ..step(Action::Dispatch)
        };
        let (one, two) = tokio::join!(
            take(&t, &p.secretary, &matter, &dispatch),
            take(&t, &p.staff, &matter, &dispatch)
        );
        assert_eq!(
            usize::from(one.is_ok()) + usize::from(two.is_ok()),
            1,
            "{one:?} {two:?}"
        );
        assert!(matches!(one.and(two), Err(AppError::Conflict(_))));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_unhappy_reporter_opens_it_once_more_and_a_withdrawn_one_is_over() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("idea", "other")).await?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &matter, action).await?;
        }
        let unhappy = ActForm {
            rating: "unhappy".into(),
            ..step(Action::Rate)
        };
        take(&t, &p.resident, &matter, &unhappy).await?;
        assert_eq!(state(&t, &p.resident, &matter).await?, State::Rated);
        does(&t, &p.resident, &matter, Action::Reopen).await?;
        let page = sees(&t, &p.staff, &matter).await?;
        assert_eq!((page.state, page.held.role), (State::Accepted, Role::Staff));
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.handle"]);
        does(&t, &p.resident, &matter, Action::Withdraw).await?;
        assert!(running(&t, COMMUNITY).await?.is_empty());
        assert!(matches!(
            does(&t, &p.staff, &matter, Action::Begin).await,
            Err(AppError::Conflict(_))
        ));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_published_is_a_text_of_its_own_and_others_join_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let stranger = somebody(&t, None).await?;
        let cx = signed_in(&t, &stranger)?;
        assert_eq!(
            follow::follow(&cx, &matter.code, true).await,
            Err(AppError::NotFound)
        );
        let publish = ActForm {
            words: "小区路灯不亮".into(),
            ..step(Action::Publish)
        };
        take(&t, &p.secretary, &matter, &publish).await?;
        follow::follow(&cx, &matter.code, true).await?;
        let page = sees(&t, &stranger, &matter).await?;
        assert_eq!((page.words.as_str(), page.followers), ("小区路灯不亮", 1));
        assert!(page.reporter.is_none() && page.pin.is_none() && page.photos.is_empty());
        assert!(
            page.steps
                .iter()
                .all(|step| step.words.is_none() && step.who.is_none())
        );
        let public = t.request(None).public();
        let shown = list::published(&public, COMMUNITY, "", "").await?;
        assert_eq!(shown.rows.rows.len(), 1);
        assert_eq!(list::mine(&cx, "").await?.followed.len(), 1);
        let closed = crate::model::NewReport {
            open: false,
            ..form("problem", "noise")
        };
        let closed = send(&t, &p.resident, "device-key-2", &closed).await?;
        assert!(matches!(
            take(&t, &p.secretary, &closed, &publish).await,
            Err(AppError::Conflict(_))
        ));
        does(&t, &p.resident, &matter, Action::Hide).await?;
        assert!(list::published(&public, "", "", "").await?.rows.rows.is_empty());
        let again = take(&t, &p.secretary, &matter, &publish).await;
        assert!(
            matches!(again, Err(AppError::Conflict(_))),
            "the reporter's word lasts"
        );
        Ok(())
    })
    .await;
}
