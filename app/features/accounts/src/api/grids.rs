//! Finding the grid that one lives in.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::GridChoice;

#[cfg(feature = "ssr")]
use super::web;
#[cfg(feature = "ssr")]
use crate::server::{
    GridFinder,
    cookie::{self, Jar},
    register,
};

/// How long a choice on the map may take, in seconds.
#[cfg(feature = "ssr")]
const PICKING_S: i64 = 30 * 60;

/// The grids that `q` may mean, or that `node` is. Whoever looks is no longer choosing on the map.
#[server(prefix = "/api/v1", endpoint = "accounts/grids", input = GetUrl, output = Json)]
pub async fn find_grids(
    #[server(default)] q: String,
    #[server(default)] node: String,
) -> Result<Vec<GridChoice>, AppError> {
    let cx = db::access::public().await?;
    if cookie::received(Jar::Picking).is_some() {
        cookie::send(Jar::Picking, "", 0)?;
    }
    register::offered(&cx, &q, &node).await
}

/// The code of the grid at a place, in degrees. A POST: where somebody is must stand in no address, log or cache.
#[server(prefix = "/api/v1", endpoint = "accounts/grids/at", output = Json)]
pub async fn grid_at(lon: f64, lat: f64) -> Result<String, AppError> {
    let cx = db::access::public().await?;
    GridFinder::current()?.code_at(&cx, lon, lat).await
}

/// Leaves the form of the page `back` for the map; what it holds stands there again afterwards.
#[server(prefix = "/api/v1", endpoint = "accounts/grids/map", output = Json)]
pub async fn look_on_map(#[server(default)] back: String) -> Result<(), AppError> {
    db::access::public().await?;
    leave(&back)?;
    cookie::send(Jar::Picking, &back, PICKING_S)?;
    web::go("/map");
    Ok(())
}

/// Leaves the form of the page `back` to look for another grid; what it holds stands there again afterwards.
#[server(prefix = "/api/v1", endpoint = "accounts/grids/again", output = Json)]
pub async fn look_again(#[server(default)] back: String) -> Result<(), AppError> {
    db::access::public().await?;
    web::go(leave(&back)?);
    Ok(())
}

/// Keeps the form of the page `back`, whose address it returns.
#[cfg(feature = "ssr")]
fn leave(back: &str) -> Result<&'static str, AppError> {
    match back {
        "register" => {
            ui::returned::keep_draft::<super::Register>();
            Ok("/register")
        }
        "home" => {
            ui::returned::keep_draft::<super::DeclareHome>();
            Ok("/me/home")
        }
        _ => Err(AppError::NotFound),
    }
}
