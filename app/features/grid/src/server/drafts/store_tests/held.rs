//! Drafts that hold: approved by somebody else, from their day on, with the grids that they found and end.

use db::on;

use super::*;

#[tokio::test]
async fn what_is_drawn_is_approved_by_another_and_holds_from_its_day() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let day = house.today().plus_days(3);
        let (id, version) = house.begin(&house.worker, vec![shift(10_000)]).await?;
        // It survives a reload, is one's own, and nobody else sees it yet.
        let again = editing(
            &house.draws(&house.worker),
            &Settings::default(),
            &code(COMMUNITY),
        )
        .await?;
        assert_eq!(
            again.draft.as_ref().map(|draft| (draft.id, draft.done)),
            Some((id, 1))
        );
        assert_eq!(
            one(&house.draws(&house.secretary), id).await,
            Err(AppError::NotFound)
        );
        assert!(matches!(
            house.begin(&house.worker, vec![shift(5)]).await,
            Err(AppError::Conflict(_))
        ));

        propose(&house.draws(&house.worker), id, version, &house.proposal(day)).await?;
        assert_eq!(waiting(&house.approves()).await?, 1);
        let shown = list(&house.draws(&house.secretary), None, "").await?;
        assert_eq!((shown.waiting.rows.len(), shown.others.rows.len()), (1, 0));
        let shown = one(&house.draws(&house.secretary), id).await?;
        assert!(shown.doings.decide && shown.before.is_some() && shown.after.is_some());
        assert_eq!(
            shown
                .differences
                .iter()
                .map(|one| one.code.as_str())
                .collect::<Vec<_>>(),
            [ONE, TWO]
        );
        // A grid worker approves nothing; a colleague who draws does not either.
        assert!(house.worker.require(Permission::MapApprove).is_err());
        assert!(house.other.require(Permission::MapApprove).is_err());
        approve(&house.approves(), id, version + 1, "同意").await?;
        assert_eq!(house.state(id).await?, DraftState::Approved);

        // Before its day nothing has changed; who draws there is told on the map that it will.
        assert_eq!(put_due(&t.cx).await?, 0);
        let settings = Settings::default();
        for (cx, told) in [
            (house.secretary.public(), true),
            (t.request(None).public(), false),
        ] {
            let shown = maps::map(&cx, &settings, &code(COMMUNITY), None, "").await?;
            let expected = told.then_some(Coming { id, on: day });
            assert_eq!(shown.coming, Vec::from_iter(expected));
        }
        assert!(
            house
                .ground()
                .await?
                .unit(ONE)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(100_000, 50_000))
        );
        t.clock.advance(3 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 1);
        assert_eq!(put_due(&t.cx).await?, 0, "once");
        assert_eq!(house.state(id).await?, DraftState::InEffect);
        let cx = house.secretary.public();
        let shown = maps::map(&cx, &settings, &code(COMMUNITY), None, "").await?;
        assert!(shown.coming.is_empty());
        let now = house.ground().await?;
        for part in [ONE, TWO] {
            assert!(
                now.unit(part)
                    .unwrap()
                    .border
                    .corners()
                    .any(|corner| corner == at(110_000, 50_000)),
                "{part}"
            );
        }
        // The map of before is still there, and the border's history names the draft.
        let before = house.today().plus_days(-1).to_string();
        let cx = house.secretary.public();
        let (then, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), &before)
            .await?
            .unwrap();
        assert!(then.contains("120.71,31.605") && !then.contains("120.711,31.605"));
        let (now, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), "")
            .await?
            .unwrap();
        assert!(now.contains("120.711,31.605"));
        let told = history(&house.secretary.require(Permission::StaffView)?, &code(ONE), "").await?;
        assert_eq!(told.states.len(), 2);
        assert_eq!(told.states[0].draft, Some(id));
        assert_eq!(told.states[0].from, day);
        assert_eq!(
            (told.states[1].to, told.states[1].source.as_str()),
            (Some(day), "t.geojson")
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_split_founds_a_grid_and_a_merge_ends_one() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let merge = Op::Merge {
            code: THREE.to_owned(),
            into: TWO.to_owned(),
        };
        let (id, version) = house
            .hand_in(&house.other, vec![split(), merge], house.today())
            .await?;
        approve(&house.approves(), id, version, "").await?;
        assert_eq!(house.state(id).await?, DraftState::InEffect, "its day had come");
        let mut tx = t.cx.read().await?;
        let new = nodes::by_code(&mut tx, &code(NEW)).await?.unwrap();
        assert_eq!(
            (new.name.as_str(), new.kind, new.valid_from),
            ("第四网格", NodeKind::Grid, house.today())
        );
        assert!(nodes::by_code(&mut tx, &code(THREE)).await?.is_none());
        let old = nodes::latest_by_code(&mut tx, &code(THREE)).await?.unwrap();
        assert_eq!(old.valid_to, Some(house.today()));
        let one = nodes::by_code(&mut tx, &code(ONE)).await?.unwrap();
        assert_eq!(states::successions(&mut tx, one.id).await?.len(), 1);
        // Who comes after this asks where each place lies now.
        let parent = nodes::by_code(&mut tx, &code(COMMUNITY)).await?.unwrap();
        let places = [at(10_000, 10), at(60_000, 10), at(250_000, 10), at(900_000, 10)];
        let two = nodes::by_code(&mut tx, &code(TWO)).await?.unwrap();
        assert_eq!(
            parts_at(&mut tx, parent.id, &places).await?,
            [Some(one.id), Some(new.id), Some(two.id), None]
        );
        let told: Vec<db::Json<serde_json::Value>> = on!(tx, |c| sqlx::query_scalar(
            "select data from event where kind = 'grid.border.changed'"
        )
        .fetch_all(c)
        .await)?;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0["split"][0]["into"][0], new.id.to_string());
        assert_eq!(told[0].0["merged"][0]["into"], two.id.to_string());
        let jobs: Vec<db::Json<Moved>> = on!(tx, |c| sqlx::query_scalar(
            "select payload from job where kind = 'grid.ground.moved'"
        )
        .fetch_all(c)
        .await)?;
        let [db::Json(moved)] = &jobs[..] else {
            panic!("{jobs:?}")
        };
        assert_eq!((moved.unit, moved.on), (parent.id, house.today()));
        assert_eq!(moved.successor(old.id), Some(two.id));
        assert_eq!((moved.ended.len(), moved.touched.len()), (1, 4));
        drop(tx);
        // Yesterday's map has three, the third too; today's has the new one.
        let cx = house.secretary.public();
        let before = house.today().plus_days(-1).to_string();
        let (then, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), &before)
            .await?
            .unwrap();
        assert!(then.contains("第三网格") && !then.contains("第四网格"));
        let (now, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), "")
            .await?
            .unwrap();
        assert!(!now.contains("第三网格") && now.contains("第四网格"));
        assert!(house.ground().await?.faults().is_empty());
        TestResult::Ok(())
    })
    .await;
}
