//! The number of unread notices, found before a page is rendered: the bar is part of every page, and shows it without waiting for
//! anything of its own.

use axum::{extract::Request, http::Method, middleware::Next, response::Response};
use db::access;
use ui::viewer::Unread;

/// Brings it along with requests for pages by somebody signed in.
pub async fn count(mut request: Request, next: Next) -> Response {
    let asked = request.extensions().get::<access::Request>();
    let page = *request.method() == Method::GET && !request.uri().path().starts_with("/api/");
    if let (true, Some(Ok(cx))) = (page, asked.map(access::Request::signed_in)) {
        match notices::server::inbox::unread(&cx).await {
            Ok(number) => _ = request.extensions_mut().insert(Unread(number)),
            // The page itself says what is wrong, if it comes to need the database.
            Err(error) => tracing::warn!(%error, "unread notices were not counted"),
        }
    }
    next.run(request).await
}
