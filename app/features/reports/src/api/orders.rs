//! Orders of 12345 and other platforms, for those who take them in and give them back, and the platforms' keys.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{NewPlatformKey, OrderPreview, OrdersPage, PlatformRow};
#[cfg(feature = "ssr")]
use crate::{
    model::PlatformForm,
    server::orders::{self, import, platform},
};

/// Orders where the viewer dispatches; with `waiting` only what waits to be given back.
#[server(prefix = "/api/v1", endpoint = "reports/orders", input = GetUrl, output = Json)]
pub async fn get_orders(
    #[server(default)] waiting: bool,
    #[server(default)] after: String,
) -> Result<OrdersPage, AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    orders::page(&cx, waiting, &after).await
}

/// Notes that orders were given back, by their ids with commas between.
#[server(prefix = "/api/v1", endpoint = "reports/orders/given", output = Json)]
pub async fn give_back_orders(#[server(default)] ids: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    orders::give_back(&cx, &ids).await?;
    leptos_axum::redirect("/admin/reports/orders?done=given");
    Ok(())
}

/// What a file would do.
#[server(prefix = "/api/v1", endpoint = "reports/orders/file", input = GetUrl, output = Json)]
pub async fn preview_orders(#[server(default)] id: String) -> Result<OrderPreview, AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    let settings = grid::server::Settings::current();
    import::preview(&cx, &settings, &id).await
}

/// Imports a file that was tried out.
#[server(prefix = "/api/v1", endpoint = "reports/orders/import", output = Json)]
pub async fn import_orders(#[server(default)] id: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    let settings = grid::server::Settings::current();
    import::apply(&cx, &settings, &id).await?;
    leptos_axum::redirect("/admin/reports/orders?show=all&done=imported");
    Ok(())
}

/// The platforms of the units where the viewer gives keys.
#[server(prefix = "/api/v1", endpoint = "reports/orders/platforms", input = GetUrl, output = Json)]
pub async fn get_platforms() -> Result<Vec<PlatformRow>, AppError> {
    let cx = db::access::require(Permission::ReportClients).await?;
    platform::list(&cx).await
}

/// Gives a platform a key. It is answered this once, and leads nowhere: the page that sent the form shows it.
#[server(prefix = "/api/v1", endpoint = "reports/orders/platforms/give", output = Json)]
pub async fn give_platform(
    #[server(default)] label: String,
    #[server(default)] node: String,
) -> Result<NewPlatformKey, AppError> {
    let cx = db::access::require(Permission::ReportClients).await?;
    platform::give(&cx, &PlatformForm { label, node }).await
}

/// Takes a key back.
#[server(prefix = "/api/v1", endpoint = "reports/orders/platforms/revoke", output = Json)]
pub async fn revoke_platform(#[server(default)] id: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportClients).await?;
    platform::revoke(&cx, &id).await?;
    leptos_axum::redirect("/admin/reports/orders/keys?done=revoked");
    Ok(())
}
