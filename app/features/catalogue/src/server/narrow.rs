//! What a unit below the owner says: less of an item, sooner, or where.

use db::{Audit, Cx, Tx};
use orgs::{
    model::{Code, Node},
    server::service,
};
use shared::{AppError, Date};

use super::{
    shown::{self, place},
    store, told,
};
use crate::model::{Entry, ItemId, NarrowedRow, Narrowing, NarrowingForm, NarrowingPage};

/// How far ahead something may be said, in days.
const AHEAD: i64 = 365;

/// The list as it holds at a node, with what the node itself said.
///
/// # Errors
/// What the database answers.
pub async fn rows(tx: &mut Tx, node: &Node, today: Date) -> Result<Vec<NarrowedRow>, AppError> {
    let Some(shown) = shown::at(tx, &node.path, today, true).await? else {
        return Ok(Vec::new());
    };
    let own: Vec<ItemId> = store::words(tx, &node.path, today)
        .await?
        .into_iter()
        .filter(|word| word.node_id == node.id && word.facts.0 != Narrowing::default())
        .map(|word| word.item_id)
        .collect();
    Ok(shown
        .entries
        .into_iter()
        .map(|entry| NarrowedRow {
            id: entry.id,
            name: entry.item.name,
            limit: entry.item.limit,
            promised: entry.promised,
            hidden: entry.hidden_by.is_some(),
            own: own.contains(&entry.id),
        })
        .collect())
}

/// An item as it comes from above to a node in the caller's scope, which does not own the list.
async fn from_above(
    cx: &Cx,
    tx: &mut Tx,
    code: &Code,
    id: ItemId,
    day: Date,
) -> Result<(Node, Entry), AppError> {
    let node = service::open(cx, tx, code).await?;
    let shown = shown::at(tx, &node.path, day, false)
        .await?
        .ok_or(AppError::NotFound)?;
    if shown.version.node_id == node.id {
        return Err(AppError::Conflict(
            "这份清单是本单位定的，请起草新的一版来改。".into(),
        ));
    }
    let entry = shown.entries.into_iter().find(|entry| entry.id == id);
    let entry = entry
        .filter(|entry| entry.hidden_by.is_none())
        .ok_or(AppError::NotFound)?;
    Ok((node, entry))
}

/// What a node says about an item.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or if the item does not come down to here.
pub async fn page(cx: &Cx, code: &Code, id: ItemId) -> Result<NarrowingPage, AppError> {
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    let (node, above) = from_above(cx, &mut tx, code, id, today).await?;
    let word = store::words(&mut tx, &node.path, today)
        .await?
        .into_iter()
        .find(|word| word.node_id == node.id && word.item_id == id);
    let coming = store::next_word(&mut tx, node.id, id, today).await?;
    let said = word.as_ref().map(|word| &word.facts.0);
    let limit = said.and_then(|said| said.limit);
    let form = NarrowingForm {
        hidden: said.is_some_and(|said| said.hidden),
        shorter: limit.is_some(),
        unit: limit.unwrap_or(above.item.limit).unit().into(),
        amount: limit
            .and_then(crate::model::TimeLimit::amount)
            .map(|n| n.to_string())
            .unwrap_or_default(),
        place: said.map(|said| said.place.clone()).unwrap_or_default(),
        phone: said.map(|said| said.phone.clone()).unwrap_or_default(),
        note: said.map(|said| said.note.clone()).unwrap_or_default(),
    };
    Ok(NarrowingPage {
        here: place(&node),
        today,
        above,
        form,
        since: word.map(|word| word.valid_from),
        coming,
    })
}

/// Says it, from a day on.
///
/// # Errors
/// [`AppError::Invalid`] by field, also for what would widen the list; otherwise as [`page`].
pub async fn say(cx: &Cx, code: &Code, id: ItemId, from: &str, form: NarrowingForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let today = tx.now().date();
    let (node, above) = from_above(cx, &mut tx, code, id, today).await?;
    let narrowing = form.read(above.item.limit);
    let day = from.trim().parse::<Date>().ok();
    let day = day.filter(|day| *day >= today && *day <= today.plus_days(AHEAD));
    let Some(day) = day else {
        let mut wrong = vec![shared::FieldError {
            field: "from".into(),
            message: "请选今天或以后的日期，最远一年。".into(),
        }];
        if let Err(AppError::Invalid(others)) = narrowing {
            wrong.extend(others);
        }
        return Err(AppError::Invalid(wrong));
    };
    store::say(&mut tx, node.id, id, day, &narrowing?, cx.who().user).await?;
    tx.audit(Audit::new("catalogue.item.narrow", "catalogue", id.0).at(&node.path))
        .await?;
    told(&mut tx, &node, "catalogue.item.narrowed").await?;
    tx.commit().await?;
    Ok(())
}
