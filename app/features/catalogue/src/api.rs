//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so that all of
//! it works without script.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{
    EditPage, HistoryPage, InspectionsPage, ItemPage, ManagePage, Menu, NarrowingPage, PlansPage, RoundPage,
};
#[cfg(feature = "ssr")]
use crate::{
    model::{ItemForm, NarrowingForm},
    server::{draft, found, menu as menus, narrow as narrowing, plan, round, walk},
};

#[cfg(feature = "ssr")]
mod read {
    use orgs::model::Code;
    use shared::{AppError, Date};

    pub fn code(text: &str) -> Result<Code, AppError> {
        text.trim().parse().map_err(|_| AppError::NotFound)
    }

    pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
        text.trim().parse().map_err(|_| AppError::NotFound)
    }

    /// Nothing is `None`.
    pub fn maybe<T>(text: &str, read: impl Fn(&str) -> Result<T, AppError>) -> Result<Option<T>, AppError> {
        if text.trim().is_empty() {
            Ok(None)
        } else {
            read(text).map(Some)
        }
    }

    pub fn day(text: &str) -> Result<Date, AppError> {
        text.trim()
            .parse()
            .map_err(|_| AppError::invalid("on", "日期请写成 2026-11-23 这样。"))
    }
}

/// The list of a place, as a menu; and the places that `place` may mean.
#[server(prefix = "/api/v1", endpoint = "catalogue/menu", input = GetUrl, output = Json)]
pub async fn get_menu(
    #[server(default)] node: String,
    #[server(default)] q: String,
    #[server(default)] event: String,
    #[server(default)] on: String,
    #[server(default)] place: String,
) -> Result<Menu, AppError> {
    let cx = db::access::public().await?;
    let asked = menus::Asked {
        node: read::maybe(&node, read::code)?,
        place,
        q,
        event: event.parse().ok(),
        on: read::maybe(&on, read::day)?,
    };
    menus::menu(&cx, &asked).await
}

/// An item as it holds at a place.
#[server(prefix = "/api/v1", endpoint = "catalogue/item", input = GetUrl, output = Json)]
pub async fn item(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] on: String,
) -> Result<ItemPage, AppError> {
    let cx = db::access::public().await?;
    menus::item(
        &cx,
        &read::code(&node)?,
        read::id(&id)?,
        read::maybe(&on, read::day)?,
    )
    .await
}

/// Says that one needs it; leads to how it begins.
#[server(prefix = "/api/v1", endpoint = "catalogue/start", output = Json)]
pub async fn start(#[server(default)] node: String, #[server(default)] id: String) -> Result<(), AppError> {
    let cx = db::access::public().await?;
    let (code, item) = (read::code(&node)?, read::id::<crate::model::ItemId>(&id)?);
    menus::start(&cx, &code, item).await?;
    leptos_axum::redirect(&format!("/catalogue/item?node={code}&id={item}&start=1"));
    Ok(())
}

/// The versions of the list that holds at a place.
#[server(prefix = "/api/v1", endpoint = "catalogue/history", input = GetUrl, output = Json)]
pub async fn history(#[server(default)] node: String) -> Result<HistoryPage, AppError> {
    let cx = db::access::public().await?;
    menus::history(&cx, &read::code(&node)?).await
}

/// What whoever keeps a place's list sees.
#[server(prefix = "/api/v1", endpoint = "catalogue/manage", input = GetUrl, output = Json)]
pub async fn manage(#[server(default)] node: String) -> Result<ManagePage, AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    draft::manage(&cx, &read::code(&node)?).await
}

#[cfg(feature = "ssr")]
fn lead_back(node: &str, done: &str) {
    leptos_axum::redirect(&format!("/admin/catalogue?node={node}&done={done}"));
}

/// Begins a draft.
#[server(prefix = "/api/v1", endpoint = "catalogue/draft/begin", output = Json)]
pub async fn begin_draft(#[server(default)] node: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    draft::begin(&cx, &read::code(&node)?).await?;
    lead_back(&node, "begun");
    Ok(())
}

/// Throws the draft away.
#[server(prefix = "/api/v1", endpoint = "catalogue/draft/discard", output = Json)]
pub async fn discard_draft(#[server(default)] node: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    draft::discard(&cx, &read::code(&node)?).await?;
    lead_back(&node, "discarded");
    Ok(())
}

/// Lets the draft hold from a day on.
#[server(prefix = "/api/v1", endpoint = "catalogue/draft/publish", output = Json)]
pub async fn publish_draft(
    #[server(default)] node: String,
    #[server(default)] from: String,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    draft::publish(&cx, &read::code(&node)?, &from, &note).await?;
    lead_back(&node, "published");
    Ok(())
}

/// An item of the draft, or an empty form for a new one.
#[server(prefix = "/api/v1", endpoint = "catalogue/draft/item", input = GetUrl, output = Json)]
pub async fn edit_item(
    #[server(default)] node: String,
    #[server(default)] id: String,
) -> Result<EditPage, AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    draft::edit(&cx, &read::code(&node)?, read::maybe(&id, read::id)?).await
}

/// Keeps an item of the draft.
#[server(prefix = "/api/v1", endpoint = "catalogue/draft/save", output = Json)]
pub async fn save_item(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] revision: i64,
    #[server(default)] name: String,
    #[server(default)] area: String,
    #[server(default)] event: String,
    #[server(default)] basis: String,
    #[server(default)] lead: String,
    #[server(default)] assist: String,
    #[server(default)] unit: String,
    #[server(default)] amount: String,
    #[server(default)] materials: String,
    #[server(default)] how: String,
    #[server(default)] place: String,
    #[server(default)] phone: String,
    #[server(default)] public: bool,
    #[server(default)] every: String,
    #[server(default)] moved_from: String,
    #[server(default)] moved_means: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    let form = ItemForm {
        name,
        area,
        event,
        basis,
        lead,
        assist,
        unit,
        amount,
        materials,
        how,
        place,
        phone,
        public,
        every,
        moved_from,
        moved_means,
    };
    draft::save(
        &cx,
        &read::code(&node)?,
        read::maybe(&id, read::id)?,
        revision,
        form,
    )
    .await?;
    lead_back(&node, "saved");
    Ok(())
}

/// Takes an item out of the draft.
#[server(prefix = "/api/v1", endpoint = "catalogue/draft/remove", output = Json)]
pub async fn remove_item(
    #[server(default)] node: String,
    #[server(default)] id: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    draft::remove(&cx, &read::code(&node)?, read::id(&id)?).await?;
    lead_back(&node, "removed");
    Ok(())
}

/// What a place says about an item that comes from above.
#[server(prefix = "/api/v1", endpoint = "catalogue/narrowing", input = GetUrl, output = Json)]
pub async fn narrowing(
    #[server(default)] node: String,
    #[server(default)] id: String,
) -> Result<NarrowingPage, AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    narrowing::page(&cx, &read::code(&node)?, read::id(&id)?).await
}

/// Says it, from a day on.
#[server(prefix = "/api/v1", endpoint = "catalogue/narrow", output = Json)]
pub async fn narrow(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] from: String,
    #[server(default)] hidden: bool,
    #[server(default)] shorter: bool,
    #[server(default)] unit: String,
    #[server(default)] amount: String,
    #[server(default)] place: String,
    #[server(default)] phone: String,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::CatalogueEdit).await?;
    let form = NarrowingForm {
        hidden,
        shorter,
        unit,
        amount,
        place,
        phone,
        note,
    };
    narrowing::say(&cx, &read::code(&node)?, read::id(&id)?, &from, form).await?;
    lead_back(&node, "narrowed");
    Ok(())
}

/// What is to be walked where one works.
#[server(prefix = "/api/v1", endpoint = "catalogue/inspections", input = GetUrl, output = Json)]
pub async fn inspections() -> Result<InspectionsPage, AppError> {
    let cx = db::access::require(Permission::Inspect).await?;
    round::page(&cx).await
}

/// A round that was walked, by itself.
#[server(prefix = "/api/v1", endpoint = "catalogue/inspections/round", input = GetUrl, output = Json)]
pub async fn get_round(#[server(default)] id: String) -> Result<RoundPage, AppError> {
    let cx = db::access::require(Permission::Inspect).await?;
    found::page(&cx, read::id(&id)?).await
}

/// Says that a round was walked; a device may send it late, from its outbox.
#[server(prefix = "/api/v1", endpoint = "catalogue/inspections/walk", output = Json)]
pub async fn walk(
    #[server(default)] id: String,
    #[server(default)] found: bool,
    #[server(default)] words: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::Inspect).await?;
    let round = read::id(&id)?;
    match db::idempotency::key(&cx)? {
        Some(key) => walk::walk_once(&cx, &key, round, found, &words).await?,
        None => walk::walk(&cx, round, found, &words).await?,
    }
    leptos_axum::redirect(if found {
        "/inspections?done=found"
    } else {
        "/inspections?done=walked"
    });
    Ok(())
}

/// The inspections that are arranged at a place.
#[server(prefix = "/api/v1", endpoint = "catalogue/plans", input = GetUrl, output = Json)]
pub async fn plans(#[server(default)] node: String) -> Result<PlansPage, AppError> {
    let cx = db::access::require(Permission::InspectionPlan).await?;
    plan::page(&cx, &read::code(&node)?).await
}

/// Arranges one.
#[server(prefix = "/api/v1", endpoint = "catalogue/plans/begin", output = Json)]
pub async fn begin_plan(
    #[server(default)] node: String,
    #[server(default)] item: String,
    #[server(default)] every: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::InspectionPlan).await?;
    plan::begin(&cx, &read::code(&node)?, &item, &every).await?;
    leptos_axum::redirect(&format!("/inspections/plans?node={node}&done=begun"));
    Ok(())
}

/// No longer arranged.
#[server(prefix = "/api/v1", endpoint = "catalogue/plans/end", output = Json)]
pub async fn end_plan(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] why: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::InspectionPlan).await?;
    plan::end(&cx, read::id(&id)?, &why).await?;
    leptos_axum::redirect(&format!(
        "/inspections/plans?node={}&done=ended",
        read::code(&node)?
    ));
    Ok(())
}

/// Goes on although nobody needed it.
#[server(prefix = "/api/v1", endpoint = "catalogue/plans/keep", output = Json)]
pub async fn keep_plan(
    #[server(default)] node: String,
    #[server(default)] id: String,
    #[server(default)] why: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::InspectionPlan).await?;
    plan::keep(&cx, read::id(&id)?, &why).await?;
    leptos_axum::redirect(&format!(
        "/inspections/plans?node={}&done=kept",
        read::code(&node)?
    ));
    Ok(())
}
