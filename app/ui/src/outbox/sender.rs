//! Sends one item.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::prelude::set_timeout_with_handle;
use shared::AppError;

use super::{
    files,
    policy::{Item, Outcome},
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same with files, over a slow line.
const LONG: Duration = Duration::from_secs(10 * 60);

/// Posts `item`. `Outbox-User` names its owner, so that the server refuses it (401) under anybody else's session, even
/// if another tab has signed somebody else in since.
pub async fn send(item: &Item) -> Outcome {
    let with_files = files::takes(&item.path);
    let patience = if with_files { LONG } else { PATIENCE };
    let abort = web_sys::AbortController::new().ok();
    let timer = abort
        .clone()
        .and_then(|abort| set_timeout_with_handle(move || abort.abort(), patience).ok());
    let signal = abort.as_ref().map(web_sys::AbortController::signal);
    let request = Request::post(&item.path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .header("idempotency-key", &item.id)
        .header("outbox-user", &item.owner.to_string())
        .abort_signal(signal.as_ref())
        .body(&item.body);
    let Ok(request) = request else {
        return Outcome::NoAnswer;
    };
    let request = if with_files {
        with_its_files(item, signal.as_ref()).await
    } else {
        Some(request)
    };
    let Some(request) = request else {
        return Outcome::NoAnswer;
    };
    let answer = request.send().await;
    let outcome = match answer {
        Err(_) => Outcome::NoAnswer,
        Ok(answer) => {
            let retry_after_s = answer
                .headers()
                .get("retry-after")
                .and_then(|text| text.trim().parse().ok());
            let status = answer.status();
            let text = if answer.ok() {
                String::new()
            } else {
                answer.text().await.unwrap_or_default()
            };
            let message = serde_json::from_str::<AppError>(&text)
                .ok()
                .map(|error| error.message());
            Outcome::Answered {
                status,
                message,
                retry_after_s,
            }
        }
    };
    if let Some(timer) = timer {
        timer.clear();
    }
    outcome
}

/// The same as the form that it was, its files in it; none while they cannot be read.
async fn with_its_files(item: &Item, signal: Option<&web_sys::AbortSignal>) -> Option<Request> {
    let form = files::form(item).await?;
    Request::post(&item.path)
        .header("accept", "application/json")
        .header("idempotency-key", &item.id)
        .header("outbox-user", &item.owner.to_string())
        .abort_signal(signal)
        .body(form)
        .ok()
}
