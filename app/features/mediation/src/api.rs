//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so that all of
//! it works without script.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{AgreementPage, CasePage, DeskPage, FormPage, MinePage, Sent, Waiting};
#[cfg(feature = "ssr")]
use crate::{
    model::{ActForm, NewCaseForm},
    server::{act, apply, list, page},
};

/// What an application begins with.
#[server(prefix = "/api/v1", endpoint = "mediation/form", input = GetUrl, output = Json)]
pub async fn get_form() -> Result<FormPage, AppError> {
    let cx = db::access::signed_in().await?;
    apply::form(&cx).await
}

/// Applies for mediation: for oneself, for the resident that one acts for, or, with `behalf`, for somebody by name.
#[server(prefix = "/api/v1", endpoint = "mediation/apply", output = Json)]
pub async fn apply_for(
    #[server(default)] key: String,
    #[server(default)] kind: String,
    #[server(default)] node: String,
    #[server(default)] words: String,
    #[server(default)] wish: String,
    #[server(default)] other_name: String,
    #[server(default)] other_phone: String,
    #[server(default)] other_address: String,
    #[server(default)] address: String,
    #[server(default)] behalf: bool,
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] agreed: bool,
    #[server(default)] matter: String,
) -> Result<Sent, AppError> {
    let cx = db::access::signed_in().await?;
    let form = NewCaseForm {
        kind,
        node,
        words,
        wish,
        other_name,
        other_phone,
        other_address,
        address,
        behalf,
        name,
        phone,
        agreed,
        matter,
    };
    let sent = apply::apply(&cx, &key, &form).await?;
    match &sent.code {
        Some(code) => leptos_axum::redirect(&format!("/mediation/{code}?done=apply")),
        // Whoever wrote it down is not named in it.
        None => leptos_axum::redirect("/mediation?done=entered"),
    }
    Ok(sent)
}

/// The cases in which one is named, and what waits at one's posts.
#[server(prefix = "/api/v1", endpoint = "mediation/mine", input = GetUrl, output = Json)]
pub async fn my_cases(#[server(default)] after: String) -> Result<MinePage, AppError> {
    let cx = db::access::signed_in().await?;
    list::mine(&cx, &after).await
}

/// A case, for who is named in it. That they looked is noted.
#[server(prefix = "/api/v1", endpoint = "mediation/case", input = GetUrl, output = Json)]
pub async fn get_case(#[server(default)] code: String) -> Result<CasePage, AppError> {
    let cx = db::access::signed_in().await?;
    page::case(&cx, &code).await
}

/// What was agreed, to be printed. That it was is noted.
#[server(prefix = "/api/v1", endpoint = "mediation/agreement", input = GetUrl, output = Json)]
pub async fn get_agreement(#[server(default)] code: String) -> Result<AgreementPage, AppError> {
    let cx = db::access::signed_in().await?;
    page::agreement(&cx, &code).await
}

/// Takes a step with a case; what an action needs says [`crate::model::TABLE`]. With scans a form goes to [`crate::ACT`]. Clauses come as
/// lists, a place each; one without words is none.
#[server(prefix = "/api/v1", endpoint = "mediation/act", output = Json)]
pub async fn take_step(
    #[server(default)] code: String,
    #[server(default)] action: String,
    #[server(default)] words: String,
    #[server(default)] how: String,
    #[server(default)] door: String,
    #[server(default)] person: String,
    #[server(default)] account: String,
    #[server(default)] phone: String,
    #[server(default)] tick: bool,
    #[server(default)] on: String,
    #[server(default)] time: String,
    #[server(default)] place: String,
    #[server(default)] there: String,
    #[server(default)] facts: String,
    #[server(default)] duty: String,
    #[server(default)] clauses: Vec<String>,
    #[server(default)] hows: Vec<String>,
    #[server(default)] dues: Vec<String>,
    #[server(default)] clause: String,
    #[server(default)] kept: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let form = ActForm {
        action,
        words,
        how,
        door,
        person,
        account,
        phone,
        tick,
        on,
        time,
        place,
        there,
        facts,
        duty,
        clauses,
        hows,
        dues,
        clause,
        kept,
    };
    act::act(&cx, &code, &form, Vec::new()).await?;
    // Whoever has just stepped aside sees it no more.
    let to = if form.action == "step_aside" {
        "/mediation?done=step_aside".to_owned()
    } else {
        format!("/mediation/{code}?done={}", form.action)
    };
    leptos_axum::redirect(&to);
    Ok(())
}

/// How many cases stand how in one's units, and what waits at one's posts.
#[server(prefix = "/api/v1", endpoint = "mediation/desk", input = GetUrl, output = Json)]
pub async fn get_desk() -> Result<DeskPage, AppError> {
    let cx = db::access::require(Permission::MediationCount).await?;
    list::desk(&cx).await
}

/// How much waits for the viewer.
#[server(prefix = "/api/v1", endpoint = "mediation/waiting", input = GetUrl, output = Json)]
pub async fn count_waiting() -> Result<Waiting, AppError> {
    let cx = db::access::signed_in().await?;
    list::waiting(&cx).await
}
