//! What residents write reaches those who work there, and is told back.

use db::test::on_both;
use shared::{Acting, AppError, mask};

use super::*;
use crate::server::{household, mine};

async fn resident(t: &TestDb, name: &str, phone: &str) -> Outcome<Cx> {
    let user = service::add_user(&t.cx, name, phone, None).await?;
    let id = person(&t.cx, name).await?;
    let mut tx = t.cx.write().await?;
    db::execute!(tx, "update person set user_id = $1 where id = $2", user, id)?;
    tx.commit().await?;
    Ok(t.request(Some(enter(t, user).await?)).signed_in()?)
}

#[tokio::test]
async fn what_a_resident_writes_is_listed_counted_handled_and_told() {
    on_both(|t| async move {
        furnished(&t).await?;
        let writer = resident(&t, "王芳", "13812340001").await?;
        mine::report(&writer, "王小明去年搬走了").await?;
        t.clock.advance(shared::Timestamp::HOUR);
        mine::report(&writer, "门牌写错了").await?;
        let here = worker(&t, 1, Role::GridWorker, GRID).await?;
        let there = worker(&t, 2, Role::GridWorker, NEXT_GRID).await?;
        let (here, there) = (
            with(&t, &here, Permission::PeopleView)?,
            with(&t, &there, Permission::PeopleView)?,
        );
        assert_eq!(household::corrections_waiting(&here).await?, 2);
        assert_eq!(household::corrections_waiting(&there).await?, 0);
        assert!(
            household::list_corrections(&there, None, false, None)
                .await?
                .rows
                .rows
                .is_empty()
        );
        let outside = household::list_corrections(&there, Some(&code(OTHER_GRID)), false, None).await;
        assert_eq!(outside.err(), Some(AppError::NotFound));
        let list = household::list_corrections(&here, None, false, None).await?;
        let words: Vec<&str> = list
            .rows
            .rows
            .iter()
            .map(|row| row.correction.words.as_str())
            .collect();
        assert_eq!(words, ["王小明去年搬走了", "门牌写错了"], "the oldest first");
        let first = &list.rows.rows[0];
        assert_eq!(
            (first.writer.as_deref(), first.address.as_str()),
            (Some("王*"), "花园浜小区3幢2单元501室")
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from household_correction where words like '%门牌%'"
            )
            .await?,
            0
        );

        let id = first.correction.id;
        let refused = household::handle(&there, id, "").await;
        assert_eq!(refused.err(), Some(AppError::NotFound));
        let long = "好".repeat(201);
        let refused = household::handle(&here, id, &long).await;
        assert_eq!(refused.unwrap_err().for_field("answer").count(), 1);
        assert!(first.correction.by_resident);
        let (_, told) = household::handle(&here, id, "已经改过来了").await?;
        assert!(told);
        assert_eq!(household::corrections_waiting(&here).await?, 1);
        let handled = household::list_corrections(&here, None, true, None).await?;
        assert_eq!(handled.rows.rows.len(), 1);
        let row = &handled.rows.rows[0];
        assert_eq!(row.correction.answer.as_deref(), Some("已经改过来了"));
        assert!(row.handler.is_some() && row.correction.handled_at.is_some());

        let told = mine::page(&writer).await?.ok_or("no household")?.written;
        assert_eq!((told.len(), told[1].answer.as_deref()), (2, Some("已经改过来了")));
        assert_eq!(
            count(&t.cx, "select count(*) from job where kind = 'accounts.news'").await?,
            1,
            "the writer is told, and only of that"
        );
        t.clock.advance(shared::Timestamp::DAY * 91);
        let told = mine::page(&writer).await?.ok_or("no household")?.written;
        assert_eq!(told.len(), 1, "what was handled long ago is gone from the page");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_list_goes_on_from_page_to_page() {
    on_both(|t| async move {
        furnished(&t).await?;
        for n in 0..35 {
            // Ten wait at most for each household: they are handled between.
            let (name, phone) = [("王芳", "13812340001"), ("李国强", "13812340002")][n % 2];
            let writer = if n < 2 {
                resident(&t, name, phone).await?
            } else {
                writer_of(&t, name).await?
            };
            mine::report(&writer, &format!("第 {n} 条")).await?;
            t.clock.advance(shared::Timestamp::MINUTE);
            let list = household::list_corrections(&t.cx, None, false, None).await?;
            household::handle(&t.cx, list.rows.rows[0].correction.id, "").await?;
            t.clock.advance(shared::Timestamp::MINUTE);
        }
        let (mut after, mut seen) = (None::<shared::Cursor>, Vec::new());
        loop {
            let page = household::list_corrections(&t.cx, None, true, after.as_ref())
                .await?
                .rows;
            seen.extend(page.rows.into_iter().map(|row| row.correction.words));
            match page.next {
                Some(next) => after = Some(next.parse().map_err(|()| "a cursor")?),
                None => break,
            }
        }
        assert_eq!(seen.len(), 35);
        assert_eq!((seen[0].as_str(), seen[34].as_str()), ("第 34 条", "第 0 条"));
        Ok(())
    })
    .await;
}

async fn writer_of(t: &TestDb, name: &str) -> Outcome<Cx> {
    let id = person(&t.cx, name).await?;
    let mut tx = t.cx.read().await?;
    let user: shared::UserId = db::on!(tx, |c| sqlx::query_scalar(
        "select user_id from person where id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await)?;
    drop(tx);
    Ok(t.request(Some(enter(t, user).await?)).signed_in()?)
}

#[tokio::test]
async fn who_acts_for_a_resident_is_named_and_the_resident_is_not_said_to_have_done_it() {
    on_both(|t| async move {
        furnished(&t).await?;
        let own = resident(&t, "王芳", "13812340001").await?;
        let son = service::add_user(&t.cx, "王小明", "13900000904", None).await?;
        let mut actor = enter(&t, son).await?;
        actor.acting_for = Some(Acting {
            user: own.user()?,
            name: "王芳".into(),
        });
        let acting = t.request(Some(actor)).signed_in()?;
        let named = Some(mask::name("王小明"));

        mine::report(&acting, "门牌写错了").await?;
        t.clock.advance(shared::Timestamp::MINUTE);
        mine::report(&own, "王小明去年搬走了").await?;
        let list = household::list_corrections(&t.cx, None, false, None).await?;
        let acted: Vec<Option<String>> = list
            .rows
            .rows
            .into_iter()
            .map(|row| row.correction.acted)
            .collect();
        assert_eq!(acted, [named.clone(), None]);

        let today = t.cx.now().date();
        let form = crate::model::read_entry("王大明", "1948", "", "registered", "spouse", true, today)?;
        household::name_one(&acting, &form).await?;
        let page = mine::page(&own).await?.ok_or("no household")?;
        assert_eq!(page.entries[0].acted, named);
        assert_eq!(
            page.written.len(),
            2,
            "what was written for the resident is shown to them"
        );

        mine::confirm(&acting, page.version).await?;
        let page = mine::page(&own).await?.ok_or("no household")?;
        assert_eq!((page.confirmed_at.is_some(), &page.confirmed_by), (true, &named));
        let shown = household::page(&t.cx, home(&t.cx, "王芳").await?).await?;
        let member = shown.members.iter().find(|member| member.id == page.person);
        assert_eq!(member.ok_or("no member")?.confirmed_by, named);
        mine::confirm(&own, page.version).await?;
        let page = mine::page(&own).await?.ok_or("no household")?;
        assert_eq!((page.confirmed_at.is_some(), page.confirmed_by), (true, None));
        Ok(())
    })
    .await;
}
