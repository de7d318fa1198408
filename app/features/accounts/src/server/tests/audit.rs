//! What the auditor reads of the log.

use db::{on, test::on_both};

use super::*;
use crate::{
    model::UnmaskReason,
    server::{audit, residency},
};

#[tokio::test]
async fn an_auditor_reads_words_and_device_and_finds_by_record() {
    const HOME: &str = "select id from residency where user_id = $1";
    on_both(|t| async move {
        places(&t).await?;
        let resident = person(&t, 1).await?;
        let me = enter(&t, resident).await?;
        residency::declare_mine(&own(&t, &me), node(&t, GRID).await?, "3 幢 501 室").await?;
        let looker = worker(&t, 2, Role::GridWorker, GRID).await?;
        let mut tx = t.cx.read().await?;
        let home: shared::RecordId = on!(tx, |c| sqlx::query_scalar(HOME).bind(resident).fetch_one(c).await)?;
        drop(tx);
        let cx = with(&t, &looker, Permission::Unmask)?;
        residency::unmask(&cx, home, UnmaskReason::Other, "他姓李").await?;

        let auditor = worker(&t, 3, Role::Auditor, "320581").await?;
        let cx = with(&t, &auditor, Permission::AuditRead)?;
        let deeds = audit::Deeds(&[crate::server::DEEDS]);
        let filter = audit::filter(&cx, "accounts.resident.unmask", "", "", "", "").await?;
        let rows = audit::list(&cx, deeds, &filter, None).await?.rows;
        let [row] = rows.as_slice() else {
            return Err("one look, one entry".into());
        };
        assert_eq!(
            (row.reason.as_str(), row.words.as_deref(), row.device),
            (UnmaskReason::Other.label(), Some("他姓李"), Some(looker.device))
        );

        assert_eq!(row.called.as_deref(), Some("查看完整的登记信息"));
        let bare = audit::list(&cx, audit::Deeds::default(), &filter, None)
            .await?
            .rows;
        assert_eq!(
            (bare[0].called.as_deref(), bare[0].action.as_str()),
            (None, "accounts.resident.unmask")
        );

        let record = row.record.ok_or("on no record")?;
        let filter = audit::filter(&cx, "", "", &format!(" {record} "), "", "").await?;
        let about = audit::list(&cx, deeds, &filter, None).await?.rows;
        assert!(about.iter().any(|other| other.id == row.id));
        assert!(about.iter().all(|other| other.record == Some(record)));
        let everything = audit::filter(&cx, "", "", "", "", "").await?;
        assert!(about.len() < audit::list(&cx, deeds, &everything, None).await?.rows.len());
        let odd = audit::filter(&cx, "", "", "第三条", "", "").await.unwrap_err();
        assert_eq!(odd.for_field("record").count(), 1);

        // The words may be erased; the entry stays.
        let mut tx = t.cx.write().await?;
        execute!(tx, "delete from audit_words")?;
        tx.commit().await?;
        let left = audit::list(&cx, deeds, &filter, None).await?.rows;
        let left = left.iter().find(|other| other.id == row.id).ok_or("it is gone")?;
        assert_eq!(
            (left.words.as_deref(), left.reason.as_str()),
            (None, row.reason.as_str())
        );
        Ok(())
    })
    .await;
}
