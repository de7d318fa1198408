//! Oneself and one's household.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::MyHousehold;

#[cfg(feature = "ssr")]
use super::read;
#[cfg(feature = "ssr")]
use crate::{
    model::{Consent, PersonForm},
    server::mine,
};

#[cfg(feature = "ssr")]
fn back(done: &str) {
    leptos_axum::redirect(&format!("/me/household?done={done}"));
}

/// One's own household, if one is known.
#[server(prefix = "/api/v1", endpoint = "people/mine", input = GetUrl, output = Json)]
pub async fn get_mine() -> Result<Option<MyHousehold>, AppError> {
    mine::page(&db::access::signed_in().await?).await
}

/// Says that it is so.
#[server(prefix = "/api/v1", endpoint = "people/mine/confirm", output = Json)]
pub async fn confirm_mine(version: i64) -> Result<(), AppError> {
    mine::confirm(&db::access::signed_in().await?, version).await?;
    back("confirmed");
    Ok(())
}

/// Corrects what is noted of oneself; what is left empty stays.
#[server(prefix = "/api/v1", endpoint = "people/mine/correct", output = Json)]
pub async fn correct_mine(
    version: i64,
    #[server(default)] name: String,
    #[server(default)] sex: String,
    #[server(default)] born: String,
    #[server(default)] phone: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let form = PersonForm::read(false, &name, &sex, &born, &phone, "living", "", cx.now().date())?;
    let ended = mine::correct(&cx, version, &form).await?;
    back(ended.done());
    Ok(())
}

/// Says what care one would like.
#[server(prefix = "/api/v1", endpoint = "people/mine/care", output = Json)]
pub async fn my_care(
    #[server(default)] call: bool,
    #[server(default)] visit: bool,
    #[server(default)] meal: bool,
    #[server(default)] errand: bool,
    #[server(default)] wheelchair: bool,
    #[server(default)] hearing: bool,
    #[server(default)] other: bool,
    #[server(default)] consent: bool,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let care = read::care([call, visit, meal, errand, wheelchair, hearing, other]);
    mine::care(&cx, &care, consent).await?;
    back("saved");
    Ok(())
}

/// Withdraws a consent.
#[server(prefix = "/api/v1", endpoint = "people/mine/withdraw", output = Json)]
pub async fn withdraw_mine(kind: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let kind = kind.parse::<Consent>().map_err(|_| AppError::NotFound)?;
    mine::withdraw(&cx, kind).await?;
    // A membership stays the branch's: nothing was deleted.
    back(if kind == Consent::PartyShown {
        "unshown"
    } else {
        "withdrawn"
    });
    Ok(())
}

/// Lets workers see one's party membership.
#[server(prefix = "/api/v1", endpoint = "people/mine/party", output = Json)]
pub async fn show_my_party() -> Result<(), AppError> {
    mine::show_party(&db::access::signed_in().await?).await?;
    back("saved");
    Ok(())
}

/// Writes to the grid worker what is wrong.
#[server(prefix = "/api/v1", endpoint = "people/mine/report", output = Json)]
pub async fn report_mine(#[server(default)] words: String) -> Result<(), AppError> {
    mine::report(&db::access::signed_in().await?, &words).await?;
    back("reported");
    Ok(())
}
