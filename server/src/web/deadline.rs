//! How long a request may take, and which may take longer: those that bring a file. A large one takes minutes on a slow line,
//! and is given up only when nothing comes of it any more (see `orgs::server::sent`).

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use shared::AppError;

use super::failure;

/// Forms with a file among the routes that have a deadline; the routes of the imports have none to begin with.
const FILES: [&str; 1] = ["/api/v1/accounts/admin/staff"];

/// Answers for a request that is not done in time; what was being done for it is dropped.
pub async fn keep(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    if FILES.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let headers = request.headers().clone();
    match tokio::time::timeout(deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => failure::respond(&AppError::Unavailable, &headers),
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::post};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_file_may_take_longer_than_anything_else() {
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let router = [FILES[0], "/api/v1/accounts/me"]
            .into_iter()
            .fold(Router::new(), |router, path| router.route(path, post(slow)))
            .layer(from_fn_with_state(Duration::from_millis(10), keep));
        for (path, status) in [(FILES[0], 200), ("/api/v1/accounts/me", 503)] {
            let request = Request::post(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
        }
    }
}
