//! Who sees what: complaints about the community itself, partners, and that lists and pages agree.

use db::{on, test::on_both};
use shared::{AppError, Permission, Role};

use super::{
    COMMUNITY, GRID, STREET, everything, form, place, sees, send, signed_in, somebody, step, take, with,
};
use crate::{
    model::{ActForm, Action, Kind, State},
    server::list,
};

#[tokio::test]
async fn a_complaint_about_the_community_is_found_by_nobody_there() {
    on_both(|t| async move {
        let p = place(&t).await?;
        // Somebody at the street who also works at the community.
        let mut both = somebody(&t, Some((Role::TownAdmin, STREET))).await?;
        both.grants.extend(p.staff.grants.clone());
        let matter = send(&t, &p.resident, "device-key-1", &form("complaint", "community")).await?;
        let page = sees(&t, &p.town, &matter).await?;
        assert_eq!((page.held.role, page.held.unit.code.as_str()), (Role::TownAdmin, STREET));
        for who in [&p.worker, &p.staff, &p.secretary, &p.elsewhere, &both] {
            assert_eq!(sees(&t, who, &matter).await.map_err(|e| e.status()), Err(404));
        }
        for who in [&p.worker, &p.staff, &p.secretary] {
            let cx = with(&t, who, Permission::ReportHandle)?;
            assert!(list::work(&cx, &everything()).await?.rows.rows.is_empty());
        }
        let cx = with(&t, &p.town, Permission::ReportHandle)?;
        assert_eq!(list::work(&cx, &everything()).await?.rows.rows.len(), 1);
        // It cannot be given to them, either.
        take(&t, &p.town, &matter, &step(Action::Accept)).await?;
        let back = ActForm {
            to: format!("{COMMUNITY}:secretary"),
            ..step(Action::Dispatch)
        };
        let refused = take(&t, &p.town, &matter, &back).await.map_err(|e| e.status());
        assert_eq!(refused, Err(422));
        let mut tx = t.cx.read().await?;
        let heard: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from event where kind = 'reports.matter.changed' and topic like '%/320581001001/%'"
        )
        .fetch_one(c)
        .await)?;
        assert_eq!(heard, 0, "nobody there hears that there is anything");
        drop(tx);
        // Praise of the same category is theirs to read.
        let praise = send(&t, &p.resident, "device-key-2", &form("praise", "community")).await?;
        assert!(sees(&t, &p.secretary, &praise).await.is_ok());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_about_the_community_is_a_complaint_whatever_it_is_called() {
    on_both(|t| async move {
        let p = place(&t).await?;
        for kind in Kind::ALL {
            let key = format!("device-key-{}", kind.code());
            let matter = send(&t, &p.resident, &key, &form(kind.code(), "community")).await?;
            let open = matches!(kind, Kind::Praise | Kind::Question);
            assert_eq!(sees(&t, &p.secretary, &matter).await.is_ok(), open, "{kind:?}");
            let becomes = if open { *kind } else { Kind::Complaint };
            assert_eq!(sees(&t, &p.town, &matter).await?.kind, becomes);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_partner_has_the_matter_but_not_whose_it_is() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let property = somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "space")).await?;
        assert_eq!(
            sees(&t, &property, &matter).await.map_err(|e| e.status()),
            Err(404)
        );
        take(&t, &p.secretary, &matter, &step(Action::Accept)).await?;
        let page = sees(&t, &p.secretary, &matter).await?;
        let to = format!("{COMMUNITY}:property");
        assert!(
            page.targets.iter().any(|target| target.value == to),
            "{:?}",
            page.targets
        );
        let dispatch = ActForm {
            to,
            ..step(Action::Dispatch)
        };
        take(&t, &p.secretary, &matter, &dispatch).await?;
        let note = ActForm {
            words: "反映人住甲栋".into(),
            ..step(Action::Note)
        };
        take(&t, &p.secretary, &matter, &note).await?;
        let page = sees(&t, &property, &matter).await?;
        assert_eq!(page.state, State::Dispatched);
        assert!(page.reporter.is_none() && !page.words.is_empty());
        assert!(page.steps.iter().all(|step| step.action != Action::Note));
        let told = serde_json::to_string(&page)?;
        assert!(!told.contains("甲栋") && !told.contains("赵"), "{told}");
        let reporter = sees(&t, &p.secretary, &matter).await?.reporter.ok_or("nobody")?;
        assert_eq!(reporter.name, "赵**");
        assert_eq!(reporter.door.as_deref(), Some("甲栋乙室"));
        let held = list::mine(&signed_in(&t, &property)?, "").await?.held;
        assert_eq!(held.len(), 1);
        assert!(matches!(
            with(&t, &property, Permission::ReportHandle),
            Err(AppError::Forbidden)
        ));
        take(&t, &property, &matter, &step(Action::Begin)).await?;
        take(&t, &property, &matter, &step(Action::Answer)).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_a_list_shows_opens_and_what_it_does_not_show_does_not() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let mut sent = Vec::new();
        for (n, (kind, category)) in [
            ("problem", "noise"),
            ("complaint", "community"),
            ("complaint", "parking"),
        ]
        .into_iter()
        .enumerate()
        {
            sent.push(send(&t, &p.resident, &format!("device-key-{n}"), &form(kind, category)).await?);
        }
        for who in [&p.worker, &p.staff, &p.secretary, &p.town, &p.elsewhere] {
            let cx = with(&t, who, Permission::ReportHandle)?;
            let listed = list::work(&cx, &everything()).await?.rows.rows;
            for matter in &sent {
                let shown = listed.iter().any(|row| row.code == matter.code);
                assert_eq!(sees(&t, who, matter).await.is_ok(), shown, "{:?}", who.grants);
            }
        }
        let cx = with(&t, &p.town, Permission::ReportHandle)?;
        let filter = crate::model::Filter {
            node: GRID.into(),
            kind: "complaint".into(),
            category: "parking".into(),
            ..crate::model::Filter::default()
        };
        assert_eq!(list::work(&cx, &filter).await?.rows.rows.len(), 1);
        Ok(())
    })
    .await;
}
