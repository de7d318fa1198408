//! The server functions of visitors without an account: they ask for no session, and go by what the visitor has in hand.

use accounts::model::CodeStep;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::{FormPage, TrackPage};
#[cfg(feature = "ssr")]
use crate::server::{
    hand::{self, Hand},
    page, track,
};

/// What a report begins with for a visitor without an account.
#[server(prefix = "/api/v1", endpoint = "reports/open/form", input = GetUrl, output = Json)]
pub async fn get_open_form() -> Result<FormPage, AppError> {
    let cx = db::access::public().await?;
    let hand = Hand::current(&cx);
    // The number stays proved for as long as somebody takes to write; the form's key is theirs alone.
    hand.shown(&cx)?;
    page::open_form(&cx, &hand).await
}

/// Sends a code to the number by which somebody reports (`to` is `new`) or looks again at what they reported (`track`).
#[server(prefix = "/api/v1", endpoint = "reports/open/number", output = Json)]
pub async fn send_number_code(
    #[server(default)] phone: String,
    #[server(default)] to: String,
) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let id = track::send_code(&cx, &phone).await?;
    leptos_axum::redirect(&match to.as_str() {
        "track" => format!("/reports/track?try={id}"),
        _ => format!("/reports/new/phone?try={id}"),
    });
    Ok(())
}

/// What the step shows that the code is typed in.
#[server(prefix = "/api/v1", endpoint = "reports/open/code", input = GetUrl, output = Json)]
pub async fn get_number_step(#[server(default)] attempt: String) -> Result<CodeStep, AppError> {
    let cx = db::access::public().await?;
    hand::unkept();
    track::code_step(&cx, &attempt).await
}

/// Tries the code; the number is in hand from then on.
#[server(prefix = "/api/v1", endpoint = "reports/open/prove", output = Json)]
pub async fn prove_number(
    #[server(default)] attempt: String,
    #[server(default)] code: String,
    #[server(default)] to: String,
) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let hand = track::prove(&cx, &Hand::current(&cx), &attempt, &code).await?;
    hand.give(&cx)?;
    leptos_axum::redirect(match to.as_str() {
        "track" => "/reports/track",
        _ => "/reports/new/phone",
    });
    Ok(())
}

/// What a visitor without an account has in hand.
#[server(prefix = "/api/v1", endpoint = "reports/track", input = GetUrl, output = Json)]
pub async fn get_track() -> Result<TrackPage, AppError> {
    let cx = db::access::public().await?;
    let hand = Hand::current(&cx);
    hand.shown(&cx)?;
    track::page(&cx, &hand).await
}

/// Opens the matter of a tracking code.
#[server(prefix = "/api/v1", endpoint = "reports/track/open", output = Json)]
pub async fn open_matter(#[server(default)] code: String) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let (hand, page) = track::open(&cx, &Hand::current(&cx), &code).await?;
    hand.give(&cx)?;
    leptos_axum::redirect(&format!("/reports/{page}"));
    Ok(())
}

/// The tracking code was noted: it is shown no more.
#[server(prefix = "/api/v1", endpoint = "reports/track/noted", output = Json)]
pub async fn note_code() -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let hand = Hand {
        fresh: None,
        ..Hand::current(&cx)
    };
    hand.give(&cx)?;
    leptos_axum::redirect(&track::noted(&cx, &hand).await?);
    Ok(())
}

/// Takes everything out of the visitor's hand: somebody else may use the device next.
#[server(prefix = "/api/v1", endpoint = "reports/track/leave", output = Json)]
pub async fn leave_track() -> Result<(), AppError> {
    let cx = db::access::public().await?;
    Hand::default().give(&cx)?;
    leptos_axum::redirect("/reports/track?done=left");
    Ok(())
}
