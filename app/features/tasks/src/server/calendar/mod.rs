//! The State Council's calendar: what is loaded, and loading more of it.

pub mod file;
mod import;
pub mod staged;

use std::collections::BTreeMap;

use db::{Cx, DbError, Tx, on};
use shared::{AppError, Date, Permission, Timestamp};

pub use import::{Plan, apply_in, plan};

use crate::model::{Calendar, CalendarPage, NamedDay, YearRow};

const YEARS: &str = "select year, source, loaded_at from calendar_year order by year desc";
const DAYS: &str = "select day, works, name, notice from calendar_day order by day";
const PROVISIONAL: &str = "select count(*) from task where ended_at is null and provisional";

/// A day as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredDay {
    pub day: Date,
    pub works: bool,
    pub name: String,
    /// The year whose notice names it.
    pub notice: i64,
}

type Year = (i64, String, Timestamp);

async fn years(tx: &mut Tx) -> Result<Vec<Year>, DbError> {
    on!(tx, |c| sqlx::query_as(YEARS).fetch_all(c).await)
}

async fn days(tx: &mut Tx) -> Result<Vec<StoredDay>, DbError> {
    on!(tx, |c| sqlx::query_as(DAYS).fetch_all(c).await)
}

/// The calendar as it is loaded.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn load(tx: &mut Tx) -> Result<Calendar, DbError> {
    let years = years(tx).await?.into_iter().map(|(year, ..)| year);
    let named = |day: StoredDay| {
        let StoredDay { works, name, .. } = day;
        (day.day, NamedDay { works, name })
    };
    let days = days(tx).await?.into_iter().map(named);
    Ok(Calendar::new(years, days))
}

/// What the calendar's page shows.
///
/// # Errors
/// What [`Cx::must_hold`] says without the permission, or what the database answers.
pub async fn page(cx: &Cx) -> Result<CalendarPage, AppError> {
    cx.must_hold(Permission::CalendarManage)?;
    let mut tx = cx.read().await?;
    let mut counts: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
    for day in days(&mut tx).await? {
        let (off, worked) = counts.entry(day.notice).or_default();
        *(if day.works { worked } else { off }) += 1;
    }
    let row = |(year, source, loaded): Year| {
        let (off, worked) = counts.get(&year).copied().unwrap_or_default();
        YearRow {
            year,
            source,
            loaded,
            off,
            worked,
        }
    };
    let years = years(&mut tx).await?.into_iter().map(row).collect();
    let provisional = on!(tx, |c| sqlx::query_scalar(PROVISIONAL).fetch_one(c).await)?;
    Ok(CalendarPage {
        years,
        provisional,
        this_year: tx.now().date().year(),
    })
}
