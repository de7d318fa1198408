//! What a supervisor asks: is the process there, can it serve, what does it count.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::PrometheusHandle;

use super::{
    session::{client_address, is_this_machine},
    state::App,
};

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The process can serve: the database answers and has the structure that this program knows.
pub async fn ready(State(app): State<App>) -> Response {
    match app.house.db.must_be_current().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
        }
    }
}

/// Prometheus' text format; for this machine and trusted proxies' networks only.
pub async fn metrics(State((app, handle)): State<(App, PrometheusHandle)>, request: Request) -> Response {
    // A trusted proxy on this machine speaks for others, who are not this machine.
    let near = is_this_machine(&request, &app.proxies)
        || client_address(&request, &app.proxies)
            .is_some_and(|a| !a.is_loopback() && app.proxies.contains(a));
    if !near {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = handle.render().into_response();
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
