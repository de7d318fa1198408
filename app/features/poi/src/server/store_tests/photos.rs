//! Photos of points: who adds, who offers, who sees which, and what becomes of them.

use db::{
    execute, on,
    test::{person, photo as picture},
    upload,
};
use shared::{RecordId, Timestamp, photo::FIELD};

use super::*;
use crate::{
    model::photo::{Adding, MOST, Photo, PhotoId, State},
    server::{
        holding,
        photo::{add, approve, count, found, refuse, remove, upkeep, waiting, waiting_below},
    },
};

const ALT: &str = "正门，左边有坡道";

/// The point as its page shows it to the viewer of `cx`.
async fn photos(cx: &Cx, id: PointId) -> Result<(Vec<Photo>, Adding), AppError> {
    let point = point(cx, id).await?;
    Ok((point.photos, point.adding))
}

async fn put(cx: &Cx, id: PointId) -> Result<State, AppError> {
    add(cx, id, ALT, Some(picture())).await
}

fn signed_in(t: &TestDb, actor: &Actor) -> Result<Cx, AppError> {
    t.request(Some(actor.clone())).signed_in()
}

fn keeping(t: &TestDb, actor: &Actor) -> Result<Cx, AppError> {
    t.request(Some(actor.clone())).require(Permission::PoiEdit)
}

async fn uploads(t: &TestDb) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar("select count(*) from upload")
        .fetch_one(c)
        .await)?)
}

/// What is left of an account that was erased.
async fn erased(t: &TestDb, user: shared::UserId) -> Outcome {
    let mut tx = t.cx.write().await?;
    execute!(tx, "update user_account set state = 'erased' where id = $1", user)?;
    Ok(tx.commit().await?)
}

/// Whether the viewer gets the bytes.
async fn gets(cx: &Cx, id: PhotoId) -> bool {
    found(cx, id).await.is_ok()
}

/// Makes room for one.
async fn less(cx: &Cx, id: PointId) -> Outcome {
    let (shown, _) = photos(cx, id).await?;
    let one = shown.iter().find(|photo| photo.may_remove).ok_or("none")?;
    remove(cx, one.id).await?;
    Ok(())
}

/// A point in the first grid, and the worker who keeps it.
async fn kept(t: &TestDb, kind: &str) -> Outcome<(PointId, Actor)> {
    organised(t).await?;
    let id = keep(&t.cx, &form(kind, "百姓戏台", "120.755, 31.605")).await?;
    Ok((id, holder(t, 1, Role::GridWorker, GRIDS[0]).await?))
}

#[tokio::test]
async fn what_is_offered_is_seen_by_few_until_it_is_approved() {
    on_both(|t| async move {
        let (id, worker) = kept(&t, "venue").await?;
        let resident = holder(&t, 2, Role::Resident, GRIDS[0]).await?;
        let neighbour = person(&t);
        let elsewhere = holder(&t, 3, Role::GridWorker, GRIDS[1]).await?;
        let (own, public) = (signed_in(&t, &resident)?, t.request(None).public());
        assert_eq!(photos(&public, id).await?, (Vec::new(), Adding::AfterSigningIn));
        assert_eq!(photos(&own, id).await?.1, Adding::Offer);
        assert_eq!(put(&own, id).await?, State::Waiting);
        let (shown, adding) = photos(&own, id).await?;
        assert_eq!((shown.len(), shown[0].own, adding), (1, true, Adding::Waits));
        assert_eq!((shown[0].alt.as_str(), shown[0].size), (ALT, Some((8, 6))));
        let photo = shown[0].id;
        assert!(
            matches!(put(&own, id).await, Err(AppError::Invalid(_))),
            "one at a time"
        );

        let stranger = signed_in(&t, &neighbour)?;
        let other = keeping(&t, &elsewhere)?;
        for cx in [&public, &stranger, &other] {
            assert!(photos(cx, id).await?.0.is_empty() && !gets(cx, photo).await);
        }
        let worker = keeping(&t, &worker)?;
        assert!(gets(&own, photo).await && gets(&worker, photo).await);
        assert_eq!((count(&worker).await?, count(&other).await?), (1, 0));
        for (cx, waits) in [(&worker, 1), (&other, 0)] {
            let mut tx = t.cx.read().await?;
            assert_eq!(waiting_below(&mut tx, &cx.scope.paths()[0]).await?, waits);
        }
        assert_eq!(waiting(&worker, None).await?.rows.rows[0].id, photo);
        assert_eq!(approve(&other, photo, ALT).await, Err(AppError::NotFound));
        assert_eq!(refuse(&other, photo, "不行").await, Err(AppError::NotFound));
        assert_eq!(remove(&stranger, photo).await, Err(AppError::NotFound));
        assert_eq!(
            remove(&worker, photo).await,
            Err(AppError::NotFound),
            "what waits is refused, with a reason"
        );
        assert!(matches!(
            approve(&worker, photo, " ").await,
            Err(AppError::Invalid(_))
        ));
        approve(&worker, photo, "戏台正面").await?;
        assert!(matches!(
            approve(&worker, photo, ALT).await,
            Err(AppError::Conflict(_))
        ));
        assert!(matches!(
            refuse(&worker, photo, "晚了").await,
            Err(AppError::Conflict(_))
        ));
        let (shown, _) = photos(&public, id).await?;
        assert_eq!((shown[0].alt.as_str(), shown[0].may_remove), ("戏台正面", false));
        assert!(gets(&public, photo).await);
        assert_eq!(count(&worker).await?, 0);

        remove(&own, photo).await?;
        assert!(!gets(&worker, photo).await && photos(&public, id).await?.0.is_empty());
        assert_eq!(uploads(&t).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_refused_photo_is_gone_and_only_who_offered_it_reads_why() {
    on_both(|t| async move {
        let (id, worker) = kept(&t, "venue").await?;
        let resident = holder(&t, 2, Role::Resident, GRIDS[0]).await?;
        let (own, worker) = (signed_in(&t, &resident)?, keeping(&t, &worker)?);
        put(&own, id).await?;
        let photo = photos(&own, id).await?.0[0].id;
        assert!(matches!(
            refuse(&worker, photo, " ").await,
            Err(AppError::Invalid(_))
        ));
        refuse(&worker, photo, "拍到了别人的脸").await?;
        assert_eq!(uploads(&t).await?, 0, "what is not shown is not kept");
        assert!(!gets(&own, photo).await);
        assert!(photos(&worker, id).await?.0.is_empty());
        let (shown, adding) = photos(&own, id).await?;
        assert_eq!(
            (shown[0].state, shown[0].why.as_deref(), adding),
            (State::Refused, Some("拍到了别人的脸"), Adding::Offer)
        );
        let told: Option<String> = {
            let mut tx = t.cx.read().await?;
            on!(tx, |c| sqlx::query_scalar(
                "select kind from notice where user_id = $1"
            )
            .bind(resident.user)
            .fetch_optional(c)
            .await)?
        };
        assert_eq!(told.as_deref(), Some("poi.photo_refused"));
        let held = holding::gather(&own).await?;
        assert_eq!(held["photos"][0]["why"], "拍到了别人的脸");
        t.clock.advance(184 * Timestamp::DAY);
        upkeep::run(&t.cx).await?;
        assert!(photos(&own, id).await?.0.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_keeps_a_point_adds_six_and_no_more_and_they_go_with_it() {
    on_both(|t| async move {
        let (id, worker) = kept(&t, "venue").await?;
        let worker = keeping(&t, &worker)?;
        let resident = signed_in(&t, &person(&t))?;
        put(&resident, id).await?;
        for _ in 0..MOST {
            assert_eq!(put(&worker, id).await?, State::Shown);
        }
        let seventh = put(&worker, id).await.err().ok_or("taken")?;
        assert!(
            seventh.for_field(FIELD).any(|words| words.contains("最多 6 张")),
            "{seventh:?}"
        );
        assert_eq!(photos(&worker, id).await?.1, Adding::Full);
        let offered = waiting(&worker, None).await?.rows.rows[0].id;
        assert!(matches!(
            approve(&worker, offered, ALT).await,
            Err(AppError::Conflict(_))
        ));
        for (alt, photo, field) in [("", Some(picture()), "alt"), (ALT, None, FIELD)] {
            less(&worker, id).await?;
            let refused = add(&worker, id, alt, photo).await.err().ok_or("taken")?;
            assert!(refused.for_field(field).count() > 0, "{refused:?}");
            put(&worker, id).await?;
        }
        less(&worker, id).await?;
        let before = uploads(&t).await?;
        let html = add(&worker, id, ALT, Some(b"<!DOCTYPE html><p>".to_vec())).await;
        let html = html.err().ok_or("taken")?;
        assert!(
            html.for_field(FIELD).any(|words| words.contains("只收照片")),
            "{html:?}"
        );
        assert_eq!(uploads(&t).await?, before);

        end(&worker, id, 1).await?;
        assert_eq!((uploads(&t).await?, count(&worker).await?), (0, 0));
        assert_eq!(put(&worker, id).await, Err(AppError::NotFound));
        assert_eq!(photos(&worker, id).await?, (Vec::new(), Adding::Nothing));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn photos_of_a_camera_are_for_those_only_who_see_it() {
    on_both(|t| async move {
        let (id, worker) = kept(&t, "camera").await?;
        let worker = keeping(&t, &worker)?;
        put(&worker, id).await?;
        let photo = photos(&worker, id).await?.0[0].id;
        let (_, keep) = found(&worker, photo).await?;
        assert_eq!(keep, upload::Keep::Viewer, "no cache between us keeps it");
        let elsewhere = holder(&t, 3, Role::GridWorker, GRIDS[1]).await?;
        for request in [
            t.request(None),
            t.request(Some(elsewhere)),
            t.request(Some(person(&t))),
        ] {
            assert!(!gets(&request.public(), photo).await);
            let Ok(cx) = request.signed_in() else { continue };
            assert_eq!(put(&cx, id).await, Err(AppError::NotFound));
            assert_eq!(remove(&cx, photo).await, Err(AppError::NotFound));
        }
        let topics: Vec<String> = {
            let mut tx = t.cx.read().await?;
            on!(tx, |c| sqlx::query_scalar(
                "select topic from event where kind = 'poi.photo.changed'"
            )
            .fetch_all(c)
            .await)?
        };
        assert!(
            topics.iter().all(|topic| topic.starts_with("path/")),
            "{topics:?}"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_no_more_takes_along_what_is_not_shown() {
    on_both(|t| async move {
        let (id, worker) = kept(&t, "venue").await?;
        let worker = keeping(&t, &worker)?;
        let resident = holder(&t, 2, Role::Resident, GRIDS[0]).await?;
        let own = signed_in(&t, &resident)?;
        put(&own, id).await?;
        let first = photos(&own, id).await?.0[0].id;
        approve(&worker, first, ALT).await?;
        put(&own, id).await?;
        erased(&t, resident.user).await?;
        upkeep::run(&t.cx).await?;
        let (shown, _) = photos(&worker, id).await?;
        assert_eq!((shown.len(), shown[0].id, count(&worker).await?), (1, first, 0));
        assert_eq!(uploads(&t).await?, 1);
        let by: Option<shared::UserId> = {
            let mut tx = t.cx.read().await?;
            on!(tx, |c| sqlx::query_scalar("select created_by from poi_photo")
                .fetch_one(c)
                .await)?
        };
        assert_eq!(by, None);
        let claimed: Option<RecordId> = {
            let mut tx = t.cx.read().await?;
            on!(tx, |c| sqlx::query_scalar("select record_id from upload")
                .fetch_one(c)
                .await)?
        };
        assert_eq!(claimed, Some(RecordId(id.0)));
        Ok(())
    })
    .await;
}
