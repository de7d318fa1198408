//! Lives of cases: to an agreement that is kept, to one by word of mouth, to none.

use db::test::{on_both, photo};
use shared::{AppError, Timestamp};

use super::{
    ActForm, Action, STREET, State, begun, count, does, form, names, place, running, sees, send, signed_in,
    state, step, take,
};
use crate::{
    model::{Part, Shape},
    server::{act, list, page, scan},
};

#[tokio::test]
async fn a_dispute_is_settled_signed_and_kept() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = send(&t, &p.resident, "device-key-1", &form(&p.other)).await?;
        assert_eq!(
            send(&t, &p.resident, "device-key-1", &form(&p.other)).await,
            Ok(case.clone()),
            "sent twice it is one"
        );
        assert_eq!(running(&t, STREET).await?, ["mediation.take"]);
        assert_eq!(
            does(&t, &p.centre, &case, Action::Accept).await,
            Err(AppError::Forbidden),
            "it is not taken yet"
        );
        does(&t, &p.centre, &case, Action::Take).await?;
        does(&t, &p.centre, &case, Action::Accept).await?;
        assert_eq!(running(&t, STREET).await?, ["mediation.conclude"]);
        assert_eq!(
            does(&t, &p.centre, &case, Action::Consent)
                .await
                .map_err(|e| e.status()),
            Err(409),
            "nobody was asked"
        );
        assert_eq!(state(&t, &p.other, &case).await, Err(AppError::NotFound));
        let by_notice = ActForm {
            how: "notice".into(),
            ..step(Action::Ask)
        };
        take(&t, &p.centre, &case, &by_notice).await?;
        let asked = sees(&t, &p.other, &case).await?;
        assert_eq!(asked.side, Some(Part::Respondent));
        assert!(
            asked.words.is_empty() && !asked.wish.is_empty(),
            "what is asked, no more"
        );
        assert!(
            asked
                .people
                .iter()
                .all(|one| one.phone.is_none() && one.address.is_empty())
        );
        assert_eq!(list::waiting(&signed_in(&t, &p.other)?).await?.asked, 1);
        take(
            &t,
            &p.other,
            &case,
            &ActForm {
                action: "consent".into(),
                ..ActForm::default()
            },
        )
        .await?;
        assert!(!sees(&t, &p.other, &case).await?.words.is_empty());

        names(&t, &p.centre, &case, &p.staff).await?;
        assert_eq!(
            does(&t, &p.staff, &case, Action::Hold).await,
            Err(AppError::Forbidden),
            "not before they said that nothing ties them"
        );
        let invited = sees(&t, &p.staff, &case).await?;
        assert!(
            invited.words.is_empty() && invited.steps.is_empty() && invited.people.len() == 3,
            "between whom it is, and no more"
        );
        does(&t, &p.staff, &case, Action::Declare).await?;
        let early = ActForm {
            on: "2026-11-24".into(),
            ..step(Action::Hold)
        };
        assert_eq!(
            take(&t, &p.staff, &case, &early).await.map_err(|e| e.status()),
            Err(422),
            "a session that is still to come"
        );
        does(&t, &p.staff, &case, Action::Hold).await?;
        does(&t, &p.staff, &case, Action::Settle).await?;
        let paper = page::agreement(&signed_in(&t, &p.resident)?, &case).await?;
        assert_eq!((paper.shape, paper.agreement.clauses.len()), (Shape::Written, 2));
        assert_eq!(paper.committee, "花园浜社区人民调解委员会");
        assert_eq!(paper.mediators, ["邵一凡"]);
        assert_eq!(paper.sides.len(), 2);
        assert!(paper.effective.is_none());
        let one = ActForm {
            clauses: vec!["乙方修好水管，另付 500 元".into()],
            ..step(Action::Revise)
        };
        take(&t, &p.staff, &case, &one).await?;
        let page = sees(&t, &p.resident, &case).await?;
        assert_eq!((page.state, page.clauses.len()), (State::Reached, 1));

        act::act(
            &signed_in(&t, &p.centre)?,
            &case,
            &step(Action::Sign),
            vec![photo()],
        )
        .await?;
        assert_eq!(
            running(&t, STREET).await?,
            ["mediation.court", "mediation.follow"]
        );
        let signed = sees(&t, &p.other, &case).await?;
        assert_eq!(signed.state, State::InForce);
        assert_eq!(signed.court_until, "2026-12-23".parse().ok());
        let [scanned] = signed.scans.as_slice() else {
            return Err("no scan".into());
        };
        assert!(
            scan::readable(&signed_in(&t, &p.other)?, scanned.id)
                .await
                .is_ok()
        );
        for stranger in [&p.town, &p.secretary, &p.worker] {
            let read = scan::readable(&signed_in(&t, stranger)?, scanned.id).await;
            assert_eq!(read.map(|_| ()), Err(AppError::NotFound));
        }
        does(&t, &p.centre, &case, Action::AskCourt).await?;
        does(&t, &p.centre, &case, Action::CourtConfirmed).await?;
        let partly = ActForm {
            kept: "partly".into(),
            ..step(Action::Follow)
        };
        take(&t, &p.centre, &case, &partly).await?;
        assert_eq!(state(&t, &p.centre, &case).await?, State::InForce);
        does(&t, &p.staff, &case, Action::Follow).await?;
        let done = sees(&t, &p.resident, &case).await?;
        assert_eq!(done.state, State::Fulfilled);
        assert!(done.offers.is_empty());
        assert!(running(&t, STREET).await?.is_empty());
        assert_eq!(
            count(&t, "select count(*) - max(number) from mediation_step").await?,
            0,
            "steps are numbered without a gap"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_agreed_by_word_of_mouth_is_in_force_and_the_court_is_asked_within_thirty_days() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = begun(&t, &p).await?;
        does(&t, &p.staff, &case, Action::Hold).await?;
        does(&t, &p.staff, &case, Action::SettleOrally).await?;
        let page = sees(&t, &p.resident, &case).await?;
        assert_eq!((page.state, page.shape), (State::InForce, Some(Shape::Oral)));
        assert_eq!(
            running(&t, STREET).await?,
            ["mediation.court", "mediation.follow", "mediation.follow"]
        );
        t.clock.advance(31 * Timestamp::DAY);
        assert_eq!(
            does(&t, &p.centre, &case, Action::AskCourt)
                .await
                .map_err(|e| e.status()),
            Err(409),
            "too late"
        );
        does(&t, &p.centre, &case, Action::GiveUp).await?;
        let page = sees(&t, &p.other, &case).await;
        assert_eq!(
            page.map(|page| page.state),
            Err(AppError::NotFound),
            "asked by telephone"
        );
        assert_eq!(state(&t, &p.resident, &case).await?, State::Unfulfilled);
        assert!(running(&t, STREET).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_the_other_sides_consent_nothing_begins_and_either_side_may_end_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let case = send(&t, &p.resident, "device-key-1", &form(&p.other)).await?;
        for action in [Action::Take, Action::Accept, Action::Ask] {
            does(&t, &p.centre, &case, action).await?;
        }
        assert_eq!(
            names(&t, &p.centre, &case, &p.staff)
                .await
                .map_err(|e| e.status()),
            Err(409)
        );
        let silent = ActForm {
            words: String::new(),
            ..step(Action::Consent)
        };
        assert_eq!(
            take(&t, &p.centre, &case, &silent).await.map_err(|e| e.status()),
            Err(422),
            "what the other side said is noted"
        );
        does(&t, &p.centre, &case, Action::Decline).await?;
        assert_eq!(state(&t, &p.resident, &case).await?, State::Declined);

        let second = send(&t, &p.resident, "device-key-2", &form(&p.other)).await?;
        for action in [Action::Take, Action::Accept, Action::Ask, Action::Consent] {
            does(&t, &p.centre, &second, action).await?;
        }
        does(&t, &p.resident, &second, Action::Stop).await?;
        assert_eq!(state(&t, &p.resident, &second).await?, State::Failed);
        assert!(running(&t, STREET).await?.is_empty());
        let third = send(&t, &p.resident, "device-key-3", &form(&p.other)).await?;
        does(&t, &p.resident, &third, Action::Withdraw).await?;
        assert_eq!(
            does(&t, &p.centre, &third, Action::Take).await,
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_other_side_is_found_by_number_and_name_both() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let wrong = crate::model::NewCaseForm {
            other_name: "别人".into(),
            ..form(&p.other)
        };
        let case = send(&t, &p.resident, "device-key-1", &wrong).await?;
        for action in [Action::Take, Action::Accept] {
            does(&t, &p.centre, &case, action).await?;
        }
        let by_notice = ActForm {
            how: "notice".into(),
            ..step(Action::Ask)
        };
        assert_eq!(
            take(&t, &p.centre, &case, &by_notice)
                .await
                .map_err(|e| e.status()),
            Err(422)
        );
        assert_eq!(
            sees(&t, &p.other, &case).await.map(|_| ()),
            Err(AppError::NotFound)
        );
        let own = crate::model::NewCaseForm {
            other_phone: p.resident.phone.clone(),
            ..form(&p.other)
        };
        let refused = send(&t, &p.resident, "device-key-2", &own).await;
        assert_eq!(refused.map_err(|e| e.status()), Err(422), "one's own number");
        Ok(())
    })
    .await;
}
