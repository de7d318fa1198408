use futures::StreamExt;
use shared::{Actor, Grant, NodeId, Role, SessionId};

use super::*;
use crate::{
    Audit,
    audit::export::{Format, export},
    test::{TestDb, TestResult, on_both},
};

fn actor(t: &TestDb, role: Role, path: &str) -> Actor {
    Actor {
        user: t.cx.id(),
        name: "测试".into(),
        session: SessionId(uuid::Uuid::nil()),
        device: t.cx.id(),
        second_factor: true,
        grants: vec![Grant {
            role,
            node: NodeId(uuid::Uuid::nil()),
            code: String::new(),
            node_name: String::new(),
            path: path.into(),
            until: None,
            delegated: false,
        }],
        acting_for: None,
    }
}

async fn act(cx: &Cx, audit: Audit) -> TestResult {
    let mut tx = cx.write().await?;
    tx.audit(audit).await?;
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn an_auditor_finds_by_every_filter_inside_the_own_subtree() {
    on_both(|t| async move {
        let worker = actor(&t, Role::GridWorker, "32/3205/1/");
        let other = actor(&t, Role::GridWorker, "32/3206/1/");
        let record: RecordId = t.cx.id();
        let (worker_cx, other_cx) = (
            t.request(Some(worker.clone())).signed_in()?,
            t.request(Some(other)).signed_in()?,
        );
        act(&worker_cx, Audit::new("orgs.node.rename", "node", record.0)).await?;
        t.clock.advance(Timestamp::SECOND);
        act(&worker_cx, Audit::new("accounts.user.unmask", "user", None)).await?;
        act(&other_cx, Audit::new("orgs.node.rename", "node", None)).await?;
        act(
            &other_cx,
            Audit::new("orgs.node.rename", "node", None).at("32/3205/2/"),
        )
        .await?;
        act(&t.cx, Audit::new("core.setting.set", "setting", None)).await?;

        let auditor = actor(&t, Role::Auditor, "32/3205/");
        let cx = t.request(Some(auditor)).require(Permission::AuditRead)?;
        let count = async |filter: Filter| find(&cx, &filter, None).await.map(|p| p.rows.len());
        assert_eq!(count(Filter::default()).await?, 4, "one lies in another subtree");
        assert_eq!(
            count(Filter {
                user: Some(worker.user),
                ..Filter::default()
            })
            .await?,
            2
        );
        assert_eq!(
            count(Filter {
                record: Some(record),
                ..Filter::default()
            })
            .await?,
            1
        );
        assert_eq!(
            count(Filter {
                action: Some("orgs.".into()),
                ..Filter::default()
            })
            .await?,
            2
        );
        assert_eq!(
            count(Filter {
                action: Some("%".into()),
                ..Filter::default()
            })
            .await?,
            0
        );
        assert_eq!(
            count(Filter {
                from: Some(t.cx.now()),
                ..Filter::default()
            })
            .await?,
            3
        );
        assert_eq!(
            count(Filter {
                until: Some(t.cx.now()),
                ..Filter::default()
            })
            .await?,
            1
        );
        assert_eq!(
            find(&worker_cx, &Filter::default(), None).await,
            Err(AppError::Forbidden)
        );
        assert_eq!(
            find(&t.request(None).public(), &Filter::default(), None).await,
            Err(AppError::Unauthenticated)
        );
        assert_eq!(
            find(&cx, &Filter::default(), Some("garbage"))
                .await
                .map_err(|e| e.status()),
            Err(422)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn words_are_read_apart_and_by_auditors_only() {
    on_both(|t| async move {
        let thing = || Audit::new("test.thing.do", "thing", None);
        act(&t.cx, thing().because("other", Some("他姓李"))).await?;
        act(&t.cx, thing().because("other", None)).await?;
        let cx = t
            .request(Some(actor(&t, Role::Auditor, "32/")))
            .require(Permission::AuditRead)?;
        let page = find(&cx, &Filter::default(), None).await?;
        let found = words(&cx, &page.rows).await?;
        assert_eq!(
            (page.rows.len(), found.into_values().collect::<Vec<_>>()),
            (2, vec!["他姓李".to_owned()])
        );
        assert!(words(&cx, &[]).await?.is_empty());
        let worker = t.request(Some(actor(&t, Role::GridWorker, "32/"))).signed_in()?;
        assert_eq!(words(&worker, &page.rows).await, Err(AppError::Forbidden));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_without_gap() {
    on_both(|t| async move {
        for _ in 0..PAGE + 30 {
            act(&t.cx, Audit::new("test.thing.do", "thing", None)).await?;
        }
        let cx = t
            .request(Some(actor(&t, Role::Auditor, "32/")))
            .require(Permission::AuditRead)?;
        let first = find(&cx, &Filter::default(), None).await?;
        let second = find(&cx, &Filter::default(), first.next.as_deref()).await?;
        assert_eq!(
            (first.rows.len(), second.rows.len(), second.next),
            (PAGE, 30, None)
        );
        let ids: std::collections::BTreeSet<_> =
            first.rows.iter().chain(&second.rows).map(|e| e.id).collect();
        assert_eq!(ids.len(), PAGE + 30);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn everybody_sees_who_looked_at_their_own_data() {
    on_both(|t| async move {
        let resident = actor(&t, Role::Resident, "32/3205/1/");
        let worker = actor(&t, Role::GridWorker, "32/3205/1/");
        let (mine, theirs) = (
            t.request(Some(resident.clone())).signed_in()?,
            t.request(Some(worker.clone())).signed_in()?,
        );
        act(
            &theirs,
            Audit::new("accounts.user.unmask", "user", None).about(resident.user),
        )
        .await?;
        act(&theirs, Audit::new("accounts.user.view", "user", resident.user.0)).await?;
        act(&theirs, Audit::new("accounts.user.view", "user", worker.user.0)).await?;
        act(
            &mine,
            Audit::new("accounts.user.correct", "user", resident.user.0),
        )
        .await?;
        let seen = about_me(&mine, None).await?;
        assert_eq!(seen.rows.len(), 2);
        assert!(seen.rows.iter().all(|e| e.user_id == Some(worker.user)));
        assert_eq!(
            about_me(&t.request(None).public(), None).await,
            Err(AppError::Unauthenticated)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_export_has_everything_and_is_noted_itself() {
    on_both(|t| async move {
        for _ in 0..1203 {
            act(&t.cx, Audit::new("test.thing.do", "thing", None)).await?;
        }
        let auditor = t
            .request(Some(actor(&t, Role::Auditor, "32/")))
            .require(Permission::AuditExport)?;
        let chunks: Vec<_> = export(&auditor, Filter::default(), Format::Csv)
            .await?
            .collect()
            .await;
        let text = String::from_utf8(chunks.into_iter().collect::<Result<Vec<_>, _>>()?.concat())?;
        assert!(text.starts_with("\u{feff}序号,时间"));
        assert_eq!(text.lines().count(), 1 + 1203 + 1);
        assert!(text.contains("core.audit.export"));
        let chunks: Vec<_> = export(&auditor, Filter::default(), Format::JsonLines)
            .await?
            .collect()
            .await;
        let text = String::from_utf8(chunks.into_iter().collect::<Result<Vec<_>, _>>()?.concat())?;
        assert_eq!(
            text.lines()
                .map(serde_json::from_str::<Entry>)
                .collect::<Result<Vec<_>, _>>()?
                .len(),
            1205
        );
        let worker = t.request(Some(actor(&t, Role::GridWorker, "32/"))).signed_in()?;
        assert!(matches!(
            export(&worker, Filter::default(), Format::Csv).await.err(),
            Some(AppError::Forbidden)
        ));
        Ok(())
    })
    .await;
}
