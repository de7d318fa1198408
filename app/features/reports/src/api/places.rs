//! What the form of a report offers to say where something is, and what is known near there. For anybody: a stranger reports too, and
//! buildings are told by their names alone.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};

use crate::model::{NearPage, Spot};
#[cfg(feature = "ssr")]
use crate::server::{near, spots};

/// The buildings that an address as people say it may mean.
#[server(prefix = "/api/v1", endpoint = "reports/places", input = GetUrl, output = Json)]
pub async fn find_buildings(#[server(default)] q: String) -> Result<Vec<Spot>, AppError> {
    let cx = db::access::public().await?;
    spots::found(&cx, &q).await
}

/// The buildings of the community around a unit.
#[server(prefix = "/api/v1", endpoint = "reports/places/around", input = GetUrl, output = Json)]
pub async fn buildings_around(#[server(default)] node: String) -> Result<Vec<Spot>, AppError> {
    let cx = db::access::public().await?;
    spots::around(&cx, &node).await
}

/// What is known near there of what somebody writes. A POST: what is typed, and where, must stand in no address, log or cache.
#[server(prefix = "/api/v1", endpoint = "reports/near", output = Json)]
pub async fn known_near(
    #[server(default)] node: String,
    #[server(default)] at: String,
    #[server(default)] category: String,
    #[server(default)] words: String,
    #[server(default)] named: bool,
) -> Result<NearPage, AppError> {
    let cx = db::access::public().await?;
    let asked = near::Asked {
        node: &node,
        at: &at,
        category: &category,
        words: &words,
        named,
    };
    near::near(&cx, &asked).await
}
