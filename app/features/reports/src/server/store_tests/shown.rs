//! Photos that everybody sees: those alone that were handed in to be shown, as long as the matter is published.

use db::{
    test::{TestDb, on_both},
    upload::{self, Keep},
};
use shared::{AppError, RecordId};

use super::{Outcome, does, form, place, sees, signed_in, somebody, step};
use crate::{
    model::{ActForm, Action, Sent},
    server::{
        act,
        hand::{self, Hand},
        photo, report, shown,
    },
};

async fn anybody(t: &TestDb, id: RecordId) -> Result<Keep, AppError> {
    let cx = hand::stranger(&t.request(None));
    let found = shown::readable(&cx, &Hand::default(), id).await;
    found.map(|(_, keep)| keep)
}

async fn gone(t: &TestDb, id: RecordId) -> Outcome<bool> {
    let mut tx = t.cx.read().await?;
    Ok(upload::find(&mut tx, id).await?.is_none())
}

#[tokio::test]
async fn only_what_was_handed_in_to_be_shown_is_shown() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = signed_in(&t, &p.resident)?;
        let settings = grid::server::Settings::default();
        let sent = form("problem", "parking");
        let photos = vec![db::test::photo()];
        let matter: Sent = report::report(&cx, &settings, "device-key-1", &sent, photos).await?;
        let original = sees(&t, &p.secretary, &matter).await?.photos[0].id;
        let publish = ActForm {
            words: "车位被占".into(),
            ..step(Action::Publish)
        };
        let secretary = signed_in(&t, &p.secretary)?;
        act::act(&secretary, &matter.code, &publish, vec![db::test::photo()]).await?;
        let stranger = somebody(&t, None).await?;
        let page = sees(&t, &stranger, &matter).await?;
        assert_eq!((page.shown.len(), page.photos.len()), (1, 0));
        let public = page.shown[0].id;
        assert_ne!(public, original);
        assert_eq!(anybody(&t, public).await?, Keep::Everybody);
        assert!(
            anybody(&t, original).await.is_err(),
            "the original is never public"
        );
        let other = photo::readable(&signed_in(&t, &stranger)?, &Hand::default(), original).await;
        assert!(other.is_err());

        // What is published again has the photos of that time.
        act::act(&secretary, &matter.code, &publish, Vec::new()).await?;
        assert!(gone(&t, public).await?);
        act::act(&secretary, &matter.code, &publish, vec![db::test::photo()]).await?;
        let public = sees(&t, &stranger, &matter).await?.shown[0].id;
        does(&t, &p.secretary, &matter, Action::Hide).await?;
        assert!(anybody(&t, public).await.is_err() && gone(&t, public).await?);
        assert!(!gone(&t, original).await?);
        Ok(())
    })
    .await;
}
