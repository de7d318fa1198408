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
            staged::apply(&admin, id, stale, &accepted, &Steps::default()).await,
            Err(AppError::Conflict(_))
        ));
        assert!(matches!(
            staged::apply(&admin, id, preview.counts, &[], &Steps::default()).await,
            Err(AppError::Invalid(_))
        ));
        assert_eq!(
            staged::apply(&admin, id, preview.counts, &accepted, &Steps::default()).await?,
            preview.counts
        );
        assert!(matches!(
            staged::apply(&admin, id, preview.counts, &accepted, &Steps::default()).await,
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
        let mut applying = std::pin::pin!(staged::apply(&admin, id, preview.counts, &accepted, &steps));
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

        staged::apply(&admin, now, preview.counts, &accepted, &Steps::default()).await?;
        assert_eq!(staged::stop(&admin, now).await?, now);
        Ok(())
    })
    .await;
}
