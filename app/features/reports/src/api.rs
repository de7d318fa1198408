//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so that all of
//! it works without script.

pub mod clients;
pub mod desk;
pub mod figures;
pub mod joint;
pub mod limits;
pub mod open;
pub mod orders;
pub mod places;
pub mod public;
pub mod tryout;

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{
    CategoriesPage, FormPage, MatterPage, MinePage, RoutingPage, RunningPage, Sent, Unmasked, Waiting,
    WorkPage,
};
#[cfg(feature = "ssr")]
use crate::{
    model::{ActForm, CategoryForm, Filter, NewReport, RoutingForm},
    server::{
        act, category, follow,
        hand::{self, Hand},
        list, page, report, rules, running, track, unmask, waiting, whose,
    },
};

/// What a report begins with.
#[server(prefix = "/api/v1", endpoint = "reports/form", input = GetUrl, output = Json)]
pub async fn get_form() -> Result<FormPage, AppError> {
    let cx = db::access::signed_in().await?;
    page::form(&cx).await
}

/// Reports something without photos; with photos a form goes to [`crate::SEND`]. A device may send it late, and twice. `answers` is JSON:
/// the answers to the category's questions, by their codes; `whose` for whom it was written.
#[server(prefix = "/api/v1", endpoint = "reports/send", output = Json)]
pub async fn send_report(
    #[server(default)] key: String,
    #[server(default)] kind: String,
    #[server(default)] category: String,
    #[server(default)] words: String,
    #[server(default)] node: String,
    #[server(default)] at: String,
    #[server(default)] address: String,
    #[server(default)] door: String,
    #[server(default)] phone: String,
    #[server(default)] urgent: bool,
    #[server(default)] open: bool,
    #[server(default)] answers: String,
    #[server(default)] whose: String,
) -> Result<Sent, AppError> {
    let cx = db::access::signed_in().await?;
    whose::check(&cx, &whose)?;
    let form = NewReport {
        kind,
        category,
        words,
        node,
        at,
        address,
        door,
        phone,
        urgent,
        open,
        answers: serde_json::from_str(&answers).unwrap_or_default(),
        handed: false,
    };
    let settings = grid::server::Settings::current();
    let sent = report::report(&cx, &settings, &key, &form, Vec::new()).await?;
    leptos_axum::redirect(&report::leads_to(&cx, &sent).await?);
    Ok(sent)
}

/// A matter, as far as the viewer sees it: the whole for whoever reported or handles it, what is published for everybody.
#[server(prefix = "/api/v1", endpoint = "reports/matter", input = GetUrl, output = Json)]
pub async fn get_matter(#[server(default)] code: String) -> Result<MatterPage, AppError> {
    let cx = db::access::public().await?;
    let hand = Hand::current(&cx);
    let shown = page::matter_by(&cx, &hand, &code).await?;
    if shown.own && shown.origin.is_tracked() {
        hand.shown(&cx)?;
    } else if !hand.is_empty() {
        hand::unkept();
    }
    Ok(shown)
}

/// What one reported, follows, and has to handle.
#[server(prefix = "/api/v1", endpoint = "reports/mine", input = GetUrl, output = Json)]
pub async fn my_matters(#[server(default)] after: String) -> Result<MinePage, AppError> {
    let cx = db::access::signed_in().await?;
    list::mine(&cx, &after).await
}

/// The newest that one reported and that have not ended, for the home page.
#[server(prefix = "/api/v1", endpoint = "reports/running", input = GetUrl, output = Json)]
pub async fn running_matters() -> Result<RunningPage, AppError> {
    let cx = db::access::signed_in().await?;
    running::newest(&cx).await
}

/// The work list of those who handle matters.
#[server(prefix = "/api/v1", endpoint = "reports/list", input = GetUrl, output = Json)]
pub async fn work_list(
    #[server(default)] node: String,
    #[server(default)] state: String,
    #[server(default)] kind: String,
    #[server(default)] category: String,
    #[server(default)] late: bool,
    #[server(default)] urgency: String,
    #[server(default)] holder: String,
    #[server(default)] since: String,
    #[server(default)] until: String,
    #[server(default)] joint: bool,
    #[server(default)] urged: bool,
    #[server(default)] q: String,
    #[server(default)] after: String,
) -> Result<WorkPage, AppError> {
    let cx = db::access::require(Permission::ReportHandle).await?;
    let filter = Filter {
        node,
        state,
        kind,
        category,
        late,
        urgency,
        holder,
        since,
        until,
        joint,
        urged,
        q,
        after,
    };
    list::work(&cx, &filter).await
}

/// Takes a step with a matter; what an action needs says [`crate::model::TABLE`]. With photos a form goes to [`crate::ACT`].
#[server(prefix = "/api/v1", endpoint = "reports/act", output = Json)]
pub async fn take_step(
    #[server(default)] code: String,
    #[server(default)] action: String,
    #[server(default)] words: String,
    #[server(default)] to: String,
    #[server(default)] days: String,
    #[server(default)] door: String,
    #[server(default)] rating: String,
    #[server(default)] matter: String,
    #[server(default)] urgency: String,
    #[server(default)] part: String,
    #[server(default)] person: String,
    #[server(default)] standard: String,
    #[server(default)] confirmed: String,
    #[server(default)] category: String,
    #[server(default)] kind: String,
    #[server(default)] whose: String,
) -> Result<(), AppError> {
    let request = db::access::request()?;
    let hand = Hand::current(&request.public());
    let cx = match request.signed_in() {
        Err(_) if !hand.is_empty() => hand::stranger(&request),
        known => known?,
    };
    let form = ActForm {
        action,
        words,
        to,
        days,
        door,
        rating,
        matter,
        urgency,
        part,
        person,
        standard,
        confirmed,
        category,
        kind,
        spoken: false,
    };
    let cx = track::as_whom(&request, &hand, &cx, &code).await?;
    whose::check(&cx, &whose)?;
    act::act_by(&cx, &hand, &code, &form, Vec::new()).await?;
    leptos_axum::redirect(&act::leads_to(&cx, &code, &form).await?);
    Ok(())
}

/// Follows a published matter ("我也遇到"), or no longer.
#[server(prefix = "/api/v1", endpoint = "reports/follow", output = Json)]
pub async fn follow_matter(
    #[server(default)] code: String,
    #[server(default)] stop: bool,
) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    follow::follow(&cx, &code, !stop).await?;
    let done = if stop { "unfollowed" } else { "followed" };
    leptos_axum::redirect(&format!("/reports/{code}?done={done}"));
    Ok(())
}

/// The rules of routing at a unit, and which of last month's matters each would have matched.
#[server(prefix = "/api/v1", endpoint = "reports/routing", input = GetUrl, output = Json)]
pub async fn get_routing(#[server(default)] node: String) -> Result<RoutingPage, AppError> {
    let cx = db::access::require(Permission::ReportRules).await?;
    rules::page(&cx, &node).await
}

/// Keeps a rule: a new one without an id.
#[server(prefix = "/api/v1", endpoint = "reports/routing/save", output = Json)]
pub async fn save_routing(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] position: String,
    #[server(default)] category: String,
    #[server(default)] kind: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] contains: String,
    #[server(default)] unit: String,
    #[server(default)] role: String,
    #[server(default)] person: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportRules).await?;
    let position = position
        .trim()
        .parse::<i64>()
        .map_err(|_| AppError::invalid("position", "请填一个数字，小的先看。"))?;
    let form = RoutingForm {
        position,
        category,
        kind,
        from,
        to,
        contains,
        unit,
        role,
        person,
    };
    rules::save(&cx, &node, &id, &form).await?;
    leptos_axum::redirect(&format!("/admin/reports/routing?node={node}&done=saved"));
    Ok(())
}

/// Takes a rule away.
#[server(prefix = "/api/v1", endpoint = "reports/routing/remove", output = Json)]
pub async fn remove_routing(
    #[server(default)] node: String,
    #[server(default)] id: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportRules).await?;
    rules::remove(&cx, &node, &id).await?;
    leptos_axum::redirect(&format!("/admin/reports/routing?node={node}&done=removed"));
    Ok(())
}

/// How much waits for the viewer, and in their units.
#[server(prefix = "/api/v1", endpoint = "reports/waiting", input = GetUrl, output = Json)]
pub async fn count_waiting() -> Result<Waiting, AppError> {
    let cx = db::access::require(Permission::ReportHandle).await?;
    waiting::count(&cx).await
}

/// Name and number of whoever reported a matter; the reason is logged, and the reporter sees it.
#[server(prefix = "/api/v1", endpoint = "reports/unmask", output = Json)]
pub async fn unmask_reporter(
    #[server(default)] matter: String,
    #[server(default)] reason: String,
    #[server(default)] words: String,
) -> Result<Unmasked, AppError> {
    let cx = db::access::require(Permission::Unmask).await?;
    unmask::unmask(&cx, &matter, &reason, &words).await
}

/// What matters are about, as those who keep it see it.
#[server(prefix = "/api/v1", endpoint = "reports/categories", input = GetUrl, output = Json)]
pub async fn get_categories() -> Result<CategoriesPage, AppError> {
    let cx = db::access::require(Permission::ReportCategories).await?;
    category::page(&cx).await
}

/// Keeps a category: a new one without `category`. Its questions come as lists, a place each; one without a label is none.
#[server(prefix = "/api/v1", endpoint = "reports/categories/save", output = Json)]
pub async fn save_category(
    #[server(default)] category: String,
    #[server(default)] position: String,
    #[server(default)] label: String,
    #[server(default)] aliases: String,
    #[server(default)] urgency: String,
    #[server(default)] days: String,
    #[server(default)] lead: String,
    #[server(default)] first_class: bool,
    #[server(default)] about_unit: bool,
    #[server(default)] offered: bool,
    #[server(default)] codes: Vec<String>,
    #[server(default)] labels: Vec<String>,
    #[server(default)] kinds: Vec<String>,
    #[server(default)] choices: Vec<String>,
    #[server(default)] required: Vec<String>,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::ReportCategories).await?;
    let place = match position.trim() {
        "" => None,
        typed => Some(
            typed
                .parse::<i64>()
                .map_err(|_| AppError::invalid("position", "请填一个数字，小的排在前面。"))?,
        ),
    };
    let form = CategoryForm {
        label,
        aliases,
        urgency,
        days,
        lead,
        first_class,
        about_unit,
        offered,
        codes,
        labels,
        kinds,
        choices,
        required,
    };
    category::save(&cx, &category, place, &form).await?;
    leptos_axum::redirect("/admin/reports/categories?done=saved");
    Ok(())
}
