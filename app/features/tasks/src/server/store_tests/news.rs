//! What those who have a task find in their inbox.

use db::{on, test::on_both};
use notices::{
    model::{Importance, NoticeRow, View},
    server::inbox,
};
use shared::{Actor, Permission, RecordId, Role};

use super::{COMMUNITY, GRID, House, KIND, NEXT_YEAR, Outcome, STREET, house, load};
use crate::{
    model::{Holder, Limit, TaskId},
    server::{NewTask, act, steps, task},
};

async fn rows(h: &House, actor: &Actor, view: View) -> Outcome<Vec<NoticeRow>> {
    Ok(inbox::list(&h.own(actor), view, "").await?.rows.rows)
}

/// The words, the newest first.
async fn told(h: &House, actor: &Actor) -> Outcome<Vec<String>> {
    let rows = rows(h, actor, View::All).await?;
    Ok(rows.into_iter().map(|row| row.words).collect())
}

#[tokio::test]
async fn a_task_is_told_step_by_step_to_those_who_have_it() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let lead = h.person(2, Role::GridLead, GRID).await?;
        let secretary = h.person(3, Role::Secretary, COMMUNITY).await?;
        let opened = h.open(KIND, Limit::WorkingDays(3)).await?;
        assert_eq!(
            told(&h, &worker).await?,
            ["有件事交给您办：看一看，11 月 26 日 17:30 到期"]
        );
        assert!(told(&h, &lead).await?.is_empty());

        h.at("2026-11-26", 18, 0);
        steps::run(h.cx()).await?;
        steps::run(h.cx()).await?;
        assert_eq!(
            told(&h, &worker).await?,
            [
                "看一看：超期，升级到网格长",
                "看一看：超期，11 月 26 日 17:30 到期",
                "看一看：到期前 1 个工作日，11 月 26 日 17:30 到期",
                "有件事交给您办：看一看，11 月 26 日 17:30 到期"
            ]
        );
        let open = rows(&h, &worker, View::Open).await?;
        assert_eq!(open.len(), 1, "one thing to do, not four");
        assert_eq!(
            open[0].importance,
            Importance::Action,
            "who had it knows it already"
        );
        assert_eq!(open[0].href.as_deref(), Some(&*format!("/tasks/{}", opened.id)));
        let urgent = rows(&h, &lead, View::Open).await?;
        assert_eq!(urgent.len(), 1);
        assert_eq!(urgent[0].importance, Importance::Urgent);

        // Passed on: who has it no more is told so, who has it still is not.
        let colleague = h.person(4, Role::Staff, COMMUNITY).await?;
        let mut tx = h.cx().write().await?;
        task::reassign(h.cx(), &mut tx, opened.id, Holder::User(colleague.user), None).await?;
        tx.commit().await?;
        assert_eq!(told(&h, &worker).await?[0], "看一看：转给别人了，您不用再办");
        assert!(rows(&h, &worker, View::Open).await?.is_empty());
        assert_eq!(
            told(&h, &colleague).await?,
            ["有件事转给您办：看一看，11 月 26 日 17:30 到期"]
        );
        assert_eq!(told(&h, &lead).await?.len(), 1);

        act::finish(&h.own(&colleague), opened.id, "好了").await?;
        assert_eq!(told(&h, &colleague).await?.len(), 1, "who did it knows");
        assert_eq!(told(&h, &lead).await?[0], "看一看：王芳办结了");
        assert!(rows(&h, &lead, View::Open).await?.is_empty());
        assert!(told(&h, &secretary).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn stopping_going_on_and_moving_are_told_too() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let lead = h.person(2, Role::GridLead, GRID).await?;
        let opened = h.open(KIND, Limit::WorkingDays(30)).await?;
        let before = h.due(opened.id).await?.0.ok_or("a deadline")?;
        let mut tx = h.cx().write().await?;
        load(h.cx(), &mut tx, NEXT_YEAR.as_bytes()).await?;
        tx.commit().await?;
        h.run_reckoning().await?;
        let after = h.due(opened.id).await?.0.ok_or("a deadline")?;
        assert_ne!(before, after);
        assert_eq!(
            told(&h, &worker).await?[0],
            format!("看一看：到期时间从 {before} 改为 {after}")
        );
        let oversee = h.with(&lead, Permission::TaskOversee)?;
        act::pause(&oversee, opened.id, "等人").await?;
        assert_eq!(told(&h, &worker).await?[0], "看一看：挂起了，计时停住");
        act::resume(&oversee, opened.id).await?;
        assert_eq!(
            told(&h, &worker).await?[0],
            format!("看一看：恢复计时，{after} 到期")
        );
        act::cancel(&oversee, opened.id, "不用了").await?;
        assert_eq!(told(&h, &worker).await?[0], "看一看：不用办了");
        assert!(rows(&h, &worker, View::Open).await?.is_empty());
        assert!(told(&h, &lead).await?.is_empty(), "who oversees has no task");
        Ok(())
    })
    .await;
}

/// Two tasks about the same, as one matter has: whether it is taken, and until when it is done.
async fn two(h: &House, limit: Limit) -> Outcome<[TaskId; 2]> {
    let node = h.node(GRID).await?;
    let mut tx = h.cx().write().await?;
    let subject: RecordId = tx.id();
    let new = NewTask {
        kind: KIND,
        subject,
        node,
        title: "看一看",
        href: None,
        holder: Holder::Role(Role::GridWorker, node),
        limit,
        since: None,
    };
    let first = task::open(h.cx(), &mut tx, &new).await?.id;
    let second = task::open(h.cx(), &mut tx, &new).await?.id;
    tx.commit().await?;
    Ok([first, second])
}

/// Short messages in a state.
async fn texts(h: &House, state: &'static str) -> Outcome<i64> {
    const TEXTS: &str = "select count(*) from notice_delivery where channel = 'text' and state = $1";
    let mut tx = h.cx().read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(TEXTS)
        .bind(state)
        .fetch_one(c)
        .await)?)
}

#[tokio::test]
async fn what_runs_day_and_night_rings_at_night_once_for_whoever_gets_it() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let lead = h.person(2, Role::GridLead, GRID).await?;
        let secretary = h.person(3, Role::Secretary, COMMUNITY).await?;
        h.at("2026-11-24", 3, 0);
        let calm = two(&h, Limit::WorkingDays(1)).await?;
        // What is left of an order's days is no emergency.
        two(&h, Limit::Hours(40)).await?;
        assert_eq!((texts(&h, "sent").await?, texts(&h, "waiting").await?), (0, 0));
        let pressing = two(&h, Limit::Hours(2)).await?;
        let mut asked: Vec<Importance> = rows(&h, &worker, View::Open)
            .await?
            .into_iter()
            .map(|row| row.importance)
            .filter(|importance| *importance == Importance::Urgent)
            .collect();
        assert_eq!(asked.pop(), Some(Importance::Urgent));
        assert!(asked.is_empty(), "one bell for one matter");
        assert_eq!(texts(&h, "sent").await?, 1, "at three at night");

        // Passed on by hand, it rings there.
        let node = h.node(GRID).await?;
        for id in pressing {
            let mut tx = h.cx().write().await?;
            let to = Holder::Role(Role::GridLead, node);
            task::reassign(h.cx(), &mut tx, id, to, None).await?;
            tx.commit().await?;
        }
        assert_eq!(told(&h, &lead).await?.len(), 2);
        assert_eq!(texts(&h, "sent").await?, 2);

        // It goes up because it is late: who has it now is told that it is.
        let community = h.node(COMMUNITY).await?;
        let up = Holder::Role(Role::Secretary, community);
        for id in pressing {
            let mut tx = h.cx().write().await?;
            task::raise(h.cx(), &mut tx, id, community, up, "升级到社区书记").await?;
            tx.commit().await?;
        }
        assert_eq!(
            told(&h, &secretary).await?,
            [
                "有件事转给您办：看一看，11 月 24 日 05:00 到期",
                "看一看：超期，升级到社区书记"
            ]
        );
        assert_eq!(texts(&h, "sent").await?, 3);
        // What has working days waits for the morning, and comes then without being asked for.
        let mut tx = h.cx().write().await?;
        task::raise(h.cx(), &mut tx, calm[0], community, up, "升级到社区书记").await?;
        tx.commit().await?;
        assert_eq!((texts(&h, "sent").await?, texts(&h, "waiting").await?), (3, 1));
        assert_eq!(h.due(calm[0]).await?.0.as_deref(), Some("11 月 25 日 17:30"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_goes_up_is_told_to_who_has_it_then_and_to_nobody_between() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let desk = h.person(1, Role::Mediation, COMMUNITY).await?;
        // The same role above: moving the task alone would give it to them.
        let between = h.person(2, Role::Mediation, STREET).await?;
        let town = h.person(3, Role::TownAdmin, STREET).await?;
        let (below, above) = (h.node(COMMUNITY).await?, h.node(STREET).await?);
        let mut tx = h.cx().write().await?;
        let new = NewTask {
            kind: KIND,
            subject: tx.id(),
            node: below,
            title: "看一看",
            href: None,
            holder: Holder::Role(Role::Mediation, below),
            limit: Limit::Hours(2),
            since: None,
        };
        let id = task::open(h.cx(), &mut tx, &new).await?.id;
        let to = Holder::Role(Role::TownAdmin, above);
        task::raise(h.cx(), &mut tx, id, above, to, "升级到镇街管理员").await?;
        tx.commit().await?;
        assert!(told(&h, &between).await?.is_empty());
        assert_eq!(told(&h, &town).await?, ["看一看：超期，升级到镇街管理员"]);
        assert_eq!(told(&h, &desk).await?[0], "看一看：转给别人了，您不用再办");
        assert_eq!(texts(&h, "sent").await?, 2, "one for each who has had it");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nothing_rings_for_who_knows() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        h.person(2, Role::GridWorker, GRID).await?;
        let node = h.node(GRID).await?;
        let mut tx = h.cx().write().await?;
        let new = NewTask {
            kind: KIND,
            subject: tx.id(),
            node,
            title: "看一看",
            href: None,
            holder: Holder::Role(Role::GridWorker, node),
            limit: Limit::Hours(2),
            since: None,
        };
        task::open_after(h.cx(), &mut tx, &new, Some(worker.user)).await?;
        tx.commit().await?;
        let open = rows(&h, &worker, View::Open).await?;
        assert_eq!(open.len(), 1, "it is to be done all the same");
        assert_eq!(open[0].importance, Importance::Action);
        assert_eq!(texts(&h, "sent").await?, 1, "the colleague's");
        Ok(())
    })
    .await;
}
