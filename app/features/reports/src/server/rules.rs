//! Rules of routing, as units keep them: what each would have matched last month, and what a rule says as it is typed.

use std::collections::BTreeMap;

use accounts::{model::Phone, server::account};
use db::{Audit, Cx, Json, Tx, execute, on};
use orgs::{
    model::{Code, Node},
    server::{service, store as units},
};
use shared::{AppError, UserId, scope::PathRange};

use super::{
    routing::{Known, MONTH, TRIED, Why, code, incoming, rules_around, shown},
    store,
};
use crate::model::{Facts, MatterId, Routing, RoutingForm, RoutingId, RoutingPage, RoutingRow};

const INSERT: &str = "insert into report_routing (id, node_id, position, facts, updated_at, updated_by) values ($1, $2, $3, $4, $5, $6)";
const CHANGE: &str = "update report_routing set position = $3, facts = $4, updated_at = $5, updated_by = $6 where id = $1 and node_id = $2";
const FACTS: &str = "select facts from report_routing where id = $1";
const DELETE: &str = "delete from report_routing where id = $1 and node_id = $2";
const RECENT: &str = "select m.id from matter m join node n on n.id = m.node_id where n.path >= $1 and n.path < $2 and m.created_at > $3 \
    and m.accused_id is null order by m.id desc limit $4";
// Whoever holds a role by themselves, by their name or as an account.
const CALLED: &str = "select distinct ua.id, n.path, n.code from role_grant g join user_account ua on ua.id = g.user_id and ua.state = 'active' \
    join node n on n.id = g.node_id and n.valid_to is null where g.role = $1 and n.path >= $2 and n.path < $3 and g.valid_from <= $4 \
    and (g.valid_to is null or g.valid_to >= $4) and g.delegation_id is null and (ua.shown_name = $5 or ua.id = $6) \
    order by n.path, ua.id limit 20";

/// The rules that hold at a unit, each with how many of last month's matters it would have got: a rule that leads to nobody is passed over.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn page(cx: &Cx, node: &str) -> Result<RoutingPage, AppError> {
    let mut tx = cx.read().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let around = rules_around(&mut tx, &here.path).await?;
    let range = PathRange::below(&here.path);
    let since = tx.now().plus(-MONTH);
    let recent: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(RECENT)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(since)
        .bind(TRIED)
        .fetch_all(c)
        .await)?;
    let (mut matched, mut unmatched) = (BTreeMap::<RoutingId, i64>::new(), 0);
    let mut known = Known::default();
    let tried = i64::try_from(recent.len()).unwrap_or_default();
    for id in recent {
        let Some(matter) = store::by_id(&mut tx, id).await? else {
            continue;
        };
        let told = matter.open(cx)?;
        let found = known
            .first(&mut tx, &around, &incoming(&matter, &told), None)
            .await?;
        match found.map(|found| found.why) {
            Some(Why::Rule(rule)) => *matched.entry(rule).or_default() += 1,
            _ => unmatched += 1,
        }
    }
    let names = names(&mut tx, &around).await?;
    let mut rows = Vec::new();
    // Those of units below are theirs to look at.
    for rule in around
        .into_iter()
        .filter(|rule| here.path.starts_with(rule.path.as_str()))
    {
        let unit = units::by_path(&mut tx, &rule.path)
            .await?
            .ok_or(AppError::NotFound)?;
        rows.push(RoutingRow {
            matched: matched.get(&rule.id).copied().unwrap_or_default(),
            person: rule.facts.person.and_then(|user| names.get(&user).cloned()),
            unit: shown(&unit),
            id: rule.id,
            position: rule.position,
            facts: rule.facts,
        });
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.unit.code.len()), row.position, row.id));
    let categories = store::categories(&mut tx).await?;
    Ok(RoutingPage {
        here: shown(&here),
        rows,
        tried,
        unmatched,
        cut: tried == TRIED,
        categories: categories.into_iter().map(|one| (one.code, one.label)).collect(),
    })
}

/// What those are called whom rules name.
async fn names(tx: &mut Tx, rules: &[Routing]) -> Result<BTreeMap<UserId, String>, AppError> {
    let mut names = BTreeMap::new();
    for user in rules.iter().filter_map(|rule| rule.facts.person) {
        if let Some(account) = account::by_id(tx, user).await? {
            names.insert(user, account.shown_name);
        }
    }
    Ok(names)
}

/// What a rule of a unit says, as it is typed; the rule has an id once it is kept.
///
/// # Errors
/// [`AppError::Invalid`] by field.
pub(super) async fn facts(
    cx: &Cx,
    tx: &mut Tx,
    here: &Node,
    id: &str,
    form: &RoutingForm,
) -> Result<Facts, AppError> {
    let mut facts = form.read()?;
    let known = store::categories(tx).await?;
    if let Some(category) = &facts.category
        && known.iter().all(|one| one.code != *category)
    {
        return Err(AppError::invalid("category", "没有这一类，请重新选。"));
    }
    let mut within = here.path.clone();
    if let Some(unit) = &facts.unit {
        let unit = units::by_code(tx, unit).await?;
        let unit = unit.filter(|unit| cx.scope.covers(&unit.path));
        within = unit
            .ok_or_else(|| AppError::invalid("unit", "没有这个单位，或者不在您负责的范围内。"))?
            .path;
    }
    if !form.person.trim().is_empty() {
        let (person, unit) = person(cx, tx, &within, id, form.person.trim(), &facts).await?;
        (facts.person, facts.unit) = (Some(person), Some(unit));
    }
    Ok(facts)
}

/// Whom a rule names, by a name or a number, and the unit where they hold its role: at `within`, if the rule names it, or below.
async fn person(
    cx: &Cx,
    tx: &mut Tx,
    within: &str,
    id: &str,
    called: &str,
    facts: &Facts,
) -> Result<(UserId, Code), AppError> {
    let account = match Phone::parse("person", called) {
        Ok(phone) => account::by_phone(tx, cx.keys(), &phone).await?.map(|one| one.id),
        Err(_) => None,
    };
    let (range, today) = (PathRange::below(within), tx.now().date());
    let mut found: Vec<(UserId, String, Code)> = on!(tx, |c| sqlx::query_as(CALLED)
        .bind(facts.role.code())
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(today)
        .bind(called)
        .bind(account)
        .fetch_all(c)
        .await)?;
    if facts.unit.is_some() {
        found.retain(|(_, path, _)| path == within);
    }
    // Of several who are called so the rule goes on to name whom it names.
    let before = match id.trim().parse::<RoutingId>() {
        Ok(id) => {
            let kept: Option<Json<Facts>> =
                on!(tx, |c| sqlx::query_scalar(FACTS).bind(id).fetch_optional(c).await)?;
            kept.and_then(|kept| kept.0.person)
        }
        Err(_) => None,
    };
    if found.iter().any(|(user, ..)| Some(*user) == before) {
        found.retain(|(user, ..)| Some(*user) == before);
    }
    let Some((user, _, unit)) = found.first().cloned() else {
        return Err(AppError::invalid(
            "person",
            "没有找到担任这个岗位的人，请核对姓名、由谁承办和在哪个单位，也可以填手机号。",
        ));
    };
    if found.iter().any(|(other, ..)| *other != user) {
        return Err(AppError::invalid("person", "有几位同名的，请填手机号。"));
    }
    if found.len() > 1 {
        return Err(AppError::invalid(
            "unit",
            "这个人在几个单位担任，请填是哪一个单位的代码。",
        ));
    }
    Ok((user, unit))
}

/// Keeps a rule of a unit: a new one without an id.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field.
pub async fn save(cx: &Cx, node: &str, id: &str, form: &RoutingForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let facts = facts(cx, &mut tx, &here, id, form).await?;
    let (now, by) = (tx.now(), cx.who().user);
    let rule = if id.trim().is_empty() {
        let rule: RoutingId = tx.id();
        execute!(tx, INSERT, rule, here.id, form.position, Json(&facts), now, by)?;
        rule
    } else {
        let rule: RoutingId = id.trim().parse().map_err(|_| AppError::NotFound)?;
        if execute!(tx, CHANGE, rule, here.id, form.position, Json(&facts), now, by)? == 0 {
            return Err(AppError::NotFound);
        }
        rule
    };
    tx.audit(Audit::new("reports.routing.save", "report_routing", rule.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a rule of a unit away.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn remove(cx: &Cx, node: &str, id: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let here = service::open(cx, &mut tx, &code(node)?).await?;
    let rule: RoutingId = id.trim().parse().map_err(|_| AppError::NotFound)?;
    if execute!(tx, DELETE, rule, here.id)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("reports.routing.remove", "report_routing", rule.0).at(&here.path))
        .await?;
    tx.commit().await?;
    Ok(())
}
