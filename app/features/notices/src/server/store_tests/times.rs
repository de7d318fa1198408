//! Quiet hours and the digest: what rings when. The inbox has everything at once.

use std::sync::Arc;

use db::{Cx, test::on_both};
use shared::{Acting, Actor, AppError, Role, Timestamp};

use super::{
    Outcome,
    browser::{Browser, Service},
    left, opened, own, person, places, rows, sent, texts, work, worker,
};
use crate::{
    model::{Importance, Kind, Quiet, Times, Topic, View},
    server::{Notice, choice, inbox, push::Push, setting},
};

/// From 14:05, when tests begin.
const TO_23: i64 = 8 * Timestamp::HOUR + 55 * Timestamp::MINUTE;
const TO_7: i64 = 8 * Timestamp::HOUR;

fn times(quiet: bool, from: &str, to: &str, digest: &str) -> Outcome<Times> {
    Ok(Times::read(quiet, from, to, digest)?)
}

#[tokio::test]
async fn at_night_nothing_rings_but_what_somebody_has_to_go_out_for() {
    on_both(|t| async move {
        let (service, push) = (Service::start().await, Arc::new(Push::for_tests()));
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        let browser = Browser::new(&service, 1);
        browser.subscribe(&cx, &push).await?;
        choice::save(
            &cx,
            &[Topic::Relatives.code().to_owned(), Topic::Late.code().to_owned()],
        )
        .await?;
        t.clock.advance(TO_23);
        sent(&t, &Notice::new(me.user, Kind::OfAge, "1")).await?;
        // Urgent, and of a kind that may wait for the morning all the same.
        let urged = Notice::new(me.user, Kind::ReportUrged, "2").importance(Importance::Urgent);
        sent(&t, &urged).await?;
        assert_eq!(inbox::unread(&cx).await?, 2, "the inbox has it at once");
        work(&t, Some(&push)).await?;
        assert!(texts(&t).await?.is_empty() && service.seen().is_empty());
        sent(&t, &Notice::new(me.user, Kind::TaskEscalated, "3")).await?;
        work(&t, Some(&push)).await?;
        assert_eq!((texts(&t).await?.len(), service.seen().len()), (1, 1));
        // One of them is read before the morning comes.
        let first = rows(&cx, View::All)
            .await?
            .into_iter()
            .find(|row| row.words.contains("14 周岁"))
            .ok_or("told")?;
        inbox::read(&cx, first.id).await?;
        t.clock.advance(TO_7 - Timestamp::MINUTE);
        assert_eq!(work(&t, Some(&push)).await?, 0, "a minute to seven");
        t.clock.advance(Timestamp::MINUTE);
        assert_eq!(work(&t, Some(&push)).await?, 4);
        assert_eq!((texts(&t).await?.len(), service.seen().len()), (2, 1));
        let mut all = left(&t, me.user).await?;
        all.sort();
        assert_eq!(
            all,
            [
                "push dropped read",
                "push sent",
                "push sent",
                "text dropped read",
                "text sent",
                "text sent",
            ]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn everybody_has_their_own_quiet_hours_and_who_reads_large_print_longer_ones() {
    on_both(|t| async move {
        let (me, elder, owl) = (person(&t, 1).await?, person(&t, 2).await?, person(&t, 3).await?);
        for cx in [own(&t, &me), own(&t, &elder), own(&t, &owl)] {
            choice::save(&cx, &[Topic::Relatives.code().to_owned()]).await?;
        }
        setting::note_early(&own(&t, &elder), true).await?;
        setting::note_early(&own(&t, &me), false).await?;
        setting::set_times(&own(&t, &owl), times(false, "", "", "off")?).await?;
        let of = |cx: Cx| async move { Ok::<_, AppError>(choice::page(&cx, None).await?.times.quiet) };
        assert_eq!(of(own(&t, &me)).await?, Some(Quiet::USUAL));
        assert_eq!(of(own(&t, &elder)).await?, Some(Quiet::EARLY));
        assert_eq!(of(own(&t, &owl)).await?, None);
        // 20:30.
        t.clock.advance(6 * Timestamp::HOUR + 25 * Timestamp::MINUTE);
        for to in [me.user, elder.user, owl.user] {
            sent(&t, &Notice::new(to, Kind::OfAge, "1")).await?;
        }
        assert_eq!(texts(&t).await?.len(), 2, "the elder is left in peace");
        // 23:00.
        t.clock.advance(2 * Timestamp::HOUR + 30 * Timestamp::MINUTE);
        for to in [me.user, elder.user, owl.user] {
            sent(&t, &Notice::new(to, Kind::OfAge, "2")).await?;
        }
        assert_eq!(texts(&t).await?.len(), 3, "the owl is told");
        // 7:01, then 8:01.
        t.clock.advance(TO_7 + Timestamp::MINUTE);
        work(&t, None).await?;
        assert_eq!(texts(&t).await?.len(), 4);
        t.clock.advance(Timestamp::HOUR);
        work(&t, None).await?;
        assert_eq!(texts(&t).await?.len(), 6);
        // What was chosen stands over how one reads; the other switch takes the longer hours back.
        setting::set_times(&own(&t, &elder), times(true, "21", "6", "off")?).await?;
        setting::note_early(&own(&t, &elder), true).await?;
        assert_eq!(of(own(&t, &elder)).await?, Quiet::new(21, 6));
        setting::note_early(&own(&t, &me), true).await?;
        assert_eq!(of(own(&t, &me)).await?, Some(Quiet::EARLY));
        setting::note_early(&own(&t, &me), false).await?;
        assert_eq!(of(own(&t, &me)).await?, Some(Quiet::USUAL));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_the_morning_waits_on_if_it_is_quiet_for_longer_by_then() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        choice::save(&cx, &[Topic::Relatives.code().to_owned()]).await?;
        t.clock.advance(TO_23);
        sent(&t, &Notice::new(me.user, Kind::OfAge, "1")).await?;
        setting::set_times(&cx, times(true, "22", "9", "off")?).await?;
        t.clock.advance(TO_7);
        assert_eq!(work(&t, None).await?, 1);
        assert!(texts(&t).await?.is_empty());
        assert_eq!(left(&t, me.user).await?, ["text waiting"]);
        t.clock.advance(2 * Timestamp::HOUR);
        work(&t, None).await?;
        assert_eq!(texts(&t).await?.len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_digest_tells_once_a_day_how_much_is_unread() {
    on_both(|t| async move {
        let (service, push) = (Service::start().await, Arc::new(Push::for_tests()));
        places(&t).await?;
        let me = worker(&t, 1, Role::GridWorker).await?;
        let cx = own(&t, &me);
        let browser = Browser::new(&service, 1);
        browser.subscribe(&cx, &push).await?;
        choice::save(
            &cx,
            &[Topic::Assigned.code().to_owned(), Topic::Late.code().to_owned()],
        )
        .await?;
        sent(&t, &opened(me.user, "还没选汇总")).await?;
        work(&t, Some(&push)).await?;
        assert_eq!((texts(&t).await?.len(), service.seen().len()), (1, 1));
        setting::set_times(&cx, times(true, "22", "7", "18")?).await?;
        t.clock.advance(Timestamp::SECOND);
        for key in ["一", "二", "三"] {
            sent(&t, &opened(me.user, key)).await?;
        }
        sent(&t, &Notice::new(me.user, Kind::TaskEscalated, "急")).await?;
        work(&t, Some(&push)).await?;
        assert_eq!(
            (texts(&t).await?.len(), service.seen().len()),
            (2, 1),
            "what is urgent comes at once, the rest does not"
        );
        let second = rows(&cx, View::All)
            .await?
            .into_iter()
            .find(|row| row.words.contains('二'))
            .ok_or("told")?;
        inbox::read(&cx, second.id).await?;
        // 18:05.
        t.clock.advance(4 * Timestamp::HOUR);
        work(&t, Some(&push)).await?;
        let told = texts(&t).await?;
        assert_eq!(told.len(), 3);
        assert!(told[2].contains("：还没看的共 2 条。"), "{}", told[2]);
        let seen = service.seen();
        assert_eq!(seen.len(), 1);
        let pushed = browser.read(&seen[0]).ok_or("for this browser")?;
        assert_eq!(
            (pushed["title"].as_str(), pushed["url"].as_str()),
            (Some("还没看的共 2 条"), Some("/inbox?view=unread"))
        );
        // The next day there is nothing new, so nothing comes; nor of what was read.
        t.clock.advance(Timestamp::DAY);
        work(&t, Some(&push)).await?;
        sent(&t, &opened(me.user, "四")).await?;
        inbox::read_all(&cx, t.cx.now()).await?;
        t.clock.advance(Timestamp::DAY);
        work(&t, Some(&push)).await?;
        assert_eq!((texts(&t).await?.len(), service.seen().len()), (3, 0));
        // Another hour: the old one passes without a word.
        t.clock.advance(Timestamp::SECOND);
        sent(&t, &opened(me.user, "五")).await?;
        setting::set_times(&cx, times(true, "22", "7", "20")?).await?;
        t.clock.advance(Timestamp::DAY);
        work(&t, Some(&push)).await?;
        assert_eq!(
            texts(&t).await?.len(),
            4,
            "once, at the hour that was chosen last"
        );
        // And none at all: each by itself again.
        setting::set_times(&cx, times(true, "22", "7", "off")?).await?;
        t.clock.advance(Timestamp::DAY);
        sent(&t, &opened(me.user, "六")).await?;
        assert_eq!(texts(&t).await?.len(), 5);

        let resident = person(&t, 2).await?;
        let acting = Actor {
            acting_for: Some(Acting {
                user: resident.user,
                name: "王芳".into(),
            }),
            ..me
        };
        let refused = setting::set_times(&own(&t, &acting), times(false, "", "", "off")?).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        Ok(())
    })
    .await;
}
