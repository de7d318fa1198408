//! Versions, narrowing, and who reads what.

use db::{on, test::on_both};
use shared::{AppError, Permission, Role, Timestamp};

use super::{
    COMMUNITY, DISTRICT, ELSEWHERE, GRID, STREET, code, day, form, holder, names, narrow_it, organised,
    publish, seen, with,
};
use crate::{
    model::{Difference, NarrowingForm, TimeLimit},
    server::{draft, menu, narrow},
};

#[tokio::test]
async fn a_version_holds_from_its_day_and_the_old_one_can_still_be_read() {
    on_both(|t| async move {
        organised(&t).await?;
        assert!(seen(&t, GRID).await?.version.is_none(), "nothing is published");
        let ids = publish(&t, vec![form("甲"), form("乙")]).await?;
        assert_eq!(names(&seen(&t, GRID).await?), ["甲", "乙"]);

        let owner = code(DISTRICT);
        draft::begin(&t.cx, &owner).await?;
        let mut slower = form("甲");
        slower.amount = "9".into();
        draft::save(&t.cx, &owner, Some(ids[0]), 1, slower).await?;
        draft::remove(&t.cx, &owner, ids[1]).await?;
        draft::save(&t.cx, &owner, None, 0, form("丙")).await?;
        assert_eq!(
            names(&seen(&t, GRID).await?),
            ["甲", "乙"],
            "a draft is nobody's business"
        );
        let Err(AppError::Invalid(errors)) = draft::publish(&t.cx, &owner, "2026-11-22", "").await else {
            panic!("in the past, and without a word")
        };
        assert_eq!(errors.len(), 2);
        let Err(AppError::Invalid(_)) = draft::publish(&t.cx, &owner, "2026-11-23", "同一天").await else {
            panic!("not later than the one before")
        };
        draft::publish(&t.cx, &owner, "2026-12-01", "改了三处").await?;
        assert_eq!(names(&seen(&t, GRID).await?), ["甲", "乙"], "not before its day");
        t.clock.advance(10 * Timestamp::DAY);
        assert_eq!(names(&seen(&t, GRID).await?), ["甲", "丙"]);
        let asked = menu::Asked {
            node: Some(code(COMMUNITY)),
            on: Some(day("2026-11-30")),
            ..menu::Asked::default()
        };
        assert_eq!(
            names(&menu::menu(&t.request(None).public(), &asked).await?),
            ["甲", "乙"]
        );

        let history = menu::history(&t.request(None).public(), &code(GRID)).await?;
        assert_eq!(history.versions.len(), 2);
        let changed = &history.versions[0].1;
        assert!(
            changed.contains(&Difference::Changed("甲".into(), vec!["时限".into()])),
            "{changed:?}"
        );
        assert!(changed.contains(&Difference::Added("丙".into())));
        assert!(changed.contains(&Difference::Removed("乙".into())));
        assert!(history.versions[1].1.is_empty(), "the first one began");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_one_and_keeps_what_two_people_do_to_it_apart() {
    on_both(|t| async move {
        organised(&t).await?;
        let owner = code(DISTRICT);
        let ids = publish(&t, vec![form("甲")]).await?;
        draft::begin(&t.cx, &owner).await?;
        assert!(
            matches!(draft::begin(&t.cx, &owner).await, Err(AppError::Conflict(_))),
            "there is one"
        );
        let Err(AppError::Invalid(_)) = draft::publish(&t.cx, &owner, "2026-12-01", "没改").await else {
            panic!("it changes nothing")
        };
        let page = draft::edit(&t.cx, &owner, Some(ids[0])).await?;
        assert_eq!(page.revision, 1);
        draft::save(&t.cx, &owner, Some(ids[0]), 1, form("甲改")).await?;
        let second = draft::save(&t.cx, &owner, Some(ids[0]), 1, form("甲另改")).await;
        assert!(matches!(second, Err(AppError::Conflict(_))), "{second:?}");
        let twice = draft::save(&t.cx, &owner, None, 0, form("甲改")).await;
        assert!(matches!(twice, Err(AppError::Invalid(_))), "a name is there once");
        let managed = draft::manage(&t.cx, &owner).await?;
        assert_eq!(managed.differences.len(), 1);
        draft::discard(&t.cx, &owner).await?;
        assert!(matches!(
            draft::discard(&t.cx, &owner).await,
            Err(AppError::Conflict(_))
        ));
        assert_eq!(names(&seen(&t, GRID).await?), ["甲"]);
        draft::begin(&t.cx, &owner).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_place_has_one_list_and_those_below_have_none_of_their_own() {
    on_both(|t| async move {
        organised(&t).await?;
        assert!(matches!(
            draft::begin(&t.cx, &code(STREET)).await,
            Err(AppError::Conflict(_))
        ));
        publish(&t, vec![form("甲")]).await?;
        for other in ["3205", "32"] {
            let refused = draft::begin(&t.cx, &code(other)).await;
            assert!(
                matches!(refused, Err(AppError::Conflict(_))),
                "{other}: one below has a list"
            );
        }
        assert!(!draft::manage(&t.cx, &code("3205")).await?.may_own);
        draft::begin(&t.cx, &code(ELSEWHERE)).await?;
        assert!(seen(&t, ELSEWHERE).await?.version.is_none());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_town_narrows_and_cannot_widen() {
    on_both(|t| async move {
        organised(&t).await?;
        let ids = publish(&t, vec![form("甲"), form("乙")]).await?;
        let shorter = |n: &str| NarrowingForm {
            shorter: true,
            unit: "working_days".into(),
            amount: n.into(),
            ..NarrowingForm::default()
        };
        narrow_it(&t, STREET, ids[0], shorter("3")).await?;
        for longer in ["5", "6", "300"] {
            let widened = narrow_it(&t, STREET, ids[0], shorter(longer)).await;
            assert!(matches!(widened, Err(AppError::Invalid(_))), "{longer}");
        }
        // Below, the town's word is what counts.
        assert!(narrow_it(&t, COMMUNITY, ids[0], shorter("4")).await.is_err());
        narrow_it(&t, COMMUNITY, ids[0], shorter("2")).await?;
        let hide = NarrowingForm {
            hidden: true,
            ..NarrowingForm::default()
        };
        narrow_it(&t, STREET, ids[1], hide).await?;
        let here = seen(&t, GRID).await?;
        assert_eq!(names(&here), ["甲"]);
        assert_eq!(here.rows[0].limit, TimeLimit::WorkingDays(2));
        assert_eq!(
            seen(&t, "320581001002001").await?.rows[0].limit,
            TimeLimit::WorkingDays(3)
        );
        assert_eq!(
            names(&seen(&t, DISTRICT).await?),
            ["甲", "乙"],
            "above, nothing changed"
        );
        let hidden = narrow::page(&t.cx, &code(COMMUNITY), ids[1]).await;
        assert_eq!(
            hidden.err(),
            Some(AppError::NotFound),
            "it does not come down to here"
        );
        let own = narrow_it(&t, DISTRICT, ids[0], shorter("1")).await;
        assert!(
            matches!(own, Err(AppError::Conflict(_))),
            "the owner makes a version"
        );

        // Taken back from tomorrow on.
        let tomorrow = t.cx.now().date().plus_days(1).to_string();
        narrow::say(&t.cx, &code(STREET), ids[1], &tomorrow, NarrowingForm::default()).await?;
        let page = narrow::page(&t.cx, &code(STREET), ids[1]).await?;
        assert!(page.form.hidden && page.coming.is_some());
        t.clock.advance(Timestamp::DAY);
        assert_eq!(names(&seen(&t, GRID).await?), ["甲", "乙"]);
        let past = narrow::say(&t.cx, &code(STREET), ids[1], "2026-11-01", shorter("9")).await;
        let Err(AppError::Invalid(errors)) = past else {
            panic!("{past:?}")
        };
        assert_eq!(
            errors.len(),
            2,
            "both what is wrong with the day and with the limit"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_staffs_own_work_the_public_does_not_see() {
    on_both(|t| async move {
        organised(&t).await?;
        let mut inner = form("探访");
        inner.public = false;
        let ids = publish(&t, vec![form("甲"), inner]).await?;
        assert_eq!(names(&seen(&t, GRID).await?), ["甲"]);
        let public = t.request(None).public();
        assert_eq!(
            menu::item(&public, &code(GRID), ids[1], None).await.err(),
            Some(AppError::NotFound)
        );
        let worker = holder(&t, 1, Role::GridWorker, GRID).await?;
        let cx = t.request(Some(worker.clone())).public();
        let own = menu::menu(&cx, &menu::Asked::default()).await?;
        assert_eq!(names(&own), ["甲", "探访"], "where one works goes without saying");
        assert!(menu::item(&cx, &code(GRID), ids[1], None).await?.staff);
        let beside = menu::Asked {
            node: Some(code("320581001002001")),
            ..menu::Asked::default()
        };
        assert_eq!(
            names(&menu::menu(&cx, &beside).await?),
            ["甲"],
            "elsewhere one is the public"
        );
        // A stranger who names no place is led to the only list there is.
        let stranger = menu::menu(&public, &menu::Asked::default()).await?;
        assert_eq!(stranger.here.map(|here| here.code).as_deref(), Some(DISTRICT));
        let q = menu::Asked {
            node: Some(code(GRID)),
            q: "没有这样的事".into(),
            ..menu::Asked::default()
        };
        let nothing = menu::menu(&public, &q).await?;
        assert!(nothing.rows.is_empty() && nothing.total == 1);
        assert!(!worker.may(Permission::CatalogueEdit));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn only_who_keeps_a_place_changes_its_list() {
    on_both(|t| async move {
        organised(&t).await?;
        let ids = publish(&t, vec![form("甲")]).await?;
        let town = holder(&t, 1, Role::TownAdmin, STREET).await?;
        let cx = with(&t, &town, Permission::CatalogueEdit)?;
        let tomorrow = t.cx.now().date().plus_days(1).to_string();
        narrow::say(&cx, &code(STREET), ids[0], &tomorrow, NarrowingForm::default()).await?;
        for refused in [
            draft::begin(&cx, &code(DISTRICT)).await.err(),
            draft::manage(&cx, &code(DISTRICT)).await.err(),
            narrow::page(&cx, &code(ELSEWHERE), ids[0]).await.err(),
        ] {
            assert_eq!(refused, Some(AppError::NotFound));
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_nobody_asks_for_in_a_quarter_is_named() {
    on_both(|t| async move {
        organised(&t).await?;
        let ids = publish(&t, vec![form("甲"), form("乙")]).await?;
        let worker = holder(&t, 1, Role::GridWorker, GRID).await?;
        let cx = t.request(Some(worker)).public();
        assert!(
            draft::manage(&t.cx, &code(DISTRICT)).await?.unneeded.is_empty(),
            "too early to say"
        );
        t.clock.advance(60 * Timestamp::DAY);
        menu::start(&cx, &code(GRID), ids[0]).await?;
        menu::start(&cx, &code(GRID), ids[0]).await?;
        menu::start(&t.request(None).public(), &code(GRID), ids[1]).await?;
        t.clock.advance(40 * Timestamp::DAY);
        let unneeded = draft::manage(&t.cx, &code(STREET)).await?.unneeded;
        assert_eq!(
            unneeded,
            [(ids[1], "乙".to_owned())],
            "a stranger's tap does not count"
        );
        let mut tx = t.cx.read().await?;
        let counted: i64 = on!(tx, |c| sqlx::query_scalar("select started from catalogue_use")
            .fetch_one(c)
            .await)?;
        assert_eq!(counted, 2);
        Ok(())
    })
    .await;
}
