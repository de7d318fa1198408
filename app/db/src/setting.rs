//! Settings of the deployment that are made in the product (a review number, say), not in its configuration.

use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use shared::AppError;

use crate::{Audit, Event, Json, Tx, error::internal, execute, on};

/// One setting and its type: `const REVIEW_NUMBER: Setting<String> = Setting::new("map.review_number");`
#[derive(Debug)]
pub struct Setting<T> {
    pub name: &'static str,
    kind: PhantomData<fn() -> T>,
}

const GET: &str = "select value from setting where name = $1";
const SET: &str = "insert into setting (name, value, updated_at, updated_by) values ($1, $2, $3, $4) \
    on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by";
const CLEAR: &str = "delete from setting where name = $1";

impl<T: Serialize + DeserializeOwned> Setting<T> {
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            kind: PhantomData,
        }
    }

    /// The value, if one was made.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the database fails or holds something else under this name.
    pub async fn get(&self, tx: &mut Tx) -> Result<Option<T>, AppError> {
        let value: Option<Json<Value>> = on!(tx, |c| sqlx::query_scalar(GET)
            .bind(self.name)
            .fetch_optional(c)
            .await)?;
        value
            .map(|json| serde_json::from_value(json.0))
            .transpose()
            .map_err(|error| internal(&error))
    }

    /// Makes it; noted in the audit log and published on `settings`. The caller has asked for the permission.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the database fails.
    pub async fn set(&self, tx: &mut Tx, value: &T) -> Result<(), AppError> {
        let value = serde_json::to_value(value).map_err(|error| internal(&error))?;
        let (now, user) = (tx.now(), tx.who.user);
        execute!(tx, SET, self.name, Json(value), now, user)?;
        self.changed(tx, "core.setting.set").await
    }

    /// Unmakes it, likewise.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the database fails.
    pub async fn clear(&self, tx: &mut Tx) -> Result<(), AppError> {
        if execute!(tx, CLEAR, self.name)? == 0 {
            return Ok(());
        }
        self.changed(tx, "core.setting.clear").await
    }

    async fn changed(&self, tx: &mut Tx, action: &'static str) -> Result<(), AppError> {
        tx.audit(Audit::new(action, "setting", None).because(self.name, None))
            .await?;
        let data = json!({ "name": self.name });
        tx.publish(Event {
            topic: "settings".into(),
            kind: "core.setting.changed",
            subject: None,
            data,
        })
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod store {
    use super::*;
    use crate::{
        audit::{Filter, query},
        test::on_both,
    };

    const NUMBER: Setting<String> = Setting::new("test.number");
    const SAME_NAME: Setting<i64> = Setting::new("test.number");

    #[tokio::test]
    async fn is_typed_audited_and_published() {
        on_both(|t| async move {
            let mut tx = t.cx.write().await?;
            assert_eq!(NUMBER.get(&mut tx).await?, None);
            NUMBER.set(&mut tx, &"苏S(2026)1号".into()).await?;
            NUMBER.set(&mut tx, &"苏S(2026)2号".into()).await?;
            assert_eq!(NUMBER.get(&mut tx).await?.as_deref(), Some("苏S(2026)2号"));
            assert_eq!(SAME_NAME.get(&mut tx).await.map_err(|e| e.status()), Err(500));
            NUMBER.clear(&mut tx).await?;
            NUMBER.clear(&mut tx).await?;
            assert_eq!(NUMBER.get(&mut tx).await?, None);
            tx.commit().await?;
            let log = query::find(&t.cx, &Filter::default(), None).await?.rows;
            assert_eq!(log.len(), 3);
            assert!(log.iter().all(|e| e.reason.as_deref() == Some("test.number")));
            let mut tx = t.cx.read().await?;
            let events: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from event")
                .fetch_one(c)
                .await)?;
            assert_eq!(events, 3);
            Ok(())
        })
        .await;
    }
}
