//! The export of one's data, and who looked at it.

use std::io::{Cursor, Read as _};

use accounts::{model::UnmaskReason, server::looks};
use db::test::on_both;

use super::*;
use crate::{
    model::Care,
    server::{holding, household, mine, unmask},
};

async fn link(t: &TestDb, name: &str, phone: &str) -> Outcome<Actor> {
    let user = service::add_user(&t.cx, name, phone, None).await?;
    let id = person(&t.cx, name).await?;
    let mut tx = t.cx.write().await?;
    db::execute!(tx, "update person set user_id = $1 where id = $2", user, id)?;
    tx.commit().await?;
    enter(t, user).await
}

#[tokio::test]
async fn the_export_has_oneself_in_full_and_of_the_others_what_the_page_shows() {
    on_both(|t| async move {
        furnished(&t).await?;
        let (id, other) = (person(&t.cx, "王芳").await?, person(&t.cx, "王小明").await?);
        household::care(&t.cx, id, &[Care::Meal], true).await?;
        household::identify(&t.cx, id, "11010519491231002X", true).await?;
        household::care(&t.cx, other, &[Care::Visit], true).await?;
        household::identify(&t.cx, other, "320581201503020013", true).await?;
        let known = version(&t.cx, other).await?;
        household::correct(&t.cx, other, known, &form(false, "", "", "13812349999")).await?;
        let worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        let unmasking = with(&t, &worker, Permission::Unmask)?;
        unmask::unmask(&unmasking, id, UnmaskReason::Contact, "").await?;
        let actor = link(&t, "王芳", "13812340001").await?;
        let user = actor.user;
        unmask::unmask(&unmasking, id, UnmaskReason::Visit, "").await?;
        unmask::unmask(&unmasking, other, UnmaskReason::Emergency, "").await?;
        let cx = t.request(Some(actor)).signed_in()?;
        mine::report(&cx, "门牌写错了").await?;
        let editing = with(&t, &worker, Permission::PeopleEdit)?;
        let written = household::list_corrections(&editing, None, false, None)
            .await?
            .rows
            .rows;
        household::handle(&editing, written[0].correction.id, "已经改过来了").await?;

        let archive = accounts::server::export::archive(&cx, &[holding()]).await?;
        let body = axum::body::Body::from_stream(archive.stream());
        let bytes = axum::body::to_bytes(body, usize::MAX).await?;
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes.to_vec()))?;
        let mut text = String::new();
        zip.by_name("household.json")?.read_to_string(&mut text)?;
        let told: serde_json::Value = serde_json::from_str(&text)?;
        let me = &told["person"];
        assert_eq!(
            (
                me["name"].as_str(),
                me["phone"].as_str(),
                me["identity_number"].as_str(),
                me["care"][0].as_str()
            ),
            (
                Some("王芳"),
                Some("13812340001"),
                Some("11010519491231002X"),
                Some("助餐")
            )
        );
        assert_eq!(told["household"]["address"], "花园浜小区3幢2单元501室");
        assert_eq!(told["household"]["members"][1]["name"], "王**");
        assert_eq!(told["residences"].as_array().map(Vec::len), Some(1));
        assert_eq!(told["rooms"][0]["area"], "89.50 平方米");
        assert_eq!(told["standing"][0]["what"], "户代表");
        assert_eq!(told["consents"].as_array().map(Vec::len), Some(2));
        assert_eq!(told["corrections"][0]["words"], "门牌写错了");
        assert_eq!(told["corrections"][0]["answer"], "已经改过来了");
        for theirs in [
            "王小明",
            "13812349999",
            "320581201503020013",
            "上门看望",
            "\"紧急情况\"",
        ] {
            assert!(!text.contains(theirs), "{theirs}: {text}");
        }
        // Each look is in one of the two lists.
        assert_eq!(told["looks_before_account"].as_array().map(Vec::len), Some(1));
        assert_eq!(told["looks_before_account"][0]["why"], "联系本人办事");
        let mut tx = t.cx.read().await?;
        let since = looks::of_user(&mut tx, user).await?;
        assert_eq!(since.len(), 1, "{since:?}");
        assert_eq!(
            (since[0].role.as_str(), since[0].why.as_str()),
            ("专职网格员", "上门走访")
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_lives_in_no_household_has_an_export_too() {
    on_both(|t| async move {
        furnished(&t).await?;
        let actor = link(&t, "张伟", "13812340003").await?;
        let today = t.cx.now().date();
        let mut tx = t.cx.write().await?;
        db::execute!(
            tx,
            "update residence set valid_to = $1, ended_by = 'moved' where person_id = (select id from person where user_id = $2)",
            today,
            actor.user
        )?;
        tx.commit().await?;
        let told = holding::gather(&t.request(Some(actor)).signed_in()?).await?;
        assert_eq!(told["person"]["phone"], "13812340003");
        assert!(told["household"].is_null());
        assert_eq!(told["residences"][0]["why_ended"], "搬走");

        let stranger = service::add_user(&t.cx, "外人", "13900000901", None).await?;
        let actor = enter(&t, stranger).await?;
        let told = holding::gather(&t.request(Some(actor)).signed_in()?).await?;
        assert!(told["person"].is_null());
        Ok(())
    })
    .await;
}
