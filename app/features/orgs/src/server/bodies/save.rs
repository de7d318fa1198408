//! Writing entries beside a node, and taking them away.
//!
//! A write names the version that it was made from, or is a conflict.

use db::{Audit, Cx, DbError, Event, Tx, execute, on};
use shared::{AppError, NodeId};

use super::super::{service, store};
use crate::model::{Body, BodyForm, BodyId, Code, Node, Post, PostForm, PostId, Term, TermForm, TermId};

/// An entry that is written again: which, and the version that the writer saw.
#[derive(Clone, Copy, Debug)]
pub struct Existing<T> {
    pub id: T,
    pub version: i64,
}

const BODY: &str =
    "select id, node_id, kind, name, phone, address, valid_from, valid_to, version from body where id = $1";
const TERM: &str = "select id, body_id, number, valid_from, valid_to, version from term where id = $1";
const POST: &str = "select id, node_id, body_id, term_id, title, person_name, user_id, position, valid_from, valid_to, version \
    from post where id = $1";

async fn body_in_scope(cx: &Cx, tx: &mut Tx, id: BodyId) -> Result<(Body, Node), AppError> {
    let body = on!(tx, |c| sqlx::query_as::<_, Body>(BODY)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)?;
    let node = store::by_id(tx, body.node_id).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&node.path)?;
    Ok((body, node))
}

async fn node_in_scope(cx: &Cx, tx: &mut Tx, id: NodeId) -> Result<Node, AppError> {
    let node = store::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&node.path)?;
    Ok(node)
}

fn conflict() -> AppError {
    AppError::Conflict("别人刚改过这一条。请刷新看一下，再改一次。".into())
}

/// What was done to an entry, as audit and event name it.
struct Deed {
    action: &'static str,
    kind: &'static str,
    id: uuid::Uuid,
}

/// Ends a write: one row was touched, it is told of, and committed.
async fn finish(
    mut tx: Tx,
    touched: Result<u64, DbError>,
    node: &Node,
    Deed { action, kind, id }: Deed,
) -> Result<(), AppError> {
    if touched? != 1 {
        return Err(conflict());
    }
    tx.audit(Audit::new(action, kind, id)).await?;
    tx.publish(Event {
        topic: "orgs".into(),
        kind: action,
        subject: Some(shared::RecordId(node.id.0)),
        data: serde_json::json!({ "code": node.code }),
    })
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Notes a body beside the node that bears `code`, or writes it again.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, or what the database answers.
pub async fn save_body(
    cx: &Cx,
    code: &Code,
    existing: Option<Existing<BodyId>>,
    form: &BodyForm,
) -> Result<BodyId, AppError> {
    const INSERT: &str = "insert into body \
        (id, node_id, kind, name, phone, address, valid_from, valid_to, version, created_at, updated_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)";
    const UPDATE: &str = "update body set kind = $1, name = $2, phone = $3, address = $4, valid_from = $5, valid_to = $6, \
        version = version + 1, updated_at = $7 where id = $8 and version = $9 and node_id = $10";
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, code).await?;
    let (
        now,
        BodyForm {
            kind,
            name,
            phone,
            address,
            valid_from,
            valid_to,
        },
    ) = (cx.now(), form);
    let id = existing.map_or_else(|| cx.id(), |existing| existing.id);
    let touched = match existing {
        Some(Existing { version, .. }) => {
            body_in_scope(cx, &mut tx, id).await?;
            execute!(
                tx,
                UPDATE,
                *kind,
                name,
                phone,
                address,
                *valid_from,
                *valid_to,
                now,
                id,
                version,
                node.id
            )
        }
        None => execute!(
            tx,
            INSERT,
            id,
            node.id,
            *kind,
            name,
            phone,
            address,
            *valid_from,
            *valid_to,
            now
        ),
    };
    let deed = Deed {
        action: "orgs.body.save",
        kind: "body",
        id: id.0,
    };
    finish(tx, touched, &node, deed).await?;
    Ok(id)
}

/// Notes a term of a body, or writes it again.
///
/// # Errors
/// As [`save_body`]; [`AppError::Invalid`] if the body has a term of that number.
pub async fn save_term(
    cx: &Cx,
    body: BodyId,
    existing: Option<Existing<TermId>>,
    form: &TermForm,
) -> Result<TermId, AppError> {
    const INSERT: &str = "insert into term (id, body_id, number, valid_from, valid_to, version, created_at, updated_at) \
        values ($1, $2, $3, $4, $5, 1, $6, $6)";
    const UPDATE: &str = "update term set number = $1, valid_from = $2, valid_to = $3, version = version + 1, updated_at = $4 \
        where id = $5 and version = $6 and body_id = $7";
    let mut tx = cx.write().await?;
    let (body, node) = body_in_scope(cx, &mut tx, body).await?;
    let (
        now,
        TermForm {
            number,
            valid_from,
            valid_to,
        },
    ) = (cx.now(), form);
    let id = existing.map_or_else(|| cx.id(), |existing| existing.id);
    let touched = match existing {
        Some(Existing { version, .. }) => {
            execute!(
                tx,
                UPDATE,
                *number,
                *valid_from,
                *valid_to,
                now,
                id,
                version,
                body.id
            )
        }
        None => execute!(tx, INSERT, id, body.id, *number, *valid_from, *valid_to, now),
    };
    if touched.as_ref().is_err_and(DbError::is_unique_violation) {
        return Err(AppError::invalid("number", format!("第 {number} 届已经登记过。")));
    }
    let deed = Deed {
        action: "orgs.term.save",
        kind: "term",
        id: id.0,
    };
    finish(tx, touched, &node, deed).await?;
    Ok(id)
}

/// Notes who holds a post, or writes it again.
///
/// # Errors
/// As [`save_body`]; [`AppError::Invalid`] if the body is not the node's or the term not the body's.
pub async fn save_post(
    cx: &Cx,
    code: &Code,
    existing: Option<Existing<PostId>>,
    form: &PostForm,
) -> Result<PostId, AppError> {
    const INSERT: &str = "insert into post (id, node_id, body_id, term_id, title, person_name, position, valid_from, valid_to, \
        version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)";
    const UPDATE: &str = "update post set body_id = $1, term_id = $2, title = $3, person_name = $4, position = $5, \
        valid_from = $6, valid_to = $7, version = version + 1, updated_at = $8 \
        where id = $9 and version = $10 and node_id = $11";
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, code).await?;
    check_belonging(&mut tx, &node, form).await?;
    let PostForm {
        title,
        person_name,
        body_id,
        term_id,
        position,
        valid_from,
        valid_to,
    } = form;
    let (now, body, term, place, from, to) =
        (cx.now(), *body_id, *term_id, *position, *valid_from, *valid_to);
    let id = existing.map_or_else(|| cx.id(), |existing| existing.id);
    let touched = match existing {
        Some(Existing { version, .. }) => {
            execute!(
                tx,
                UPDATE,
                body,
                term,
                title,
                person_name,
                place,
                from,
                to,
                now,
                id,
                version,
                node.id
            )
        }
        None => execute!(
            tx,
            INSERT,
            id,
            node.id,
            body,
            term,
            title,
            person_name,
            place,
            from,
            to,
            now
        ),
    };
    let deed = Deed {
        action: "orgs.post.save",
        kind: "post",
        id: id.0,
    };
    finish(tx, touched, &node, deed).await?;
    Ok(id)
}

async fn check_belonging(tx: &mut Tx, node: &Node, form: &PostForm) -> Result<(), AppError> {
    if let Some(id) = form.body_id {
        let body = on!(tx, |c| sqlx::query_as::<_, Body>(BODY)
            .bind(id)
            .fetch_optional(c)
            .await)?;
        if body.is_none_or(|body| body.node_id != node.id) {
            return Err(AppError::invalid("body", "这个组织不在这个单位。"));
        }
    }
    if let Some(id) = form.term_id {
        let term = on!(tx, |c| sqlx::query_as::<_, Term>(TERM)
            .bind(id)
            .fetch_optional(c)
            .await)?;
        if term.is_none_or(|term| Some(term.body_id) != form.body_id) {
            return Err(AppError::invalid("term", "这一届不是所选组织的。"));
        }
    }
    Ok(())
}

/// Takes an entry away that was made by mistake. What came to an end gets an end date instead.
///
/// # Errors
/// As [`save_body`]; [`AppError::Conflict`] too while something hangs on it.
pub async fn remove_body(cx: &Cx, Existing { id, version }: Existing<BodyId>) -> Result<(), AppError> {
    const HANGING: &str = "select (select count(*) from term where body_id = $1) + (select count(*) from post where body_id = $1)";
    const DELETE: &str = "delete from body where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let (_, node) = body_in_scope(cx, &mut tx, id).await?;
    let hanging = on!(tx, |c| sqlx::query_scalar::<_, i64>(HANGING)
        .bind(id)
        .fetch_one(c)
        .await)?;
    if hanging > 0 {
        return Err(AppError::Conflict(
            "它还有届次或任职，请先删除那些，或者填上结束日期。".into(),
        ));
    }
    let touched = execute!(tx, DELETE, id, version);
    let deed = Deed {
        action: "orgs.body.remove",
        kind: "body",
        id: id.0,
    };
    finish(tx, touched, &node, deed).await
}

/// As [`remove_body`], for a term.
///
/// # Errors
/// As [`remove_body`].
pub async fn remove_term(cx: &Cx, Existing { id, version }: Existing<TermId>) -> Result<(), AppError> {
    const HANGING: &str = "select count(*) from post where term_id = $1";
    const DELETE: &str = "delete from term where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let term = on!(tx, |c| sqlx::query_as::<_, Term>(TERM)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    let (_, node) = body_in_scope(cx, &mut tx, term.ok_or(AppError::NotFound)?.body_id).await?;
    let hanging = on!(tx, |c| sqlx::query_scalar::<_, i64>(HANGING)
        .bind(id)
        .fetch_one(c)
        .await)?;
    if hanging > 0 {
        return Err(AppError::Conflict("这一届还有任职，请先改掉或删除它们。".into()));
    }
    let touched = execute!(tx, DELETE, id, version);
    let deed = Deed {
        action: "orgs.term.remove",
        kind: "term",
        id: id.0,
    };
    finish(tx, touched, &node, deed).await
}

/// As [`remove_body`], for a post.
///
/// # Errors
/// As [`remove_body`].
pub async fn remove_post(cx: &Cx, Existing { id, version }: Existing<PostId>) -> Result<(), AppError> {
    const DELETE: &str = "delete from post where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let post = on!(tx, |c| sqlx::query_as::<_, Post>(POST)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    let node = node_in_scope(cx, &mut tx, post.ok_or(AppError::NotFound)?.node_id).await?;
    let touched = execute!(tx, DELETE, id, version);
    let deed = Deed {
        action: "orgs.post.remove",
        kind: "post",
        id: id.0,
    };
    finish(tx, touched, &node, deed).await
}
