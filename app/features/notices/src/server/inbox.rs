//! The inbox, as its owner sees it, or somebody who acts for them.

use std::collections::BTreeMap;

use db::{Cx, crypt::Field};
use shared::{AppError, Cursor, Page, RecordId, Timestamp};

use super::{
    send::tell,
    store::{self, Reader, Stored},
};
use crate::model::{Importance, Inbox, Kind, Newest, NoticeId, NoticeRow, View};

/// Rows a page of the inbox.
pub const PAGE: usize = 20;
/// Rows on the home page.
const ON_HOME: i64 = 2;
/// More than this many are "many".
pub const MOST: u32 = 100;

/// What stands in the words of a notice.
type Facts = BTreeMap<String, String>;

/// Whose inbox it is: while somebody is acted for, theirs.
fn reader(cx: &Cx) -> Result<Reader, AppError> {
    Ok(Reader {
        user: cx.subject()?,
        own: cx.who().acting_for.is_none(),
    })
}

/// What somebody reads for another stays unread to the other.
fn themself(cx: &Cx) -> Result<shared::UserId, AppError> {
    if cx.who().acting_for.is_some() {
        return Err(AppError::Conflict(
            "您正在替别人办事：消息还是没看过的，留给本人看。".into(),
        ));
    }
    cx.user()
}

/// Facts, opened.
///
/// # Errors
/// As the keys do not fit.
pub(super) fn facts(cx: &Cx, stored: &Stored) -> Result<Facts, AppError> {
    let json = cx
        .keys()
        .open_for(Field::Note, RecordId(stored.id.0), &stored.params)?;
    serde_json::from_str(&json).map_err(|error| db::internal(&error))
}

pub(super) fn row(cx: &Cx, stored: Stored) -> Result<NoticeRow, AppError> {
    let facts = facts(cx, &stored)?;
    let fact = |name: &str| facts.get(name).map(String::as_str);
    // A newer release may have sent what this one has no words for.
    let (label, words) = match Kind::from_code(&stored.kind) {
        Some(kind) => (kind.topic().label(), kind.say(fact)),
        None => ("消息", "您有一条新消息".to_owned()),
    };
    Ok(NoticeRow {
        id: stored.id,
        label: label.to_owned(),
        words,
        importance: Importance::from_code(&stored.importance).unwrap_or(Importance::Info),
        href: stored.href,
        at: stored.created_at,
        read: stored.read_at.is_some(),
        done: stored.done_at.is_some(),
    })
}

fn before(cursor: &str) -> Result<(Timestamp, NoticeId), AppError> {
    if cursor.is_empty() {
        return Ok((Timestamp(i64::MAX), NoticeId(uuid::Uuid::max())));
    }
    let bad = || AppError::invalid("after", "这一页的地址不对，请从第一页看起。");
    let cursor: Cursor = cursor.parse().map_err(|()| bad())?;
    let at = cursor.key.parse().map_err(|_| bad())?;
    Ok((Timestamp(at), NoticeId(cursor.id)))
}

fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(MOST)
}

/// A page of the inbox, the newest first.
///
/// # Errors
/// [`AppError::Invalid`] for a cursor that is none, or as the database fails.
pub async fn list(cx: &Cx, view: View, cursor: &str) -> Result<Inbox, AppError> {
    let (reader, before) = (reader(cx)?, before(cursor)?);
    let mut tx = cx.read().await?;
    let one_more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let stored = store::list(&mut tx, reader, view, before, one_more).await?;
    let rows = stored
        .into_iter()
        .map(|stored| row(cx, stored))
        .collect::<Result<Vec<_>, _>>()?;
    let acting = cx.actor.as_ref().and_then(|actor| actor.acting_for.as_ref());
    Ok(Inbox {
        rows: Page::cut(rows, PAGE, |row| Cursor {
            key: row.at.0.to_string(),
            id: row.id.0,
        }),
        unread: number(store::unread(&mut tx, reader, MOST.into()).await?),
        newest: store::newest(&mut tx, reader.user).await?,
        now: tx.now(),
        of: acting.map(|resident| resident.name.clone()),
    })
}

/// How many are unread, up to [`MOST`].
///
/// # Errors
/// As the database fails.
pub async fn unread(cx: &Cx) -> Result<u32, AppError> {
    let mut tx = cx.read().await?;
    Ok(number(store::unread(&mut tx, reader(cx)?, MOST.into()).await?))
}

/// The newest few that are unread, in one statement.
///
/// # Errors
/// As the database fails.
pub async fn newest(cx: &Cx) -> Result<Newest, AppError> {
    let (reader, before) = (reader(cx)?, before("")?);
    let mut tx = cx.look().await?;
    let stored = store::list(&mut tx, reader, View::Unread, before, ON_HOME).await?;
    let now = tx.now();
    drop(tx);
    let rows = stored
        .into_iter()
        .map(|stored| row(cx, stored))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Newest { rows, now })
}

/// One notice, which counts as read from then on, unless somebody reads it for another.
///
/// # Errors
/// [`AppError::NotFound`] if it is not one's own, or as the database fails.
pub async fn open(cx: &Cx, id: NoticeId) -> Result<NoticeRow, AppError> {
    let reader = reader(cx)?;
    let mut tx = cx.read().await?;
    let stored = store::one(&mut tx, reader, id).await?.ok_or(AppError::NotFound)?;
    drop(tx);
    if reader.own && stored.read_at.is_none() {
        read(cx, id).await?;
    }
    row(cx, stored)
}

/// Marks one as read. Doing it twice does nothing more.
///
/// # Errors
/// [`AppError::NotFound`] if it is not one's own, [`AppError::Conflict`] while acting for somebody, or as the database fails.
pub async fn read(cx: &Cx, id: NoticeId) -> Result<(), AppError> {
    let user = themself(cx)?;
    let mut tx = cx.write().await?;
    if store::read(&mut tx, user, id).await? {
        tell(&mut tx, user, "notices.notice.read", Some(id)).await?;
        tx.commit().await?;
        return Ok(());
    }
    let known = store::one(&mut tx, Reader { user, own: true }, id).await?;
    known.map(|_| ()).ok_or(AppError::NotFound)
}

/// Marks all as read that were there at `upto`; what has come since stays unread.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, or as the database fails.
pub async fn read_all(cx: &Cx, upto: Timestamp) -> Result<(), AppError> {
    let user = themself(cx)?;
    let mut tx = cx.write().await?;
    if store::read_all(&mut tx, user, upto).await? > 0 {
        tell(&mut tx, user, "notices.notice.read", None).await?;
        tx.commit().await?;
    }
    Ok(())
}
