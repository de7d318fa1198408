//! The working clocks of units, from what is stored.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use db::{DbError, Json, Tx, on, rows};
use orgs::server::store::paths_above;
use serde::Serialize;
use shared::{AppError, Date, NodeId};

use super::calendar;
use crate::model::{Calendar, Hours, OwnHours, Week, WorkingClock};

/// The clocks of the units that were asked for, under one calendar.
#[derive(Clone, Debug)]
pub struct Clocks {
    calendar: Arc<Calendar>,
    known: HashMap<NodeId, WorkingClock>,
}

/// What one unit on the way says of its hours.
#[derive(Clone, Debug)]
pub struct Said {
    pub node: NodeId,
    pub name: String,
    pub hours: OwnHours,
}

impl Clocks {
    /// With the calendar that is loaded.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn load(tx: &mut Tx) -> Result<Self, DbError> {
        Ok(Self::under(calendar::load(tx).await?))
    }

    /// With a calendar that may not be loaded yet.
    pub fn under(calendar: Calendar) -> Self {
        Self {
            calendar: Arc::new(calendar),
            known: HashMap::new(),
        }
    }

    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// The clock of a unit, also of one that has ended.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is no such unit, or what the database answers.
    pub async fn of(&mut self, tx: &mut Tx, node: NodeId) -> Result<WorkingClock, AppError> {
        if let Some(clock) = self.known.get(&node) {
            return Ok(clock.clone());
        }
        let said = said(tx, node).await?;
        let chain: Vec<OwnHours> = said.into_iter().map(|said| said.hours).collect();
        let clock = WorkingClock::new(Arc::clone(&self.calendar), Arc::new(Hours::of(&chain)));
        self.known.insert(node, clock.clone());
        Ok(clock)
    }
}

/// One unit's clock: what is open, and when somebody's time would be up.
///
/// # Errors
/// As [`Clocks::of`].
pub async fn clock(tx: &mut Tx, node: NodeId) -> Result<WorkingClock, AppError> {
    Clocks::load(tx).await?.of(tx, node).await
}

const PATH: &str = "select path from node where id = $1";

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

#[derive(sqlx::FromRow)]
struct WeekOf {
    id: NodeId,
    valid_from: Date,
    week: Option<Json<Week>>,
}

#[derive(sqlx::FromRow)]
struct DayOf {
    id: NodeId,
    day: Date,
    hours: String,
}

/// What a unit and those above it say of their hours, from the root down. The unit itself is always there.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such unit, or what the database answers.
pub async fn said(tx: &mut Tx, node: NodeId) -> Result<Vec<Said>, AppError> {
    let path: Option<String> = on!(tx, |c| sqlx::query_scalar(PATH)
        .bind(node)
        .fetch_optional(c)
        .await)?;
    let path = path.ok_or(AppError::NotFound)?;
    let paths: Vec<PathRow<'_>> = paths_above(&path)
        .chain([path.as_str()])
        .map(|path| PathRow { path })
        .collect();
    // A unit that has ended is found by its id: its path may be another's by now.
    let nodes_sql = tx.sql(rows!(
        "select n.id, n.name from ",
        (path: text),
        " join node n on n.path = r.path where (n.valid_to is null and n.path <> $3) or n.id = $2 order by n.path"
    ));
    let weeks_sql = tx.sql(rows!(
        "select n.id, w.valid_from, w.week from ",
        (path: text),
        " join node n on n.path = r.path join work_week w on w.node_id = n.id \
         where (n.valid_to is null and n.path <> $3) or n.id = $2"
    ));
    let days_sql = tx.sql(rows!(
        "select n.id, d.day, d.hours from ",
        (path: text),
        " join node n on n.path = r.path join work_day d on d.node_id = n.id \
         where (n.valid_to is null and n.path <> $3) or n.id = $2"
    ));
    macro_rules! fetch {
        ($row:ty, $sql:expr) => {
            on!(tx, |c| sqlx::query_as::<_, $row>($sql)
                .bind(Json(&paths))
                .bind(node)
                .bind(&path)
                .fetch_all(c)
                .await)
        };
    }
    let nodes = fetch!((NodeId, String), nodes_sql)?;
    let weeks = fetch!(WeekOf, weeks_sql)?;
    let days = fetch!(DayOf, days_sql)?;
    let mut hours: BTreeMap<NodeId, OwnHours> = BTreeMap::new();
    for row in weeks {
        let week = row.week.map(|Json(week)| week);
        hours
            .entry(row.id)
            .or_default()
            .weeks
            .insert(row.valid_from, week);
    }
    for row in days {
        let read = row.hours.parse().map_err(|error| db::internal(&error))?;
        hours.entry(row.id).or_default().days.insert(row.day, read);
    }
    let said = nodes.into_iter().map(|(node, name)| Said {
        node,
        name,
        hours: hours.remove(&node).unwrap_or_default(),
    });
    Ok(said.collect())
}
