//! Photos of points, as they are stored.

use db::{DbError, Tx, execute, on};
use orgs::model::Code;
use shared::{RecordId, Timestamp, UserId, scope::PathRange};

use crate::model::{
    Kind, PointId,
    photo::{PhotoId, State},
};

/// A photo without its point.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: PhotoId,
    pub poi_id: PointId,
    pub upload_id: Option<RecordId>,
    pub state: State,
    pub alt: String,
    pub why: Option<String>,
    pub created_by: Option<UserId>,
    pub width: Option<i64>,
    pub height: Option<i64>,
}

impl Stored {
    pub fn size(&self) -> Option<(i64, i64)> {
        self.width.zip(self.height)
    }
}

/// A photo that waits, with its point.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waits {
    pub id: PhotoId,
    pub alt: String,
    pub created_at: Timestamp,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub poi_id: PointId,
    pub name: String,
    pub kind: Kind,
    pub code: Code,
    pub unit: String,
}

/// How many photos of a point there are: shown, waiting, and waiting from one person.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Counts {
    pub shown: i64,
    pub waiting: i64,
    pub own: i64,
}

/// What somebody added, for the export of their data.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Given {
    pub name: String,
    pub alt: String,
    pub state: State,
    pub why: Option<String>,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

macro_rules! photo_sql {
    ($rest:literal) => {
        concat!(
            "select f.id, f.poi_id, f.upload_id, f.state, f.alt, f.why, f.created_by, u.width, u.height \
             from poi_photo f left join upload u on u.id = f.upload_id ",
            $rest
        )
    };
}

// Changes nothing, but holds the point until this transaction ends: two at once do not make seven of six photos, and none comes to a point
// that has just ended.
const HOLD: &str = "update poi set updated_at = updated_at where id = $1 and valid_to is null";
const COUNTS: &str = "select count(case when state = 'shown' then 1 end) as shown, count(case when state = 'waiting' then 1 end) as waiting, \
    count(case when state = 'waiting' and created_by = $2 then 1 end) as own from poi_photo where poi_id = $1";
const INSERT: &str = "insert into poi_photo (id, poi_id, upload_id, state, alt, offered, created_at, created_by) \
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
const BY_ID: &str = photo_sql!("where f.id = $1");
const OF_POINT: &str = photo_sql!(
    "where f.poi_id = $1 and (f.state = 'shown' or (f.state = 'waiting' and $2) or f.created_by = $3) \
     order by f.created_at, f.id limit 60"
);
const WAITING: &str = "select f.id, f.alt, f.created_at, u.width, u.height, f.poi_id, p.name, p.kind, n.code, n.name as unit \
    from poi_photo f join poi p on p.id = f.poi_id join node n on n.id = p.node_id left join upload u on u.id = f.upload_id \
    where f.state = 'waiting' and n.path >= $1 and n.path < $2 and (f.created_at > $3 or (f.created_at = $3 and f.id > $4)) \
    order by f.created_at, f.id limit $5";
const COUNT_WAITING: &str = "select count(*) from poi_photo f join poi p on p.id = f.poi_id join node n on n.id = p.node_id \
    where f.state = 'waiting' and n.path >= $1 and n.path < $2";
const APPROVE: &str = "update poi_photo set state = 'shown', alt = $2, decided_at = $3, decided_by = $4 where id = $1 and state = 'waiting'";
const REFUSE: &str = "update poi_photo set state = 'refused', upload_id = null, why = $2, decided_at = $3, decided_by = $4 \
    where id = $1 and state = 'waiting'";
const DELETE: &str = "delete from poi_photo where id = $1";
const DELETE_ALL: &str = "delete from poi_photo where poi_id = $1";
const GIVEN: &str = "select p.name, f.alt, f.state, f.why, f.created_at, f.decided_at from poi_photo f join poi p on p.id = f.poi_id \
    where f.created_by = $1 order by f.created_at, f.id";
const FORGOTTEN: &str = photo_sql!(
    "join user_account a on a.id = f.created_by where a.state = 'erased' and f.state <> 'shown' order by f.id limit 200"
);
const DISOWN: &str = "update poi_photo set created_by = null \
    where state = 'shown' and created_by in (select a.id from user_account a where a.state = 'erased')";
const OLD: &str = "delete from poi_photo where state = 'refused' and decided_at < $1";

/// Whether the point is there, to be held until this transaction ends.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn hold(tx: &mut Tx, point: PointId) -> Result<bool, DbError> {
    Ok(execute!(tx, HOLD, point)? == 1)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn counts(tx: &mut Tx, point: PointId, user: Option<UserId>) -> Result<Counts, DbError> {
    on!(tx, |c| sqlx::query_as(COUNTS)
        .bind(point)
        .bind(user)
        .fetch_one(c)
        .await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn insert(
    tx: &mut Tx,
    point: PointId,
    upload: RecordId,
    state: State,
    alt: &str,
    by: UserId,
) -> Result<PhotoId, DbError> {
    let (id, now): (PhotoId, Timestamp) = (tx.id(), tx.now());
    let offered = state == State::Waiting;
    execute!(tx, INSERT, id, point, upload, state, alt, offered, now, by)?;
    Ok(id)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: PhotoId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

/// What is shown, what waits if `keeps`, and whatever `user` offered, the oldest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_point(
    tx: &mut Tx,
    point: PointId,
    keeps: bool,
    user: Option<UserId>,
) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_POINT)
        .bind(point)
        .bind(keeps)
        .bind(user)
        .fetch_all(c)
        .await)
}

/// What waits in a subtree, the oldest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn waiting(
    tx: &mut Tx,
    range: &PathRange,
    after: (Timestamp, PhotoId),
    limit: i64,
) -> Result<Vec<Waits>, DbError> {
    on!(tx, |c| sqlx::query_as(WAITING)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(after.0)
        .bind(after.1)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn count_waiting(tx: &mut Tx, range: &PathRange) -> Result<i64, DbError> {
    on!(tx, |c| sqlx::query_scalar(COUNT_WAITING)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_one(c)
        .await)
}

/// Whether it was still waiting.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn approve(tx: &mut Tx, id: PhotoId, alt: &str, by: Option<UserId>) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(execute!(tx, APPROVE, id, alt, now, by)? == 1)
}

/// Whether it was still waiting.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn refuse(tx: &mut Tx, id: PhotoId, why: &str, by: Option<UserId>) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(execute!(tx, REFUSE, id, why, now, by)? == 1)
}

/// Whether it was there.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn delete(tx: &mut Tx, id: PhotoId) -> Result<bool, DbError> {
    Ok(execute!(tx, DELETE, id)? == 1)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn delete_all(tx: &mut Tx, point: PointId) -> Result<(), DbError> {
    execute!(tx, DELETE_ALL, point)?;
    Ok(())
}

/// Everything that `user` added or offered.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn given(tx: &mut Tx, user: UserId) -> Result<Vec<Given>, DbError> {
    on!(tx, |c| sqlx::query_as(GIVEN).bind(user).fetch_all(c).await)
}

/// What waits or was refused of accounts that are no more, some of it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn forgotten(tx: &mut Tx) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(FORGOTTEN).fetch_all(c).await)
}

/// What is shown of accounts that are no more is nobody's.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn disown(tx: &mut Tx) -> Result<(), DbError> {
    execute!(tx, DISOWN)?;
    Ok(())
}

/// Refusals from `before` have been read, or never will be.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn drop_refused(tx: &mut Tx, before: Timestamp) -> Result<(), DbError> {
    execute!(tx, OLD, before)?;
    Ok(())
}
