//! The list as anybody reads it: a menu by life event, an item, its history.

use std::collections::BTreeMap;

use db::{Cx, Tx};
use orgs::model::{Code, Node, NodeKind};
use shared::{AppError, Date, Permission};

use super::{
    choose,
    shown::{self, Shown, place, works_at},
    store,
};
use crate::model::{
    Difference, Entry, HistoryPage, Item, ItemId, ItemPage, LifeEvent, Menu, MenuRow, OwnerRow, Place,
};

/// What a menu is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub node: Option<Code>,
    /// A place that is looked for by name.
    pub place: String,
    pub q: String,
    pub event: Option<LifeEvent>,
    pub on: Option<Date>,
}

/// The longest search, in characters.
const LONGEST: usize = 64;

/// The place that was asked for, or the one that goes without saying: the closest of the viewer's own.
async fn here(tx: &mut Tx, asked: Option<&Code>, own: &[Place]) -> Result<Option<Node>, AppError> {
    match asked {
        Some(code) => shown::node(tx, code).await.map(Some),
        None => match own.first().and_then(|place| place.code.parse::<Code>().ok()) {
            Some(code) => Ok(shown::node(tx, &code).await.ok()),
            None => Ok(None),
        },
    }
}

/// Whether the viewer may see the team of a place. `teams`, which stands beside this pillar, decides by the same rule; this only says
/// where a link leads.
fn sees_team(cx: &Cx, node: &Node) -> bool {
    cx.actor.as_ref().is_some_and(|actor| {
        let lives_or_works = actor
            .grants
            .iter()
            .any(|grant| grant.path.starts_with(&node.path));
        let sees = |permission| actor.scope_of(permission).covers(&node.path);
        node.kind <= NodeKind::Grid
            && (lives_or_works || sees(Permission::StaffView) || sees(Permission::ContactView))
    })
}

/// The menu of a place.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such place, or what the database answers.
pub async fn menu(cx: &Cx, asked: &Asked) -> Result<Menu, AppError> {
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    let on = asked.on.unwrap_or(today);
    let own = choose::own(cx, &mut tx).await?;
    let found = choose::found(&mut tx, &asked.place).await?;
    let mut node = here(&mut tx, asked.node.as_ref(), &own).await?;
    let owners = if node.is_none() {
        store::owners(&mut tx, today).await?
    } else {
        Vec::new()
    };
    let mut guessed = false;
    if let (None, [only]) = (&node, &*owners) {
        node = orgs::server::store::by_id(&mut tx, only.node_id).await?;
        guessed = node.is_some();
    }
    let owners = owners
        .iter()
        .map(|version| OwnerRow {
            place: Place {
                code: version.code.clone(),
                name: version.name.clone(),
            },
            items: version.items,
        })
        .collect();
    let mut menu = Menu {
        here: node.as_ref().map(place),
        version: None,
        today,
        on,
        rows: Vec::new(),
        events: Vec::new(),
        total: 0,
        whole: false,
        owners,
        own,
        guessed,
        found,
    };
    let Some(node) = node else { return Ok(menu) };
    menu.whole = works_at(cx, &node.path);
    let Some(Shown { version, entries }) = shown::at(&mut tx, &node.path, on, true).await? else {
        return Ok(menu);
    };
    menu.version = Some(version.row());
    let entries = entries
        .into_iter()
        .filter(|entry| entry.hidden_by.is_none() && (menu.whole || entry.item.public));
    let entries: Vec<Entry> = entries.collect();
    menu.total = entries.len();
    menu.events = events(&entries);
    let q: String = asked.q.chars().take(LONGEST).collect();
    menu.rows = entries
        .into_iter()
        .filter(|entry| asked.event.is_none() || entry.item.event == asked.event)
        .filter(|entry| entry.item.means(&q))
        .map(|entry| MenuRow {
            id: entry.id,
            name: entry.item.name,
            area: entry.item.area,
            limit: entry.item.limit,
            lead: entry.item.lead,
            public: entry.item.public,
        })
        .collect();
    Ok(menu)
}

fn events(entries: &[Entry]) -> Vec<(LifeEvent, usize)> {
    let count = |event| {
        entries
            .iter()
            .filter(|entry| entry.item.event == Some(event))
            .count()
    };
    LifeEvent::ALL
        .iter()
        .map(|event| (*event, count(*event)))
        .filter(|(_, n)| *n > 0)
        .collect()
}

/// An item as it holds at a place.
///
/// # Errors
/// [`AppError::NotFound`] if the place has no such item, or the viewer may not see it.
pub async fn item(cx: &Cx, node: &Code, id: ItemId, on: Option<Date>) -> Result<ItemPage, AppError> {
    let mut tx = cx.read().await?;
    let node = shown::node(&mut tx, node).await?;
    let on = on.unwrap_or_else(|| tx.now().date());
    let staff = works_at(cx, &node.path);
    let Shown { version, entries } = shown::at(&mut tx, &node.path, on, true)
        .await?
        .ok_or(AppError::NotFound)?;
    let entry = entries.into_iter().find(|entry| entry.id == id);
    let entry = entry
        .filter(|entry| staff || (entry.item.public && entry.hidden_by.is_none()))
        .ok_or(AppError::NotFound)?;
    Ok(ItemPage {
        here: place(&node),
        version: version.row(),
        on,
        entry,
        staff,
        team: sees_team(cx, &node),
    })
}

/// Notes that an item is needed here. Only that of somebody signed in counts: a stranger's script is not to say what a
/// community needs.
///
/// # Errors
/// As [`item`].
pub async fn start(cx: &Cx, node: &Code, id: ItemId) -> Result<(), AppError> {
    item(cx, node, id, None).await?;
    if cx.actor.is_none() {
        return Ok(());
    }
    let mut tx = cx.write().await?;
    let node = shown::node(&mut tx, node).await?;
    store::needed(&mut tx, node.id, id).await?;
    tx.commit().await?;
    Ok(())
}

/// The versions of the list that holds at a place, each with what it changed.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such place, or no list.
pub async fn history(cx: &Cx, node: &Code) -> Result<HistoryPage, AppError> {
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    let node = shown::node(&mut tx, node).await?;
    let staff = works_at(cx, &node.path);
    let version = store::in_force(&mut tx, &node.path, today)
        .await?
        .ok_or(AppError::NotFound)?;
    let published: Vec<_> = store::of_node(&mut tx, version.node_id)
        .await?
        .into_iter()
        .filter(|version| version.valid_from.is_some())
        .collect();
    let mut versions = Vec::new();
    let mut before = BTreeMap::new();
    for version in published.iter().rev() {
        let now = contents(&mut tx, version.id).await?;
        let mut row = version.row();
        let seen = |items: &BTreeMap<ItemId, Item>| {
            let seen = items.iter().filter(|(_, item)| staff || item.public);
            seen.map(|(id, item)| (*id, item.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        row.items = seen(&now).len();
        versions.push((row, differences(&seen(&before), &seen(&now))));
        before = now;
    }
    versions.reverse();
    // The first changed nothing: it began.
    if let Some((_, changed)) = versions.last_mut() {
        changed.clear();
    }
    Ok(HistoryPage {
        here: place(&node),
        today,
        versions,
    })
}

/// The items of a version by their ids.
///
/// # Errors
/// What the database answers.
pub async fn contents(
    tx: &mut Tx,
    version: crate::model::VersionId,
) -> Result<BTreeMap<ItemId, Item>, AppError> {
    let items = store::items(tx, version).await?;
    Ok(items.into_iter().map(|one| (one.item_id, one.facts.0)).collect())
}

/// What `now` has that `before` had not, and the other way round.
pub fn differences(before: &BTreeMap<ItemId, Item>, now: &BTreeMap<ItemId, Item>) -> Vec<Difference> {
    let mut all = Vec::new();
    for (id, item) in now {
        match before.get(id) {
            None => all.push(Difference::Added(item.name.clone())),
            Some(old) => {
                let fields = item.differences(old);
                if !fields.is_empty() {
                    let fields = fields.into_iter().map(str::to_owned).collect();
                    all.push(Difference::Changed(item.name.clone(), fields));
                }
            }
        }
    }
    let gone = before.iter().filter(|(id, _)| !now.contains_key(id));
    all.extend(gone.map(|(_, item)| Difference::Removed(item.name.clone())));
    all
}
