//! A PostgreSQL of its own for a test or a bench, gone afterwards.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::{
    apt,
    command::{self, Running},
};

/// Enough for every test's pools at once.
const CONNECTIONS: u32 = 400;

/// A running server; stopped and removed when dropped.
pub struct Postgres {
    running: Running,
    port: u16,
    folder: TempDir,
}

impl Postgres {
    /// Finds or installs PostgreSQL, makes an empty cluster in a temporary folder and starts it on a free port.
    ///
    /// # Errors
    /// There is none and it cannot be installed; says how.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let user = unprivileged()?;
        let folder = tempfile::Builder::new().prefix("linli-pg-").tempdir()?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let data = folder.path().join("data");
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(folder.path()).stdout(Stdio::null());
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        command::output(
            program("initdb")
                .args([
                    "--username=linli",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                    "--pgdata",
                ])
                .arg(&data),
        )
        .context("初始化 PostgreSQL 没有成功，原因见上面的输出。")?;

        let port = free_port()?;
        let mut server = program("postgres");
        server.arg("-D").arg(&data).arg("-k").arg(folder.path()).args([
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
        ]);
        // Nothing here has to survive a power cut.
        for setting in [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "shared_buffers=256MB",
        ] {
            server.args(["-c", setting]);
        }
        server.args([
            "-c",
            &format!("max_connections={CONNECTIONS}"),
            "-c",
            "log_min_messages=fatal",
        ]);
        let log = fs::File::create(folder.path().join("log"))?;
        let mut running = command::start(server.stderr(log))?;

        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            let ready = program("pg_isready")
                .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
                .status()?;
            if ready.success() {
                return Ok(Self {
                    running,
                    port,
                    folder,
                });
            }
            if running.ended()?.is_some() || Instant::now() > patience {
                let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
                bail!(
                    "PostgreSQL 没有启动：{}",
                    log.lines().last().unwrap_or("没有输出")
                );
            }
            if command::interrupted() {
                bail!("已中断");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Makes an empty database and gives its address.
    ///
    /// # Errors
    /// There is one of that name already.
    pub fn create(&self, name: &str) -> Result<String> {
        let mut createdb = Command::new(programs()?.join("createdb"));
        createdb.args([
            "-h",
            "127.0.0.1",
            "-U",
            "linli",
            "-p",
            &self.port.to_string(),
            name,
        ]);
        command::run(&mut createdb)?;
        Ok(format!("postgres://linli@127.0.0.1:{}/{name}", self.port))
    }

    /// Address of the maintenance database; its user may create others.
    pub fn url(&self) -> String {
        format!("postgres://linli@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // At once, without writing anything back: the folder goes anyway, as soon as nothing runs in it.
        self.running.end(Signal::QUIT);
        if let Err(error) = fs::remove_dir_all(self.folder.path()) {
            eprintln!("不能删除 {}：{error}", self.folder.path().display());
        }
    }
}

/// The folder with initdb and postgres.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = installed() {
        return Ok(folder);
    }
    apt::install(&["postgresql"], " PostgreSQL（测试要在两种数据库上各跑一遍）")?;
    installed().context("装好的 PostgreSQL 里没有 initdb：请把它的 bin 目录加进 PATH 后重试。")
}

fn installed() -> Option<PathBuf> {
    let complete = |folder: &Path| folder.join("initdb").exists() && folder.join("postgres").exists();
    // Debian keeps them out of PATH, one folder a version: the newest.
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(std::env::split_paths(&path))
        .find(|f| complete(f))
}

/// User and group for PostgreSQL, which refuses to run as root; none when this is not root.
fn unprivileged() -> Result<Option<(u32, u32)>> {
    if !rustix::process::getuid().is_root() {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").context("不能读取 /etc/passwd")?;
    let ids = |name: &str| {
        let line = users.lines().find(|l| l.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let found = ids("postgres").or_else(|| ids("nobody"));
    Ok(Some(found.context(
        "没有可用来运行 PostgreSQL 的普通用户：请建立用户 postgres 后重试。",
    )?))
}

/// A port that was free a moment ago.
///
/// # Errors
/// There is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod store {
    use super::*;

    #[test]
    fn starts_takes_databases_and_leaves_nothing_behind() {
        let postgres = Postgres::start().unwrap();
        let folder = postgres.folder.path().to_owned();
        let port = postgres.port;
        assert!(postgres.url().contains(&port.to_string()));
        postgres.create("one").unwrap();
        postgres.create("one").unwrap_err();
        drop(postgres);
        assert!(!folder.exists());
        std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap_err();
    }
}
