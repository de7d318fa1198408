//! Following a matter that is published: "我也遇到".

use db::{Cx, DbError, Tx, execute};
use shared::{AppError, UserId};

use super::{sight, store};
use crate::model::MatterId;

const ADD: &str =
    "insert into matter_follower (matter_id, user_id, since_at) values ($1, $2, $3) on conflict do nothing";
const END: &str = "delete from matter_follower where matter_id = $1 and user_id = $2";

/// Follows a published matter, or no longer.
///
/// # Errors
/// [`AppError::NotFound`] for one that is not published and not followed already.
pub async fn follow(cx: &Cx, code: &str, follows: bool) -> Result<(), AppError> {
    let user = cx.subject()?;
    let mut tx = cx.write().await?;
    let matter = store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
    let sight = sight::of(cx, &mut tx, &matter).await?;
    if !sight.public && !sight.follows {
        return Err(AppError::NotFound);
    }
    if follows {
        if sight.own {
            return Err(AppError::Conflict("这是您自己反映的事，有进展会告诉您。".into()));
        }
        add(&mut tx, matter.id, user).await?;
    } else {
        execute!(tx, END, matter.id, user)?;
    }
    tx.commit().await?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub(super) async fn add(tx: &mut Tx, matter: MatterId, user: UserId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, ADD, matter, user, now)?;
    Ok(())
}
