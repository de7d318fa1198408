//! What happens to one task, and who sees it.

use db::test::on_both;
use shared::{AppError, Permission, Role, Timestamp};

use super::{COMMUNITY, GRID, KIND, NEXT_GRID, OTHER_GRID, STREET, house, user_topic};
use crate::{
    model::{Holder, Kind, Limit, State, View},
    server::{self, act, steps, task},
};

const PATH: &str = "path/32/3205/320581/320581001/320581001001/320581001001001/";

#[tokio::test]
async fn a_task_goes_its_way_and_everybody_concerned_hears_of_it() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let lead = h.person(2, Role::GridLead, GRID).await?;
        let secretary = h.person(3, Role::Secretary, COMMUNITY).await?;
        let opened = h.open(KIND, Limit::WorkingDays(3)).await?;
        assert_eq!(
            opened.due.map(|due| due.at.zh_short()).as_deref(),
            Some("11 月 26 日 17:30")
        );
        assert_eq!(steps::run(h.cx()).await?, 0);

        h.at("2026-11-25", 8, 30);
        assert_eq!(steps::run(h.cx()).await?, 1);
        assert_eq!(steps::run(h.cx()).await?, 0);
        let told = h.told(opened.id).await?;
        let both = |kind: &str, user| {
            [
                (kind.to_owned(), user_topic(user)),
                (kind.to_owned(), PATH.to_owned()),
            ]
        };
        assert_eq!(
            told,
            [
                both("tasks.task.opened", worker.user),
                both("tasks.task.reminded", worker.user)
            ]
            .concat()
        );

        // On the stroke it is in time; a moment later it is not.
        h.at("2026-11-26", 17, 30);
        assert_eq!(steps::run(h.cx()).await?, 0);
        h.t.clock.advance(Timestamp::SECOND);
        assert_eq!(steps::run(h.cx()).await?, 2);
        let page = task(&h.own(&lead), opened.id).await?;
        assert_eq!(page.holders, ["专职网格员（第一网格）", "网格长（第一网格）"]);

        // Given to somebody else in between, it goes on up all the same.
        let mut tx = h.cx().write().await?;
        task::reassign(h.cx(), &mut tx, opened.id, Holder::User(worker.user), None).await?;
        tx.commit().await?;

        // Nobody is city administrator: that is noted, and nothing breaks.
        h.at("2026-12-01", 8, 30);
        assert_eq!(steps::run(h.cx()).await?, 2);
        let page = task(&h.own(&secretary), opened.id).await?;
        assert_eq!(page.holders.len(), 3);
        assert!(
            page.history
                .iter()
                .any(|entry| entry.detail.contains("没有人担任市级管理员")),
            "{:?}",
            page.history
        );

        act::finish(&h.own(&worker), opened.id, "都看过了").await?;
        assert_eq!(
            h.history(opened.id).await?,
            [
                "opened",
                "reminded",
                "reminded",
                "escalated",
                "reassigned",
                "escalated",
                "escalated",
                "done"
            ]
        );
        let again = act::finish(&h.own(&worker), opened.id, "").await;
        assert!(matches!(again, Err(AppError::Conflict(_))));
        let last: Vec<_> = h
            .told(opened.id)
            .await?
            .into_iter()
            .filter(|(kind, _)| kind == "tasks.task.done")
            .collect();
        assert_eq!(last.len(), 4, "three people and the unit: {last:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_stopped_clock_waits_and_goes_on() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let lead = h.person(2, Role::GridLead, GRID).await?;
        let opened = h.open(KIND, Limit::WorkingDays(1)).await?;
        let id = opened.id;
        let oversee = |actor| h.with(actor, Permission::TaskOversee);
        // Whoever has a deadline does not stop its clock.
        assert_eq!(oversee(&worker).err(), Some(AppError::Forbidden));
        let silent = act::pause(&oversee(&lead)?, id, "  ").await;
        assert!(matches!(silent, Err(AppError::Invalid(_))));
        act::pause(&oversee(&lead)?, id, "等人").await?;
        assert_eq!(h.due(id).await?, (None, false));
        let page = task(&h.own(&worker), id).await?;
        assert_eq!((page.row.state, page.row.due), (State::Paused, None));
        assert!(page.ahead.is_empty() && page.doings.finish && !page.doings.resume);

        h.at("2026-11-30", 10, 0);
        assert_eq!(steps::run(h.cx()).await?, 0, "nothing is due while it stands");
        act::resume(&oversee(&lead)?, id).await?;
        assert_eq!(h.due(id).await?.0.as_deref(), Some("11 月 30 日 17:30"));
        assert!(matches!(
            act::resume(&oversee(&lead)?, id).await,
            Err(AppError::Conflict(_))
        ));

        // The morning of the day before lies before the resumption; its reminder is not lost.
        assert_eq!(steps::run(h.cx()).await?, 1);
        act::pause(&oversee(&lead)?, id, "又等").await?;
        act::finish(&h.own(&worker), id, "").await?;
        h.at("2027-03-01", 10, 0);
        assert_eq!(steps::run(h.cx()).await?, 0, "none after it is done");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn lists_show_what_is_ones_own_in_order_and_page_by_page() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let next = h.person(2, Role::GridWorker, NEXT_GRID).await?;
        let secretary = h.person(3, Role::Secretary, COMMUNITY).await?;
        let stranger = h.person(4, Role::Secretary, "320581001002").await?;
        let mut limits: Vec<u16> = (1..=40).collect();
        limits.rotate_left(17);
        for hours in limits {
            h.open(KIND, Limit::Hours(hours)).await?;
        }
        h.open_for(KIND, Limit::Hours(1), Holder::User(next.user)).await?;
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let list = server::list(&h.own(&worker), View::Open, cursor.as_deref()).await?;
            seen.extend(list.rows.rows.into_iter().filter_map(|row| row.due));
            cursor = list.rows.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 40);
        assert!(seen.is_sorted(), "what is due first comes first");
        let count = |list: crate::model::TaskList| list.rows.rows.len();
        assert_eq!(count(server::list(&h.own(&next), View::Open, None).await?), 1);
        assert_eq!(
            count(server::list(&h.own(&secretary), View::Open, None).await?),
            0
        );
        assert_eq!(
            count(server::list(&h.own(&secretary), View::Unit, None).await?),
            30
        );
        assert_eq!(count(server::list(&h.own(&stranger), View::Unit, None).await?), 0);
        let refused = server::list(&h.own(&worker), View::Unit, None).await;
        assert_eq!(refused.err(), Some(AppError::Forbidden));
        let garbled = server::list(&h.own(&worker), View::Open, Some("x~y")).await;
        assert!(matches!(garbled, Err(AppError::Invalid(_))));

        let today = server::today(&h.own(&worker)).await?;
        assert_eq!(
            (today.overdue, today.today, today.open, today.first.len()),
            (0, 9, 40, 3)
        );
        h.t.clock.advance(3 * Timestamp::HOUR + 1);
        assert_eq!(server::today(&h.own(&worker)).await?.overdue, 3);

        // What was done last comes first.
        let list = server::list(&h.own(&worker), View::Open, None).await?;
        for row in list.rows.rows.iter().take(2) {
            h.t.clock.advance(Timestamp::MINUTE);
            act::finish(&h.own(&worker), row.id, "").await?;
        }
        let done = server::list(&h.own(&worker), View::Ended, None).await?.rows.rows;
        assert_eq!(
            done.iter().map(|row| row.id).collect::<Vec<_>>(),
            [list.rows.rows[1].id, list.rows.rows[0].id]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_is_not_concerned_does_not_learn_that_it_is_there() {
    on_both(|t| async move {
        const NARROW: Kind = Kind::new("test.complaint", "投诉").by_hand().narrow();
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let secretary = h.person(2, Role::Secretary, COMMUNITY).await?;
        let town = h.person(3, Role::TownAdmin, STREET).await?;
        let stranger = h.person(4, Role::Secretary, "320581001002").await?;
        let other = h.person(5, Role::GridWorker, OTHER_GRID).await?;
        let wide = h.open(KIND, Limit::WorkingDays(3)).await?.id;
        let narrow = h.open(NARROW, Limit::WorkingDays(3)).await?.id;
        for (actor, sees_wide, sees_narrow) in [
            (&worker, true, true),
            (&secretary, true, false),
            (&town, true, false),
            (&stranger, false, false),
            (&other, false, false),
        ] {
            let cx = h.own(actor);
            assert_eq!(task(&cx, wide).await.is_ok(), sees_wide);
            assert_eq!(task(&cx, narrow).await.is_ok(), sees_narrow);
        }
        // Nor from the number of those that are open somewhere.
        let mut tx = h.cx().read().await?;
        let open = task::open_below(&mut tx, "32/3205/320581/320581001/").await?;
        drop(tx);
        let grid = PATH.trim_start_matches("path/").to_owned();
        assert_eq!(open, [(grid, 1)]);
        assert_eq!(
            task(&h.own(&stranger), wide).await.err(),
            Some(AppError::NotFound)
        );
        let cx = h.with(&stranger, Permission::TaskOversee)?;
        assert_eq!(
            act::cancel(&cx, wide, "不办").await.err(),
            Some(AppError::NotFound)
        );
        assert_eq!(
            act::finish(&h.own(&other), wide, "").await.err(),
            Some(AppError::NotFound)
        );
        // Who oversees it does not do it for those who have it.
        assert!(matches!(
            act::finish(&h.own(&secretary), wide, "").await,
            Err(AppError::Conflict(_))
        ));
        let told = h.told(narrow).await?;
        assert!(
            told.iter().all(|(_, topic)| topic.starts_with("user/")),
            "{told:?}"
        );
        act::cancel(&h.with(&secretary, Permission::TaskOversee)?, wide, "不用看了").await?;
        let page = task(&h.own(&worker), wide).await?;
        assert_eq!(page.history[0].words.as_deref(), Some("不用看了"));
        assert_eq!(page.history[0].by.as_deref(), Some("王芳"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_a_pillar_does_rides_in_its_own_transaction() {
    on_both(|t| async move {
        const BY_SUBJECT: Kind = Kind::new("test.report", "处理反映");
        let h = house(&t).await?;
        let worker = h.person(1, Role::GridWorker, GRID).await?;
        let next = h.person(2, Role::GridWorker, NEXT_GRID).await?;
        let opened = h.open(BY_SUBJECT, Limit::WorkingDays(3)).await?;
        // Its own page does not end it: its subject does.
        assert!(matches!(
            act::finish(&h.own(&worker), opened.id, "").await,
            Err(AppError::Conflict(_))
        ));

        let (grid, beside) = (h.node(GRID).await?, h.node(NEXT_GRID).await?);
        let mut tx = h.cx().write().await?;
        let running = task::running_at(&mut tx, grid).await?;
        assert_eq!(running.len(), 1);
        task::transfer(h.cx(), &mut tx, opened.id, beside).await?;
        drop(tx);
        assert_eq!(
            server::list(&h.own(&next), View::Open, None)
                .await?
                .rows
                .rows
                .len(),
            0,
            "it did not commit"
        );
        let mut tx = h.cx().write().await?;
        task::transfer(h.cx(), &mut tx, opened.id, beside).await?;
        tx.commit().await?;
        assert_eq!(
            server::list(&h.own(&next), View::Open, None)
                .await?
                .rows
                .rows
                .len(),
            1
        );
        assert_eq!(
            server::list(&h.own(&worker), View::Open, None)
                .await?
                .rows
                .rows
                .len(),
            0
        );

        let mut tx = h.cx().write().await?;
        task::reassign(
            h.cx(),
            &mut tx,
            opened.id,
            Holder::User(worker.user),
            Some("您熟"),
        )
        .await?;
        assert_eq!(
            task::finish_all(h.cx(), &mut tx, &KIND, running[0].subject).await?,
            0,
            "another kind"
        );
        tx.commit().await?;
        assert_eq!(task(&h.own(&worker), opened.id).await?.holders, ["王芳"]);
        assert_eq!(
            task(&h.own(&next), opened.id).await.err(),
            Some(AppError::NotFound)
        );

        let mut tx = h.cx().write().await?;
        assert_eq!(
            task::finish_all(h.cx(), &mut tx, &BY_SUBJECT, running[0].subject).await?,
            1
        );
        assert_eq!(
            task::finish_all(h.cx(), &mut tx, &BY_SUBJECT, running[0].subject).await?,
            0
        );
        tx.commit().await?;
        assert_eq!(task(&h.own(&worker), opened.id).await?.row.state, State::Done);
        Ok(())
    })
    .await;
}
