//! What happens to nodes: founded, renamed, moved, merged, split, abolished. Each is one transaction, within the
//! caller's scope, audited and published.
//!
//! Deliberately absent: changes ahead of their day, and giving new codes to a whole subtree (the state publishes a new
//! divisions file for that, which is imported).

mod grids;
mod restructure;

use db::{Audit, Cx, Event, Tx, on};
use shared::{AppError, Date, NodeId};

pub use self::{
    grids::{NewGrid, create_grids},
    restructure::{merge, merge_in, split, split_in},
};
use super::{
    store,
    write::{self, Beginning, NewNode, NextState},
};
use crate::model::{
    Change, Code, Node,
    change::{Founding, Move, Order, Rename},
};

/// The node in force that bears `code`, if it lies in the caller's scope.
///
/// # Errors
/// [`AppError::NotFound`], or what the database answers.
pub async fn open(cx: &Cx, tx: &mut Tx, code: &Code) -> Result<Node, AppError> {
    let node = store::by_code(tx, code).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&node.path)?;
    Ok(node)
}

/// As [`open`], for a change that was made from a certain version and takes effect on a certain day.
async fn open_for(cx: &Cx, tx: &mut Tx, code: &Code, order: &Order) -> Result<Node, AppError> {
    let node = open(cx, tx, code).await?;
    if node.version != order.version {
        return Err(changed_meanwhile());
    }
    not_before_its_state(tx, &node, order.on).await?;
    Ok(node)
}

fn changed_meanwhile() -> AppError {
    AppError::Conflict("别人刚改过这个单位。请刷新看一下，再改一次。".into())
}

async fn not_before_its_state(tx: &mut Tx, node: &Node, on: Date) -> Result<(), AppError> {
    const SINCE: &str = "select valid_from from node_version where node_id = $1 and number = $2";
    let since = on!(tx, |c| sqlx::query_scalar::<_, Date>(SINCE)
        .bind(node.id)
        .bind(node.version)
        .fetch_one(c)
        .await)?;
    if on < since {
        let message = format!(
            "{}现在的状态从 {} 起有效，生效日期不能更早。",
            node.name,
            since.zh()
        );
        return Err(AppError::invalid("on", message));
    }
    Ok(())
}

async fn told(tx: &mut Tx, action: &'static str, id: NodeId, code: &Code) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "node", id.0)).await?;
    tx.publish(Event {
        topic: "orgs".into(),
        kind: action,
        subject: Some(shared::RecordId(id.0)),
        data: serde_json::json!({ "code": code }),
    })
    .await?;
    Ok(())
}

/// Gives `nodes` their next state, all of them or it is a conflict.
async fn advance(tx: &mut Tx, states: &[NextState], how: Beginning<'_>) -> Result<(), AppError> {
    match write::advance(tx, states, how).await {
        Ok(touched) if touched == states.len() as u64 => Ok(()),
        Ok(_) => Err(changed_meanwhile()),
        Err(error) if error.is_unique_violation() => Err(code_taken("new_code")),
        Err(error) => Err(error.into()),
    }
}

async fn insert(tx: &mut Tx, nodes: &[NewNode], how: Beginning<'_>, field: &str) -> Result<(), AppError> {
    match write::insert(tx, nodes, how).await {
        Err(error) if error.is_unique_violation() => Err(code_taken(field)),
        other => Ok(other?),
    }
}

fn code_taken(field: &str) -> AppError {
    AppError::invalid(field, "这个编码已经有单位在用。")
}

fn next(node: &Node) -> NextState {
    NextState {
        id: node.id,
        code: node.code.clone(),
        name: node.name.clone(),
        parent_id: node.parent_id,
        version: node.version,
    }
}

/// Founds a node below another: a community that the file does not have yet, a grid, a micro-grid.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] if the code is taken or of no lower kind, or what the
/// database answers.
pub async fn found(cx: &Cx, parent: &Code, founding: &Founding) -> Result<NodeId, AppError> {
    let mut tx = cx.write().await?;
    let id = found_in(cx, &mut tx, parent, founding).await?;
    tx.commit().await?;
    Ok(id)
}

/// As [`found`], in the caller's transaction.
///
/// # Errors
/// As [`found`].
pub async fn found_in(cx: &Cx, tx: &mut Tx, parent: &Code, founding: &Founding) -> Result<NodeId, AppError> {
    let parent = open(cx, tx, parent).await?;
    if founding.code.kind() <= parent.kind {
        return Err(AppError::invalid("new_code", "编码应比上级的编码长。"));
    }
    if founding.on < parent.valid_from {
        return Err(AppError::invalid(
            "on",
            format!("上级从 {} 起才有。", parent.valid_from.zh()),
        ));
    }
    let id = cx.id();
    let node = NewNode {
        id,
        code: founding.code.clone(),
        name: founding.name.clone(),
        path: format!("{}{}/", parent.path, founding.code),
        parent_id: Some(parent.id),
    };
    let how = Beginning {
        cause: Change::Founded,
        on: founding.on,
        basis: founding.basis.as_deref(),
    };
    insert(tx, &[node], how, "new_code").await?;
    told(tx, "orgs.node.found", id, &founding.code).await?;
    Ok(id)
}

/// Gives a node a new name.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] if
/// nothing would change or the day is too early, or what the database answers.
pub async fn rename(cx: &Cx, code: &Code, rename: &Rename) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = open_for(cx, &mut tx, code, &rename.order).await?;
    if node.name == rename.name {
        return Err(AppError::invalid("name", "新名称与现在的一样。"));
    }
    let state = NextState {
        name: rename.name.clone(),
        ..next(&node)
    };
    let how = Beginning {
        cause: Change::Renamed,
        on: rename.order.on,
        basis: rename.order.basis.as_deref(),
    };
    advance(&mut tx, &[state], how).await?;
    told(&mut tx, "orgs.node.rename", node.id, &node.code).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts a node, with all that is below it, under another parent; its own code may change with that.
///
/// # Errors
/// As [`rename`]; the new parent must lie in the scope too.
pub async fn move_to(cx: &Cx, code: &Code, order: &Move) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = open_for(cx, &mut tx, code, &order.order).await?;
    let parent = match open(cx, &mut tx, &order.parent).await {
        Err(AppError::NotFound) => {
            return Err(AppError::invalid(
                "parent",
                "没有找到这个上级，或者不在您负责的范围内。",
            ));
        }
        other => other?,
    };
    if parent.kind >= node.kind {
        return Err(AppError::invalid("parent", "上级的级别应比它高。"));
    }
    let code = order.code.clone().unwrap_or_else(|| node.code.clone());
    if code.kind() != node.kind {
        return Err(AppError::invalid(
            "new_code",
            format!("{}的编码应为 {} 位。", node.kind.label(), node.kind.digits()),
        ));
    }
    if node.parent_id == Some(parent.id) && code == node.code {
        return Err(AppError::invalid("parent", "它已经在这个上级之下。"));
    }
    let path = format!("{}{code}/", parent.path);
    let state = NextState {
        code,
        parent_id: Some(parent.id),
        ..next(&node)
    };
    let how = Beginning {
        cause: Change::Moved,
        on: order.order.on,
        basis: order.order.basis.as_deref(),
    };
    advance(&mut tx, std::slice::from_ref(&state), how).await?;
    write::set_path(&mut tx, &node.path, &path).await?;
    told(&mut tx, "orgs.node.move", node.id, &state.code).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a node that has no parts any more.
///
/// # Errors
/// As [`rename`]; [`AppError::Conflict`] too if it still has parts.
pub async fn abolish(cx: &Cx, code: &Code, order: &Order) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let node = open_for(cx, &mut tx, code, order).await?;
    let parts = store::parts(&mut tx, node.id).await?.len();
    if parts > 0 {
        return Err(AppError::Conflict(format!(
            "它还有 {parts} 个下级，请先划转或撤销它们。"
        )));
    }
    write::end(&mut tx, &[node.id], order.on, Change::Abolished).await?;
    told(&mut tx, "orgs.node.abolish", node.id, &node.code).await?;
    tx.commit().await?;
    Ok(())
}
