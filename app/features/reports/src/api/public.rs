//! What is published, for everybody.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::PublicPage;
#[cfg(feature = "ssr")]
use crate::{model::PublicFilter, server::public};

/// What is published and fits what is asked for; of each nothing for any.
#[server(prefix = "/api/v1", endpoint = "reports/public", input = GetUrl, output = Json)]
pub async fn find_published(
    #[server(default)] node: String,
    #[server(default)] state: String,
    #[server(default)] kind: String,
    #[server(default)] category: String,
    #[server(default)] q: String,
    #[server(default)] after: String,
) -> Result<PublicPage, AppError> {
    let cx = db::access::public().await?;
    let filter = PublicFilter {
        node,
        state,
        kind,
        category,
        q,
        after,
    };
    public::page(&cx, &filter).await
}
