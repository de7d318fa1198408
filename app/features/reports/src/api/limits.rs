//! Shorter times to the answer that units set.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::LimitsPage;
#[cfg(feature = "ssr")]
use crate::{model::LimitForm, server::limit};

/// The times that hold at a unit.
#[server(prefix = "/api/v1", endpoint = "reports/limits", input = GetUrl, output = Json)]
pub async fn get_limits(#[server(default)] node: String) -> Result<LimitsPage, AppError> {
    let cx = db::access::require(Permission::ReportRules).await?;
    limit::page(&cx, &node).await
}

/// Sets one.
#[server(prefix = "/api/v1", endpoint = "reports/limits/add", output = Json)]
pub async fn add_limit(
    #[server(default)] node: String,
    #[server(default)] category: String,
    #[server(default)] kind: String,
    #[server(default)] urgency: String,
    #[server(default)] amount: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportRules).await?;
    let form = LimitForm {
        category,
        kind,
        urgency,
        amount,
    };
    limit::add(&cx, &node, &form).await?;
    leptos_axum::redirect(&format!("/admin/reports/limits?node={node}&done=added"));
    Ok(())
}

/// Takes one away.
#[server(prefix = "/api/v1", endpoint = "reports/limits/remove", output = Json)]
pub async fn remove_limit(
    #[server(default)] node: String,
    #[server(default)] id: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportRules).await?;
    limit::remove(&cx, &node, &id).await?;
    leptos_axum::redirect(&format!("/admin/reports/limits?node={node}&done=removed"));
    Ok(())
}
