//! When somebody is told beside the inbox, and what is pushed to them.

use accounts::server::act;
use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Timestamp, UserId};

use super::{choice, delivery::digest};
use crate::model::{Quiet, Times, Topic, Wishes};

/// As it is stored; what nobody has chosen is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Setting {
    quiet_from: Option<i64>,
    quiet_to: Option<i64>,
    pub early: bool,
    digest_hour: Option<i64>,
    pub digested_at: Option<Timestamp>,
    unpushed: String,
}

const OF: &str = "select quiet_from, quiet_to, early, digest_hour, digested_at, unpushed from notice_setting where user_id = $1";
// What was told before a digest was asked for is not told again in the first one.
const SET_TIMES: &str = "insert into notice_setting (user_id, quiet_from, quiet_to, early, digest_hour, digested_at, unpushed, updated_at) \
    values ($1, $2, $3, false, $4, $5, '', $5) on conflict (user_id) do update set quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, \
    digested_at = case when notice_setting.digest_hour is null then excluded.digested_at else notice_setting.digested_at end, \
    digest_hour = excluded.digest_hour, updated_at = excluded.updated_at";
const SET_UNPUSHED: &str = "insert into notice_setting (user_id, early, unpushed, updated_at) values ($1, false, $2, $3) \
    on conflict (user_id) do update set unpushed = excluded.unpushed, updated_at = excluded.updated_at";
const SET_EARLY: &str = "insert into notice_setting (user_id, early, unpushed, updated_at) values ($1, $2, '', $3) \
    on conflict (user_id) do update set early = excluded.early";
const SET_DIGESTED: &str = "update notice_setting set digested_at = $2 where user_id = $1";
const ERASE: &str = "delete from notice_setting where user_id = $1";

fn hour(stored: Option<i64>) -> Option<u8> {
    stored.and_then(|hour| u8::try_from(hour).ok())
}

impl Setting {
    pub fn times(&self) -> Times {
        let quiet = match (hour(self.quiet_from), hour(self.quiet_to)) {
            (Some(from), Some(to)) => Quiet::new(from, to),
            _ => Some(Quiet::usual(self.early)),
        };
        Times {
            quiet,
            digest: hour(self.digest_hour),
        }
    }

    pub fn wishes(&self) -> Wishes {
        let Times { quiet, digest } = self.times();
        Wishes { quiet, digest }
    }

    /// Whether notices of `topic` are pushed to the devices that take them.
    pub fn pushes(&self, topic: Topic) -> bool {
        !self.unpushed.split(' ').any(|code| code == topic.code())
    }
}

/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, user: UserId) -> Result<Setting, DbError> {
    let found: Option<Setting> = on!(tx, |c| sqlx::query_as(OF).bind(user).fetch_optional(c).await)?;
    Ok(found.unwrap_or_default())
}

/// Chooses when to be told.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, or as the database fails.
pub async fn set_times(cx: &Cx, times: Times) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let now = tx.now();
    // Equal hours stand for none.
    let (from, to) = times
        .quiet
        .map_or((0, 0), |quiet| (i64::from(quiet.from), i64::from(quiet.to)));
    execute!(tx, SET_TIMES, user, from, to, times.digest.map(i64::from), now)?;
    // What came before may wait for a digest that is not expected yet at this hour.
    if let Some(hour) = times.digest {
        digest::expect(&mut tx, user, hour).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Has notices of the topics `wanted` pushed, and of no other that the person may choose.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, [`AppError::Invalid`] for a topic that is none, or as the database fails.
pub async fn set_pushed(cx: &Cx, wanted: &[String]) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let wanted = choice::topics("pushed", wanted)?;
    let unpushed: Vec<&str> = choice::concerning(cx)
        .into_iter()
        .filter(|topic| !wanted.contains(topic))
        .map(Topic::code)
        .collect();
    let unpushed = unpushed.join(" ");
    let mut tx = cx.write().await?;
    let now = tx.now();
    execute!(tx, SET_UNPUSHED, user, unpushed.as_str(), now)?;
    tx.commit().await?;
    Ok(())
}

/// Notes whether the signed-in person reads in 长辈版: their usual quiet hours are longer. Writes only where that is new.
///
/// # Errors
/// As the database fails.
pub async fn note_early(cx: &Cx, early: bool) -> Result<(), AppError> {
    if cx.who().acting_for.is_some() {
        return Ok(());
    }
    let user = cx.user()?;
    let mut tx = cx.look().await?;
    let known = of(&mut tx, user).await?.early;
    drop(tx);
    if known != early {
        let mut tx = cx.write().await?;
        let now = tx.now();
        execute!(tx, SET_EARLY, user, early, now)?;
        tx.commit().await?;
    }
    Ok(())
}

/// Notes that a digest has told of everything up to now.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn note_digested(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, SET_DIGESTED, user, now)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub(super) async fn erase(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    execute!(tx, ERASE, user)?;
    Ok(())
}
