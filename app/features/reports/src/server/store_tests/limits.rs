//! Shorter times to the answer that units set.

use db::{
    Json, on,
    test::{TestDb, on_both},
};
use shared::{Actor, AppError, Permission, Timestamp};
use tasks::model::Limit;

use super::{COMMUNITY, DISTRICT, ELSEWHERE, Outcome, STREET, form, place, sees, send, with};
use crate::{
    model::{LimitForm, NewReport, Sent},
    server::limit,
};

/// Hours from a report to its deadline.
async fn hours(t: &TestDb, staff: &Actor, matter: &Sent) -> Outcome<i64> {
    let page = sees(t, staff, matter).await?;
    let due = page.due.ok_or("no deadline")?.at;
    Ok((due.0 - page.at.0) / Timestamp::HOUR)
}

#[tokio::test]
async fn a_unit_shortens_what_comes_from_above_for_what_is_reported_from_then_on() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let urgent = |category: &str| NewReport {
            urgent: true,
            ..form("problem", category)
        };
        let limit = |category: &str, kind: &str, amount: &str| LimitForm {
            category: category.into(),
            kind: kind.into(),
            urgency: "urgent".into(),
            amount: amount.into(),
        };
        let before = send(&t, &p.resident, "device-key-0", &urgent("noise")).await?;
        assert_eq!(hours(&t, &p.staff, &before).await?, 24);

        let cx = with(&t, &p.town, Permission::ReportRules)?;
        limit::add(&cx, STREET, &limit("", "", "12")).await?;
        limit::add(&cx, COMMUNITY, &limit("noise", "problem", "6")).await?;
        let here = send(&t, &p.resident, "device-key-1", &urgent("noise")).await?;
        assert_eq!(hours(&t, &p.staff, &here).await?, 6);
        let other = send(&t, &p.resident, "device-key-2", &urgent("parking")).await?;
        assert_eq!(hours(&t, &p.staff, &other).await?, 12);
        let there = NewReport {
            node: ELSEWHERE.into(),
            ..urgent("noise")
        };
        let there = send(&t, &p.resident, "device-key-3", &there).await?;
        assert_eq!(hours(&t, &p.elsewhere, &there).await?, 12);
        assert_eq!(hours(&t, &p.staff, &before).await?, 24, "as it was promised");

        let longer = limit::add(&cx, COMMUNITY, &limit("", "", "13")).await;
        assert_eq!(
            longer.map_err(|e| e.status()),
            Err(422),
            "the street has a shorter one"
        );
        let unknown = limit::add(&cx, STREET, &limit("nothing", "", "3")).await;
        assert_eq!(unknown.map_err(|e| e.status()), Err(422));
        let above = limit::add(&cx, DISTRICT, &limit("", "", "3")).await;
        assert_eq!(above, Err(AppError::NotFound));

        let page = limit::page(&cx, COMMUNITY).await?;
        let units: Vec<&str> = page.rows.iter().map(|row| row.unit.code.as_str()).collect();
        assert_eq!(units, [STREET, COMMUNITY]);
        let id = page.rows[0].limit.id.to_string();
        assert_eq!(
            limit::remove(&cx, COMMUNITY, &id).await,
            Err(AppError::NotFound),
            "another unit's"
        );
        limit::remove(&cx, STREET, &id).await?;
        assert_eq!(limit::remove(&cx, STREET, &id).await, Err(AppError::NotFound));
        let after = send(&t, &p.resident, "device-key-4", &urgent("parking")).await?;
        assert_eq!(hours(&t, &p.staff, &after).await?, 24);
        assert_eq!(limit::page(&cx, COMMUNITY).await?.rows.len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whether_it_is_taken_is_said_no_later_than_it_is_answered() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let cx = with(&t, &p.town, Permission::ReportRules)?;
        let one_day = LimitForm {
            category: "noise".into(),
            urgency: "ordinary".into(),
            amount: "1".into(),
            ..LimitForm::default()
        };
        limit::add(&cx, STREET, &one_day).await?;
        let short = send(&t, &p.resident, "device-key-1", &form("problem", "noise")).await?;
        assert_eq!(
            times(&t, &short).await?,
            [Limit::WorkingDays(1), Limit::WorkingDays(1)]
        );
        let usual = send(&t, &p.resident, "device-key-2", &form("problem", "parking")).await?;
        assert_eq!(
            times(&t, &usual).await?,
            [Limit::WorkingDays(2), Limit::WorkingDays(7)]
        );
        Ok(())
    })
    .await;
}

/// How long there is until it is said whether a matter is taken, and until it is answered.
async fn times(t: &TestDb, matter: &Sent) -> Outcome<Vec<Limit>> {
    const TIMES: &str = "select t.time_limit from task t join matter m on m.id = t.subject_id where m.code = $1 \
        and t.kind in ('reports.first', 'reports.handle') and t.ended_at is null order by t.kind";
    let mut tx = t.cx.read().await?;
    let times: Vec<Json<Limit>> = on!(tx, |c| sqlx::query_scalar(TIMES)
        .bind(&matter.code)
        .fetch_all(c)
        .await)?;
    Ok(times.into_iter().map(|Json(limit)| limit).collect())
}
