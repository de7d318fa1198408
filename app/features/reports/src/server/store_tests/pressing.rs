//! What presses: 督办, going up by hand and by the clock, what waits for its reporter, and what those without an inbox are told.

use accounts::model::Phone;
use db::{
    execute, on,
    test::{TestDb, on_both},
};
use grid::server::Settings;
use shared::{AppError, Permission, Role, Timestamp, UserId};

use super::{
    COMMUNITY, DISTRICT, GRID, Outcome, STREET, does, everything, form, place, running, sees, send, somebody,
    state, step, take, with,
};
use crate::{
    model::{ActForm, Action, MatterId, Reporter, Sent, State},
    server::{clock, list, news, pressed, report, store, waits},
};

const KEY: &str = "8d3f0e0e-7a33-4a3c-9d6e-0d1f2a3b4c5d";

/// How often somebody was told of a kind.
pub async fn told(t: &TestDb, kind: &'static str, user: UserId) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(
        "select count(*) from notice where kind = $1 and user_id = $2"
    )
    .bind(kind)
    .bind(user)
    .fetch_one(c)
    .await)?)
}

async fn id(t: &TestDb, sent: &Sent) -> Outcome<MatterId> {
    let mut tx = t.cx.read().await?;
    Ok(store::id_of(&mut tx, &sent.code).await?.ok_or("no matter")?)
}

#[tokio::test]
async fn what_is_pressed_for_has_a_day_a_task_and_a_mark_until_it_is_answered() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        let below = does(&t, &p.secretary, &matter, Action::Urge).await;
        assert_eq!(below, Err(AppError::Forbidden), "only from above");
        let whenever = ActForm {
            days: String::new(),
            ..step(Action::Urge)
        };
        let refused = take(&t, &p.town, &matter, &whenever)
            .await
            .map_err(|e| e.status());
        assert_eq!(refused, Err(422), "by when has to be said");
        for _ in 0..2 {
            does(&t, &p.town, &matter, Action::Urge).await?;
            assert_eq!(running(&t, GRID).await?, ["reports.handle", "reports.urged"]);
        }
        assert_eq!(told(&t, "reports.urged", p.worker.user).await?, 2);
        let cx = with(&t, &p.town, Permission::ReportHandle)?;
        let rows = list::work(&cx, &everything()).await?.rows.rows;
        assert!(rows[0].urged);
        assert!(sees(&t, &p.worker, &matter).await?.urged.is_some());
        let steps = sees(&t, &p.resident, &matter).await?.steps;
        let urged = steps.iter().find(|step| step.action == Action::Urge);
        assert_eq!(urged.and_then(|step| step.days), Some(3));

        // It goes where the matter goes, and stands while that stands.
        does(&t, &p.secretary, &matter, Action::Escalate).await?;
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.handle", "reports.urged"]);
        does(&t, &p.town, &matter, Action::Pause).await?;
        does(&t, &p.resident, &matter, Action::Resume).await?;
        does(&t, &p.staff, &matter, Action::Begin).await?;
        does(&t, &p.staff, &matter, Action::Answer).await?;
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.check"]);
        assert!(sees(&t, &p.staff, &matter).await?.urged.is_none());
        let late = does(&t, &p.town, &matter, Action::Urge).await;
        assert!(matches!(late, Err(AppError::Conflict(_))));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_pressed_is_told_when_its_day_has_passed() {
    const LATE: &str = "reports.urged_late";
    const AWAY: &str = "update user_account set state = 'suspended' where id = $1";
    on_both(|t| async move {
        let p = place(&t).await?;
        let district = somebody(&t, Some((Role::DistrictAdmin, DISTRICT))).await?;
        let mut matters = Vec::new();
        for key in ["device-key-1", "device-key-2"] {
            let matter = send(&t, &p.resident, key, &form("problem", "facility")).await?;
            does(&t, &p.worker, &matter, Action::Accept).await?;
            does(&t, &p.town, &matter, Action::Urge).await?;
            matters.push(matter);
        }
        does(&t, &p.worker, &matters[1], Action::Begin).await?;
        does(&t, &p.worker, &matters[1], Action::Answer).await?;
        t.clock.advance(2 * Timestamp::DAY);
        assert_eq!(pressed::overdue(&t.cx).await?, 0, "three working days");
        t.clock.advance(4 * Timestamp::DAY);
        assert_eq!(pressed::overdue(&t.cx).await?, 1, "the other one was answered");
        assert_eq!(pressed::overdue(&t.cx).await?, 0, "once");
        assert_eq!(told(&t, LATE, p.town.user).await?, 1);
        assert_eq!(told(&t, LATE, p.worker.user).await?, 0, "their task reminds them");

        // Pressed for anew, by another day.
        does(&t, &p.town, &matters[0], Action::Urge).await?;
        assert_eq!(pressed::overdue(&t.cx).await?, 0);
        t.clock.advance(6 * Timestamp::DAY);
        assert_eq!(pressed::overdue(&t.cx).await?, 1);
        assert_eq!(told(&t, LATE, p.town.user).await?, 2);
        // Whoever pressed is there no more.
        let mut tx = t.cx.write().await?;
        execute!(tx, AWAY, p.town.user)?;
        tx.commit().await?;
        assert_eq!(pressed::overdue(&t.cx).await?, 1);
        assert_eq!(told(&t, LATE, district.user).await?, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_do_it_gives_it_up_by_hand() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        does(&t, &p.worker, &matter, Action::Escalate).await?;
        let page = sees(&t, &p.staff, &matter).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str(), page.state),
            (Role::Staff, COMMUNITY, State::Accepted)
        );
        let again = does(&t, &p.worker, &matter, Action::Escalate).await;
        assert_eq!(again, Err(AppError::Forbidden), "it is theirs no more");
        does(&t, &p.secretary, &matter, Action::Escalate).await?;
        let page = sees(&t, &p.town, &matter).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str()),
            (Role::TownAdmin, STREET)
        );
        assert_eq!(running(&t, STREET).await?, ["reports.handle"]);
        let top = does(&t, &p.town, &matter, Action::Escalate).await;
        assert!(matches!(top, Err(AppError::Conflict(_))), "nobody is above");
        assert_eq!(told(&t, "reports.moved", p.resident.user).await?, 3);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_nobody_takes_goes_up() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        t.clock.advance(3 * Timestamp::DAY);
        assert_eq!(clock::pass_up(&t.cx).await?, 0, "a day more");
        t.clock.advance(Timestamp::DAY);
        assert_eq!(clock::escalate(&t.cx).await?, 0, "the answer has time");
        assert_eq!(clock::pass_up(&t.cx).await?, 1);
        assert_eq!(clock::pass_up(&t.cx).await?, 0, "once");
        let page = sees(&t, &p.staff, &matter).await?;
        assert_eq!(
            (page.held.role, page.held.unit.code.as_str(), page.state),
            (Role::Staff, COMMUNITY, State::Reported)
        );
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.first", "reports.handle"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn asking_the_reporter_goes_up_and_who_has_to_call_is_told() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &matter, action).await?;
        }
        assert_eq!(clock::pass_up(&t.cx).await?, 0);
        t.clock.advance(12 * Timestamp::DAY);
        for _ in 0..2 {
            assert_eq!(clock::end(&t.cx).await?, 0, "nobody has called");
            assert_eq!(told(&t, "reports.calls", p.staff.user).await?, 1);
        }
        assert_eq!(clock::pass_up(&t.cx).await?, 1);
        assert_eq!(clock::pass_up(&t.cx).await?, 0, "once");
        assert_eq!(running(&t, STREET).await?, ["reports.check"]);
        assert_eq!(state(&t, &p.worker, &matter).await?, State::Answered);
        does(&t, &p.town, &matter, Action::Check).await?;
        assert!(running(&t, STREET).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_its_reporter_is_not_forgotten() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        does(&t, &p.secretary, &matter, Action::Pause).await?;
        let since = sees(&t, &p.staff, &matter).await?.paused.ok_or("not paused")?;
        does(&t, &p.secretary, &matter, Action::Note).await?;
        assert_eq!(waits::remind(&t.cx).await?, 0);
        t.clock.advance(5 * Timestamp::DAY + 1);
        assert_eq!(waits::remind(&t.cx).await?, 1);
        assert_eq!(waits::remind(&t.cx).await?, 0, "not every hour");
        assert_eq!(told(&t, "reports.asked", p.resident.user).await?, 2);
        assert_eq!(told(&t, "reports.stands", p.staff.user).await?, 1);
        assert_eq!(sees(&t, &p.staff, &matter).await?.paused, Some(since));
        t.clock.advance(5 * Timestamp::DAY + 1);
        assert_eq!(waits::remind(&t.cx).await?, 1);
        does(&t, &p.secretary, &matter, Action::Resume).await?;
        assert_eq!(sees(&t, &p.staff, &matter).await?.paused, None);
        t.clock.advance(6 * Timestamp::DAY);
        assert_eq!(waits::remind(&t.cx).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_reported_by_number_hears_by_message_what_they_are_asked_and_answered() {
    const TEXTS: &str = "select count(*) from message where template = 'report_news'";
    const JOBS: &str = "select count(*) from job where kind = 'reports.news'";
    async fn count(t: &TestDb, sql: &'static str) -> Outcome<i64> {
        let mut tx = t.cx.read().await?;
        Ok(on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)?)
    }
    on_both(|t| async move {
        let p = place(&t).await?;
        let by_number = Reporter::Phone(Phone::parse("phone", "13812345678")?);
        let cx = t.request(None).public();
        let form = form("problem", "facility");
        let matter = report::report_as(&cx, &Settings::default(), &by_number, KEY, &form, Vec::new()).await?;
        let id = id(&t, &matter).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        assert_eq!(count(&t, JOBS).await?, 0, "not of each step");
        does(&t, &p.secretary, &matter, Action::Pause).await?;
        assert_eq!(count(&t, JOBS).await?, 1);
        news::run(&t.cx, id, Action::Answer).await?;
        assert_eq!(count(&t, TEXTS).await?, 0, "it was not answered");
        news::run(&t.cx, id, Action::Pause).await?;
        assert_eq!(count(&t, TEXTS).await?, 1);
        does(&t, &p.secretary, &matter, Action::Resume).await?;
        news::run(&t.cx, id, Action::Pause).await?;
        assert_eq!(count(&t, TEXTS).await?, 1, "it waits no more");
        does(&t, &p.worker, &matter, Action::Begin).await?;
        does(&t, &p.worker, &matter, Action::Answer).await?;
        assert_eq!(count(&t, JOBS).await?, 2);
        news::run(&t.cx, id, Action::Answer).await?;
        assert_eq!(count(&t, TEXTS).await?, 2);

        // Somebody with an account has an inbox; an anonymous one's number was not proved.
        let own = send(&t, &p.resident, "device-key-1", &form).await?;
        let nobody = Reporter::Anonymous;
        let unnamed = report::report_as(&cx, &Settings::default(), &nobody, KEY, &form, Vec::new()).await?;
        for matter in [&own, &unnamed] {
            does(&t, &p.worker, matter, Action::Accept).await?;
            does(&t, &p.secretary, matter, Action::Pause).await?;
        }
        assert_eq!(count(&t, JOBS).await?, 2);
        Ok(())
    })
    .await;
}
