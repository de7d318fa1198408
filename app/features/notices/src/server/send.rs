//! Sending: into the inbox, at once. What leaves beside it is `delivery`'s.

use std::collections::BTreeMap;

use db::{DbError, Event, Tx, crypt::Field};
use serde_json::json;
use shared::{AppError, RecordId, Timestamp, UserId};

use super::{delivery, store};
use crate::model::{Importance, Kind, NoticeId};

/// Something to be told to one person.
#[derive(Clone, Debug)]
pub struct Notice {
    to: UserId,
    kind: Kind,
    key: String,
    importance: Importance,
    by_proxy: bool,
    subject: Option<RecordId>,
    href: Option<String>,
    facts: BTreeMap<&'static str, String>,
    at: Option<Timestamp>,
}

impl Notice {
    /// `key` says what happened, with ids: the same recipient is told it once.
    pub fn new(to: UserId, kind: Kind, key: impl Into<String>) -> Self {
        Self {
            to,
            kind,
            key: key.into(),
            importance: kind.importance(),
            by_proxy: kind.by_proxy(),
            subject: None,
            href: None,
            facts: BTreeMap::new(),
            at: None,
        }
    }

    /// What it is about. A newer notice that asks for something about the same replaces an older one, and [`settle`] ends them.
    #[must_use]
    pub fn about(mut self, subject: RecordId) -> Self {
        self.subject = Some(subject);
        self
    }

    /// The address, on this site, of the page it leads to.
    #[must_use]
    pub fn leads_to(mut self, href: impl Into<String>) -> Self {
        let href = href.into();
        debug_assert!(href.starts_with('/') && !href.starts_with("//"), "{href}");
        self.href = Some(href);
        self
    }

    /// What stands for `{name}` in the kind's words.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.insert(name, value.into());
        self
    }

    /// More, or less, important than its kind is.
    #[must_use]
    pub const fn importance(mut self, importance: Importance) -> Self {
        self.importance = importance;
        self
    }

    /// Whoever acts for the recipient does not see it, whatever its kind: it may be about them.
    #[must_use]
    pub const fn kept_from_proxies(mut self) -> Self {
        self.by_proxy = false;
        self
    }

    /// When it happened, where that is not now: in a demonstration.
    #[must_use]
    pub const fn happened(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }
}

/// Sends it with this transaction. Whether it was new: nobody is told the same thing twice, and nobody whose account is gone.
///
/// # Errors
/// As the database fails.
pub async fn send(tx: &mut Tx, notice: &Notice) -> Result<bool, AppError> {
    let id: NoticeId = tx.id();
    let facts = serde_json::to_string(&notice.facts).map_err(|error| db::internal(&error))?;
    let at = notice.at.unwrap_or_else(|| tx.now());
    let row = store::New {
        id,
        user: notice.to,
        kind: notice.kind.code(),
        importance: notice.importance.code(),
        key: &notice.key,
        subject: notice.subject,
        href: notice.href.as_deref(),
        params: tx.keys().seal_for(Field::Note, RecordId(id.0), &facts),
        by_proxy: notice.by_proxy,
        at,
        expires: at.plus(notice.kind.days() * Timestamp::DAY),
    };
    if !store::insert(tx, &row).await? {
        return Ok(false);
    }
    if let (true, Some(subject)) = (notice.importance != Importance::Info, notice.subject) {
        store::replace(tx, subject, notice.to, id).await?;
    }
    tell(tx, notice.to, "notices.notice.sent", Some(id)).await?;
    if notice.at.is_none() {
        delivery::plan(tx, notice.to, id, notice.kind, notice.importance).await?;
    }
    Ok(true)
}

/// What `subject` asked for is over: nobody's inbox, or not that of `user`, asks for it any more.
///
/// # Errors
/// As the database fails.
pub async fn settle(tx: &mut Tx, subject: RecordId, user: Option<UserId>) -> Result<(), AppError> {
    for user in store::settle(tx, subject, user).await? {
        tell(tx, user, "notices.notice.settled", None).await?;
    }
    Ok(())
}

/// Has the recipient's pages look again.
pub(super) async fn tell(
    tx: &mut Tx,
    user: UserId,
    kind: &'static str,
    id: Option<NoticeId>,
) -> Result<(), DbError> {
    tx.publish(Event {
        topic: format!("user/{user}"),
        kind,
        subject: id.map(|id| RecordId(id.0)),
        data: json!({}),
    })
    .await
}
