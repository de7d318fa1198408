//! From a configuration to a listening server, and back to nothing.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use app::site::Site;
use db::House;
use leptos::prelude::LeptosOptions;
use notices::server::push::Pushing;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    assets::SiteFiles,
    headers::Tls,
    listen, pages,
    state::{App, Shared, finder, point_counter, post_counter},
    streams::Streams,
};
use crate::{
    background::{self, Caches},
    beside::beside,
    config::Config,
    telemetry,
};

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("端口 {0} 已被占用。请停掉占用它的程序，或用 --port 换一个。")]
    PortTaken(u16),
    #[error("没有权限使用端口 {0}。1024 以下的端口要由反向代理来听，请用 --port 换一个。")]
    PortForbidden(u16),
    #[error("网站文件在“{0}”里找不到。请先运行 cargo xtask run，或用 dist/linli。")]
    NoSite(String),
    #[error(transparent)]
    Db(#[from] db::DbError),
    #[error(transparent)]
    Background(#[from] background::StartError),
    #[error("启动统计失败：{0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Serves until SIGINT or SIGTERM, then lets requests under way end.
///
/// # Errors
/// [`ServeError`] with a sentence that says what to do.
pub async fn serve(house: House, config: &Config, demo: bool) -> Result<(), ServeError> {
    house.db.must_be_current().await?;
    let listener = bind(SocketAddr::new(config.listen, config.port)).await?;
    let (files, assets) = site_files(config)?;
    let metrics = telemetry::start_metrics()?;
    let stopping = CancellationToken::new();

    let position = Arc::new(AtomicI64::new(0));
    let caches = Caches::default();
    let pushing = Pushing(background::push(config)?);
    let background = background::start(
        &house,
        config,
        pushing.0.clone(),
        demo,
        caches.clone(),
        Arc::clone(&position),
        stopping.clone(),
    )
    .await?;
    let streams = Arc::new(Streams::new(
        background.hub.clone(),
        &config.limits,
        stopping.clone(),
    ));
    let maps = grid::server::Settings {
        script: assets.map.clone(),
        edit_script: assets.edit.clone(),
        tianditu_key: config.map.tianditu_key.clone(),
        tianditu_matrix: config.map.tianditu_matrix.code(),
        tianditu_review_number: config.map.tianditu_review_number.clone(),
        review_number: config.map.review_number.clone(),
        root: config.root_node.as_ref().map(|code| code.as_str().to_owned()),
        points: Some(point_counter()),
        posts: Some(post_counter()),
    };
    let maps = Arc::new(maps);
    let app = App::new(Shared {
        house,
        accounts: accounts::server::Settings {
            demo,
            secure: config.is_https(),
        },
        finder: finder(&maps),
        beside: beside(),
        pushing,
        maps,
        site: Site {
            demo,
            filing: config.filing.line(),
            position,
            assets: Arc::new(assets),
        },
        caches,
        tls: Tls(config.is_https()),
        proxies: config.trusted_proxies.clone(),
        leptos: LeptosOptions::builder()
            .output_name("linli")
            .site_pkg_dir("pkg")
            .build(),
    });
    let router = pages::router(app, config, streams, files, metrics);
    let address = listener.local_addr()?;
    tracing::info!(%address, "serving");
    println!("邻里已启动：http://{address}");

    tokio::spawn(stop_on_signal(stopping.clone()));
    let idle = Duration::from_secs(config.limits.idle_s);
    let server = listen::answer(listener, router, idle, stopping.clone());

    let grace = Duration::from_secs(config.limits.shutdown_s);
    let deadline = async {
        stopping.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        () = server => {}
        () = deadline => tracing::warn!("some requests did not end in time"),
    }
    background.stop(grace).await;
    tracing::info!("stopped");
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => ServeError::PortTaken(address.port()),
            std::io::ErrorKind::PermissionDenied => ServeError::PortForbidden(address.port()),
            _ => ServeError::Io(error),
        })
}

fn site_files(config: &Config) -> Result<(SiteFiles, app::site::Assets), ServeError> {
    #[cfg(feature = "embed")]
    if config.site.is_none() {
        return Ok(SiteFiles::embedded());
    }
    let folder = config.site.clone().unwrap_or_else(|| "target/site".into());
    if !folder.join("release").exists() {
        return Err(ServeError::NoSite(folder.display().to_string()));
    }
    Ok(SiteFiles::from_folder(&folder)?)
}

async fn stop_on_signal(stopping: CancellationToken) {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::error!(%error, "cannot listen for SIGTERM");
            return;
        }
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    stopping.cancel();
}
