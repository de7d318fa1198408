//! The grids of a place: who is 网格长 and 专职网格员, where one is missing, and who has several.

use std::collections::HashMap;

use db::{Cx, Tx};
use orgs::{
    model::{Node, NodeKind},
    server::store as orgs_store,
};
use shared::{AppError, Cursor, NodeId, Page, Scope};

use super::store;
use crate::model::{GridRow, Holder, Overview, Place, Post, Show};

/// Rows a page.
pub const PAGE: usize = 30;
/// Holders told of the grids of one page: far more than there are where things are in order.
const TOLD: i64 = 600;

/// The overview of `node`, of what lies in `scope`.
///
/// # Errors
/// [`AppError::Invalid`] for a cursor that is none, or what the database answers.
pub async fn of(
    cx: &Cx,
    tx: &mut Tx,
    node: &Node,
    scope: &Scope,
    show: Show,
    after: &str,
) -> Result<Overview, AppError> {
    let after = cursor(after)?;
    let parts = match node.kind {
        NodeKind::Community => Vec::new(),
        _ => {
            let parts = orgs_store::parts(tx, node.id).await?.into_iter();
            let near =
                |path: &str| scope.covers(path) || scope.paths().iter().any(|own| own.starts_with(path));
            parts.filter(|part| near(&part.path)).map(place).collect()
        }
    };
    // Above a district the districts have the overviews: tens of thousands of grids are nobody's list.
    if node.kind < NodeKind::District {
        return Ok(Overview {
            show: Show::All,
            counts: crate::model::Counts::default(),
            rows: Page {
                rows: Vec::new(),
                next: None,
            },
            parts,
        });
    }
    let today = tx.now().date();
    let counts = store::counts(tx, scope, today).await?;
    let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let grids = store::grids(tx, scope, today, show, &after, size).await?;
    let page = Page::cut(grids, PAGE, |grid| Cursor {
        key: grid.path.clone(),
        id: grid.id.0,
    });
    let nodes: Vec<NodeId> = page.rows.iter().map(|grid| grid.id).collect();
    let mut held = holders(cx, tx, &nodes).await?;
    let rows = page.rows.into_iter().map(|grid| {
        let mut of = |post| held.remove(&(grid.id, post)).unwrap_or_default();
        GridRow {
            leads: of(Post::GridLead),
            workers: of(Post::GridWorker),
            code: grid.code,
            name: grid.name,
        }
    });
    Ok(Overview {
        show,
        counts,
        rows: Page {
            rows: rows.collect(),
            next: page.next,
        },
        parts,
    })
}

/// How many posts of 网格长 and 专职网格员 are empty in each part directly below `path`, by the part's code; only where one is.
///
/// # Errors
/// What the database answers.
pub async fn empty_posts(cx: &Cx, path: &str) -> Result<HashMap<String, i64>, AppError> {
    let mut tx = cx.read().await?;
    let today = tx.now().date();
    let mut parts: HashMap<String, i64> = HashMap::new();
    for (at, many) in store::empty(&mut tx, &Scope::new(vec![path.to_owned()]), today).await? {
        let part = at.strip_prefix(path).and_then(|below| below.split('/').next());
        if let Some(part) = part.filter(|code| !code.is_empty()) {
            *parts.entry(part.to_owned()).or_default() += many;
        }
    }
    Ok(parts)
}

pub fn place(node: Node) -> Place {
    Place {
        code: node.code,
        kind: node.kind,
        name: node.name,
    }
}

/// Where a list goes on. PostgreSQL takes no NUL in a text.
fn cursor(text: &str) -> Result<String, AppError> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let cursor = text
        .parse::<Cursor>()
        .ok()
        .filter(|cursor| !cursor.key.contains('\0'));
    cursor
        .map(|cursor| cursor.key)
        .ok_or_else(|| AppError::invalid("after", "这一页的地址不对，请从第一页看起。"))
}

async fn holders(
    cx: &Cx,
    tx: &mut Tx,
    nodes: &[NodeId],
) -> Result<HashMap<(NodeId, Post), Vec<Holder>>, AppError> {
    let mut held: HashMap<(NodeId, Post), Vec<Holder>> = HashMap::new();
    let today = tx.now().date();
    for role in store::roles(tx, nodes, today, TOLD).await? {
        let Some(post) = role.role.parse().ok().and_then(Post::of_role) else {
            continue;
        };
        held.entry((role.node_id, post)).or_default().push(Holder {
            name: role.shown_name,
            elsewhere: role.elsewhere,
            delegated: role.delegated,
        });
    }
    for entry in store::entries(tx, nodes, today, TOLD, true).await? {
        let Some(post) = entry.post.parse::<Post>().ok().filter(|post| post.of_one_grid()) else {
            continue;
        };
        held.entry((entry.node_id, post)).or_default().push(Holder {
            name: cx
                .keys()
                .open_for(db::crypt::Field::Name, entry.id.0, &entry.name)?,
            elsewhere: entry.elsewhere,
            delegated: false,
        });
    }
    Ok(held)
}
