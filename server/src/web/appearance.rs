//! Switching the appearance without JavaScript: a link that sets a cookie and comes back.

use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use ui::appearance::Appearance;

use super::headers::Tls;

#[derive(Debug, Deserialize)]
pub struct Switch {
    size: Option<String>,
    theme: Option<String>,
    back: Option<String>,
}

pub async fn switch(State(tls): State<Tls>, headers: HeaderMap, Query(wish): Query<Switch>) -> Response {
    let now = app::appearance_in(&headers);
    let next = [wish.size, wish.theme]
        .iter()
        .flatten()
        .fold(now, |appearance, word| appearance.with(word));
    let cookie = next.set_cookie(tls.0);
    let mut response =
        Redirect::to(Appearance::way_back(wish.back.as_deref().unwrap_or("/"))).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
