//! Shorter times to the answer that units set for themselves and those below them. One that was set holds for what is reported from then on
//! until it is taken away; both stay noted, so that what was reported meanwhile is reckoned as it was promised.

use db::{Audit, Cx, DbError, Tx, execute, on};
use orgs::{
    model::Node,
    server::{service, store as units},
};
use shared::{AppError, Timestamp};
use tasks::model::Limit;

use super::{
    routing::{code, shown},
    store::{self, Stored},
};
use crate::model::{Kind, LimitForm, LimitId, LimitRow, LimitsPage, Tighter, Timed, Urgency, tightened};

/// Times of one unit that hold at once.
const MOST: usize = 100;

const ALL: &str = "select l.id, n.path, l.category, l.kind, l.urgency, l.amount, l.since_at, l.until_at \
    from report_limit l join node n on n.id = l.node_id order by n.path, l.since_at, l.id";
const INSERT: &str = "insert into report_limit (id, node_id, category, kind, urgency, amount, since_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8)";
const END: &str = "update report_limit set until_at = $3 where id = $1 and node_id = $2 and until_at is null";

#[derive(sqlx::FromRow)]
struct Row {
    id: LimitId,
    path: String,
    category: Option<String>,
    kind: Option<Kind>,
    urgency: Urgency,
    amount: i64,
    since_at: Timestamp,
    until_at: Option<Timestamp>,
}

impl From<Row> for Tighter {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            path: row.path,
            category: row.category,
            kind: row.kind,
            urgency: row.urgency,
            // Stored from such a number.
            amount: u16::try_from(row.amount).unwrap_or(u16::MAX),
            since: row.since_at,
            until: row.until_at,
        }
    }
}

/// All that were ever set: a deployment has few.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn all(tx: &mut Tx) -> Result<Vec<Tighter>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(ALL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Tighter::from).collect())
}

/// The time to the answer of a matter, which is `limit` where no unit says less.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn of(tx: &mut Tx, matter: &Stored, limit: Limit) -> Result<Limit, DbError> {
    let timed = Timed {
        category: &matter.category,
        kind: matter.kind,
        urgency: matter.urgency,
        path: &matter.path,
        at: matter.created_at,
    };
    Ok(tightened(limit, &all(tx).await?, &timed))
}

/// Those that hold at a unit now: its own, and those from above.
async fn holding(tx: &mut Tx, here: &Node) -> Result<Vec<Tighter>, DbError> {
    let mut all = all(tx).await?;
    all.retain(|one| one.until.is_none() && here.path.starts_with(one.path.as_str()));
    Ok(all)
}

/// The times that hold at a unit.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn page(cx: &Cx, node: &str) -> Result<LimitsPage, AppError> {
    let mut tx = cx.read().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let mut rows = Vec::new();
    for limit in holding(&mut tx, &here).await? {
        let unit = units::by_path(&mut tx, &limit.path)
            .await?
            .ok_or(AppError::NotFound)?;
        rows.push(LimitRow {
            limit,
            unit: shown(&unit),
        });
    }
    let categories = store::categories(&mut tx).await?;
    Ok(LimitsPage {
        here: shown(&here),
        rows,
        categories: categories.into_iter().map(|one| (one.code, one.label)).collect(),
    })
}

/// Sets a time at a unit, for what is reported from now on.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field.
pub async fn add(cx: &Cx, node: &str, form: &LimitForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let (kind, urgency, amount) = form.read()?;
    let category = Some(form.category.trim()).filter(|code| !code.is_empty());
    let known = store::categories(&mut tx).await?;
    if category.is_some_and(|code| known.iter().all(|one| one.code != code)) {
        return Err(AppError::invalid("category", "没有这一类，请重新选。"));
    }
    let holding = holding(&mut tx, &here).await?;
    let same =
        |one: &&Tighter| one.category.as_deref() == category && one.kind == kind && one.urgency == urgency;
    if holding.iter().filter(same).any(|one| one.amount <= amount) {
        return Err(AppError::invalid(
            "amount",
            "这里或者上面已经有一条一样短、更短的，不用再加。",
        ));
    }
    if holding.iter().filter(|one| one.path == here.path).count() >= MOST {
        return Err(AppError::Conflict(format!(
            "一个单位最多定 {MOST} 条，请先去掉不用的。"
        )));
    }
    let (id, now, by): (LimitId, Timestamp, _) = (tx.id(), tx.now(), cx.who().user);
    execute!(
        tx,
        INSERT,
        id,
        here.id,
        category,
        kind,
        urgency,
        i64::from(amount),
        now,
        by
    )?;
    tx.audit(Audit::new("reports.limit.add", "report_limit", id.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a time of a unit away, for what is reported from now on.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or if it holds no more.
pub async fn remove(cx: &Cx, node: &str, id: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let id: LimitId = id.trim().parse().map_err(|_| AppError::NotFound)?;
    let now = tx.now();
    if execute!(tx, END, id, here.id, now)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("reports.limit.remove", "report_limit", id.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}
