//! Putting two matters about the same together (合并): one goes into the other, and whoever reported it follows that one from then on.

use std::collections::BTreeSet;

use db::{Cx, DbError, Tx, execute, on};
use shared::AppError;

use super::{
    deadline,
    sight::{self, unaccused},
    store::{self, Stored},
};
use crate::model::{Act, ActForm, Action, MatterId, Number};

// Also those whose matters went before into the one that goes into it now; not whoever reported both, nor who works where it is about.
const FOLLOW: &str = concat!(
    "with recursive gone (id, reporter_id) as (select m.id, m.reporter_id from matter m where m.merged_into = $1 \
    union select m.id, m.reporter_id from gone g join matter m on m.merged_into = g.id) \
    insert into matter_follower (matter_id, user_id, since_at) select distinct $1, g.reporter_id, cast($2 as bigint) from gone g \
    where g.reporter_id is not null and not exists (select 1 from matter o where o.id = $1 and o.reporter_id = g.reporter_id)",
    unaccused!(
        "g.reporter_id",
        "(select k.accused_id from matter k where k.id = $1)",
        "$3"
    ),
    " on conflict do nothing"
);

const TOOK_IN: &str = "select count(*) from matter where merged_into = $1";

/// The matter, held until the transaction ends, and with it the one that it is to go into: both in the order of their ids, so that of two
/// mergers in the same second the second sees what the first did, and neither waits for the other for ever.
///
/// # Errors
/// [`AppError::NotFound`] if there is none.
pub async fn hold(tx: &mut Tx, code: &str, form: &ActForm) -> Result<Stored, AppError> {
    if form.action == Action::Merge.code()
        && let Ok(number) = form.matter.parse::<Number>()
        && let Some(one) = store::id_of(tx, code).await?
        && let Some(other) = store::id_of_number(tx, &number).await?
    {
        for id in BTreeSet::from([one, other]) {
            store::hold_id(tx, id).await?;
        }
    }
    store::hold(tx, code).await?.ok_or(AppError::NotFound)
}

/// A matter goes into the other that a step names. Both are held: see [`hold`].
///
/// # Errors
/// [`AppError::Invalid`] on `matter`.
pub async fn merge(cx: &Cx, tx: &mut Tx, matter: &Stored, act: &Act) -> Result<(), AppError> {
    let wrong = || AppError::invalid("matter", "没有这个编号，或者那一件不能并入。");
    let number = act.matter.as_ref().ok_or_else(wrong)?;
    let other = store::by_number(tx, number).await?.ok_or_else(wrong)?;
    // Into what has ended, or into itself, nothing goes; nor into what whoever merges does not dispatch, or what is about somebody else.
    let sight = sight::of(cx, tx, &other).await?;
    if other.id == matter.id
        || other.state.has_ended()
        || !sight.dispatches
        || other.accused_path != matter.accused_path
    {
        return Err(wrong());
    }
    store::set_merged(tx, matter.id, other.id).await?;
    followed(tx, other.id).await?;
    // The limit of an order holds for what answers it; where the clock stands, once it goes on: see `act`.
    if other.state.counts() {
        deadline::bound(cx, tx, &other).await?;
    }
    Ok(())
}

/// Whether something went into a matter.
///
/// # Errors
/// What the database answers.
pub async fn took_in(tx: &mut Tx, matter: MatterId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(TOOK_IN)
        .bind(matter)
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

/// Whoever reported what went into a matter follows it from now on.
async fn followed(tx: &mut Tx, into: MatterId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, FOLLOW, into, now, now.date())?;
    Ok(())
}
