//! Reporting without an account: by a number that was proved, and anonymously.

use std::net::IpAddr;

use accounts::{
    model::Phone,
    server::{Settings as Cookies, message},
};
use axum::http::{HeaderMap, HeaderValue, header};
use db::{
    Cx,
    access::Request,
    on,
    test::{TestDb, on_both},
};
use grid::server::Settings;
use shared::{AppError, Permission, RecordId, Timestamp};

use super::{GRID, Outcome, does, form, place, running, sees, send, somebody, state, step, with};
use crate::{
    model::{Action, MatterPage, NewReport, Origin, Reporter, Sent, State},
    server::{act, clock, hand::Hand, page, photo, report, store, track, unmask, upkeep},
};

const COOKIES: Cookies = Cookies {
    demo: false,
    secure: false,
};

fn stranger(t: &TestDb) -> Cx {
    t.request(None).public()
}

async fn says(t: &TestDb, reporter: &Reporter, key: &str, form: &NewReport) -> Result<Sent, AppError> {
    let cx = stranger(t);
    report::report_as(&cx, &Settings::default(), reporter, key, form, Vec::new()).await
}

/// The hand of whoever types the code of a report.
async fn holds(t: &TestDb, sent: &Sent) -> Outcome<Hand> {
    let code = sent.tracking.as_ref().ok_or("no code")?.to_string();
    let (hand, page) = track::open(&stranger(t), &Hand::default(), &code).await?;
    assert_eq!(page, sent.code);
    Ok(hand)
}

async fn opened(t: &TestDb, hand: &Hand, sent: &Sent) -> Result<MatterPage, AppError> {
    page::matter_by(&stranger(t), hand, &sent.code).await
}

async fn takes(t: &TestDb, hand: &Hand, sent: &Sent, action: Action) -> Result<(), AppError> {
    act::act_by(&stranger(t), hand, &sent.code, &step(action), Vec::new()).await
}

const KEY: &str = "8d3f0e0e-7a33-4a3c-9d6e-0d1f2a3b4c5d";
const OTHER_KEY: &str = "8d3f0e0e-7a33-4a3c-9d6e-0d1f2a3b4c5e";

#[tokio::test]
async fn an_anonymous_report_is_handled_to_its_end_by_its_code_and_never_published() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let sent = says(&t, &Reporter::Anonymous, KEY, &form("problem", "facility")).await?;
        let hand = holds(&t, &sent).await?;
        let shown = opened(&t, &hand, &sent).await?;
        assert!(shown.own && !shown.staff && shown.origin == Origin::Anonymous);
        assert_eq!(shown.words, "3 幢门口的路灯三天不亮了");
        assert_eq!(
            opened(&t, &Hand::default(), &sent).await.map_err(|e| e.status()),
            Err(404),
            "the address alone opens nothing"
        );
        takes(&t, &hand, &sent, Action::Add).await?;

        let seen = sees(&t, &p.worker, &sent).await?;
        let whose = seen.reporter.ok_or("nobody")?;
        assert_eq!((whose.name.as_str(), whose.phone), ("匿名", None));
        let published = does(&t, &p.secretary, &sent, Action::Publish).await;
        assert!(
            matches!(published, Err(AppError::Conflict(_))),
            "though it was ticked"
        );
        let refused = unmask::unmask(
            &with(&t, &p.staff, Permission::Unmask)?,
            &sent.code,
            "contact",
            "",
        )
        .await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));

        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &sent, action).await?;
        }
        takes(&t, &hand, &sent, Action::Rate).await?;
        assert_eq!(state(&t, &p.worker, &sent).await?, State::Closed);
        let mut tx = t.cx.read().await?;
        let named: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from matter_step where capacity = 'reporter' and user_id is not null"
        )
        .fetch_one(c)
        .await)?;
        assert_eq!(named, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn sent_twice_it_has_one_code_of_which_a_digest_is_kept() {
    on_both(|t| async move {
        place(&t).await?;
        let first = says(&t, &Reporter::Anonymous, KEY, &form("problem", "facility")).await?;
        let again = says(&t, &Reporter::Anonymous, KEY, &form("problem", "facility")).await?;
        assert_eq!(first, again);
        let otherwise = says(&t, &Reporter::Anonymous, KEY, &form("problem", "parking")).await;
        assert!(matches!(otherwise, Err(AppError::Conflict(_))), "one key, two reports");
        let other = says(&t, &Reporter::Anonymous, OTHER_KEY, &form("problem", "facility")).await?;
        assert_ne!(first.tracking, other.tracking);
        assert_eq!(other.number, "320581001001-2026-0002");
        let short = says(&t, &Reporter::Anonymous, "device-key-1", &form("problem", "facility")).await;
        assert_eq!(short.map_err(|e| e.status()), Err(422), "a key that could be come upon");

        let code = first.tracking.ok_or("no code")?;
        let mut tx = t.cx.read().await?;
        let kept: Vec<String> = on!(tx, |c| sqlx::query_scalar(
            "select tracking from matter union all select key from idempotency union all select endpoint from idempotency"
        )
        .fetch_all(c)
        .await)?;
        let answers: Vec<db::Json<serde_json::Value>> = on!(tx, |c| sqlx::query_scalar(
            "select response from idempotency"
        )
        .fetch_all(c)
        .await)?;
        let kept = format!("{kept:?} {:?}", answers.iter().map(|answer| &answer.0).collect::<Vec<_>>());
        assert!(!kept.contains(code.as_str()) && !kept.contains(&code.to_string()));
        assert!(!kept.contains(KEY));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_hand_opens_what_is_in_it_and_nothing_with_an_account_behind_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let one = says(&t, &Reporter::Anonymous, KEY, &form("problem", "facility")).await?;
        let other = says(&t, &Reporter::Anonymous, OTHER_KEY, &form("problem", "parking")).await?;
        let own = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let hand = holds(&t, &one).await?;
        for closed in [&other, &own] {
            assert_eq!(opened(&t, &hand, closed).await.map_err(|e| e.status()), Err(404));
            assert_eq!(
                takes(&t, &hand, closed, Action::Withdraw).await,
                Err(AppError::NotFound)
            );
        }
        let id = {
            let mut tx = t.cx.read().await?;
            store::by_code(&mut tx, &own.code).await?.ok_or("gone")?.id
        };
        let forged = Hand {
            matter: Some(id),
            ..Hand::default()
        };
        assert_eq!(opened(&t, &forged, &own).await.map_err(|e| e.status()), Err(404));
        assert!(track::page(&stranger(&t), &forged).await?.rows.is_empty());

        // Somebody signed in who types the code does so under no name.
        let request = t.request(Some(somebody(&t, None).await?));
        let cx = request.signed_in()?;
        assert!(
            track::as_whom(&request, &hand, &cx, &one.code)
                .await?
                .actor
                .is_none()
        );
        assert!(
            track::as_whom(&request, &hand, &cx, &own.code)
                .await?
                .actor
                .is_some()
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn photos_of_a_stranger_are_those_only_who_have_the_matter_in_hand_or_handle_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = stranger(&t);
        let photos = vec![db::test::photo()];
        let sent = report::report_as(
            &cx,
            &Settings::default(),
            &Reporter::Anonymous,
            KEY,
            &form("problem", "facility"),
            photos,
        )
        .await?;
        let id: RecordId = sees(&t, &p.worker, &sent).await?.photos[0].id;
        let hand = holds(&t, &sent).await?;
        assert!(photo::readable(&cx, &hand, id).await.is_ok());
        let nobody = photo::readable(&cx, &Hand::default(), id).await;
        assert_eq!(nobody.map(|_| ()), Err(AppError::NotFound));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn codes_are_not_guessed_and_reports_from_one_address_have_an_end() {
    on_both(|t| async move {
        place(&t).await?;
        let from = |address: &str| -> Outcome<Cx> {
            let address: IpAddr = address.parse()?;
            let request = Request {
                address: Some(address),
                ..t.request(None)
            };
            Ok(request.public())
        };
        let cx = from("192.0.2.7")?;
        for _ in 0..60 {
            let wrong = track::open(&cx, &Hand::default(), "K7MP-2QXW-9HTR").await;
            assert_eq!(wrong.map(|_| ()).map_err(|e| e.status()), Err(422));
        }
        let sent = says(&t, &Reporter::Anonymous, KEY, &form("problem", "facility")).await?;
        let code = sent.tracking.ok_or("no code")?.to_string();
        let late = track::open(&cx, &Hand::default(), &code).await;
        assert!(
            matches!(late, Err(AppError::TooManyRequests { .. })),
            "also the right one"
        );
        assert!(
            track::open(&from("192.0.2.8")?, &Hand::default(), &code)
                .await
                .is_ok()
        );

        for n in 0..31 {
            let key = format!("8d3f0e0e-7a33-4a3c-9d6e-{n:012}");
            let outcome = report::report_as(
                &cx,
                &Settings::default(),
                &Reporter::Anonymous,
                &key,
                &form("problem", "facility"),
                Vec::new(),
            )
            .await;
            assert_eq!(outcome.is_ok(), n < 30, "{n}: {outcome:?}");
        }
        Ok(())
    })
    .await;
}

/// The hand of whoever proved a number.
async fn proved(t: &TestDb, number: &str) -> Outcome<Hand> {
    let cx = stranger(t);
    let attempt = track::send_code(&cx, number).await?.to_string();
    let phone = Phone::parse("phone", number)?;
    let code = {
        let mut tx = t.cx.read().await?;
        message::demo_code(&mut tx, cx.keys(), &phone)
            .await?
            .ok_or("no message")?
    };
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let refused = track::prove(&cx, &Hand::default(), &attempt, wrong).await;
    assert_eq!(refused.map(|_| ()).map_err(|e| e.status()), Err(422));
    let hand = track::prove(&cx, &Hand::default(), &attempt, &code).await?;
    let again = track::prove(&cx, &Hand::default(), &attempt, &code).await;
    assert!(again.is_err(), "a code serves once");
    assert_eq!(hand.phone, Some(phone));
    Ok(hand)
}

#[tokio::test]
async fn a_number_that_was_proved_is_called_and_opens_what_was_reported_by_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let hand = proved(&t, "138 1234 5678").await?;
        let phone = hand.phone.clone().ok_or("no number")?;
        let reporter = Reporter::Phone(phone);
        let typed = NewReport {
            phone: "13900000000".into(),
            ..form("problem", "facility")
        };
        let sent = says(&t, &reporter, KEY, &typed).await?;
        let listed = track::page(&stranger(&t), &hand).await?;
        assert_eq!(listed.phone.as_deref(), Some("138****5678"));
        assert_eq!(listed.rows.len(), 1);
        assert!(opened(&t, &hand, &sent).await?.own);
        assert!(
            opened(&t, &holds(&t, &sent).await?, &sent).await?.own,
            "and by its code"
        );
        let other = proved(&t, "13812345679").await?;
        assert!(track::page(&stranger(&t), &other).await?.rows.is_empty());
        assert_eq!(opened(&t, &other, &sent).await.map_err(|e| e.status()), Err(404));

        let whose = sees(&t, &p.worker, &sent).await?.reporter.ok_or("nobody")?;
        assert_eq!(
            whose.phone.as_deref(),
            Some("138****5678"),
            "the number that was proved"
        );
        let seen = unmask::unmask(
            &with(&t, &p.staff, Permission::Unmask)?,
            &sent.code,
            "contact",
            "",
        )
        .await?;
        assert_eq!(seen.phone.as_deref(), Some("13812345678"));
        let published = does(&t, &p.secretary, &sent, Action::Publish).await;
        assert!(matches!(published, Err(AppError::Conflict(_))));

        for n in 1..11 {
            let key = format!("8d3f0e0e-7a33-4a3c-9d6e-{n:012}");
            let outcome = says(&t, &reporter, &key, &typed).await;
            assert_eq!(outcome.is_ok(), n < 10, "{n}: {outcome:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_a_number_nobody_is_called_before_it_ends_unrated() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let silent = says(&t, &Reporter::Anonymous, KEY, &form("question", "other")).await?;
        let reachable = NewReport {
            phone: "13900000000".into(),
            ..form("question", "other")
        };
        let called = says(&t, &Reporter::Anonymous, OTHER_KEY, &reachable).await?;
        for sent in [&silent, &called] {
            for action in [Action::Accept, Action::Begin, Action::Answer] {
                does(&t, &p.worker, sent, action).await?;
            }
        }
        assert_eq!(clock::end(&t.cx).await?, 0, "there is time to rate it");
        t.clock.advance(8 * Timestamp::DAY);
        assert_eq!(clock::end(&t.cx).await?, 1);
        assert_eq!(state(&t, &p.worker, &silent).await?, State::Closed);
        assert_eq!(state(&t, &p.worker, &called).await?, State::Answered);
        assert_eq!(running(&t, GRID).await?, ["reports.check"]);
        // It was never rated: its reporter may have it handled once more.
        takes(&t, &holds(&t, &silent).await?, &silent, Action::Reopen).await?;
        assert_eq!(state(&t, &p.worker, &silent).await?, State::Accepted);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_year_after_its_end_nothing_is_left_of_what_a_stranger_said() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let hand = proved(&t, "13812345678").await?;
        let reporter = Reporter::Phone(hand.phone.clone().ok_or("no number")?);
        let sent = says(&t, &reporter, KEY, &form("problem", "facility")).await?;
        takes(&t, &hand, &sent, Action::Withdraw).await?;
        t.clock.advance(300 * Timestamp::DAY);
        assert_eq!(upkeep::forget(&t.cx).await?, 0);
        t.clock.advance(66 * Timestamp::DAY);
        assert_eq!(upkeep::forget(&t.cx).await?, 1);
        assert_eq!(upkeep::forget(&t.cx).await?, 0);
        let left = sees(&t, &p.worker, &sent).await?;
        assert!(left.words.is_empty() && left.reporter.is_some_and(|whose| whose.phone.is_none()));
        assert!(track::page(&stranger(&t), &hand).await?.rows.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_in_hand_lasts_an_hour_and_cannot_be_made_up() {
    on_both(|t| async move {
        place(&t).await?;
        let sent = says(&t, &Reporter::Anonymous, KEY, &form("problem", "facility")).await?;
        let hand = holds(&t, &sent).await?;
        let (request, cx) = (t.request(None), stranger(&t));
        let cookie = hand.cookie(COOKIES, &cx)?;
        let value = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        let with = |value: &str| -> Outcome<HeaderMap> {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(value)?);
            Ok(headers)
        };
        assert_eq!(Hand::of(&request, COOKIES, &with(&value)?), hand);
        let other = value.replacen("v1.", "v1.x", 1);
        for none in [other.as_str(), "linli-hand=", "linli-hand={}", "a=b"] {
            assert_eq!(
                Hand::of(&request, COOKIES, &with(none)?),
                Hand::default(),
                "{none}"
            );
        }
        t.clock.advance(Timestamp::HOUR + 1);
        assert_eq!(Hand::of(&request, COOKIES, &with(&value)?), Hand::default());
        let gone = Hand::default().cookie(COOKIES, &cx)?;
        assert!(gone.to_str()?.contains("Max-Age=0"));
        Ok(())
    })
    .await;
}
