//! Categories, as a deployment has them: kept for all of it by those who may, asked by whoever reckons limits and looks for a unit.

use std::collections::BTreeMap;

use db::{Audit, Cx, Event, Json, Tx, access, execute, on};
use shared::{AppError, Role, Timestamp};
use tasks::model::Limit;

use super::store::{self, Stored};
use crate::model::{CategoriesPage, Category, CategoryForm, CategoryRow, built_in};

/// Since when matters are counted beside a category.
const COUNTED: i64 = 30 * Timestamp::DAY;

const PUT: &str = "insert into report_category (code, position, facts, updated_at, updated_by) values ($1, $2, $3, $4, $5) \
    on conflict (code) do update set position = excluded.position, facts = excluded.facts, updated_at = excluded.updated_at, \
    updated_by = excluded.updated_by";
const POSITIONS: &str = "select code, position from report_category";
const COUNTS: &str = "select category, count(*) from matter where created_at > $1 group by category";

async fn of(tx: &mut Tx, code: &str) -> Result<Option<Category>, AppError> {
    let all = store::categories(tx).await?;
    Ok(all.into_iter().find(|one| one.code == code))
}

/// From the report to the answer of a matter: by its category, or else by its urgency; a unit at or above its place may have set less.
///
/// # Errors
/// What the database answers.
pub(super) async fn limit(tx: &mut Tx, matter: &Stored) -> Result<Limit, AppError> {
    let category = of(tx, &matter.category).await?;
    let own = category.map_or_else(|| matter.urgency.limit(), |one| one.limit(matter.urgency));
    Ok(super::limit::of(tx, matter, own).await?)
}

/// Who has matters of a category where no rule says otherwise.
///
/// # Errors
/// What the database answers.
pub(super) async fn lead(tx: &mut Tx, code: &str) -> Result<Option<Role>, AppError> {
    Ok(of(tx, code).await?.and_then(|category| category.lead))
}

/// All categories, in their order.
///
/// # Errors
/// What the database answers.
pub async fn page(cx: &Cx) -> Result<CategoriesPage, AppError> {
    let mut tx = cx.read().await?;
    let since = tx.now().plus(-COUNTED);
    let positions = positions(&mut tx).await?;
    let counts: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(COUNTS).bind(since).fetch_all(c).await)?;
    let counts: BTreeMap<String, i64> = counts.into_iter().collect();
    let row = |category: Category| CategoryRow {
        own: positions.contains_key(&category.code),
        position: position(&positions, &category.code),
        matters: counts.get(&category.code).copied().unwrap_or_default(),
        category,
    };
    let all = store::categories(&mut tx).await?;
    Ok(CategoriesPage {
        rows: all.into_iter().map(row).collect(),
    })
}

async fn positions(tx: &mut Tx) -> Result<BTreeMap<String, i64>, AppError> {
    let own: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(POSITIONS).fetch_all(c).await)?;
    Ok(own.into_iter().collect())
}

fn position(own: &BTreeMap<String, i64>, code: &str) -> i64 {
    own.get(code)
        .copied()
        .or_else(|| Category::built_in_position(code))
        .unwrap_or(Category::NEW_POSITION)
}

/// Keeps a category: a new one without a code. What was reported under it stays; a form that is open while its category is closed is
/// refused in words when it is sent.
///
/// # Errors
/// [`AppError::NotFound`] for a code that is none, [`AppError::Invalid`] by field.
pub async fn save(cx: &Cx, code: &str, place: Option<i64>, form: &CategoryForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let all = store::categories(&mut tx).await?;
    let own = positions(&mut tx).await?;
    let code = match code.trim() {
        "" => format!("c{}", access::random_trace()),
        known if all.iter().any(|one| one.code == known) => known.to_owned(),
        _ => return Err(AppError::NotFound),
    };
    let category = form.read(&code, || format!("q{}", access::random_trace()))?;
    if all
        .iter()
        .any(|one| one.code != code && one.label == category.label)
    {
        return Err(AppError::invalid("label", "已经有一类叫这个名字，请换一个。"));
    }
    let place = place.unwrap_or_else(|| position(&own, &code)).clamp(0, 9_999);
    let (now, by) = (tx.now(), cx.who().user);
    execute!(tx, PUT, &code, place, Json(&category), now, by)?;
    let built = built_in().iter().any(|one| one.code == code);
    let how = match (category.offered, built) {
        (false, _) => "closed",
        (true, true) => "changed",
        (true, false) => "own",
    };
    tx.audit(
        Audit::new("reports.category.save", "report_category", None::<uuid::Uuid>).because(how, Some(&code)),
    )
    .await?;
    tx.publish(Event {
        topic: "reports".into(),
        kind: "reports.category.changed",
        subject: None,
        data: serde_json::json!({ "category": code }),
    })
    .await?;
    tx.commit().await?;
    Ok(())
}
