//! The working hours of a unit: reading them with what is inherited, and changing its own.

use db::{Audit, Cx, Event, Json, NewJob, Tx, execute, on};
use orgs::{
    model::{Code, Node},
    server::service,
};
use shared::{AppError, Date, FieldErrors, NodeId, RecordId, Timestamp};

use super::{
    clocks::{self, Said},
    reckon,
};
use crate::model::{DayHours, HoursPage, OtherDay, WEEKDAYS, Week, WeekRow};

/// How far ahead hours may be set.
const AHEAD: i64 = 730;
/// Days with other hours that a page shows, into the past.
const SHOWN_BACK: i64 = 30;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 60;
/// Days with other hours that one unit may have.
const MOST_DAYS: i64 = 1_000;

const PUT_WEEK: &str = "insert into work_week (node_id, valid_from, week, updated_at, updated_by) values ($1, $2, $3, $4, $5) \
    on conflict (node_id, valid_from) do update set week = excluded.week, updated_at = excluded.updated_at, updated_by = excluded.updated_by";
const PUT_DAY: &str = "insert into work_day (node_id, day, hours, reason, updated_at, updated_by) values ($1, $2, $3, $4, $5, $6) \
    on conflict (node_id, day) do update set hours = excluded.hours, reason = excluded.reason, updated_at = excluded.updated_at, \
    updated_by = excluded.updated_by";
const COUNT_DAYS: &str = "select count(*) from work_day where node_id = $1";
const DROP_DAY: &str = "delete from work_day where node_id = $1 and day = $2";
const REASON: &str = "select reason from work_day where node_id = $1 and day = $2";

/// The page of a unit's hours.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or what the database answers.
pub async fn page(cx: &Cx, code: &Code) -> Result<HoursPage, AppError> {
    let mut tx = cx.read().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let said = clocks::said(&mut tx, node.id).await?;
    let clock = clocks::clock(&mut tx, node.id).await?;
    let (now, today) = (tx.now(), tx.now().date());
    let own = said
        .iter()
        .find(|said| said.node == node.id)
        .map(|said| said.hours.weeks.clone())
        .unwrap_or_default();
    let days = other_days(&mut tx, &said, node.id, today.plus_days(-SHOWN_BACK)).await?;
    Ok(HoursPage {
        code: node.code.to_string(),
        node_name: node.name,
        week: clock.hours().week(today).clone(),
        from_node: said
            .iter()
            .rev()
            .find(|said| {
                let latest = said.hours.weeks.range(..=today).next_back();
                latest.is_some_and(|(_, week)| week.is_some())
            })
            .map(|said| said.name.clone()),
        own: own
            .into_iter()
            .rev()
            .map(|(from, week)| WeekRow { from, week })
            .collect(),
        days,
        today,
        now,
        is_open: clock.is_open(now),
        next_opening: clock.next_opening(now).map(|moment| moment.at),
    })
}

/// The days with other hours since `from`, of the unit and of those above it where it says nothing itself.
async fn other_days(tx: &mut Tx, said: &[Said], own: NodeId, from: Date) -> Result<Vec<OtherDay>, AppError> {
    let mut days: Vec<OtherDay> = Vec::new();
    for unit in said.iter().rev() {
        for (date, hours) in unit.hours.days.range(from..) {
            if days.iter().any(|day| day.date == *date) {
                continue;
            }
            let reason: Option<String> = on!(tx, |c| sqlx::query_scalar(REASON)
                .bind(unit.node)
                .bind(date)
                .fetch_optional(c)
                .await)?;
            days.push(OtherDay {
                date: *date,
                hours: hours.clone(),
                reason: reason.unwrap_or_default(),
                node_name: unit.name.clone(),
                own: unit.node == own,
            });
        }
    }
    days.sort_by_key(|day| day.date);
    Ok(days)
}

/// Sets a unit's week from a date on; with `inherit` it has again what the unit above it has. `typed` are the hours of each
/// weekday, as they were typed.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field, or what the database answers.
pub async fn set_week(
    cx: &Cx,
    code: &Code,
    from: &str,
    typed: &[String; 7],
    inherit: bool,
) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let mut errors = FieldErrors::default();
    let from = ahead(&mut errors, "from", from, tx.now().date());
    let week = if inherit { None } else { week(&mut errors, typed) };
    errors.finish()?;
    let from = from.ok_or(AppError::NotFound)?;
    let (now, by) = (tx.now(), cx.who().user);
    execute!(tx, PUT_WEEK, node.id, from, week.map(Json), now, by)?;
    changed(&mut tx, &node, "tasks.hours.set").await?;
    tx.commit().await?;
    Ok(())
}

fn week(errors: &mut FieldErrors, typed: &[String; 7]) -> Option<Week> {
    let mut days: [DayHours; 7] = std::array::from_fn(|_| DayHours::CLOSED);
    let mut well = true;
    for (at, text) in typed.iter().enumerate() {
        match text.parse() {
            Ok(day) => days[at] = day,
            Err(error) => {
                well = false;
                errors.add(&format!("d{}", at + 1), format!("{}：{error}", WEEKDAYS[at]));
            }
        }
    }
    if !well {
        return None;
    }
    Week::new(days)
        .map_err(|error| errors.add("d1", error.to_string()))
        .ok()
}

/// A date from today on, as a form sends it.
fn ahead(errors: &mut FieldErrors, field: &str, text: &str, today: Date) -> Option<Date> {
    let date = text.trim().parse::<Date>().ok();
    let fits = date.filter(|date| *date >= today && *date <= today.plus_days(AHEAD));
    errors.check(fits.is_some(), field, "请选今天或以后的日期，最远两年。");
    fits
}

/// Sets other hours for one day.
///
/// # Errors
/// As [`set_week`].
pub async fn set_day(cx: &Cx, code: &Code, date: &str, hours: &str, reason: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let mut errors = FieldErrors::default();
    let date = ahead(&mut errors, "date", date, tx.now().date());
    let hours: Option<DayHours> = hours
        .parse()
        .map_err(|error: crate::model::NoHours| errors.add("hours", error.to_string()))
        .ok();
    let reason = reason.trim();
    let proper = !reason.is_empty()
        && reason.chars().count() <= LONGEST_REASON
        && !reason.chars().any(char::is_control);
    errors.check(proper, "reason", "请写清原因，例如“台风停止办公”，60 个字以内。");
    let held: i64 = on!(tx, |c| sqlx::query_scalar(COUNT_DAYS)
        .bind(node.id)
        .fetch_one(c)
        .await)?;
    errors.check(
        held < MOST_DAYS,
        "date",
        "单独安排的日子太多了，请先删掉用不着的。",
    );
    errors.finish()?;
    let (Some(date), Some(hours)) = (date, hours) else {
        return Err(AppError::NotFound);
    };
    let (now, by) = (tx.now(), cx.who().user);
    execute!(tx, PUT_DAY, node.id, date, hours.to_string(), reason, now, by)?;
    changed(&mut tx, &node, "tasks.hours.set_day").await?;
    tx.commit().await?;
    Ok(())
}

/// Takes back a day's own hours.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or if there are none, [`AppError::Conflict`] for a day that has passed.
pub async fn drop_day(cx: &Cx, code: &Code, date: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let date: Date = date.trim().parse().map_err(|_| AppError::NotFound)?;
    if date < tx.now().date() {
        return Err(AppError::Conflict(
            "已经过去的日子不能改：算好的期限要以它为据。".into(),
        ));
    }
    if execute!(tx, DROP_DAY, node.id, date)? == 0 {
        return Err(AppError::NotFound);
    }
    changed(&mut tx, &node, "tasks.hours.drop_day").await?;
    tx.commit().await?;
    Ok(())
}

/// Has the deadlines below the unit follow.
async fn changed(tx: &mut Tx, node: &Node, action: &'static str) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "node", node.id.0).at(&node.path))
        .await?;
    tx.publish(Event {
        topic: format!("path/{}", node.path),
        kind: "tasks.hours.changed",
        subject: Some(RecordId(node.id.0)),
        data: serde_json::json!({ "code": node.code }),
    })
    .await?;
    let due: Timestamp = tx.now();
    tx.enqueue(NewJob {
        kind: reckon::JOB,
        payload: serde_json::json!({ "path": node.path }),
        due,
        key: Some(node.path.clone()),
    })
    .await?;
    Ok(())
}
