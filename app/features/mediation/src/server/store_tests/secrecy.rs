//! Who sees a case: those who are named, and nobody else, whatever else they hold.

use db::{execute, on, test::on_both};
use shared::{Acting, AppError, Permission, Timestamp};

use super::{
    ActForm, Action, Somebody, State, begun, count, does, form, names, opened, place, sees, send, signed_in,
    step, take, with,
};
use crate::{
    model::{NewCaseForm, Part},
    server::{apply, list, untaken},
};

#[tokio::test]
async fn overseers_are_told_how_many_and_nothing_else() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = begun(&t, &p).await?;
        for who in [&p.town, &p.district, &p.secretary, &p.worker, &p.other] {
            assert_eq!(sees(&t, who, &case).await.map(|_| ()), Err(AppError::NotFound));
            assert_eq!(does(&t, who, &case, Action::Note).await, Err(AppError::NotFound));
            assert!(list::mine(&signed_in(&t, who)?, "").await?.own.rows.is_empty());
        }
        for who in [&p.resident, &p.centre, &p.staff] {
            assert!(sees(&t, who, &case).await.is_ok());
            assert_eq!(list::mine(&signed_in(&t, who)?, "").await?.own.rows.len(), 1);
        }
        let counted = list::desk(&with(&t, &p.town, Permission::MediationCount)?).await?;
        let running: Vec<_> = counted.counts.iter().filter(|one| one.cases > 0).collect();
        assert_eq!(
            (running.len(), running[0].state, running[0].cases),
            (1, State::Consented, 1)
        );
        assert!(counted.waiting.is_empty());
        assert_eq!(
            with(&t, &p.worker, Permission::MediationCount).map(|_| ()),
            Err(AppError::Forbidden)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_holds_the_post_takes_it_before_they_read_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = send(&t, &p.resident, "device-key-1", &form(&p.other)).await?;
        let before = sees(&t, &p.centre, &case).await?;
        assert!(before.desk && before.words.is_empty() && before.wish.is_empty() && before.people.is_empty());
        assert!(before.steps.is_empty());
        assert_eq!(before.offers.len(), 1);
        assert_eq!(list::waiting(&signed_in(&t, &p.centre)?).await?.desk, 1);
        does(&t, &p.centre, &case, Action::Take).await?;
        let waiting = list::waiting(&signed_in(&t, &p.centre)?).await?;
        assert_eq!((waiting.desk, waiting.own), (0, 1));
        assert_eq!(list::waiting(&signed_in(&t, &p.resident)?).await?.own, 1);
        let after = sees(&t, &p.centre, &case).await?;
        assert!(after.staff && !after.words.is_empty());
        assert!(
            after
                .people
                .iter()
                .any(|one| one.phone.as_ref() == Some(&p.other.phone))
        );

        // Whoever holds the post no more sees it no more, and somebody else there takes it over.
        let heir = super::somebody(&t, "金人和", Some((shared::Role::Mediation, super::STREET))).await?;
        assert_eq!(sees(&t, &heir, &case).await.map(|_| ()), Err(AppError::NotFound));
        let mut tx = t.cx.write().await?;
        execute!(
            tx,
            "update role_grant set valid_to = '2026-11-22', valid_from = '2026-11-01' where user_id = $1",
            p.centre.actor.user
        )?;
        tx.commit().await?;
        let gone = Somebody {
            actor: opened(&t, p.centre.actor.user).await?,
            name: p.centre.name,
            phone: String::new(),
        };
        assert_eq!(sees(&t, &gone, &case).await.map(|_| ()), Err(AppError::NotFound));
        does(&t, &heir, &case, Action::Take).await?;
        assert!(sees(&t, &heir, &case).await?.staff);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_is_a_side_does_not_take_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = send(&t, &p.resident, "device-key-1", &form(&p.centre)).await?;
        let taken = does(&t, &p.centre, &case, Action::Take).await;
        assert_eq!(taken.map_err(|e| e.status()), Err(409));
        assert!(sees(&t, &p.centre, &case).await?.words.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_mediator_has_no_ties_and_nobody_has_to_put_up_with_one() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = send(&t, &p.resident, "device-key-1", &form(&p.other)).await?;
        for action in [Action::Take, Action::Accept, Action::Ask, Action::Consent] {
            does(&t, &p.centre, &case, action).await?;
        }
        for side in [&p.resident, &p.other] {
            let named = names(&t, &p.centre, &case, side).await.map_err(|e| e.status());
            assert_eq!(named, Err(422), "{} is a side", side.name);
        }
        let by_phone = ActForm {
            phone: p.staff.phone.clone(),
            ..step(Action::Name)
        };
        take(&t, &p.centre, &case, &by_phone).await?;
        let page = sees(&t, &p.resident, &case).await?;
        let mediator = page
            .people
            .iter()
            .find(|one| one.part == Part::Mediator)
            .ok_or("no mediator")?;
        let object = ActForm {
            person: mediator.id.to_string(),
            ..step(Action::Object)
        };
        assert_eq!(
            take(&t, &p.staff, &case, &object).await,
            Err(AppError::Forbidden),
            "not the mediator's to say"
        );
        take(&t, &p.resident, &case, &object).await?;
        assert_eq!(
            sees(&t, &p.staff, &case).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        let again = names(&t, &p.centre, &case, &p.staff)
            .await
            .map_err(|e| e.status());
        assert_eq!(again, Err(422), "not once more");
        names(&t, &p.centre, &case, &p.secretary).await?;
        does(&t, &p.secretary, &case, Action::StepAside).await?;
        assert_eq!(
            sees(&t, &p.secretary, &case).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_written_down_for_somebody_is_not_for_who_wrote_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let behalf = NewCaseForm {
            behalf: true,
            name: "陈阿婆".into(),
            ..form(&p.other)
        };
        let cx = signed_in(&t, &p.worker)?;
        let sent = apply::apply(&cx, "device-key-1", &behalf).await?;
        assert_eq!(sent.code, None);
        assert!(sent.number.starts_with("320581001001-2026-"), "{}", sent.number);
        assert!(list::mine(&cx, "").await?.own.rows.is_empty());
        let refused = apply::apply(&signed_in(&t, &p.resident)?, "device-key-2", &behalf).await;
        assert_eq!(refused.map_err(|e| e.status()).map(|_| ()), Err(422));

        // Whoever acts for somebody sees what they wrote down for them, and nothing else of theirs.
        let own = send(&t, &p.resident, "device-key-3", &form(&p.other)).await?;
        let mut acting = Somebody {
            actor: p.worker.actor.clone(),
            name: p.worker.name,
            phone: p.worker.phone.clone(),
        };
        acting.actor.acting_for = Some(Acting {
            user: p.resident.actor.user,
            name: "赵小明".into(),
        });
        assert_eq!(sees(&t, &acting, &own).await.map(|_| ()), Err(AppError::NotFound));
        let theirs = send(&t, &acting, "device-key-4", &form(&p.other)).await?;
        assert_eq!(sees(&t, &acting, &theirs).await?.side, Some(Part::Applicant));
        assert_eq!(list::mine(&signed_in(&t, &acting)?, "").await?.own.rows.len(), 1);
        assert!(sees(&t, &p.resident, &theirs).await.is_ok());
        assert_eq!(
            sees(&t, &p.worker, &theirs).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn each_reading_is_noted_and_what_is_appended_holds_no_words() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = begun(&t, &p).await?;
        let reads = "select count(*) from audit_entry where action = 'mediation.case.read'";
        let before = count(&t, reads).await?;
        sees(&t, &p.resident, &case).await?;
        sees(&t, &p.staff, &case).await?;
        assert!(sees(&t, &p.town, &case).await.is_err());
        assert_eq!(count(&t, reads).await? - before, 2);

        does(&t, &p.staff, &case, Action::Warn).await?;
        assert_eq!(super::running(&t, super::DISTRICT).await?, ["mediation.warned"]);
        let shown = sees(&t, &p.resident, &case).await?;
        assert!(shown.steps.iter().all(|step| step.action != Action::Warn), "not for the sides");
        let mut tx = t.cx.read().await?;
        let data: Vec<String> = on!(tx, |c| sqlx::query_scalar(
            "select cast(data as text) from event where kind like 'mediation.%'"
        )
        .fetch_all(c)
        .await)?;
        assert!(!data.is_empty() && data.iter().all(|data| data == "{}"), "{data:?}");
        let titles: Vec<String> = on!(tx, |c| sqlx::query_scalar(
            "select title from task where kind like 'mediation.%'"
        )
        .fetch_all(c)
        .await)?;
        for title in &titles {
            for name in ["赵小明", "李四平", "漏水"] {
                assert!(!title.contains(name), "{title}");
            }
        }
        let told: Vec<String> = on!(tx, |c| sqlx::query_scalar(
            "select told from mediation where told is not null union select name from mediation_person where name is not null"
        )
        .fetch_all(c)
        .await)?;
        assert!(told.iter().all(|sealed| sealed.starts_with("v1.")), "{told:?}");
        drop(tx);
        assert_eq!(
            count(&t, "select count(*) from task where kind like 'mediation.%' and not narrow").await?,
            0
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_level_above_learns_that_nobody_took_an_application_and_nothing_of_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = send(&t, &p.resident, "device-key-1", &form(&p.other)).await?;
        assert_eq!(untaken::tell(&t.cx).await?, 0, "there is time");
        t.clock.advance(4 * Timestamp::DAY);
        assert_eq!(untaken::tell(&t.cx).await?, 1);
        assert_eq!(untaken::tell(&t.cx).await?, 0, "once");
        let district = super::node(&t, super::DISTRICT).await?;
        let mut tx = t.cx.read().await?;
        let above = tasks::server::task::running_at(&mut tx, district).await?;
        let (title, number): (String, i64) =
            on!(tx, |c| sqlx::query_as("select title, number from mediation")
                .fetch_one(c)
                .await)?;
        drop(tx);
        assert_eq!(above.len(), 1);
        assert_eq!(above[0].title, "虞山街道：有一件调解申请到期没有人接手");
        assert!(!above[0].title.contains(&title) && !above[0].title.contains(&number.to_string()));
        assert_eq!(
            sees(&t, &p.district, &case).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        assert_eq!(
            count(
                &t,
                "select count(*) from task where kind like 'mediation.%' and not narrow"
            )
            .await?,
            0
        );
        // It is over once somebody takes it.
        does(&t, &p.centre, &case, Action::Take).await?;
        assert!(super::running(&t, super::DISTRICT).await?.is_empty());
        assert_eq!(untaken::tell(&t.cx).await?, 0);
        Ok(())
    })
    .await;
}
