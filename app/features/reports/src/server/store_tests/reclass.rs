//! A matter that is another thing than it was reported as: what follows from it, and what is found late to be about those who work there.

use db::{on, test::on_both};
use shared::{AppError, Permission, Role, Timestamp};

use super::{
    COMMUNITY, GRID, STREET, does, everything, form, place, running, sees, send, signed_in, somebody, step,
    take, with,
};
use crate::{
    model::{ActForm, Action, Filter, Kind, State, Urgency},
    server::{act, clock, figures, list, mediated, store},
};

fn classed(kind: &str, category: &str) -> ActForm {
    ActForm {
        kind: kind.into(),
        category: category.into(),
        ..step(Action::Reclass)
    }
}

#[tokio::test]
async fn what_nobody_could_name_is_named_and_its_time_is_reckoned_by_that() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "other")).await?;
        let own = take(&t, &p.worker, &matter, &classed("problem", "dispute")).await;
        assert_eq!(own, Err(AppError::Forbidden), "whoever has it does not");
        for (kind, category) in [("problem", "nothing"), ("problem", "other"), ("", "dispute")] {
            let refused = take(&t, &p.secretary, &matter, &classed(kind, category)).await;
            assert_eq!(refused.map_err(|e| e.status()), Err(422), "{kind}, {category}");
        }
        take(&t, &p.secretary, &matter, &classed("help", "dispute")).await?;
        let page = sees(&t, &p.secretary, &matter).await?;
        assert_eq!(
            (page.kind, page.urgency, page.state, page.title.as_str()),
            (
                Kind::Help,
                Some(Urgency::Complex),
                State::Reported,
                "邻里纠纷（花园浜第一网格）"
            )
        );
        let due = page.due.ok_or("no due")?.at;
        assert_eq!(due.date().to_string(), "2026-12-14", "15 working days");
        assert_eq!(running(&t, GRID).await?, ["reports.first", "reports.handle"]);
        let told = sees(&t, &p.resident, &matter).await?.steps;
        let told: Vec<&str> = told.iter().filter_map(|step| step.class.as_deref()).collect();
        assert_eq!(told, ["邻里纠纷 · 求助"]);
        let cx = with(&t, &p.secretary, Permission::ReportHandle)?;
        for (q, found) in [("纠纷", 1), ("说不清", 0)] {
            let filter = Filter {
                q: q.into(),
                ..everything()
            };
            assert_eq!(list::work(&cx, &filter).await?.rows.rows.len(), found, "{q}");
        }
        figures::gather(&t.cx).await?;
        let mut tx = t.cx.read().await?;
        let counted: String = on!(tx, |c| sqlx::query_scalar("select counted from matter_figure")
            .fetch_one(c)
            .await)?;
        assert!(
            counted.contains("category:dispute") && counted.contains("kind:help"),
            "{counted}"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn time_that_was_given_and_time_that_stood_still_are_kept() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        for action in [Action::Accept, Action::Begin, Action::AskTime] {
            does(&t, &p.worker, &matter, action).await?;
        }
        does(&t, &p.secretary, &matter, Action::GiveTime).await?;
        take(&t, &p.secretary, &matter, &classed("problem", "dispute")).await?;
        let due = sees(&t, &p.worker, &matter).await?.due.ok_or("no due")?.at;
        assert_eq!(due.date().to_string(), "2026-12-17", "15 working days, and 3");

        let other = send(&t, &p.resident, "device-key-2", &form("problem", "facility")).await?;
        does(&t, &p.worker, &other, Action::Accept).await?;
        does(&t, &p.secretary, &other, Action::Pause).await?;
        let refused = take(&t, &p.secretary, &other, &classed("problem", "dispute")).await;
        assert!(
            matches!(refused, Err(AppError::Conflict(_))),
            "while its clock stands"
        );
        t.clock.advance(7 * Timestamp::DAY);
        does(&t, &p.resident, &other, Action::Resume).await?;
        take(&t, &p.secretary, &other, &classed("problem", "dispute")).await?;
        let due = sees(&t, &p.worker, &other).await?.due.ok_or("no due")?.at;
        assert_eq!(due.date().to_string(), "2026-12-21", "a week later");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_found_late_to_be_about_the_community_goes_up_hidden_and_does_not_come_back() {
    const OPEN: &str = "select count(*) from task where ended_at is null and not narrow";
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("complaint", "other")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        does(&t, &p.secretary, &matter, Action::Publish).await?;
        assert!(sees(&t, &p.elsewhere, &matter).await?.published.is_some());
        let about = classed("problem", "community");
        take(&t, &p.secretary, &matter, &about).await?;
        let to = act::leads_to(&signed_in(&t, &p.secretary)?, &matter.code, &about).await?;
        assert_eq!(to, "/reports?done=reclass");
        for who in [&p.worker, &p.staff, &p.secretary, &p.elsewhere] {
            assert_eq!(sees(&t, who, &matter).await.map_err(|e| e.status()), Err(404));
        }
        for who in [&p.worker, &p.staff, &p.secretary] {
            let cx = with(&t, who, Permission::ReportHandle)?;
            assert!(list::work(&cx, &everything()).await?.rows.rows.is_empty());
        }
        let page = sees(&t, &p.town, &matter).await?;
        assert_eq!(
            (
                page.kind,
                page.state,
                page.held.role,
                page.held.unit.code.as_str()
            ),
            (Kind::Complaint, State::Accepted, Role::TownAdmin, STREET)
        );
        assert!(page.published.is_none());
        assert!(running(&t, GRID).await?.is_empty());
        assert_eq!(running(&t, STREET).await?, ["reports.handle"]);
        let mut tx = t.cx.read().await?;
        let open: i64 = on!(tx, |c| sqlx::query_scalar(OPEN).fetch_one(c).await)?;
        assert_eq!(open, 0, "their circle is narrow");
        drop(tx);
        assert_eq!(clock::escalate(&t.cx).await?, 0);

        take(&t, &p.town, &matter, &classed("praise", "community")).await?;
        assert_eq!(sees(&t, &p.town, &matter).await?.kind, Kind::Praise);
        let again = sees(&t, &p.secretary, &matter).await.map_err(|e| e.status());
        assert_eq!(again, Err(404), "its reporter was told that they do not see it");
        does(&t, &p.town, &matter, Action::Begin).await?;
        does(&t, &p.town, &matter, Action::Answer).await?;
        assert!(sees(&t, &p.resident, &matter).await?.own);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_others_have_parts_of_is_first_taken_from_them() {
    on_both(|t| async move {
        let p = place(&t).await?;
        somebody(&t, Some((Role::SocialOrg, COMMUNITY))).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("complaint", "other")).await?;
        does(&t, &p.worker, &matter, Action::Accept).await?;
        let involve = ActForm {
            to: format!("{COMMUNITY}:social_org"),
            ..step(Action::Involve)
        };
        take(&t, &p.secretary, &matter, &involve).await?;
        let about = classed("complaint", "community");
        let refused = take(&t, &p.secretary, &matter, &about).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        assert!(
            sees(&t, &p.secretary, &matter).await.is_ok(),
            "nothing of it happened"
        );
        let release = ActForm {
            part: "1".into(),
            ..step(Action::PartRelease)
        };
        take(&t, &p.secretary, &matter, &release).await?;
        take(&t, &p.secretary, &matter, &about).await?;
        assert!(sees(&t, &p.town, &matter).await.is_ok());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_went_to_mediation_becomes_no_complaint_about_those_who_know_it_from_there() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let about = classed("complaint", "community");
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "other")).await?;
        let mut tx = t.cx.write().await?;
        let id = store::id_of(&mut tx, &matter.code).await?.ok_or("no matter")?;
        mediated::mark(&mut tx, id).await?;
        tx.commit().await?;
        let refused = take(&t, &p.secretary, &matter, &about).await;
        let told = |words: &str| words.contains("人民调解") && words.contains("另外上报一件");
        assert!(
            matches!(&refused, Err(AppError::Conflict(words)) if told(words)),
            "{refused:?}"
        );
        let page = sees(&t, &p.secretary, &matter).await?;
        assert_eq!(page.kind, Kind::Problem, "nothing of it happened");
        for (kind, category) in [("praise", "community"), ("help", "dispute")] {
            take(&t, &p.secretary, &matter, &classed(kind, category)).await?;
        }

        // And the other way round.
        let other = send(&t, &p.resident, "device-key-2", &form("problem", "other")).await?;
        take(&t, &p.secretary, &other, &about).await?;
        let mut tx = t.cx.write().await?;
        let id = store::id_of(&mut tx, &other.code).await?.ok_or("no matter")?;
        let late = mediated::mark(&mut tx, id).await.map_err(|e| e.status());
        assert_eq!(late, Err(409));
        Ok(())
    })
    .await;
}
