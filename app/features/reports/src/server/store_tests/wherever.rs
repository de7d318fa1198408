//! Where a report is, by a building's name too; what is known near there before it is sent; a photo in the place of words; who hears of what
//! came without an account.

use db::{
    execute, on,
    test::{TestDb, on_both},
};
use people::model::{BuildingId, EstateId, estate_key};

use super::{
    COMMUNITY, ELSEWHERE, GRID, Outcome, does, everything, form, node, place, sees, send, signed_in, step,
    take, with,
};
use crate::{
    model::{ActForm, Action, NearPage, NewReport, Reporter, Sent, Spot},
    server::{list, near, report, spots},
};

const AT: &str = "120.7402,31.6411";
const ESTATE: &str = "insert into estate (id, node_id, name, key, pinyin, initials, version, created_at, updated_at) \
    values ($1, $2, $3, $4, '', '', 1, $5, $5)";
const BUILDING: &str = "insert into building (id, estate_id, node_id, number, version, created_at, updated_at) \
    values ($1, $2, $3, $4, 1, $5, $5)";

/// An estate of the community with buildings in the grid.
async fn build(t: &TestDb, name: &str, numbers: &[&str]) -> Outcome {
    let (community, grid) = (node(t, COMMUNITY).await?, node(t, GRID).await?);
    let mut tx = t.cx.write().await?;
    let (estate, now): (EstateId, _) = (tx.id(), tx.now());
    execute!(tx, ESTATE, estate, community, name, estate_key(name), now)?;
    for number in numbers {
        let id: BuildingId = tx.id();
        execute!(tx, BUILDING, id, estate, grid, *number, now)?;
    }
    tx.commit().await?;
    Ok(())
}

fn names(spots: &[Spot]) -> Vec<&str> {
    spots.iter().map(|spot| spot.name.as_str()).collect()
}

fn asked<'a>(category: &'a str, words: &'a str) -> near::Asked<'a> {
    near::Asked {
        node: GRID,
        at: AT,
        category,
        words,
        named: true,
    }
}

#[tokio::test]
async fn a_building_is_found_by_an_address_and_chosen_by_its_name() {
    on_both(|t| async move {
        let p = place(&t).await?;
        build(&t, "花园浜", &["12", "3"]).await?;
        let anybody = t.request(None).public();
        let found = spots::found(&anybody, "花园浜小区三栋").await?;
        assert_eq!(names(&found), ["花园浜3幢"]);
        assert_eq!(names(&spots::found(&anybody, "花园浜").await?), ["花园浜"]);
        assert_eq!(
            names(&spots::around(&anybody, GRID).await?),
            ["花园浜3幢", "花园浜12幢"]
        );
        assert!(spots::around(&anybody, ELSEWHERE).await?.is_empty());
        for nothing in ["", "浜", "四丈湾", "' or 1=1 --"] {
            assert!(spots::found(&anybody, nothing).await?.is_empty(), "{nothing}");
        }
        // A form that comes back looks for what was chosen before.
        assert_eq!(spots::found(&anybody, &found[0].code).await?, found);
        let there = NewReport {
            node: found[0].code.clone(),
            address: "北门口".into(),
            ..form("problem", "facility")
        };
        let matter = send(&t, &p.resident, "device-key-1", &there).await?;
        let page = sees(&t, &p.secretary, &matter).await?;
        assert_eq!(
            (page.place.code.as_str(), page.address.as_str()),
            (GRID, "花园浜3幢，北门口")
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn before_it_is_sent_is_told_what_is_published_there_and_how_many_are_not() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let anybody = t.request(None).public();
        let nothing = near::near(&anybody, &asked("facility", "")).await?;
        assert_eq!(nothing, NearPage::default());
        let pinned = NewReport {
            at: AT.into(),
            ..form("problem", "facility")
        };
        let matter = send(&t, &p.resident, "device-key-1", &pinned).await?;
        send(&t, &p.resident, "device-key-2", &pinned).await?;
        send(&t, &p.resident, "device-key-3", &form("complaint", "community")).await?;
        let page = near::near(&anybody, &asked("facility", "")).await?;
        assert_eq!(
            (page.rows.len(), page.also),
            (0, Some(0)),
            "fewer than five, and no words"
        );
        let about = near::near(&anybody, &asked("community", "")).await?;
        assert_eq!(
            about.also, None,
            "a complaint about the community is told to nobody"
        );

        let mine = near::near(&signed_in(&t, &p.resident)?, &asked("facility", "")).await?;
        assert_eq!(mine.own.len(), 2, "what one told of oneself");
        let strange = near::Asked {
            named: false,
            ..asked("facility", "")
        };
        let strange = near::near(&signed_in(&t, &p.resident)?, &strange).await?;
        assert!(strange.own.is_empty() && page.own.is_empty());
        let publish = ActForm {
            words: "小区路灯不亮".into(),
            ..step(Action::Publish)
        };
        take(&t, &p.secretary, &matter, &publish).await?;
        let page = near::near(&anybody, &asked("facility", "")).await?;
        assert_eq!((page.rows.len(), page.also), (1, Some(0)));
        assert!(page.rows[0].here);
        let far = near::Asked {
            at: "120.8402,31.6411",
            ..asked("facility", "")
        };
        assert!(!near::near(&anybody, &far).await?.rows[0].here);
        let said = asked("noise", "请问路灯不亮怎么办");
        assert!(
            near::near(&anybody, &said).await?.answers.is_empty(),
            "it is not answered yet"
        );
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &matter, action).await?;
        }
        does(&t, &p.resident, &matter, Action::Rate).await?;
        let page = near::near(&anybody, &said).await?;
        assert_eq!(page.rows.len(), 0);
        assert_eq!(page.answers.len(), 1);
        assert_eq!(page.answers[0].code.as_deref(), Some(matter.code.as_str()));
        let other = near::near(&anybody, &asked("noise", "楼上装修太吵")).await?;
        assert!(other.answers.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_photo_alone_is_a_report() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let wordless = NewReport {
            words: String::new(),
            ..form("problem", "facility")
        };
        let nothing = send(&t, &p.resident, "device-key-1", &wordless).await;
        assert_eq!(nothing.map_err(|error| error.status()), Err(422));
        let cx = signed_in(&t, &p.resident)?;
        let settings = grid::server::Settings::default();
        let photos = vec![db::test::photo()];
        let matter = report::report(&cx, &settings, "device-key-2", &wordless, photos).await?;
        let page = sees(&t, &p.worker, &matter).await?;
        assert_eq!(page.photos.len(), 1);
        assert_eq!(
            (page.words.as_str(), page.instead.as_deref()),
            ("", Some("（只有照片）"))
        );
        assert_eq!(list::mine(&cx, "").await?.own.rows[0].excerpt, "（只有照片）");
        let staff = with(&t, &p.staff, shared::Permission::ReportHandle)?;
        assert_eq!(
            list::work(&staff, &everything()).await?.rows.rows[0].excerpt,
            "（只有照片）"
        );
        Ok(())
    })
    .await;
}

async fn told(t: &TestDb, matter: &Sent) -> Outcome<i64> {
    let topic = format!("track/{}", matter.code);
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(
        "select count(*) from event where topic = $1 and subject is null"
    )
    .bind(&topic)
    .fetch_one(c)
    .await)?)
}

#[tokio::test]
async fn what_came_without_an_account_is_told_of_under_its_address_alone() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let (cx, settings) = (t.request(None).public(), grid::server::Settings::default());
        let (key, said) = (
            "6f1d0e0e-7a33-4a3c-9d6e-0d1f2a3b4c5e",
            form("problem", "facility"),
        );
        let strange = report::report_as(&cx, &settings, &Reporter::Anonymous, key, &said, Vec::new()).await?;
        let own = send(&t, &p.resident, "device-key-1", &said).await?;
        let before = told(&t, &strange).await?;
        does(&t, &p.worker, &strange, Action::Accept).await?;
        does(&t, &p.worker, &own, Action::Accept).await?;
        assert_eq!(told(&t, &strange).await?, before + 1);
        assert_eq!(told(&t, &own).await?, 0);
        Ok(())
    })
    .await;
}
