//! An order becomes a matter by the same intake as any report, in one transaction with its row: the same number of the same platform is one
//! order, and what it says anew is added to what is open.

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use grid::server::Settings;
use orgs::{
    model::{Code, NodeKind},
    server::store as units,
};
use shared::{AppError, RecordId, Timestamp};

use super::platform::Platform;
use crate::{
    model::{Caller, Came, MatterId, Order, OrderForm, Reporter, STEP},
    server::{act, deadline, located, report, store, voice::Received},
};

// Of two that come in the same second one waits, and finds the other's.
const INSERT: &str = "insert into report_order (id, platform_id, number, caller, said, due_at, received_at, updated_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (platform_id, number) do nothing";
const BY_NUMBER: &str =
    "select id, matter_id, said, due_at from report_order where platform_id = $1 and number = $2";
const BECAME: &str = "update report_order set matter_id = $2 where id = $1";
const ANEW: &str =
    "update report_order set caller = $2, said = $3, due_at = $4, updated_at = $5 where id = $1";
// Also of orders whose matters went into it, perhaps through others.
const DUE: &str = "with recursive gone (id) as (select m.id from matter m where m.id = $1 \
    union select m.id from gone g join matter m on m.merged_into = g.id) \
    select min(o.due_at) from gone g join report_order o on o.matter_id = g.id where o.due_at > $2";
const NUMBER: &str = "select p.label, o.number from report_order o join report_platform p on p.id = o.platform_id where o.matter_id = $1";
const CALLER: &str = "select id, caller from report_order where matter_id = $1 and caller is not null";

#[derive(sqlx::FromRow)]
struct Known {
    id: RecordId,
    matter_id: Option<MatterId>,
    said: String,
    due_at: Option<Timestamp>,
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub came: Came,
    /// The code of its matter.
    pub code: String,
}

/// Takes an order of `platform` in.
///
/// # Errors
/// [`AppError::Invalid`] by field, in the names of the port; [`AppError::Conflict`] where nobody is there to take it.
pub async fn take(
    cx: &Cx,
    settings: &Settings,
    platform: &Platform,
    form: &OrderForm,
) -> Result<Taken, AppError> {
    let order = read(cx, form).await?;
    let known = {
        let mut tx = cx.read().await?;
        by_number(&mut tx, platform, &order.number).await?
    };
    // Where it is was found out when it came first.
    let code = match known {
        Some(_) => None,
        None => Some(place(cx, settings, platform, &order).await?),
    };
    let mut tx = cx.write().await?;
    let id: RecordId = tx.id();
    let (now, said) = (tx.now(), said(cx, &order));
    let Some(code) = code else {
        let taken = again(cx, &mut tx, platform, &order, &said).await?;
        tx.commit().await?;
        return Ok(taken);
    };
    let caller = sealed(cx, id, &order.caller)?;
    let added = execute!(
        tx,
        INSERT,
        id,
        platform.id,
        order.number.as_str(),
        caller.as_str(),
        said.as_str(),
        order.due,
        now
    )?;
    if added == 0 {
        let taken = again(cx, &mut tx, platform, &order, &said).await?;
        tx.commit().await?;
        return Ok(taken);
    }
    let categories = store::categories(&mut tx).await?;
    let mut typed = order.report.clone();
    typed.node = code.to_string();
    let checked = typed.read(&categories)?;
    let reporter = Reporter::Order(platform.id);
    let sent = report::enter(
        cx,
        &mut tx,
        &reporter,
        &checked,
        &code,
        None,
        &Received::default(),
    )
    .await?;
    let matter = store::by_code(&mut tx, &sent.code)
        .await?
        .ok_or(AppError::NotFound)?;
    execute!(tx, BECAME, id, matter.id)?;
    deadline::bound(cx, &mut tx, &matter).await?;
    tx.commit().await?;
    Ok(Taken {
        came: Came::New,
        code: sent.code,
    })
}

/// What would come of an order, without taking it.
///
/// # Errors
/// As [`take`].
pub async fn try_out(
    cx: &Cx,
    settings: &Settings,
    platform: &Platform,
    form: &OrderForm,
) -> Result<Came, AppError> {
    let order = read(cx, form).await?;
    let mut tx = cx.read().await?;
    let Some(known) = by_number(&mut tx, platform, &order.number).await? else {
        drop(tx);
        place(cx, settings, platform, &order).await?;
        return Ok(Came::New);
    };
    let matter = match known.matter_id {
        Some(id) => store::by_id(&mut tx, id).await?,
        None => None,
    };
    let matter = matter.ok_or(AppError::NotFound)?;
    may_change(cx, &matter.path)?;
    Ok(if known.said == said(cx, &order) && known.due_at == order.due {
        Came::Same
    } else if matter.state.has_ended() {
        Came::Ended
    } else {
        Came::Updated
    })
}

async fn read(cx: &Cx, form: &OrderForm) -> Result<Order, AppError> {
    let mut tx = cx.read().await?;
    form.read(&store::categories(&mut tx).await?, cx.now())
}

async fn by_number(tx: &mut Tx, platform: &Platform, number: &str) -> Result<Option<Known>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_NUMBER)
        .bind(platform.id)
        .bind(number)
        .fetch_optional(c)
        .await)
}

/// An order that came before.
async fn again(
    cx: &Cx,
    tx: &mut Tx,
    platform: &Platform,
    order: &Order,
    said: &str,
) -> Result<Taken, AppError> {
    let found = by_number(tx, platform, &order.number).await?;
    let id = found
        .and_then(|known| known.matter_id)
        .ok_or(AppError::NotFound)?;
    let matter = store::hold_id(tx, id).await?.ok_or(AppError::NotFound)?;
    may_change(cx, &matter.path)?;
    // Held by now: what somebody else has just changed is seen.
    let known = by_number(tx, platform, &order.number)
        .await?
        .ok_or(AppError::NotFound)?;
    let taken = |came: Came| Taken {
        came,
        code: matter.code.clone(),
    };
    let (words, limit) = (known.said != said, known.due_at != order.due);
    if !(words || limit) {
        return Ok(taken(Came::Same));
    }
    if matter.state.has_ended() {
        return Ok(taken(Came::Ended));
    }
    let caller = sealed(cx, known.id, &order.caller)?;
    let now = tx.now();
    execute!(tx, ANEW, known.id, caller.as_str(), said, order.due, now)?;
    if words {
        let told: String = format!("工单的内容有更新：{}", order.report.words)
            .chars()
            .take(STEP)
            .collect();
        act::told_anew(cx, tx, &matter, &told).await?;
    }
    if limit && matter.state.counts() {
        let matter = store::hold_id(tx, id).await?.ok_or(AppError::NotFound)?;
        deadline::anew(cx, tx, &matter, matter.urgency).await?;
    }
    Ok(taken(Came::Updated))
}

/// Somebody who imports a file changes nothing that is outside of their units.
fn may_change(cx: &Cx, path: &str) -> Result<(), AppError> {
    cx.must_cover(path)
        .map_err(|_| AppError::invalid("number", "这个编号的工单在别的单位，不能在这里改。"))
}

/// The community or grid of an order: by its pin, its code, a community's name in its address or words, or the platform's own.
async fn place(cx: &Cx, settings: &Settings, platform: &Platform, order: &Order) -> Result<Code, AppError> {
    let pinned = match crate::model::place(&order.report.at) {
        Some(pin) => grid::server::page::at(cx, settings, pin).await?,
        None => None,
    };
    let pinned = pinned.and_then(|found| found.code.parse::<Code>().ok());
    let mut tx = cx.read().await?;
    for code in [pinned, order.node.clone()].into_iter().flatten() {
        let node = units::by_code(&mut tx, &code).await?;
        if let Some(node) = node.filter(|node| node.kind >= NodeKind::Community) {
            return within(cx, platform, node.code, &node.path);
        }
    }
    if order.node.is_some() {
        return Err(AppError::invalid("node", "没有这个社区或者网格。"));
    }
    for words in [&order.report.address, &order.report.words] {
        if let Some((code, path)) = located::called(&mut tx, &platform.path, words).await? {
            return within(cx, platform, code, &path);
        }
    }
    if platform.code.kind() >= NodeKind::Community {
        return within(cx, platform, platform.code.clone(), &platform.path);
    }
    Err(AppError::invalid(
        "node",
        "看不出是哪个社区，请写上社区的名字或者代码。",
    ))
}

fn within(cx: &Cx, platform: &Platform, code: Code, path: &str) -> Result<Code, AppError> {
    if path.starts_with(&platform.path) && cx.scope.covers(path) {
        Ok(code)
    } else {
        Err(AppError::invalid("node", "这个地方不在平台或者您管的范围内。"))
    }
}

/// A digest of what an order says, but for its limit.
fn said(cx: &Cx, order: &Order) -> String {
    let report = &order.report;
    let said = [
        report.words.as_str(),
        report.address.as_str(),
        order.caller.name.as_str(),
        order.caller.phone.as_str(),
    ];
    cx.keys().digest("reports.order", &said.join("\u{1f}"))
}

fn sealed(cx: &Cx, id: RecordId, caller: &Caller) -> Result<String, AppError> {
    let text = serde_json::to_string(caller).map_err(|error| db::internal(&error))?;
    Ok(cx.keys().seal_for(Field::Note, id, &text))
}

/// Until when a platform wants a matter answered, if it is an order, or one went into it: the next limit that has not passed.
///
/// # Errors
/// What the database answers.
pub async fn due(tx: &mut Tx, matter: MatterId) -> Result<Option<Timestamp>, DbError> {
    let now = tx.now();
    on!(tx, |c| sqlx::query_scalar(DUE)
        .bind(matter)
        .bind(now)
        .fetch_one(c)
        .await)
}

/// From which platform a matter came as an order, and under which number.
///
/// # Errors
/// What the database answers.
pub async fn numbered(tx: &mut Tx, matter: MatterId) -> Result<Option<String>, DbError> {
    let found: Option<(String, String)> = on!(tx, |c| sqlx::query_as(NUMBER)
        .bind(matter)
        .fetch_optional(c)
        .await)?;
    Ok(found.map(|(label, number)| format!("{label} {number}")))
}

/// Who called, if a matter is an order and that may still be kept.
///
/// # Errors
/// What the database answers.
pub async fn caller(cx: &Cx, tx: &mut Tx, matter: MatterId) -> Result<Option<Caller>, AppError> {
    let found: Option<(RecordId, String)> = on!(tx, |c| sqlx::query_as(CALLER)
        .bind(matter)
        .fetch_optional(c)
        .await)?;
    let Some((id, sealed)) = found else {
        return Ok(None);
    };
    let plain = cx.keys().open_for(Field::Note, id, &sealed)?;
    serde_json::from_str(&plain)
        .map(Some)
        .map_err(|error| db::internal(&error))
}
