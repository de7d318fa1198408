//! What a bench needs around it: the release build, a database in a temporary folder, a server on it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::{
    command::{self, Running},
    house,
    postgres::free_port,
    server::{self, Kind},
    site,
    steps::step,
    toolchain,
};

/// The server's binary as an operator has it, with the site inside.
///
/// # Errors
/// Something does not compile.
pub fn product() -> Result<PathBuf> {
    site::build()?;
    step("编译服务器（发布版）", || server::build(Kind::Release))
}

/// One of the programs of `xtask/measure`.
///
/// # Errors
/// It does not compile.
pub fn measure(name: &str) -> Result<PathBuf> {
    command::run(toolchain::native().args(["build", "--locked", "--release", "-p", "measure"]))?;
    Ok(house::target().join("release").join(name))
}

/// A program among a pillar's examples: what calls the pillar's own code.
///
/// # Errors
/// It does not compile.
pub fn example(pillar: &str, name: &str) -> Result<PathBuf> {
    command::run(toolchain::native().args([
        "build",
        "--locked",
        "--release",
        "-p",
        pillar,
        "--features",
        "ssr",
        "--example",
        name,
    ]))?;
    Ok(house::target().join("release/examples").join(name))
}

/// A running server with the demonstration, gone when dropped.
pub struct Stage {
    pub url: String,
    _server: Running,
    /// Declared last: removed when nothing runs in it any more.
    folder: TempDir,
}

impl Stage {
    /// Loads the demonstration into a SQLite database of its own and serves it.
    ///
    /// # Errors
    /// The server does not answer within a minute.
    pub fn set(binary: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("linli-bench-").tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("linli.db").display());
        step("载入演示数据", || {
            command::run(product_in(binary, folder.path()).args(["demo", "--database-url", &database]))
        })?;
        Self::serve(binary, folder, &database, None)
    }

    /// Serves a database that is there; `keys` where none lie beside it.
    ///
    /// # Errors
    /// As [`Stage::set`].
    pub fn serve(binary: &Path, folder: TempDir, database: &str, keys: Option<&str>) -> Result<Self> {
        let port = free_port()?;
        let mut serve = product_in(binary, folder.path());
        serve.args(["serve", "--port", &port.to_string(), "--database-url", database]);
        // Its log is for people; a thousand lines a second would be part of what is measured.
        serve.env("LINLI_LOG__FILTER", "warn").stdout(std::io::stderr());
        if let Some(keys) = keys {
            serve.env("LINLI_KEYS", keys);
        }
        let mut running = command::start(&mut serve)?;
        let url = format!("http://127.0.0.1:{port}");
        wait(&url, &mut running)?;
        Ok(Self {
            url,
            _server: running,
            folder,
        })
    }

    /// For files that a bench needs as long as the server runs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The product in a folder of its own, with no setting from the caller's environment.
pub fn product_in(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LINLI_") {
            command.env_remove(name);
        }
    }
    command.env("LINLI_UPLOADS__FOLDER", folder.join("uploads"));
    command
}

/// Waits until something listens there.
///
/// # Errors
/// The program has ended, or a minute has passed.
pub fn wait(url: &str, running: &mut Running) -> Result<()> {
    let patience = Instant::now() + Duration::from_secs(60);
    let address = url.trim_start_matches("http://");
    while std::net::TcpStream::connect(address).is_err() {
        if let Some(status) = running.ended()? {
            bail!("{url} 上的服务没有启动就结束了（{status}），原因见上面的输出。");
        }
        if Instant::now() > patience || command::interrupted() {
            bail!("{url} 上的服务没有在一分钟内就绪。");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
