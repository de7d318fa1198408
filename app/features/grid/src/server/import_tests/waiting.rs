//! A file that waits between its preview and its commit.

use super::*;

#[tokio::test]
async fn a_file_waits_for_its_sender() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let admin = holder(&t, Role::DistrictAdmin, "320581")
            .await?
            .require(shared::Permission::MapImport)?;
        let other = holder(&t, Role::DistrictAdmin, "320581")
            .await?
            .require(shared::Permission::MapImport)?;
        let file = part_of_demo(|code| code.starts_with("320581001001") && code != "320581001001002");
        let id = staged::keep(
            &admin,
            "../网格.geojson",
            file.to_string().into_bytes(),
            Datum::Wgs84,
        )
        .await?;
        assert_eq!(staged::preview(&other, id).await, Err(AppError::NotFound));
        let preview = staged::preview(&admin, id).await?;
        assert_eq!(preview.file_name, "../网格.geojson");
        assert_eq!(preview.problem_counts.acceptable, 1);
        let drawing = preview.drawing.as_ref().unwrap();
        assert_eq!(drawing.shapes.len(), preview.areas_drawn + preview.problems.len());
        let accepted: Vec<String> = preview.problems.iter().map(Problem::key).collect();
        let stale = Counts {
            new: 1,
            ..preview.counts
        };
        assert!(matches!(
            staged::apply(&admin, id, stale, &accepted, None, &Steps::default()).await,
            Err(AppError::Conflict(_))
        ));
        assert!(matches!(
            staged::apply(&admin, id, preview.counts, &[], None, &Steps::default()).await,
            Err(AppError::Invalid(_))
        ));
        assert_eq!(
            staged::apply(&admin, id, preview.counts, &accepted, None, &Steps::default()).await?,
            preview.counts
        );
        assert!(matches!(
            staged::apply(&admin, id, preview.counts, &accepted, None, &Steps::default()).await,
            Err(AppError::Conflict(_))
        ));
        assert!(staged::preview(&admin, id).await?.applied.is_some());

        let text = staged::keep(&admin, "a.txt", b"code,name".to_vec(), Datum::Wgs84).await?;
        assert!(
            staged::preview(&admin, text)
                .await?
                .unreadable
                .is_some_and(|why| why.contains("GeoJSON"))
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn stopping_before_the_end_changes_nothing_whichever_server_is_asked() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let admin = holder(&t, Role::DistrictAdmin, "320581")
            .await?
            .require(shared::Permission::MapImport)?;
        let file = part_of_demo(|code| code.starts_with("320581001001")).to_string();
        let (steps, mut heard) = Steps::told();
        let (id, preview) = staged::receive(&admin, "a.geojson", file.into(), Datum::Wgs84, &steps).await?;
        let preview = preview.ok_or("a preview for who watches")?;
        assert_eq!(preview, staged::preview(&admin, id).await?);
        drop(steps);
        let mut phases = Vec::new();
        while let Some(phase) = heard.recv().await {
            phases.push(phase);
        }
        assert_eq!(phases, [Phase::Read, Phase::Check, Phase::Compare]);
        let accepted: Vec<String> = preview.problems.iter().map(Problem::key).collect();

        let (steps, mut heard) = Steps::told();
        let mut applying = std::pin::pin!(staged::apply(&admin, id, preview.counts, &accepted, None, &steps));
        tokio::select! {
            biased;
            _ = async { while heard.recv().await != Some(Phase::Check) {} } => {}
            applied = &mut applying => return Err(format!("{applied:?}").into()),
        }
        let now = staged::stop(&admin, id).await?;
        assert_ne!(now, id);
        assert!(matches!(applying.await, Err(AppError::Conflict(_))));
        let stored = staged::preview(&admin, now).await?;
        assert_eq!((stored.counts, stored.applied), (preview.counts, None));

        staged::apply(&admin, now, preview.counts, &accepted, None, &Steps::default()).await?;
        assert_eq!(staged::stop(&admin, now).await?, now);
        Ok(())
    })
    .await;
}

/// Grids of one community in a row, each over half of the one before.
fn overlapping(grids: u32) -> String {
    let features: Vec<serde_json::Value> = (0..grids)
        .map(|n| {
            let (west, east) = (
                120.7 + f64::from(n) * 0.001,
                120.7 + f64::from(n + 2) * 0.001,
            );
            let ring = [[west, 31.7], [east, 31.7], [east, 31.701], [west, 31.701], [west, 31.7]];
            serde_json::json!({
                "type": "Feature",
                "properties": { "code": format!("320581001001{:03}", n + 1), "name": format!("第{}网格", n + 1) },
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            })
        })
        .collect();
    serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string()
}

#[tokio::test]
async fn exceptions_beyond_the_listed_ones_are_told_in_a_file_and_accepted() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let admin = holder(&t, Role::DistrictAdmin, "320581")
            .await?
            .require(shared::Permission::MapImport)?;
        let id = staged::keep(
            &admin,
            "a.geojson",
            overlapping(251).into_bytes(),
            Datum::Cgcs2000,
        )
        .await?;
        let preview = staged::preview(&admin, id).await?;
        let found = preview.problem_counts;
        assert_eq!((found.blocking, found.acceptable), (0, 250));
        assert_eq!(preview.problems.len(), 200);
        let text = staged::told(&admin, id).await?;
        assert_eq!(text.lines().count(), 1 + found.acceptable + found.notes);
        assert!(text.contains("\"overlap:320581001001251:320581001001250\""));
        let other = holder(&t, Role::DistrictAdmin, "320581")
            .await?
            .require(shared::Permission::MapImport)?;
        assert_eq!(staged::told(&other, id).await, Err(AppError::NotFound));

        let listed: Vec<String> = preview.problems.iter().map(Problem::key).collect();
        let apply =
            async |rest| staged::apply(&admin, id, preview.counts, &listed, rest, &Steps::default()).await;
        assert!(matches!(apply(None).await, Err(AppError::Invalid(_))));
        assert!(matches!(apply(Some(49)).await, Err(AppError::Conflict(_))));
        assert_eq!(apply(Some(50)).await?, preview.counts);
        assert!(matches!(
            staged::told(&admin, id).await,
            Err(AppError::Conflict(_))
        ));
        Ok(())
    })
    .await;
}
