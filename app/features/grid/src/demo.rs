//! The pillar's part of the demonstration: borders of 常熟市, of which all inside are made up.

use std::collections::HashMap;

use db::{Cx, on};
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

/// Where the demonstration's grids are, by their code: for what stands in them. In 1e-7 degrees.
///
/// # Errors
/// What the database answers.
pub async fn places(cx: &Cx) -> Result<HashMap<String, (i64, i64)>, AppError> {
    const PLACES: &str = "select n.code, a.label_lon, a.label_lat from area a join node n on n.id = a.node_id \
        where a.valid_to is null and a.synthetic and n.valid_to is null and n.kind = 'grid'";
    let mut tx = cx.read().await?;
    let rows: Vec<(String, i64, i64)> = on!(tx, |c| sqlx::query_as(PLACES).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(code, lon, lat)| (code, (lon, lat)))
        .collect())
}
