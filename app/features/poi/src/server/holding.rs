//! What is held about somebody here, for the export of their data: the photos that they gave to points. The pictures themselves are
//! among the files that they handed in.

use accounts::{
    model::{Basis, Ground},
    server::Holding,
};
use db::Cx;
use serde_json::{Value, json};
use shared::{AppError, Timestamp};

use super::photo::{Given, given};

/// Every photo that somebody added to a point or offered.
pub fn holding() -> Holding {
    let ground = Ground::new(
        "给点位的照片",
        "让大家看到点位的样子，把审核的结果告诉您",
        Basis::Service,
        "2026-11",
    );
    Holding::new("photos.json", "您给点位的照片，和审核的结果", |cx| async move {
        gather(&cx).await
    })
    .resting_on(ground)
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let told = |one: Given| {
        json!({
            "point": one.name, "shows": one.alt, "state": one.state.label(), "why": one.why,
            "at": one.created_at.rfc3339(), "decided_at": one.decided_at.map(Timestamp::rfc3339),
        })
    };
    let given: Vec<Value> = given(&mut tx, user).await?.into_iter().map(told).collect();
    Ok(json!({ "photos": given }))
}
