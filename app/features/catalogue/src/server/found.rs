//! A round that was walked, by itself: what was found, in full, for those who work there, for as long as it is somebody's to see to.

use db::{Cx, Tx};
use shared::{AppError, RecordId};
use tasks::server::task;

use super::{
    QUARTER, photo,
    round::{self, Round},
    walk::FINDING,
};
use crate::model::{InspectionId, RoundPage, RoundPhoto};

/// A round that the viewer may read.
pub(super) struct Readable {
    round: Round,
    /// Whether what was found is still to be seen to.
    open: bool,
}

/// Finds it for those who work where it was walked or, once borders have moved, where what was found is seen to now: for as long as it
/// is, and for a quarter.
pub(super) async fn readable(cx: &Cx, tx: &mut Tx, id: InspectionId) -> Result<Readable, AppError> {
    let round = round::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    let seen_to = task::places(tx, &FINDING, RecordId(id.0)).await?;
    let works = cx.scope.covers(&round.path) || seen_to.iter().any(|path| cx.scope.covers(path));
    let open = !seen_to.is_empty();
    let recent = round.valid_until > tx.now().date().plus_days(-QUARTER);
    if works && round.state == "done" && (open || recent) {
        Ok(Readable { round, open })
    } else {
        Err(AppError::NotFound)
    }
}

/// The round's page.
///
/// # Errors
/// [`AppError::NotFound`] for those who do not work there, and once nobody has to see to it any more and a quarter has gone.
pub async fn page(cx: &Cx, id: InspectionId) -> Result<RoundPage, AppError> {
    let mut tx = cx.read().await?;
    let Readable { round, open } = readable(cx, &mut tx, id).await?;
    let photos = photo::of(&mut tx, id).await?;
    let photos = photos
        .into_iter()
        .filter_map(|upload| {
            Some(RoundPhoto {
                id: upload.id,
                width: upload.width?,
                height: upload.height?,
            })
        })
        .collect();
    Ok(RoundPage {
        row: round::row(cx, &mut tx, round).await?,
        photos,
        open,
    })
}
