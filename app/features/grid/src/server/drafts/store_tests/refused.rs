//! Drafts that do not come to hold: their own author, others' ground, and what is wrong in itself.

use db::execute;

use super::*;

#[tokio::test]
async fn nobody_approves_what_they_drew() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let (id, version) = house
            .hand_in(&house.secretary, vec![shift(9_000)], house.today())
            .await?;
        assert_eq!(
            approve(&house.approves(), id, version, "").await,
            Err(AppError::Forbidden)
        );
        assert!(!one(&house.draws(&house.secretary), id).await?.doings.decide);
        // Nor does the database let them.
        let mut tx = t.cx.write().await?;
        let author = house.secretary.actor.as_ref().unwrap().user;
        let by_hand = execute!(
            tx,
            "update grid_draft set decided_by = $2 where id = $1",
            id,
            author
        );
        assert!(by_hand.is_err());
        drop(tx);
        // Who is nobody there is told nothing.
        let elsewhere = holder(&t, "13900000009", Role::Secretary, "320581001002").await?;
        let cx = elsewhere.require(Permission::MapApprove)?;
        assert_eq!(approve(&cx, id, version, "").await, Err(AppError::NotFound));
        let cx = elsewhere.require(Permission::MapPropose)?;
        assert_eq!(one(&cx, id).await, Err(AppError::NotFound));
        assert!(list(&cx, None, "").await?.others.rows.is_empty());
        assert_eq!(
            editing(&cx, &Settings::default(), &code(COMMUNITY)).await,
            Err(AppError::NotFound)
        );
        let cx = elsewhere.require(Permission::StaffView)?;
        assert_eq!(history(&cx, &code(ONE), "").await, Err(AppError::NotFound));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_cannot_be_handed_in() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let before = house.ground().await?;
        let nothing = house.hand_in(&house.other, Vec::new(), today).await;
        assert!(matches!(nothing, Err(AppError::Invalid(_))));
        // Steps that cannot be done are not kept.
        let beyond = Op::Move {
            from: at(100_000, 50_000),
            to: at(900_000, 50_000),
        };
        let cx = house.draws(&house.worker);
        assert!(matches!(
            save(&cx, &code(COMMUNITY), None, vec![beyond], 1).await,
            Err(AppError::Invalid(_))
        ));
        let many: Vec<Place> = (0..100_000).map(|i| at(i % 1_000, i / 1_000)).collect();
        let put = Op::Put {
            units: vec![Unit {
                code: ONE.to_owned(),
                name: String::new(),
                border: Border(vec![vec![many.clone()]]),
                from: None,
            }],
        };
        let draw = Op::Draw {
            unit: named(NEW, "画的"),
            ring: many,
        };
        for endless in [put, draw] {
            let refused = save(&cx, &code(COMMUNITY), None, vec![endless], 1).await;
            assert!(
                matches!(&refused, Err(AppError::Invalid(faults)) if faults[0].message.contains("100000 个")),
                "{refused:?}"
            );
        }
        // Somebody else's grids only.
        let third = Op::Move {
            from: at(200_000, 50_000),
            to: at(205_000, 50_000),
        };
        let not_mine = house.hand_in(&house.worker, vec![third], today).await;
        assert!(matches!(not_mine, Err(AppError::Invalid(faults)) if faults[0].message.contains("您负责的")));
        // A code of elsewhere.
        let elsewhere = Op::Split {
            code: ONE.to_owned(),
            line: vec![at(50_000, -10), at(50_000, 100_010)],
            left: named(ONE, ""),
            right: named("320581001002001", "别处"),
        };
        let (id, version) = {
            let shown = editing(&house.draws(&house.other), &Settings::default(), &code(COMMUNITY)).await?;
            let draft = shown.draft.unwrap();
            let saved = save(
                &house.draws(&house.other),
                &code(COMMUNITY),
                Some((draft.id, draft.version)),
                vec![elsewhere],
                1,
            )
            .await?;
            (saved.id, saved.version)
        };
        let refused = propose(&house.draws(&house.other), id, version, &house.proposal(today)).await;
        assert!(matches!(refused, Err(AppError::Invalid(faults)) if faults[0].message.contains("代码")));
        // A second tab of the same person saves over nothing.
        let stale = save(
            &house.draws(&house.other),
            &code(COMMUNITY),
            Some((id, version - 1)),
            vec![split()],
            1,
        )
        .await;
        assert!(matches!(stale, Err(AppError::Conflict(_))));
        // Refused with a reason, gone on with, handed in again.
        let (id, version) = (id, version);
        let saved = save(
            &house.draws(&house.other),
            &code(COMMUNITY),
            Some((id, version)),
            vec![split()],
            1,
        )
        .await?;
        propose(
            &house.draws(&house.other),
            id,
            saved.version,
            &house.proposal(today),
        )
        .await?;
        assert!(matches!(
            refuse(&house.approves(), id, saved.version + 1, " ").await,
            Err(AppError::Invalid(_))
        ));
        refuse(&house.approves(), id, saved.version + 1, "名称不合适").await?;
        assert!(matches!(
            refuse(&house.approves(), id, saved.version + 1, "名称不合适").await,
            Err(AppError::Conflict(_))
        ));
        let version = one(&house.draws(&house.other), id).await?.version;
        reopen(&house.draws(&house.other), id, version).await?;
        withdraw(&house.draws(&house.other), id, version + 1).await?;
        // All of that has changed no border.
        let after = house.ground().await?;
        assert_eq!(after.units().len(), before.units().len());
        for part in [ONE, TWO, THREE] {
            let (was, is) = (before.unit(part).unwrap(), after.unit(part).unwrap());
            assert!(same_ground(&was.border, &is.border), "{part}");
        }
        TestResult::Ok(())
    })
    .await;
}
