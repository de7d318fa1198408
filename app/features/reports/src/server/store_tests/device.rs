//! What a device sends from its outbox.

use axum::http::{HeaderMap, HeaderValue};
use db::test::on_both;

use super::{place, signed_in};
use crate::server::photo::is_anothers;

#[tokio::test]
async fn a_device_sends_for_nobody_but_its_person() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = signed_in(&t, &p.resident)?;
        let mut headers = HeaderMap::new();
        assert!(!is_anothers(&cx, &headers), "a page says nothing");
        let whose = |actor: &shared::Actor| HeaderValue::from_str(&actor.user.to_string());
        headers.insert("outbox-user", whose(&p.resident)?);
        assert!(!is_anothers(&cx, &headers));
        headers.insert("outbox-user", whose(&p.staff)?);
        assert!(is_anothers(&cx, &headers));
        headers.insert("outbox-user", HeaderValue::from_static("x"));
        assert!(is_anothers(&cx, &headers));
        Ok(())
    })
    .await;
}
