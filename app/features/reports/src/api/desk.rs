//! What eases the work of those who handle matters: filters they keep, many matters at once, answers that are given again and again.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{Outcome, StandardsPage};
#[cfg(feature = "ssr")]
use crate::{
    model::{Filter, StandardForm},
    server::{many, standard, views},
};

/// Keeps a filter of the work list under a name; one of that name is replaced.
#[server(prefix = "/api/v1", endpoint = "reports/views/save", output = Json)]
pub async fn save_view(
    #[server(default)] name: String,
    #[server(default)] node: String,
    #[server(default)] state: String,
    #[server(default)] kind: String,
    #[server(default)] category: String,
    #[server(default)] late: bool,
    #[server(default)] urgency: String,
    #[server(default)] holder: String,
    #[server(default)] since: String,
    #[server(default)] until: String,
    #[server(default)] joint: bool,
    #[server(default)] urged: bool,
    #[server(default)] q: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportHandle).await?;
    let filter = Filter {
        node,
        state,
        kind,
        category,
        late,
        urgency,
        holder,
        since,
        until,
        joint,
        urged,
        q,
        ..Filter::default()
    };
    views::save(&cx, &name, filter).await
}

/// Keeps a filter no more.
#[server(prefix = "/api/v1", endpoint = "reports/views/remove", output = Json)]
pub async fn remove_view(#[server(default)] id: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportHandle).await?;
    views::remove(&cx, &id).await
}

/// Takes many matters in, or gives all of them to a post: the outcome of each.
#[server(prefix = "/api/v1", endpoint = "reports/many", output = Json)]
pub async fn take_many(
    #[server(default)] codes: Vec<String>,
    #[server(default)] action: String,
    #[server(default)] to: String,
) -> Result<Vec<Outcome>, AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    many::take(&cx, &codes, &action, &to).await
}

/// The standard answers of a unit, and those from above.
#[server(prefix = "/api/v1", endpoint = "reports/answers", input = GetUrl, output = Json)]
pub async fn get_standards(#[server(default)] node: String) -> Result<StandardsPage, AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    standard::page(&cx, &node).await
}

/// Keeps a standard answer: a new one without an id.
#[server(prefix = "/api/v1", endpoint = "reports/answers/save", output = Json)]
pub async fn save_standard(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] title: String,
    #[server(default)] words: String,
    #[server(default)] position: String,
    #[server(default)] confirmed: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    let form = StandardForm {
        title,
        words,
        position,
        confirmed,
    };
    standard::save(&cx, &node, &id, &form).await?;
    leptos_axum::redirect(&format!("/admin/reports/answers?node={node}&done=saved"));
    Ok(())
}

/// Takes a standard answer away.
#[server(prefix = "/api/v1", endpoint = "reports/answers/remove", output = Json)]
pub async fn remove_standard(
    #[server(default)] node: String,
    #[server(default)] id: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    standard::remove(&cx, &node, &id).await?;
    leptos_axum::redirect(&format!("/admin/reports/answers?node={node}&done=removed"));
    Ok(())
}
