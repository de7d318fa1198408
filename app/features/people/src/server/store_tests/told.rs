//! What residents tell of themselves and of those who live with them, and who tells them of a look.

use accounts::{
    model::UnmaskReason,
    server::{child, residency},
};
use db::test::on_both;
use shared::Timestamp;

use super::{
    following::{follow_all, linked, register},
    *,
};
use crate::{
    model::{Elsewhere, MOST_ENTRIES, ResidenceKind, read_entry, read_stated},
    server::{follow, household, mine, unmask},
};

async fn own(t: &TestDb, user: shared::UserId) -> Outcome<Cx> {
    Ok(t.request(Some(enter(t, user).await?)).signed_in()?)
}

/// The person who lives at 3-2-501, signed in.
async fn resident(t: &TestDb) -> Outcome<Cx> {
    let user = register(t, "王芳", "13812340001", "3-2-501").await?;
    follow_all(t).await?;
    own(t, user).await
}

fn named(name: &str, born: &str, phone: &str) -> PersonForm {
    let today = day("2026-11-23");
    read_entry(name, born, phone, "registered", "spouse", true, today).expect("an entry")
}

#[tokio::test]
async fn who_registered_counts_once_they_said_when_they_were_born() {
    on_both(|t| async move {
        furnished(&t).await?;
        let user = register(&t, "新来的", "13900000903", "3幢2单元601").await?;
        follow_all(&t).await?;
        let cx = own(&t, user).await?;
        let page = mine::page(&cx).await?.ok_or("no household")?;
        assert!(page.asks && page.born.is_none());
        let form = read_stated("1990-05-06", "registered", t.cx.now().date())?;
        let stale = household::state(&cx, page.version + 1, &form).await;
        assert!(matches!(stale, Err(AppError::Conflict(_))), "{stale:?}");
        household::state(&cx, page.version, &form).await?;
        let adult =
            "select count(*) from person where name = '新来的' and birth_year = 1990 and adult_from = '2008-05-06'";
        assert_eq!(count(&t.cx, adult).await?, 1);
        let page = mine::page(&cx).await?.ok_or("no household")?;
        assert!(!page.asks);
        assert_eq!((page.born, page.kind), (Some(1990), ResidenceKind::Registered));
        let again = household::state(&cx, page.version, &form).await;
        assert!(
            matches!(again, Err(AppError::Conflict(_))),
            "said once, then it is corrected"
        );

        let id = person(&t.cx, "新来的").await?;
        let home_ = home(&t.cx, "新来的").await?;
        let shown = household::page(&t.cx, home_).await?;
        assert_eq!(shown.stated.len(), 1);
        assert_eq!(
            (shown.stated[0].name.as_str(), shown.stated[0].born),
            ("新**", Some(1990))
        );
        let path = node(&t.cx, GRID).await?.path;
        let mut tx = t.cx.read().await?;
        assert_eq!(household::to_check_below(&mut tx, &path).await?, 1);
        drop(tx);
        let there = worker(&t, 1, Role::GridWorker, NEXT_GRID).await?;
        let there = with(&t, &there, Permission::PeopleEdit)?;
        assert_eq!(
            household::check_stated(&there, id).await.err(),
            Some(AppError::NotFound)
        );
        household::check_stated(&t.cx, id).await?;
        assert!(household::page(&t.cx, home_).await?.stated.is_empty());
        let twice = household::check_stated(&t.cx, id).await;
        assert!(matches!(twice, Err(AppError::Conflict(_))), "{twice:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whom_a_member_names_waits_for_the_worker() {
    on_both(|t| async move {
        furnished(&t).await?;
        let cx = resident(&t).await?;
        household::name_one(&cx, &named("王大明", "1948", "13812340009")).await?;
        assert_eq!(
            count(&t.cx, "select count(*) from person where name = '王大明'").await?,
            0
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from household_entry where content not like 'v1.%'"
            )
            .await?,
            0,
            "sealed"
        );
        let told = mine::page(&cx).await?.ok_or("no household")?.entries;
        assert_eq!(told[0].name, "王**");
        assert_eq!(told[0].words(), "1948 年生，配偶，户籍常住，138****0009");
        let id = told[0].id;

        let here = worker(&t, 1, Role::GridWorker, GRID).await?;
        let here = with(&t, &here, Permission::PeopleEdit)?;
        let there = worker(&t, 2, Role::GridWorker, NEXT_GRID).await?;
        let there = with(&t, &there, Permission::PeopleEdit)?;
        assert_eq!(
            household::note_entry(&there, id, None).await.err(),
            Some(AppError::NotFound)
        );
        assert_eq!(
            household::refuse_entry(&there, id, "不是").await.err(),
            Some(AppError::NotFound)
        );
        assert!(household::to_check(&there).await?.is_empty());
        let waiting = household::to_check(&here).await?;
        assert_eq!(
            (waiting.len(), waiting[0].waiting, waiting[0].address.as_str()),
            (1, 1, "花园浜小区3幢2单元501室")
        );
        // Counted where it waits, for whoever takes the grid over.
        for (place, waits) in [(GRID, 1), (NEXT_GRID, 0)] {
            let path = node(&t.cx, place).await?.path;
            let mut tx = t.cx.read().await?;
            assert_eq!(household::to_check_below(&mut tx, &path).await?, waits, "{place}");
        }

        let home_ = household::note_entry(&here, id, None).await?;
        let page = household::page(&t.cx, home_).await?;
        assert_eq!((page.members.len(), page.entries.len()), (3, 0));
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where name = '王大明' and adult_from = '1966-12-31'"
            )
            .await?,
            1
        );
        assert_eq!(
            household::note_entry(&here, id, None).await.err(),
            Some(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_is_known_already_is_not_noted_twice() {
    on_both(|t| async move {
        furnished(&t).await?;
        let cx = resident(&t).await?;
        // Of that name in the household.
        household::name_one(&cx, &named("王小明", "2015", "")).await?;
        let home_ = home(&t.cx, "王芳").await?;
        let id = household::page(&t.cx, home_).await?.entries[0].id;
        let twice = household::note_entry(&t.cx, id, None).await;
        assert!(matches!(twice, Err(AppError::Conflict(_))), "{twice:?}");
        let wordless = household::refuse_entry(&t.cx, id, " ").await;
        assert_eq!(wordless.unwrap_err().for_field("words").count(), 1);
        let news = "select count(*) from job where kind = 'accounts.news'";
        let before = count(&t.cx, news).await?;
        household::refuse_entry(&t.cx, id, "已经登记过了").await?;
        assert_eq!(count(&t.cx, news).await?, before + 1, "who wrote it is told");
        assert!(household::page(&t.cx, home_).await?.entries.is_empty());
        let told = mine::page(&cx).await?.ok_or("no household")?.entries;
        assert_eq!(told[0].refused.as_deref(), Some("已经登记过了"));
        household::take_back(&cx, id).await?;
        assert!(mine::page(&cx).await?.ok_or("no household")?.entries.is_empty());

        // Of that name and number elsewhere: the worker says whether it is the same one.
        household::name_one(&cx, &named("李国强", "1940", "13812340002")).await?;
        let id = household::page(&t.cx, home_).await?.entries[0].id;
        let unsaid = household::note_entry(&t.cx, id, None).await;
        assert_eq!(unsaid.unwrap_err().for_field("elsewhere").count(), 1);
        household::note_entry(&t.cx, id, Some(Elsewhere::Move)).await?;
        assert_eq!(home(&t.cx, "李国强").await?, home_);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_waits_has_its_limit_and_goes_with_the_account() {
    on_both(|t| async move {
        furnished(&t).await?;
        let cx = resident(&t).await?;
        for n in 0..MOST_ENTRIES {
            let year = (1950 + n).to_string();
            household::name_one(&cx, &named("王大明", &year, "")).await?;
        }
        let more = household::name_one(&cx, &named("王大明", "1990", "")).await;
        assert!(matches!(more, Err(AppError::Conflict(_))), "{more:?}");
        let home_ = home(&t.cx, "王芳").await?;
        let id = household::page(&t.cx, home_).await?.entries[0].id;
        household::refuse_entry(&t.cx, id, "没有这个人").await?;
        household::name_one(&cx, &named("王大明", "1990", "")).await?;
        t.clock.advance(91 * Timestamp::DAY);
        follow::sweep(&t.cx).await?;
        let left = "select count(*) from household_entry";
        assert_eq!(
            count(&t.cx, left).await?,
            i64::try_from(MOST_ENTRIES)?,
            "what was refused long ago is gone"
        );
        let id = person(&t.cx, "王芳").await?;
        let mut tx = t.cx.write().await?;
        household::forget_entries(&mut tx, id).await?;
        tx.commit().await?;
        assert_eq!(count(&t.cx, left).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_was_looked_at_is_told_if_they_have_an_account() {
    on_both(|t| async move {
        furnished(&t).await?;
        let cx = resident(&t).await?;
        let news = "select count(*) from job where kind = 'accounts.news'";
        let before = count(&t.cx, news).await?;
        let looker = worker(&t, 1, Role::GridWorker, GRID).await?;
        let looking = with(&t, &looker, Permission::Unmask)?;
        let stranger = person(&t.cx, "李国强").await?;
        unmask::unmask(&looking, stranger, UnmaskReason::Visit, "").await?;
        assert_eq!(count(&t.cx, news).await?, before, "nobody to tell");
        let id = person(&t.cx, "王芳").await?;
        unmask::unmask(&looking, id, UnmaskReason::Visit, "").await?;
        assert_eq!(count(&t.cx, news).await?, before + 1);
        assert_eq!(mine::page(&cx).await?.ok_or("no household")?.looks.len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_was_registered_as_a_child_takes_the_record_over() {
    on_both(|t| async move {
        furnished(&t).await?;
        let guardian = resident(&t).await?;
        let born = day("2012-12-03");
        let kid = child::add(&guardian, "王晓明", born, true).await?;
        let mut tx = t.cx.read().await?;
        let residency: shared::RecordId = db::on!(tx, |c| sqlx::query_scalar(
            "select id from residency where user_id = $1"
        )
        .bind(kid)
        .fetch_one(c)
        .await)?;
        drop(tx);
        let worker_ = worker(&t, 1, Role::GridWorker, GRID).await?;
        residency::confirm(&with(&t, &worker_, Permission::ResidentConfirm)?, residency).await?;
        follow_all(&t).await?;
        let id = person(&t.cx, "王晓明").await?;
        assert_eq!(linked(&t, kid).await?, Some(id));

        t.clock.advance(11 * Timestamp::DAY);
        let mut tx = t.cx.write().await?;
        child::end_grown(&mut tx).await?;
        tx.commit().await?;
        let grown = register(&t, "王晓明", "13900000905", "3幢2单元501室").await?;
        follow_all(&t).await?;
        assert_eq!(linked(&t, grown).await?, Some(id));
        assert_eq!(linked(&t, kid).await?, None);
        assert_eq!(
            count(&t.cx, "select count(*) from person where name = '王晓明'").await?,
            1
        );
        Ok(())
    })
    .await;
}
