//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so
//! that all of it works without script.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};
#[cfg(feature = "ssr")]
use shared::{Permission, RecordId};

use crate::model::{CalendarPage, CalendarPreview, HoursPage, TaskList, TaskPage, Today};
#[cfg(feature = "ssr")]
use crate::{
    model::{Counts, TaskId, View},
    server::{self, act, calendar, hours},
};

/// What is no id leads nowhere.
#[cfg(feature = "ssr")]
fn task_id(text: &str) -> Result<TaskId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[cfg(feature = "ssr")]
fn record_id(text: &str) -> Result<RecordId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[cfg(feature = "ssr")]
fn code(text: &str) -> Result<orgs::model::Code, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// One's own tasks, or those that one oversees.
#[server(prefix = "/api/v1", endpoint = "tasks/list", input = GetUrl, output = Json)]
pub async fn list(
    #[server(default)] view: String,
    #[server(default)] after: String,
) -> Result<TaskList, AppError> {
    let cx = db::access::signed_in().await?;
    server::list(&cx, View::from_code(&view), Some(&after)).await
}

/// What the home page says.
#[server(prefix = "/api/v1", endpoint = "tasks/today", input = GetUrl, output = Json)]
pub async fn my_today() -> Result<Today, AppError> {
    let cx = db::access::signed_in().await?;
    server::today(&cx).await
}

/// A task.
#[server(prefix = "/api/v1", endpoint = "tasks/task", input = GetUrl, output = Json)]
pub async fn task(id: String) -> Result<TaskPage, AppError> {
    let cx = db::access::signed_in().await?;
    server::task(&cx, task_id(&id)?).await
}

/// Says that it is done.
#[server(prefix = "/api/v1", endpoint = "tasks/finish", output = Json)]
pub async fn finish(id: String, #[server(default)] words: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    act::finish(&cx, task_id(&id)?, &words).await?;
    leptos_axum::redirect(&format!("/tasks/{id}?done=finished"));
    Ok(())
}

/// Stops its clock.
#[server(prefix = "/api/v1", endpoint = "tasks/pause", output = Json)]
pub async fn pause(id: String, #[server(default)] words: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::TaskOversee).await?;
    act::pause(&cx, task_id(&id)?, &words).await?;
    leptos_axum::redirect(&format!("/tasks/{id}?done=paused"));
    Ok(())
}

/// Lets its clock go on.
#[server(prefix = "/api/v1", endpoint = "tasks/resume", output = Json)]
pub async fn resume(id: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::TaskOversee).await?;
    act::resume(&cx, task_id(&id)?).await?;
    leptos_axum::redirect(&format!("/tasks/{id}?done=resumed"));
    Ok(())
}

/// Says that it need not be done.
#[server(prefix = "/api/v1", endpoint = "tasks/cancel", output = Json)]
pub async fn cancel(id: String, #[server(default)] words: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::TaskOversee).await?;
    act::cancel(&cx, task_id(&id)?, &words).await?;
    leptos_axum::redirect(&format!("/tasks/{id}?done=cancelled"));
    Ok(())
}

/// The calendar, as it is loaded.
#[server(prefix = "/api/v1", endpoint = "tasks/calendar", input = GetUrl, output = Json)]
pub async fn calendar_years() -> Result<CalendarPage, AppError> {
    let cx = db::access::require(Permission::CalendarManage).await?;
    calendar::page(&cx).await
}

/// What a calendar file that was sent would change, or has changed.
#[server(prefix = "/api/v1", endpoint = "tasks/calendar/preview", input = GetUrl, output = Json)]
pub async fn preview_calendar(id: String) -> Result<CalendarPreview, AppError> {
    let cx = db::access::require(Permission::CalendarManage).await?;
    calendar::staged::preview(&cx, record_id(&id)?).await
}

/// Applies it, provided that it changes just as much as its preview said.
#[server(prefix = "/api/v1", endpoint = "tasks/calendar/apply", output = Json)]
pub async fn apply_calendar(
    id: String,
    #[server(default)] years: usize,
    #[server(default)] new: usize,
    #[server(default)] changed: usize,
    #[server(default)] gone: usize,
    #[server(default)] unchanged: usize,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::CalendarManage).await?;
    let seen = Counts {
        years,
        new,
        changed,
        gone,
        unchanged,
    };
    calendar::staged::apply(&cx, record_id(&id)?, seen).await?;
    leptos_axum::redirect(&format!("/admin/calendar?id={id}"));
    Ok(())
}

/// A unit's working hours.
#[server(prefix = "/api/v1", endpoint = "tasks/hours", input = GetUrl, output = Json)]
pub async fn unit_hours(#[server(default)] code: String) -> Result<HoursPage, AppError> {
    let cx = db::access::require(Permission::HoursEdit).await?;
    hours::page(&cx, &self::code(&code)?).await
}

/// Sets a unit's week from a date on, or has it inherit again.
#[server(prefix = "/api/v1", endpoint = "tasks/hours/week", output = Json)]
pub async fn set_week(
    #[server(default)] code: String,
    #[server(default)] from: String,
    #[server(default)] inherit: bool,
    #[server(default)] d1: String,
    #[server(default)] d2: String,
    #[server(default)] d3: String,
    #[server(default)] d4: String,
    #[server(default)] d5: String,
    #[server(default)] d6: String,
    #[server(default)] d7: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::HoursEdit).await?;
    let typed = [d1, d2, d3, d4, d5, d6, d7];
    hours::set_week(&cx, &self::code(&code)?, &from, &typed, inherit).await?;
    leptos_axum::redirect(&format!("/admin/hours/{code}?done=saved"));
    Ok(())
}

/// Sets other hours for one day.
#[server(prefix = "/api/v1", endpoint = "tasks/hours/day", output = Json)]
pub async fn set_day(
    #[server(default)] code: String,
    #[server(default)] date: String,
    #[server(default)] hours: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::HoursEdit).await?;
    hours::set_day(&cx, &self::code(&code)?, &date, &hours, &reason).await?;
    leptos_axum::redirect(&format!("/admin/hours/{code}?done=saved"));
    Ok(())
}

/// Takes back a day's own hours.
#[server(prefix = "/api/v1", endpoint = "tasks/hours/day/drop", output = Json)]
pub async fn drop_day(
    #[server(default)] code: String,
    #[server(default)] date: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::HoursEdit).await?;
    hours::drop_day(&cx, &self::code(&code)?, &date).await?;
    leptos_axum::redirect(&format!("/admin/hours/{code}?done=saved"));
    Ok(())
}
