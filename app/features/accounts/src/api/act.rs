//! Acting for a resident.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::ActCandidate;

#[cfg(feature = "ssr")]
use super::web;
#[cfg(feature = "ssr")]
use crate::server::act;

/// Whom one may act for.
#[server(prefix = "/api/v1", endpoint = "accounts/act/candidates", input = GetUrl, output = Json)]
pub async fn act_candidates(#[server(default)] q: String) -> Result<Vec<ActCandidate>, AppError> {
    act::candidates(&db::access::signed_in().await?, &q).await
}

/// Begins acting.
#[server(prefix = "/api/v1", endpoint = "accounts/act/start", output = Json)]
pub async fn start_acting(user: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    act::start(&cx, web::id(&user)?).await?;
    web::go("/");
    Ok(())
}

/// Ends acting.
#[server(prefix = "/api/v1", endpoint = "accounts/act/stop", output = Json)]
pub async fn stop_acting() -> Result<(), AppError> {
    act::stop(&db::access::signed_in().await?).await?;
    web::go("/act?done=stopped");
    Ok(())
}

/// Registers a resident without a phone.
#[server(prefix = "/api/v1", endpoint = "accounts/act/add", output = Json)]
pub async fn add_without_phone(
    name: String,
    #[server(default)] node: String,
    door: String,
) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::ActFor).await?;
    let node = node
        .parse()
        .map_err(|_| AppError::invalid("node", "请选择网格。"))?;
    act::add_without_phone(&cx, &name, node, &door).await?;
    web::go(&format!("/act?done=added&q={}", web::query(name.trim())));
    Ok(())
}
