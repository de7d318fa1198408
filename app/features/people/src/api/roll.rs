//! The roll, and figures.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{FiguresPage, RollPage};

#[cfg(feature = "ssr")]
use super::read;
#[cfg(feature = "ssr")]
use crate::{
    model::{Part, figures_of},
    server::{figures, roll},
};

/// A part of the roll of a place on a day.
#[server(prefix = "/api/v1", endpoint = "people/roll", input = GetUrl, output = Json)]
pub async fn get_roll(
    #[server(default)] node: String,
    #[server(default)] on: String,
    #[server(default)] of: String,
    #[server(default)] after: String,
) -> Result<RollPage, AppError> {
    let cx = db::access::require(Permission::PeopleView).await?;
    let part = of.parse().unwrap_or(Part::Counts);
    roll::page(
        &cx,
        read::code(&node)?.as_ref(),
        read::date("on", &on)?,
        part,
        read::cursor(&after)?.as_ref(),
    )
    .await
}

/// Figures of a place: whole for those who work there, without small groups for anybody else. Without a place, those of where the
/// caller works.
#[server(prefix = "/api/v1", endpoint = "people/figures", input = GetUrl, output = Json)]
pub async fn get_figures(#[server(default)] node: String) -> Result<FiguresPage, AppError> {
    let cx = db::access::public().await?;
    let asked = read::code(&node)?;
    let own = || cx.actor.as_deref().and_then(figures_of);
    let code = asked.or_else(own).ok_or(AppError::NotFound)?;
    figures::page(&cx, &code).await
}
