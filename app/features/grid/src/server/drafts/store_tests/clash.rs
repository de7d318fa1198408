//! Two who change the same parts, and one who changes others.

use super::*;

#[tokio::test]
async fn the_second_of_two_is_shown_the_difference_and_chooses() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let (mine, version) = house.begin(&house.worker, vec![shift(10_000)]).await?;
        let (theirs, seen) = house.hand_in(&house.other, vec![shift(-20_000)], today).await?;
        approve(&house.approves(), theirs, seen, "").await?;
        // The second is told, and cannot hand in past it.
        let shown = editing(
            &house.draws(&house.worker),
            &Settings::default(),
            &code(COMMUNITY),
        )
        .await?;
        let conflict = shown.conflict.unwrap();
        assert_eq!(conflict.names, ["第一网格", "第二网格"]);
        assert!(conflict.mine.is_some() && conflict.theirs.is_some() && conflict.can_put);
        assert_eq!(conflict.again, (0, 1), "the corner has gone elsewhere");
        let cx = house.draws(&house.worker);
        let refused = propose(&cx, mine, version, &house.proposal(today)).await;
        assert!(matches!(refused, Err(AppError::Conflict(words)) if words.contains("第一网格")));

        // Putting one's own over it keeps what was drawn, as a draft on the new borders; the old one is kept too.
        assert_eq!(rebase(&cx, mine, version, Choice::Mine).await?, 0);
        assert!(
            matches!(
                rebase(&cx, mine, version, Choice::Mine).await,
                Err(AppError::Conflict(_))
            ),
            "a second click"
        );
        let shown = editing(&cx, &Settings::default(), &code(COMMUNITY)).await?;
        assert!(shown.conflict.is_none());
        let drafts = list(&cx, None, "").await?.mine.rows;
        assert_eq!(drafts.len(), 2);
        assert!(drafts.iter().any(|draft| draft.state == DraftState::Withdrawn));
        let draft = shown.draft.unwrap();
        propose(&cx, draft.id, draft.version, &house.proposal(today)).await?;
        approve(&house.approves(), draft.id, draft.version + 1, "").await?;
        assert!(
            house
                .ground()
                .await?
                .unit(ONE)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(110_000, 50_000))
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_other_choices_lose_nothing_either() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let ops = vec![shift(10_000), split()];
        let (mine, version) = house.begin(&house.worker, ops).await?;
        let (theirs, seen) = house.hand_in(&house.other, vec![shift(-20_000)], today).await?;
        approve(&house.approves(), theirs, seen, "").await?;
        let cx = house.draws(&house.worker);
        // The corner has gone, the cut can be made again.
        assert_eq!(rebase(&cx, mine, version, Choice::Again).await?, 1);
        let shown = editing(&cx, &Settings::default(), &code(COMMUNITY)).await?;
        let draft = shown.draft.unwrap();
        assert_eq!((draft.ops.len(), shown.conflict), (1, None));
        assert_eq!(rebase(&cx, draft.id, draft.version, Choice::Theirs).await?, 0);
        assert_eq!(one(&cx, draft.id).await?.row.state, DraftState::Withdrawn);
        // Withdrawn is not gone: it can be gone on with.
        let version = one(&cx, draft.id).await?.version;
        assert_eq!(reopen(&cx, draft.id, version).await?, COMMUNITY);
        assert_eq!(one(&cx, draft.id).await?.row.state, DraftState::Drafted);
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_changes_other_grids_is_not_in_the_way() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let far = Op::Split {
            code: THREE.to_owned(),
            line: vec![at(250_000, -10), at(250_000, 100_010)],
            left: named(THREE, ""),
            right: named(NEW, "第四网格"),
        };
        let day = house.today().plus_days(2);
        let (id, version) = house.hand_in(&house.worker, vec![shift(10_000)], day).await?;
        let (other, seen) = house.hand_in(&house.other, vec![far], house.today()).await?;
        approve(&house.approves(), other, seen, "").await?;
        approve(&house.approves(), id, version, "").await?;
        t.clock.advance(2 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 1);
        let now = house.ground().await?;
        assert!(now.unit(NEW).is_some() && now.faults().is_empty());
        assert!(
            now.unit(ONE)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(110_000, 50_000))
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_is_overtaken_goes_back_to_its_author() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let day = house.today().plus_days(2);
        let (id, version) = house.hand_in(&house.worker, vec![shift(10_000)], day).await?;
        approve(&house.approves(), id, version, "").await?;
        // Another draft of the same grids is held back while this one waits.
        let (other, seen) = house.begin(&house.other, vec![shift(-5_000)]).await?;
        let held = propose(&house.draws(&house.other), other, seen, &house.proposal(day)).await;
        assert!(matches!(held, Err(AppError::Conflict(_))), "{held:?}");
        // A map file is not: it changes the border under the draft.
        let file = borders().replace("120.7100000,31.6050000", "120.7093000,31.6050000");
        let plan = crate::server::import::plan(&t.cx, file, crate::model::Datum::Cgcs2000).await?;
        crate::server::import::apply(
            &t.cx,
            &plan,
            "u.geojson",
            crate::server::import::Origin::Surveyed,
            &[],
        )
        .await?;
        t.clock.advance(2 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 0);
        let shown = one(&house.draws(&house.worker), id).await?;
        assert_eq!(shown.row.state, DraftState::Refused);
        assert!(shown.steps[0].words.contains("没有生效") && shown.steps[0].who.is_none());
        assert!(shown.doings.reopen);
        let told = told::inbox(&house.worker).await?;
        let [failed, approved] = &told[..] else {
            panic!("{told:?}")
        };
        assert!(failed.words.contains("没有生效：") && failed.words.contains("别人改过") && !failed.done);
        assert!(approved.words.contains("通过了"));
        TestResult::Ok(())
    })
    .await;
}
