//! The number in the bar: it is counted beside the session, by accounts, and has to be the inbox's own.

use accounts::{
    model::ResidencyState,
    server::{act, residency, service},
};
use db::test::{TestDb, on_both};
use shared::{Permission, Role, Timestamp};

use super::{GRID, Outcome, follow_all, open, opened, own, person, places, sent, visit, worker};
use crate::{
    model::View,
    server::{inbox, send},
};

/// What the bar says in the session of `token`, which is what the inbox says.
async fn said(t: &TestDb, token: &str) -> Outcome<u32> {
    let visit = visit(t, token).await?;
    assert_eq!(visit.unread, inbox::unread(&own(t, &visit.actor)).await?);
    Ok(visit.unread)
}

#[tokio::test]
async fn the_bar_says_what_the_inbox_says() {
    on_both(|t| async move {
        places(&t).await?;
        let me = person(&t, 1).await?;
        let worker = worker(&t, 2, Role::GridWorker).await?;
        // Two posts make two rows of one session.
        service::grant(&t.cx, &super::phone(2), Role::GridLead, GRID, None, None).await?;
        let (mine, theirs) = (open(&t, me.user).await?, open(&t, worker.user).await?);
        assert_eq!(said(&t, &mine).await?, 0);
        let cx = own(&t, &me);
        residency::declare_mine(&cx, service::node(&t.cx, GRID).await?, "3 幢 501 室").await?;
        let confirm = t
            .request(Some(worker.clone()))
            .require(Permission::ResidentConfirm)?;
        let waiting = residency::list(&confirm, ResidencyState::Waiting, None).await?;
        residency::confirm(&confirm, waiting.rows[0].id).await?;
        follow_all(&t).await?;
        sent(&t, &opened(worker.user, "看望王大爷")).await?;
        // Confirmed, and signed in on another device; the worker has another device, too, and a task.
        assert_eq!((said(&t, &mine).await?, said(&t, &theirs).await?), (2, 2));

        let acting = t.request(Some(visit(&t, &theirs).await?.actor));
        act::start(&acting.require(Permission::ActFor)?, me.user).await?;
        assert_eq!(
            said(&t, &theirs).await?,
            1,
            "the resident's own matter, and nothing else"
        );
        follow_all(&t).await?;
        assert_eq!((said(&t, &mine).await?, said(&t, &theirs).await?), (3, 1));
        for row in inbox::list(&cx, View::Unread, "").await?.rows.rows {
            inbox::read(&cx, row.id).await?;
        }
        assert_eq!((said(&t, &mine).await?, said(&t, &theirs).await?), (0, 0));

        let mut tx = t.cx.write().await?;
        for n in 0..inbox::MOST + 5 {
            send(&mut tx, &opened(me.user, &format!("{n}"))).await?;
        }
        tx.commit().await?;
        assert_eq!(said(&t, &mine).await?, inbox::MOST);
        t.clock.advance(184 * Timestamp::DAY);
        let later = open(&t, me.user).await?;
        assert_eq!(said(&t, &later).await?, 0, "they have ended");
        follow_all(&t).await?;
        assert_eq!(said(&t, &later).await?, 1, "this device is new");
        Ok(())
    })
    .await;
}
