//! The baseline of the benches of pages: one axum route that sends a file's bytes from memory.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use axum::{Router, body::Bytes, http::header, routing::get, serve::ListenerExt};
use clap::Parser;
use tokio::net::TcpListener;

#[derive(Parser)]
struct Options {
    #[arg(long)]
    port: u16,
    /// What to send.
    file: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let page = Bytes::from(std::fs::read(options.file)?);
    let answer = move || {
        let page = page.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) }
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    // Without a delay, as the product's own sockets.
    let listener = TcpListener::bind(address).await?.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            eprintln!("cannot set TCP_NODELAY: {error}");
        }
    });
    axum::serve(listener, Router::new().route("/", get(answer))).await?;
    Ok(())
}
