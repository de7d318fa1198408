//! Logs and figures.
//!
//! Logs go to standard error, for systemd or a container to keep (for six months: docs/OPERATIONS.md). Figures are
//! counted in this process and shown by the web server's `/metrics`; there is no listener of its own.

use std::time::Duration;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::config::{Log, LogFormat};

/// Requests by method, route and status.
pub const REQUESTS: &str = "linli_http_requests_total";
/// How long requests took, in seconds.
pub const REQUEST_SECONDS: &str = "linli_http_request_duration_seconds";
/// Event streams that are open.
pub const STREAMS: &str = "linli_event_streams";
/// Jobs run, by kind and outcome.
pub const JOBS: &str = "linli_jobs_total";
/// Public pages from the cache and made anew.
pub const PAGE_CACHE: &str = "linli_page_cache_total";

/// Seconds: from a page out of memory to an import that is about to be cut off.
const BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// How often old samples are drained from histograms, so that they do not grow while nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts logging. `usual` is the filter for commands that set none: quiet for tools, `info` for the server.
pub fn start_logging(log: &Log, usual: &str) {
    let filter = EnvFilter::new(log.filter.as_deref().unwrap_or(usual));
    let layers = tracing_subscriber::registry().with(filter);
    let started = match log.format {
        LogFormat::Json => layers
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_current_span(true)
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Text => {
            use std::io::IsTerminal;
            let colour = std::io::stderr().is_terminal();
            layers
                .with(fmt::layer().with_ansi(colour).with_writer(std::io::stderr))
                .try_init()
        }
    };
    if let Err(error) = started {
        tracing::warn!(%error, "logging was started before");
    }
}

/// Starts counting; the handle renders what `/metrics` shows. Call it inside the runtime, once.
///
/// # Errors
/// [`BuildError`] if something in this process counts already.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), BUCKETS)?
        .install_recorder()?;
    describe_counter!(REQUESTS, "requests by method, route and status");
    describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "time from request to response head"
    );
    describe_gauge!(STREAMS, "open event streams");
    describe_counter!(JOBS, "background jobs by kind and outcome");
    describe_counter!(PAGE_CACHE, "public pages, from the cache or made anew");
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn figures_are_shown_with_buckets_in_seconds() {
        let handle = start_metrics().unwrap();
        metrics::counter!(REQUESTS, "route" => "/n/{code}", "status" => "200").increment(2);
        metrics::histogram!(REQUEST_SECONDS).record(0.003);
        let text = handle.render();
        assert!(
            text.contains("linli_http_requests_total{route=\"/n/{code}\",status=\"200\"} 2"),
            "{text}"
        );
        assert!(
            text.contains("linli_http_request_duration_seconds_bucket{le=\"0.005\"} 1"),
            "{text}"
        );
        assert!(start_metrics().is_err(), "counted twice");
    }
}
