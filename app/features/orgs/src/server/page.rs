//! What the pages show, gathered in one snapshot.

use db::{Cx, Tx};
use shared::{AppError, Cursor, Date, NodeId, Page, Permission, Role};

use super::{
    bodies::{self, When},
    history, service, store,
};
use crate::model::{Code, EditPage, Node, NodePage, NodeSummary, NodeVersion, Order, Overseen};

/// How many parts a page lists.
pub const PARTS: usize = 50;

/// Which part of which node's page is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub code: Code,
    pub as_of: Option<Date>,
    pub order: Order,
    pub after: Option<Cursor>,
}

/// A node's page, now or on a date. What it shows is public.
///
/// # Errors
/// [`AppError::NotFound`] if nobody bears or bore the code, or it was not there on that date.
pub async fn node(cx: &Cx, asked: &Asked) -> Result<NodePage, AppError> {
    let mut tx = cx.read().await?;
    let node = find(&mut tx, asked).await?;
    let versions = history::versions(&mut tx, node.id).await?;
    let (date, ended) = (asked.as_of, node.valid_to.is_some());
    let state = match date {
        Some(date) => history::as_of(&mut tx, node.id, date)
            .await?
            .ok_or(AppError::NotFound)?,
        None => latest(&versions)?,
    };
    let (ancestors, parts) = match date {
        Some(date) => (
            history::ancestors_as_of(&mut tx, node.id, date).await?,
            history::children_as_of(&mut tx, node.id, date, asked.after.as_ref(), PARTS).await?,
        ),
        None if ended => (
            ancestors_at_its_end(&mut tx, &state).await?,
            Page {
                rows: Vec::new(),
                next: None,
            },
        ),
        None => (
            store::ancestors(&mut tx, &node.path).await?,
            store::children(&mut tx, Some(node.id), asked.order, asked.after.as_ref(), PARTS).await?,
        ),
    };
    let counts = if date.is_some() || ended {
        Vec::new()
    } else {
        store::counts_below(&mut tx, &node.path).await?
    };
    let (bodies, posts) = bodies::beside(
        &mut tx,
        node.id,
        When::On(date.unwrap_or_else(|| cx.now().date())),
    )
    .await?;
    let successions = history::successions(&mut tx, node.id).await?;
    let may_edit = !ended && may_edit(cx, &node);
    Ok(NodePage {
        state,
        as_of: date,
        ancestors,
        parts,
        order: asked.order,
        counts,
        bodies,
        posts,
        versions,
        successions,
        may_edit,
        node,
    })
}

fn may_edit(cx: &Cx, node: &Node) -> bool {
    cx.actor
        .as_ref()
        .is_some_and(|actor| actor.scope_of(Permission::OrgEdit).covers(&node.path))
}

async fn find(tx: &mut Tx, asked: &Asked) -> Result<Node, AppError> {
    let bearer: Option<NodeId> = match asked.as_of {
        Some(date) => history::bearer(tx, &asked.code, date).await?,
        None => None,
    };
    let node = match bearer {
        Some(id) => store::by_id(tx, id).await?,
        None => store::latest_by_code(tx, &asked.code).await?,
    };
    node.ok_or(AppError::NotFound)
}

fn latest(versions: &[NodeVersion]) -> Result<NodeVersion, AppError> {
    versions.first().cloned().ok_or(AppError::NotFound)
}

/// An ended node's ancestors on its last day.
async fn ancestors_at_its_end(
    tx: &mut Tx,
    state: &NodeVersion,
) -> Result<Vec<crate::model::Crumb>, AppError> {
    let last_day = state
        .valid_to
        .map_or(state.valid_from, |to| to.plus_days(-1).max(state.valid_from));
    Ok(history::ancestors_as_of(tx, state.node_id, last_day).await?)
}

/// The parts of `parent`, or the roots.
///
/// # Errors
/// [`AppError::NotFound`] if nobody bears the code.
pub async fn children(
    cx: &Cx,
    parent: Option<&Code>,
    after: Option<&Cursor>,
) -> Result<Page<NodeSummary>, AppError> {
    let mut tx = cx.read().await?;
    let parent = match parent {
        Some(code) => Some(store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?.id),
        None => None,
    };
    Ok(store::children(&mut tx, parent, Order::Code, after, store::LARGEST_PAGE).await?)
}

/// The widest subtree that the viewer administers; none for who administers no town and nothing above one. It is on their first page,
/// so it is one statement: the unit's own name came with their roles.
///
/// # Errors
/// What the database answers.
pub async fn overseen(cx: &Cx) -> Result<Option<Overseen>, AppError> {
    let administers = |role| matches!(role, Role::TownAdmin | Role::DistrictAdmin | Role::CityAdmin);
    let grants = cx.actor.iter().flat_map(|actor| &actor.grants);
    let widest = grants
        .filter(|grant| administers(grant.role) && cx.scope.covers(&grant.path))
        .min_by_key(|grant| grant.path.len());
    let Some((grant, code)) = widest.and_then(|grant| Some((grant, grant.code.parse::<Code>().ok()?))) else {
        return Ok(None);
    };
    let mut tx = cx.look().await?;
    Ok(Some(Overseen {
        code,
        name: grant.node_name.clone(),
        counts: store::counts_below(&mut tx, &grant.path).await?,
    }))
}

/// The page on which a node is edited: all bodies, terms and posts that it ever had.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn edit(cx: &Cx, code: &Code) -> Result<EditPage, AppError> {
    let mut tx = cx.read().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let ancestors = store::ancestors(&mut tx, &node.path).await?;
    let (bodies, posts) = bodies::beside(&mut tx, node.id, When::Ever).await?;
    Ok(EditPage {
        node,
        ancestors,
        bodies,
        posts,
        today: cx.now().date(),
    })
}
