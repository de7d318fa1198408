//! Web Push: what is sent, to whom, what the service's answers mean, and when it ends.

use std::sync::Arc;

use accounts::server::sign_in;
use db::{on, test::on_both};
use serde_json::json;
use shared::Timestamp;

use super::{
    browser::{Browser, Service},
    left, open, opened, own, person, sent, visit, work,
};
use crate::{
    model::{Importance, Kind, View},
    server::{
        Notice, choice, inbox,
        push::{Push, subscription},
    },
};

#[tokio::test]
async fn a_push_says_its_topic_to_one_browser_and_nothing_to_the_service() {
    on_both(|t| async move {
        let (service, push) = (Service::start().await, Arc::new(Push::for_tests()));
        let (me, other) = (person(&t, 1).await?, person(&t, 2).await?);
        let (mine, theirs) = (Browser::new(&service, 1), Browser::new(&service, 2));
        mine.subscribe(&own(&t, &me), &push).await?;
        theirs.subscribe(&own(&t, &other), &push).await?;
        sent(&t, &opened(me.user, "看望王大爷")).await?;
        assert!(service.seen().is_empty(), "not while the notice is written");
        assert_eq!(work(&t, Some(&push)).await?, 1);
        let seen = service.seen();
        assert_eq!(seen.len(), 1, "to her device, once");
        let told = mine.read(&seen[0]).ok_or("for this browser")?;
        let id = inbox::list(&own(&t, &me), View::All, "").await?.rows.rows[0].id;
        assert_eq!(
            told,
            json!({ "title": "交给您办的事", "url": format!("/inbox/{id}") })
        );
        assert!(theirs.read(&seen[0]).is_none());
        assert!(service.knows(&push, &seen[0]));
        assert_eq!(seen[0].path, "/push/1");
        assert_eq!(
            (
                seen[0].header("content-encoding"),
                seen[0].header("urgency"),
                seen[0].header("ttl").parse::<i64>()? <= 86_400,
            ),
            ("aes128gcm", "normal", true)
        );
        assert!(!String::from_utf8_lossy(&seen[0].body).contains("交给您办的事"));
        assert_eq!(left(&t, me.user).await?, ["push sent"]);
        // What is kept of the browser is sealed.
        let mut tx = t.cx.read().await?;
        let sealed: Vec<String> = on!(tx, |c| sqlx::query_scalar("select sealed from push_subscription")
            .fetch_all(c)
            .await)?;
        assert!(sealed.len() == 2 && sealed.iter().all(|sealed| sealed.starts_with("v1.")));
        drop(tx);

        // Urgent ones tell the phone to wake, and come as a short message too; what was read before it left does not leave.
        sent(&t, &Notice::new(me.user, Kind::TaskEscalated, "1")).await?;
        sent(&t, &Notice::new(me.user, Kind::NewDevice, "2")).await?;
        for row in inbox::list(&own(&t, &me), View::All, "").await?.rows.rows {
            if row.importance == Importance::Info {
                inbox::read(&own(&t, &me), row.id).await?;
            }
        }
        work(&t, Some(&push)).await?;
        let seen = service.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].header("urgency"), "high");
        assert_eq!(
            left(&t, me.user).await?,
            ["push sent", "text sent", "push sent", "push dropped read"]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_a_service_answers_decides_what_becomes_of_it() {
    on_both(|t| async move {
        let (service, push) = (Service::start().await, Arc::new(Push::for_tests()));
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        let browser = Browser::new(&service, 1);
        browser.subscribe(&cx, &push).await?;
        // Busy, then broken, then well.
        service.answers([429, 503]);
        sent(&t, &opened(me.user, "一")).await?;
        for expected in ["push waiting", "push waiting", "push sent"] {
            work(&t, Some(&push)).await?;
            assert_eq!(left(&t, me.user).await?, [expected]);
            t.clock.advance(10 * Timestamp::SECOND);
        }
        assert_eq!(service.seen().len(), 3);
        // Nobody follows where it leads.
        service.answers([307]);
        sent(&t, &opened(me.user, "二")).await?;
        work(&t, Some(&push)).await?;
        let seen = service.seen();
        assert_eq!((seen.len(), seen[0].path.as_str()), (1, "/push/1"));
        // Never well: given up after a while, and no job is left that somebody would have to look at.
        service.answers([500; 20]);
        sent(&t, &opened(me.user, "三")).await?;
        for _ in 0..10 {
            work(&t, Some(&push)).await?;
            t.clock.advance(10 * Timestamp::SECOND);
        }
        assert_eq!(service.seen().len(), 6);
        assert_eq!(
            left(&t, me.user).await?,
            ["push sent", "push failed refused", "push failed unreachable"]
        );
        // Gone for good.
        for gone in [404, 410] {
            browser.subscribe(&cx, &push).await?;
            let service_says = Service::start().await;
            service_says.answers([gone]);
            let there = Browser::new(&service_says, 7);
            there.subscribe(&cx, &push).await?;
            assert!(choice::page(&cx, Some(&push)).await?.push.ok_or("offered")?.here);
            sent(&t, &opened(me.user, &format!("{gone}"))).await?;
            work(&t, Some(&push)).await?;
            assert_eq!(service_says.seen().len(), 1);
            assert_eq!(
                left(&t, me.user).await?.last().map(String::as_str),
                Some("push failed gone")
            );
            assert!(!choice::page(&cx, Some(&push)).await?.push.ok_or("offered")?.here);
        }
        assert!(service.seen().is_empty(), "one browser a session");
        // Without a key nothing is offered, and nothing fails.
        browser.subscribe(&cx, &push).await?;
        sent(&t, &opened(me.user, "四")).await?;
        work(&t, None).await?;
        assert_eq!(
            left(&t, me.user).await?.last().map(String::as_str),
            Some("push dropped off")
        );
        assert_eq!(choice::page(&cx, None).await?.push, None);
        // Another key since: what was subscribed with the old one is of no use, and is not asked.
        let other = Arc::new(Push::for_tests());
        assert!(!choice::page(&cx, Some(&other)).await?.push.ok_or("offered")?.here);
        sent(&t, &opened(me.user, "五")).await?;
        work(&t, Some(&other)).await?;
        assert_eq!(
            left(&t, me.user).await?.last().map(String::as_str),
            Some("push dropped gone")
        );
        assert!(service.seen().is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pushes_end_with_the_session_of_the_device() {
    on_both(|t| async move {
        let (service, push) = (Service::start().await, Arc::new(Push::for_tests()));
        let me = person(&t, 1).await?;
        let phone = visit(&t, &open(&t, me.user).await?).await?.actor;
        let tablet = visit(&t, &open(&t, me.user).await?).await?.actor;
        Browser::new(&service, 1)
            .subscribe(&own(&t, &phone), &push)
            .await?;
        Browser::new(&service, 2)
            .subscribe(&own(&t, &tablet), &push)
            .await?;
        // The same browser once more is the same device.
        Browser::new(&service, 2)
            .subscribe(&own(&t, &tablet), &push)
            .await?;
        sent(&t, &opened(me.user, "一")).await?;
        sent(&t, &opened(me.user, "二")).await?;
        // One waits while she signs out.
        sign_in::sign_out(&own(&t, &phone), None).await?;
        work(&t, Some(&push)).await?;
        let paths: Vec<String> = service.seen().into_iter().map(|seen| seen.path).collect();
        assert_eq!(paths, ["/push/2", "/push/2"]);
        sent(&t, &opened(me.user, "三")).await?;
        assert_eq!(
            work(&t, Some(&push)).await?,
            1,
            "nothing is even planned for the phone"
        );
        // Turned off by hand.
        subscription::end(&own(&t, &tablet)).await?;
        assert!(
            !choice::page(&own(&t, &tablet), Some(&push))
                .await?
                .push
                .ok_or("offered")?
                .here
        );
        sent(&t, &opened(me.user, "四")).await?;
        assert_eq!(work(&t, Some(&push)).await?, 0);
        service.seen();
        // Somebody else signs in on that browser: it is theirs now.
        Browser::new(&service, 2)
            .subscribe(&own(&t, &tablet), &push)
            .await?;
        let other = person(&t, 2).await?;
        Browser::new(&service, 2)
            .subscribe(&own(&t, &other), &push)
            .await?;
        sent(&t, &opened(me.user, "五")).await?;
        sent(&t, &opened(other.user, "六")).await?;
        work(&t, Some(&push)).await?;
        assert_eq!(service.seen().len(), 1);
        let mut tx = t.cx.write().await?;
        assert_eq!(subscription::sweep(&mut tx).await?, 1, "the phone's");
        assert_eq!(subscription::live(&mut tx, other.user).await?.len(), 1);
        tx.commit().await?;
        // A session ends by itself, and the pushes with it.
        t.clock.advance(181 * Timestamp::DAY);
        let mut tx = t.cx.write().await?;
        assert!(subscription::live(&mut tx, other.user).await?.is_empty());
        assert_eq!(subscription::sweep(&mut tx).await?, 1);
        Ok(())
    })
    .await;
}
