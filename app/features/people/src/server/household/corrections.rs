//! What residents wrote about their household, until somebody has seen to it.

use db::{Audit, Cx, DbError, Tx, crypt::Field, execute, on};
use shared::{AppError, Timestamp, scope::PathRange};

use super::{tell, visible};
use crate::model::{Correction, CorrectionId, HouseholdId};

const CORRECTIONS: &str = "select id, words, created_at from household_correction where household_id = $1 and handled_at is null order by created_at, id";

pub async fn corrections(cx: &Cx, tx: &mut Tx, id: HouseholdId) -> Result<Vec<Correction>, AppError> {
    let rows: Vec<(CorrectionId, String, Timestamp)> =
        on!(tx, |c| sqlx::query_as(CORRECTIONS).bind(id).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(id, words, at)| {
            Ok(Correction {
                words: cx.keys().open_for(Field::Note, id.0, &words)?,
                id,
                at,
            })
        })
        .collect()
}

/// How many corrections wait at and below `path`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn corrections_below(tx: &mut Tx, path: &str) -> Result<i64, DbError> {
    const WAITING: &str = "select count(*) from household_correction k join household h on h.id = k.household_id \
        join node n on n.id = h.node_id where k.handled_at is null and n.path >= $1 and n.path < $2";
    let PathRange { lo, hi } = PathRange::below(path);
    on!(tx, |c| sqlx::query_scalar(WAITING)
        .bind(&lo)
        .bind(&hi)
        .fetch_one(c)
        .await)
}

/// What a resident wrote was seen to.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if somebody did so before.
pub async fn handle(cx: &Cx, id: CorrectionId) -> Result<HouseholdId, AppError> {
    const OF: &str = "select household_id from household_correction where id = $1";
    const HANDLE: &str = "update household_correction set handled_at = $2, handled_by = $3 where id = $1 and handled_at is null";
    let mut tx = cx.write().await?;
    let of: Option<HouseholdId> = on!(tx, |c| sqlx::query_scalar(OF).bind(id).fetch_optional(c).await)?;
    let household = visible(cx, &mut tx, of.ok_or(AppError::NotFound)?).await?;
    let now = tx.now();
    if execute!(tx, HANDLE, id, now, cx.who().user)? == 0 {
        return Err(AppError::Conflict("这一条已经处理过了。".into()));
    }
    tell(
        &mut tx,
        "people.household.changed",
        household.id,
        &household.path,
        Audit::new("people.correction.handle", "household", household.id.0),
    )
    .await?;
    tx.commit().await?;
    Ok(household.id)
}
