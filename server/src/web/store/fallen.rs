//! A handler that panics is an answer like any other: in the shape that was asked for, found in the log by its trace id, and counted.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    routing::get,
};
use db::test::{TestResult, on_both};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt;

use super::visitor::house;
use crate::{
    config::Config,
    web::{limits::Limits, pages},
};

async fn falls() -> StatusCode {
    panic!("as this test wants it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_answered_and_counted() {
    on_both(|t| async move {
        let recorder = PrometheusBuilder::new().build_recorder();
        let figures = recorder.handle();
        let house = house(&t).await?;
        let config = Config::default();
        let limits = Limits::new(&config.limits, config.trusted_proxies);
        let router = pages::guarded(Router::new().route("/falls", get(falls)), &house.app, limits);
        // This task alone, so on this thread.
        let _counting = metrics::set_default_local_recorder(&recorder);
        for (accept, kind) in [
            ("application/json", "application/json"),
            ("text/html,application/xhtml+xml", "text/html"),
            ("", "application/json"),
        ] {
            let request = Request::builder()
                .uri("/falls")
                .header(header::ACCEPT, accept)
                .body(Body::empty())?;
            let answer = router.clone().oneshot(request).await?;
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let text = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
            let (shape, trace) = (
                text("content-type").ok_or("no shape")?,
                text("x-trace-id").ok_or("no trace id")?,
            );
            assert!(shape.starts_with(kind), "{accept}: {shape}");
            let body = answer.into_body().collect().await?.to_bytes();
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(&trace), "{trace}: {body}");
        }
        let shown = figures.render();
        let line = "linli_http_requests_total{method=\"GET\",route=\"/falls\",status=\"500\"} 3";
        assert!(shown.contains(line), "{shown}");
        TestResult::Ok(())
    })
    .await;
}
