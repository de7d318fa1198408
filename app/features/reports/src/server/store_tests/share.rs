//! A fair share among those who hold a post, leave, rules that name a person, and trying rules out.

use accounts::{model::Phone, server::delegation};
use db::{
    on,
    test::{TestDb, on_both},
};
use shared::{Actor, GrantId, Permission, Role, UserId};

use super::{
    COMMUNITY, GRID, Outcome, STREET, does, form, node, place, sees, send, somebody, state, step, take, with,
};
use crate::{
    model::{ActForm, Action, MatterId, RoutingForm, Sent, State, TriedBy, TriedRow},
    server::{rules, share, store, tryout},
};

async fn id(t: &TestDb, matter: &Sent) -> Outcome<MatterId> {
    let mut tx = t.cx.read().await?;
    Ok(store::id_of(&mut tx, &matter.code).await?.ok_or("no matter")?)
}

/// Who has a matter by name.
async fn has(t: &TestDb, matter: &Sent) -> Outcome<Option<UserId>> {
    let id = id(t, matter).await?;
    let mut tx = t.cx.read().await?;
    let stored = store::by_id(&mut tx, id).await?.ok_or("no matter")?;
    Ok(share::named(&mut tx, id, stored.unit_id, stored.role()).await?)
}

/// Who has the task of its answer by name.
async fn at_task(t: &TestDb, matter: &Sent) -> Outcome<Option<UserId>> {
    let id = id(t, matter).await?;
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
        "select h.user_id from matter m join task_holder h on h.task_id = m.task_id where m.id = $1 and h.level = 0"
    )
    .bind(id)
    .fetch_one(c)
    .await
    })?)
}

/// Gives one's only role to a colleague for today.
async fn leave(t: &TestDb, who: &Actor, to: &Actor) -> Outcome {
    let mut tx = t.cx.read().await?;
    let grant: GrantId = on!(tx, |c| sqlx::query_scalar(
        "select id from role_grant where user_id = $1 and delegation_id is null"
    )
    .bind(who.user)
    .fetch_one(c)
    .await)?;
    let deputy = accounts::server::account::by_id(&mut tx, to.user)
        .await?
        .ok_or("no account")?;
    let phone = Phone::parse("phone", &deputy.phone(t.cx.keys())?.ok_or("no number")?)?;
    drop(tx);
    let cx = with(t, who, Permission::RoleDelegate)?;
    let today = t.cx.now().date();
    delegation::start(&cx, &phone, &[grant], today, today).await?;
    Ok(())
}

async fn report(t: &TestDb, from: &Actor, key: &str) -> Outcome<Sent> {
    Ok(send(t, from, key, &form("problem", "noise")).await?)
}

#[tokio::test]
async fn those_who_hold_a_post_share_what_comes() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let second = somebody(&t, Some((Role::GridWorker, GRID))).await?;
        let one = report(&t, &p.resident, "device-key-1").await?;
        let two = report(&t, &p.resident, "device-key-2").await?;
        let (first, other) = (has(&t, &one).await?, has(&t, &two).await?);
        let both = [Some(p.worker.user), Some(second.user)];
        assert!(first != other && both.contains(&first) && both.contains(&other));
        assert_eq!(at_task(&t, &one).await?, first, "its task is theirs by name");
        assert_eq!(sees(&t, &p.staff, &one).await?.held.people.len(), 1);

        // Whoever of the post begins has it: the other may be ill.
        let (idle, busy) = if first == Some(p.worker.user) {
            (&second, &p.worker)
        } else {
            (&p.worker, &second)
        };
        does(&t, idle, &one, Action::Accept).await?;
        assert_eq!(has(&t, &one).await?, Some(busy.user));
        does(&t, idle, &one, Action::Begin).await?;
        assert_eq!(has(&t, &one).await?, Some(idle.user));
        assert_eq!(at_task(&t, &one).await?, Some(idle.user));
        let three = report(&t, &p.resident, "device-key-3").await?;
        assert_eq!(
            has(&t, &three).await?,
            Some(busy.user),
            "the other has two by now"
        );

        // Elsewhere it is somebody's there.
        let to = ActForm {
            to: format!("{COMMUNITY}:staff"),
            ..step(Action::Dispatch)
        };
        does(&t, &p.secretary, &two, Action::Accept).await?;
        take(&t, &p.secretary, &two, &to).await?;
        assert_eq!(has(&t, &two).await?, Some(p.staff.user));
        assert_eq!(at_task(&t, &two).await?, Some(p.staff.user));
        does(&t, &p.staff, &two, Action::Begin).await?;
        does(&t, &p.staff, &two, Action::Answer).await?;
        assert_eq!(state(&t, &p.resident, &two).await?, State::Answered);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn on_leave_nobody_gets_anything_and_whoever_stands_in_has_what_was_theirs() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let second = somebody(&t, Some((Role::GridWorker, GRID))).await?;
        let one = report(&t, &p.resident, "device-key-1").await?;
        let away = if has(&t, &one).await? == Some(p.worker.user) {
            &p.worker
        } else {
            &second
        };
        // The deputy works in the community and holds the post as long as the leave lasts.
        leave(&t, away, &p.staff).await?;
        assert_eq!(has(&t, &one).await?, Some(away.user), "until somebody looks");
        assert_eq!(share::again(&t.cx).await?, 1);
        assert_eq!(has(&t, &one).await?, Some(p.staff.user));
        assert_eq!(at_task(&t, &one).await?, Some(p.staff.user));
        assert_eq!(share::again(&t.cx).await?, 0, "once");
        for n in 2..5 {
            let next = report(&t, &p.resident, &format!("device-key-{n}")).await?;
            assert_ne!(has(&t, &next).await?, Some(away.user));
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_holds_the_post_no_more_has_nothing_of_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let one = report(&t, &p.resident, "device-key-1").await?;
        assert_eq!(has(&t, &one).await?, Some(p.worker.user));
        let second = somebody(&t, Some((Role::GridWorker, GRID))).await?;
        assert_eq!(
            share::again(&t.cx).await?,
            0,
            "a colleague who comes takes nothing away"
        );
        let mut tx = t.cx.write().await?;
        db::execute!(
            tx,
            "update user_account set state = 'suspended' where id = $1",
            p.worker.user
        )?;
        tx.commit().await?;
        assert_eq!(share::again(&t.cx).await?, 1);
        assert_eq!(has(&t, &one).await?, Some(second.user));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_rule_names_a_person_and_is_tried_before_it_is_kept() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let second = somebody(&t, Some((Role::GridWorker, GRID))).await?;
        let lamp = report_of(&t, &p.resident, "facility").await?;
        let noise = report_of(&t, &p.resident, "noise").await?;
        let cx = with(&t, &p.town, Permission::ReportRules)?;
        let mut tx = t.cx.read().await?;
        let account = accounts::server::account::by_id(&mut tx, second.user)
            .await?
            .ok_or("no account")?;
        let number = account.phone(t.cx.keys())?.ok_or("no number")?;
        drop(tx);
        let rule = RoutingForm {
            category: "facility".into(),
            role: Role::GridWorker.code().into(),
            person: number.clone(),
            ..RoutingForm::default()
        };
        let asked = |only: &str| tryout::Asked {
            node: STREET.into(),
            form: rule.clone(),
            only: only.into(),
            ..tryout::Asked::default()
        };
        let page = tryout::page(&cx, &asked("")).await?;
        assert!(page.draft && page.wrong.is_empty() && page.rows.next.is_none());
        let by_rule = |row: &TriedRow| row.goes.as_ref().is_some_and(|goes| goes.by == TriedBy::Draft);
        let by: Vec<(&str, bool)> = page
            .rows
            .rows
            .iter()
            .map(|row| (row.code.as_str(), by_rule(row)))
            .collect();
        assert_eq!(
            by,
            [(noise.code.as_str(), false), (lamp.code.as_str(), true)],
            "the newest first"
        );
        let goes = page.rows.rows[1].goes.as_ref().ok_or("nowhere")?;
        assert_eq!((goes.unit.code.as_str(), goes.person.is_some()), (GRID, true));
        assert_eq!(tryout::page(&cx, &asked("none")).await?.rows.rows.len(), 1);
        assert_eq!(tryout::page(&cx, &asked("rule")).await?.rows.rows.len(), 1);

        let nobody = RoutingForm {
            person: "没有这个人".into(),
            ..rule.clone()
        };
        let wrong = tryout::Asked {
            form: nobody.clone(),
            ..asked("")
        };
        let page = tryout::page(&cx, &wrong).await?;
        assert_eq!(page.wrong.first().map(|one| one.field.as_str()), Some("person"));
        let refused = rules::save(&cx, STREET, "", &nobody).await;
        assert_eq!(refused.map_err(|e| e.status()), Err(422));
        let same_name = RoutingForm {
            person: account.shown_name.clone(),
            ..rule.clone()
        };
        let refused = rules::save(&cx, STREET, "", &same_name).await;
        assert_eq!(refused.map_err(|e| e.status()), Err(422), "two are called so");

        rules::save(&cx, STREET, "", &rule).await?;
        let kept = rules::page(&cx, STREET).await?;
        assert_eq!(kept.rows[0].person.as_ref(), Some(&account.shown_name));
        assert_eq!(
            kept.rows[0]
                .facts
                .unit
                .as_ref()
                .map(ToString::to_string)
                .as_deref(),
            Some(GRID)
        );
        // Whoever changes it need not type the number again.
        let id = kept.rows[0].id.to_string();
        rules::save(&cx, STREET, &id, &same_name).await?;
        let unsaved = tryout::Asked {
            node: STREET.into(),
            ..tryout::Asked::default()
        };
        let page = tryout::page(&cx, &unsaved).await?;
        let by = page.rows.rows[1].goes.as_ref().map(|goes| &goes.by);
        assert!(matches!(by, Some(TriedBy::Rule { position: 0, .. })));
        for n in 1..4 {
            let next = send(
                &t,
                &p.resident,
                &format!("device-key-{n}"),
                &form("problem", "facility"),
            )
            .await?;
            assert_eq!(has(&t, &next).await?, Some(second.user));
        }

        // On leave, whoever stands in has it; without the post, the rule leads to nobody.
        leave(&t, &second, &p.staff).await?;
        let next = send(&t, &p.resident, "device-key-8", &form("problem", "facility")).await?;
        assert_eq!(has(&t, &next).await?, Some(p.staff.user));
        let grid = node(&t, GRID).await?;
        let mut tx = t.cx.write().await?;
        db::execute!(
            tx,
            "delete from role_grant where user_id = $1 and node_id = $2",
            second.user,
            grid
        )?;
        tx.commit().await?;
        assert_eq!(rules::page(&cx, STREET).await?.rows[0].matched, 0);
        let elsewhere = with(&t, &p.elsewhere, Permission::ReportHandle)?;
        assert!(
            tryout::page(&elsewhere, &unsaved).await.is_err(),
            "outside of the scope"
        );
        Ok(())
    })
    .await;
}

async fn report_of(t: &TestDb, from: &Actor, category: &str) -> Outcome<Sent> {
    let key = format!("device-key-{category}");
    Ok(send(t, from, &key, &form("problem", category)).await?)
}

#[tokio::test]
async fn a_try_out_goes_on_where_it_stopped() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let mut sent = Vec::new();
        for n in 0..35 {
            sent.push(report(&t, &p.resident, &format!("device-key-{n}")).await?.code);
        }
        let cx = with(&t, &p.town, Permission::ReportRules)?;
        let mut asked = tryout::Asked {
            node: STREET.into(),
            ..tryout::Asked::default()
        };
        let first = tryout::page(&cx, &asked).await?.rows;
        asked.after = first.next.clone().ok_or("more")?;
        let second = tryout::page(&cx, &asked).await?.rows;
        assert_eq!((first.rows.len(), second.rows.len(), second.next), (30, 5, None));
        let mut codes: Vec<String> = first
            .rows
            .into_iter()
            .chain(second.rows)
            .map(|row| row.code)
            .collect();
        codes.reverse();
        assert_eq!(codes, sent);
        Ok(())
    })
    .await;
}
