//! Bodies beside a node, their terms and posts: read, written, removed.
//!
//! A write names the version that it was made from, or is a conflict.

use db::{Audit, Cx, DbError, Event, Tx, execute, on};
use shared::{AppError, Date, NodeId};

use super::{service, store};
use crate::model::{
    Body, BodyForm, BodyId, BodyOf, Code, Node, Post, PostForm, PostId, Term, TermForm, TermId,
};

/// An entry that is written again: which, and the version that the writer saw.
#[derive(Clone, Copy, Debug)]
pub struct Existing<T> {
    pub id: T,
    pub version: i64,
}

/// Which entries are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    On(Date),
    Ever,
}

const BODIES: &str = "select id, node_id, kind, name, phone, address, valid_from, valid_to, version from body \
    where node_id = $1 order by kind, name, id";
const TERMS: &str = "select t.id, t.body_id, t.number, t.valid_from, t.valid_to, t.version from term t \
    join body b on b.id = t.body_id where b.node_id = $1 order by t.number desc";
const POSTS: &str = "select id, node_id, body_id, term_id, title, person_name, user_id, position, valid_from, valid_to, version \
    from post where node_id = $1 order by position, valid_from, id";

/// The bodies beside a node with their terms and posts, the party's first; and the posts of the node itself.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn beside(tx: &mut Tx, node: NodeId, when: When) -> Result<(Vec<BodyOf>, Vec<Post>), DbError> {
    let within = |from: Date, to: Option<Date>| match when {
        When::Ever => true,
        When::On(date) => from <= date && to.is_none_or(|to| date < to),
    };
    let mut bodies = on!(tx, |c| sqlx::query_as::<_, Body>(BODIES)
        .bind(node)
        .fetch_all(c)
        .await)?;
    let terms = on!(tx, |c| sqlx::query_as::<_, Term>(TERMS)
        .bind(node)
        .fetch_all(c)
        .await)?;
    let mut posts = on!(tx, |c| sqlx::query_as::<_, Post>(POSTS)
        .bind(node)
        .fetch_all(c)
        .await)?;
    bodies.retain(|body| within(body.valid_from, body.valid_to));
    posts.retain(|post| within(post.valid_from, post.valid_to));
    bodies.sort_by_key(|body| body.kind);
    let mut list = Vec::with_capacity(bodies.len());
    for body in bodies {
        let of_body = terms
            .iter()
            .filter(|term| term.body_id == body.id)
            .cloned()
            .collect();
        let (held, rest) = posts.into_iter().partition(|post| post.body_id == Some(body.id));
        posts = rest;
        list.push(BodyOf {
            body,
            terms: of_body,
            posts: held,
        });
    }
    // A post of a body that is no more on that day is not the node's own.
    posts.retain(|post| post.body_id.is_none() || when == When::Ever);
    Ok((list, posts))
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

async fn told(
    tx: &mut Tx,
    action: &'static str,
    kind: &'static str,
    id: uuid::Uuid,
    node: &Node,
) -> Result<(), AppError> {
    tx.audit(Audit::new(action, kind, id)).await?;
    tx.publish(Event {
        topic: "orgs".into(),
        kind: action,
        subject: Some(shared::RecordId(node.id.0)),
        data: serde_json::json!({ "code": node.code }),
    })
    .await?;
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
    let now = cx.now();
    let id = if let Some(existing) = existing {
        let (body, _) = body_in_scope(cx, &mut tx, existing.id).await?;
        let touched = execute!(
            tx,
            UPDATE,
            form.kind,
            &form.name,
            &form.phone,
            &form.address,
            form.valid_from,
            form.valid_to,
            now,
            body.id,
            existing.version,
            node.id
        )?;
        if touched != 1 {
            return Err(conflict());
        }
        body.id
    } else {
        let id: BodyId = cx.id();
        execute!(
            tx,
            INSERT,
            id,
            node.id,
            form.kind,
            &form.name,
            &form.phone,
            &form.address,
            form.valid_from,
            form.valid_to,
            now
        )?;
        id
    };
    told(&mut tx, "orgs.body.save", "body", id.0, &node).await?;
    tx.commit().await?;
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
    let now = cx.now();
    let (id, written) = if let Some(Existing { id, version }) = existing {
        (
            id,
            execute!(
                tx,
                UPDATE,
                form.number,
                form.valid_from,
                form.valid_to,
                now,
                id,
                version,
                body.id
            ),
        )
    } else {
        let id: TermId = cx.id();
        (
            id,
            execute!(
                tx,
                INSERT,
                id,
                body.id,
                form.number,
                form.valid_from,
                form.valid_to,
                now
            ),
        )
    };
    match written {
        Ok(1) => {}
        Ok(_) => return Err(conflict()),
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::invalid(
                "number",
                format!("第 {} 届已经登记过。", form.number),
            ));
        }
        Err(error) => return Err(error.into()),
    }
    told(&mut tx, "orgs.term.save", "term", id.0, &node).await?;
    tx.commit().await?;
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
    let now = cx.now();
    let id = if let Some(Existing { id, version }) = existing {
        let touched = execute!(
            tx,
            UPDATE,
            form.body_id,
            form.term_id,
            &form.title,
            &form.person_name,
            form.position,
            form.valid_from,
            form.valid_to,
            now,
            id,
            version,
            node.id
        )?;
        if touched != 1 {
            return Err(conflict());
        }
        id
    } else {
        let id: PostId = cx.id();
        execute!(
            tx,
            INSERT,
            id,
            node.id,
            form.body_id,
            form.term_id,
            &form.title,
            &form.person_name,
            form.position,
            form.valid_from,
            form.valid_to,
            now
        )?;
        id
    };
    told(&mut tx, "orgs.post.save", "post", id.0, &node).await?;
    tx.commit().await?;
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
pub async fn remove_body(cx: &Cx, existing: Existing<BodyId>) -> Result<(), AppError> {
    const HANGING: &str = "select (select count(*) from term where body_id = $1) + (select count(*) from post where body_id = $1)";
    let mut tx = cx.write().await?;
    let (body, node) = body_in_scope(cx, &mut tx, existing.id).await?;
    let hanging = on!(tx, |c| sqlx::query_scalar::<_, i64>(HANGING)
        .bind(body.id)
        .fetch_one(c)
        .await)?;
    if hanging > 0 {
        return Err(AppError::Conflict(
            "它还有届次或任职，请先删除那些，或者填上结束日期。".into(),
        ));
    }
    if execute!(
        tx,
        "delete from body where id = $1 and version = $2",
        body.id,
        existing.version
    )? != 1
    {
        return Err(conflict());
    }
    told(&mut tx, "orgs.body.remove", "body", body.id.0, &node).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`remove_body`], for a term.
///
/// # Errors
/// As [`remove_body`].
pub async fn remove_term(cx: &Cx, existing: Existing<TermId>) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let term = on!(tx, |c| sqlx::query_as::<_, Term>(TERM)
        .bind(existing.id)
        .fetch_optional(c)
        .await)?;
    let term = term.ok_or(AppError::NotFound)?;
    let (_, node) = body_in_scope(cx, &mut tx, term.body_id).await?;
    const HANGING: &str = "select count(*) from post where term_id = $1";
    if on!(tx, |c| sqlx::query_scalar::<_, i64>(HANGING)
        .bind(term.id)
        .fetch_one(c)
        .await)?
        > 0
    {
        return Err(AppError::Conflict("这一届还有任职，请先改掉或删除它们。".into()));
    }
    if execute!(
        tx,
        "delete from term where id = $1 and version = $2",
        term.id,
        existing.version
    )? != 1
    {
        return Err(conflict());
    }
    told(&mut tx, "orgs.term.remove", "term", term.id.0, &node).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`remove_body`], for a post.
///
/// # Errors
/// As [`remove_body`].
pub async fn remove_post(cx: &Cx, existing: Existing<PostId>) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let post = on!(tx, |c| sqlx::query_as::<_, Post>(POST)
        .bind(existing.id)
        .fetch_optional(c)
        .await)?;
    let post = post.ok_or(AppError::NotFound)?;
    let node = node_in_scope(cx, &mut tx, post.node_id).await?;
    if execute!(
        tx,
        "delete from post where id = $1 and version = $2",
        post.id,
        existing.version
    )? != 1
    {
        return Err(conflict());
    }
    told(&mut tx, "orgs.post.remove", "post", post.id.0, &node).await?;
    tx.commit().await?;
    Ok(())
}
