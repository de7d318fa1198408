//! How long a post is kept, and what becomes of those of somebody whose account is erased; and what is held of them, for the export.
//!
//! A post is known to be an account's by the number. It is noted in the row, since an account that is erased has no number any more, and
//! one that changed it is still the same person's.

use accounts::{
    model::{Basis, Ground},
    server::Holding,
};
use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use orgs::server::store as orgs_store;
use serde_json::{Value, json};
use shared::{AppError, UserId};

use super::{
    entries::told,
    store::{self, Stored},
};
use crate::model::Post;

/// Days that a post is kept after its last one: the team of any day of these can be told.
pub const KEPT: i64 = 730;

const LINK: &str = "update team_post set user_id = (select a.id from user_account a where a.phone_blind = team_post.phone_blind) \
    where user_id is null and exists (select 1 from user_account a where a.phone_blind = team_post.phone_blind)";
const OF_ERASED: &str = "select t.id, t.node_id, t.post, t.name, t.phone, t.duty, t.shown, t.valid_from, t.valid_to, t.version, \
    cast(0 as bigint) as elsewhere from team_post t join user_account a on a.id = t.user_id where a.state = 'erased' \
    order by t.id limit 500";
const OF_USER: &str = "select t.id, t.node_id, t.post, t.name, t.phone, t.duty, t.shown, t.valid_from, t.valid_to, t.version, \
    cast(0 as bigint) as elsewhere from team_post t where t.user_id = $1 \
    or (t.user_id is null and t.phone_blind = (select a.phone_blind from user_account a where a.id = $1)) \
    order by t.valid_from, t.id";
const OVER: &str = "delete from team_post where valid_to < $1";

/// Notes whose posts are an account's, deletes those of accounts that were erased, and what ended long ago.
///
/// Returns how many were deleted because of an account.
///
/// # Errors
/// What the database answers.
pub async fn keep(cx: &Cx) -> Result<usize, AppError> {
    let mut tx = cx.write().await?;
    execute!(tx, LINK)?;
    let gone: Vec<Stored> = on!(tx, |c| sqlx::query_as(OF_ERASED).fetch_all(c).await)?;
    for post in &gone {
        // One that was changed in this moment is deleted the next time.
        if !store::remove(&mut tx, post.id, post.version).await? {
            continue;
        }
        if let Some(node) = orgs_store::by_id(&mut tx, post.node_id).await? {
            told(&mut tx, "teams.post.forget", post.id, &node).await?;
        }
    }
    let before = tx.now().date().plus_days(-KEPT);
    execute!(tx, OVER, before)?;
    tx.commit().await?;
    Ok(gone.len())
}

/// Every post that somebody holds or held.
pub fn posts() -> Holding {
    let ground = Ground::new(
        "网格队伍里的登记",
        "让居民和同事知道这个网格有谁、怎么找",
        Basis::Duty,
        "2026-11",
    );
    Holding::new(
        "posts.json",
        "您在网格队伍里的登记：岗位、姓名、电话、分工",
        |cx| async move { gather(&cx).await },
    )
    .resting_on(ground)
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let mut list = Vec::new();
    for post in of_user(&mut tx, user).await? {
        let node = orgs_store::by_id(&mut tx, post.node_id).await?;
        let label = post.post.parse::<Post>().map_or("", Post::label);
        list.push(json!({
            "place": node.map(|node| node.name), "post": label,
            "name": cx.keys().open_for(Field::Name, post.id.0, &post.name)?,
            "phone": cx.keys().open_for(Field::Phone, post.id.0, &post.phone)?,
            "duty": post.duty, "shown": post.shown, "from": post.valid_from, "until": post.valid_to,
        }));
    }
    Ok(json!({ "posts": list }))
}

async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_USER).bind(user).fetch_all(c).await)
}
