//! A reported matter that leads to mediation, what is kept of those who have gone, the export, and the demonstration.

use db::{execute, on, test::on_both};
use grid::server::Settings;
use reports::{
    model::{ActForm as Stepping, Action as Step, NewReport},
    server::{act as matters, page as matter, report},
};
use shared::AppError;

use super::{Action, Outcome, Somebody, begun, count, does, form, names, place, sees, send, signed_in};
use crate::{
    model::NewCaseForm,
    server::{holding, list, upkeep},
};

fn problem() -> NewReport {
    NewReport {
        kind: "problem".into(),
        category: "dispute".into(),
        words: "楼上一直漏水".into(),
        node: super::GRID.into(),
        ..NewReport::default()
    }
}

async fn reported(t: &db::test::TestDb, who: &Somebody, key: &str) -> Outcome<String> {
    let cx = signed_in(t, who)?;
    let sent = report::report(&cx, &Settings::default(), key, &problem(), Vec::new()).await?;
    Ok(sent.code)
}

#[tokio::test]
async fn a_matter_says_only_that_it_went_to_mediation_and_who_handled_it_does_not_mediate() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let reported = reported(&t, &p.resident, "device-key-1").await?;
        for action in [Step::Accept, Step::Begin] {
            let step = Stepping {
                action: action.code().into(),
                ..Stepping::default()
            };
            matters::act(&signed_in(&t, &p.worker)?, &reported, &step, Vec::new()).await?;
        }
        let of_matter = NewCaseForm {
            matter: reported.clone(),
            ..form(&p.other)
        };
        let stranger = send(&t, &p.other, "device-key-2", &of_matter).await;
        assert_eq!(stranger.map_err(|e| e.status()), Err(422), "not theirs");
        let unsaid = send(&t, &p.staff, "device-key-3", &of_matter).await;
        assert_eq!(unsaid.map_err(|e| e.status()), Err(422), "for whom?");
        assert!(
            !matter::matter(&signed_in(&t, &p.resident)?, &reported)
                .await?
                .mediated
        );
        let case = send(&t, &p.resident, "device-key-4", &of_matter).await?;
        let shown = matter::matter(&signed_in(&t, &p.staff)?, &reported).await?;
        assert!(shown.mediated);
        assert!(
            sees(&t, &p.staff, &case).await.is_err(),
            "that is all they are told"
        );
        for action in [Action::Take, Action::Accept, Action::Ask, Action::Consent] {
            does(&t, &p.centre, &case, action).await?;
        }
        let page = sees(&t, &p.centre, &case).await?;
        assert!(page.of_matter);
        let offered = |user| page.candidates.iter().any(|one| one.user == user);
        assert!(offered(p.staff.actor.user) && !offered(p.worker.actor.user));
        let handled = names(&t, &p.centre, &case, &p.worker)
            .await
            .map_err(|e| e.status());
        assert_eq!(handled, Err(422), "they handled it");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_erased_account_leaves_what_was_agreed_and_nothing_of_what_was_not() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let agreed = begun(&t, &p).await?;
        for action in [Action::Hold, Action::SettleOrally, Action::GiveUp] {
            let who = if action == Action::GiveUp {
                &p.centre
            } else {
                &p.staff
            };
            does(&t, who, &agreed, action).await?;
        }
        let other = NewCaseForm {
            kind: "noise".into(),
            ..form(&p.other)
        };
        let withdrawn = send(&t, &p.resident, "device-key-2", &other).await?;
        does(&t, &p.resident, &withdrawn, Action::Withdraw).await?;
        let data = holding::gather(&signed_in(&t, &p.resident)?).await?.to_string();
        assert!(data.contains("楼上漏水") && data.contains("修好水管"), "{data}");
        assert!(!data.contains(&p.other.phone), "{data}");

        let mut tx = t.cx.write().await?;
        execute!(
            tx,
            "update user_account set state = 'erased' where id = $1",
            p.resident.actor.user
        )?;
        tx.commit().await?;
        assert_eq!(upkeep::forget(&t.cx).await?, 2);
        assert_eq!(upkeep::forget(&t.cx).await?, 0);
        assert_eq!(
            count(&t, "select count(*) from mediation where told is null").await?,
            1
        );
        assert_eq!(
            count(&t, "select count(*) from mediation_person where name is null").await?,
            2,
            "both sides of what was withdrawn"
        );
        let mut tx = t.cx.read().await?;
        let whose: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from mediation_person where user_id = $1"
        )
        .bind(p.resident.actor.user)
        .fetch_one(c)
        .await)?;
        assert_eq!(whose, 0);
        drop(tx);
        let kept = sees(&t, &p.staff, &agreed).await?;
        assert!(kept.people.iter().any(|one| one.name == "赵小明"), "who agreed");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn two_who_take_it_in_the_same_second_are_one() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let second = super::somebody(&t, "金人和", Some((shared::Role::Mediation, super::STREET))).await?;
        let case = send(&t, &p.resident, "device-key-1", &form(&p.other)).await?;
        let (one, other) = tokio::join!(
            does(&t, &p.centre, &case, Action::Take),
            does(&t, &second, &case, Action::Take)
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
        assert_eq!(
            count(&t, "select count(*) from mediation_step where action = 'take'").await?,
            1
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_demonstration_has_one_of_each_once() {
    on_both(|t| async move {
        let p = place(&t).await?;
        assert_eq!(crate::demo::load(&t.cx).await?, 0, "nobody would have taken them");
        accounts::server::service::add_user(&t.cx, "严和", "13900000012", None).await?;
        accounts::server::service::grant(
            &t.cx,
            "13900000012",
            shared::Role::Mediation,
            super::STREET,
            None,
            None,
        )
        .await?;
        assert_eq!(crate::demo::load(&t.cx).await?, 12);
        assert_eq!(crate::demo::load(&t.cx).await?, 0);
        let counted =
            list::desk(&super::with(&t, &p.town, shared::Permission::MediationCount)?).await?;
        assert!(counted.counts.iter().all(|one| one.cases == 1), "{:?}", counted.counts);
        assert_eq!(list::waiting(&signed_in(&t, &p.centre)?).await?.desk, 1);
        assert_eq!(
            count(
                &t,
                "select count(*) from mediation m where m.steps <> (select count(*) from mediation_step s where s.mediation_id = m.id)"
            )
            .await?,
            0
        );
        // And a new one has the next number.
        let case = send(&t, &p.resident, "device-key-1", &form(&p.other)).await?;
        assert_ne!(sees(&t, &p.resident, &case).await?.number, "320581001001-2026-0001");
        assert_eq!(
            sees(&t, &p.town, &case).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}
