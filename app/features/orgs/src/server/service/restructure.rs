//! Merging and splitting: nodes end, others take over from them.

use std::collections::HashMap;

use db::{Cx, Json, Tx, execute, rows};
use serde::Serialize;
use shared::{AppError, Date, NodeId};

use super::{advance, changed_meanwhile, insert, next, not_before_its_state, open, open_for, told};
use crate::{
    model::{
        Change, Code, Node,
        change::{Afterwards, Merge, Split},
    },
    server::{
        store,
        write::{self, Beginning, NewNode, NextState},
    },
};

#[derive(Serialize)]
struct SuccessionRow {
    old_id: NodeId,
    new_id: NodeId,
}

async fn succeed(tx: &mut Tx, pairs: &[SuccessionRow], kind: Change, on: Date) -> Result<(), AppError> {
    let sql = tx.sql(rows!(
        "insert into node_succession (from_node, to_node, kind, on_date) select old_id, new_id, $2, $3 from ",
        (old_id: uuid, new_id: uuid),
        ""
    ));
    execute!(tx, sql, Json(pairs), kind, on)?;
    Ok(())
}

/// Puts `children` under `parent`, at `path`.
async fn hand_over(
    tx: &mut Tx,
    children: &[Node],
    parent: NodeId,
    path: &str,
    how: Beginning<'_>,
) -> Result<(), AppError> {
    let states: Vec<NextState> = children
        .iter()
        .map(|child| NextState {
            parent_id: Some(parent),
            ..next(child)
        })
        .collect();
    advance(tx, &states, how).await?;
    for child in children {
        write::set_path(tx, &child.path, &format!("{path}{}/", child.code)).await?;
    }
    Ok(())
}

async fn end_all(tx: &mut Tx, nodes: &[Node], on: Date, how: Change) -> Result<(), AppError> {
    let ids: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
    // What is below was handed over before, so that just these end.
    if write::end(tx, &ids, on, how).await? == ids.len() as u64 {
        Ok(())
    } else {
        Err(changed_meanwhile())
    }
}

/// Makes one of several nodes: those that end hand over their parts.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if one was changed meanwhile, [`AppError::Invalid`] if
/// they are not of one kind or the new one has no name, or what the database answers.
pub async fn merge(cx: &Cx, code: &Code, merge: &Merge) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    merge_in(cx, &mut tx, code, merge).await?;
    Ok(tx.commit().await?)
}

/// As [`merge`], in the caller's transaction.
///
/// # Errors
/// As [`merge`].
pub async fn merge_in(cx: &Cx, tx: &mut Tx, code: &Code, merge: &Merge) -> Result<(), AppError> {
    let first = open_for(cx, tx, code, &merge.order).await?;
    let (on, basis) = (merge.order.on, merge.order.basis.as_deref());
    let mut ending = Vec::new();
    for code in merge
        .others
        .iter()
        .filter(|other| **other != merge.into && **other != first.code)
    {
        let other = match open(cx, tx, code).await {
            Err(AppError::NotFound) => {
                return Err(AppError::invalid(
                    "others",
                    format!("没有找到 {code}，或者不在您负责的范围内。"),
                ));
            }
            found => found?,
        };
        if ending.iter().any(|node: &Node| node.id == other.id) {
            continue;
        }
        not_before_its_state(tx, &other, on).await?;
        ending.push(other);
    }
    if first.code != merge.into {
        ending.push(first.clone());
    }
    if ending.is_empty() {
        return Err(AppError::invalid("others", "请填要并入的其他单位的编码。"));
    }
    if merge.into.kind() != first.kind || ending.iter().any(|node| node.kind != first.kind) {
        return Err(AppError::invalid("others", "只有同一级别的单位才能合并。"));
    }
    let (into, path) = match store::by_code(tx, &merge.into).await? {
        Some(node) => {
            cx.must_cover(&node.path)?;
            not_before_its_state(tx, &node, on).await?;
            (node.id, node.path)
        }
        None => found_merged(cx, tx, &first, merge).await?,
    };
    for node in &ending {
        let children = store::parts(tx, node.id).await?;
        hand_over(
            tx,
            &children,
            into,
            &path,
            Beginning {
                cause: Change::Moved,
                on,
                basis,
            },
        )
        .await?;
    }
    end_all(tx, &ending, on, Change::Merged).await?;
    let pairs: Vec<SuccessionRow> = ending
        .iter()
        .map(|node| SuccessionRow {
            old_id: node.id,
            new_id: into,
        })
        .collect();
    succeed(tx, &pairs, Change::Merged, on).await?;
    told(tx, "orgs.node.merge", into, &merge.into).await
}

/// Founds the node that others merge into, beside the first of them.
async fn found_merged(
    cx: &Cx,
    tx: &mut Tx,
    first: &Node,
    merge: &Merge,
) -> Result<(NodeId, String), AppError> {
    let name = merge
        .name
        .clone()
        .ok_or_else(|| AppError::invalid("name", "合并成新的单位时，请填它的名称。"))?;
    let above = first
        .path
        .strip_suffix(&format!("{}/", first.code))
        .unwrap_or_default();
    let path = format!("{above}{}/", merge.into);
    cx.must_cover(&path)?;
    let id = cx.id();
    let node = NewNode {
        id,
        code: merge.into.clone(),
        name,
        path: path.clone(),
        parent_id: first.parent_id,
    };
    let how = Beginning {
        cause: Change::Merged,
        on: merge.order.on,
        basis: merge.order.basis.as_deref(),
    };
    insert(tx, &[node], how, "into").await?;
    Ok((id, path))
}

/// Makes several nodes of one; each takes over the parts that are named with it.
///
/// # Errors
/// As [`merge`]; [`AppError::Invalid`] too if a part of a node that ends is left over.
pub async fn split(cx: &Cx, code: &Code, split: &Split) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    split_in(cx, &mut tx, code, split).await?;
    Ok(tx.commit().await?)
}

/// As [`split`], in the caller's transaction.
///
/// # Errors
/// As [`split`].
pub async fn split_in(cx: &Cx, tx: &mut Tx, code: &Code, split: &Split) -> Result<(), AppError> {
    let node = open_for(cx, tx, code, &split.order).await?;
    let (on, basis) = (split.order.on, split.order.basis.as_deref());
    let wrong = |message: String| AppError::invalid("parts", message);
    let mut children: HashMap<Code, Node> = store::parts(tx, node.id)
        .await?
        .into_iter()
        .map(|child| (child.code.clone(), child))
        .collect();
    let above = node
        .path
        .strip_suffix(&format!("{}/", node.code))
        .unwrap_or_default()
        .to_owned();
    let mut pairs = Vec::new();
    for part in &split.parts {
        if part.code.kind() != node.kind {
            return Err(wrong(format!(
                "{} 的编码应为 {} 位。",
                part.name,
                node.kind.digits()
            )));
        }
        let path = format!("{above}{}/", part.code);
        cx.must_cover(&path)?;
        let id = cx.id();
        let new = NewNode {
            id,
            code: part.code.clone(),
            name: part.name.clone(),
            path: path.clone(),
            parent_id: node.parent_id,
        };
        insert(
            tx,
            &[new],
            Beginning {
                cause: Change::Split,
                on,
                basis,
            },
            "parts",
        )
        .await?;
        let mut taken = Vec::new();
        for code in &part.takes {
            let child = children.remove(code);
            taken.push(child.ok_or_else(|| wrong(format!("{code} 不是它的下级，或者写了两次。")))?);
        }
        hand_over(
            tx,
            &taken,
            id,
            &path,
            Beginning {
                cause: Change::Moved,
                on,
                basis,
            },
        )
        .await?;
        pairs.push(SuccessionRow {
            old_id: node.id,
            new_id: id,
        });
    }
    if split.afterwards == Afterwards::Ends {
        if !children.is_empty() {
            return Err(wrong(format!(
                "还有 {} 个下级没有归属，请写到某一行的后面。",
                children.len()
            )));
        }
        end_all(tx, std::slice::from_ref(&node), on, Change::Split).await?;
    }
    succeed(tx, &pairs, Change::Split, on).await?;
    told(tx, "orgs.node.split", node.id, &node.code).await
}
