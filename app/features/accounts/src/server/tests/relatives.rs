//! Relatives and children.

use db::test::on_both;
use shared::{AppError, Timestamp};

use super::*;
use crate::{
    model::{DataKind, Relation},
    server::{act, basis, child, code, erasure, relative, residency},
};

async fn signed_in(t: &TestDb, n: u32) -> Outcome<Actor> {
    let user = person(t, n).await?;
    enter(t, user).await
}

async fn bound(t: &TestDb, relative: &Actor, resident: u32) -> Outcome<()> {
    let id = relative::ask(&own(t, relative), &phone(resident)).await?;
    let code = code_to(t, &phone(resident)).await?;
    relative::bind(&own(t, relative), id, &code, Relation::Child).await?;
    Ok(())
}

#[tokio::test]
async fn a_relative_is_bound_by_the_residents_code_and_acts_until_unbound() {
    on_both(|t| async move {
        let (daughter, mother, stranger) = (
            signed_in(&t, 1).await?,
            signed_in(&t, 2).await?,
            signed_in(&t, 3).await?,
        );
        assert_eq!(
            act::start(&own(&t, &daughter), mother.user).await.unwrap_err(),
            AppError::NotFound,
            "not bound"
        );
        let id = relative::ask(&own(&t, &daughter), &phone(2)).await?;
        let code = code_to(&t, &phone(2)).await?;
        let stolen = relative::bind(&own(&t, &stranger), id, &code, Relation::Child)
            .await
            .unwrap_err();
        assert_eq!(stolen, AppError::NotFound, "the code binds who asked");
        t.clock.advance(2 * Timestamp::MINUTE);
        bound(&t, &daughter, 2).await?;

        let mut tx = t.cx.write().await?;
        let opened = session::open(&mut tx, daughter.user, &session::Browser::default()).await?;
        tx.commit().await?;
        let session = || async {
            Outcome::Ok(
                session::resolve(&t.house, &opened.token)
                    .await?
                    .ok_or("no session")?
                    .actor,
            )
        };
        act::start(&own(&t, &session().await?), mother.user).await?;
        assert_eq!(
            session().await?.acting_for.map(|r| (r.user, r.name)),
            Some((mother.user, "张伟".to_owned()))
        );

        let mut tx = t.cx.read().await?;
        let binding = relative::of_user(&mut tx, mother.user).await?[0].id;
        drop(tx);
        assert_eq!(
            relative::revoke(&own(&t, &stranger), binding).await.unwrap_err(),
            AppError::NotFound
        );
        relative::revoke(&own(&t, &mother), binding).await?;
        assert!(
            session().await?.acting_for.is_none(),
            "at once, in the middle of acting"
        );
        assert_eq!(
            act::start(&own(&t, &daughter), mother.user).await.unwrap_err(),
            AppError::NotFound
        );
        let mut tx = t.cx.read().await?;
        let records = basis::of_user(&mut tx, mother.user).await?;
        let consent = records
            .iter()
            .find(|record| record.kind == DataKind::Relative)
            .ok_or("no record")?;
        assert!(consent.withdrawn_at.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn asking_an_unknown_number_says_nothing_about_it() {
    on_both(|t| async move {
        let me = signed_in(&t, 1).await?;
        let id = relative::ask(&own(&t, &me), &phone(7)).await?;
        assert!(
            code::step(&own(&t, &me), id, true).await?.demo_code.is_none(),
            "nothing was sent"
        );
        assert!(code_to(&t, &phone(7)).await.is_err());
        assert_eq!(
            relative::bind(&own(&t, &me), id, "123456", Relation::Child)
                .await
                .unwrap_err()
                .status(),
            422
        );
        let oneself = relative::ask(&own(&t, &me), &phone(1)).await.unwrap_err();
        assert_eq!(oneself.for_field("phone").count(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn withdrawing_the_consent_unbinds_everybody() {
    on_both(|t| async move {
        let (son, father) = (signed_in(&t, 1).await?, signed_in(&t, 2).await?);
        bound(&t, &son, 2).await?;
        basis::set_consent(&own(&t, &father), DataKind::Relative, false).await?;
        assert_eq!(
            act::start(&own(&t, &son), father.user).await.unwrap_err(),
            AppError::NotFound
        );
        for kind in [
            DataKind::Phone,
            DataKind::Name,
            DataKind::Door,
            DataKind::SignIn,
            DataKind::Child,
        ] {
            assert_eq!(
                basis::set_consent(&own(&t, &father), kind, false)
                    .await
                    .unwrap_err()
                    .status(),
                409,
                "{kind:?}"
            );
        }
        basis::set_consent(&own(&t, &father), DataKind::News, true).await?;
        basis::set_consent(&own(&t, &father), DataKind::News, false).await?;
        basis::set_consent(&own(&t, &father), DataKind::News, true).await?;
        let mut tx = t.cx.read().await?;
        let news: Vec<bool> = basis::of_user(&mut tx, father.user)
            .await?
            .iter()
            .filter(|r| r.kind == DataKind::News)
            .map(|r| r.withdrawn_at.is_some())
            .collect();
        assert_eq!(news, [true, false], "each giving and withdrawing stays on record");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_guardian_registers_a_child_and_withdraws() {
    on_both(|t| async move {
        places(&t).await?;
        let guardian = signed_in(&t, 1).await?;
        let cx = own(&t, &guardian);
        let birthday = t.cx.now().date().plus_days(-3_000);
        assert_eq!(
            child::add(&cx, "王小明", birthday, true)
                .await
                .unwrap_err()
                .status(),
            409,
            "no home yet"
        );
        residency::declare_mine(&cx, node(&t, GRID).await?, "3 幢 501").await?;
        assert_eq!(
            child::add(&cx, "王小明", birthday, false)
                .await
                .unwrap_err()
                .for_field("consent")
                .count(),
            1
        );
        let old = t.cx.now().date().plus_days(-14 * 366);
        assert_eq!(
            child::add(&cx, "王小明", old, true)
                .await
                .unwrap_err()
                .for_field("birthday")
                .count(),
            1
        );
        let kid = child::add(&cx, "王小明", birthday, true).await?;
        act::start(&cx, kid).await?;
        let mut tx = t.cx.read().await?;
        let row = child::of_user(&mut tx, guardian.user).await?.remove(0);
        drop(tx);
        child::withdraw(&cx, row.id).await?;
        let mut tx = t.cx.read().await?;
        let request: shared::RecordId =
            db::on!(tx, |c| sqlx::query_scalar("select id from erasure_request")
                .fetch_one(c)
                .await)?;
        drop(tx);
        assert!(erasure::run(&t.cx, request).await?);
        let mut tx = t.cx.read().await?;
        assert!(crate::server::account::by_id(&mut tx, kid).await?.is_none());
        Ok(())
    })
    .await;
}
