//! The pillar's server functions: authorise, call one service, return. A form that the browser itself sends leads back to a page.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::{Inbox, Newest, NoticeRow, TopicChoices};
#[cfg(feature = "ssr")]
use crate::{
    model::{NoticeId, View},
    server::{choice, inbox},
};

/// What is no id leads nowhere.
#[cfg(feature = "ssr")]
fn notice_id(text: &str) -> Result<NoticeId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// Leads back to the list that the form stands on; where a script sent it, the page stays and looks again by itself.
#[cfg(feature = "ssr")]
fn back(view: &str) {
    let parts = use_context::<http::request::Parts>();
    let accepted = parts
        .as_ref()
        .and_then(|parts| parts.headers.get(http::header::ACCEPT)?.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        leptos_axum::redirect(&View::from_code(view).address());
    }
}

/// A page of the inbox.
#[server(prefix = "/api/v1", endpoint = "notices/list", input = GetUrl, output = Json)]
pub async fn list(
    #[server(default)] view: String,
    #[server(default)] after: String,
) -> Result<Inbox, AppError> {
    let cx = db::access::signed_in().await?;
    inbox::list(&cx, View::from_code(&view), &after).await
}

/// How many are unread.
#[server(prefix = "/api/v1", endpoint = "notices/unread", input = GetUrl, output = Json)]
pub async fn unread() -> Result<u32, AppError> {
    inbox::unread(&db::access::signed_in().await?).await
}

/// The newest of those that are unread, for the home page.
#[server(prefix = "/api/v1", endpoint = "notices/newest", input = GetUrl, output = Json)]
pub async fn newest_notices() -> Result<Newest, AppError> {
    inbox::newest(&db::access::signed_in().await?).await
}

/// One notice, which counts as read from then on.
#[server(prefix = "/api/v1", endpoint = "notices/open", output = Json)]
pub async fn open(id: String) -> Result<NoticeRow, AppError> {
    let cx = db::access::signed_in().await?;
    inbox::open(&cx, notice_id(&id)?).await
}

/// Marks one as read.
#[server(prefix = "/api/v1", endpoint = "notices/read", output = Json)]
pub async fn read(id: String, #[server(default)] view: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    inbox::read(&cx, notice_id(&id)?).await?;
    back(&view);
    Ok(())
}

/// Marks all as read that the page showed, and those before them: `upto` is when the newest was sent.
#[server(prefix = "/api/v1", endpoint = "notices/read-all", output = Json)]
pub async fn read_all(
    #[server(default)] upto: String,
    #[server(default)] view: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let upto = upto
        .parse()
        .map_err(|_| AppError::invalid("", "没有标上，请刷新后再试。"))?;
    inbox::read_all(&cx, shared::Timestamp(upto)).await?;
    back(&view);
    Ok(())
}

/// What one may choose.
#[server(prefix = "/api/v1", endpoint = "notices/choices", input = GetUrl, output = Json)]
pub async fn choices() -> Result<TopicChoices, AppError> {
    choice::page(&db::access::signed_in().await?).await
}

/// Chooses what also comes as a short message.
#[server(prefix = "/api/v1", endpoint = "notices/choose", output = Json)]
pub async fn choose(#[server(default)] topics: Vec<String>) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    choice::save(&cx, &topics).await?;
    leptos_axum::redirect("/me/notices?done=saved");
    Ok(())
}
