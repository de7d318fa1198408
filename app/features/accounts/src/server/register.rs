//! Residents register themselves, with a number that a code proved.

use db::{Audit, Cx, EngineSql, Tx, on, rows};
use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors, NodeId};

use super::{
    account, basis, code,
    limit::{self, Limit},
    residency, role,
    session::{self, Browser, Opened},
};
use crate::model::{DataKind, GridChoice, check_door, check_name};

/// What the form holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Registration {
    pub name: String,
    pub node: Option<NodeId>,
    pub door: String,
    /// Whether the person says to be 14 or older.
    pub grown: bool,
    /// Whether what is held and why was read.
    pub read: bool,
}

/// How many grids a search offers.
const OFFERED: i64 = 40;

const GRIDS_BELOW: EngineSql = rows!(
    "select g.id, g.code, g.name, p.name as community from node g join node p on p.id = g.parent_id join ",
    (id: uuid, rank: bigint),
    " on r.id = g.id or r.id = g.parent_id where g.kind = 'grid' and g.valid_to is null order by r.rank, g.code limit $2"
);

/// The number that a ticket proves, masked, for the form to show.
///
/// # Errors
/// [`AppError::Conflict`] if the ticket is none, or too old.
pub async fn ticket_phone(cx: &Cx, ticket: &str) -> Result<String, AppError> {
    let mut tx = cx.read().await?;
    Ok(code::phone_of_ticket(&mut tx, cx.keys(), ticket).await?.masked())
}

/// The grids at or right below any of `nodes`, in their order: what a search found.
///
/// # Errors
/// As the database fails.
pub async fn grids_of(cx: &Cx, nodes: &[NodeId]) -> Result<Vec<GridChoice>, AppError> {
    #[derive(Serialize)]
    struct Ranked {
        id: NodeId,
        rank: usize,
    }
    let ranked: Vec<Ranked> = nodes
        .iter()
        .enumerate()
        .map(|(rank, id)| Ranked { id: *id, rank })
        .collect();
    let mut tx = cx.read().await?;
    let sql = tx.sql(GRIDS_BELOW);
    let mut found = on!(tx, |c| sqlx::query_as::<_, GridChoice>(sql)
        .bind(db::Json(&ranked))
        .bind(OFFERED)
        .fetch_all(c)
        .await)?;
    let mut seen = std::collections::HashSet::new();
    found.retain(|grid| seen.insert(grid.id));
    Ok(found)
}

/// The grids that a form offers: what `q` may mean, or the one that `node` (an id or a code) is, or those right below it.
///
/// # Errors
/// [`AppError::Invalid`] if `q` is too long.
pub async fn offered(cx: &Cx, q: &str, node: &str) -> Result<Vec<GridChoice>, AppError> {
    let node = node.trim();
    let nodes: Vec<NodeId> = match node.parse() {
        Ok(node) => vec![node],
        Err(_) if !node.is_empty() => {
            let mut tx = cx.read().await?;
            let place = role::place_by_code(&mut tx, node).await?;
            place.into_iter().map(|place| place.id).collect()
        }
        Err(_) if q.trim().is_empty() => Vec::new(),
        Err(_) => {
            let mut tx = cx.read().await?;
            orgs::server::search::search(&mut tx, q, "")
                .await?
                .into_iter()
                .map(|hit| hit.id)
                .collect()
        }
    };
    if nodes.is_empty() {
        Ok(Vec::new())
    } else {
        grids_of(cx, &nodes).await
    }
}

/// Makes the account of whoever holds `ticket`, registers where they live, and signs them in.
///
/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::Conflict`] if the ticket is too old or the number has an account by now.
pub async fn register(
    cx: &Cx,
    ticket: &str,
    form: &Registration,
    browser: &Browser,
) -> Result<Opened, AppError> {
    limit::by_address(cx, Limit::TryFromAddress).await?;
    let mut errors = FieldErrors::default();
    let name = check_name("name", &form.name)
        .map_err(|error| note(&mut errors, error))
        .unwrap_or_default();
    let door = check_door("door", &form.door)
        .map_err(|error| note(&mut errors, error))
        .unwrap_or_default();
    errors.check(form.node.is_some(), "node", "请选择您住的网格。");
    errors.check(
        form.grown,
        "grown",
        "未满 14 周岁的，请监护人登录后在“亲友代办”里为孩子登记。",
    );
    errors.check(
        form.read,
        "read",
        "请看一看我们保存哪些信息、为什么，看过请打勾。",
    );
    errors.finish()?;
    let Some(node) = form.node else {
        return Err(AppError::invalid("node", "请选择您住的网格。"));
    };
    let mut tx = cx.write().await?;
    let phone = code::phone_of_ticket(&mut tx, cx.keys(), ticket).await?;
    code::end_ticket(&mut tx, ticket).await?;
    let user = account::insert(&mut tx, cx.keys(), &name, Some(&phone)).await?;
    for kind in DataKind::REGISTRATION {
        basis::give(&mut tx, user, *kind, None).await?;
    }
    residency::declare(&mut tx, cx, user, node, &door).await?;
    let opened = open(&mut tx, user, browser).await?;
    tx.commit().await?;
    Ok(opened)
}

fn note(errors: &mut FieldErrors, error: AppError) {
    if let AppError::Invalid(fields) = error {
        errors.0.extend(fields);
    }
}

async fn open(tx: &mut Tx, user: shared::UserId, browser: &Browser) -> Result<Opened, AppError> {
    tx.audit(Audit::new("accounts.account.register", "account", user.0))
        .await?;
    session::open(tx, user, browser).await
}
