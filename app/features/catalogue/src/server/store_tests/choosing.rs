//! Of which place a menu is, for whom.

use accounts::server::{residency, service, session};
use db::test::{TestDb, on_both};
use shared::Role;

use super::{
    COMMUNITY, DISTRICT, GRID, Outcome, STREET, code, form, holder, names, narrow_it, organised, publish,
};
use crate::{
    model::{ItemId, NarrowingForm},
    server::menu,
};

async fn hidden_in_town(t: &TestDb) -> Outcome<ItemId> {
    organised(t).await?;
    let ids = publish(t, vec![form("甲"), form("乙")]).await?;
    let hide = NarrowingForm {
        hidden: true,
        ..NarrowingForm::default()
    };
    narrow_it(t, STREET, ids[1], hide).await?;
    Ok(ids[0])
}

#[tokio::test]
async fn a_stranger_finds_a_place_by_name_and_its_town_counts() {
    on_both(|t| async move {
        hidden_in_town(&t).await?;
        let public = t.request(None).public();
        let unsaid = menu::menu(&public, &menu::Asked::default()).await?;
        assert!(unsaid.guessed && unsaid.own.is_empty() && unsaid.found.is_empty());
        assert_eq!(names(&unsaid), ["甲", "乙"], "the county's, not narrowed");
        let looked = menu::Asked {
            place: "花园浜第一".into(),
            ..menu::Asked::default()
        };
        let found = menu::menu(&public, &looked).await?.found;
        assert_eq!(found[0].place.code, GRID);
        assert!(found[0].above.contains("虞山街道"), "{}", found[0].above);
        let there = menu::Asked {
            node: Some(code(&found[0].place.code)),
            ..menu::Asked::default()
        };
        let there = menu::menu(&public, &there).await?;
        assert!(!there.guessed);
        assert_eq!(names(&there), ["甲"]);
        let nowhere = menu::Asked {
            place: "火星".repeat(60),
            ..menu::Asked::default()
        };
        assert!(menu::menu(&public, &nowhere).await?.found.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_waits_to_be_confirmed_has_the_menu_of_the_grid_they_named() {
    on_both(|t| async move {
        hidden_in_town(&t).await?;
        let user = service::add_user(&t.cx, "新来的", "13900000901", None).await?;
        let mut tx = t.cx.write().await?;
        let grid = orgs::server::store::by_code(&mut tx, &code(GRID))
            .await?
            .ok_or("no grid")?;
        residency::declare(&mut tx, &t.cx, user, grid.id, "3 幢 501 室").await?;
        let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
        tx.commit().await?;
        let actor = session::resolve(&t.house, &opened.token)
            .await?
            .ok_or("no actor")?
            .actor;
        assert!(actor.grants.is_empty());
        let menu = menu::menu(&t.request(Some(actor)).public(), &menu::Asked::default()).await?;
        assert_eq!(menu.here.as_ref().map(|here| here.code.as_str()), Some(GRID));
        assert_eq!(names(&menu), ["甲"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_works_at_several_places_chooses_among_them_and_is_led_to_their_teams() {
    on_both(|t| async move {
        let item = hidden_in_town(&t).await?;
        let mut actor = holder(&t, 1, Role::GridWorker, GRID).await?;
        let other = holder(&t, 2, Role::GridLead, "320581001001002").await?;
        actor.grants.extend(other.grants);
        // Twice at one place is one place.
        actor.grants.extend(actor.grants.clone());
        let cx = t.request(Some(actor)).public();
        let menu = menu::menu(&cx, &menu::Asked::default()).await?;
        let own: Vec<&str> = menu.own.iter().map(|place| place.code.as_str()).collect();
        assert_eq!(own.len(), 2, "{own:?}");
        assert!(own.contains(&GRID) && own.contains(&"320581001001002"));
        assert_eq!(menu.here.map(|here| here.code).as_deref(), Some(own[0]));
        for (place, team) in [
            (GRID, true),
            (COMMUNITY, true),
            ("320581001002001", false),
            (DISTRICT, true),
        ] {
            assert_eq!(
                menu::item(&cx, &code(place), item, None).await?.team,
                team,
                "{place}"
            );
        }
        let stranger = t.request(None).public();
        assert!(!menu::item(&stranger, &code(GRID), item, None).await?.team);
        Ok(())
    })
    .await;
}
