//! Entering, correcting, ending and removing posts of those who need no account.

use accounts::{
    model::Phone,
    server::{account, role},
};
use db::{Audit, Cx, Event, Tx, crypt::Field};
use orgs::model::{Code, Node};
use serde_json::json;
use shared::{AppError, RecordId};

use super::{
    sight,
    store::{self, Sealed, Stored},
};
use crate::model::{Entry, EntryForm, EntryId, last_day};

/// People on one team: beyond this something is wrong.
const MOST: i64 = 300;

/// Enters somebody.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field, [`AppError::Conflict`] if they are there already or the
/// place has ended.
pub async fn add(cx: &Cx, code: &Code, form: &EntryForm) -> Result<EntryId, AppError> {
    let mut tx = cx.write().await?;
    let node = sight::own(cx, &mut tx, code).await?;
    let entry = form.read(node.kind, tx.now().date())?;
    not_twice(cx, &mut tx, &node, &entry, None).await?;
    let id: EntryId = tx.id();
    let sealed = seal(cx, id, &entry);
    store::insert(&mut tx, id, node.id, &entry, &sealed, cx.who().user).await?;
    told(&mut tx, "teams.post.add", id, &node).await?;
    tx.commit().await?;
    Ok(id)
}

/// Corrects an entry; its post stays what it is.
///
/// # Errors
/// As [`add`]; [`AppError::Conflict`] if somebody changed it meanwhile.
pub async fn correct(
    cx: &Cx,
    code: &Code,
    id: EntryId,
    version: i64,
    form: &EntryForm,
) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (node, stored) = at(cx, &mut tx, code, id).await?;
    let form = EntryForm {
        post: stored.post.clone(),
        ..form.clone()
    };
    let entry = form.read(node.kind, tx.now().date())?;
    not_twice(cx, &mut tx, &node, &entry, Some(id)).await?;
    let sealed = seal(cx, id, &entry);
    let done = store::correct(&mut tx, id, version, &entry, &sealed, cx.who().user).await?;
    finish(tx, done, "teams.post.correct", id, &node).await
}

/// Ends a post; `last` is its last day.
///
/// # Errors
/// As [`correct`].
pub async fn end(cx: &Cx, code: &Code, id: EntryId, version: i64, last: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (node, stored) = at(cx, &mut tx, code, id).await?;
    let last = last_day("last", last, stored.valid_from)?;
    let done = store::end(&mut tx, id, version, last, cx.who().user).await?;
    finish(tx, done, "teams.post.end", id, &node).await
}

/// Removes an entry that should never have been made, with all that was kept of the person.
///
/// # Errors
/// As [`correct`].
pub async fn remove(cx: &Cx, code: &Code, id: EntryId, version: i64) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (node, _) = at(cx, &mut tx, code, id).await?;
    let done = store::remove(&mut tx, id, version).await?;
    finish(tx, done, "teams.post.remove", id, &node).await
}

/// The entry, at the node that the form stands on.
async fn at(cx: &Cx, tx: &mut Tx, code: &Code, id: EntryId) -> Result<(Node, Stored), AppError> {
    let node = sight::own(cx, tx, code).await?;
    let stored = store::one(tx, id)
        .await?
        .filter(|stored| stored.node_id == node.id);
    let gone = || AppError::Conflict("这一条已经不在了，可能别人刚删掉。请刷新看一下。".into());
    Ok((node, stored.ok_or_else(gone)?))
}

pub(super) fn seal(cx: &Cx, id: EntryId, entry: &Entry) -> Sealed {
    let keys = cx.keys();
    Sealed {
        name: keys.seal_for(Field::Name, id.0, &entry.name),
        phone: keys.seal_for(Field::Phone, id.0, &entry.phone),
        blind: entry.mobile.then(|| keys.blind(Field::Phone, &entry.phone)),
    }
}

/// Nobody holds a post twice at one place: neither by two entries, nor by an entry beside the role of their account.
async fn not_twice(
    cx: &Cx,
    tx: &mut Tx,
    node: &Node,
    entry: &Entry,
    itself: Option<EntryId>,
) -> Result<(), AppError> {
    let (keys, post) = (cx.keys(), entry.post);
    let there = store::entries(tx, &[node.id], entry.from, MOST, false).await?;
    if itself.is_none() && there.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
        return Err(AppError::Conflict(
            "这支队伍的人太多了，请先结束不再担任的。".into(),
        ));
    }
    let rivals = there
        .iter()
        .filter(|there| Some(there.id) != itself && there.post == post.code());
    for rival in rivals {
        let phone = keys.open_for(Field::Phone, rival.id.0, &rival.phone)?;
        let name = keys.open_for(Field::Name, rival.id.0, &rival.name)?;
        if phone == entry.phone && (entry.mobile || name == entry.name) {
            return Err(AppError::invalid(
                "phone",
                format!("{name}已经登记为{}了，用的就是这个电话。", post.label()),
            ));
        }
    }
    let (Some(role), true) = (post.role(), entry.mobile) else {
        return Ok(());
    };
    let account = account::by_phone(tx, keys, &Phone::parse("phone", &entry.phone)?).await?;
    if let Some(account) = account {
        let roles = role::of_user(tx, account.id).await?;
        if roles
            .iter()
            .any(|held| held.in_force && held.role == role && held.node == node.id)
        {
            return Err(AppError::invalid(
                "phone",
                format!("这个人有账号，已经是这里的{}了，不用再登记。", post.label()),
            ));
        }
    }
    Ok(())
}

async fn finish(
    mut tx: Tx,
    done: bool,
    action: &'static str,
    id: EntryId,
    node: &Node,
) -> Result<(), AppError> {
    if !done {
        return Err(changed_meanwhile());
    }
    told(&mut tx, action, id, node).await?;
    Ok(tx.commit().await?)
}

pub(super) fn changed_meanwhile() -> AppError {
    AppError::Conflict("别人刚改过这一条。请刷新看一下，再改一次。".into())
}

pub(super) async fn told(
    tx: &mut Tx,
    action: &'static str,
    id: EntryId,
    node: &Node,
) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "team_post", id.0).at(&node.path))
        .await?;
    tx.publish(Event {
        topic: format!("path/{}", node.path),
        kind: "teams.team.changed",
        subject: Some(RecordId(node.id.0)),
        data: json!({ "code": node.code }),
    })
    .await?;
    Ok(())
}
