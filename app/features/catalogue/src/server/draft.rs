//! Making a version: a draft, its items, and the day from which it holds.

use db::{Audit, Cx, Event, Tx};
use orgs::{
    model::{Code, Node, NodeKind},
    server::service,
};
use shared::{AppError, Date, FieldErrors, RecordId};

use super::{
    QUARTER, menu, narrow,
    shown::{self, place},
    store::{self, Version},
    told,
};
use crate::model::{DraftRow, EditPage, Item, ItemForm, ItemId, ManagePage};

/// Items that a list has at most.
pub const MOST: usize = 500;
/// How far ahead a version may be published, in days.
const AHEAD: i64 = 730;
/// The longest summary of a version, in characters.
const LONGEST: usize = 300;

/// Whether a node of this kind may have a list of its own: those below narrow what it made.
const fn may_own(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Province | NodeKind::City | NodeKind::District)
}

/// The page of whoever keeps a place's list.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn manage(cx: &Cx, code: &Code) -> Result<ManagePage, AppError> {
    let mut tx = cx.read().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let today = tx.now().date();
    let versions = store::of_node(&mut tx, node.id).await?;
    let current = store::in_force(&mut tx, &node.path, today).await?;
    let owns = !versions.is_empty();
    let draft = versions.iter().find(|version| version.valid_from.is_none());
    let mut page = ManagePage {
        here: place(&node),
        today,
        version: current.as_ref().map(Version::row),
        may_own: owns || (may_own(node.kind) && !store::another_has_one(&mut tx, &node.path).await?),
        owns,
        coming: versions
            .iter()
            .filter(|version| version.valid_from.is_some_and(|from| from > today))
            .map(Version::row)
            .collect(),
        draft: None,
        differences: Vec::new(),
        narrowed: Vec::new(),
        unneeded: Vec::new(),
    };
    if let Some(draft) = draft {
        let items = store::items(&mut tx, draft.id).await?;
        let rows = items
            .iter()
            .map(|stored| DraftRow {
                id: stored.item_id,
                name: stored.facts.0.name.clone(),
                area: stored.facts.0.area,
                limit: stored.facts.0.limit,
            })
            .collect();
        page.draft = Some((draft.row(), rows));
        if let Some(last) = versions.iter().find(|version| version.valid_from.is_some()) {
            let (before, now) = (
                menu::contents(&mut tx, last.id).await?,
                menu::contents(&mut tx, draft.id).await?,
            );
            page.differences = menu::differences(&before, &now);
        }
    }
    if !owns && current.is_some() {
        page.narrowed = narrow::rows(&mut tx, &node, today).await?;
    }
    page.unneeded = unneeded(&mut tx, &node, today).await?;
    Ok(page)
}

/// Public items that hold here for a quarter and that nobody asked for in it.
async fn unneeded(tx: &mut Tx, node: &Node, today: Date) -> Result<Vec<(ItemId, String)>, AppError> {
    let since = today.plus_days(-QUARTER);
    let Some(before) = shown::at(tx, &node.path, since, true).await? else {
        return Ok(Vec::new());
    };
    let Some(now) = shown::at(tx, &node.path, today, true).await? else {
        return Ok(Vec::new());
    };
    let needed = store::needed_since(tx, &node.path, since).await?;
    let held = |id: ItemId| before.entries.iter().any(|entry| entry.id == id);
    Ok(now
        .entries
        .into_iter()
        .filter(|entry| entry.item.public && entry.hidden_by.is_none())
        .filter(|entry| held(entry.id) && !needed.contains(&entry.id))
        .map(|entry| (entry.id, entry.item.name))
        .collect())
}

/// The draft of a node in the caller's scope.
async fn open(cx: &Cx, tx: &mut Tx, code: &Code) -> Result<(Node, Version), AppError> {
    let node = service::open(cx, tx, code).await?;
    let draft = store::of_node(tx, node.id)
        .await?
        .into_iter()
        .find(|version| version.valid_from.is_none())
        .ok_or_else(|| AppError::Conflict("现在没有草稿：可能刚被发布或放弃了。请刷新看一下。".into()))?;
    Ok((node, draft))
}

/// Begins a draft, as a copy of the last version.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if there is one, or the place may have none.
pub async fn begin(cx: &Cx, code: &Code) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let versions = store::of_node(&mut tx, node.id).await?;
    if versions.iter().any(|version| version.valid_from.is_none()) {
        return Err(AppError::Conflict("已经有一份草稿了，接着改就行。".into()));
    }
    if versions.is_empty() && (!may_own(node.kind) || store::another_has_one(&mut tx, &node.path).await?) {
        return Err(AppError::Conflict(
            "一个地方只有一份清单，由县（市、区）或者更上一级来定；下级只能收窄。".into(),
        ));
    }
    let last = versions.first();
    let number = last.map_or(1, |last| last.number + 1);
    let draft = store::begin(&mut tx, node.id, number, last.map(|last| last.id), cx.who().user).await?;
    changed(&mut tx, &node, "catalogue.draft.begin", draft.0).await?;
    tx.commit().await?;
    Ok(())
}

/// What concerns those only who keep the list.
async fn changed(tx: &mut Tx, node: &Node, action: &'static str, record: uuid::Uuid) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "catalogue", record).at(&node.path))
        .await?;
    tx.publish(Event {
        topic: format!("path/{}", node.path),
        kind: "catalogue.draft.changed",
        subject: Some(RecordId(node.id.0)),
        data: serde_json::json!({ "code": node.code }),
    })
    .await?;
    Ok(())
}

/// Throws the draft away.
///
/// # Errors
/// As [`save`].
pub async fn discard(cx: &Cx, code: &Code) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (node, draft) = open(cx, &mut tx, code).await?;
    store::drop_draft(&mut tx, draft.id).await?;
    changed(&mut tx, &node, "catalogue.draft.discard", draft.id.0).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets the draft hold from a day on.
///
/// # Errors
/// [`AppError::Invalid`] by field; otherwise as [`save`].
pub async fn publish(cx: &Cx, code: &Code, from: &str, summary: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (node, draft) = open(cx, &mut tx, code).await?;
    let today = tx.now().date();
    let mut errors = FieldErrors::default();
    let day = from.trim().parse::<Date>().ok();
    let day = day.filter(|day| *day >= today && *day <= today.plus_days(AHEAD));
    errors.check(day.is_some(), "from", "请选今天或以后的日期，最远两年。");
    let versions = store::of_node(&mut tx, node.id).await?;
    let last = versions.iter().filter_map(|version| version.valid_from).max();
    if let (Some(day), Some(last)) = (day, last)
        && day <= last
    {
        errors.add("from", format!("上一版从 {} 起，新的一版要更晚。", last.zh()));
    }
    let summary = summary.trim();
    let proper = !summary.is_empty() && summary.chars().count() <= LONGEST;
    errors.check(proper, "note", "请写清这一版改了什么，300 个字以内。居民能看到。");
    errors.check(draft.items > 0, "note", "清单里一项也没有，不能发布。");
    if let Some(last) = versions.iter().find(|version| version.valid_from.is_some()) {
        let (before, now) = (
            menu::contents(&mut tx, last.id).await?,
            menu::contents(&mut tx, draft.id).await?,
        );
        errors.check(before != now, "note", "跟上一版一模一样，不用发布。");
    }
    errors.finish()?;
    let Some(day) = day else {
        return Err(AppError::NotFound);
    };
    store::publish(&mut tx, draft.id, day, summary, cx.who().user).await?;
    tx.audit(Audit::new("catalogue.version.publish", "catalogue", draft.id.0).at(&node.path))
        .await?;
    told(&mut tx, &node, "catalogue.version.published").await?;
    tx.commit().await?;
    Ok(())
}

/// An item of the draft, or an empty form.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or if it is not in the draft.
pub async fn edit(cx: &Cx, code: &Code, id: Option<ItemId>) -> Result<EditPage, AppError> {
    let mut tx = cx.read().await?;
    let (node, draft) = open(cx, &mut tx, code).await?;
    let stored = match id {
        Some(id) => Some(
            store::item(&mut tx, draft.id, id)
                .await?
                .ok_or(AppError::NotFound)?,
        ),
        None => None,
    };
    Ok(EditPage {
        here: place(&node),
        id,
        revision: stored.as_ref().map_or(0, |stored| stored.revision),
        form: stored.map_or_else(
            || ItemForm {
                public: true,
                unit: "working_days".into(),
                ..ItemForm::default()
            },
            |stored| ItemForm::from(&stored.facts.0),
        ),
    })
}

/// Keeps an item of the draft: a new one without an id, or a changed one that was at `revision`.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field, [`AppError::Conflict`] if there is no draft any more, or
/// somebody else changed the item meanwhile.
pub async fn save(
    cx: &Cx,
    code: &Code,
    id: Option<ItemId>,
    revision: i64,
    form: ItemForm,
) -> Result<ItemId, AppError> {
    let mut tx = cx.write().await?;
    let (node, draft) = open(cx, &mut tx, code).await?;
    let item = form.read()?;
    let there = store::items(&mut tx, draft.id).await?;
    if there
        .iter()
        .any(|one| Some(one.item_id) != id && one.facts.0.name == item.name)
    {
        return Err(AppError::invalid("name", "清单里已经有同名的事项。"));
    }
    let id = match id {
        Some(id) => {
            keep(&mut tx, &draft, id, revision, &item).await?;
            id
        }
        None => {
            if there.len() >= MOST {
                return Err(AppError::Conflict(format!("一份清单最多 {MOST} 项。")));
            }
            let id = tx.id();
            store::add(&mut tx, draft.id, id, &item).await?;
            id
        }
    };
    changed(&mut tx, &node, "catalogue.item.save", id.0).await?;
    tx.commit().await?;
    Ok(id)
}

async fn keep(tx: &mut Tx, draft: &Version, id: ItemId, revision: i64, item: &Item) -> Result<(), AppError> {
    if store::change(tx, draft.id, id, revision, item).await? {
        return Ok(());
    }
    if store::item(tx, draft.id, id).await?.is_none() {
        return Err(AppError::NotFound);
    }
    Err(AppError::Conflict(
        "别人刚改过这一项。请在新的窗口里打开看一下，再决定怎么改；您填的还在。".into(),
    ))
}

/// Takes an item out of the draft.
///
/// # Errors
/// As [`save`].
pub async fn remove(cx: &Cx, code: &Code, id: ItemId) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (node, draft) = open(cx, &mut tx, code).await?;
    if !store::drop_item(&mut tx, draft.id, id).await? {
        return Err(AppError::NotFound);
    }
    changed(&mut tx, &node, "catalogue.item.remove", id.0).await?;
    tx.commit().await?;
    Ok(())
}
