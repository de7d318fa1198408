//! Everything the router serves: pages, server functions, the routes of the pillars, the event stream.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::HeaderName,
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::get,
};
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, Predicate, predicate::SizeAbove},
};

use super::{
    appearance, assets, cache, deadline, events, failure, headers, health, input, limits, open, returned,
    session, state::App, streams,
};
use crate::{config::Config, telemetry};

/// The whole web application.
pub fn router(
    app: App,
    config: &Config,
    streams: Arc<streams::Streams>,
    files: assets::SiteFiles,
    metrics: PrometheusHandle,
) -> Router {
    let limits = limits::Limits::new(&config.limits, config.trusted_proxies.clone());
    tidy(&limits);
    let largest = input::Largest::new(&config.limits);

    let public = pages(&app)
        .layer(from_fn(failure::server_function_status))
        .layer(from_fn_with_state(app.caches.pages.clone(), cache::public_pages))
        .layer(from_fn_with_state(app.clone(), returned::give_back));
    let openly = open::Openly::new(
        app.caches.open.clone(),
        config.public_url.as_ref().map(|url| url.origin()),
    );
    let told = reports::server::open_routes().layer(from_fn_with_state(openly, open::told));
    let timed = public
        .merge(
            Router::new()
                .route("/appearance", get(appearance::switch))
                .with_state(app.clone()),
        )
        .merge(accounts::server::routes(holdings()))
        .merge(grid::server::routes())
        .merge(poi::server::routes())
        .merge(catalogue::server::routes())
        .merge(reports::server::routes())
        .merge(reports::server::figures::routes())
        .merge(reports::server::orders::routes())
        .merge(reports::server::orders::port_routes())
        .merge(mediation::server::routes())
        .merge(told)
        .layer(from_fn_with_state(largest, input::fit))
        .layer(from_fn_with_state(
            Duration::from_secs(config.limits.request_s),
            deadline::keep,
        ))
        .layer(
            CompressionLayer::new()
                // A quarter less than the fastest, for half a millisecond: the line of a cheap phone is slower than that.
                .quality(CompressionLevel::Precise(5))
                .compress_when(SizeAbove::new(1024).and(NotCompressed)),
        );
    // A slow line may take longer over a large file than any other request may.
    let imports = orgs::router()
        .merge(people::server::routes())
        .merge(tasks::server::routes())
        .merge(grid::server::upload::routes())
        .merge(poi::server::uploads())
        .merge(catalogue::server::uploads())
        .merge(reports::server::uploads())
        .merge(reports::server::orders::uploads())
        .merge(mediation::server::uploads())
        .layer(from_fn_with_state(app.clone(), returned::give_back_with_files))
        .layer(from_fn_with_state(largest, input::fit));
    let served = timed
        .merge(imports)
        .merge(events::routes(streams).layer(from_fn_with_state(largest, input::fit)))
        // The input's own limit holds, and the closer one of a route that takes files.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(failure::words_as_page));
    let served = guarded(served, &app, limits)
        // Whatever is refused there, by whichever layer, is told as programs read it.
        .layer(from_fn(reports::server::speak));

    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(app.clone())
        .merge(
            Router::new()
                .route("/metrics", get(health::metrics))
                .with_state((app.clone(), metrics)),
        )
        .merge(served)
        .layer(from_fn_with_state(files, assets::files))
        .layer(from_fn_with_state(app.tls, headers::secure))
        // What goes wrong while a request is served is caught in `identify`; this is for the layers around it.
        .layer(CatchPanicLayer::custom(failure::fallen))
}

/// Routes with what stands before all that is asked on somebody's behalf: limits, who it is, and that it is counted.
pub fn guarded(routes: Router, app: &App, limits: limits::Limits) -> Router {
    routes
        .layer(from_fn_with_state(app.clone(), session::identify))
        .layer(from_fn_with_state(limits, limits::limit))
        .layer(from_fn(count))
}

/// Listed once a process: while leptos lists them, no page that is being rendered gets its data, and it waits for good (leptos #4773).
static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();

/// What each pillar holds about people: for the export of their data and the page that says on what basis.
fn holdings() -> accounts::server::Holdings {
    [
        people::server::holding(),
        notices::server::holding(),
        tasks::server::holding(),
        teams::server::holding(),
        teams::server::posts(),
        poi::server::holding(),
        reports::server::holding(),
        mediation::server::holding(),
        surveys::server::holding(),
    ]
    .into()
}

/// The pages and, with them, every registered server function.
fn pages(app: &App) -> Router {
    let site = app.site.clone();
    let routes = ROUTES.get_or_init(|| generate_route_list(app::document)).clone();
    let holdings = holdings();
    let context = move || {
        provide_context(site.clone());
        provide_context(holdings.clone());
    };
    Router::new()
        .leptos_routes_with_context(app, routes, context.clone(), app::document)
        .fallback(leptos_axum::render_app_async_with_context(context, app::document))
        .with_state(app.clone())
}

/// Compresses what is not compressed yet and is neither a stream nor an image.
#[derive(Clone, Copy, Debug)]
struct NotCompressed;

impl Predicate for NotCompressed {
    fn should_compress<B: http_body::Body>(&self, response: &http::Response<B>) -> bool {
        let kind = response
            .headers()
            .get(http::header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        [
            "text/html",
            "application/json",
            "application/geo+json",
            "text/csv",
            "text/xml",
            "application/rss+xml",
            "image/svg+xml",
        ]
        .iter()
        .any(|compressible| kind.starts_with(compressible))
    }
}

/// Counts requests and their time by route, never by address: addresses hold ids.
async fn count(request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none".to_owned(), |p| p.as_str().to_owned());
    let started = std::time::Instant::now();
    let response = next.run(request).await;
    let status = response.status();
    let took = started.elapsed();
    metrics::counter!(telemetry::REQUESTS, "method" => method.clone(), "route" => route.clone(), "status" => status.as_str().to_owned()).increment(1);
    metrics::histogram!(telemetry::REQUEST_SECONDS, "method" => method.clone(), "route" => route.clone())
        .record(took.as_secs_f64());
    let trace = response
        .headers()
        .get(HeaderName::from_static("x-trace-id"))
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    if status.is_server_error() {
        tracing::error!(
            trace,
            method,
            route,
            status = status.as_u16(),
            ms = took.as_millis(),
            "request failed"
        );
    } else {
        tracing::debug!(
            trace,
            method,
            route,
            status = status.as_u16(),
            ms = took.as_millis(),
            "request"
        );
    }
    response
}

fn tidy(limits: &limits::Limits) {
    let limits = limits.clone();
    tokio::spawn(async move {
        let mut minutes = tokio::time::interval(Duration::from_secs(60));
        loop {
            minutes.tick().await;
            limits.tidy();
        }
    });
}
