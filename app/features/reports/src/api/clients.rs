//! Programs that report by Open311, for those who give them keys.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{ClientsPage, NewKey};
#[cfg(feature = "ssr")]
use crate::{model::ClientForm, server::client};

/// The programs of the units where the viewer gives keys.
#[server(prefix = "/api/v1", endpoint = "reports/clients", input = GetUrl, output = Json)]
pub async fn get_clients(#[server(default)] after: String) -> Result<ClientsPage, AppError> {
    let cx = db::access::require(Permission::ReportClients).await?;
    client::page(&cx, &after).await
}

/// Gives a program a key. It is answered this once, and leads nowhere: the page that sent the form shows it.
#[server(prefix = "/api/v1", endpoint = "reports/clients/give", output = Json)]
pub async fn give_client(
    #[server(default)] label: String,
    #[server(default)] node: String,
    #[server(default)] per_day: String,
) -> Result<NewKey, AppError> {
    let cx = db::access::require(Permission::ReportClients).await?;
    let form = ClientForm { label, node, per_day };
    client::give(&cx, &form).await
}

/// Takes a key back.
#[server(prefix = "/api/v1", endpoint = "reports/clients/revoke", output = Json)]
pub async fn revoke_client(#[server(default)] id: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportClients).await?;
    client::revoke(&cx, &id).await?;
    leptos_axum::redirect("/admin/reports/clients?done=revoked");
    Ok(())
}
