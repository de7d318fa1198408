//! The pillar's server functions: authorise, call one service, return. A form that the browser itself sends leads back to a page.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::{Inbox, Newest, NoticeRow, TopicChoices};
#[cfg(feature = "ssr")]
use crate::{
    model::{NoticeId, Times, View},
    server::{
        choice, inbox,
        push::{Pushing, subscription},
        setting,
    },
};

/// What is no id leads nowhere.
#[cfg(feature = "ssr")]
fn notice_id(text: &str) -> Result<NoticeId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// Whether the page that asks is read in 长辈版.
#[cfg(feature = "ssr")]
fn large_print() -> bool {
    use ui::appearance::{Appearance, COOKIE};
    let parts = use_context::<http::request::Parts>();
    let cookies = parts
        .iter()
        .flat_map(|parts| parts.headers.get_all(http::header::COOKIE))
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .any(|(name, value)| name == COOKIE && Appearance::from_cookie(value).is_large())
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
    setting::note_early(&cx, large_print()).await?;
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
    let cx = db::access::signed_in().await?;
    setting::note_early(&cx, large_print()).await?;
    choice::page(&cx, Pushing::current().as_deref()).await
}

/// Chooses what also comes as a short message.
#[server(prefix = "/api/v1", endpoint = "notices/choose", output = Json)]
pub async fn choose(#[server(default)] topics: Vec<String>) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    choice::save(&cx, &topics).await?;
    leptos_axum::redirect("/me/notices?done=saved");
    Ok(())
}

/// Chooses when nothing rings, and whether what is not urgent comes once a day in one message.
#[server(prefix = "/api/v1", endpoint = "notices/times", output = Json)]
pub async fn set_times(
    #[server(default)] quiet: bool,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] digest: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    setting::set_times(&cx, Times::read(quiet, &from, &to, &digest)?).await?;
    leptos_axum::redirect("/me/notices?done=saved");
    Ok(())
}

/// Chooses what is pushed to the devices that take it.
#[server(prefix = "/api/v1", endpoint = "notices/pushed", output = Json)]
pub async fn choose_pushed(#[server(default)] pushed: Vec<String>) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    setting::set_pushed(&cx, &pushed).await?;
    leptos_axum::redirect("/me/notices?done=saved");
    Ok(())
}

/// Has notices pushed to this device, by what its browser said when it subscribed. The service worker calls it, too.
#[server(prefix = "/api/v1", endpoint = "notices/push/on", output = Json)]
pub async fn push_on(
    #[server(default)] endpoint: String,
    #[server(default)] p256dh: String,
    #[server(default)] auth: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let push = Pushing::current().ok_or(AppError::NotFound)?;
    subscription::begin(&cx, &push, &endpoint, &p256dh, &auth).await
}

/// Has nothing pushed to this device any more.
#[server(prefix = "/api/v1", endpoint = "notices/push/off", output = Json)]
pub async fn push_off() -> Result<(), AppError> {
    subscription::end(&db::access::signed_in().await?).await?;
    leptos_axum::redirect("/me/notices?done=off");
    Ok(())
}
