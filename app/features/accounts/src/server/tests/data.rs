//! Export, correction and erasure of one's data.

use std::io::{Cursor, Read as _};

use db::{
    EngineSql, on,
    test::on_both,
    upload::{self, Accept},
};
use futures::TryStreamExt;
use shared::{AppError, RecordId, Role, Timestamp};
use zip::ZipArchive;

use super::*;
use crate::{
    model::{Basis, DataKind, Ground, UnmaskReason},
    server::{account, basis, erasure, export, jobs, my_data, residency},
};

async fn resident(t: &TestDb, n: u32) -> Outcome<Actor> {
    let user = person(t, n).await?;
    let actor = enter(t, user).await?;
    residency::declare_mine(&own(t, &actor), node(t, GRID).await?, "3 幢 2 单元 501 室").await?;
    Ok(actor)
}

async fn exported(cx: &Cx) -> Outcome<Vec<u8>> {
    let later = export::Holding::new("later.json", "别处的", |cx| async move {
        Ok(serde_json::json!({ "of": cx.user()? }))
    })
    .resting_on(Ground::new("别处的", "做别处的事", Basis::Duty, "2"));
    let archive = export::archive(cx, &[later]).await?;
    let pieces: Vec<Vec<u8>> = archive.stream().try_collect().await?;
    Ok(pieces.concat())
}

#[tokio::test]
async fn a_file_that_the_store_has_lost_is_told_and_the_rest_is_there() {
    on_both(|t| async move {
        places(&t).await?;
        let me = resident(&t, 1).await?;
        let cx = own(&t, &me);
        let lost = upload::receive(
            &cx,
            "丢了.pdf",
            b"%PDF-1.7\n".to_vec(),
            Accept::ImagesAndDocuments,
        )
        .await?;
        upload::erase(&t.cx, &serde_json::json!({ "object": lost.object })).await?;
        let mut zip = ZipArchive::new(Cursor::new(exported(&cx).await?))?;
        let told: serde_json::Value = serde_json::from_reader(zip.by_name("files.json")?)?;
        assert_eq!(
            (told[0]["name"].as_str(), told[0]["path"].is_null()),
            (Some("丢了.pdf"), true)
        );
        assert!(zip.by_name("account.json").is_ok());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_export_holds_everything_in_readable_form() {
    on_both(|t| async move {
        places(&t).await?;
        let me = resident(&t, 1).await?;
        let other = resident(&t, 2).await?;
        let pdf = |text: &str| format!("%PDF-1.7\n{text}").into_bytes();
        for (actor, name, text) in [
            (&me, "房产证.pdf", "一"),
            (&me, "房产证.pdf", "二"),
            (&other, "别人的.pdf", "三"),
        ] {
            upload::receive(&own(&t, actor), name, pdf(text), Accept::ImagesAndDocuments).await?;
        }
        let mut zip = ZipArchive::new(Cursor::new(exported(&own(&t, &me)).await?))?;
        assert_eq!(
            zip.file_names()
                .filter(|name| name.as_ref().is_ok_and(|name| name.starts_with("files/")))
                .count(),
            2
        );
        let mut read = |name: &str| -> Outcome<String> {
            let mut text = String::new();
            zip.by_name(name)?.read_to_string(&mut text)?;
            Ok(text)
        };
        let account: serde_json::Value = serde_json::from_str(&read("account.json")?)?;
        assert_eq!(
            (account["name"].as_str(), account["phone"].as_str()),
            (Some("李明"), Some(phone(1).as_str()))
        );
        assert!(
            read("later.json")?.contains(&me.user.to_string()),
            "what later pillars hold"
        );
        assert!(read("说明.txt")?.contains("later.json"));
        assert!(read("residency.json")?.contains("3 幢 2 单元 501 室"));
        let basis = read("basis.json")?;
        assert!(basis.contains("发现冒用"));
        assert!(basis.contains("做别处的事"), "what later pillars hold it for");
        assert_eq!(read("files/001-房产证.pdf")?, "%PDF-1.7\n一");
        assert_eq!(read("files/002-房产证.pdf")?, "%PDF-1.7\n二");
        assert!(!read("files.json")?.contains("别人的"));
        for name in [
            "roles.json",
            "devices.json",
            "relatives.json",
            "guardians.json",
            "looks.json",
            "delegations.json",
            "说明.txt",
        ] {
            assert!(!read(name)?.is_empty(), "{name}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn erasure_waits_is_cancelled_and_then_happens() {
    on_both(|t| async move {
        places(&t).await?;
        let me = resident(&t, 1).await?;
        let worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        let mut tx = t.cx.read().await?;
        let home = residency::of_user(&mut tx, &t.cx, me.user).await?.ok_or("no home")?;
        drop(tx);
        residency::unmask(&with(&t, &worker, Permission::Unmask)?, home.id, UnmaskReason::Other, "他姓李").await?;

        erasure::request(&own(&t, &me)).await?;
        assert_eq!(erasure::request(&own(&t, &me)).await.unwrap_err().status(), 409, "once");
        erasure::cancel(&own(&t, &me)).await?;
        assert_eq!(erasure::cancel(&own(&t, &me)).await.unwrap_err(), AppError::NotFound);
        erasure::request(&own(&t, &me)).await?;
        let mut tx = t.cx.read().await?;
        let ids: Vec<RecordId> = on!(tx, |c| sqlx::query_scalar("select id from erasure_request order by requested_at, id").fetch_all(c).await)?;
        drop(tx);
        for id in &ids {
            assert!(!erasure::run(&t.cx, *id).await?, "the first was cancelled, the second has to wait");
        }
        t.clock.advance(erasure::COOLING_OFF + 1);
        assert!(!erasure::run(&t.cx, ids[0]).await?, "a cancelled request stays cancelled");
        assert!(erasure::run(&t.cx, ids[1]).await?);
        assert!(!erasure::run(&t.cx, ids[1]).await?, "twice does nothing more");

        let mut tx = t.cx.read().await?;
        assert!(account::by_phone(&mut tx, t.cx.keys(), &phone(1)).await?.is_none());
        let (name, door): (String, String) = on!(tx, |c| sqlx::query_as(
            "select u.shown_name, x.door from user_account u join residency x on x.user_id = u.id where u.id = $1"
        ).bind(me.user).fetch_one(c).await)?;
        assert_eq!(name, "已注销");
        assert_eq!(t.cx.keys().open_for(db::crypt::Field::Address, home.id, &door)?, "已删除");
        let left: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from session where user_id = $1").bind(me.user).fetch_one(c).await)?;
        let words: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from audit_words").fetch_one(c).await)?;
        let kept: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from audit_entry where record_id = $1").bind(me.user).fetch_one(c).await)?;
        assert_eq!((left, words), (0, 0));
        assert!(kept > 0, "the law keeps the log");
        drop(tx);
        person(&t, 1).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_was_handed_in_goes_or_loses_its_sender() {
    on_both(|t| async move {
        let (me, other) = (person(&t, 1).await?, person(&t, 2).await?);
        let (me, other) = (enter(&t, me).await?, enter(&t, other).await?);
        let mut sent = Vec::new();
        for (actor, name) in [
            (&me, "草稿.pdf"),
            (&me, "李明的房产证.pdf"),
            (&other, "别人的.pdf"),
        ] {
            let body = format!("%PDF-1.7\n{name}").into_bytes();
            sent.push(upload::receive(&own(&t, actor), name, body, Accept::ImagesAndDocuments).await?);
        }
        let record: RecordId = t.cx.id();
        let mut tx = own(&t, &me).write().await?;
        upload::claim(&mut tx, sent[1].id, "matter", record).await?;
        tx.commit().await?;

        erasure::request(&own(&t, &me)).await?;
        t.clock.advance(erasure::COOLING_OFF + 1);
        let mut tx = t.cx.read().await?;
        let id: RecordId = on!(tx, |c| sqlx::query_scalar("select id from erasure_request")
            .fetch_one(c)
            .await)?;
        drop(tx);
        assert!(erasure::run(&t.cx, id).await?);

        let mut tx = t.cx.read().await?;
        assert!(upload::find(&mut tx, sent[0].id).await?.is_none());
        let objects: Vec<db::Json<serde_json::Value>> = on!(tx, |c| sqlx::query_scalar(
            "select payload from job where kind = $1"
        )
        .bind(upload::ERASE)
        .fetch_all(c)
        .await)?;
        assert_eq!(objects.len(), 1);
        assert_eq!(objects[0].0["object"], sent[0].object.as_str());
        let kept = upload::of_record(&mut tx, "matter", record).await?;
        assert_eq!(kept.len(), 1);
        assert_eq!((kept[0].owner_id, kept[0].name.as_str()), (None, "附件.pdf"));
        assert_eq!(upload::find(&mut tx, sent[2].id).await?.as_ref(), Some(&sent[2]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_look_at_the_record_of_a_later_pillar_is_told_once_with_its_role() {
    on_both(|t| async move {
        places(&t).await?;
        let me = resident(&t, 1).await?;
        let worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        let record: RecordId = t.cx.id();
        let mut tx = with(&t, &worker, Permission::Unmask)?.write().await?;
        for (action, kind) in [
            ("people.person.unmask", "person"),
            ("people.person.register", "household"),
        ] {
            let entry = db::Audit::new(action, kind, record.0)
                .about(me.user)
                .because("visit", Some("送药"));
            tx.audit(entry).await?;
        }
        tx.commit().await?;
        let looks = my_data::mine(&own(&t, &me)).await?.looks;
        assert_eq!(looks.len(), 1, "{looks:?}");
        assert_eq!(
            (
                looks[0].role.as_str(),
                looks[0].what.as_str(),
                looks[0].why.as_str()
            ),
            (
                "专职网格员",
                "看了您家登记里完整的姓名、手机号和身份证号",
                "上门走访：送药"
            )
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_holds_a_post_gives_it_up_first() {
    on_both(|t| async move {
        places(&t).await?;
        let worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        assert!(
            erasure::request(&own(&t, &worker))
                .await
                .unwrap_err()
                .message()
                .contains("专职网格员")
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn name_and_number_are_corrected() {
    on_both(|t| async move {
        let me = {
            let user = person(&t, 1).await?;
            enter(&t, user).await?
        };
        person(&t, 2).await?;
        let cx = own(&t, &me);
        my_data::rename(&cx, "李小明").await?;
        assert_eq!(my_data::me(&cx).await?.name, "李小明");
        let taken = my_data::ask_phone(&cx, &phone(2)).await?;
        let error = my_data::set_phone(&cx, taken, &code_to(&t, &phone(2)).await?)
            .await
            .unwrap_err();
        assert_eq!(error.status(), 409, "another's number");
        let id = my_data::ask_phone(&cx, &phone(3)).await?;
        let other = {
            let user = person(&t, 4).await?;
            enter(&t, user).await?
        };
        let code = code_to(&t, &phone(3)).await?;
        my_data::set_phone(&cx, id, &code).await?;
        assert!(my_data::set_phone(&own(&t, &other), id, &code).await.is_err());
        assert_eq!(service::user_by_phone(&t.cx, &phone(3)).await?, Some(me.user));
        assert_eq!(service::user_by_phone(&t.cx, &phone(1)).await?, None);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_sweep_forgets_old_sessions_codes_and_messages() {
    on_both(|t| async move {
        let user = person(&t, 1).await?;
        enter(&t, user).await?;
        crate::server::sign_in::request_code(&t.request(None).public(), &phone(1)).await?;
        t.clock.advance(400 * Timestamp::DAY);
        jobs::sweep(&t.cx).await?;
        let mut tx = t.cx.read().await?;
        let left: (i64, i64, i64) = on!(tx, |c| sqlx::query_as(
            "select (select count(*) from session), (select count(*) from sign_in_code), (select count(*) from message)"
        ).fetch_one(c).await)?;
        assert_eq!(left, (0, 0, 0));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_nobody_can_see_any_more_was_ended_and_no_other() {
    const ENDED: EngineSql = EngineSql {
        sqlite: include_str!("../../../../../../migrations/sqlite/0020_news_consent.sql"),
        postgres: include_str!("../../../../../../migrations/postgres/0020_news_consent.sql"),
    };
    const NEWS: &str = "insert into legal_basis (id, user_id, kind, basis, version, given_at) \
        values ($1, $2, 'news', 'consent', '2026-01', 1)";
    const LEFT: &str = "select kind, withdrawn_at is not null from legal_basis where user_id = $1 \
        and kind in ('news', 'relative') order by kind";
    on_both(|t| async move {
        let user = person(&t, 1).await?;
        let mut tx = t.cx.write().await?;
        let id: RecordId = tx.id();
        execute!(tx, NEWS, id, user)?;
        basis::give(&mut tx, user, DataKind::Relative, None).await?;
        let sql = tx.sql(ENDED);
        execute!(tx, sql)?;
        let left: Vec<(String, bool)> = on!(tx, |c| sqlx::query_as(LEFT).bind(user).fetch_all(c).await)?;
        assert_eq!(left, [("news".to_owned(), true), ("relative".to_owned(), false)]);
        Ok(())
    })
    .await;
}
