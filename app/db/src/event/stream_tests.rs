use std::time::Instant;

use serde_json::json;

use super::*;
use crate::{
    Engine, Event,
    event::{KEPT, sweep},
    execute,
    test::{TestDb, TestResult, on_both},
};

async fn publish(t: &TestDb, topic: &str, count: usize) -> TestResult {
    let mut tx = t.cx.write().await?;
    for n in 0..count {
        tx.publish(Event {
            topic: topic.into(),
            kind: "test.thing.done",
            subject: None,
            data: json!({ "n": n }),
        })
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn next(s: &mut Subscription) -> Result<Arc<Numbered>, Box<dyn std::error::Error + Send + Sync>> {
    match tokio::time::timeout(Duration::from_secs(10), s.next()).await?? {
        Next::Event(event) => Ok(event),
        Next::Reset(at) => Err(format!("reset to {at}").into()),
    }
}

async fn silent(s: &mut Subscription, millis: u64) -> bool {
    tokio::time::timeout(Duration::from_millis(millis), s.next())
        .await
        .is_err()
}

#[tokio::test]
async fn what_is_rolled_back_never_happened_and_the_rest_keeps_its_order() {
    on_both(|t| async move {
        let hub = Hub::start(&t.house).await?;
        let mut seen = hub.subscribe(None);
        let mut abandoned = t.cx.write().await?;
        abandoned
            .publish(Event {
                topic: "lost".into(),
                kind: "test.thing.done",
                subject: None,
                data: json!({}),
            })
            .await?;
        drop(abandoned);
        publish(&t, "a", 20).await?;
        publish(&t, "b", 1).await?;
        for n in 0..20 {
            let event = next(&mut seen).await?;
            assert_eq!(
                (event.seq, event.topic.as_str(), &event.data.0),
                (n + 1, "a", &json!({ "n": n }))
            );
        }
        assert_eq!(next(&mut seen).await?.topic, "b");
        assert!(silent(&mut seen, 100).await);
        assert_eq!(hub.position(), 21);
        assert_eq!(position(&mut t.cx.read().await?).await?, 21);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn another_node_sees_it_within_a_second() {
    on_both(|t| async move {
        let other = t.node().await;
        let (one, two) = (Hub::start(&t.house).await?, Hub::start(&other.house).await?);
        let (mut first, mut second) = (one.subscribe(None), two.subscribe(None));
        for n in 1..=5 {
            let began = Instant::now();
            publish(&t, "x", 1).await?;
            assert_eq!(next(&mut first).await?.seq, n);
            assert_eq!(next(&mut second).await?.seq, n);
            assert!(
                began.elapsed() < Duration::from_secs(1),
                "took {:?}",
                began.elapsed()
            );
        }
        Ok(())
    })
    .await;
}

/// The clock stands still all the while: no time has to run out, and nodes may disagree about it.
#[tokio::test]
async fn a_relay_that_dies_in_the_middle_leaves_neither_gap_nor_wait() {
    on_both(|t| async move {
        let hub = Hub::start(&t.house).await?;
        let mut seen = hub.subscribe(None);
        publish(&t, "x", 1).await?;
        assert_eq!(next(&mut seen).await?.seq, 1);

        let mut dying = t.cx.write().await?;
        assert_eq!(relay::take(&mut dying).await?, Some(1));
        // SQLite has one writer: whoever holds it keeps others from writing at all.
        if t.db.engine() == Engine::Postgres {
            publish(&t, "x", 1).await?;
            assert_eq!(relay::turn(&t.cx, t.cx.id()).await?, relay::Turn::NotMine);
            assert!(silent(&mut seen, 600).await, "another is at it");
        }
        execute!(dying, "update event set seq = 2 where seq is null")?;
        drop(dying);
        if t.db.engine() == Engine::Sqlite {
            publish(&t, "x", 1).await?;
        }
        let began = Instant::now();
        assert_eq!(next(&mut seen).await?.seq, 2);
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "took {:?}",
            began.elapsed()
        );
        publish(&t, "x", 1).await?;
        assert_eq!(next(&mut seen).await?.seq, 3);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn no_gap_and_no_repetition_with_many_writers_two_nodes_and_late_comers() {
    on_both(|t| async move {
        const WRITERS: usize = 12;
        const EACH: usize = 25;
        let other = t.node().await;
        let hubs = [Hub::start(&t.house).await?, Hub::start(&other.house).await?];
        let mut seen = [hubs[0].subscribe(Some(0)), hubs[1].subscribe(Some(0))];
        let mut writers = JoinSet::new();
        for w in 0..WRITERS {
            let t = if w % 2 == 0 { t.clone() } else { other.clone() };
            writers.spawn(async move {
                for _ in 0..EACH {
                    publish(&t, &format!("w{w}"), 2).await?;
                }
                TestResult::Ok(())
            });
        }
        while let Some(done) = writers.join_next().await {
            done??;
        }
        let total = i64::try_from(WRITERS * EACH * 2)?;
        for seen in &mut seen {
            let mut per_writer = std::collections::BTreeMap::<String, usize>::new();
            for seq in 1..=total {
                let event = next(seen).await?;
                assert_eq!(event.seq, seq);
                *per_writer.entry(event.topic.clone()).or_default() += 1;
            }
            assert!(per_writer.len() == WRITERS && per_writer.values().all(|n| *n == 2 * EACH));
            assert!(silent(seen, 50).await);
        }
        let mut late = hubs[1].subscribe(Some(total - 3));
        for seq in total - 2..=total {
            assert_eq!(next(&mut late).await?.seq, seq);
        }
        publish(&t, "after", 1).await?;
        assert_eq!(next(&mut late).await?.topic, "after");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_after_the_sweep_or_from_another_history_begins_afresh() {
    on_both(|t| async move {
        let hub = Hub::start(&t.house).await?;
        let mut seen = hub.subscribe(None);
        publish(&t, "old", 3).await?;
        for _ in 0..3 {
            next(&mut seen).await?;
        }
        t.clock.advance(KEPT + 1);
        publish(&t, "new", 1).await?;
        next(&mut seen).await?;
        assert_eq!(sweep(&t.cx).await?, 3);
        assert_eq!(hub.subscribe(Some(1)).next().await?, Next::Reset(4));
        assert_eq!(hub.subscribe(Some(99)).next().await?, Next::Reset(4));
        let mut kept = hub.subscribe(Some(3));
        assert_eq!(next(&mut kept).await?.topic, "new");
        let mut current = hub.subscribe(Some(4));
        assert!(silent(&mut current, 50).await);
        Ok(())
    })
    .await;
}
