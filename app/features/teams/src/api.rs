//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so that all of
//! it works without script.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};
#[cfg(feature = "ssr")]
use shared::{Date, Permission};

use crate::model::{HandOverPage, HandoverPage, TeamsPage};
#[cfg(feature = "ssr")]
use crate::{
    model::{EntryForm, Show},
    server::{self, Beside, entries, handover, passing},
};

/// What is no code leads nowhere.
#[cfg(feature = "ssr")]
fn code(text: &str) -> Result<orgs::model::Code, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[cfg(feature = "ssr")]
fn id<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
    text.trim().parse().map_err(|_| AppError::NotFound)
}

#[cfg(feature = "ssr")]
fn back(code: &str, done: &str) {
    leptos_axum::redirect(&format!("/teams/{code}?done={done}"));
}

/// The team of a place, and the grids below it.
#[server(prefix = "/api/v1", endpoint = "teams/page", input = GetUrl, output = Json)]
pub async fn page(
    code: String,
    #[server(default)] on: String,
    #[server(default)] show: String,
    #[server(default)] after: String,
) -> Result<TeamsPage, AppError> {
    let cx = db::access::signed_in().await?;
    let code = self::code(&code)?;
    let on = match on.trim() {
        "" => None,
        text => Some(
            text.parse::<Date>()
                .map_err(|_| AppError::invalid("on", "日期读不出来，请重新选。"))?,
        ),
    };
    server::page(&cx, &code, on, Show::from_code(&show), &after).await
}

/// Enters somebody who needs no account.
#[server(prefix = "/api/v1", endpoint = "teams/entry/add", output = Json)]
pub async fn add(
    code: String,
    #[server(default)] post: String,
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] duty: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] shown: bool,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::TeamKeep).await?;
    let form = EntryForm {
        post,
        name,
        phone,
        duty,
        from,
        to,
        shown,
    };
    entries::add(&cx, &self::code(&code)?, &form).await?;
    back(&code, "added");
    Ok(())
}

/// Corrects an entry.
#[server(prefix = "/api/v1", endpoint = "teams/entry/correct", output = Json)]
pub async fn correct(
    code: String,
    id: String,
    version: i64,
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] duty: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] shown: bool,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::TeamKeep).await?;
    let form = EntryForm {
        post: String::new(),
        name,
        phone,
        duty,
        from,
        to,
        shown,
    };
    entries::correct(&cx, &self::code(&code)?, self::id(&id)?, version, &form).await?;
    back(&code, "saved");
    Ok(())
}

/// Says on which day a post ends.
#[server(prefix = "/api/v1", endpoint = "teams/entry/end", output = Json)]
pub async fn end(
    code: String,
    id: String,
    version: i64,
    #[server(default)] last: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::TeamKeep).await?;
    entries::end(&cx, &self::code(&code)?, self::id(&id)?, version, &last).await?;
    back(&code, "ended");
    Ok(())
}

/// Removes an entry that was a mistake.
#[server(prefix = "/api/v1", endpoint = "teams/entry/remove", output = Json)]
pub async fn remove(code: String, id: String, version: i64) -> Result<(), AppError> {
    let cx = db::access::require(Permission::TeamKeep).await?;
    entries::remove(&cx, &self::code(&code)?, self::id(&id)?, version).await?;
    back(&code, "removed");
    Ok(())
}

/// What would go with a post that is handed over.
#[server(prefix = "/api/v1", endpoint = "teams/hand-over", input = GetUrl, output = Json)]
pub async fn open_of(code: String, #[server(default)] grant: String) -> Result<HandOverPage, AppError> {
    let cx = db::access::require(Permission::GridHandOver).await?;
    handover::before(&cx, &Beside::current()?, &self::code(&code)?, id(&grant)?).await
}

/// Hands a post over, today or on a later day.
#[server(prefix = "/api/v1", endpoint = "teams/hand-over/order", output = Json)]
pub async fn hand_over(
    code: String,
    #[server(default)] grant: String,
    #[server(default)] to: String,
    #[server(default)] on: String,
    #[server(default)] words: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::GridHandOver).await?;
    let (beside, code) = (Beside::current()?, self::code(&code)?);
    let id = passing::order(&cx, &beside, &code, id(&grant)?, &to, &on, &words).await?;
    leptos_axum::redirect(&format!("/handovers/{id}?done=ordered"));
    Ok(())
}

/// A handover, for those whom it concerns.
#[server(prefix = "/api/v1", endpoint = "teams/handover", input = GetUrl, output = Json)]
pub async fn handover(id: String) -> Result<HandoverPage, AppError> {
    let cx = db::access::signed_in().await?;
    handover::page(&cx, &Beside::current()?, self::id(&id)?).await
}

/// Withdraws a handover whose day has not come.
#[server(prefix = "/api/v1", endpoint = "teams/handover/withdraw", output = Json)]
pub async fn withdraw(id: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::GridHandOver).await?;
    passing::withdraw(&cx, self::id(&id)?).await?;
    leptos_axum::redirect(&format!("/handovers/{id}?done=withdrawn"));
    Ok(())
}
