//! Figures of a place: whole for those who work there, without small groups for the public.

use db::{Cx, DbError, Tx, on};
use orgs::model::{Code, NodeKind};
use shared::{AppError, Date, NodeId, Permission, scope::PathRange};

use super::sight;
use crate::model::{Band, Figures, FiguresPage, PlaceChoice};

// Of today, so that the current path of the grids serves.
macro_rules! here {
    ($rest:expr) => {
        concat!(
            "with home as (select h.id from node n join household h on h.node_id = n.id and h.valid_to is null \
             where n.path >= $1 and n.path < $2) ",
            $rest
        )
    };
}

const HOUSEHOLDS: &str = here!("select count(*) from home");
const BANDS: &str = here!(
    "select case when p.birth_year is null then 'unknown' when $3 - p.birth_year < 6 then '0' when $3 - p.birth_year < 18 then '6' \
     when $3 - p.birth_year < 60 then '18' when $3 - p.birth_year < 80 then '60' else '80' end as band, count(*) \
     from home join residence x on x.household_id = home.id and x.valid_to is null and x.kind <> 'away' \
     join person p on p.id = x.person_id group by 1"
);
const ALONE: &str = here!(
    "select count(*) from (select max(p.birth_year) as born from home join residence x on x.household_id = home.id \
     and x.valid_to is null and x.kind <> 'away' join person p on p.id = x.person_id group by home.id \
     having count(*) = 1) one where $3 - one.born >= 80"
);
const SERVICE: &str = "select coalesce(sum(e.service_area), 0) from estate e where exists (select 1 from building b join node n on n.id = b.node_id \
    where b.estate_id = e.id and n.path >= $1 and n.path < $2)";

/// What there is at and below `path` today.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, path: &str, today: Date) -> Result<Figures, DbError> {
    let PathRange { lo, hi } = PathRange::below(path);
    let year = today.year();
    let households = on!(tx, |c| sqlx::query_scalar(HOUSEHOLDS)
        .bind(&lo)
        .bind(&hi)
        .fetch_one(c)
        .await)?;
    let found: Vec<(Band, i64)> = on!(tx, |c| sqlx::query_as(BANDS)
        .bind(&lo)
        .bind(&hi)
        .bind(year)
        .fetch_all(c)
        .await)?;
    let alone = on!(tx, |c| sqlx::query_scalar(ALONE)
        .bind(&lo)
        .bind(&hi)
        .bind(year)
        .fetch_one(c)
        .await)?;
    // PostgreSQL sums into numeric.
    let service: &str = match tx.engine() {
        db::Engine::Sqlite => SERVICE,
        db::Engine::Postgres => SERVICE_POSTGRES,
    };
    let service_area = on!(tx, |c| sqlx::query_scalar(service)
        .bind(&lo)
        .bind(&hi)
        .fetch_one(c)
        .await)?;
    let bands: Vec<i64> = Band::ALL
        .iter()
        .map(|band| found.iter().find(|(one, _)| one == band).map_or(0, |(_, n)| *n))
        .collect();
    Ok(Figures {
        households,
        persons: bands.iter().sum(),
        bands,
        alone,
        service_area,
    })
}

const SERVICE_POSTGRES: &str = "select coalesce(sum(e.service_area), 0)::bigint from estate e where exists (select 1 from building b \
    join node n on n.id = b.node_id where b.estate_id = e.id and n.path >= $1 and n.path < $2)";

/// What the page of figures shows: anybody may see it, those who work there see all of it.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such place.
pub async fn page(cx: &Cx, code: &Code) -> Result<FiguresPage, AppError> {
    let mut tx = cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, code)
        .await?
        .ok_or(AppError::NotFound)?;
    if node.kind < NodeKind::Street {
        return Err(AppError::NotFound);
    }
    let whole = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.scope_of(Permission::StaffView).covers(&node.path));
    let figures = of(&mut tx, &node.path, cx.now().date()).await?;
    let above = above(&mut tx, node.parent_id).await?;
    let below = sight::choices(&mut tx, &cx.scope, Some(node.id)).await?;
    Ok(FiguresPage {
        here: PlaceChoice {
            code: node.code,
            name: node.name,
        },
        above,
        below,
        figures: if whole { figures.whole() } else { figures.public() },
        whole,
    })
}

/// The places above it that have figures.
async fn above(tx: &mut Tx, parent: Option<NodeId>) -> Result<Vec<PlaceChoice>, DbError> {
    let mut found = Vec::new();
    let mut next = parent;
    while let Some(id) = next {
        let Some(node) = orgs::server::store::by_id(tx, id).await? else {
            break;
        };
        if node.kind < NodeKind::Street {
            break;
        }
        next = node.parent_id;
        found.insert(
            0,
            PlaceChoice {
                code: node.code,
                name: node.name,
            },
        );
    }
    Ok(found)
}
