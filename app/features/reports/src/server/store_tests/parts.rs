//! Several units at one matter (协办), and people who step aside from one (回避).

use db::{on, test::on_both};
use grid::server::drafts::Moved;
use shared::{AppError, Permission, Role, Timestamp};

use super::{
    COMMUNITY, GRID, Outcome, does, everything, form, place, running, sees, send, signed_in, somebody, state,
    step, take, with,
};
use crate::{
    model::{ActForm, Action, PartState, State},
    server::{act, ground, list, waiting},
};

fn involve(role: Role) -> ActForm {
    ActForm {
        to: format!("{COMMUNITY}:{}", role.code()),
        words: "请清理楼道".into(),
        ..step(Action::Involve)
    }
}

fn part(action: Action, number: i64) -> ActForm {
    ActForm {
        part: number.to_string(),
        ..step(action)
    }
}

fn conflict(outcome: &Result<(), AppError>) -> bool {
    matches!(outcome, Err(AppError::Conflict(_)))
}

#[tokio::test]
async fn several_units_have_a_part_each_and_the_lead_answers_last() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let property = somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let society = somebody(&t, Some((Role::SocialOrg, COMMUNITY))).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "space")).await?;
        does(&t, &p.secretary, &matter, Action::Accept).await?;
        does(&t, &p.worker, &matter, Action::Begin).await?;
        assert_eq!(
            take(&t, &p.worker, &matter, &involve(Role::Property)).await,
            Err(AppError::Forbidden)
        );
        for role in [Role::Property, Role::SocialOrg] {
            take(&t, &p.secretary, &matter, &involve(role)).await?;
        }
        let twice = take(&t, &p.secretary, &matter, &involve(Role::Property)).await;
        assert_eq!(twice.map_err(|e| e.status()), Err(422));
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.part", "reports.part"]);
        assert_eq!(running(&t, GRID).await?, ["reports.handle"]);

        // Who has a part sees what is asked, and not whose matter it is.
        let page = sees(&t, &property, &matter).await?;
        assert!(page.reporter.is_none() && !page.words.is_empty());
        assert_eq!(page.parts.len(), 2);
        assert_eq!(page.parts[0].asked.as_deref(), Some("请清理楼道"));
        assert!(page.parts[0].due.is_some());
        assert_eq!(page.parts[0].offers, [Action::PartDone, Action::PartReturn]);
        assert!(page.parts[1].offers.is_empty(), "nobody does another's part");
        assert_eq!(
            list::mine(&signed_in(&t, &property)?, "").await?.partaken.len(),
            1
        );
        let asked = sees(&t, &p.resident, &matter).await?;
        assert_eq!(asked.parts.len(), 2, "the reporter sees who works at it");

        assert!(conflict(&does(&t, &p.worker, &matter, Action::Answer).await));
        let others = take(&t, &property, &matter, &part(Action::PartDone, 2)).await;
        assert!(conflict(&others), "{others:?}");
        take(&t, &property, &matter, &part(Action::PartDone, 1)).await?;
        take(&t, &society, &matter, &part(Action::PartReturn, 2)).await?;
        assert!(conflict(&does(&t, &p.worker, &matter, Action::Answer).await));
        take(&t, &p.secretary, &matter, &part(Action::PartKeep, 2)).await?;
        let kept = sees(&t, &society, &matter).await?;
        assert_eq!(kept.parts[1].kept.as_deref(), Some("说明"));
        assert!(sees(&t, &p.resident, &matter).await?.parts[1].kept.is_none());
        take(&t, &p.secretary, &matter, &part(Action::PartRelease, 2)).await?;
        let gone = sees(&t, &society, &matter).await.map_err(|e| e.status());
        assert_eq!(gone.map(|_| ()), Err(404), "it is nothing of theirs any more");
        assert!(running(&t, COMMUNITY).await?.is_empty());
        does(&t, &p.worker, &matter, Action::Answer).await?;
        let page = sees(&t, &p.secretary, &matter).await?;
        let states: Vec<PartState> = page.parts.iter().map(|part| part.state).collect();
        assert_eq!(states, [PartState::Done, PartState::Released]);
        assert_eq!(page.state, State::Answered);

        let mut tx = t.cx.read().await?;
        let told: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from notice where user_id = $1 and kind = 'reports.part'"
        )
        .bind(p.worker.user)
        .fetch_one(c)
        .await)?;
        assert_eq!(told, 1, "whoever leads hears of what was done");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_part_ends_with_its_matter_and_stands_while_it_stands() {
    on_both(|t| async move {
        let p = place(&t).await?;
        somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "space")).await?;
        does(&t, &p.secretary, &matter, Action::Accept).await?;
        take(&t, &p.secretary, &matter, &involve(Role::Property)).await?;
        let before = sees(&t, &p.secretary, &matter).await?.parts[0]
            .due
            .ok_or("no due")?;
        does(&t, &p.secretary, &matter, Action::Pause).await?;
        assert!(sees(&t, &p.secretary, &matter).await?.parts[0].due.is_none());
        t.clock.advance(30 * Timestamp::DAY);
        does(&t, &p.resident, &matter, Action::Resume).await?;
        let after = sees(&t, &p.secretary, &matter).await?.parts[0]
            .due
            .ok_or("no due")?;
        assert!(after.at > before.at);
        does(&t, &p.resident, &matter, Action::Withdraw).await?;
        assert!(running(&t, COMMUNITY).await?.is_empty());
        let page = sees(&t, &p.secretary, &matter).await?;
        assert_eq!(page.parts[0].state, PartState::Released);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_does_a_part_does_not_verify_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "space")).await?;
        does(&t, &p.secretary, &matter, Action::Accept).await?;
        does(&t, &p.worker, &matter, Action::Begin).await?;
        take(&t, &p.secretary, &matter, &involve(Role::Staff)).await?;
        let cx = with(&t, &p.staff, Permission::ReportHandle)?;
        assert_eq!(waiting::count(&cx).await?.parts, 1);
        take(&t, &p.staff, &matter, &part(Action::PartDone, 1)).await?;
        assert_eq!(waiting::count(&cx).await?.parts, 0);
        does(&t, &p.worker, &matter, Action::Answer).await?;
        assert!(conflict(&does(&t, &p.staff, &matter, Action::Check).await));
        does(&t, &p.secretary, &matter, Action::Check).await?;
        Ok(())
    })
    .await;
}

async fn named_holders(t: &db::test::TestDb, user: shared::UserId) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    let count: i64 = on!(tx, |c| sqlx::query_scalar(
        "select count(*) from task_holder where user_id = $1 and ended_at is null"
    )
    .bind(user)
    .fetch_one(c)
    .await)?;
    Ok(count)
}

#[tokio::test]
async fn whoever_steps_aside_finds_the_matter_no_more_and_it_goes_to_somebody_else() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let second = somebody(&t, Some((Role::GridWorker, GRID))).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("complaint", "parking")).await?;
        does(&t, &p.staff, &matter, Action::Accept).await?;
        let aside = step(Action::Recuse);
        let to = act::leads_to(&signed_in(&t, &p.worker)?, &matter.code, &aside).await?;
        assert_eq!(to, "/reports?done=recuse", "not to what is no more for them");
        take(&t, &p.worker, &matter, &aside).await?;
        let gone = sees(&t, &p.worker, &matter).await.map_err(|e| e.status());
        assert_eq!(gone.map(|_| ()), Err(404));
        let cx = with(&t, &p.worker, Permission::ReportHandle)?;
        assert!(list::work(&cx, &everything()).await?.rows.rows.is_empty());
        assert_eq!(waiting::count(&cx).await?, crate::model::Waiting::default());
        assert!(list::mine(&cx, "").await?.held.is_empty());
        // The post has somebody else: the matter stays, and what runs is theirs by name.
        let page = sees(&t, &second, &matter).await?;
        assert_eq!((page.held.role, page.held.people.len()), (Role::GridWorker, 1));
        assert_eq!(named_holders(&t, second.user).await?, 1);
        does(&t, &second, &matter, Action::Begin).await?;

        let other = ActForm {
            person: p.staff.user.to_string(),
            ..step(Action::Recuse)
        };
        let refused = take(&t, &second, &matter, &other).await;
        assert_eq!(
            refused.map_err(|e| e.status()),
            Err(422),
            "only whoever dispatches sets it for somebody else"
        );
        let set = ActForm {
            person: second.user.to_string(),
            ..step(Action::Recuse)
        };
        let page = sees(&t, &p.secretary, &matter).await?;
        assert!(page.asides.iter().any(|target| target.value == set.person));
        assert!(
            page.asides
                .iter()
                .all(|target| target.value != p.worker.user.to_string())
        );
        take(&t, &p.secretary, &matter, &set).await?;
        let page = sees(&t, &p.secretary, &matter).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str(), page.state),
            (Role::Staff, COMMUNITY, State::Handling),
            "by the same routing, without them"
        );
        assert!(page.steps.iter().any(|step| step.aside.is_some()));
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.handle"]);
        assert!(sees(&t, &second, &matter).await.is_err());
        let told = sees(&t, &p.resident, &matter).await?;
        assert!(
            told.steps.iter().all(|step| step.action != Action::Recuse),
            "whose relative it is stays among those who handle it"
        );
        does(&t, &p.staff, &matter, Action::Answer).await?;
        assert_eq!(state(&t, &p.resident, &matter).await?, State::Answered);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_grid_that_is_no_more_goes_to_whoever_is_first_above_it() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "space")).await?;
        does(&t, &p.secretary, &matter, Action::Accept).await?;
        let dispatch = ActForm {
            to: format!("{COMMUNITY}:staff"),
            ..step(Action::Dispatch)
        };
        take(&t, &p.secretary, &matter, &dispatch).await?;
        let asked = ActForm {
            to: format!("{GRID}:grid_worker"),
            ..step(Action::Involve)
        };
        take(&t, &p.secretary, &matter, &asked).await?;
        assert_eq!(running(&t, GRID).await?, ["reports.part"]);
        let grid = super::node(&t, GRID).await?;
        let moved = Moved {
            unit: super::node(&t, COMMUNITY).await?,
            touched: vec![grid],
            ended: [(grid, None)].into(),
            on: t.cx.now().date(),
        };
        ground::follow(&t.cx, &moved).await?;
        let part = sees(&t, &p.staff, &matter).await?.parts.remove(0);
        assert_eq!(
            (part.unit.code.as_str(), part.role, part.state),
            (COMMUNITY, Role::Staff, PartState::Asked)
        );
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.handle", "reports.part"]);
        assert!(running(&t, GRID).await?.is_empty());
        Ok(())
    })
    .await;
}
