//! A list of addresses, asked one after the other over one connection, and how long each answer took.
//!
//! Ends with one JSON object: p50 and p95 in ms. An answer that is not 200 ends it with a failure.

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

#[derive(Parser)]
struct Options {
    /// The value of the Cookie header.
    #[arg(long)]
    cookie: Option<String>,
    /// A file with a path on each line.
    #[arg(long)]
    paths: PathBuf,
    /// How often the list is gone through; once more before, unmeasured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Measures the very first time that each is asked for, and nothing else.
    #[arg(long)]
    first: bool,
    /// A folder to keep the answers in, each at its path.
    #[arg(long)]
    save: Option<PathBuf>,
    /// `http://127.0.0.1:3000`
    server: Uri,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let list = fs::read_to_string(&options.paths).context("the list of paths")?;
    let authority = options.server.authority().context("the address names no host")?;
    let socket = TcpStream::connect(authority.as_str())
        .await
        .with_context(|| format!("cannot connect to {authority}"))?;
    socket.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
    tokio::spawn(connection);
    let mut times = Vec::new();
    let rounds = if options.first { 1..=1 } else { 0..=options.rounds };
    for round in rounds {
        for path in list.lines().filter(|line| !line.is_empty()) {
            let mut request = Request::get(path).header(header::HOST, authority.as_str());
            if let Some(cookie) = &options.cookie {
                request = request.header(header::COOKIE, cookie);
            }
            let request = request.body(Empty::<Bytes>::new())?;
            let asked = Instant::now();
            sender.ready().await?;
            let answer = sender.send_request(request).await?;
            let status = answer.status();
            let body = answer.into_body().collect().await?.to_bytes();
            if status != StatusCode::OK {
                bail!("{status} {path}: {}", String::from_utf8_lossy(&body));
            }
            if round > 0 {
                times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            }
            if let Some(folder) = &options.save {
                let file = folder.join(path.trim_start_matches('/'));
                fs::create_dir_all(file.parent().unwrap_or(folder))?;
                fs::write(file, &body)?;
            }
        }
    }
    println!("{}", measure::shares(times)?);
    Ok(())
}
