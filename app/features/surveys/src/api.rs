//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so that all of
//! it works without script.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{DeskPage, ListPage, SurveyPage, Waiting};
#[cfg(feature = "ssr")]
use crate::{
    model::{NewForm, ProposalId},
    server::{give, list, opening, page, proposal},
};

/// All surveys, the newest first.
#[server(prefix = "/api/v1", endpoint = "surveys/list", input = GetUrl, output = Json)]
pub async fn get_list(#[server(default)] after: String) -> Result<ListPage, AppError> {
    let cx = db::access::public().await?;
    list::all(&cx, &after).await
}

/// One survey: what everybody sees of it, and more to those whom it concerns.
#[server(prefix = "/api/v1", endpoint = "surveys/survey", input = GetUrl, output = Json)]
pub async fn get_survey(
    #[server(default)] code: String,
    #[server(default)] after: String,
) -> Result<SurveyPage, AppError> {
    let cx = db::access::public().await?;
    page::survey(&cx, &code, &after).await
}

/// Proposes something.
#[server(prefix = "/api/v1", endpoint = "surveys/propose", output = Json)]
pub async fn propose(
    #[server(default)] code: String,
    #[server(default)] words: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    proposal::propose(&cx, &code, &words).await?;
    leptos_axum::redirect(&format!("/surveys/{code}?done=proposed"));
    Ok(())
}

/// Supports a proposal, or no longer.
#[server(prefix = "/api/v1", endpoint = "surveys/support", output = Json)]
pub async fn support(#[server(default)] id: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let id: ProposalId = id.parse().map_err(|_| AppError::NotFound)?;
    let code = proposal::support(&cx, id).await?;
    leptos_axum::redirect(&format!("/surveys/{code}?done=supported"));
    Ok(())
}

/// Answers a questionnaire. `picked` are `question:choice`; `said` has a place for each question that is typed.
#[server(prefix = "/api/v1", endpoint = "surveys/answer", output = Json)]
pub async fn answer(
    #[server(default)] code: String,
    #[server(default)] picked: Vec<String>,
    #[server(default)] said: Vec<String>,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    give(&cx, &code, &picked, &said).await?;
    leptos_axum::redirect(&format!("/surveys/{code}?done=answered"));
    Ok(())
}

/// The surveys of one's units, and what opening one begins with.
#[server(prefix = "/api/v1", endpoint = "surveys/desk", input = GetUrl, output = Json)]
pub async fn get_desk(#[server(default)] after: String) -> Result<DeskPage, AppError> {
    let cx = db::access::require(Permission::SurveyKeep).await?;
    list::desk(&cx, &after).await
}

/// Opens one. The lists have a place for each question.
#[server(prefix = "/api/v1", endpoint = "surveys/open", output = Json)]
pub async fn open_survey(
    #[server(default)] kind: String,
    #[server(default)] node: String,
    #[server(default)] title: String,
    #[server(default)] words: String,
    #[server(default)] per: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] titles: Vec<String>,
    #[server(default)] asks: Vec<String>,
    #[server(default)] choices: Vec<String>,
    #[server(default)] needs: Vec<String>,
    #[server(default)] confirmed: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::SurveyKeep).await?;
    let form = NewForm {
        kind,
        node,
        title,
        words,
        per,
        from,
        to,
        titles,
        asks,
        choices,
        needs,
        confirmed,
    };
    let code = opening::open(&cx, &form).await?;
    leptos_axum::redirect(&format!("/surveys/{code}?done=opened"));
    Ok(())
}

/// Publishes a proposal, joins it to a like one, or answers it.
#[server(prefix = "/api/v1", endpoint = "surveys/proposal", output = Json)]
pub async fn act_on_proposal(
    #[server(default)] id: String,
    #[server(default)] action: String,
    #[server(default)] words: String,
    #[server(default)] into: String,
    #[server(default)] verdict: String,
    #[server(default)] confirmed: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::SurveyKeep).await?;
    let id: ProposalId = id.parse().map_err(|_| AppError::NotFound)?;
    let form = proposal::ActForm {
        action,
        words,
        into,
        verdict,
        confirmed,
    };
    let code = proposal::act(&cx, id, &form).await?;
    leptos_axum::redirect(&format!("/surveys/{code}?done=noted"));
    Ok(())
}

/// Tells what came of one, or calls it off.
#[server(prefix = "/api/v1", endpoint = "surveys/end", output = Json)]
pub async fn end_survey(
    #[server(default)] code: String,
    #[server(default)] finish: bool,
    #[server(default)] words: String,
    #[server(default)] confirmed: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::SurveyKeep).await?;
    opening::end(&cx, &code, finish, &words, &confirmed).await?;
    leptos_axum::redirect(&format!("/surveys/{code}?done=ended"));
    Ok(())
}

/// What waits for the viewer.
#[server(prefix = "/api/v1", endpoint = "surveys/waiting", input = GetUrl, output = Json)]
pub async fn get_waiting() -> Result<Waiting, AppError> {
    let cx = db::access::signed_in().await?;
    list::waiting(&cx).await
}
