//! Reading what was gathered: whole months from the sums, single days and grids from what each matter counts for.

use std::collections::{BTreeMap, HashMap};

use db::{DbError, EngineSql, Json, Tx, on, rows};
use orgs::{
    model::{Node, NodeKind},
    server::store::paths_above,
};
use shared::{Date, scope::PathRange};

use super::{gather::NOBODY, sees::Sees};
use crate::model::figures::{Covering, Period, Tally, month_of};

/// Grids that are looked at for the most reported ones, where a period is not of whole months.
const ALL_GRIDS: i64 = 1_000_000;

/// What is left out of everything: `$5` whether complaints about communities are told at all, `$6` nobody, `$1` the communities whose complaints
/// are not told to the viewer; `$3` and `$4` the months.
macro_rules! tally_sql {
    ($select:expr, $rest:expr) => {
        rows!(
            concat!(
                $select,
                " t.month >= $3 and t.month <= $4 and ($5 or t.accused_id = $6) and t.accused_id not in (select r.id from "
            ),
            (id: uuid),
            concat!(") ", $rest)
        )
    };
}

const SUM: EngineSql = tally_sql!(
    "select t.what, cast(sum(t.n) as bigint) from matter_tally t where t.path = $2 and",
    "group by t.what"
);
const MONTHS: EngineSql = tally_sql!(
    "select t.month, t.what, cast(sum(t.n) as bigint) from matter_tally t where t.path = $2 and t.what in ('all', 'first.of', 'first.in', \
     'due.of', 'due.in', 'ended.of', 'ended.solved', 'rated:satisfied', 'rated:fair', 'rated:unhappy', 'again') and",
    "group by t.month, t.what"
);
const PARTS: EngineSql = tally_sql!(
    "select t.path, t.what, cast(sum(t.n) as bigint) from node c join matter_tally t on t.path = c.path where c.parent_id = $2 \
     and c.valid_to is null and t.what in ('all', 'first.of', 'first.in', 'due.of', 'due.in', 'ended.of', 'ended.solved', \
     'rated:satisfied', 'rated:fair', 'rated:unhappy') and",
    "group by t.path, t.what"
);
// The nodes come first: SQLite keeps the order of a cross join.
const GRIDS: EngineSql = tally_sql!(
    "select t.path, cast(sum(t.n) as bigint) as many from node n cross join matter_tally t where t.path = n.path \
     and t.what = 'all' and n.path >= $2 and n.path < $7 and n.kind = 'grid' and n.valid_to is null and",
    "group by t.path order by many desc, t.path limit $8"
);
const CATEGORIES: EngineSql = tally_sql!(
    "select t.what, cast(sum(t.n) as bigint) from matter_tally t where t.path = $2 and t.what >= 'category:' and t.what < 'category;' and",
    "group by t.what"
);
const DAY: EngineSql = rows!(
    "select f.path, f.day, f.counted from matter_figure f where f.day = $2 and f.path >= $3 and f.path < $4 \
     and (f.accused_id is null or ($5 and f.accused_id not in (select r.id from ",
    (id: uuid),
    ")))"
);
const GRID: EngineSql = rows!(
    "select f.path, f.day, f.counted from node n cross join matter_figure f where f.node_id = n.id and n.path >= $2 and n.path < $3 \
     and f.day >= $6 and f.day <= $4 and (f.accused_id is null or ($5 and f.accused_id not in (select r.id from ",
    (id: uuid),
    ")))"
);

/// A matter as it was gathered.
type Gathered = (String, Date, String);

/// What was counted of a place in a period, and of what is below it.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    pub all: Tally,
    pub months: BTreeMap<i64, Tally>,
    /// By the paths of the units directly below.
    pub parts: HashMap<String, Tally>,
    /// By the paths of grids, how much was reported there.
    pub grids: HashMap<String, i64>,
    /// What that was about, for days that are not of whole months.
    about: HashMap<String, Tally>,
}

impl Spread {
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn of(
        tx: &mut Tx,
        sees: &Sees,
        node: &Node,
        period: Period,
        most: usize,
    ) -> Result<Self, DbError> {
        let mut spread = Self::default();
        if node.kind >= NodeKind::Grid {
            for row in in_grid(tx, sees, node, period).await? {
                spread.add(node, &row);
            }
            return Ok(spread);
        }
        let Covering { months, days } = period.covering();
        if let Some(months) = months {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let most = if days.is_empty() { most } else { ALL_GRIDS };
            spread.add_months(tx, sees, node, months, most).await?;
        }
        for (from, to) in days {
            let mut day = from;
            while day <= to {
                for row in on_day(tx, sees, node, day).await? {
                    spread.add(node, &row);
                }
                day = day.plus_days(1);
            }
        }
        Ok(spread)
    }

    async fn add_months(
        &mut self,
        tx: &mut Tx,
        sees: &Sees,
        node: &Node,
        (first, last): (i64, i64),
        most: i64,
    ) -> Result<(), DbError> {
        let sql = tx.sql(SUM);
        let sums: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(sql)
            .bind(Json(sees.without()))
            .bind(&node.path)
            .bind(first)
            .bind(last)
            .bind(sees.narrow)
            .bind(NOBODY)
            .fetch_all(c)
            .await)?;
        for (what, n) in sums {
            self.all.add(&what, n);
        }
        let sql = tx.sql(MONTHS);
        let months: Vec<(i64, String, i64)> = on!(tx, |c| sqlx::query_as(sql)
            .bind(Json(sees.without()))
            .bind(&node.path)
            .bind(first)
            .bind(last)
            .bind(sees.narrow)
            .bind(NOBODY)
            .fetch_all(c)
            .await)?;
        for (month, what, n) in months {
            self.months.entry(month).or_default().add(&what, n);
        }
        let sql = tx.sql(PARTS);
        let parts: Vec<(String, String, i64)> = on!(tx, |c| sqlx::query_as(sql)
            .bind(Json(sees.without()))
            .bind(node.id)
            .bind(first)
            .bind(last)
            .bind(sees.of_parts)
            .bind(NOBODY)
            .fetch_all(c)
            .await)?;
        for (path, what, n) in parts {
            self.parts.entry(path).or_default().add(&what, n);
        }
        let range = PathRange::below(&node.path);
        let sql = tx.sql(GRIDS);
        let grids: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(sql)
            .bind(Json(sees.without()))
            .bind(&range.lo)
            .bind(first)
            .bind(last)
            .bind(sees.of_grids)
            .bind(NOBODY)
            .bind(&range.hi)
            .bind(most)
            .fetch_all(c)
            .await)?;
        for (path, n) in grids {
            *self.grids.entry(path).or_default() += n;
        }
        Ok(())
    }

    /// Adds a single matter.
    fn add(&mut self, node: &Node, (path, day, counted): &Gathered) {
        self.all.add_counted(counted);
        self.months
            .entry(month_of(*day))
            .or_default()
            .add_counted(counted);
        if let Some(part) = upto(path, node.path.len()) {
            self.parts
                .entry(part.to_owned())
                .or_default()
                .add_counted(counted);
        }
        if let Some(grid) = grid_of(path) {
            *self.grids.entry(grid.to_owned()).or_default() += 1;
            self.about
                .entry(grid.to_owned())
                .or_default()
                .add_counted(counted);
        }
    }

    /// What was reported in a grid, by categories.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn about(
        &self,
        tx: &mut Tx,
        sees: &Sees,
        grid: &str,
        period: Period,
    ) -> Result<Tally, DbError> {
        let mut about = self.about.get(grid).cloned().unwrap_or_default();
        let Some((first, last)) = period.covering().months else {
            return Ok(about);
        };
        let sql = tx.sql(CATEGORIES);
        let sums: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(sql)
            .bind(Json(sees.without()))
            .bind(grid)
            .bind(first)
            .bind(last)
            .bind(sees.of_grids)
            .bind(NOBODY)
            .fetch_all(c)
            .await)?;
        for (what, n) in sums {
            about.add(&what, n);
        }
        Ok(about)
    }
}

/// The path of the unit directly below another, on the way to `path`.
fn upto(path: &str, above: usize) -> Option<&str> {
    let end = path.get(above..)?.find('/')?;
    path.get(..above + end + 1)
}

/// The path of the grid that a place is, or lies in.
fn grid_of(path: &str) -> Option<&str> {
    let is_grid = |path: &&str| {
        let code = path.trim_end_matches('/').rsplit('/').next();
        code.is_some_and(|code| code.len() == NodeKind::Grid.digits())
    };
    paths_above(path).chain([path]).find(is_grid)
}

async fn on_day(tx: &mut Tx, sees: &Sees, node: &Node, day: Date) -> Result<Vec<Gathered>, DbError> {
    let range = PathRange::below(&node.path);
    let sql = tx.sql(DAY);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(sees.without()))
        .bind(day)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(sees.narrow)
        .fetch_all(c)
        .await)
}

async fn in_grid(tx: &mut Tx, sees: &Sees, node: &Node, period: Period) -> Result<Vec<Gathered>, DbError> {
    let range = PathRange::below(&node.path);
    let (from, to) = period.days();
    let sql = tx.sql(GRID);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(sees.without()))
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(to)
        .bind(sees.narrow)
        .bind(from)
        .fetch_all(c)
        .await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_parts_and_grids_on_a_path() {
        let path = "32/3205/320581/320581001/320581001001/320581001001001/32058100100100101/";
        let street = "32/3205/320581/320581001/";
        assert_eq!(
            upto(path, street.len()),
            Some("32/3205/320581/320581001/320581001001/")
        );
        assert_eq!(upto(street, street.len()), None);
        assert_eq!(
            grid_of(path),
            Some("32/3205/320581/320581001/320581001001/320581001001001/")
        );
        assert_eq!(grid_of(street), None);
    }
}
