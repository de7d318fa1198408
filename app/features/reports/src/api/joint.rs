//! Meetings about what comes again.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{JointFormPage, JointPage, JointsPage};
#[cfg(feature = "ssr")]
use crate::{
    model::{JointForm, PromiseForm},
    server::joint,
};

/// Meetings about what comes again, at and below the viewer's units, and what would be worth one.
#[server(prefix = "/api/v1", endpoint = "reports/joints", input = GetUrl, output = Json)]
pub async fn get_joints(#[server(default)] after: String) -> Result<JointsPage, AppError> {
    let cx = db::access::require(Permission::ReportHandle).await?;
    joint::list(&cx, &after).await
}

/// What the form of a meeting at a place begins with.
#[server(prefix = "/api/v1", endpoint = "reports/joints/form", input = GetUrl, output = Json)]
pub async fn get_joint_form(
    #[server(default)] node: String,
    #[server(default)] category: String,
) -> Result<JointFormPage, AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    joint::form(&cx, &node, &category).await
}

/// Notes a meeting. Promises come as lists, a place each; one that says nothing is none.
#[server(prefix = "/api/v1", endpoint = "reports/joints/save", output = Json)]
pub async fn save_joint(
    #[server(default)] node: String,
    #[server(default)] title: String,
    #[server(default)] on: String,
    #[server(default)] place: String,
    #[server(default)] words: String,
    #[server(default)] matters: String,
    #[server(default)] present: Vec<String>,
    #[server(default)] promises: Vec<String>,
    #[server(default)] parties: Vec<String>,
    #[server(default)] names: Vec<String>,
    #[server(default)] tos: Vec<String>,
    #[server(default)] dues: Vec<String>,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    let form = JointForm {
        title,
        on,
        place,
        words,
        matters,
        present,
        promises,
        parties,
        names,
        tos,
        dues,
    };
    let code = joint::save(&cx, &node, &form).await?;
    leptos_axum::redirect(&format!("/reports/joint/{code}?done=noted"));
    Ok(())
}

/// A meeting, as far as the viewer sees it: the whole for those who work there, what is published for everybody.
#[server(prefix = "/api/v1", endpoint = "reports/joint", input = GetUrl, output = Json)]
pub async fn get_joint(#[server(default)] code: String) -> Result<JointPage, AppError> {
    let cx = db::access::public().await?;
    joint::page(&cx, &code).await
}

/// Adds a promise to a meeting.
#[server(prefix = "/api/v1", endpoint = "reports/joint/promise", output = Json)]
pub async fn add_promise(
    #[server(default)] code: String,
    #[server(default)] promises: String,
    #[server(default)] parties: String,
    #[server(default)] names: String,
    #[server(default)] tos: String,
    #[server(default)] dues: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    let form = PromiseForm {
        what: &promises,
        party: &parties,
        who: &names,
        to: &tos,
        due: &dues,
    };
    joint::promise(&cx, &code, &form).await?;
    leptos_axum::redirect(&format!("/reports/joint/{code}?done=added"));
    Ok(())
}

/// Says what came of a promise: `kept` or `dropped`.
#[server(prefix = "/api/v1", endpoint = "reports/joint/end", output = Json)]
pub async fn end_promise(
    #[server(default)] code: String,
    #[server(default)] number: i64,
    #[server(default)] outcome: String,
    #[server(default)] words: String,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    joint::end_promise(&cx, &code, number, &outcome, &words).await?;
    leptos_axum::redirect(&format!("/reports/joint/{code}?done=ended"));
    Ok(())
}

/// Adds a matter to a meeting by its number, or takes it out.
#[server(prefix = "/api/v1", endpoint = "reports/joint/matter", output = Json)]
pub async fn attach_matter(
    #[server(default)] code: String,
    #[server(default)] matters: String,
    #[server(default)] out: bool,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    joint::attach(&cx, &code, &matters, out).await?;
    let done = if out { "out" } else { "in" };
    leptos_axum::redirect(&format!("/reports/joint/{code}?done={done}"));
    Ok(())
}

/// Publishes a text about a meeting; an empty one takes it back.
#[server(prefix = "/api/v1", endpoint = "reports/joint/publish", output = Json)]
pub async fn publish_joint(
    #[server(default)] code: String,
    #[server(default)] text: String,
    #[server(default)] confirmed: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportDispatch).await?;
    joint::publish(&cx, &code, &text, &confirmed).await?;
    let done = if text.trim().is_empty() {
        "hidden"
    } else {
        "published"
    };
    leptos_axum::redirect(&format!("/reports/joint/{code}?done={done}"));
    Ok(())
}
