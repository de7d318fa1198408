//! Store tests of claiming, running, failing and recurring.

mod store {
    use std::{
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use serde_json::json;
    use shared::{AppError, RecordId, Timestamp};

    use crate::{
        NewJob,
        job::{ATTEMPTS, GiveUp, Registry, Runner, admin, store as jobs},
        on,
        test::{TestDb, TestResult, on_both},
    };

    async fn enqueue(
        t: &TestDb,
        kind: &'static str,
        n: usize,
        key: Option<&str>,
    ) -> Result<bool, crate::DbError> {
        let mut tx = t.cx.write().await?;
        let job = NewJob {
            kind,
            payload: json!({ "n": n }),
            due: tx.now(),
            key: key.map(Into::into),
        };
        let new = tx.enqueue(job).await?;
        tx.commit().await?;
        Ok(new)
    }

    async fn count(t: &TestDb, state: &str) -> Result<i64, crate::DbError> {
        let mut tx = t.cx.read().await?;
        on!(tx, |c| sqlx::query_scalar(
            "select count(*) from job where state = $1"
        )
        .bind(state)
        .fetch_one(c)
        .await)
    }

    /// Those that are running, or that a runner may take now.
    async fn busy(t: &TestDb) -> Result<i64, crate::DbError> {
        let mut tx = t.cx.read().await?;
        let now = tx.now();
        on!(tx, |c| sqlx::query_scalar(
            "select count(*) from job where state = 'running' or (state = 'waiting' and due_at <= $1)"
        )
        .bind(now)
        .fetch_one(c)
        .await)
    }

    async fn unfinished(t: &TestDb) -> Result<i64, crate::DbError> {
        let mut tx = t.cx.read().await?;
        on!(tx, |c| sqlx::query_scalar(
            "select count(*) from job where state in ('waiting', 'running')"
        )
        .fetch_one(c)
        .await)
    }

    async fn until(t: &TestDb, state: &str, expected: i64) -> TestResult {
        for _ in 0..400 {
            if count(t, state).await? == expected {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(format!("{} jobs are {state}, not {expected}", count(t, state).await?).into())
    }

    #[tokio::test]
    async fn two_nodes_run_each_job_once() {
        on_both(|t| async move {
            for n in 0..60 {
                enqueue(&t, "test.count", n, None).await?;
            }
            let seen: Arc<Mutex<Vec<i64>>> = Arc::default();
            let registry = || {
                let seen = Arc::clone(&seen);
                Registry::default().on("test.count", move |_, payload| {
                    seen.lock().unwrap().push(payload["n"].as_i64().unwrap());
                    async { Ok(()) }
                })
            };
            let other = t.node().await;
            let (one, two) = (
                Runner::start(&t.house, registry(), 3),
                Runner::start(&other.house, registry(), 3),
            );
            until(&t, "done", 60).await?;
            one.stop().await;
            two.stop().await;
            let mut seen = seen.lock().unwrap().clone();
            seen.sort_unstable();
            assert_eq!(seen, (0..60).collect::<Vec<_>>());
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_job_waits_for_its_time_and_for_its_transaction() {
        on_both(|t| async move {
            let worker: RecordId = t.cx.id();
            let mut tx = t.cx.write().await?;
            tx.enqueue(NewJob {
                kind: "k",
                payload: json!(null),
                due: tx.now(),
                key: None,
            })
            .await?;
            drop(tx);
            assert!(jobs::claim(&t.cx, worker, &["k"]).await?.is_none());
            let mut tx = t.cx.write().await?;
            let due = tx.now().plus(Timestamp::HOUR);
            tx.enqueue(NewJob {
                kind: "k",
                payload: json!([1]),
                due,
                key: Some("one".into()),
            })
            .await?;
            assert!(
                !tx.enqueue(NewJob {
                    kind: "k",
                    payload: json!([2]),
                    due,
                    key: Some("one".into())
                })
                .await?
            );
            tx.commit().await?;
            assert!(jobs::claim(&t.cx, worker, &["k"]).await?.is_none());
            t.clock.advance(Timestamp::HOUR);
            assert!(
                jobs::claim(&t.cx, worker, &["other"]).await?.is_none(),
                "a kind without a handler here"
            );
            let job = jobs::claim(&t.cx, worker, &["other", "k"]).await?.ok_or("due")?;
            assert_eq!((job.payload.0, job.attempts), (json!([1]), 1));
            assert!(jobs::claim(&t.cx, worker, &["k"]).await?.is_none());
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_dead_nodes_job_passes_on_when_its_lease_runs_out() {
        on_both(|t| async move {
            let (dead, alive): (RecordId, RecordId) = (t.cx.id(), t.cx.id());
            enqueue(&t, "k", 1, None).await?;
            let job = jobs::claim(&t.cx, dead, &["k"]).await?.ok_or("due")?;
            t.clock.advance(jobs::LEASE - 1);
            assert!(jobs::renew(&t.cx, job.id, dead).await?);
            t.clock.advance(jobs::LEASE);
            assert!(jobs::claim(&t.cx, alive, &["k"]).await?.is_none(), "renewed");
            t.clock.advance(1);
            let again = jobs::claim(&t.cx, alive, &["k"]).await?.ok_or("expired")?;
            assert_eq!((again.id, again.attempts), (job.id, 2));
            assert!(!jobs::renew(&t.cx, job.id, dead).await?);
            jobs::finish(&t.cx, job.id, dead).await?;
            assert_eq!(count(&t, "running").await?, 1, "who lost it cannot finish it");
            for _ in 2..=ATTEMPTS {
                t.clock.advance(jobs::LEASE + 1);
                jobs::claim(&t.cx, alive, &["k"]).await?;
            }
            assert_eq!(count(&t, "dead").await?, 1, "it takes its node down every time");
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn failures_and_panics_are_tried_again_until_dead() {
        on_both(|t| async move {
            let tries = Arc::new(AtomicUsize::new(0));
            let registry = {
                let tries = Arc::clone(&tries);
                Registry::default()
                    .on("test.flaky", move |_, _| {
                        let n = tries.fetch_add(1, Ordering::SeqCst);
                        async move {
                            assert_ne!(n, 1, "a panic on the second try");
                            if n < 3 { Err("not yet".into()) } else { Ok(()) }
                        }
                    })
                    .on("test.hopeless", |_, _| async { Err("never".into()) })
                    .on("test.refused", |_, _| async {
                        Err(GiveUp("bad payload".into()).into())
                    })
            };
            let runner = Runner::start(&t.house, registry, 2);
            for kind in ["test.flaky", "test.hopeless", "test.refused"] {
                enqueue(&t, kind, 0, None).await?;
            }
            // Time passes only while nothing is due or running: a slow machine would look like a dead node otherwise.
            while unfinished(&t).await? > 0 {
                if busy(&t).await? == 0 {
                    t.clock.advance(20 * Timestamp::MINUTE);
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert_eq!((count(&t, "dead").await?, count(&t, "done").await?), (2, 1));
            runner.stop().await;
            assert_eq!(tries.load(Ordering::SeqCst), 4);
            let dead = admin::dead(&t.cx, None).await?.rows;
            let of = |kind: &str| dead.iter().find(|j| j.kind == kind).cloned().ok_or("missing");
            let refused = of("test.refused")?;
            assert_eq!(
                (refused.attempts, refused.last_error.as_deref()),
                (1, Some("bad payload"))
            );
            let hopeless = of("test.hopeless")?;
            assert_eq!(hopeless.attempts, ATTEMPTS);
            admin::retry(&t.cx, hopeless.id).await?;
            admin::discard(&t.cx, refused.id).await?;
            assert_eq!(admin::discard(&t.cx, refused.id).await, Err(AppError::NotFound));
            assert_eq!((count(&t, "waiting").await?, count(&t, "dead").await?), (1, 0));
            let resident = t.request(None).public();
            assert_eq!(admin::dead(&resident, None).await, Err(AppError::Unauthenticated));
            assert_eq!(
                admin::retry(&resident, hopeless.id).await,
                Err(AppError::Unauthenticated)
            );
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn what_recurs_runs_once_a_period_with_two_nodes_and_stopping_lets_it_end() {
        on_both(|t| async move {
            let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let registry = || {
                let (begun, ended) = (Arc::clone(&begun), Arc::clone(&ended));
                Registry::default().every(Duration::from_secs(60), "test.tick", move |_| {
                    let (begun, ended) = (Arc::clone(&begun), Arc::clone(&ended));
                    async move {
                        begun.fetch_add(1, Ordering::SeqCst);
                        tokio::time::sleep(Duration::from_millis(300)).await;
                        ended.fetch_add(1, Ordering::SeqCst);
                        Ok(())
                    }
                })
            };
            let other = t.node().await;
            let (one, two) = (
                Runner::start(&t.house, registry(), 1),
                Runner::start(&other.house, registry(), 1),
            );
            until(&t, "done", 1).await?;
            tokio::time::sleep(Duration::from_millis(1200)).await;
            assert_eq!(begun.load(Ordering::SeqCst), 1);
            t.clock.advance(Timestamp::MINUTE);
            while begun.load(Ordering::SeqCst) < 2 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            one.stop().await;
            two.stop().await;
            assert_eq!(ended.load(Ordering::SeqCst), 2);
            assert_eq!(count(&t, "done").await?, 2);
            Ok(())
        })
        .await;
    }
}
