//! The export of one's data.

use db::test::on_both;
use serde_json::Value;
use shared::Role;

use super::{GRID, KIND, Outcome, house};
use crate::{
    model::{Holder, Limit},
    server::{act, holding},
};

fn tasks(told: &Value) -> Outcome<&Vec<Value>> {
    Ok(told["tasks"].as_array().ok_or("no list")?)
}

#[tokio::test]
async fn the_export_has_what_one_had_and_did_and_nothing_of_others() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let lead = h.person(2, Role::GridLead, GRID).await?;
        let nobody = tasks(&holding::gather(&h.own(&lead)).await?)?.len();
        assert_eq!(nobody, 0);

        let own = Holder::User(worker.user);
        h.open_for(KIND, Limit::WorkingDays(3), own).await?;
        let done = h.open(KIND, Limit::WorkingDays(3)).await?;
        act::finish(&h.own(&worker), done.id, "都看过了").await?;
        // The role's, and somebody else's.
        h.open(KIND, Limit::WorkingDays(3)).await?;
        h.open_for(KIND, Limit::WorkingDays(3), Holder::User(lead.user))
            .await?;

        let told = holding::gather(&h.own(&worker)).await?;
        let of = tasks(&told)?;
        assert_eq!(of.len(), 2, "{told}");
        let by_name = of.iter().find(|task| task["state"] == "在办").ok_or("not held")?;
        assert_eq!(
            (&by_name["held"][0]["how"], &by_name["title"]),
            (&Value::from("承办"), &Value::from("看一看"))
        );
        let by_role = of.iter().find(|task| task["state"] == "办结").ok_or("not done")?;
        assert_eq!(
            (
                &by_role["done"][0]["what"],
                &by_role["done"][0]["words"],
                &by_role["title"]
            ),
            (
                &Value::from("办结"),
                &Value::from("都看过了"),
                &Value::from("看一看")
            )
        );

        // Who has left the post keeps what they did, not what it was about.
        let mut left = worker.clone();
        left.grants.clear();
        let told = holding::gather(&h.own(&left)).await?;
        let by_role = tasks(&told)?
            .iter()
            .find(|task| task["state"] == "办结")
            .ok_or("not done")?;
        assert!(by_role["title"].is_null());
        assert_eq!(by_role["done"][0]["words"], "都看过了");

        // The archive has it under its name.
        let archive = accounts::server::export::archive(&h.own(&worker), &[holding()]).await?;
        let body = axum::body::Body::from_stream(archive.stream());
        let zip = axum::body::to_bytes(body, usize::MAX).await?;
        let name = b"tasks.json";
        assert!(zip.windows(name.len()).any(|part| part == name));
        Ok(())
    })
    .await;
}
