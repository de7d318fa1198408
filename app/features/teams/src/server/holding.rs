//! What is held about somebody here, for the export of their data: the grids that they gave or took.

use accounts::{
    model::{Basis, Ground},
    server::Holding,
};
use db::Cx;
use serde_json::{Value, json};
use shared::{AppError, Timestamp};

use super::ordered;

/// Every handover in which somebody gave or took a grid.
pub fn holding() -> Holding {
    let ground = Ground::new(
        "网格交接",
        "说清一个网格什么时候由谁交给谁",
        Basis::Duty,
        "2026-11",
    );
    Holding::new("handovers.json", "您交出和接过的网格", |cx| async move {
        gather(&cx).await
    })
    .resting_on(ground)
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let mut told = Vec::new();
    for one in ordered::of_user(&mut tx, user).await? {
        let node = orgs::server::store::by_id(&mut tx, one.node_id).await?;
        told.push(json!({
            "grid": node.map(|node| node.name), "role": one.role().label(), "on": one.on_date, "state": one.state().label(),
            "from": one.from_name, "to": one.to_name, "words": one.words(cx.keys())?,
            "ended_at": one.ended_at.map(Timestamp::rfc3339),
        }));
    }
    Ok(json!({ "handovers": told }))
}
