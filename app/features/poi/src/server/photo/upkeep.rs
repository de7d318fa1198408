//! What becomes of photos whose people have gone, and of refusals that everybody has read.

use std::time::Duration;

use db::{Cx, job::Registry};
use shared::{AppError, Timestamp};

use super::{drop_one, store};

const EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// How long the reason of a refusal stays.
const KEPT: i64 = 183 * Timestamp::DAY;

/// Adds this pillar's handler.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry.every(EVERY, "poi.photos", |cx| async move {
        run(&cx).await?;
        Ok(())
    })
}

/// What waits or was refused of an account that is no more goes; what is shown stays, and is nobody's.
///
/// # Errors
/// What the database answers.
pub async fn run(cx: &Cx) -> Result<(), AppError> {
    loop {
        let mut tx = cx.write().await?;
        let forgotten = store::forgotten(&mut tx).await?;
        for stored in &forgotten {
            drop_one(&mut tx, stored).await?;
        }
        if forgotten.is_empty() {
            store::disown(&mut tx).await?;
            let before = tx.now().plus(-KEPT);
            store::drop_refused(&mut tx, before).await?;
            tx.commit().await?;
            return Ok(());
        }
        tx.commit().await?;
    }
}
