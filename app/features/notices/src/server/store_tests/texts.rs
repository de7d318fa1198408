//! What also comes as a short message.

use db::{Cx, execute, test::on_both};
use shared::{AppError, Role, Timestamp};

use super::{left, opened, own, person, places, sent, texts, worker};
use crate::{
    model::{Channel, Importance, Kind, SentState, Topic},
    server::{Notice, choice, inbox},
};

#[tokio::test]
async fn a_short_message_comes_for_what_cannot_wait_or_was_asked_for_and_names_nothing() {
    on_both(|t| async move {
        places(&t).await?;
        let me = worker(&t, 1, Role::GridWorker).await?;
        let cx = own(&t, &me);
        sent(&t, &opened(me.user, "看望王大爷")).await?;
        assert!(texts(&t).await?.is_empty(), "nobody asked");
        sent(
            &t,
            &Notice::new(me.user, Kind::TaskEscalated, "1").fact("title", "看望王大爷"),
        )
        .await?;
        let urgent = opened(me.user, "煤气").importance(Importance::Urgent);
        sent(&t, &urgent).await?;
        sent(&t, &urgent).await?;
        let told = texts(&t).await?;
        assert_eq!(told.len(), 2);
        assert!(
            told[0].contains("：超期升级。")
                && told
                    .iter()
                    .all(|text| !text.contains("王大爷") && !text.contains("煤气"))
        );

        let wants = |cx: Cx, topics: &'static [Topic]| async move {
            let codes: Vec<String> = topics.iter().map(|topic| topic.code().to_owned()).collect();
            choice::save(&cx, &codes).await
        };
        wants(cx.clone(), &[Topic::Assigned]).await?;
        let chosen = choice::page(&cx, None).await?;
        assert_eq!(chosen.phone.as_deref(), Some("138****0001"));
        let of = |topic| {
            chosen
                .topics
                .iter()
                .find(|choice| choice.topic == topic)
                .map(|choice| choice.texted)
        };
        assert_eq!(
            (of(Topic::Assigned), of(Topic::Late), of(Topic::Registration)),
            (Some(true), Some(false), Some(true))
        );
        sent(&t, &Notice::new(me.user, Kind::TaskEscalated, "2")).await?;
        assert_eq!(texts(&t).await?.len(), 2, "asked for none, even if it is late");
        sent(&t, &opened(me.user, "再来一件")).await?;
        assert_eq!(texts(&t).await?.len(), 3);
        // What comes beyond the limit lies in the inbox only.
        for n in 0..10 {
            sent(&t, &opened(me.user, &format!("第 {n} 件"))).await?;
        }
        assert_eq!(texts(&t).await?.len(), 3);
        assert_eq!(inbox::unread(&cx).await?, 15);
        t.clock.advance(3 * Timestamp::HOUR);
        sent(&t, &opened(me.user, "过了三小时")).await?;
        assert_eq!(texts(&t).await?.len(), 4);
        // Whoever wants none of what is usually not sent is called all the same when it cannot wait.
        wants(cx.clone(), &[]).await?;
        sent(&t, &opened(me.user, "不急的")).await?;
        assert_eq!(texts(&t).await?.len(), 4);
        sent(&t, &opened(me.user, "水管爆了").importance(Importance::Urgent)).await?;
        assert_eq!(texts(&t).await?.len(), 5);
        let bad = choice::save(&cx, &["weather".to_owned()]).await;
        assert!(matches!(bad, Err(AppError::Invalid(_))));

        // A resident chooses among what concerns residents.
        let resident = person(&t, 2).await?;
        let topics = choice::page(&own(&t, &resident), None).await?.topics;
        assert!(topics.iter().all(|choice| !choice.topic.of_posts()));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_became_of_a_short_message_is_told_to_whom_it_was_for() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        sent(&t, &opened(me.user, "不要短信")).await?;
        assert!(left(&t, me.user).await?.is_empty(), "only what was to leave");
        sent(&t, &Notice::new(me.user, Kind::TaskEscalated, "1")).await?;
        assert_eq!(left(&t, me.user).await?, ["text sent"]);
        let told = |cx: Cx| async move {
            let row = choice::page(&cx, None).await?.sent.into_iter().next();
            Ok::<_, AppError>(row.map(|row| (row.channel, row.label, row.state)))
        };
        let of = |state| Some((Channel::Text, "超期升级".to_owned(), state));
        // Handed over, then as the message port says.
        assert_eq!(told(cx.clone()).await?, of(SentState::Waiting));
        for (stored, shown) in [("sent", SentState::Sent), ("failed", SentState::Failed)] {
            let mut tx = t.cx.write().await?;
            execute!(tx, "update message set state = $1", stored)?;
            tx.commit().await?;
            assert_eq!(told(cx.clone()).await?, of(shown));
        }
        // Beyond the limit it is told that nothing left.
        for n in 2..5 {
            sent(&t, &Notice::new(me.user, Kind::TaskEscalated, format!("{n}"))).await?;
        }
        assert_eq!(
            left(&t, me.user).await?,
            ["text sent", "text sent", "text sent", "text dropped limited"]
        );
        assert_eq!(told(cx.clone()).await?, of(SentState::Dropped));
        Ok(())
    })
    .await;
}
