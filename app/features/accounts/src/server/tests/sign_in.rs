//! Signing in, sessions, the second factor, messages.

use std::sync::Arc;

use async_trait::async_trait;
use db::{on, test::on_both};
use serde_json::Value;
use shared::{AppError, RecordId, Role, Timestamp};

use super::*;
use crate::server::{
    account, code, factor,
    message::{MessagePort, SendError, Template},
    password,
    register::{self, Registration},
    session::Browser,
    sign_in::{self, Entered},
};

fn browser() -> Browser {
    Browser {
        label: "微信 · 安卓".into(),
        last_token: None,
    }
}

fn public(t: &TestDb) -> Cx {
    t.request(None).public()
}

#[tokio::test]
async fn a_code_signs_in_once() {
    on_both(|t| async move {
        let user = person(&t, 1).await?;
        let id = sign_in::request_code(&public(&t), &phone(1)).await?;
        let right = code_to(&t, &phone(1)).await?;
        let Entered::SignedIn(opened) = sign_in::by_code(&public(&t), id, &right, &browser()).await? else {
            return Err("not signed in".into());
        };
        let actor = session::resolve(&t.house, &opened.token)
            .await?
            .ok_or("no session")?
            .actor;
        assert_eq!(
            (actor.user, actor.name.as_str(), actor.second_factor),
            (user, "李明", false)
        );
        let again = sign_in::by_code(&public(&t), id, &right, &browser())
            .await
            .unwrap_err();
        assert_eq!(again.status(), 422, "a code serves once");
        let mut tx = t.cx.read().await?;
        let stored: Vec<String> = on!(tx, |c| sqlx::query_scalar("select token_hash from session")
            .fetch_all(c)
            .await)?;
        assert!(
            !stored.iter().any(|hash| hash.contains(&opened.token)),
            "only the hash is stored"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_code_for_a_report_proves_the_number_once_and_signs_nobody_in() {
    on_both(|t| async move {
        person(&t, 1).await?;
        let id = sign_in::request_report_code(&public(&t), &phone(1)).await?;
        let right = code_to(&t, &phone(1)).await?;
        let entered = sign_in::by_code(&public(&t), id, &right, &browser()).await;
        assert_eq!(
            entered.map(|_| ()).map_err(|e| e.status()),
            Err(422),
            "for something else"
        );
        assert_eq!(sign_in::prove_number(&public(&t), id, &right).await?, phone(1));
        let again = sign_in::prove_number(&public(&t), id, &right).await;
        assert_eq!(again.map(|_| ()).map_err(|e| e.status()), Err(422));
        // The newest message is the one that is shown.
        t.clock.advance(Timestamp::SECOND);
        let other = sign_in::request_code(&public(&t), &phone(1)).await?;
        let right = code_to(&t, &phone(1)).await?;
        let proved = sign_in::prove_number(&public(&t), other, &right).await;
        assert_eq!(proved.map(|_| ()).map_err(|e| e.status()), Err(422));
        // One number is sent so many messages, whatever they are for.
        sign_in::request_report_code(&public(&t), &phone(1)).await?;
        let fourth = sign_in::request_code(&public(&t), &phone(1)).await;
        assert!(matches!(fourth, Err(AppError::TooManyRequests { .. })));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn five_wrong_codes_end_it_even_if_the_sixth_is_right() {
    on_both(|t| async move {
        person(&t, 1).await?;
        let id = sign_in::request_code(&public(&t), &phone(1)).await?;
        let right = code_to(&t, &phone(1)).await?;
        for left in (0..code::TRIES).rev() {
            let error = sign_in::by_code(&public(&t), id, wrong(&right), &browser())
                .await
                .unwrap_err();
            if left > 0 {
                assert!(error.message().contains(&format!("{left} 次")), "{error}");
            }
        }
        assert!(
            sign_in::by_code(&public(&t), id, &right, &browser())
                .await
                .unwrap_err()
                .message()
                .contains("重新获取")
        );
        for garbage in ["", "12345", "1234567", "abcdef", "12345六"] {
            assert_eq!(
                sign_in::by_code(&public(&t), id, garbage, &browser())
                    .await
                    .unwrap_err()
                    .status(),
                422,
                "{garbage}"
            );
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_code_expires_and_a_newer_one_replaces_it() {
    on_both(|t| async move {
        person(&t, 1).await?;
        let first = sign_in::request_code(&public(&t), &phone(1)).await?;
        let old = code_to(&t, &phone(1)).await?;
        t.clock.advance(2 * Timestamp::MINUTE);
        let second = sign_in::request_code(&public(&t), &phone(1)).await?;
        assert!(
            sign_in::by_code(&public(&t), first, &old, &browser())
                .await
                .is_err(),
            "the last message counts"
        );
        let new = code_to(&t, &phone(1)).await?;
        t.clock.advance(code::LIFE);
        assert!(
            sign_in::by_code(&public(&t), second, &new, &browser())
                .await
                .is_err(),
            "after five minutes"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn another_message_does_not_hide_the_code_of_a_demonstration() {
    on_both(|t| async move {
        person(&t, 1).await?;
        let id = sign_in::request_code(&public(&t), &phone(1)).await?;
        let right = code_to(&t, &phone(1)).await?;
        t.clock.advance(Timestamp::MINUTE);
        let mut tx = t.cx.write().await?;
        let until = tx.now().plus(Timestamp::DAY);
        let topic = serde_json::json!({ "topic": "任务" });
        message::queue(&mut tx, &phone(1), Template::Notice, topic, until).await?;
        tx.commit().await?;
        let step = code::step(&public(&t), id, true).await?;
        assert_eq!(step.demo_code, Some(right));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_unknown_number_is_answered_alike_and_registers() {
    on_both(|t| async move {
        places(&t).await?;
        person(&t, 1).await?;
        let known = sign_in::request_code(&public(&t), &phone(1)).await?;
        let unknown = sign_in::request_code(&public(&t), &phone(2)).await?;
        let step = |id| {
            let cx = public(&t);
            async move { code::step(&cx, id, true).await }
        };
        assert!(step(known).await?.demo_code.is_some() && step(unknown).await?.demo_code.is_some());
        let right = code_to(&t, &phone(2)).await?;
        let Entered::Register { ticket } = sign_in::by_code(&public(&t), unknown, &right, &browser()).await?
        else {
            return Err("signed in without an account".into());
        };
        assert!(
            register::ticket_phone(&public(&t), &ticket)
                .await?
                .contains("****")
        );
        let mut form = Registration {
            name: "陈阿婆".into(),
            door: "3 幢 501".into(),
            ..Registration::default()
        };
        let refused = register::register(&public(&t), &ticket, &form, &browser())
            .await
            .unwrap_err();
        for field in ["node", "grown", "read"] {
            assert_eq!(refused.for_field(field).count(), 1, "{field}");
        }
        form.node = Some(node(&t, GRID).await?);
        (form.grown, form.read) = (true, true);
        let opened = register::register(&public(&t), &ticket, &form, &browser()).await?;
        let actor = session::resolve(&t.house, &opened.token)
            .await?
            .ok_or("no session")?
            .actor;
        assert!(
            actor.grants.is_empty(),
            "until confirmed, somebody can do what the public can"
        );
        let twice = register::register(&public(&t), &ticket, &form, &browser())
            .await
            .unwrap_err();
        assert_eq!(twice.status(), 409, "a ticket serves once");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn limits_hold_on_whichever_node_and_10000_tries_are_bounded() {
    on_both(|t| async move {
        person(&t, 1).await?;
        // Two requests share nothing but the database, as two nodes do.
        let nodes = [public(&t), public(&t)];
        for n in 0..3 {
            sign_in::request_code(&nodes[n % 2], &phone(1)).await?;
        }
        let soon = sign_in::request_code(&nodes[1], &phone(1)).await.unwrap_err();
        assert_eq!(soon.status(), 429);
        // Every try after the first few is refused before anything is hashed, so ten thousand take no longer.
        let mut let_through = 0;
        for n in 0..10_000_usize {
            let tried =
                sign_in::by_password(&nodes[n % 2], &phone(1), "wrong password".into(), &browser()).await;
            match tried.unwrap_err() {
                AppError::TooManyRequests { .. } => {}
                _ => let_through += 1,
            }
        }
        assert_eq!(let_through, 10);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn passwords_sign_in_and_say_nothing_about_numbers() {
    on_both(|t| async move {
        let actor = {
            let user = person(&t, 1).await?;
            enter(&t, user).await?
        };
        person(&t, 2).await?;
        password::change(&own(&t, &actor), None, "春江潮水连海平海上明".into()).await?;
        let opened =
            sign_in::by_password(&public(&t), &phone(1), "春江潮水连海平海上明".into(), &browser()).await?;
        assert!(session::resolve(&t.house, &opened.token).await?.is_some());
        let answer = |n: u32| {
            let cx = public(&t);
            async move {
                sign_in::by_password(&cx, &phone(n), "something wrong".into(), &browser())
                    .await
                    .unwrap_err()
            }
        };
        assert_eq!(answer(1).await, answer(2).await, "no password");
        assert_eq!(answer(1).await, answer(3).await, "no account");
        let without = password::change(&own(&t, &actor), None, "另一个很长的密码哦哦".into())
            .await
            .unwrap_err();
        assert_eq!(
            without.for_field("current").count(),
            1,
            "whoever has a password types it first"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn sessions_end_by_idleness_by_age_by_hand_and_by_suspension() {
    on_both(|t| async move {
        places(&t).await?;
        let open = |n: u32| {
            let t = t.clone();
            async move {
                let user = match service::user_by_phone(&t.cx, &phone(n)).await? {
                    Some(user) => user,
                    None => person(&t, n).await?,
                };
                let mut tx = t.cx.write().await?;
                let opened = session::open(&mut tx, user, &browser()).await?;
                tx.commit().await?;
                Outcome::Ok(opened)
            }
        };
        let resident = open(1).await?;
        let limits = crate::model::limits_for(&[]);
        t.clock.advance(limits.idle + 1);
        assert!(
            session::resolve(&t.house, &resident.token).await?.is_none(),
            "idle"
        );

        let used = open(1).await?;
        for _ in 0..(limits.absolute / limits.idle) {
            t.clock.advance(limits.idle - Timestamp::DAY);
            session::touch(&t.cx, used.id).await?;
            assert!(session::resolve(&t.house, &used.token).await?.is_some(), "used");
        }
        t.clock.advance(limits.absolute);
        session::touch(&t.cx, used.id).await?;
        assert!(
            session::resolve(&t.house, &used.token).await?.is_none(),
            "too old, though used"
        );

        let (one, two) = (open(1).await?, open(1).await?);
        let actor = session::resolve(&t.house, &one.token)
            .await?
            .ok_or("no session")?
            .actor;
        sign_in::sign_out_elsewhere(&own(&t, &actor)).await?;
        assert!(session::resolve(&t.house, &two.token).await?.is_none());
        let stranger = {
            let user = person(&t, 2).await?;
            enter(&t, user).await?
        };
        let foreign = sign_in::sign_out(&own(&t, &stranger), Some(one.id))
            .await
            .unwrap_err();
        assert_eq!(foreign, AppError::NotFound, "another's session");
        sign_in::sign_out(&own(&t, &actor), None).await?;
        assert!(session::resolve(&t.house, &one.token).await?.is_none());

        let officer = worker(&t, 9, Role::SecurityAdmin, "320581").await?;
        let last = open(1).await?;
        let cx = with(&t, &officer, Permission::AccountManage)?;
        super::super::directory::manage(&cx, last.user, super::super::directory::Doing::Suspend).await?;
        assert!(
            session::resolve(&t.house, &last.token).await?.is_none(),
            "suspended"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_cookie_of_garbage_is_nobody() {
    on_both(|t| async move {
        let long = "x".repeat(10_000);
        for garbage in [
            "",
            "garbage",
            "' or 1=1 --",
            "\0\0",
            "../../etc/passwd",
            long.as_str(),
            &"A".repeat(43),
        ] {
            assert!(session::resolve(&t.house, garbage).await?.is_none());
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn administrators_hold_their_permissions_once_the_factor_was_shown() {
    on_both(|t| async move {
        places(&t).await?;
        let user = person(&t, 1).await?;
        service::grant(
            &t.cx,
            phone(1).as_str(),
            Role::SecurityAdmin,
            "320581",
            None,
            None,
        )
        .await?;
        let mut tx = t.cx.write().await?;
        factor::put(&mut tx, t.cx.keys(), user, crate::demo::FACTOR_SECRET).await?;
        let opened = session::open(&mut tx, user, &browser()).await?;
        tx.commit().await?;
        assert!(opened.has_factor && opened.needs_factor);
        let before = session::resolve(&t.house, &opened.token)
            .await?
            .ok_or("no session")?
            .actor;
        assert_eq!(
            with(&t, &before, Permission::RoleGrant).unwrap_err(),
            AppError::SecondFactorRequired
        );
        let right = factor::code_at(crate::demo::FACTOR_SECRET, t.cx.now())?;
        assert_eq!(
            factor::show(&own(&t, &before), opened.id, wrong(&right))
                .await
                .unwrap_err()
                .status(),
            422
        );
        factor::show(&own(&t, &before), opened.id, &right).await?;
        let after = session::resolve(&t.house, &opened.token)
            .await?
            .ok_or("no session")?
            .actor;
        assert!(with(&t, &after, Permission::RoleGrant).is_ok());
        assert_eq!(
            factor::show(&own(&t, &before), opened.id, &right)
                .await
                .unwrap_err()
                .status(),
            422,
            "a code serves once"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn enrolling_gives_recovery_codes_that_serve_once() {
    on_both(|t| async move {
        let user = person(&t, 1).await?;
        let actor = enter(&t, user).await?;
        let cx = own(&t, &actor);
        factor::begin(&cx).await?;
        let enrolment = factor::security(&cx).await?.enrolling.ok_or("nothing to enrol")?;
        assert!(enrolment.url.starts_with("otpauth://totp/"), "{}", enrolment.url);
        let codes = factor::enrol(&cx, &factor::code_at(&enrolment.secret, t.cx.now())?).await?;
        assert_eq!(codes.len(), 10);
        factor::show(&cx, actor.session, &codes[3]).await?;
        assert!(factor::show(&cx, actor.session, &codes[3]).await.is_err());
        assert_eq!(factor::security(&cx).await?.recovery_left, 9);
        Ok(())
    })
    .await;
}

#[derive(Debug, Default)]
struct Fake {
    sent: std::sync::Mutex<Vec<(String, Value)>>,
    fail: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl MessagePort for Fake {
    async fn send(
        &self,
        _id: RecordId,
        to: &Phone,
        _template: Template,
        params: &Value,
    ) -> Result<(), SendError> {
        if self.fail.swap(false, std::sync::atomic::Ordering::SeqCst) {
            return Err(SendError::Later("busy".into()));
        }
        self.sent
            .lock()
            .unwrap()
            .push((to.as_str().to_owned(), params.clone()));
        Ok(())
    }
}

#[tokio::test]
async fn a_message_is_sent_once_and_its_words_are_wiped() {
    on_both(|t| async move {
        sign_in::request_code(&public(&t), &phone(1)).await?;
        let mut tx = t.cx.read().await?;
        let id: RecordId = on!(tx, |c| sqlx::query_scalar("select id from message")
            .fetch_one(c)
            .await)?;
        drop(tx);
        let fake = Arc::new(Fake::default());
        fake.fail.store(true, std::sync::atomic::Ordering::SeqCst);
        let port: Arc<dyn MessagePort> = fake.clone();
        assert!(
            message::deliver(&t.cx, &port, id).await.is_err(),
            "busy: the job tries again"
        );
        message::deliver(&t.cx, &port, id).await?;
        message::deliver(&t.cx, &port, id).await?;
        assert_eq!(fake.sent.lock().unwrap().len(), 1);
        assert_eq!(fake.sent.lock().unwrap()[0].0, phone(1).as_str());
        let mut tx = t.cx.read().await?;
        let left: (Option<String>, Option<String>) =
            on!(tx, |c| sqlx::query_as("select phone, params from message")
                .fetch_one(c)
                .await)?;
        assert_eq!(left, (None, None));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nothing_personal_lies_open_in_the_tables() {
    on_both(|t| async move {
        person(&t, 1).await?;
        sign_in::request_code(&public(&t), &phone(1)).await?;
        let mut tx = t.cx.write().await?;
        let account = account::by_phone(&mut tx, t.cx.keys(), &phone(1))
            .await?
            .ok_or("no account")?;
        assert_eq!(account.shown_name, "李*");
        assert!(
            !format!("{account:?}").contains("李明") && !format!("{account:?}").contains(phone(1).as_str())
        );
        let jobs: Vec<String> = on!(tx, |c| sqlx::query_scalar(
            "select cast(payload as text) from job"
        )
        .fetch_all(c)
        .await)?;
        assert!(!jobs.is_empty() && jobs.iter().all(|job| !job.contains(phone(1).as_str())));
        Ok(())
    })
    .await;
}
