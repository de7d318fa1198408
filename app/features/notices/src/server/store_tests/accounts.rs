//! What accounts has to tell, the export of one's data, and its end.

use accounts::{
    model::{RefusalReason, ResidencyState, UnmaskReason},
    server::{
        account, act, erasure,
        news::{self, News},
        residency, service,
    },
};
use db::{on, test::on_both};
use shared::{Acting, Actor, Permission, RecordId, Role, Timestamp};

use super::{GRID, count, enter, follow_all, opened, own, person, places, sent, texts, words, worker};
use crate::{
    model::{Kind, Times, View},
    server::{Notice, choice, holding, setting},
};

#[tokio::test]
async fn what_happens_to_an_account_is_told_to_its_holder_once() {
    on_both(|t| async move {
        places(&t).await?;
        let me = person(&t, 1).await?;
        let cx = own(&t, &me);
        let worker = worker(&t, 2, Role::GridWorker).await?;
        let with = |permission| t.request(Some(worker.clone())).require(permission);
        assert_eq!(follow_all(&t).await?, 0, "a first device is no news");
        let grid = service::node(&t.cx, GRID).await?;

        residency::declare_mine(&cx, grid, "3 幢 501 室").await?;
        let waiting =
            residency::list(&with(Permission::ResidentConfirm)?, ResidencyState::Waiting, None).await?;
        let id = waiting.rows[0].id;
        residency::refuse(
            &with(Permission::ResidentConfirm)?,
            id,
            RefusalReason::WrongDoor,
            "",
        )
        .await?;
        follow_all(&t).await?;
        assert_eq!(
            words(&cx, View::All).await?,
            ["您在第一网格的居住登记没有通过：门牌对不上"]
        );
        residency::declare_mine(&cx, grid, "3 幢 502 室").await?;
        let waiting =
            residency::list(&with(Permission::ResidentConfirm)?, ResidencyState::Waiting, None).await?;
        let id = waiting.rows[0].id;
        for _ in 0..3 {
            residency::unmask(&with(Permission::Unmask)?, id, UnmaskReason::Visit, "").await?;
        }
        residency::confirm(&with(Permission::ResidentConfirm)?, id).await?;
        act::start(&with(Permission::ActFor)?, me.user).await?;
        enter(&t, me.user).await?;
        follow_all(&t).await?;
        let told = words(&cx, View::All).await?;
        assert_eq!(told.len(), 5, "{told:?}");
        for expected in [
            "李明看了您的完整信息，原因是上门走访",
            "您在第一网格的居住登记已核实",
            "李明开始替您办事",
            "您的账号在没有用过的设备上登录：微信 · 安卓",
        ] {
            assert!(told.iter().any(|words| words == expected), "{expected}: {told:?}");
        }
        // The next day it is told anew.
        t.clock.advance(Timestamp::DAY);
        residency::unmask(&with(Permission::Unmask)?, id, UnmaskReason::Visit, "").await?;
        follow_all(&t).await?;
        assert_eq!(words(&cx, View::All).await?.len(), 6);
        assert!(
            texts(&t).await?.iter().all(|text| text.contains("居住登记")),
            "accounts' own"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_account_takes_its_notices_along_and_the_export_has_them() {
    on_both(|t| async move {
        let (me, other) = (person(&t, 1).await?, person(&t, 2).await?);
        for to in [me.user, other.user] {
            sent(&t, &Notice::new(to, Kind::ActedFor, "1").fact("who", "李明")).await?;
        }
        choice::save(&own(&t, &me), &["access".to_owned()]).await?;
        setting::set_times(&own(&t, &me), Times::read(true, "21", "6", "18")?).await?;
        let exported = holding::gather(&own(&t, &me)).await?;
        assert_eq!(exported["notices"].as_array().map(Vec::len), Some(1));
        assert_eq!(exported["notices"][0]["words"], "李明开始替您办事");
        assert!(
            exported["choices"]
                .as_array()
                .is_some_and(|choices| !choices.is_empty())
        );

        assert_eq!(exported["settings"]["digest"], 18);
        assert_eq!(exported["settings"]["quiet"]["from"], 21);

        erasure::request(&own(&t, &me)).await?;
        t.clock.advance(erasure::COOLING_OFF + 1);
        let mut tx = t.cx.read().await?;
        let id: RecordId = on!(tx, |c| sqlx::query_scalar("select id from erasure_request")
            .fetch_one(c)
            .await)?;
        drop(tx);
        assert!(erasure::run(&t.cx, id).await?);
        follow_all(&t).await?;
        assert!(
            !sent(&t, &opened(me.user, "来晚了")).await?,
            "nobody is there to be told"
        );
        let mut tx = t.cx.read().await?;
        for sql in [
            "select count(*) from notice where user_id = $1",
            "select count(*) from notice_choice where user_id = $1",
            "select count(*) from notice_setting where user_id = $1",
            "select count(*) from notice_delivery where user_id = $1",
        ] {
            assert_eq!(count(&mut tx, sql, me.user).await?, 0, "{sql}");
        }
        assert_eq!(
            count(
                &mut tx,
                "select count(*) from notice where user_id = $1",
                other.user
            )
            .await?,
            1
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn coming_of_age_is_told_to_both_each_in_their_words() {
    on_both(|t| async move {
        places(&t).await?;
        let guardian = person(&t, 1).await?;
        let worker = worker(&t, 2, Role::GridWorker).await?;
        let mut tx = t.cx.write().await?;
        let child = account::insert(&mut tx, t.cx.keys(), "王小明", None).await?;
        for to in [guardian.user, child] {
            news::tell(&mut tx, to, News::CameOfAge { child }).await?;
        }
        tx.commit().await?;
        assert_eq!(follow_all(&t).await?, 2);
        assert_eq!(
            words(&own(&t, &guardian), View::All).await?,
            ["王**满 14 周岁了，您的监护登记和代办到此结束。以后请本人用自己的手机号登记"]
        );
        // Whoever acts for somebody without a phone can tell them.
        let acting = Actor {
            acting_for: Some(Acting {
                user: child,
                name: "王小明".into(),
            }),
            ..worker
        };
        assert_eq!(
            words(&own(&t, &acting), View::All).await?,
            ["您满 14 周岁了，监护人的登记和代办到此结束。以后由您自己同意，请用自己的手机号登记"]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_wrote_about_their_registration_hears_that_it_was_seen_to() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let mut tx = t.cx.write().await?;
        let handled = News::CorrectionHandled { correction: tx.id() };
        news::tell(&mut tx, me.user, handled).await?;
        tx.commit().await?;
        assert_eq!(follow_all(&t).await?, 1);
        assert_eq!(
            words(&own(&t, &me), View::All).await?,
            ["您写的登记更正，网格员核对过了"]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_named_somebody_hears_that_they_were_not_noted() {
    on_both(|t| async move {
        let me = person(&t, 1).await?;
        let mut tx = t.cx.write().await?;
        let refused = News::EntryRefused { entry: tx.id() };
        news::tell(&mut tx, me.user, refused).await?;
        tx.commit().await?;
        assert_eq!(follow_all(&t).await?, 1);
        assert_eq!(
            words(&own(&t, &me), View::All).await?,
            ["您填的一位家里人没有登记，网格员写了原因"]
        );
        Ok(())
    })
    .await;
}
