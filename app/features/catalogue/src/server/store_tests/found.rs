//! What a round found: read in full by those who work there, with its photos, for as long as it is somebody's to see to.

use db::{
    on,
    test::{TestDb, on_both, photo as picture},
};
use shared::{AppError, Permission, RecordId, Role, Timestamp};
use tasks::server::task;

use super::{
    COMMUNITY, GRID, Outcome, code, holder,
    inspections::{arrange, due, listed},
    with,
};
use crate::{
    model::InspectionId,
    server::{
        found, photo,
        walk::{FINDING, walk_with},
    },
};

const WORDS: &str = "3 幢 502 门口堆着旧家具，住的是李某";

/// A round that is due in the grid, and who walks it.
async fn round_due(t: &TestDb) -> Outcome<(InspectionId, shared::Actor)> {
    let ids = listed(t).await?;
    arrange(&t.cx, COMMUNITY, ids[0]).await?;
    let worker = holder(t, 1, Role::GridWorker, GRID).await?;
    Ok((due(t, &worker).await?.open[0].id, worker))
}

async fn uploads(t: &TestDb) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(
        "select count(*) from upload where record_id is not null"
    )
    .fetch_one(c)
    .await)?)
}

#[tokio::test]
async fn a_findings_words_stand_in_no_list_and_are_read_by_those_who_work_there() {
    on_both(|t| async move {
        let (id, worker) = round_due(&t).await?;
        let cx = with(&t, &worker, Permission::Inspect)?;
        walk_with(&cx, id, true, WORDS, vec![picture(), picture()]).await?;
        let grid = {
            let mut tx = t.cx.read().await?;
            let node = orgs::server::store::by_code(&mut tx, &code(GRID))
                .await?
                .ok_or("no grid")?;
            task::running_at(&mut tx, node.id).await?
        };
        assert_eq!(
            grid[0].title, "通道（花园浜第一网格）",
            "which item and where, and no more"
        );

        let lead = holder(&t, 2, Role::GridLead, GRID).await?;
        let lead = with(&t, &lead, Permission::Inspect)?;
        let page = found::page(&lead, id).await?;
        assert_eq!((page.row.words.as_deref(), page.open), (Some(WORDS), true));
        let [first, second] = &page.photos[..] else {
            panic!("{page:?}")
        };
        assert_eq!((first.width, first.height), (8, 6));
        let elsewhere = holder(&t, 3, Role::GridWorker, "320581001002001").await?;
        let elsewhere = with(&t, &elsewhere, Permission::Inspect)?;
        assert_eq!(found::page(&elsewhere, id).await.err(), Some(AppError::NotFound));
        for photo in [first, second] {
            assert!(photo::readable(&lead, photo.id).await.is_ok());
            assert_eq!(
                photo::readable(&elsewhere, photo.id).await.err(),
                Some(AppError::NotFound)
            );
        }

        // As long as somebody has to see to it; after that, not for ever.
        t.clock.advance(200 * Timestamp::DAY);
        assert_eq!(photo::forget(&t.cx).await?, 0);
        assert!(due(&t, &worker).await?.done.is_empty());
        assert_eq!(found::page(&lead, id).await?.row.words.as_deref(), Some(WORDS));
        let mut tx = t.cx.write().await?;
        task::finish_all(&t.cx, &mut tx, &FINDING, RecordId(id.0)).await?;
        tx.commit().await?;
        assert_eq!(found::page(&lead, id).await.err(), Some(AppError::NotFound));
        assert_eq!((photo::forget(&t.cx).await?, uploads(&t).await?), (2, 0));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_optional_and_what_is_none_leaves_the_round_open() {
    on_both(|t| async move {
        let (id, worker) = round_due(&t).await?;
        let cx = with(&t, &worker, Permission::Inspect)?;
        for (found, words, photo) in [
            (true, " ", picture()),
            (true, "有车", b"<!DOCTYPE html><p>".to_vec()),
            (false, "", Vec::new()),
            (false, "", db::test::photo_that_claims(20_000, 10_000)),
        ] {
            let refused = walk_with(&cx, id, found, words, vec![photo]).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
        }
        assert_eq!(
            found::page(&cx, id).await.err(),
            Some(AppError::NotFound),
            "not walked yet"
        );
        walk_with(&cx, id, false, "", vec![picture()]).await?;
        let page = found::page(&cx, id).await?;
        assert_eq!((page.row.words, page.open, page.photos.len()), (None, false, 1));
        let again = walk_with(&cx, id, false, "", vec![picture()]).await;
        assert!(matches!(again, Err(AppError::Conflict(_))));
        assert_eq!(uploads(&t).await?, 1);
        t.clock.advance(200 * Timestamp::DAY);
        assert_eq!(photo::forget(&t.cx).await?, 1);
        Ok(())
    })
    .await;
}
