//! How it goes.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::figures::FiguresPage;
#[cfg(feature = "ssr")]
use crate::server::figures;

/// The figures of a place in a period: all of them for those who handle matters there, without small groups for everybody. Without a place, where
/// the caller handles matters; without a period, this quarter.
#[server(prefix = "/api/v1", endpoint = "reports/figures", input = GetUrl, output = Json)]
pub async fn report_figures(
    #[server(default)] node: String,
    #[server(default)] period: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
) -> Result<FiguresPage, AppError> {
    let cx = db::access::public().await?;
    let wanted = figures::Wanted {
        node,
        period,
        from,
        to,
    };
    figures::page(&cx, &wanted).await
}
