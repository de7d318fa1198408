//! From a listening socket to answered requests. In place of `axum::serve`, which knows no time for headers: a connection
//! that sends one byte a minute would be kept for ever.

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// After the system has no descriptor left for another connection.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers until `stopping`, then lets requests under way end. A connection may say nothing for `idle`.
pub async fn answer(listener: TcpListener, router: Router, idle: Duration, stopping: CancellationToken) {
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => break,
        };
        match accepted {
            Ok((socket, peer)) => connect(socket, peer, &router, idle, &open),
            // Whoever knocked has gone again.
            Err(error) if gone(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    open.shutdown().await;
}

fn connect(socket: TcpStream, peer: SocketAddr, router: &Router, idle: Duration, open: &GracefulShutdown) {
    // Without this, a page streamed in parts waits for the peer's acknowledgements.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let service = router.clone().map_request(move |request: http::Request<_>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(idle);
    let connection = http
        .serve_connection(TokioIo::new(socket), TowerToHyperService::new(service))
        .into_owned();
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error, "a connection ended");
        }
    });
}

fn gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
