//! Trying rules out: where each of last month's matters would go, by which rule, or where without one; also with a rule that is not kept
//! yet. Words are read for it and not shown.

use std::collections::BTreeMap;

use accounts::server::account;
use db::{Cx, Tx, on};
use orgs::server::{service, store as units};
use shared::{AppError, Cursor, FieldError, Page, Timestamp, UserId, scope::PathRange};

use super::{
    routing::{self, Destination, Known, MONTH, TRIED, Why, shown},
    rules,
    store::{self, Stored},
};
use crate::model::{MatterId, Routing, RoutingForm, RoutingId, TriedBy, TriedRow, TriedTo, TryPage, Unit};

/// Matters of a page.
const PAGE: usize = 30;
/// As many are looked at together.
const BATCH: i64 = 100;

// But complaints about who works there, which no rule gets, and what the viewer stepped aside from.
const RECENT: &str = "select m.id from matter m join node n on n.id = m.node_id where n.path >= $1 and n.path < $2 and m.created_at > $3 \
    and m.accused_id is null and m.id < $4 \
    and not exists (select 1 from matter_recusal x where x.matter_id = m.id and x.user_id = $5) order by m.id desc limit $6";

/// What a try-out is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// A unit's code.
    pub node: String,
    /// The rule that is changed; empty for a new one.
    pub id: String,
    pub form: RoutingForm,
    /// `rule` for what the rule that is tried gets, `none` for what no rule gets; else all.
    pub only: String,
    pub after: String,
}

/// Where last month's matters of a unit would go, the newest first. Without a role no rule is tried but those that are kept.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or for a page that is none.
pub async fn page(cx: &Cx, asked: &Asked) -> Result<TryPage, AppError> {
    let mut tx = cx.read().await?;
    let here = service::open(cx, &mut tx, &routing::code(&asked.node)?).await?;
    let mut rules = routing::rules_around(&mut tx, &here.path).await?;
    let (mut draft, mut wrong) = (None, Vec::<FieldError>::new());
    if !asked.form.role.trim().is_empty() {
        match rules::facts(cx, &mut tx, &here, &asked.id, &asked.form).await {
            Ok(facts) => {
                let kept = asked.id.trim().parse::<RoutingId>().ok();
                let kept =
                    kept.filter(|id| rules.iter().any(|rule| rule.id == *id && rule.path == here.path));
                let id = kept.unwrap_or(RoutingId(uuid::Uuid::max()));
                rules.retain(|rule| rule.id != id);
                rules.push(Routing {
                    id,
                    path: here.path.clone(),
                    position: asked.form.position,
                    facts,
                });
                draft = Some(id);
            }
            Err(AppError::Invalid(errors)) => wrong = errors,
            Err(other) => return Err(other),
        }
    }
    let mut trial = Trial {
        rules,
        draft,
        known: Known::default(),
        units: BTreeMap::new(),
        names: BTreeMap::new(),
    };
    let rows = trial.rows(cx, &mut tx, &here.path, asked).await?;
    let categories = store::categories(&mut tx).await?;
    Ok(TryPage {
        here: shown(&here),
        rows,
        draft: draft.is_some(),
        wrong,
        categories: categories.into_iter().map(|one| (one.code, one.label)).collect(),
    })
}

/// Rules that are tried, and what was found out meanwhile.
struct Trial {
    rules: Vec<Routing>,
    draft: Option<RoutingId>,
    known: Known,
    /// The units of rules, by their paths.
    units: BTreeMap<String, Unit>,
    names: BTreeMap<UserId, String>,
}

impl Trial {
    async fn rows(
        &mut self,
        cx: &Cx,
        tx: &mut Tx,
        path: &str,
        asked: &Asked,
    ) -> Result<Page<TriedRow>, AppError> {
        let since = tx.now().plus(-MONTH);
        let (mut at, mut seen, mut rows) = (after(&asked.after)?, 0, Vec::new());
        loop {
            let ids = recent(cx, tx, path, since, at, BATCH).await?;
            if ids.is_empty() {
                return Ok(Page { rows, next: None });
            }
            for id in ids {
                (at, seen) = (id, seen + 1);
                if let Some(matter) = store::by_id(tx, id).await? {
                    let row = self.row(cx, tx, &matter).await?;
                    if wanted(&row, &asked.only) {
                        rows.push(row);
                    }
                }
                if rows.len() == PAGE || seen == TRIED {
                    let more = !recent(cx, tx, path, since, at, 1).await?.is_empty();
                    let cursor = Cursor {
                        key: String::new(),
                        id: at.0,
                    };
                    return Ok(Page {
                        rows,
                        next: more.then(|| cursor.to_string()),
                    });
                }
            }
        }
    }

    async fn row(&mut self, cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<TriedRow, AppError> {
        let told = matter.open(cx)?;
        let incoming = routing::incoming(matter, &told);
        let by_rule = self.known.first(tx, &self.rules, &incoming, None).await?;
        let found = match by_rule {
            Some(found) => Some(found),
            None => routing::without_rule(tx, &incoming, None).await?,
        };
        let goes = match found {
            Some(found) => Some(self.goes(tx, found).await?),
            None => None,
        };
        Ok(TriedRow {
            code: matter.code.clone(),
            number: matter.shown_number(),
            title: matter.title.clone(),
            kind: matter.kind,
            at: matter.created_at,
            goes,
        })
    }

    async fn goes(&mut self, tx: &mut Tx, found: Destination) -> Result<TriedTo, AppError> {
        let by = match found.why {
            Why::Category => TriedBy::Category,
            Why::Order => TriedBy::Order,
            Why::Rule(id) if self.draft == Some(id) => TriedBy::Draft,
            Why::Rule(id) => {
                let rule = self.rules.iter().find(|rule| rule.id == id).cloned();
                let rule = rule.ok_or(AppError::NotFound)?;
                TriedBy::Rule {
                    unit: self.unit(tx, &rule.path).await?,
                    position: rule.position,
                    facts: rule.facts,
                }
            }
        };
        let person = match found.person {
            Some(user) => self.name(tx, user).await?,
            None => None,
        };
        Ok(TriedTo {
            by,
            unit: shown(&found.unit),
            role: found.role,
            person,
        })
    }

    async fn unit(&mut self, tx: &mut Tx, path: &str) -> Result<Unit, AppError> {
        if let Some(unit) = self.units.get(path) {
            return Ok(unit.clone());
        }
        let unit = units::by_path(tx, path).await?.ok_or(AppError::NotFound)?;
        let unit = shown(&unit);
        self.units.insert(path.to_owned(), unit.clone());
        Ok(unit)
    }

    async fn name(&mut self, tx: &mut Tx, user: UserId) -> Result<Option<String>, AppError> {
        if let Some(name) = self.names.get(&user) {
            return Ok(Some(name.clone()));
        }
        let Some(account) = account::by_id(tx, user).await? else {
            return Ok(None);
        };
        self.names.insert(user, account.shown_name.clone());
        Ok(Some(account.shown_name))
    }
}

fn wanted(row: &TriedRow, only: &str) -> bool {
    let by = row.goes.as_ref().map(|goes| &goes.by);
    match only {
        "rule" => matches!(by, Some(TriedBy::Draft)),
        "none" => by.is_none_or(|by| !by.is_rule()),
        _ => true,
    }
}

/// The id after which a page begins.
fn after(text: &str) -> Result<MatterId, AppError> {
    if text.is_empty() {
        return Ok(MatterId(uuid::Uuid::max()));
    }
    let cursor: Cursor = text.parse().map_err(|()| AppError::NotFound)?;
    Ok(MatterId(cursor.id))
}

async fn recent(
    cx: &Cx,
    tx: &mut Tx,
    path: &str,
    since: Timestamp,
    after: MatterId,
    most: i64,
) -> Result<Vec<MatterId>, AppError> {
    let (range, user) = (PathRange::below(path), cx.who().user);
    Ok(on!(tx, |c| sqlx::query_scalar(RECENT)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(since)
        .bind(after)
        .bind(user)
        .bind(most)
        .fetch_all(c)
        .await)?)
}
