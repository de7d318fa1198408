//! The baseline of the bench of tiles: a static file server over a folder.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use axum::{Router, serve::ListenerExt};
use clap::Parser;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

#[derive(Parser)]
struct Options {
    #[arg(long)]
    port: u16,
    folder: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    // Without a delay, as the product's own sockets.
    let listener = TcpListener::bind(address).await?.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            eprintln!("cannot set TCP_NODELAY: {error}");
        }
    });
    axum::serve(
        listener,
        Router::new().fallback_service(ServeDir::new(options.folder)),
    )
    .await?;
    Ok(())
}
