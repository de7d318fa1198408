//! The pillar's part of the demonstration: the list of 常熟市 in two versions, what 虞山街道 narrows of it, and the inspections of
//! 花园浜社区. Made up; see `demo/README.md`.

use db::{Cx, Tx};
use orgs::{model::Code, server::store as nodes};
use shared::{AppError, Date, NodeId};

use crate::{
    model::{Every, Item, ItemForm, ItemId, Narrowing, TimeLimit},
    server::{plan, shown, store},
};

const ITEMS: &str = include_str!("../demo/items.txt");
const DISTRICT: &str = "320581";
const STREET: &str = "320581001";
const COMMUNITY: &str = "320581001001";
/// Items that the second version brought.
const NEW: [&str; 3] = ["既有住宅加装电梯协商", "假期托管班报名", "停水停电停气通知和帮助"];
/// What 花园浜社区 has its grids walk, since when. One of them nobody has needed.
const PLANS: [(&str, i64); 3] = [
    ("消防车通道巡查", 5),
    ("特殊困难老年人探访", 20),
    ("楼道小广告清理", 150),
];

/// The items, as they are written down.
///
/// # Errors
/// [`AppError::Invalid`] if one of them is none.
pub fn items() -> Result<Vec<Item>, AppError> {
    let lines = ITEMS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(item).collect()
}

fn item(line: &str) -> Result<Item, AppError> {
    let mut parts = line.split('|').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let lines = |text: String| text.replace(';', "\n");
    let (name, area, event, basis, lead, assist) = (next(), next(), next(), next(), next(), next());
    let limit = next();
    let (amount, unit) = match limit.strip_suffix('d') {
        Some(n) => (n, "working_days"),
        None => limit.strip_suffix('h').map_or(("", "at_once"), |n| (n, "hours")),
    };
    let (amount, unit) = (amount.to_owned(), unit.to_owned());
    ItemForm {
        name,
        area,
        event,
        basis,
        lead,
        assist,
        unit,
        amount,
        materials: lines(next()),
        how: lines(next()),
        place: next(),
        phone: next(),
        public: next() == "y",
        every: next(),
        moved_from: next(),
        moved_means: next(),
    }
    .read()
}

/// Loads what is not there yet.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let Some(owner) = node(&mut tx, DISTRICT).await? else {
        return Ok(());
    };
    if !store::of_node(&mut tx, owner).await?.is_empty() {
        return Ok(());
    }
    publish(&mut tx, owner).await?;
    narrow(&mut tx).await?;
    arrange(cx, &mut tx).await?;
    tx.commit().await?;
    Ok(())
}

async fn node(tx: &mut Tx, code: &str) -> Result<Option<NodeId>, AppError> {
    let code: Code = code.parse().map_err(|_| AppError::NotFound)?;
    Ok(nodes::by_code(tx, &code).await?.map(|node| node.id))
}

fn day(text: &str) -> Result<Date, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

async fn publish(tx: &mut Tx, owner: NodeId) -> Result<(), AppError> {
    let items = items()?;
    let first = store::begin(tx, owner, 1, None, None).await?;
    let mut known: Vec<(ItemId, &Item)> = Vec::new();
    for item in items.iter().filter(|item| !NEW.contains(&item.name.as_str())) {
        let id = tx.id();
        store::add(tx, first, id, item).await?;
        known.push((id, item));
    }
    // At first it took longer.
    if let Some((id, item)) = known.iter().find(|(_, item)| item.name == "最低生活保障申请") {
        let mut slow = (*item).clone();
        slow.limit = TimeLimit::WorkingDays(30);
        store::change(tx, first, *id, 1, &slow).await?;
    }
    store::publish(
        tx,
        first,
        day("2025-01-01")?,
        "第一版：把各部门的事项合在一起。演示。",
        None,
    )
    .await?;
    let second = store::begin(tx, owner, 2, Some(first), None).await?;
    if let Some((id, item)) = known.iter().find(|(_, item)| item.name == "最低生活保障申请") {
        store::change(tx, second, *id, 1, item).await?;
    }
    for item in items.iter().filter(|item| NEW.contains(&item.name.as_str())) {
        let id = tx.id();
        store::add(tx, second, id, item).await?;
    }
    let words = "低保的时限从 30 个工作日缩短为 20 个；新增加装电梯协商、假期托管班和停水停电通知。演示。";
    store::publish(tx, second, day("2026-07-01")?, words, None).await?;
    Ok(())
}

async fn narrow(tx: &mut Tx) -> Result<(), AppError> {
    let Some(street) = node(tx, STREET).await? else {
        return Ok(());
    };
    let said = [
        (
            "尊老金（高龄津贴）申请",
            Narrowing {
                limit: Some(TimeLimit::WorkingDays(3)),
                note: "行动不便的老人，网格员上门收材料。".into(),
                ..Narrowing::default()
            },
        ),
        (
            "办店前的指引",
            Narrowing {
                place: "虞山街道便民服务中心 3 号窗口".into(),
                ..Narrowing::default()
            },
        ),
        (
            "婚姻登记指引",
            Narrowing {
                hidden: true,
                ..Narrowing::default()
            },
        ),
    ];
    let street_path = nodes::by_id(tx, street).await?.ok_or(AppError::NotFound)?.path;
    let from = day("2026-08-01")?;
    let Some(shown) = shown::at(tx, &street_path, from, false).await? else {
        return Ok(());
    };
    for (name, narrowing) in said {
        if let Some(entry) = shown.entries.iter().find(|entry| entry.item.name == name) {
            store::say(tx, street, entry.id, from, &narrowing, None).await?;
        }
    }
    Ok(())
}

async fn arrange(cx: &Cx, tx: &mut Tx) -> Result<(), AppError> {
    let code: Code = COMMUNITY.parse().map_err(|_| AppError::NotFound)?;
    let Some(community) = nodes::by_code(tx, &code).await? else {
        return Ok(());
    };
    let today = tx.now().date();
    let Some(shown) = shown::at(tx, &community.path, today, true).await? else {
        return Ok(());
    };
    for (name, ago) in PLANS {
        if let Some(entry) = shown.entries.iter().find(|entry| entry.item.name == name) {
            let every = entry.item.every.unwrap_or(Every::Month);
            plan::arrange(cx, tx, &community, entry, every, today.plus_days(-ago)).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_item_is_one_and_there_are_more_than_sixty() {
        let items = items().unwrap();
        assert!(items.len() >= 60, "{}", items.len());
        let names: BTreeSet<&str> = items.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(names.len(), items.len(), "each name once");
        for name in NEW.iter().chain(PLANS.iter().map(|(name, _)| name)) {
            assert!(names.contains(name), "{name}");
        }
        for item in &items {
            assert!(
                item.public || item.phone.is_empty(),
                "{}: nobody calls about it",
                item.name
            );
            assert!(
                !item.public || !item.phone.is_empty(),
                "{}: somebody has to be called",
                item.name
            );
        }
    }
}
