//! What residents wrote about their household.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::CorrectionsPage;

#[cfg(feature = "ssr")]
use super::read;
#[cfg(feature = "ssr")]
use crate::server::household;

/// What waits, or what was handled, where one works; below `node`, if it is not empty.
#[server(prefix = "/api/v1", endpoint = "people/corrections", input = GetUrl, output = Json)]
pub async fn corrections(
    #[server(default)] node: String,
    #[server(default)] of: String,
    #[server(default)] after: String,
) -> Result<CorrectionsPage, AppError> {
    let cx = db::access::require(Permission::PeopleView).await?;
    household::list_corrections(
        &cx,
        read::code(&node)?.as_ref(),
        of == "handled",
        read::cursor(&after)?.as_ref(),
    )
    .await
}

/// How many wait where one works.
#[server(prefix = "/api/v1", endpoint = "people/corrections/waiting", input = GetUrl, output = Json)]
pub async fn corrections_waiting() -> Result<i64, AppError> {
    let cx = db::access::require(Permission::PeopleView).await?;
    household::corrections_waiting(&cx).await
}

/// What a resident wrote was seen to; leads back to the list, if it was done there, of the same `node`.
#[server(prefix = "/api/v1", endpoint = "people/correction/handle", output = Json)]
pub async fn handle_correction(
    id: String,
    #[server(default)] answer: String,
    #[server(default)] listed: bool,
    #[server(default)] node: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let node = read::code(&node)?
        .map(|code| format!("node={code}&"))
        .unwrap_or_default();
    let (household, told) = household::handle(&cx, read::id(&id)?, &answer).await?;
    let done = if told { "handled" } else { "checked" };
    if listed {
        leptos_axum::redirect(&format!("/people/corrections?{node}done={done}"));
    } else {
        read::lead_to(household, done);
    }
    Ok(())
}
