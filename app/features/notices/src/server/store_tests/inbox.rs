//! Sending, reading, paging, settling, and who sees what.

use db::{on, test::on_both};
use shared::{Acting, Actor, AppError, RecordId, Timestamp, UserId};

use super::{events, opened, own, person, rows, sent, words};
use crate::{
    model::{Kind, View},
    server::{Notice, choice, inbox, send, settle, store},
};

#[tokio::test]
async fn the_same_is_told_once_and_stored_sealed() {
    on_both(|t| async move {
        let (me, other) = (person(&t, 1).await?, person(&t, 2).await?);
        assert!(sent(&t, &opened(me.user, "看望王大爷")).await?);
        assert!(
            !sent(&t, &opened(me.user, "看望王大爷")).await?,
            "the job ran again"
        );
        assert!(
            sent(&t, &opened(other.user, "看望王大爷")).await?,
            "somebody else is told it too"
        );
        assert!(
            !sent(&t, &opened(t.cx.id(), "x")).await?,
            "nobody has this account"
        );
        assert_eq!(
            words(&own(&t, &me), View::All).await?,
            ["有件事交给您办：看望王大爷"]
        );
        assert_eq!(events(&t, me.user).await?, 1, "one event for one notice");
        let mut tx = t.cx.read().await?;
        let params: Vec<String> = on!(tx, |c| sqlx::query_scalar("select params from notice")
            .fetch_all(c)
            .await)?;
        assert!(
            params.iter().all(|params| params.starts_with("v1.")),
            "{params:?}"
        );
        let told: Vec<db::Json<serde_json::Value>> = on!(tx, |c| sqlx::query_scalar(
            "select data from event where kind like 'notices.%'"
        )
        .fetch_all(c)
        .await)?;
        assert!(
            told.iter().all(|data| data.0 == serde_json::json!({})),
            "ids and codes only"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_rolls_back_was_not_told() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let mut tx = t.cx.write().await?;
        send(&mut tx, &opened(me.user, "x")).await?;
        drop(tx);
        assert!(rows(&own(&t, &me), View::All).await?.is_empty());
        assert_eq!(events(&t, me.user).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn reading_one_and_all_leaves_what_came_since() {
    on_both(|t| async move {
        let (me, other) = (person(&t, 1).await?, person(&t, 2).await?);
        let cx = own(&t, &me);
        for key in ["一", "二", "三"] {
            sent(&t, &opened(me.user, key)).await?;
        }
        sent(&t, &opened(other.user, "别人的")).await?;
        assert_eq!(inbox::unread(&cx).await?, 3);
        let newest = inbox::newest(&cx).await?.rows;
        let newest: Vec<&str> = newest.iter().map(|row| row.words.as_str()).collect();
        assert_eq!(newest, ["有件事交给您办：三", "有件事交给您办：二"]);
        let seen = inbox::list(&cx, View::All, "").await?;
        let first = seen.rows.rows[0].id;
        assert_eq!(seen.rows.rows[0].words, "有件事交给您办：三", "the newest first");
        inbox::read(&cx, first).await?;
        inbox::read(&cx, first).await?;
        assert_eq!(
            inbox::newest(&cx).await?.rows[0].words,
            "有件事交给您办：二",
            "what was read is not news"
        );
        assert_eq!(events(&t, me.user).await?, 4, "three sent, one read once");
        assert_eq!(
            inbox::read(&own(&t, &other), first).await,
            Err(AppError::NotFound)
        );
        assert_eq!(
            inbox::open(&own(&t, &other), first).await,
            Err(AppError::NotFound)
        );
        assert_eq!(words(&cx, View::Unread).await?.len(), 2);

        sent(&t, &opened(me.user, "四")).await?;
        inbox::read_all(&cx, seen.newest).await?;
        assert_eq!(words(&cx, View::Unread).await?, ["有件事交给您办：四"]);
        assert_eq!(inbox::unread(&own(&t, &other)).await?, 1, "others' stay");
        inbox::open(&cx, rows(&cx, View::Unread).await?[0].id).await?;
        assert_eq!(inbox::unread(&cx).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pages_go_on_by_cursor_without_gap_or_repetition() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        let many = 2 * inbox::PAGE + 3;
        let mut tx = t.cx.write().await?;
        // All in one instant: the id decides.
        for n in 0..many {
            send(&mut tx, &opened(me.user, &format!("{n}"))).await?;
        }
        tx.commit().await?;
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = inbox::list(&cx, View::All, &after).await?.rows;
            assert!(page.rows.len() <= inbox::PAGE);
            seen.extend(page.rows.into_iter().map(|row| row.id));
            // What arrives meanwhile is on the first page.
            sent(&t, &opened(me.user, &format!("new-{}", seen.len()))).await?;
            match page.next {
                Some(next) => after = next,
                None => break,
            }
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), all), (many, many));
        for bad in ["x", "~", "0192aaaa-0000-7000-8000-000000000000~later"] {
            assert!(
                matches!(inbox::list(&cx, View::All, bad).await, Err(AppError::Invalid(_))),
                "{bad}"
            );
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn many_unread_are_counted_no_further_than_many() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let mut tx = t.cx.write().await?;
        for n in 0..inbox::MOST + 5 {
            send(&mut tx, &opened(me.user, &format!("{n}"))).await?;
        }
        tx.commit().await?;
        assert_eq!(inbox::unread(&own(&t, &me)).await?, inbox::MOST);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_asks_for_something_is_replaced_by_the_newer_and_settled_with_the_matter() {
    on_both(|t| async move {
        let (me, other) = (person(&t, 1).await?, person(&t, 2).await?);
        let (mine, theirs) = (own(&t, &me), own(&t, &other));
        let task: RecordId = t.cx.id();
        let about =
            |to: UserId, kind: Kind, key: &str| Notice::new(to, kind, key).about(task).fact("title", "检查");
        for to in [me.user, other.user] {
            sent(&t, &about(to, Kind::TaskOpened, "1")).await?;
        }
        sent(&t, &about(me.user, Kind::TaskMoved, "2")).await?;
        assert_eq!(rows(&mine, View::Open).await?.len(), 1, "news ask for nothing");
        sent(&t, &about(me.user, Kind::TaskReminded, "3")).await?;
        assert_eq!(
            words(&mine, View::Open).await?,
            ["检查："],
            "the reminder stands for the order"
        );
        assert_eq!(
            inbox::unread(&mine).await?,
            2,
            "what was replaced asks for no look either"
        );
        assert_eq!(rows(&theirs, View::Open).await?.len(), 1);

        let mut tx = t.cx.write().await?;
        settle(&mut tx, task, Some(other.user)).await?;
        tx.commit().await?;
        assert_eq!(
            (
                rows(&theirs, View::Open).await?.len(),
                rows(&mine, View::Open).await?.len()
            ),
            (0, 1)
        );
        let before = (events(&t, me.user).await?, events(&t, other.user).await?);
        let mut tx = t.cx.write().await?;
        settle(&mut tx, task, None).await?;
        tx.commit().await?;
        assert!(rows(&mine, View::Open).await?.is_empty());
        assert_eq!(
            inbox::unread(&mine).await?,
            1,
            "that the deadline moved is still news"
        );
        let after = (events(&t, me.user).await?, events(&t, other.user).await?);
        assert_eq!(
            (after.0 - before.0, after.1 - before.1),
            (1, 0),
            "told where something changed"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_notice_ends_on_its_day() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        sent(&t, &opened(me.user, "任务")).await?;
        sent(&t, &Notice::new(me.user, Kind::NewDevice, "设备")).await?;
        t.clock.advance(184 * Timestamp::DAY);
        assert_eq!(
            (rows(&cx, View::All).await?.len(), inbox::unread(&cx).await?),
            (1, 1)
        );
        let mut tx = t.cx.write().await?;
        assert_eq!(store::sweep(&mut tx).await?, 1);
        assert_eq!(store::sweep(&mut tx).await?, 0);
        tx.commit().await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_acts_for_somebody_sees_their_own_matters_only_and_reads_nothing_away() {
    on_both(|t| async move {
        let (resident, daughter) = (person(&t, 1).await?, person(&t, 2).await?);
        for (kind, key) in [
            (Kind::ResidencyConfirmed, "1"),
            (Kind::Looked, "2"),
            (Kind::NewDevice, "3"),
            (Kind::TaskOpened, "4"),
        ] {
            sent(&t, &Notice::new(resident.user, kind, key)).await?;
        }
        sent(&t, &opened(daughter.user, "她自己的")).await?;
        let all = rows(&own(&t, &resident), View::All).await?;
        assert_eq!(all.len(), 4);
        let acting = Actor {
            acting_for: Some(Acting {
                user: resident.user,
                name: "王芳".into(),
            }),
            ..daughter
        };
        let cx = own(&t, &acting);
        let seen = inbox::list(&cx, View::All, "").await?;
        assert_eq!(seen.of.as_deref(), Some("王芳"));
        assert_eq!((seen.rows.rows.len(), seen.unread), (1, 1));
        assert!(seen.rows.rows[0].words.contains("居住登记已核实"));
        let (shared, hidden) = (seen.rows.rows[0].id, all[0].id);
        assert!(!inbox::open(&cx, shared).await?.read);
        assert_eq!(inbox::open(&cx, hidden).await, Err(AppError::NotFound));
        for outcome in [
            inbox::read(&cx, shared).await,
            inbox::read_all(&cx, t.cx.now()).await,
        ] {
            assert!(matches!(outcome, Err(AppError::Conflict(_))));
        }
        assert!(matches!(
            choice::page(&cx, None).await,
            Err(AppError::Conflict(_))
        ));
        assert!(matches!(choice::save(&cx, &[]).await, Err(AppError::Conflict(_))));
        assert_eq!(
            inbox::unread(&own(&t, &resident)).await?,
            4,
            "all of it is still new to her"
        );
        Ok(())
    })
    .await;
}
