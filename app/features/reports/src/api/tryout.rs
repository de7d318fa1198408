//! Trying rules of routing out.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::TryPage;
#[cfg(feature = "ssr")]
use crate::{
    model::RoutingForm,
    server::tryout::{self, Asked},
};

/// Where last month's matters of a unit would go, with a rule that is not kept yet, if it names a role. `only` is `rule` or `none`.
#[server(prefix = "/api/v1", endpoint = "reports/routing/try", input = GetUrl, output = Json)]
pub async fn try_routing(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] position: i64,
    #[server(default)] category: String,
    #[server(default)] kind: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] contains: String,
    #[server(default)] unit: String,
    #[server(default)] role: String,
    #[server(default)] person: String,
    #[server(default)] only: String,
    #[server(default)] after: String,
) -> Result<TryPage, AppError> {
    let cx = db::access::require(Permission::ReportRules).await?;
    let form = RoutingForm {
        position,
        category,
        kind,
        from,
        to,
        contains,
        unit,
        role,
        person,
    };
    let asked = Asked {
        node,
        id,
        form,
        only,
        after,
    };
    tryout::page(&cx, &asked).await
}
