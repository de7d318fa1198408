//! Importing a map file: first a plan, then all of it or nothing. Importing it again changes nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use axum::body::Bytes;
use db::{Audit, Cx, DbError, Event, Tx};
use orgs::server::{
    sent::Steps,
    service::{NewGrid, create_grids},
};
use shared::{AppError, Date, NodeId, RecordId};
use ui::sending::Phase;

use super::{
    geo::{
        Border,
        check::{self, Area, Checked, Known, KnownUnit},
        read::{self, Limits, Reading},
        write,
    },
    settings, staged,
    store::{self, NewArea, Unit},
};
pub use crate::model::Counts;
use crate::model::{Datum, Problem, Severity};

/// Units that the event of an import names.
const TOLD: usize = 200;

/// What a file would change.
#[derive(Clone, Debug)]
pub struct Plan {
    pub datum: Datum,
    pub checked: Checked,
    pub counts: Counts,
    /// By code: the units that are there.
    ids: HashMap<String, NodeId>,
    /// Codes whose border is stored as the file has it.
    same: HashSet<String>,
    /// Codes that have no border so far.
    first: HashSet<String>,
}

impl Plan {
    /// What is wrong with the file, the worst first.
    pub fn problems(&self) -> &[Problem] {
        &self.checked.problems
    }

    /// The problems that an administrator may accept, by the keys under which they are.
    pub fn acceptable(&self) -> Vec<String> {
        let acceptable = self
            .problems()
            .iter()
            .filter(|problem| problem.severity == Severity::Acceptable);
        acceptable.map(Problem::key).collect()
    }

    /// The areas that get their first border, in the order of the file.
    pub fn first_borders(&self) -> Vec<&Area> {
        let areas = self.checked.areas.iter();
        areas.filter(|area| self.first.contains(&area.code)).collect()
    }

    /// The areas whose border becomes another.
    pub fn changed_borders(&self) -> Vec<&Area> {
        let areas = self.checked.areas.iter();
        areas
            .filter(|area| !self.first.contains(&area.code) && !self.same.contains(&area.code))
            .collect()
    }

    /// Whether an area is of a grid that the organisation does not have yet.
    pub fn founds(&self, area: &Area) -> bool {
        !self.ids.contains_key(&area.code)
    }
}

/// Reads a file and compares it with what is stored, within the caller's scope.
///
/// # Errors
/// [`AppError::Invalid`] for the field `file` if it cannot be read at all, or what the database answers. What is wrong with
/// its features is among the plan's problems.
pub async fn plan(cx: &Cx, content: impl Into<Bytes>, datum: Datum) -> Result<Plan, AppError> {
    plan_in_steps(cx, content, datum, &Steps::default()).await
}

pub(super) async fn plan_in_steps(
    cx: &Cx,
    content: impl Into<Bytes>,
    datum: Datum,
    steps: &Steps,
) -> Result<Plan, AppError> {
    steps.at(Phase::Read);
    let reading = read_file(content.into(), datum).await?;
    let (known, units, tolerance) = {
        let mut tx = cx.read().await?;
        let units = related(&mut tx, &reading).await?;
        let tolerance = settings::tolerance(&mut tx).await?;
        (known(cx, &units, &reading)?, units, tolerance)
    };
    steps.at(Phase::Check);
    let checked = blocking(move || check::check(reading, &known, &tolerance)).await?;
    steps.at(Phase::Compare);
    blocking(move || compare(datum, checked, &units)).await
}

/// Applies a plan: all of it, or nothing.
///
/// `accepted` names the problems that an administrator accepts, by key.
///
/// # Errors
/// [`AppError::Invalid`] with the problems that stand in the way, [`AppError::Conflict`] if somebody else is importing, or what
/// the database answers.
pub async fn apply(
    cx: &Cx,
    plan: &Plan,
    name: &str,
    origin: Origin,
    accepted: &[String],
) -> Result<Counts, AppError> {
    let mut tx = cx.write().await?;
    let import = staged::record(&mut tx, name, plan.datum, cx.who().user).await?;
    apply_in(cx, &mut tx, plan, import, origin, accepted).await?;
    staged::applied(&mut tx, import, accepted, plan.counts, cx.who().user).await?;
    tx.commit().await?;
    Ok(plan.counts)
}

/// Where borders are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Surveyed,
    /// Made up for demonstration, as if they had been so since that day.
    Synthetic {
        since: Date,
    },
}

pub(super) async fn apply_in(
    cx: &Cx,
    tx: &mut Tx,
    plan: &Plan,
    import: RecordId,
    origin: Origin,
    accepted: &[String],
) -> Result<(), AppError> {
    if !plan.checked.storable(accepted) {
        return Err(refusal(plan, accepted));
    }
    let mut grids = Vec::with_capacity(plan.counts.founded);
    for area in &plan.checked.areas {
        if !plan.ids.contains_key(&area.code) {
            let code = area.code.parse().map_err(|_| AppError::NotFound)?;
            grids.push(NewGrid {
                code,
                name: area.name.clone(),
            });
        }
    }
    let from = match origin {
        Origin::Surveyed => cx.now().date(),
        Origin::Synthetic { since } => since,
    };
    let founded = create_grids(cx, tx, &grids, from).await?;
    let founded: HashMap<&str, NodeId> = founded.iter().map(|(code, id)| (code.as_str(), *id)).collect();
    let changing = plan
        .checked
        .areas
        .iter()
        .filter(|area| !plan.same.contains(&area.code));
    let mut areas = Vec::new();
    for area in changing {
        let stored = plan
            .ids
            .get(&area.code)
            .or_else(|| founded.get(area.code.as_str()));
        areas.push(NewArea {
            node: *stored.ok_or(AppError::NotFound)?,
            area,
        });
    }
    let source = store::Source {
        by: store::By::Import(import),
        synthetic: matches!(origin, Origin::Synthetic { .. }),
        from,
    };
    let stored = store::replace(tx, &areas, source).await.map_err(conflict)?;
    if stored != areas.len() as u64 {
        return Err(changed_meanwhile());
    }
    tx.audit(Audit::new("grid.area.import", "area_import", import.0))
        .await?;
    for key in accepted {
        tx.audit(Audit::new("grid.problem.accept", "area_import", import.0).because(key, None))
            .await?;
    }
    tx.publish(Event {
        topic: "grid".into(),
        kind: "grid.area.imported",
        subject: Some(import),
        data: serde_json::json!({
            "new": plan.counts.new, "changed": plan.counts.changed, "units": concerned(&areas),
        }),
    })
    .await?;
    Ok(())
}

/// The codes of the units with another border, and of those that they are part of, for whoever draws there; none if they are too many
/// to be told, for it may be anywhere then.
fn concerned(areas: &[NewArea<'_>]) -> Option<String> {
    let codes: BTreeSet<&str> = areas
        .iter()
        .flat_map(|new| [new.area.code.as_str(), new.area.parent.as_str()])
        .filter(|code| !code.is_empty())
        .collect();
    (codes.len() <= TOLD).then(|| codes.into_iter().collect::<Vec<_>>().join(","))
}

fn conflict(error: DbError) -> AppError {
    if error.is_unique_violation() {
        changed_meanwhile()
    } else {
        error.into()
    }
}

fn changed_meanwhile() -> AppError {
    AppError::Conflict("别人刚刚也导入了边界，请刷新后再看一遍。".into())
}

/// Why a plan cannot be applied: the problems that are neither notes nor accepted.
fn refusal(plan: &Plan, accepted: &[String]) -> AppError {
    let stands = |problem: &&Problem| match problem.severity {
        Severity::Blocking => true,
        Severity::Acceptable => !accepted.contains(&problem.key()),
        Severity::Note => false,
    };
    let counts = plan.checked.counts;
    let standing: Vec<&Problem> = plan.problems().iter().filter(stands).collect();
    // What is wrong with single features is told of so many only: then the rest has to be mended first.
    let message = match (standing.first(), counts.blocking) {
        (None, _) => "问题太多，没有逐条列出。请先改正列出的，再重新导入。".to_owned(),
        (Some(first), 0) => format!(
            "有 {} 处超出容差，还没有例外通过，什么也没有存。请改好文件，或者逐条勾选。第一处：{first}。",
            standing.len()
        ),
        (Some(first), blocking) => {
            format!("有 {blocking} 处必须改正，什么也没有存。请改好文件再导入。第一处：{first}。")
        }
    };
    AppError::invalid("", message)
}

async fn read_file(content: Bytes, datum: Datum) -> Result<Reading, AppError> {
    let read = blocking(move || {
        read::read(&*content, Some(content.len() as u64), datum, &Limits::default())
            .map_err(|error| error.to_string())
    });
    read.await?
        .map_err(|message| AppError::invalid("file", format!("{message}。")))
}

/// Geometry keeps a thread busy for up to a second: not one that serves requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| db::internal(&error))
}

/// The units that a file speaks of, their parents, and all parts of either.
async fn related(tx: &mut Tx, reading: &Reading) -> Result<HashMap<String, Unit>, AppError> {
    let mut codes: HashSet<String> = HashSet::new();
    for feature in &reading.features {
        if let Ok(code) = feature.code.parse::<orgs::model::Code>() {
            codes.extend(code.parent().map(String::from));
            codes.insert(code.into());
        }
    }
    let mut units: HashMap<String, Unit> = HashMap::new();
    // The second round finds the parents of units that were moved: their codes do not tell.
    for _ in 0..2 {
        let found = store::units(tx, codes.iter().map(String::as_str)).await?;
        codes = found
            .iter()
            .map(Unit::parent)
            .filter(|code| !code.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        units.extend(found.into_iter().map(|unit| (unit.code.to_string(), unit)));
        codes.retain(|code| !units.contains_key(code));
        if codes.is_empty() {
            break;
        }
    }
    let above: HashSet<&str> = units.keys().map(String::as_str).collect();
    let parts = store::below(tx, above).await?;
    for part in parts {
        units.entry(part.code.to_string()).or_insert(part);
    }
    Ok(units)
}

/// The units as the check wants them. Borders that the file replaces are not read.
fn known(cx: &Cx, units: &HashMap<String, Unit>, reading: &Reading) -> Result<Known, AppError> {
    let replaced: HashSet<&str> = reading
        .features
        .iter()
        .map(|feature| feature.code.as_str())
        .collect();
    let mut known = Known::default();
    for (code, unit) in units {
        let covered = cx.scope.covers(&unit.path);
        let parent = unit.parent().to_owned();
        known.units.insert(
            code.clone(),
            KnownUnit {
                name: unit.name.clone(),
                parent,
                covered,
            },
        );
        if let Some(geometry) = unit
            .geometry
            .as_deref()
            .filter(|_| !replaced.contains(code.as_str()))
        {
            known.borders.insert(code.clone(), stored_border(geometry)?);
        }
    }
    Ok(known)
}

/// A border as it was stored. It was written by [`write::geometry`], so that it cannot be read is a fault of ours.
pub(super) fn stored_border(geometry: &str) -> Result<Border, AppError> {
    #[derive(Debug, thiserror::Error)]
    #[error("a stored border cannot be read: {0}")]
    struct Unreadable(String);
    read::read_border(geometry).map_err(|error| db::internal(&Unreadable(error)))
}

fn compare(datum: Datum, checked: Checked, units: &HashMap<String, Unit>) -> Plan {
    let mut plan = Plan {
        datum,
        counts: Counts::default(),
        ids: units.iter().map(|(code, unit)| (code.clone(), unit.id)).collect(),
        same: HashSet::new(),
        first: HashSet::new(),
        checked,
    };
    for area in &plan.checked.areas {
        let unit = units.get(&area.code);
        match unit.and_then(|unit| unit.geometry.as_ref()) {
            Some(stored) if *stored == write::geometry(&area.border) => {
                plan.counts.unchanged += 1;
                plan.same.insert(area.code.clone());
            }
            Some(_) => plan.counts.changed += 1,
            None => {
                plan.counts.new += 1;
                plan.first.insert(area.code.clone());
            }
        }
        plan.counts.founded += usize::from(unit.is_none());
    }
    plan
}

/// The areas of a plan that a preview draws: as many of the upper levels as it holds.
pub(super) fn drawn(plan: &Plan, most: usize) -> Vec<&Area> {
    let mut areas: Vec<&Area> = plan.checked.areas.iter().collect();
    areas.sort_by_key(|area| (area.kind, area.index));
    areas.truncate(most);
    areas
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod store_tests;
