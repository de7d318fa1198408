//! The pillar's server functions: authorise, call one service, return.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};
#[cfg(feature = "ssr")]
use shared::{Permission, RecordId};

use crate::model::{
    self, Found, ImportPreview, MapPage, MapSettings,
    draft::{BorderHistory, DraftList, DraftPage, Editing, Saved},
    outline::Placing,
};

/// What is no code leads nowhere.
#[cfg(feature = "ssr")]
fn read_code(text: &str) -> Result<orgs::model::Code, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[cfg(feature = "ssr")]
fn read_id(text: &str) -> Result<RecordId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// A unit's map, coloured by `figure` unless that is empty, of the day `on`, of today if that is empty.
#[server(prefix = "/api/v1", endpoint = "grid/map", input = GetUrl, output = Json)]
pub async fn map(code: String, figure: String, on: String) -> Result<MapPage, AppError> {
    use crate::{
        model::Figure,
        server::{Settings, page},
    };
    let cx = db::access::public().await?;
    page::map(
        &cx,
        &Settings::current(),
        &read_code(&code)?,
        Figure::parse(&figure),
        &on,
    )
    .await
}

/// A unit's map as it stands on the unit's own page; nothing where there is none to show, or more than such a picture holds.
#[server(prefix = "/api/v1", endpoint = "grid/glance", input = GetUrl, output = Json)]
pub async fn glance(code: String) -> Result<Option<model::Glance>, AppError> {
    use crate::server::{Settings, glance};
    let cx = db::access::public().await?;
    glance::glance(&cx, &Settings::current(), &read_code(&code)?).await
}

/// What is told beside the map of a chosen unit; nothing if none is chosen.
#[server(prefix = "/api/v1", endpoint = "grid/panel", input = GetUrl, output = Json)]
pub async fn panel(code: String, on: String) -> Result<Option<model::Panel>, AppError> {
    use crate::server::{Settings, page};
    let cx = db::access::public().await?;
    if code.is_empty() {
        return Ok(None);
    }
    page::panel(&cx, &Settings::current(), &read_code(&code)?, &on)
        .await
        .map(Some)
}

/// The grid that the viewer lives in, and who works for it; nothing for who lives in none.
#[server(prefix = "/api/v1", endpoint = "grid/own", input = GetUrl, output = Json)]
pub async fn own_grid() -> Result<Option<model::OwnGrid>, AppError> {
    let cx = db::access::signed_in().await?;
    crate::server::workers::of_resident(&cx).await
}

/// Whose map to begin with.
#[server(prefix = "/api/v1", endpoint = "grid/home", input = GetUrl, output = Json)]
pub async fn home() -> Result<Option<String>, AppError> {
    use crate::server::{Settings, page};
    let cx = db::access::public().await?;
    page::home(&cx, &Settings::current()).await
}

/// The smallest unit at a place, in degrees. A POST: where somebody is must stand in no address, log or cache.
#[server(prefix = "/api/v1", endpoint = "grid/at", output = Json)]
pub async fn at(lon: f64, lat: f64) -> Result<Option<Found>, AppError> {
    use crate::{
        model::Place,
        server::{Settings, page},
    };
    let cx = db::access::public().await?;
    let place = Place::from_degrees(lon, lat).ok_or_else(|| AppError::invalid("", "这个位置不是经纬度。"))?;
    page::at(&cx, &Settings::current(), place).await
}

/// Whether the caller may import at all: the page asks before it shows its form.
#[server(prefix = "/api/v1", endpoint = "grid/import/allowed", input = GetUrl, output = Json)]
pub async fn may_import() -> Result<(), AppError> {
    db::access::require(Permission::MapImport).await?;
    Ok(())
}

/// What a file that was sent would change, or has changed.
#[server(prefix = "/api/v1", endpoint = "grid/import/preview", input = GetUrl, output = Json)]
pub async fn preview(id: String) -> Result<ImportPreview, AppError> {
    let cx = db::access::require(Permission::MapImport).await?;
    crate::server::staged::preview(&cx, read_id(&id)?).await
}

/// Stops an import that is under way; answers with the id under which the file is found now.
#[server(prefix = "/api/v1", endpoint = "grid/import/stop", output = Json)]
pub async fn stop_import(id: String) -> Result<String, AppError> {
    let cx = db::access::require(Permission::MapImport).await?;
    let id = crate::server::staged::stop(&cx, read_id(&id)?).await?;
    Ok(id.to_string())
}

/// What is set for the deployment's maps.
#[server(prefix = "/api/v1", endpoint = "grid/settings", input = GetUrl, output = Json)]
pub async fn settings() -> Result<MapSettings, AppError> {
    use crate::server::{Settings, settings};
    let cx = db::access::require(Permission::MapSettings).await?;
    settings::shown(&cx, &Settings::current()).await
}

/// Sets it. The shares are per cent as typed.
#[server(prefix = "/api/v1", endpoint = "grid/settings/save", output = Json)]
pub async fn save_settings(
    review_number: String,
    gap: String,
    overlap: String,
    outside: String,
) -> Result<(), AppError> {
    use crate::server::settings;
    let cx = db::access::require(Permission::MapSettings).await?;
    settings::save(
        &cx,
        &settings::Typed {
            review_number,
            gap,
            overlap,
            outside,
        },
    )
    .await
}

#[cfg(feature = "ssr")]
fn read_draft(text: &str) -> Result<model::draft::DraftId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// What drawing the parts of a unit begins with: one's own draft where there is one.
#[server(prefix = "/api/v1", endpoint = "grid/edit", input = GetUrl, output = Json)]
pub async fn open_editor(code: String) -> Result<Editing, AppError> {
    use crate::server::{Settings, drafts};
    let cx = db::access::require(Permission::MapPropose).await?;
    drafts::editing(&cx, &Settings::current(), &read_code(&code)?).await
}

/// Keeps what was drawn. `ops` is a JSON list of steps, of which `done` count; `id` is empty the first time.
#[server(prefix = "/api/v1", endpoint = "grid/edit/save", output = Json)]
pub async fn save_draft(
    code: String,
    id: String,
    version: i64,
    ops: String,
    done: usize,
) -> Result<Saved, AppError> {
    use crate::server::drafts;
    let cx = db::access::require(Permission::MapPropose).await?;
    let code = read_code(&code)?;
    drafts::may_draw(&cx, &code).await?;
    let known = if id.is_empty() {
        None
    } else {
        Some((read_draft(&id)?, version))
    };
    let ops =
        serde_json::from_str(&ops).map_err(|_| AppError::invalid("", "这些步骤读不出来，请刷新后再试。"))?;
    drafts::save(&cx, &code, known, ops, done).await
}

/// Chooses what becomes of a draft whose parts somebody else has changed: `again`, `mine` or `theirs`.
#[server(prefix = "/api/v1", endpoint = "grid/draft/rebase", output = Json)]
pub async fn rebase_draft(id: String, version: i64, choice: String) -> Result<(), AppError> {
    use crate::{model::draft::Choice, server::drafts};
    let cx = db::access::require(Permission::MapPropose).await?;
    let id = read_draft(&id)?;
    let draft = drafts::one(&cx, id).await?;
    let choice = Choice::from_code(&choice).ok_or_else(|| AppError::invalid("choice", "请选一种办法。"))?;
    let left_out = drafts::rebase(&cx, id, version, choice).await?;
    if choice == Choice::Theirs {
        leptos_axum::redirect(&format!("/map/drafts/{id}?done=withdrawn"));
    } else {
        leptos_axum::redirect(&format!(
            "/map/edit/{}?done=rebased&left={left_out}",
            draft.row.code
        ));
    }
    Ok(())
}

/// The drafts that the caller is shown: a page of each list, or of the list `list` from `after` on.
#[server(prefix = "/api/v1", endpoint = "grid/drafts", input = GetUrl, output = Json)]
pub async fn drafts(
    #[server(default)] list: String,
    #[server(default)] after: String,
) -> Result<DraftList, AppError> {
    use crate::{model::draft::Shelf, server::drafts};
    let cx = db::access::require(Permission::MapPropose).await?;
    let only = Shelf::from_code(&list);
    // An address that names no list begins at the beginning.
    let after = if only.is_some() { after } else { String::new() };
    drafts::list(&cx, only, &after).await
}

/// How many drafts wait for the caller to decide.
#[server(prefix = "/api/v1", endpoint = "grid/drafts/waiting", input = GetUrl, output = Json)]
pub async fn drafts_waiting() -> Result<usize, AppError> {
    let cx = db::access::require(Permission::MapApprove).await?;
    crate::server::drafts::waiting(&cx).await
}

/// One draft.
#[server(prefix = "/api/v1", endpoint = "grid/draft", input = GetUrl, output = Json)]
pub async fn draft(id: String) -> Result<DraftPage, AppError> {
    let cx = db::access::require(Permission::MapPropose).await?;
    crate::server::drafts::one(&cx, read_draft(&id)?).await
}

/// Hands a draft in.
#[server(prefix = "/api/v1", endpoint = "grid/draft/propose", output = Json)]
pub async fn propose_draft(
    id: String,
    version: i64,
    reason: String,
    basis: String,
    on: String,
) -> Result<(), AppError> {
    use crate::{model::draft::Proposal, server::drafts};
    let cx = db::access::require(Permission::MapPropose).await?;
    let id = read_draft(&id)?;
    drafts::one(&cx, id).await?;
    let proposal = Proposal::read(&reason, &basis, &on, cx.now().date())?;
    drafts::propose(&cx, id, version, &proposal).await?;
    leptos_axum::redirect(&format!("/map/drafts/{id}?done=proposed"));
    Ok(())
}

/// Approves what somebody else drew.
#[server(prefix = "/api/v1", endpoint = "grid/draft/approve", output = Json)]
pub async fn approve_draft(id: String, version: i64, words: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::MapApprove).await?;
    let id = read_draft(&id)?;
    crate::server::drafts::approve(&cx, id, version, &words).await?;
    leptos_axum::redirect(&format!("/map/drafts/{id}?done=approved"));
    Ok(())
}

/// Refuses what somebody else drew.
#[server(prefix = "/api/v1", endpoint = "grid/draft/refuse", output = Json)]
pub async fn refuse_draft(id: String, version: i64, words: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::MapApprove).await?;
    let id = read_draft(&id)?;
    crate::server::drafts::refuse(&cx, id, version, &words).await?;
    leptos_axum::redirect(&format!("/map/drafts/{id}?done=refused"));
    Ok(())
}

/// Takes one's own draft back.
#[server(prefix = "/api/v1", endpoint = "grid/draft/withdraw", output = Json)]
pub async fn withdraw_draft(id: String, version: i64) -> Result<(), AppError> {
    let cx = db::access::require(Permission::MapPropose).await?;
    let id = read_draft(&id)?;
    crate::server::drafts::withdraw(&cx, id, version).await?;
    leptos_axum::redirect(&format!("/map/drafts/{id}?done=withdrawn"));
    Ok(())
}

/// Goes on with what was refused or withdrawn.
#[server(prefix = "/api/v1", endpoint = "grid/draft/reopen", output = Json)]
pub async fn reopen_draft(id: String, version: i64) -> Result<(), AppError> {
    let cx = db::access::require(Permission::MapPropose).await?;
    let id = read_draft(&id)?;
    let code = crate::server::drafts::reopen(&cx, id, version).await?;
    leptos_axum::redirect(&format!("/map/edit/{code}"));
    Ok(())
}

/// The states of a unit's border, the latest first: a page of them, or that from `after` on.
#[server(prefix = "/api/v1", endpoint = "grid/history", input = GetUrl, output = Json)]
pub async fn past_borders(code: String, #[server(default)] after: String) -> Result<BorderHistory, AppError> {
    let cx = db::access::require(Permission::StaffView).await?;
    crate::server::drafts::history(&cx, &read_code(&code)?, &after).await
}

#[cfg(feature = "ssr")]
fn read_building(text: &str) -> Result<people::model::BuildingId, AppError> {
    text.trim().parse().map_err(|_| AppError::NotFound)
}

/// Where a building stands, and the ground around it.
#[server(prefix = "/api/v1", endpoint = "grid/building", input = GetUrl, output = Json)]
pub async fn building_place(id: String) -> Result<Placing, AppError> {
    use crate::server::{Settings, placing};
    let cx = db::access::require(Permission::PeopleEdit).await?;
    placing::page(&cx, &Settings::current(), read_building(&id)?).await
}

/// Notes where a building stands: by its outline, else by a point, else nowhere.
#[server(prefix = "/api/v1", endpoint = "grid/building/place", output = Json)]
pub async fn place_building(
    id: String,
    version: i64,
    #[server(default)] lon: String,
    #[server(default)] lat: String,
    #[server(default)] shape: String,
) -> Result<(), AppError> {
    use crate::server::{Settings, placing};
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read_building(&id)?;
    let typed = placing::Typed { lon, lat, shape };
    placing::save(&cx, &Settings::current(), id, version, &typed).await?;
    leptos_axum::redirect(&format!("/people/buildings?building={id}&done=saved"));
    Ok(())
}
