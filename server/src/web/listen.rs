//! From a listening socket to answered requests. In place of `axum::serve`, which knows no time for headers: a connection
//! that sends one byte a minute, or none at all, would be kept for ever.

use std::{
    io::{self, Cursor},
    net::SocketAddr,
    time::Duration,
};

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
use tokio::{
    io::{AsyncReadExt, join},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// After the system has no descriptor left for another connection.
const PAUSE: Duration = Duration::from_secs(1);
/// How HTTP/2 begins (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long a browser may take at most to say that it is still there, when nothing has come over HTTP/2 for a while.
const PONG: Duration = Duration::from_secs(20);

/// Answers until `stopping`, then lets requests under way end. A connection may say nothing for `idle`.
pub async fn answer(listener: TcpListener, router: Router, idle: Duration, stopping: CancellationToken) {
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => break,
        };
        match accepted {
            Ok((socket, peer)) => connect(socket, peer, &router, idle, &open, &stopping),
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

fn connect(
    mut socket: TcpStream,
    peer: SocketAddr,
    router: &Router,
    idle: Duration,
    open: &GracefulShutdown,
    stopping: &CancellationToken,
) {
    // Without this, a page streamed in parts waits for the peer's acknowledgements.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let service = router.clone().map_request(move |request: http::Request<_>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let (watcher, stopping) = (open.watcher(), stopping.clone());
    tokio::spawn(async move {
        let begun = tokio::select! {
            begun = tokio::time::timeout(idle, begin(&mut socket)) => begun,
            () = stopping.cancelled() => return,
        };
        // Whoever said nothing in time, or has gone, is owed nothing.
        let Ok(Ok(begun)) = begun else { return };
        let (reader, writer) = socket.into_split();
        let socket = TokioIo::new(join(Cursor::new(begun).chain(reader), writer));
        let connection = protocols(idle)
            .serve_connection(socket, TowerToHyperService::new(service))
            .into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error, "a connection ended");
        }
    });
}

/// Both protocols, neither of which keeps a connection over which nothing comes.
fn protocols(idle: Duration) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(idle);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(idle)
        .keep_alive_timeout(idle.min(PONG));
    http
}

/// What a connection begins with, as far as it takes to tell which protocol it speaks: until that is known hyper keeps no time.
async fn begin(socket: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut begun = Vec::with_capacity(PREFACE.len());
    while begun.len() < PREFACE.len() && PREFACE.starts_with(&begun) {
        if socket.read_buf(&mut begun).await? == 0 {
            break;
        }
    }
    Ok(begun)
}

fn gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
