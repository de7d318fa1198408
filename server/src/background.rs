//! What a process does besides answering: relaying events, running jobs, keeping caches true.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use accounts::server::message::{Gateway, GatewayConfig, LogPort, MessagePort};
use db::{
    Cx, DbError, House,
    event::{Hub, Next},
    job::{GiveUp, Outcome, Registry, Runner, upkeep},
};
use grid::server::drafts::Moved;
use grid::server::tiles::TileCache;
use notices::server::push::Push;
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    beside::beside,
    concern::{self, Concern, Pages},
    config::{Config, Message, Sender},
    web::{OpenCache, PageCache},
};

/// Jobs that one process runs at a time; most wait for something outside.
const WORKERS: usize = 4;

/// The tasks of one process.
#[derive(Debug)]
pub struct Background {
    pub hub: Hub,
    runner: Runner,
    tasks: JoinSet<()>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("短信网关的设置不对：{0}")]
    Gateway(String),
    #[error("手机通知的设置不对：{0}")]
    Push(String),
}

/// Starts all of it; notices are pushed through `push`.
///
/// # Errors
/// The database cannot be read, or the message gateway is not configured as it must be.
pub async fn start(
    house: &House,
    config: &Config,
    push: Option<Arc<Push>>,
    demo: bool,
    caches: Caches,
    position: Arc<AtomicI64>,
    stopping: CancellationToken,
) -> Result<Background, StartError> {
    let port = message_port(&config.message, house, demo)?;
    let registry = accounts::server::jobs::register(upkeep::register(Registry::default()), port);
    let registry = notices::server::jobs::register(registry, push);
    let registry = tasks::server::jobs::register(registry);
    let registry = catalogue::server::jobs::register(registry);
    let registry = people::server::follow::register(registry);
    let registry = grid::server::jobs::register(registry);
    let registry = teams::server::jobs::register(registry, beside());
    let registry = poi::server::register(registry);
    let registry = reports::server::jobs::register(registry);
    let registry = mediation::server::jobs::register(registry);
    let registry = surveys::server::jobs::register(registry);
    let registry = registry.on(grid::server::jobs::GROUND_MOVED, follow_the_ground);
    let hub = Hub::start(house).await?;
    position.store(hub.position(), Ordering::Relaxed);
    let mut tasks = JoinSet::new();
    tasks.spawn(keep_caches_true(hub.clone(), caches, position, stopping.clone()));
    tasks.spawn(keep_people_true(house.clone(), hub.clone(), stopping));
    let runner = Runner::start(house, registry, WORKERS);
    Ok(Background { hub, runner, tasks })
}

/// When borders have changed, what stands after `grid` follows. Each pillar does so by itself and bears being asked again: one that
/// fails does not hold the others up.
async fn follow_the_ground(cx: Cx, payload: Value) -> Outcome {
    let moved: Moved = serde_json::from_value(payload).map_err(|error| GiveUp(error.to_string()))?;
    let points = poi::server::follow(&cx, &moved).await;
    let posts = teams::server::follow(&cx, &moved.ended, moved.on).await;
    let inspections = catalogue::server::follow(&cx, &moved.ended).await;
    let matters = reports::server::follow_the_ground(&cx, &moved).await;
    points?;
    posts?;
    inspections?;
    matters?;
    Ok(())
}

/// What sends pushes, if the operator has given it a key.
///
/// # Errors
/// The settings are not as they must be.
pub fn push(config: &Config) -> Result<Option<Arc<Push>>, StartError> {
    config
        .push_config()
        .map(|config| Push::new(&config).map(Arc::new).map_err(StartError::Push))
        .transpose()
}

fn message_port(message: &Message, house: &House, demo: bool) -> Result<Arc<dyn MessagePort>, StartError> {
    if message.sender == Sender::Log {
        return Ok(Arc::new(LogPort { demo }));
    }
    let missing =
        || StartError::Gateway("需要 message.url 和 message.secret（或 message.secret_file）".into());
    let config = GatewayConfig {
        url: message.url.as_ref().ok_or_else(missing)?.as_str().to_owned(),
        key: message.key_id.clone(),
        secret: message
            .secret
            .as_ref()
            .ok_or_else(missing)?
            .expose_secret()
            .to_owned(),
    };
    Ok(Arc::new(
        Gateway::new(config, Arc::clone(&house.clock)).map_err(StartError::Gateway)?,
    ))
}

impl Background {
    /// Waits for the tasks to end, at most `grace`.
    pub async fn stop(mut self, grace: Duration) {
        let all = async {
            self.runner.stop().await;
            while self.tasks.join_next().await.is_some() {}
        };
        if tokio::time::timeout(grace, all).await.is_err() {
            tracing::warn!("some background tasks did not end in time");
        }
    }
}

/// What this process keeps of what it made from the database.
#[derive(Clone, Debug, Default)]
pub struct Caches {
    pub pages: PageCache,
    pub tiles: TileCache,
    /// What programs and other sites are told.
    pub open: OpenCache,
}

impl Caches {
    fn drop_all(&self) {
        self.pages.drop_all();
        self.tiles.drop_all();
        self.open.drop_all();
    }

    /// Drops what an event of `kind` on `topic` may have changed.
    fn drop_for(&self, topic: &str, kind: &str) {
        let (pages, layers) = match concern::of(topic, kind) {
            Concern::Everything => return self.drop_all(),
            Concern::Parts { pages, layers } => (pages, layers),
        };
        match pages {
            Pages::All => {
                self.pages.drop_all();
                self.open.drop_all();
            }
            Pages::Counted => self.pages.drop_counted(),
            Pages::None => {}
        }
        for layer in layers {
            self.tiles.drop_layer(layer);
        }
    }
}

/// Drops rendered pages and tiles when something that they show has changed, on whichever node.
async fn keep_caches_true(hub: Hub, caches: Caches, position: Arc<AtomicI64>, stopping: CancellationToken) {
    let mut events = hub.subscribe(None);
    loop {
        let next = tokio::select! {
            () = stopping.cancelled() => return,
            next = events.next() => next,
        };
        match next {
            Ok(Next::Event(event)) => {
                position.store(event.seq, Ordering::Relaxed);
                caches.drop_for(&event.topic, &event.kind);
            }
            Ok(Next::Reset(seq)) => {
                position.store(seq, Ordering::Relaxed);
                caches.drop_all();
            }
            Err(error) => {
                tracing::warn!(%error, "cannot follow events; pages and tiles are made anew until it works");
                caches.drop_all();
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Follows registrations, and what becomes of grids, as they happen; a job catches up on what was missed.
async fn keep_people_true(house: House, hub: Hub, stopping: CancellationToken) {
    use people::server::follow;
    let cx = db::access::system(&house, follow::JOB);
    let mut events = hub.subscribe(None);
    loop {
        if let Err(error) = follow::run(&cx).await {
            tracing::warn!(%error, "people do not follow what has changed; a job will try again");
        }
        loop {
            let next = tokio::select! {
                () = stopping.cancelled() => return,
                next = events.next() => next,
            };
            match next {
                Ok(Next::Event(event)) if follow::hears(&event.kind) => break,
                Ok(Next::Event(_)) => {}
                Ok(Next::Reset(_)) => break,
                Err(error) => {
                    tracing::warn!(%error, "cannot follow events");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}
