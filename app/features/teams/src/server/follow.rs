//! Posts of grids that are no more go on in the grid that took over; handovers that were planned there are off.
//!
//! Roles of accounts are not passed on: who works in the new grid is given its role there.

use std::collections::BTreeMap;

use accounts::model::Phone;
use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use orgs::{
    model::Node,
    server::{history, store as orgs_store},
};
use shared::{AppError, Date, NodeId};

use super::{
    entries::{changed_meanwhile, seal, told},
    ordered, passing,
    store::{self, Stored},
};
use crate::model::{Entry, EntryId, Fault, Post};

// Whoever is on the team of `$1` on day `$2` or later. One that ends before it begins never was.
const STANDING: &str = "select t.id, t.node_id, t.post, t.name, t.phone, t.duty, t.shown, t.valid_from, t.valid_to, t.version, \
    cast(0 as bigint) as elsewhere from team_post t where t.node_id = $1 \
    and (t.valid_to is null or (t.valid_to >= $2 and t.valid_to >= t.valid_from)) order by t.id";
const GIVE: &str = "update team_post set node_id = $3, version = version + 1, updated_by = $4, updated_at = $5 where id = $1 and version = $2";
// The account that it is known to be, whatever the number is now.
const SAME: &str = "update team_post set user_id = coalesce((select o.user_id from team_post o where o.id = $2), user_id) where id = $1";

/// Carries the posts of each grid that ended on day `on` over to its successor, where it has one, and ends them where not. The team
/// of any earlier day stays what it was. Handovers planned there fail, and whoever ordered them is told. Run twice, it changes
/// nothing the second time.
///
/// Returns how many posts there were.
///
/// # Errors
/// [`AppError::Conflict`] if somebody changes a post at the same time, or what the database answers.
pub async fn follow(cx: &Cx, ended: &BTreeMap<NodeId, Option<NodeId>>, on: Date) -> Result<usize, AppError> {
    let mut tx = cx.write().await?;
    let mut followed = 0;
    for (grid, successor) in ended {
        let old = orgs_store::by_id(&mut tx, *grid).await?;
        let Some(old) = old.filter(|old| old.valid_to.is_some()) else {
            continue;
        };
        let heir = match successor {
            Some(successor) => history::in_force(&mut tx, *successor).await?,
            None => None,
        };
        for post in standing(&mut tx, *grid, on).await? {
            match &heir {
                Some(heir) => carry_over(cx, &mut tx, &post, &old, heir, on).await?,
                None => end(cx, &mut tx, &post, &old, on).await?,
            }
            followed += 1;
        }
        for planned in ordered::planned_at(&mut tx, *grid).await? {
            passing::fail(&mut tx, &planned, &old, Fault::GridEnded).await?;
        }
    }
    tx.commit().await?;
    Ok(followed)
}

async fn standing(tx: &mut Tx, node: NodeId, on: Date) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(STANDING)
        .bind(node)
        .bind(on)
        .fetch_all(c)
        .await)
}

/// The last day at a grid of a post that does not outlive it. One that began after the grid had ended never was.
fn last_day(post: &Stored, on: Date) -> Date {
    on.max(post.valid_from).plus_days(-1)
}

async fn end(cx: &Cx, tx: &mut Tx, post: &Stored, at: &Node, on: Date) -> Result<(), AppError> {
    let last = last_day(post, on);
    if !store::end(tx, post.id, post.version, last, cx.who().user).await? {
        return Err(changed_meanwhile());
    }
    told(tx, "teams.post.end", post.id, at).await
}

/// One post becomes two: at the old grid until the day before, at the new one from the day on.
async fn carry_over(
    cx: &Cx,
    tx: &mut Tx,
    post: &Stored,
    old: &Node,
    heir: &Node,
    on: Date,
) -> Result<(), AppError> {
    let by = cx.who().user;
    if post.valid_from >= on {
        let now = tx.now();
        if execute!(tx, GIVE, post.id, post.version, heir.id, by, now)? == 0 {
            return Err(changed_meanwhile());
        }
        return told(tx, "teams.post.follow", post.id, heir).await;
    }
    end(cx, tx, post, old, on).await?;
    let id: EntryId = tx.id();
    let entry = opened(cx, post, on)?;
    store::insert(tx, id, heir.id, &entry, &seal(cx, id, &entry), by).await?;
    execute!(tx, SAME, id, post.id)?;
    told(tx, "teams.post.follow", id, heir).await
}

/// A post as it goes on from a day on. What is sealed of it opens in its own row only, so it is sealed anew for the next.
fn opened(cx: &Cx, post: &Stored, from: Date) -> Result<Entry, AppError> {
    let phone = cx.keys().open_for(Field::Phone, post.id.0, &post.phone)?;
    Ok(Entry {
        post: post.post.parse::<Post>().map_err(|_| AppError::NotFound)?,
        name: cx.keys().open_for(Field::Name, post.id.0, &post.name)?,
        mobile: Phone::parse("phone", &phone).is_ok(),
        phone,
        duty: post.duty.clone(),
        from,
        to: post.valid_to,
        shown: post.shown,
    })
}
