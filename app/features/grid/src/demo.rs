//! The pillar's part of the demonstration: borders of 常熟市, of which all inside are made up.

use db::Cx;
use shared::AppError;

use crate::{
    model::{Counts, Datum},
    server::{import, store},
};

/// 常熟市, its streets, communities and grids; see `demo/README.md`.
pub const BORDERS: &[u8] = include_bytes!("../demo/changshu-demo-grids.geojson");

/// Loads it, unless there are borders already.
///
/// # Errors
/// What the import answers.
pub async fn load(cx: &Cx) -> Result<Counts, AppError> {
    let empty = {
        let mut tx = cx.read().await?;
        store::is_empty(&mut tx).await?
    };
    if !empty {
        return Ok(Counts::default());
    }
    let plan = import::plan(cx, BORDERS, Datum::Cgcs2000).await?;
    import::apply(
        cx,
        &plan,
        "changshu-demo-grids.geojson",
        import::Origin::Synthetic {
            since: orgs::demo::as_of(),
        },
        &[],
    )
    .await
}
