//! What belongs to the petition office says that it went there; why is read by those only who handle matters.

use axum::http;
use db::test::on_both;

use super::{COMMUNITY, form, place, sees, send, signed_in, step, take};
use crate::{
    model::{ActForm, Action, Door, MatterPage, PETITION, State, StepRow},
    server::{act, hand::Hand, list, opendata, photo},
};

fn refused(page: &MatterPage) -> Option<&StepRow> {
    page.steps.iter().find(|step| step.action == Action::Refuse)
}

#[tokio::test]
async fn what_went_to_the_petition_office_says_only_that() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let (cx, staff) = (signed_in(&t, &p.resident)?, signed_in(&t, &p.staff)?);
        let public = t.request(None).public();
        for (key, door, petition) in [
            ("device-key-1", Door::Court, false),
            ("device-key-2", Door::Petition, true),
        ] {
            let matter = send(&t, &p.resident, key, &form("problem", "facility")).await?;
            let publish = ActForm {
                words: "小区路灯不亮".into(),
                ..step(Action::Publish)
            };
            take(&t, &p.secretary, &matter, &publish).await?;
            let refuse = ActForm {
                door: door.code().into(),
                ..step(Action::Refuse)
            };
            act::act(&staff, &matter.code, &refuse, vec![db::test::photo()]).await?;
            let page = sees(&t, &p.resident, &matter).await?;
            assert_eq!((page.state, page.petition), (State::Refused, petition));
            let told = refused(&page).ok_or("no step")?;
            assert_eq!((told.door, told.words.is_none()), (Some(door), petition));
            assert_eq!(told.photos.is_empty(), petition);
            let page = sees(&t, &p.staff, &matter).await?;
            let told = refused(&page).ok_or("no step")?;
            assert_eq!(told.words.as_deref(), Some("说明"));
            let shown = told.photos.first().ok_or("no photo")?.id;
            let found = photo::readable(&cx, &Hand::default(), shown).await;
            assert_eq!(found.is_err(), petition);
            assert!(photo::readable(&staff, &Hand::default(), shown).await.is_ok());
            let shown = list::published(&public, COMMUNITY, "", "").await?.rows.rows;
            let shown = shown.iter().find(|row| row.code == matter.code);
            assert_eq!(shown.map(|row| row.petition), Some(petition));
            let own = list::mine(&cx, "").await?.own.rows;
            let own = own.iter().find(|row| row.code == matter.code);
            assert_eq!(own.map(|row| row.petition), Some(petition));
            // So do other sites that show it inside of theirs.
            let (parts, ()) = http::Request::builder()
                .uri(format!("/widget/reports/{}", matter.code))
                .extension(t.request(None))
                .body(())?
                .into_parts();
            let (_, embedded) = opendata::embedded(&parts, &matter.code).await?;
            assert_eq!(embedded.contains(PETITION), petition, "{embedded}");
            assert_eq!(embedded.contains("不予受理"), !petition, "{embedded}");
        }
        Ok(())
    })
    .await;
}
