//! Meetings about what comes again (联席会): what is worth one, what was promised, who sees what.

use db::{on, test::on_both};
use shared::{AppError, Permission, Role, Timestamp};

use super::{COMMUNITY, GRID, form, place, running, sees, send, signed_in, somebody, with};
use crate::{
    model::{JointForm, PromiseForm, PromiseState},
    server::joint,
};

fn meeting(matters: &[String]) -> JointForm {
    JointForm {
        title: "3 幢停车".into(),
        on: "2026-11-20".into(),
        place: "社区会议室".into(),
        words: "同意划线，先划三个车位。".into(),
        matters: matters.join("\n"),
        present: vec!["王书记".into(), String::new(), "李经理".into(), "赵代表".into()],
        promises: vec!["划出三个车位".into(), "劝大家按线停".into()],
        parties: vec!["property".into(), "residents".into()],
        names: vec!["李经理".into(), "赵代表".into()],
        tos: vec![format!("{COMMUNITY}:property"), String::new()],
        dues: vec!["2026-12-15".into(), "2026-12-20".into()],
    }
}

#[tokio::test]
async fn what_comes_again_is_met_about_and_what_was_promised_is_followed_up() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let property = somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let mut sent = Vec::new();
        for n in 0..3 {
            sent.push(
                send(
                    &t,
                    &p.resident,
                    &format!("device-key-{n}"),
                    &form("problem", "parking"),
                )
                .await?,
            );
        }
        send(&t, &p.resident, "device-key-8", &form("problem", "noise")).await?;
        let about = send(&t, &p.resident, "device-key-9", &form("complaint", "community")).await?;

        let handles = with(&t, &p.secretary, Permission::ReportHandle)?;
        let cx = with(&t, &p.secretary, Permission::ReportDispatch)?;
        let page = joint::list(&handles, "").await?;
        assert_eq!(page.recurring.len(), 1);
        let again = &page.recurring[0];
        assert_eq!(
            (again.place.code.as_str(), again.category.as_str(), again.count),
            (GRID, "parking", 3)
        );
        let begins = joint::form(&cx, GRID, "parking").await?;
        assert_eq!((begins.unit.code.as_str(), begins.matters.len()), (COMMUNITY, 3));
        let to = format!("{COMMUNITY}:property");
        assert!(begins.targets.iter().any(|target| target.value == to));

        let wrong = joint::save(&cx, COMMUNITY, &meeting(std::slice::from_ref(&about.number))).await;
        assert_eq!(
            wrong.map_err(|e| e.status()),
            Err(422),
            "a complaint about the community is not spoken of before it"
        );
        let code = joint::save(&cx, COMMUNITY, &meeting(&begins.matters)).await?;
        assert!(joint::list(&handles, "").await?.recurring.is_empty());
        assert_eq!(
            running(&t, COMMUNITY).await?,
            ["reports.promise", "reports.promise_follow"]
        );

        // Who promised sees the whole and says what came of their own.
        let own = signed_in(&t, &property)?;
        let page = joint::page(&own, &code).await?;
        assert!(page.whole && !page.keeps && page.matters.is_empty());
        let ends: Vec<bool> = page.promises.iter().map(|promise| promise.ends).collect();
        assert_eq!(ends, [true, false]);
        assert_eq!(page.promises[0].what, "划出三个车位");
        assert_eq!(
            joint::end_promise(&own, &code, 2, "kept", "").await,
            Err(AppError::NotFound)
        );
        let silent = joint::end_promise(&own, &code, 1, "dropped", " ").await;
        assert_eq!(silent.map_err(|e| e.status()), Err(422));
        joint::end_promise(&own, &code, 1, "kept", "划好了。").await?;
        let again = joint::end_promise(&own, &code, 1, "kept", "").await;
        assert!(matches!(again, Err(AppError::Conflict(_))));
        assert_eq!(running(&t, COMMUNITY).await?, ["reports.promise_follow"]);
        t.clock.advance(40 * Timestamp::DAY);
        let row = joint::list(&handles, "").await?.rows.rows.remove(0);
        assert_eq!((row.matters, row.open, row.late), (3, 1, 1));
        let page = joint::page(&with(&t, &p.staff, Permission::ReportHandle)?, &code).await?;
        assert_eq!(page.promises[0].state, PromiseState::Kept);
        assert_eq!(page.promises[0].result, "划好了。");
        assert!(page.promises[1].late && page.promises[1].ends && page.matters.len() == 3);

        let sealed: Vec<String> = {
            let mut tx = t.cx.read().await?;
            on!(tx, |c| sqlx::query_scalar(
                "select told from report_joint union all select told from report_promise"
            )
            .fetch_all(c)
            .await)?
        };
        assert!(sealed.iter().all(|told| told.starts_with("v1.")), "sealed");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_meeting_is_kept_where_it_was_held_and_everybody_reads_what_was_published() {
    on_both(|t| async move {
        let p = place(&t).await?;
        somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "parking")).await?;
        let cx = with(&t, &p.secretary, Permission::ReportDispatch)?;
        let elsewhere = with(&t, &p.elsewhere, Permission::ReportDispatch)?;
        assert_eq!(
            joint::save(&elsewhere, COMMUNITY, &meeting(&[])).await,
            Err(AppError::NotFound)
        );
        let nowhere = JointForm {
            tos: vec![format!("{COMMUNITY}:mediation")],
            ..meeting(&[])
        };
        let Err(AppError::Invalid(errors)) = joint::save(&cx, COMMUNITY, &nowhere).await else {
            return Err("it was taken".into());
        };
        assert_eq!(errors[0].field, "tos[0]");
        let code = joint::save(&cx, COMMUNITY, &meeting(std::slice::from_ref(&matter.number))).await?;
        let public = t.request(None).public();
        let hidden = joint::page(&public, &code).await.map_err(|e| e.status());
        assert_eq!(hidden.map(|_| ()), Err(404));
        assert_eq!(
            joint::publish(&elsewhere, &code, "公开", "").await,
            Err(AppError::NotFound)
        );
        assert_eq!(sees(&t, &p.staff, &matter).await?.joints.len(), 1);
        assert!(sees(&t, &p.resident, &matter).await?.joints.is_empty());
        let door = joint::publish(&cx, &code, "3 幢 501 室门口划出车位。", "").await;
        assert!(door.is_err(), "a door is pointed out first");
        joint::publish(&cx, &code, "3 幢划出三个车位。", "").await?;
        let page = joint::page(&public, &code).await?;
        assert_eq!(page.published.as_deref(), Some("3 幢划出三个车位。"));
        assert!(!page.whole && page.words.is_empty() && page.present.is_empty());
        assert!(page.promises.is_empty() && page.matters.is_empty() && page.targets.is_empty());
        let told = serde_json::to_string(&page)?;
        assert!(!told.contains("李经理") && !told.contains("赵代表"), "{told}");
        let seen = joint::page(&signed_in(&t, &p.resident)?, &code).await?;
        assert_eq!(seen.matters.len(), 1, "one's own opens");
        assert_eq!(sees(&t, &p.resident, &matter).await?.joints.len(), 1);

        let more = PromiseForm {
            what: "巡查",
            party: "community",
            due: "2026-12-31",
            ..PromiseForm::default()
        };
        joint::promise(&cx, &code, &more).await?;
        joint::attach(&cx, &code, &matter.number, true).await?;
        let page = joint::page(&cx, &code).await?;
        assert_eq!((page.promises.len(), page.promises[2].number), (3, 3));
        assert!(page.matters.is_empty());
        joint::publish(&cx, &code, " ", "").await?;
        assert!(joint::page(&public, &code).await.is_err());
        Ok(())
    })
    .await;
}
