//! The figures of a place and a period, for whoever asks.

use db::{Cx, DbError, Tx, on};
use orgs::{
    model::{Code, Node, NodeKind, Order},
    server::store as units,
};
use shared::{Actor, AppError, Date, NodeId, Permission};

use super::{open, read::Spread, sees::Sees};
use crate::{
    model::{
        Unit,
        figures::{AreaFigures, Figures, FiguresPage, HotSpot, MonthFigures, Period, SMALLEST, Tally, Told},
    },
    server::store,
};

/// Hot spots of a page.
const HOT: usize = 10;

const BUSY: &str = "select c.id from node c where c.parent_id = $1 and c.valid_to is null \
    and exists (select 1 from matter_tally t where t.path = c.path and t.what = 'all') order by c.code limit 2";

/// What is asked for: a unit by its code, or else one's own; a period by its code or by two days, or else this quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub node: String,
    pub period: String,
    pub from: String,
    pub to: String,
}

impl Wanted {
    /// # Errors
    /// [`AppError::Invalid`] for a time that is none.
    pub fn period(&self, today: Date) -> Result<Period, AppError> {
        Period::read(&self.period, &self.from, &self.to, today).ok_or_else(|| {
            AppError::invalid(
                "from",
                "没有这段时间。请选月、季度或者年；自己选的日期，前一天在后一天之前，不超过一年。",
            )
        })
    }
}

/// The figures of a place and a period: all of them for those who handle matters there, without small groups for everybody.
///
/// # Errors
/// [`AppError::NotFound`] for a unit that is none, or of which the public is told nothing; [`AppError::Invalid`] for a time that is none, or that
/// is not told to the public.
pub async fn page(cx: &Cx, wanted: &Wanted) -> Result<FiguresPage, AppError> {
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    let node = node(cx, &mut tx, &wanted.node).await?;
    let sees = Sees::of(cx, &mut tx, &node).await?;
    let period = wanted.period(today)?;
    if !sees.is_whole() {
        // Few live in a grid, and one person handles what is reported there.
        if node.kind >= NodeKind::Grid {
            return Err(AppError::NotFound);
        }
        if !period.is_whole() {
            return Err(AppError::invalid(
                "from",
                "自己选的日期，只有在这里办事的人能看。请选月、季度或者年。",
            ));
        }
    }
    let spread = Spread::of(&mut tx, &sees, &node, period, HOT).await?;
    let labels = store::categories(&mut tx).await?;
    let labels: Vec<(String, String)> = labels.into_iter().map(|one| (one.code, one.label)).collect();
    let hot = hot(&mut tx, &sees, &spread, period, &labels).await?;
    let areas = areas(&mut tx, &sees, &spread, &node).await?;
    let open = open::of(&mut tx, &sees, &node).await?;
    let above = units::ancestors(&mut tx, &node.path).await?;
    Ok(FiguresPage {
        figures: Figures::of(&spread.all, sees.told),
        months: months(&spread, sees.told, period),
        here: unit(&node),
        above: above
            .into_iter()
            .map(|one| Unit {
                code: one.code.to_string(),
                name: one.name,
            })
            .collect(),
        whole: sees.is_whole(),
        now: tx.now(),
        period,
        today,
        labels,
        areas,
        hot,
        open,
    })
}

fn unit(node: &Node) -> Unit {
    Unit {
        code: node.code.to_string(),
        name: node.name.clone(),
    }
}

/// The unit of a code, or else that of the viewer, or of the deployment.
pub(super) async fn node(cx: &Cx, tx: &mut Tx, code: &str) -> Result<Node, AppError> {
    let code = code.trim();
    if !code.is_empty() {
        let code: Code = code.parse().map_err(|_| AppError::NotFound)?;
        return units::latest_by_code(tx, &code).await?.ok_or(AppError::NotFound);
    }
    let own = cx.actor.as_deref().and_then(own);
    if let Some(id) = own {
        return units::by_id(tx, id).await?.ok_or(AppError::NotFound);
    }
    top(tx).await
}

/// Where somebody handles matters: of several units the highest.
fn own(actor: &Actor) -> Option<NodeId> {
    let shown = actor.grants.iter().filter(|grant| {
        let proved = actor.second_factor || !grant.role.needs_second_factor();
        grant.role.allows(Permission::ReportHandle) && proved
    });
    shown.min_by_key(|grant| grant.path.len()).map(|grant| grant.node)
}

/// The lowest unit that has all of a deployment's matters: that of the deployment, mostly.
async fn top(tx: &mut Tx) -> Result<Node, AppError> {
    let roots = units::children(tx, None, Order::Code, None, 1).await?;
    let mut id = roots.rows.first().ok_or(AppError::NotFound)?.id;
    loop {
        let node = units::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
        if node.kind >= NodeKind::District {
            return Ok(node);
        }
        let busy: Vec<NodeId> = on!(tx, |c| sqlx::query_scalar(BUSY).bind(id).fetch_all(c).await)?;
        let [only] = busy.as_slice() else {
            return Ok(node);
        };
        id = *only;
    }
}

fn months(spread: &Spread, told: Told, period: Period) -> Vec<MonthFigures> {
    // Months that are not whole would look like quiet ones.
    if !period.is_whole() || spread.months.len() < 2 {
        return Vec::new();
    }
    let month = |(month, tally): (&i64, &Tally)| {
        let figures = Figures::of(tally, told);
        MonthFigures {
            month: *month,
            all: figures.all,
            rates: figures.rates(),
        }
    };
    spread.months.iter().map(month).collect()
}

/// The units directly below, by their codes. One person has a grid: comparing rates of grids would compare persons, so of grids it is told how much
/// was reported, and nothing of how it went.
async fn areas(tx: &mut Tx, sees: &Sees, spread: &Spread, node: &Node) -> Result<Vec<AreaFigures>, DbError> {
    let none = Tally::default();
    let area = |part: Node| {
        let tally = spread.parts.get(&part.path).unwrap_or(&none);
        // A province has cities that are no part of the deployment.
        if node.kind < NodeKind::District && tally.of("all") == 0 {
            return None;
        }
        let figures = Figures::of(tally, sees.told);
        let rates = [
            figures.responded,
            figures.in_time,
            figures.solved,
            figures.content,
        ];
        Some(AreaFigures {
            unit: unit(&part),
            all: figures.all,
            rates: (part.kind < NodeKind::Grid).then_some(rates),
        })
    };
    let parts = units::parts(tx, node.id).await?;
    Ok(parts.into_iter().filter_map(area).collect())
}

/// The grids where most was reported, and what most of it is about.
async fn hot(
    tx: &mut Tx,
    sees: &Sees,
    spread: &Spread,
    period: Period,
    labels: &[(String, String)],
) -> Result<Vec<HotSpot>, DbError> {
    let mut grids: Vec<(&str, i64)> = spread
        .grids
        .iter()
        .map(|(path, n)| (path.as_str(), *n))
        .filter(|(_, n)| sees.is_whole() || *n >= SMALLEST)
        .collect();
    grids.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    grids.truncate(HOT);
    let paths: Vec<&str> = grids.iter().map(|(path, _)| *path).collect();
    let names = units::names_of_paths(tx, &paths).await?;
    let mut hot = Vec::new();
    for (path, n) in grids {
        let Some(name) = names.iter().find(|name| name.path == path) else {
            continue;
        };
        let about = spread.about(tx, sees, path, period).await?;
        let figures = Figures::of(&about, sees.told);
        let most = figures.categories.into_iter().next();
        let most = most.filter(|(_, n)| n.is_some());
        let label = most.and_then(|(code, _)| labels.iter().find(|one| one.0 == code));
        hot.push(HotSpot {
            unit: Unit {
                code: name.code.to_string(),
                name: name.name.clone(),
            },
            all: sees.told.count(n),
            most: label.map(|(_, label)| label.clone()),
        });
    }
    Ok(hot)
}
