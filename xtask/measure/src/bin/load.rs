//! A load on one address, or on a list of them in turn: so many connections, each asking again as soon as it has its answer.
//!
//! Light on purpose: it shares the machine with what it measures, and must not be the slower of the two. Ends with one
//! JSON object: requests a second, latencies in ms, and how many answers were not 200.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use futures::future::try_join_all;
use http::{Request, Uri, header};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

#[derive(Clone, Parser)]
struct Options {
    #[arg(long, default_value_t = 32)]
    connections: usize,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// The value of the Cookie header.
    #[arg(long)]
    cookie: Option<String>,
    /// A file with a path on each line; without it the path of the address.
    #[arg(long)]
    paths: Option<PathBuf>,
    url: Uri,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    latencies: Vec<Duration>,
    refused: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let start = Instant::now();
    let until = start + Duration::from_secs(options.seconds);
    let paths: Arc<[String]> = match &options.paths {
        Some(list) => std::fs::read_to_string(list)?
            .lines()
            .map(ToOwned::to_owned)
            .collect(),
        None => Arc::new([options
            .url
            .path_and_query()
            .map_or("/", |p| p.as_str())
            .to_owned()]),
    };
    let tasks = (0..options.connections).map(|number| {
        // Each begins elsewhere in the list.
        let first = number * paths.len() / options.connections;
        let (options, paths) = (options.clone(), Arc::clone(&paths));
        async move { tokio::spawn(connection(options, paths, first, until)).await? }
    });
    let seen = try_join_all(tasks).await?;
    let seconds = start.elapsed().as_secs_f64();

    let refused: u64 = seen.iter().map(|s| s.refused).sum();
    let mut latencies: Vec<Duration> = seen.into_iter().flat_map(|s| s.latencies).collect();
    latencies.sort_unstable();
    let Some(last) = latencies.len().checked_sub(1) else {
        bail!("no answer at all from {}", options.url)
    };
    // Nearest rank: the smallest latency that this share of all answers does not exceed.
    let share = |percent: usize| {
        let rank = (latencies.len() * percent).div_ceil(100).saturating_sub(1);
        latencies[rank.min(last)].as_secs_f64() * 1_000.0
    };
    println!(
        "{}",
        serde_json::json!({
            "rate": latencies.len() as f64 / seconds,
            "p50": share(50),
            "p99": share(99),
            "requests": latencies.len(),
            "refused": refused,
        })
    );
    Ok(())
}

async fn connection(options: Options, paths: Arc<[String]>, first: usize, until: Instant) -> Result<Seen> {
    let authority = options
        .url
        .authority()
        .context("the address names no host")?
        .clone();
    let socket = TcpStream::connect(authority.as_str())
        .await
        .with_context(|| format!("cannot connect to {authority}"))?;
    socket.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
    tokio::spawn(connection);
    let mut seen = Seen::default();
    let mut paths = paths.iter().cycle().skip(first);
    while let Some(path) = paths.next().filter(|_| Instant::now() < until) {
        let mut request = Request::get(path.as_str()).header(header::HOST, authority.as_str());
        if let Some(cookie) = &options.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let asked = Instant::now();
        sender.ready().await?;
        let answer = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        if answer.status() != http::StatusCode::OK {
            seen.refused += 1;
        }
        let mut body = answer.into_body();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        seen.latencies.push(asked.elapsed());
    }
    Ok(seen)
}
