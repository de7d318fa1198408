//! How a list of matters is read where there are a million of them: which matters may be on it first, and only then what is told of them.
//!
//! Few units are read unit by unit; rare words are read from the index of words; all else is walked from the newest on, where what is
//! looked for is met soon. Each way asks the same of every matter, by the same predicate.

mod narrow;
pub mod sql;

use db::{DbError, Engine, EngineSql, Json, Tx, execute, on};
use orgs::model::Code;
use shared::{Date, Timestamp, UserId, scope::PathRange};

pub(super) use narrow::{Narrow, PostRow, bind_narrow, narrow_sql};

use super::{search::Query, store::Stored};
use crate::model::{Kind, MatterId, State};

/// Rows of a page; one more is read, to see whether there is another page. The texts say it too.
pub const PAGE: usize = 50;
/// Units up to which those that have not ended are read unit by unit, if something is asked of them: a town's. Without, or of all, the
/// newest are met sooner on the way from one to the next.
pub(super) const PLACES: i64 = 2_000;
pub(super) const FEW_PLACES: i64 = 200;
/// Matters up to which those that have the words are read one by one.
const FEW_FOUND: i64 = 2_000;

const COUNT_PLACES: EngineSql = EngineSql {
    sqlite: "select count(*) from (select 1 from json_each($1) s cross join node k on k.path >= s.value ->> 'lo' \
        and k.path < s.value ->> 'hi' limit 2001)",
    postgres: "select count(*) from (select 1 from jsonb_to_recordset($1) as s(lo text, hi text) join node k on k.path >= s.lo \
        and k.path < s.hi limit 2001) c",
};
const COUNT_FOUND: EngineSql = EngineSql {
    sqlite: "select count(*) from (select 1 from matter_fts where matter_fts match $1 limit 2001)",
    postgres: "select count(*) from (select 1 from matter m where m.tsv @@ $1::text::tsquery limit 2001) c",
};

/// A way to read a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Places,
    Words,
    /// By the tasks that are past their time.
    Late,
    /// From the newest on, of one category by itself.
    Walk,
}

/// What a work list is asked for.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Where the viewer handles matters.
    pub scope: Vec<PathRange>,
    pub user: Option<UserId>,
    pub today: Date,
    /// At and below this place, if one is named.
    pub here: Option<PathRange>,
    /// `open`, `ended`, `all`, or a state's code.
    pub state: &'a str,
    /// Whether a matter in that state has not ended.
    pub open: bool,
    pub kind: &'a str,
    pub category: &'a str,
    pub late: bool,
    pub now: Timestamp,
    pub narrow: Narrow,
    pub after: MatterId,
    pub words: Option<Query>,
}

impl Asked<'_> {
    /// Every matter that may be on the list lies there or is in hands there.
    pub fn places(&self) -> Vec<PathRange> {
        self.here
            .as_ref()
            .map_or_else(|| self.scope.clone(), |here| vec![here.clone()])
    }

    /// How it is read.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn way(&self, tx: &mut Tx) -> Result<Way, DbError> {
        let any = self.state == "open" && self.kind.is_empty() && self.category.is_empty();
        let any = any && !self.late && !self.narrow.is_any() && self.words.is_none();
        let most = if self.open && !any { PLACES } else { FEW_PLACES };
        let way = way(tx, &self.places(), most, self.words.as_ref()).await?;
        Ok(if way == Way::Walk && self.late {
            Way::Late
        } else {
            way
        })
    }

    /// How that is said.
    pub const fn sql(&self, way: Way) -> EngineSql {
        match (way, self.open) {
            (Way::Places, true) => sql::PLACES_OPEN,
            (Way::Places, false) => sql::PLACES_ANY,
            (Way::Words, _) => sql::WORDS,
            (Way::Late, _) => sql::LATE,
            (Way::Walk, true) => sql::WALK_OPEN,
            (Way::Walk, false) if self.category.is_empty() => sql::WALK_ANY,
            (Way::Walk, false) => sql::WALK_CATEGORY,
        }
    }
}

/// Whether there are no more units than `most` at and below these places.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn are_few(tx: &mut Tx, places: &[PathRange], most: i64) -> Result<bool, DbError> {
    let sql = tx.sql(COUNT_PLACES);
    let units: i64 = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(places))
        .fetch_one(c)
        .await)?;
    Ok(units <= most)
}

async fn way(tx: &mut Tx, places: &[PathRange], most: i64, words: Option<&Query>) -> Result<Way, DbError> {
    if are_few(tx, places, most).await? {
        return Ok(Way::Places);
    }
    let Some(words) = words else {
        return Ok(Way::Walk);
    };
    let (sql, asked) = (tx.sql(COUNT_FOUND), words.of_index(tx.engine()));
    let found: i64 = on!(tx, |c| sqlx::query_scalar(sql).bind(&asked).fetch_one(c).await)?;
    Ok(if found <= FEW_FOUND { Way::Words } else { Way::Walk })
}

/// As the index is asked, or each matter.
pub(super) fn words(tx: &Tx, way: Way, words: Option<&Query>) -> String {
    let engine = tx.engine();
    words.map_or_else(String::new, |words| match way {
        Way::Words => words.of_index(engine),
        Way::Places | Way::Late | Way::Walk => words.of_row(engine),
    })
}

/// A page of a work list, the newest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn handled(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Stored>, DbError> {
    if asked.words.as_ref().is_some_and(Query::is_empty) {
        return Ok(Vec::new());
    }
    let way = asked.way(tx).await?;
    by_index(tx, way).await?;
    let which = handled_by(tx, asked, way).await?;
    let sql = tx.sql(sql::TOLD);
    on!(tx, |c| sqlx::query_as(sql).bind(Json(&which)).fetch_all(c).await)
}

/// Which matters are on it, read in a certain way.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn handled_by(tx: &mut Tx, asked: &Asked<'_>, way: Way) -> Result<Vec<MatterId>, DbError> {
    let (sql, words) = (tx.sql(asked.sql(way)), words(tx, way, asked.words.as_ref()));
    let everywhere = PathRange::below("");
    let here = asked.here.as_ref().unwrap_or(&everywhere);
    macro_rules! bound {
        () => {
            bind_narrow!(
                sqlx::query_scalar(sql)
                    .bind(Json(&asked.scope))
                    .bind(asked.user)
                    .bind(asked.today)
                    .bind(&here.lo)
                    .bind(&here.hi)
                    .bind(asked.state)
                    .bind(asked.kind)
                    .bind(asked.category)
                    .bind(asked.late)
                    .bind(asked.now)
                    .bind(asked.after)
                    .bind(&words),
                asked.narrow
            )
        };
    }
    if way == Way::Places {
        let places = asked.places();
        return on!(tx, |c| bound!().bind(Json(&places)).fetch_all(c).await);
    }
    on!(tx, |c| bound!().fetch_all(c).await)
}

/// Has PostgreSQL read what follows by index, from the newest on where it is walked.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn by_index(tx: &mut Tx, way: Way) -> Result<(), DbError> {
    if tx.engine() == Engine::Postgres {
        let sort = if way == Way::Walk { "off" } else { "on" };
        execute!(tx, sql::BY_INDEX, sort)?;
    }
    Ok(())
}

/// A matter as everybody sees it in a list.
#[derive(Debug, sqlx::FromRow)]
pub struct Published {
    pub id: MatterId,
    pub code: String,
    pub number_code: Code,
    pub number_year: i64,
    pub number: i64,
    pub kind: Kind,
    pub state: State,
    pub petition: bool,
    pub title: String,
    pub node_code: Code,
    pub node_name: String,
    pub created_at: Timestamp,
    pub published_at: Timestamp,
    pub public_text: String,
    pub followers: i64,
}

/// What a list of what is published is asked for.
#[derive(Clone, Debug)]
pub struct PublicAsked<'a> {
    /// At and below this place.
    pub here: PathRange,
    pub category: &'a str,
    /// `open`, `ended`, or empty for both.
    pub state: &'a str,
    pub kind: &'a str,
    /// Before when, and of that moment before which.
    pub before: Timestamp,
    pub after: MatterId,
    pub words: Option<Query>,
}

impl PublicAsked<'_> {
    /// How it is read.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn way(&self, tx: &mut Tx) -> Result<Way, DbError> {
        way(
            tx,
            std::slice::from_ref(&self.here),
            FEW_PLACES,
            self.words.as_ref(),
        )
        .await
    }

    /// How that is said.
    pub const fn sql(&self, way: Way) -> EngineSql {
        match way {
            Way::Places => sql::PUBLISHED_PLACES,
            Way::Words => sql::PUBLISHED_WORDS,
            Way::Late | Way::Walk if self.category.is_empty() => sql::PUBLISHED_WALK,
            Way::Late | Way::Walk => sql::PUBLISHED_CATEGORY,
        }
    }
}

/// A page of what is published, the newest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn published(tx: &mut Tx, asked: &PublicAsked<'_>) -> Result<Vec<Published>, DbError> {
    if asked.words.as_ref().is_some_and(Query::is_empty) {
        return Ok(Vec::new());
    }
    let way = asked.way(tx).await?;
    by_index(tx, way).await?;
    let which = published_by(tx, asked, way).await?;
    let sql = tx.sql(sql::PUBLISHED_TOLD);
    on!(tx, |c| sqlx::query_as(sql).bind(Json(&which)).fetch_all(c).await)
}

/// Which matters are on it, read in a certain way.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn published_by(tx: &mut Tx, asked: &PublicAsked<'_>, way: Way) -> Result<Vec<MatterId>, DbError> {
    let (sql, words) = (tx.sql(asked.sql(way)), words(tx, way, asked.words.as_ref()));
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(&asked.here.lo)
        .bind(&asked.here.hi)
        .bind(asked.category)
        .bind(asked.before)
        .bind(asked.after)
        .bind(&words)
        .bind(asked.state)
        .bind(asked.kind)
        .fetch_all(c)
        .await)
}
