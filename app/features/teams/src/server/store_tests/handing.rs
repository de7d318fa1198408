//! A grid handed over: role, tasks and record at once, today or on its day, or refused in words.

use accounts::server::account as accounts_store;
use db::{on, test::on_both};
use shared::{AppError, Permission, RecordId, Role, Timestamp};
use tasks::{
    model::{Holder, Kind, Limit, TaskId},
    server::{NewTask, task},
};

use super::*;
use crate::{
    model::{Fault, HandoverId, HandoverState},
    server::{handover, passing},
};

const KIND: Kind = Kind::new("teams.test", "测试任务").by_hand();
const NARROW: Kind = Kind::new("teams.narrow", "纠纷调解").by_hand().narrow();

pub struct House {
    pub leaving: UserId,
    pub coming: UserId,
    pub secretary: Actor,
    grant: GrantId,
}

pub async fn furnished(t: &TestDb) -> Outcome<House> {
    organised(t).await?;
    let leaving = account(t, 1, "汤小禾", Role::GridWorker, GRID).await?;
    let coming = account(t, 2, "邵一凡", Role::Staff, COMMUNITY).await?;
    let secretary = worker(t, 3, "沈知行", Role::Secretary, COMMUNITY).await?;
    let grant = grant_of(&t.cx, leaving, Role::GridWorker, GRID).await?;
    Ok(House {
        leaving,
        coming,
        secretary,
        grant,
    })
}

async fn assigned(t: &TestDb, kind: Kind, place: &str, holder: Holder, title: &str) -> Outcome<TaskId> {
    let node = node(&t.cx, place).await?;
    let mut tx = t.cx.write().await?;
    let subject: RecordId = tx.id();
    let new = NewTask {
        kind,
        subject,
        node,
        title,
        href: None,
        holder,
        limit: Limit::Hours(48),
        since: None,
    };
    let opened = task::open(&t.cx, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(opened.id)
}

impl House {
    fn cx(&self, t: &TestDb) -> Outcome<Cx> {
        Ok(with(t, &self.secretary, Permission::GridHandOver)?)
    }

    pub async fn hand(&self, t: &TestDb, to: UserId, on: &str) -> Result<HandoverId, AppError> {
        let cx = with(t, &self.secretary, Permission::GridHandOver)?;
        passing::order(
            &cx,
            &beside(),
            &code(GRID),
            self.grant,
            &to.to_string(),
            on,
            "钥匙在抽屉里",
        )
        .await
    }
}

/// Titles of what somebody has to do.
async fn tasks_of(t: &TestDb, user: UserId) -> Outcome<Vec<String>> {
    let cx = own(t, &enter(t, user).await?)?;
    let list = tasks::server::list(&cx, tasks::model::View::Open, None).await?;
    let mut titles: Vec<String> = list.rows.rows.into_iter().map(|row| row.title).collect();
    titles.sort();
    Ok(titles)
}

pub async fn told(t: &TestDb, user: UserId) -> Outcome<Vec<String>> {
    let cx = own(t, &enter(t, user).await?)?;
    let inbox = notices::server::inbox::list(&cx, notices::model::View::All, "").await?;
    Ok(inbox.rows.rows.into_iter().map(|row| row.words).collect())
}

async fn holds(t: &TestDb, user: UserId) -> bool {
    grant_of(&t.cx, user, Role::GridWorker, GRID).await.is_ok()
}

#[tokio::test]
async fn a_grid_goes_over_with_all_that_is_open_in_it() {
    on_both(|t| async move {
        let house = furnished(&t).await?;
        let grid = node(&t.cx, GRID).await?;
        assigned(&t, KIND, GRID, Holder::User(house.leaving), "甲").await?;
        assigned(&t, KIND, GRID, Holder::Role(Role::GridWorker, grid), "乙").await?;
        let paused = assigned(&t, KIND, GRID, Holder::User(house.leaving), "丙").await?;
        let done = assigned(&t, KIND, GRID, Holder::User(house.leaving), "丁").await?;
        assigned(&t, KIND, NEXT_GRID, Holder::User(house.leaving), "别处的").await?;
        assigned(&t, NARROW, GRID, Holder::User(house.leaving), "张家和李家").await?;
        let mut tx = t.cx.write().await?;
        task::pause(&t.cx, &mut tx, paused, "等").await?;
        task::finish(&t.cx, &mut tx, done, None).await?;
        tx.commit().await?;

        let before = handover::before(&house.cx(&t)?, &beside(), &code(GRID), house.grant).await?;
        assert_eq!((before.open, before.tasks.len(), before.drafts), (4, 4, 2));
        assert_eq!((before.waiting.told, before.waiting.photos), (0, 3));
        assert!(
            before.tasks.iter().all(|task| task.title != "张家和李家"),
            "narrow ones are not told"
        );
        // Neither who leaves nor who does it.
        assert_eq!(before.colleagues.len(), 1);
        assert_eq!(before.colleagues[0].user, house.coming.to_string());
        assert!(before.approvers.is_empty());
        let approved = Beside::new(Neighbour {
            approver: Some(house.coming),
            ..Neighbour::default()
        });
        let before = handover::before(&house.cx(&t)?, &approved, &code(GRID), house.grant).await?;
        assert_eq!((before.drafts, before.approvers.len()), (2, 1));
        assert!(
            before.colleagues[0]
                .label
                .starts_with(before.approvers[0].as_str()),
            "it does not go to them, and that is said before they are chosen"
        );

        let id = house.hand(&t, house.coming, "").await?;
        assert!(!holds(&t, house.leaving).await && holds(&t, house.coming).await);
        assert_eq!(tasks_of(&t, house.coming).await?, ["乙", "张家和李家", "甲"]);
        assert_eq!(tasks_of(&t, house.leaving).await?, ["别处的"]);
        let mut tx = t.cx.read().await?;
        const HOLDERS: &str = "select count(*) from task_holder where user_id = $1 and ended_at is null";
        let moved: i64 = on!(tx, |c| sqlx::query_scalar(HOLDERS)
            .bind(house.coming)
            .fetch_one(c)
            .await)?;
        assert_eq!(moved, 3, "what is held by role is not held by name besides");
        drop(tx);

        let receiver = own(&t, &enter(&t, house.coming).await?)?;
        let page = handover::page(&receiver, &beside(), id).await?;
        assert_eq!((page.moved, page.tasks.len(), page.mine), (4, 4, true));
        assert!(page.tasks.iter().all(|task| task.href.is_some()));
        assert_eq!(page.words.as_deref(), Some("钥匙在抽屉里"));
        assert_eq!(page.row.state, HandoverState::Done);
        assert_eq!(
            page.row.from, "汤小禾",
            "known to whom it concerns, though she works here no more"
        );
        let taken = told(&t, house.coming).await?;
        assert!(
            taken.iter().any(
                |words| words.contains("由您接替汤小禾") && words.contains("4 件在办的事和 2 份边界草稿")
            ),
            "{taken:?}"
        );
        let given = told(&t, house.leaving).await?;
        assert!(
            given.iter().any(|words| words.contains("由邵一凡接替您")),
            "{given:?}"
        );
        // Whoever left is told once, not task by task.
        assert!(!given.iter().any(|words| words.contains("转给别人")), "{given:?}");
        // Somebody who has nothing to do with it finds nothing.
        let stranger = worker(&t, 9, "小陈", Role::GridWorker, OTHER_GRID).await?;
        assert_eq!(
            handover::page(&own(&t, &stranger)?, &beside(), id).await,
            Err(AppError::NotFound)
        );

        // A second press.
        let again = house.hand(&t, house.coming, "").await;
        assert!(
            matches!(&again, Err(AppError::Conflict(words)) if words.contains("已经不是")),
            "{again:?}"
        );
        const DONE: &str = "select count(*) from grid_handover";
        let mut tx = t.cx.read().await?;
        let kept: i64 = on!(tx, |c| sqlx::query_scalar(DONE).fetch_one(c).await)?;
        assert_eq!(kept, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_is_refused_beside_its_field() {
    on_both(|t| async move {
        let house = furnished(&t).await?;
        assert_eq!(faults(house.hand(&t, house.secretary.user, "").await), ["to"]);
        assert_eq!(faults(house.hand(&t, house.leaving, "").await), ["to"]);
        let stranger = service::add_user(&t.cx, "路人", &phone(4), None).await?;
        assert_eq!(faults(house.hand(&t, stranger, "").await), ["to"]);
        let next = account(&t, 5, "小陈", Role::GridWorker, OTHER_GRID).await?;
        assert_eq!(faults(house.hand(&t, next, "").await), ["to"]);
        let both = account(&t, 6, "小李", Role::GridWorker, GRID).await?;
        assert_eq!(faults(house.hand(&t, both, "").await), ["to"]);
        for day in ["2020-01-01", "2999-01-01", "明天"] {
            assert_eq!(faults(house.hand(&t, house.coming, day).await), ["on"], "{day}");
        }
        let cx = house.cx(&t)?;
        let nobody = passing::order(
            &cx,
            &beside(),
            &code(GRID),
            house.grant,
            "",
            "",
            &"长".repeat(501),
        )
        .await;
        assert_eq!(faults(nobody), ["to", "words"]);
        let elsewhere = passing::order(&cx, &beside(), &code(NEXT_GRID), house.grant, "", "", "").await;
        assert_eq!(elsewhere, Err(AppError::NotFound));
        let other = worker(&t, 7, "书记", Role::Secretary, "320581001002").await?;
        let other = with(&t, &other, Permission::GridHandOver)?;
        assert!(matches!(
            passing::order(
                &other,
                &beside(),
                &code(GRID),
                house.grant,
                &house.coming.to_string(),
                "",
                ""
            )
            .await,
            Err(AppError::NotFound)
        ));
        let worker = enter(&t, house.leaving).await?;
        assert!(matches!(
            with(&t, &worker, Permission::GridHandOver),
            Err(AppError::Forbidden)
        ));
        assert!(holds(&t, house.leaving).await, "nothing of it was done");

        let order = orgs::model::change::Order {
            version: 1,
            on: t.cx.now().date(),
            basis: None,
        };
        orgs::server::service::abolish(&t.cx, &code(GRID), &order).await?;
        let ended = house.hand(&t, house.coming, "").await;
        assert!(
            matches!(&ended, Err(AppError::Conflict(words)) if words.contains("撤销")),
            "{ended:?}"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_planned_one_is_carried_out_on_its_day_or_withdrawn() {
    on_both(|t| async move {
        let house = furnished(&t).await?;
        assigned(&t, KIND, GRID, Holder::User(house.leaving), "甲").await?;
        let day = t.cx.now().date().plus_days(2);
        let id = house.hand(&t, house.coming, &day.to_string()).await?;
        assert!(holds(&t, house.leaving).await, "not yet");
        let twice = house.hand(&t, house.coming, &day.to_string()).await;
        assert!(matches!(twice, Err(AppError::Conflict(_))), "{twice:?}");
        passing::withdraw(&house.cx(&t)?, id).await?;
        let again = passing::withdraw(&house.cx(&t)?, id).await;
        assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");

        let id = house.hand(&t, house.coming, &day.to_string()).await?;
        let mut tx = t.cx.read().await?;
        const DUE: &str = "select due_at from job where kind = 'teams.handover' order by created_at, id";
        let due: Vec<Timestamp> = on!(tx, |c| sqlx::query_scalar(DUE).fetch_all(c).await)?;
        drop(tx);
        assert_eq!(due, [day.start(), day.start()]);
        t.clock.advance(2 * Timestamp::DAY);
        passing::run(&t.cx, &beside(), id).await?;
        passing::run(&t.cx, &beside(), id).await?;
        assert!(!holds(&t, house.leaving).await && holds(&t, house.coming).await);
        assert_eq!(tasks_of(&t, house.coming).await?, ["甲"]);
        let words = told(&t, house.coming).await?;
        assert_eq!(
            words.iter().filter(|words| words.contains("由您接替")).count(),
            1,
            "{words:?}"
        );
        assert!(words.iter().any(|words| words.contains("取消了")), "{words:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_stands_against_it_on_its_day_is_told_to_whoever_ordered_it() {
    on_both(|t| async move {
        let house = furnished(&t).await?;
        let day = t.cx.now().date().plus_days(2);
        let id = house.hand(&t, house.coming, &day.to_string()).await?;
        let grant = grant_of(&t.cx, house.coming, Role::Staff, COMMUNITY).await?;
        let mut tx = t.cx.write().await?;
        role::end(&mut tx, t.cx.keys(), grant, house.coming, Role::Staff, None).await?;
        tx.commit().await?;
        t.clock.advance(2 * Timestamp::DAY);
        passing::run(&t.cx, &beside(), id).await?;
        assert!(holds(&t, house.leaving).await && !holds(&t, house.coming).await);
        let page = handover::page(&own(&t, &house.secretary)?, &beside(), id).await?;
        assert_eq!(page.row.state, HandoverState::Failed);
        assert_eq!(page.fault.as_deref(), Some(Fault::NoColleague.label()));
        let words = told(&t, house.secretary.user).await?;
        assert!(
            words.iter().any(|words| words.contains("没有交接成")),
            "{words:?}"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_stands_in_goes_too_and_both_find_it_in_their_data() {
    on_both(|t| async move {
        let house = furnished(&t).await?;
        let stand_in = account(&t, 4, "小陈", Role::GridWorker, NEXT_GRID).await?;
        let leaving = enter(&t, house.leaving).await?;
        let today = t.cx.now().date();
        let colleague = accounts::model::Phone::parse("phone", &phone(4))?;
        accounts::server::delegation::start(
            &with(&t, &leaving, Permission::RoleDelegate)?,
            &colleague,
            &[house.grant],
            today,
            today.plus_days(5),
        )
        .await?;
        assert!(holds(&t, stand_in).await);
        house.hand(&t, house.coming, "").await?;
        assert!(!holds(&t, stand_in).await, "nobody stands in for who has left");
        let mut tx = t.cx.read().await?;
        let account = accounts_store::must(&mut tx, house.coming).await?;
        assert_eq!(account.shown_name, "邵一凡");
        let told = crate::server::holding::gather(&own(&t, &enter(&t, house.coming).await?)?).await?;
        assert_eq!(told["handovers"][0]["words"], "钥匙在抽屉里");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn where_drafts_cannot_go_nothing_goes() {
    on_both(|t| async move {
        let house = furnished(&t).await?;
        assigned(&t, KIND, GRID, Holder::User(house.leaving), "甲").await?;
        let refusing = || {
            Beside::new(Neighbour {
                refuses: true,
                ..Neighbour::default()
            })
        };
        let (cx, to) = (house.cx(&t)?, house.coming.to_string());
        let now = passing::order(&cx, &refusing(), &code(GRID), house.grant, &to, "", "").await;
        assert!(matches!(now, Err(AppError::Conflict(_))), "{now:?}");
        assert!(holds(&t, house.leaving).await && !holds(&t, house.coming).await);
        assert_eq!(tasks_of(&t, house.leaving).await?, ["甲"]);

        let day = t.cx.now().date().plus_days(2);
        let id = house.hand(&t, house.coming, &day.to_string()).await?;
        t.clock.advance(2 * Timestamp::DAY);
        passing::run(&t.cx, &refusing(), id).await?;
        assert!(holds(&t, house.leaving).await && !holds(&t, house.coming).await);
        assert_eq!(tasks_of(&t, house.leaving).await?, ["甲"]);
        let page = handover::page(&own(&t, &house.secretary)?, &beside(), id).await?;
        assert_eq!(page.fault.as_deref(), Some(Fault::Refused.label()));
        Ok(())
    })
    .await;
}
