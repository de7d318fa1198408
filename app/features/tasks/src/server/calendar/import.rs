//! What a calendar file would change, and changing it: all of it, or nothing.

use std::collections::BTreeMap;

use db::{Audit, Cx, EngineSql, Event, Json, NewJob, Tx, execute, rows};
use serde::Serialize;
use shared::{AppError, Date, RecordId};

use super::{StoredDay, days, file::CalendarFile, years};
use crate::{
    model::{Calendar, Counts, DayChange, NamedDay},
    server::reckon,
};

/// A file beside what is loaded.
#[derive(Clone, Debug)]
pub struct Plan {
    pub file: CalendarFile,
    pub counts: Counts,
    /// All days that change, in their order.
    pub changes: Vec<DayChange>,
    /// The calendar as it would be.
    pub after: Calendar,
}

/// # Errors
/// What the database answers.
pub async fn plan(tx: &mut Tx, file: CalendarFile) -> Result<Plan, AppError> {
    let loaded: Vec<i64> = years(tx).await?.into_iter().map(|(year, ..)| year).collect();
    let stored: BTreeMap<Date, StoredDay> = days(tx).await?.into_iter().map(|day| (day.day, day)).collect();
    let mut after: BTreeMap<Date, NamedDay> = BTreeMap::new();
    let mut counts = Counts {
        years: file.years.iter().filter(|year| !loaded.contains(year)).count(),
        ..Counts::default()
    };
    let mut changes = BTreeMap::new();
    for (date, day) in &stored {
        let kept = !file.years.contains(&day.notice);
        if kept {
            after.insert(*date, named(day));
        } else if !file.days.contains_key(date) {
            counts.gone += 1;
            changes.insert(*date, change(*date, Some(&named(day)), None));
        }
    }
    for (date, (day, notice)) in &file.days {
        match stored.get(date) {
            None => counts.new += 1,
            Some(before) if named(before) == *day && before.notice == *notice => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
        let before = stored.get(date).map(named);
        if before.as_ref() != Some(day) {
            changes.insert(*date, change(*date, before.as_ref(), Some(day)));
        }
        after.insert(*date, day.clone());
    }
    let known = loaded.into_iter().chain(file.years.iter().copied());
    Ok(Plan {
        after: Calendar::new(known, after),
        counts,
        changes: changes.into_values().collect(),
        file,
    })
}

fn named(day: &StoredDay) -> NamedDay {
    NamedDay {
        works: day.works,
        name: day.name.clone(),
    }
}

fn change(date: Date, before: Option<&NamedDay>, after: Option<&NamedDay>) -> DayChange {
    let plain = if crate::model::is_weekend(date) {
        "周末"
    } else {
        "工作日"
    };
    let words = |day: Option<&NamedDay>| {
        day.map_or_else(
            || plain.to_owned(),
            |day| format!("{}{}", day.name, if day.works { "调休上班" } else { "放假" }),
        )
    };
    DayChange {
        date,
        before: words(before),
        after: words(after),
    }
}

#[derive(Serialize)]
struct DayRow {
    day: Date,
    notice: i64,
    works: bool,
    name: String,
}

#[derive(Serialize)]
struct YearRow {
    year: i64,
}

const FORGET: EngineSql = EngineSql {
    sqlite: "delete from calendar_day where notice in (select value ->> '$.year' from json_each($1))",
    postgres: "delete from calendar_day where notice in (select year from jsonb_to_recordset($1) as r(year bigint))",
};
const PUT_YEARS: EngineSql = rows!(
    "insert into calendar_year (year, source, import_id, loaded_at) select year, $2, $3, $4 from ",
    (year: bigint),
    " where true on conflict (year) do update set source = excluded.source, import_id = excluded.import_id, \
     loaded_at = excluded.loaded_at"
);
const PUT_DAYS: EngineSql = rows!(
    "insert into calendar_day (day, notice, works, name) select day, notice, works, name from ",
    (day: text, notice: bigint, works: boolean, name: text),
    " where true on conflict (day) do update set notice = excluded.notice, works = excluded.works, name = excluded.name"
);

/// Applies a plan within the caller's transaction. Deadlines follow in the background.
///
/// # Errors
/// What the database answers.
pub async fn apply_in(
    cx: &Cx,
    tx: &mut Tx,
    plan: &Plan,
    import: RecordId,
    source: &str,
) -> Result<(), AppError> {
    let years: Vec<YearRow> = plan
        .file
        .years
        .iter()
        .map(|year| YearRow { year: *year })
        .collect();
    let days: Vec<DayRow> = plan
        .file
        .days
        .iter()
        .map(|(day, (named, notice))| DayRow {
            day: *day,
            notice: *notice,
            works: named.works,
            name: named.name.clone(),
        })
        .collect();
    let (forget, put_years, put_days) = (tx.sql(FORGET), tx.sql(PUT_YEARS), tx.sql(PUT_DAYS));
    execute!(tx, forget, Json(&years))?;
    execute!(tx, put_years, Json(&years), source, import, cx.now())?;
    execute!(tx, put_days, Json(&days))?;
    tx.audit(Audit::new("tasks.calendar.import", "calendar_import", import.0))
        .await?;
    tx.publish(Event {
        topic: "site".into(),
        kind: "tasks.calendar.imported",
        subject: Some(import),
        data: serde_json::json!({ "years": plan.file.years }),
    })
    .await?;
    tx.enqueue(NewJob {
        kind: reckon::JOB,
        payload: serde_json::json!({ "path": "" }),
        due: cx.now(),
        key: Some("all".into()),
    })
    .await?;
    Ok(())
}
