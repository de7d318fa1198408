//! Bodies beside a node, their terms and posts.

mod save;

use db::{DbError, Tx, on};
use shared::{Date, NodeId};

pub use self::save::{Existing, remove_body, remove_post, remove_term, save_body, save_post, save_term};
use crate::model::{Body, BodyOf, Post, Term};

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
