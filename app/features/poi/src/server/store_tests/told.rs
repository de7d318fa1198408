//! Who is told of a change.

use std::collections::BTreeMap;

use db::{
    on,
    test::{TestDb, on_both},
};
use grid::server::Settings;
use shared::RecordId;

use super::{GRIDS, Outcome, end, form, keep, organised, save};
use crate::model::PointId;

/// How often each topic was told that the point has changed.
async fn topics(t: &TestDb, id: PointId) -> Outcome<BTreeMap<String, i64>> {
    const TOPICS: &str =
        "select topic, count(*) from event where kind = 'poi.point.changed' and subject = $1 group by topic";
    let mut tx = t.cx.read().await?;
    let rows: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(TOPICS)
        .bind(RecordId(id.0))
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().collect())
}

#[tokio::test]
async fn what_was_public_is_told_to_the_public_when_it_is_so_no_more() {
    on_both(|t| async move {
        organised(&t).await?;
        let change = async |id: PointId, version: i64, kind: &str, at: &str| {
            save(
                &t.cx,
                &Settings::default(),
                Some(id),
                version,
                &form(kind, "东门", at),
            )
            .await
        };
        let paths = GRIDS.map(|grid| format!("path/32/3205/320581/320581001/320581001001/{grid}/"));
        let [first, second] = paths.each_ref().map(String::as_str);
        let told = |topics: &[(&str, i64)]| -> BTreeMap<String, i64> {
            topics
                .iter()
                .map(|(topic, n)| ((*topic).to_owned(), *n))
                .collect()
        };
        let id = keep(&t.cx, &form("charger", "东门", "120.755, 31.605")).await?;
        assert_eq!(topics(&t, id).await?, told(&[("poi", 1)]));
        change(id, 1, "camera", "120.755, 31.605").await?;
        assert_eq!(topics(&t, id).await?, told(&[("poi", 2), (first, 1)]));
        change(id, 2, "camera", "120.765, 31.605").await?;
        assert_eq!(
            topics(&t, id).await?,
            told(&[("poi", 2), (first, 2), (second, 1)]),
            "where it was and where it is"
        );
        change(id, 3, "venue", "120.765, 31.605").await?;
        assert_eq!(
            topics(&t, id).await?,
            told(&[("poi", 3), (first, 2), (second, 2)])
        );
        end(&t.cx, id, 4).await?;
        assert_eq!(topics(&t, id).await?["poi"], 4);
        Ok(())
    })
    .await;
}
