//! A load on one address: so many connections, each asking again as soon as it has its answer.
//!
//! Light on purpose: it shares the machine with what it measures, and must not be the slower of the two. Ends with one
//! JSON object: requests a second, latencies in ms, and how many answers were not 200.

use std::time::{Duration, Instant};

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
    let tasks = (0..options.connections).map(|_| {
        let options = options.clone();
        async move { tokio::spawn(connection(options, until)).await? }
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

async fn connection(options: Options, until: Instant) -> Result<Seen> {
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
    let path = options.url.path_and_query().map_or("/", |p| p.as_str());
    let mut seen = Seen::default();
    while Instant::now() < until {
        let mut request = Request::get(path).header(header::HOST, authority.as_str());
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
