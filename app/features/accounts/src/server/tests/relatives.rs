//! Relatives and children.

use db::test::on_both;
use shared::{AppError, Timestamp};

use super::*;
use crate::{
    model::{DataKind, Relation},
    server::{account, act, basis, child, code, erasure, jobs, my_data, news, relative, residency},
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
async fn a_consent_to_an_older_wording_is_asked_for_anew() {
    const OLDER: &str = "update legal_basis set version = '2020-01' where user_id = $1 and kind = 'relative'";
    const UNKNOWN: &str = "insert into legal_basis (id, user_id, kind, basis, version, given_at) \
        values ($1, $2, 'news', 'consent', '2020-01', 0)";
    async fn told(t: &TestDb, actor: &Actor) -> Outcome<(bool, bool)> {
        let held = my_data::mine(&own(t, actor)).await?.held;
        let row = held
            .iter()
            .find(|row| row.kind == DataKind::Relative)
            .ok_or("not told")?;
        Ok((row.active, row.outdated))
    }
    on_both(|t| async move {
        let (son, father) = (signed_in(&t, 1).await?, signed_in(&t, 2).await?);
        let unasked = basis::set_consent(&own(&t, &father), DataKind::Relative, true).await;
        assert_eq!(unasked.unwrap_err().status(), 409, "nobody is bound");
        bound(&t, &son, 2).await?;
        assert_eq!(told(&t, &father).await?, (true, false));

        let row: shared::RecordId = t.cx.id();
        let mut tx = t.cx.write().await?;
        execute!(tx, OLDER, father.user)?;
        execute!(tx, UNKNOWN, row, father.user)?;
        tx.commit().await?;
        assert_eq!(
            told(&t, &father).await?,
            (false, true),
            "the wording is another, and a kind that is known no more is passed over"
        );

        t.clock.advance(Timestamp::MINUTE);
        basis::set_consent(&own(&t, &father), DataKind::Relative, true).await?;
        assert_eq!(told(&t, &father).await?, (true, false));
        t.clock.advance(Timestamp::MINUTE);
        basis::set_consent(&own(&t, &father), DataKind::Relative, true).await?;
        let mut tx = t.cx.read().await?;
        let records: Vec<(String, bool)> = basis::of_user(&mut tx, father.user)
            .await?
            .into_iter()
            .filter(|record| record.kind == DataKind::Relative)
            .map(|record| (record.version, record.withdrawn_at.is_some()))
            .collect();
        drop(tx);
        assert_eq!(
            records,
            [
                ("2020-01".to_owned(), true),
                (DataKind::Relative.version().to_owned(), false)
            ],
            "each stays on record, and what is given twice is noted once"
        );
        act::start(&own(&t, &son), father.user).await?;

        let mut tx = t.cx.write().await?;
        execute!(tx, "update legal_basis set version = '2020-02' where user_id = $1 and kind = 'relative' and withdrawn_at is null", father.user)?;
        tx.commit().await?;
        basis::set_consent(&own(&t, &father), DataKind::Relative, false).await?;
        assert_eq!(told(&t, &father).await?, (false, false), "an older one is withdrawn too");
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
        assert!(account::by_id(&mut tx, kid).await?.is_none());
        Ok(())
    })
    .await;
}

/// A guardian with a home, and a child who turns 14 in `days` days.
async fn family(t: &TestDb, n: u32, days: i64) -> Outcome<(Actor, UserId)> {
    let guardian = signed_in(t, n).await?;
    let cx = own(t, &guardian);
    residency::declare_mine(&cx, node(t, GRID).await?, "3 幢 501").await?;
    let born = birthday(t.cx.now().date().plus_days(days))?;
    let child = child::add(&cx, "王小明", born, true).await?;
    Ok((guardian, child))
}

/// The day 14 years before.
fn birthday(day: shared::Date) -> Outcome<shared::Date> {
    let text = day.to_string();
    Ok(format!("{}{}", day.year() - 14, &text[4..]).parse()?)
}

/// The requests that are open, the oldest first.
async fn requests(t: &TestDb) -> Outcome<Vec<(shared::RecordId, UserId)>> {
    const OPEN: &str = "select id, user_id from erasure_request where done_at is null and cancelled_at is null order by requested_at, id";
    let mut tx = t.cx.read().await?;
    Ok(db::on!(tx, |c| sqlx::query_as(OPEN).fetch_all(c).await)?)
}

async fn known(t: &TestDb, user: UserId) -> Outcome<bool> {
    let mut tx = t.cx.read().await?;
    Ok(account::by_id(&mut tx, user).await?.is_some())
}

/// Those who are told that somebody came of age.
async fn told_of_age(t: &TestDb) -> Outcome<Vec<UserId>> {
    let mut tx = t.cx.read().await?;
    let jobs: Vec<db::Json<news::Told>> = db::on!(tx, |c| sqlx::query_scalar(
        "select payload from job where kind = $1 order by created_at, id"
    )
    .bind(news::JOB)
    .fetch_all(c)
    .await)?;
    let told = jobs.into_iter().map(|db::Json(told)| told);
    Ok(told
        .filter(|told| matches!(told.news, news::News::CameOfAge { .. }))
        .map(|told| told.user)
        .collect())
}

#[tokio::test]
async fn a_guardians_account_takes_the_childs_along() {
    on_both(|t| async move {
        places(&t).await?;
        let (guardian, kid) = family(&t, 1, 400).await?;
        let (_other, theirs) = family(&t, 2, 400).await?;
        erasure::request(&own(&t, &guardian)).await?;
        t.clock.advance(erasure::COOLING_OFF + 1);
        let first = requests(&t).await?;
        assert_eq!(first.len(), 1);
        assert!(erasure::run(&t.cx, first[0].0).await?);
        assert!(!known(&t, guardian.user).await? && known(&t, kid).await?);
        let then = requests(&t).await?;
        assert_eq!(
            then.iter().map(|(_, user)| *user).collect::<Vec<_>>(),
            [kid],
            "the child's, and nobody else's"
        );
        let mut tx = t.cx.read().await?;
        let jobs: Vec<db::Json<serde_json::Value>> = db::on!(tx, |c| sqlx::query_scalar(
            "select payload from job where kind = $1 and state = 'waiting' order by created_at, id"
        )
        .bind(erasure::JOB)
        .fetch_all(c)
        .await)?;
        drop(tx);
        assert!(
            jobs.iter()
                .any(|db::Json(payload)| payload["id"] == then[0].0.to_string())
        );
        assert!(erasure::run(&t.cx, then[0].0).await?);
        assert!(!known(&t, kid).await? && known(&t, theirs).await?);
        assert!(requests(&t).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn at_fourteen_the_guardians_part_ends_and_both_are_told() {
    on_both(|t| async move {
        places(&t).await?;
        let (guardian, kid) = family(&t, 1, 3).await?;
        let (_other, younger) = family(&t, 2, 30).await?;
        let mut tx = t.cx.write().await?;
        let opened = session::open(&mut tx, guardian.user, &session::Browser::default()).await?;
        tx.commit().await?;
        let session = || async {
            Outcome::Ok(
                session::resolve(&t.house, &opened.token)
                    .await?
                    .ok_or("no session")?
                    .actor,
            )
        };
        act::start(&own(&t, &session().await?), kid).await?;
        t.clock.advance(2 * Timestamp::DAY);
        jobs::sweep(&t.cx).await?;
        assert!(session().await?.acting_for.is_some(), "a day too early");
        assert!(told_of_age(&t).await?.is_empty());

        t.clock.advance(Timestamp::DAY);
        jobs::sweep(&t.cx).await?;
        jobs::sweep(&t.cx).await?;
        assert!(session().await?.acting_for.is_none());
        assert_eq!(told_of_age(&t).await?, [guardian.user, kid], "once");
        assert_eq!(
            act::start(&own(&t, &guardian), kid).await.unwrap_err(),
            AppError::NotFound
        );
        let mut tx = t.cx.read().await?;
        assert!(child::of_user(&mut tx, guardian.user).await?.is_empty());
        assert!(relative::of_user(&mut tx, kid).await?.is_empty());
        assert_eq!(child::of_user(&mut tx, younger).await?.len(), 1);
        let ended = basis::of_user(&mut tx, kid).await?;
        for kind in [DataKind::Child, DataKind::Relative] {
            let record = ended
                .iter()
                .find(|record| record.kind == kind)
                .ok_or("no record")?;
            assert!(record.withdrawn_at.is_some(), "{kind:?}");
        }
        drop(tx);
        assert!(known(&t, kid).await?, "the account is the young person's");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_turned_fourteen_before_the_sweep_stays_when_the_guardian_goes() {
    on_both(|t| async move {
        places(&t).await?;
        let (guardian, kid) = family(&t, 1, 3).await?;
        erasure::request(&own(&t, &guardian)).await?;
        t.clock.advance(erasure::COOLING_OFF + 1);
        let id = requests(&t).await?[0].0;
        assert!(erasure::run(&t.cx, id).await?);
        assert!(requests(&t).await?.is_empty() && known(&t, kid).await?);
        Ok(())
    })
    .await;
}
