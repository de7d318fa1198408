//! Writes that a device may send twice: it makes an id once, and the second time gets the first time's answer.
//!
//! What a key was used for is kept as a keyed digest of its content beside the name of the endpoint: with other content it is refused.

use futures::future::BoxFuture;
use http::HeaderMap;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared::{AppError, Timestamp, UserId};

use crate::{Cx, DbError, Json, Tx, error::internal, execute, on};

/// How long an answer is kept: a device may have been without a signal for so long.
const KEPT: i64 = 30 * Timestamp::DAY;

// The row is there from the beginning, so that on PostgreSQL a second sender waits for the first one's end.
const BEGIN: &str = "insert into idempotency (user_id, key, endpoint, response, created_at) values ($1, $2, $3, $4, $5) \
    on conflict do nothing";
const PRIOR: &str = "select endpoint, response from idempotency where user_id = $1 and key = $2";
const FINISH: &str = "update idempotency set response = $3 where user_id = $1 and key = $2";
const SWEEP: &str = "delete from idempotency where created_at < $1";

/// The key under which a device sends the current request, if it sends it from its outbox.
///
/// # Errors
/// [`AppError::Unauthenticated`] if it was written by somebody other than who is signed in by now.
pub fn key(cx: &Cx) -> Result<Option<String>, AppError> {
    let parts = reactive_graph::owner::use_context::<http::request::Parts>();
    match parts {
        Some(parts) => key_in(&parts.headers, cx.who().user),
        None => Ok(None),
    }
}

fn key_in(headers: &HeaderMap, user: Option<UserId>) -> Result<Option<String>, AppError> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(owner) = text("outbox-user")
        && !owner.parse::<UserId>().is_ok_and(|owner| Some(owner) == user)
    {
        return Err(AppError::Unauthenticated);
    }
    Ok(text("idempotency-key").map(str::to_owned))
}

/// Runs `write` once for the signed-in person and `key`, and commits; a repetition returns the stored answer. Where
/// `write` fails, nothing is kept and the device may try again. `content` is all that is asked for, as text.
///
/// `once(&cx, &key, "visits/add", &content, |tx| Box::pin(async move { … Ok(answer) })).await`
///
/// # Errors
/// What `write` says; [`AppError::Invalid`] for a key that is none, [`AppError::Conflict`] if the key was used for
/// something else.
pub async fn once<T, F>(
    cx: &Cx,
    key: &str,
    endpoint: &'static str,
    content: &str,
    write: F,
) -> Result<T, AppError>
where
    T: Serialize + DeserializeOwned,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, AppError>>,
{
    let user = cx.user()?;
    let asked = format!("{endpoint} {}", cx.keys().digest("idempotency", content));
    let mut tx = cx.write().await?;
    if let Some(answer) = begin(&mut tx, user, key, &asked).await? {
        return Ok(answer);
    }
    let answer = write(&mut tx).await?;
    finish(&mut tx, user, key, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The stored answer, if `key` was seen before; else the caller writes, calls [`finish`] and commits.
///
/// # Errors
/// As [`once`].
pub async fn begin<T: DeserializeOwned>(
    tx: &mut Tx,
    user: UserId,
    key: &str,
    endpoint: &str,
) -> Result<Option<T>, AppError> {
    if !(8..=64).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(AppError::invalid("key", "操作编号不对，请刷新页面后再试。"));
    }
    let now = tx.now();
    if execute!(tx, BEGIN, user, key, endpoint, Json(Value::Null), now)? == 1 {
        return Ok(None);
    }
    let (known, answer): (String, Json<Value>) = on!(tx, |c| sqlx::query_as(PRIOR)
        .bind(user)
        .bind(key)
        .fetch_one(c)
        .await)?;
    if known != endpoint {
        return Err(AppError::Conflict(
            "这个操作编号已经用过，请刷新页面后再试。".into(),
        ));
    }
    serde_json::from_value(answer.0)
        .map(Some)
        .map_err(|error| internal(&error))
}

/// Stores the answer for [`begin`] to return next time.
///
/// # Errors
/// [`AppError::Internal`].
pub async fn finish<T: Serialize>(tx: &mut Tx, user: UserId, key: &str, answer: &T) -> Result<(), AppError> {
    let answer = serde_json::to_value(answer).map_err(|error| internal(&error))?;
    execute!(tx, FINISH, user, key, Json(answer))?;
    Ok(())
}

/// Deletes old answers; how many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(cx: &Cx) -> Result<u64, DbError> {
    let mut tx = cx.write().await?;
    let before = tx.now().plus(-KEPT);
    let swept = execute!(tx, SWEEP, before)?;
    tx.commit().await?;
    Ok(swept)
}

#[cfg(test)]
mod store {
    use tokio::task::JoinSet;

    use super::*;
    use crate::{
        counter,
        test::{on_both, person},
    };

    async fn number(cx: &Cx, key: &str) -> Result<i64, AppError> {
        let node = shared::NodeId(uuid::Uuid::nil());
        once(cx, key, "test/number", "", |tx| {
            Box::pin(async move { Ok(counter::next(tx, "test", node, 2026).await?) })
        })
        .await
    }

    #[tokio::test]
    async fn a_repetition_gets_the_first_answer_and_writes_nothing() {
        on_both(|t| async move {
            let cx = t.request(Some(person(&t))).signed_in()?;
            assert_eq!(number(&cx, "device-key-1").await?, 1);
            assert_eq!(number(&cx, "device-key-1").await?, 1);
            assert_eq!(number(&cx, "device-key-2").await?, 2);
            let other = t.request(Some(person(&t))).signed_in()?;
            assert_eq!(
                number(&other, "device-key-1").await?,
                3,
                "keys are each person's own"
            );
            let elsewhere = once(&cx, "device-key-1", "test/other", "", |_| {
                Box::pin(async { Ok(9_i64) })
            })
            .await;
            assert!(matches!(elsewhere, Err(AppError::Conflict(_))));
            let otherwise = once(&cx, "device-key-1", "test/number", "more", |_| {
                Box::pin(async { Ok(9_i64) })
            })
            .await;
            assert!(matches!(otherwise, Err(AppError::Conflict(_))), "other content");
            assert_eq!(number(&cx, "../x").await.map_err(|e| e.status()), Err(422));
            assert_eq!(
                number(&t.request(None).public(), "device-key-1").await,
                Err(AppError::Unauthenticated)
            );
            let failed: Result<i64, _> = once(&cx, "device-key-3", "test/number", "", |_| {
                Box::pin(async { Err(AppError::NotFound) })
            })
            .await;
            assert_eq!(failed, Err(AppError::NotFound));
            assert_eq!(
                number(&cx, "device-key-3").await?,
                4,
                "a failure leaves the key free"
            );
            t.clock.advance(KEPT + 1);
            assert_eq!(sweep(&t.cx).await?, 4);
            Ok(())
        })
        .await;
    }

    #[test]
    fn nobody_sends_what_another_wrote() {
        let (one, other) = (UserId(uuid::Uuid::from_u128(1)), UserId(uuid::Uuid::from_u128(2)));
        let mut headers = HeaderMap::new();
        assert_eq!(key_in(&headers, Some(one)), Ok(None));
        headers.insert("idempotency-key", http::HeaderValue::from_static("device-key-1"));
        let owner = http::HeaderValue::from_str(&one.to_string()).unwrap();
        headers.insert("outbox-user", owner);
        assert_eq!(key_in(&headers, Some(one)), Ok(Some("device-key-1".into())));
        assert_eq!(key_in(&headers, Some(other)), Err(AppError::Unauthenticated));
        assert_eq!(key_in(&headers, None), Err(AppError::Unauthenticated));
        headers.insert("outbox-user", http::HeaderValue::from_static("x"));
        assert_eq!(key_in(&headers, Some(one)), Err(AppError::Unauthenticated));
        assert_eq!(key_in(&headers, None), Err(AppError::Unauthenticated));
    }

    #[tokio::test]
    async fn the_same_key_sent_many_times_at_once_writes_once() {
        on_both(|t| async move {
            let cx = t.request(Some(person(&t))).signed_in()?;
            let mut sent = JoinSet::new();
            for _ in 0..12 {
                let cx = cx.clone();
                sent.spawn(async move { number(&cx, "device-key-1").await });
            }
            while let Some(answer) = sent.join_next().await {
                assert_eq!(answer??, 1);
            }
            Ok(())
        })
        .await;
    }
}
