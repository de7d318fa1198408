//! Confirming where residents live.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, Page, wire::Json};

use crate::model::{PendingResident, ResidentDetails};

#[cfg(feature = "ssr")]
use super::web;
#[cfg(feature = "ssr")]
use crate::{
    model::{RefusalReason, ResidencyState, UnmaskReason},
    server::residency,
};

/// The registrations that wait, or those confirmed.
#[server(prefix = "/api/v1", endpoint = "accounts/residents", input = GetUrl, output = Json)]
pub async fn residents(
    #[server(default)] state: String,
    #[server(default)] after: String,
) -> Result<Page<PendingResident>, AppError> {
    let cx = db::access::require(shared::Permission::ResidentConfirm).await?;
    let state = ResidencyState::from_code(&state).unwrap_or(ResidencyState::Waiting);
    residency::list(&cx, state, web::cursor(&after)?).await
}

/// How many wait.
#[server(prefix = "/api/v1", endpoint = "accounts/residents/waiting", input = GetUrl, output = Json)]
pub async fn residents_waiting() -> Result<i64, AppError> {
    let cx = db::access::require(shared::Permission::ResidentConfirm).await?;
    Ok(residency::count_waiting(&cx).await?)
}

/// Confirms.
#[server(prefix = "/api/v1", endpoint = "accounts/residents/confirm", output = Json)]
pub async fn confirm_resident(id: String) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::ResidentConfirm).await?;
    residency::confirm(&cx, web::id(&id)?).await?;
    web::go("/residents/pending?done=confirmed");
    Ok(())
}

/// Refuses, with a reason.
#[server(prefix = "/api/v1", endpoint = "accounts/residents/refuse", output = Json)]
pub async fn refuse_resident(
    id: String,
    #[server(default)] reason: String,
    #[server(default)] words: String,
) -> Result<(), AppError> {
    let cx = db::access::require(shared::Permission::ResidentConfirm).await?;
    let reason = web::choice("reason", RefusalReason::from_code(&reason))?;
    residency::refuse(&cx, web::id(&id)?, reason, &words).await?;
    web::go("/residents/pending?done=refused");
    Ok(())
}

/// A registration in full; the reason is logged.
#[server(prefix = "/api/v1", endpoint = "accounts/residents/unmask", output = Json)]
pub async fn unmask_resident(
    id: String,
    #[server(default)] reason: String,
    #[server(default)] words: String,
) -> Result<ResidentDetails, AppError> {
    let cx = db::access::require(shared::Permission::Unmask).await?;
    let reason = web::choice("reason", UnmaskReason::from_code(&reason))?;
    residency::unmask(&cx, web::id(&id)?, reason, &words).await
}
