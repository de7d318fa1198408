//! Whole lives of reported matters through the server's own HTTP interface, as `cargo xtask bench reports-flow` asks for: from the report, with
//! a photo, to its end, each step by whoever takes it. Ends with one JSON object.

mod check;
mod client;
mod life;
mod photo;

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use futures::future::try_join_all;
use http::Uri;
use serde_json::{Value, json};

use self::{client::Client, life::People};

#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How many lives a second.
    Lives {
        /// What `crowd people` has printed.
        #[arg(long)]
        people: PathBuf,
        /// `640x480`
        #[arg(long)]
        photo: String,
        #[arg(long, default_value_t = 16)]
        clients: usize,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// How many lives there were before: a resident may report so many a day only.
        #[arg(long, default_value_t = 0)]
        before: usize,
        server: Uri,
    },
    /// Goes on whatever becomes of the server, trying again, until the file `until` is there; then says what was promised.
    Through {
        #[arg(long)]
        people: PathBuf,
        #[arg(long)]
        photo: String,
        #[arg(long, default_value_t = 8)]
        clients: usize,
        #[arg(long)]
        until: PathBuf,
        server: Uri,
    },
    /// Compares what was promised with what the database has.
    Check {
        /// What `through` has printed.
        #[arg(long)]
        promised: PathBuf,
        /// `sqlite:PATH` or `postgres://…`
        #[arg(long)]
        database: String,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let told = match Options::parse().what {
        What::Lives {
            people,
            photo,
            clients,
            seconds,
            before,
            server,
        } => {
            let people = People::read(&people, &photo)?;
            lives(people, server, clients, seconds, before).await?
        }
        What::Through {
            people,
            photo,
            clients,
            until,
            server,
        } => {
            let people = People::read(&people, &photo)?;
            through(people, server, clients, until).await?
        }
        What::Check { promised, database } => {
            let promised = fs::read_to_string(promised).context("what was promised")?;
            check::check(&serde_json::from_str(&promised)?, &database).await?
        }
    };
    println!("{told}");
    Ok(())
}

async fn lives(people: People, server: Uri, clients: usize, seconds: u64, before: usize) -> Result<Value> {
    let (people, next) = (Arc::new(people), Arc::new(AtomicUsize::new(before)));
    let start = Instant::now();
    let until = start + Duration::from_secs(seconds);
    let tasks = (0..clients).map(|_| {
        let (people, next, server) = (Arc::clone(&people), Arc::clone(&next), server.clone());
        async move {
            tokio::spawn(async move {
                let mut client = Client::new(&server)?;
                let mut lived = 0_usize;
                while Instant::now() < until {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    life::live(&mut client, &people, number).await?;
                    lived += 1;
                }
                anyhow::Ok(lived)
            })
            .await?
        }
    });
    let lived: usize = try_join_all(tasks).await?.into_iter().sum();
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({ "rate": lived as f64 / seconds, "lives": lived, "next": next.load(Ordering::Relaxed) }))
}

async fn through(people: People, server: Uri, clients: usize, until: PathBuf) -> Result<Value> {
    let since = people.since;
    let (people, next) = (Arc::new(people), Arc::new(AtomicUsize::new(0)));
    let tasks = (0..clients).map(|_| {
        let (people, next, server, until) = (
            Arc::clone(&people),
            Arc::clone(&next),
            server.clone(),
            until.clone(),
        );
        async move {
            tokio::spawn(async move {
                let mut client = Client::new(&server)?;
                let mut codes = Vec::new();
                // A life that was begun is lived to its end.
                while !until.exists() {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    codes.push(life::live_through(&mut client, &people, number).await?);
                }
                anyhow::Ok(codes)
            })
            .await?
        }
    });
    let codes: Vec<String> = try_join_all(tasks).await?.into_iter().flatten().collect();
    Ok(json!({ "codes": codes, "actions": life::ACTIONS, "since": since }))
}
