//! What residents tell of themselves and of those who live with them, and what the grid worker makes of it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::ToCheck;

#[cfg(feature = "ssr")]
use super::read;
#[cfg(feature = "ssr")]
use crate::{
    model::{Elsewhere, read_entry, read_stated},
    server::household,
};

#[cfg(feature = "ssr")]
fn back(done: &str) {
    leptos_axum::redirect(&format!("/me/household?done={done}"));
}

/// Says of oneself what registering did not ask.
#[server(prefix = "/api/v1", endpoint = "people/mine/state", output = Json)]
pub async fn state_mine(
    version: i64,
    #[server(default)] born: String,
    #[server(default)] kind: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let form = read_stated(&born, &kind, cx.now().date())?;
    household::state(&cx, version, &form).await?;
    back("stated");
    Ok(())
}

/// Names somebody who lives in one's own household.
#[server(prefix = "/api/v1", endpoint = "people/mine/entry", output = Json)]
pub async fn name_one(
    #[server(default)] name: String,
    #[server(default)] born: String,
    #[server(default)] phone: String,
    #[server(default)] kind: String,
    #[server(default)] relation: String,
    #[server(default)] agreed: bool,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let form = read_entry(&name, &born, &phone, &kind, &relation, agreed, cx.now().date())?;
    household::name_one(&cx, &form).await?;
    back("named");
    Ok(())
}

/// Takes back whom one named, or puts away who was refused.
#[server(prefix = "/api/v1", endpoint = "people/mine/entry/withdraw", output = Json)]
pub async fn take_entry_back(id: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    household::take_back(&cx, read::id(&id)?).await?;
    back("taken-back");
    Ok(())
}

/// The households where one works of which something waits to be checked.
#[server(prefix = "/api/v1", endpoint = "people/told", input = GetUrl, output = Json)]
pub async fn told_waiting() -> Result<Vec<ToCheck>, AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    household::to_check(&cx).await
}

/// Notes whom a member of a household named.
#[server(prefix = "/api/v1", endpoint = "people/entry/note", output = Json)]
pub async fn note_entry(id: String, #[server(default)] elsewhere: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let elsewhere = Elsewhere::told(elsewhere.trim());
    let household = household::note_entry(&cx, read::id(&id)?, elsewhere).await?;
    read::lead_to(household, "added");
    Ok(())
}

/// Refuses whom a member of a household named.
#[server(prefix = "/api/v1", endpoint = "people/entry/refuse", output = Json)]
pub async fn refuse_entry(id: String, #[server(default)] words: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let household = household::refuse_entry(&cx, read::id(&id)?, &words).await?;
    read::lead_to(household, "refused");
    Ok(())
}

/// What somebody said of themselves was checked.
#[server(prefix = "/api/v1", endpoint = "people/person/check", output = Json)]
pub async fn check_stated(id: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let household = household::check_stated(&cx, read::id(&id)?).await?;
    read::lead_to(household, "checked");
    Ok(())
}
