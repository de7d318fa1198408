//! Limits on how often something is tried, kept in the database so that they hold across nodes.
//!
//! A sliding window made of two fixed ones: what was counted in the window before weighs by the part of it that still
//! overlaps, so that nobody gets twice the limit around a boundary.

use std::time::Duration;

use shared::AppError;

use crate::{Cx, DbError, Tx, execute, on};

const COUNT: &str = "insert into throttle (key, window_at, count, expires_at) values ($1, $2, 1, $3) \
    on conflict (key, window_at) do update set count = throttle.count + 1 returning count";
const BEFORE: &str = "select count from throttle where key = $1 and window_at = $2";
const FORGET: &str = "delete from throttle where key = $1";
const SWEEP: &str = "delete from throttle where expires_at < $1";

/// Counts one try of `key` (what and whose, e.g. `sign-in/13812341234`; only its keyed hash is stored) and refuses
/// the one that exceeds `limit` in `window`. It counts with the transaction: where a failed try rolls back, use [`take`].
///
/// # Errors
/// [`AppError::TooManyRequests`]; [`AppError::Internal`] if the database fails.
pub async fn check(tx: &mut Tx, key: &str, limit: i64, window: Duration) -> Result<(), AppError> {
    let width = i64::try_from(window.as_micros())
        .unwrap_or(i64::MAX / 4)
        .clamp(1, i64::MAX / 4);
    let now = tx.now().0;
    let begin = now.div_euclid(width) * width;
    let key = tx.keys().digest("throttle", key);
    let count: i64 = on!(tx, |c| {
        sqlx::query_scalar(COUNT)
            .bind(&key)
            .bind(begin)
            .bind(begin + 2 * width)
            .fetch_one(c)
            .await
    })?;
    let before: Option<i64> = on!(tx, |c| sqlx::query_scalar(BEFORE)
        .bind(&key)
        .bind(begin - width)
        .fetch_optional(c)
        .await)?;
    let before = i128::from(before.unwrap_or(0).min(limit));
    let left = i128::from(begin + width - now);
    if before * left / i128::from(width) + i128::from(count) <= i128::from(limit) {
        return Ok(());
    }
    let micros = begin + width - now;
    Err(AppError::TooManyRequests {
        retry_after_s: (micros / 1_000_000).max(1),
    })
}

/// Like [`check`], in a transaction of its own: the try counts whatever becomes of it.
///
/// # Errors
/// As [`check`].
pub async fn take(cx: &Cx, key: &str, limit: i64, window: Duration) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let outcome = check(&mut tx, key, limit, window).await;
    tx.commit().await?;
    outcome
}

/// Forgets the tries of `key`: after a success.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn forget(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    let key = tx.keys().digest("throttle", key);
    execute!(tx, FORGET, key)?;
    Ok(())
}

/// Deletes windows that no longer count; how many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(cx: &Cx) -> Result<u64, DbError> {
    let mut tx = cx.write().await?;
    let now = tx.now();
    let swept = execute!(tx, SWEEP, now)?;
    tx.commit().await?;
    Ok(swept)
}

#[cfg(test)]
mod store {
    use shared::Timestamp;
    use tokio::task::JoinSet;

    use super::*;
    use crate::test::on_both;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn refuses_what_exceeds_the_limit_until_the_window_has_slid() {
        on_both(|t| async move {
            // To the beginning of a window.
            t.clock
                .advance(Timestamp::MINUTE - t.cx.now().0 % Timestamp::MINUTE);
            for _ in 0..5 {
                take(&t.cx, "sign-in/1", 5, MINUTE).await?;
            }
            let refused = take(&t.cx, "sign-in/1", 5, MINUTE).await;
            assert_eq!(refused, Err(AppError::TooManyRequests { retry_after_s: 60 }));
            take(&t.cx, "sign-in/2", 5, MINUTE).await?;
            t.clock.advance(Timestamp::MINUTE);
            assert!(
                take(&t.cx, "sign-in/1", 5, MINUTE).await.is_err(),
                "five tries lie less than a minute back"
            );
            t.clock.advance(Timestamp::MINUTE / 2);
            take(&t.cx, "sign-in/1", 5, MINUTE).await?;
            t.clock.advance(2 * Timestamp::MINUTE);
            for _ in 0..5 {
                take(&t.cx, "sign-in/1", 5, MINUTE).await?;
            }
            let mut tx = t.cx.write().await?;
            forget(&mut tx, "sign-in/1").await?;
            tx.commit().await?;
            take(&t.cx, "sign-in/1", 5, MINUTE).await?;
            t.clock.advance(3 * Timestamp::MINUTE);
            assert!(sweep(&t.cx).await? >= 1);
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn holds_against_many_at_once_on_two_nodes_and_stores_no_key() {
        on_both(|t| async move {
            let other = t.node().await;
            let mut tries = JoinSet::new();
            for n in 0..200 {
                let cx = if n % 2 == 0 {
                    t.cx.clone()
                } else {
                    other.cx.clone()
                };
                tries.spawn(async move { take(&cx, "sign-in/13812341234", 10, MINUTE).await.is_ok() });
            }
            let mut let_through = 0;
            while let Some(ok) = tries.join_next().await {
                let_through += usize::from(ok?);
            }
            assert_eq!(let_through, 10);
            let mut tx = t.cx.read().await?;
            let keys: Vec<String> = on!(tx, |c| sqlx::query_scalar("select key from throttle")
                .fetch_all(c)
                .await)?;
            assert!(!keys.is_empty() && keys.iter().all(|k| k.len() == 64));
            Ok(())
        })
        .await;
    }
}
