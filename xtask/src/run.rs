//! From a fresh clone to a page in the browser.

use std::{
    io,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    command, demo,
    disk::{self, Output},
    server, site,
    steps::step,
    toolchain,
};

#[derive(Args)]
pub struct Options {
    /// 服务的端口，只在本机可见
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// 数据库：sqlite:路径 或 postgres://…
    #[arg(long, default_value = demo::DATABASE, value_name = "URL")]
    database_url: String,
    /// 不载入演示数据
    #[arg(long)]
    no_demo: bool,
    /// 就绪后打开浏览器
    #[arg(long)]
    open: bool,
}

/// Does not return while the server runs: this program becomes the server, so that signals reach it directly.
///
/// # Errors
/// Something is missing; each case says in one sentence what to do.
pub fn run(options: &Options) -> Result<()> {
    check_port(options.port)?;
    disk::check(&[Output::Site, Output::Server])?;
    step("下载依赖", toolchain::fetch)?;
    site::build()?;
    let binary = step("编译服务器", || server::build(server::Kind::Development))?;
    if options.no_demo {
        step("准备数据库", || {
            demo::migrate(&binary, &options.database_url)
        })?;
    } else {
        demo::load(&binary, &options.database_url)?;
    }
    if command::interrupted() {
        bail!("已中断");
    }
    if options.open {
        open(options.port)?;
    }
    let mut serve = server::development(&binary);
    serve.args([
        "serve",
        "--port",
        &options.port.to_string(),
        "--database-url",
        &options.database_url,
    ]);
    Err(serve.exec()).context("不能启动服务器")
}

fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            bail!("端口 {port} 已被占用：请停下占用它的程序，或用 --port 换一个端口。")
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            bail!("没有权限使用端口 {port}：请用 --port 换一个 1024 以上的端口。")
        }
        Err(error) => bail!("不能使用端口 {port}（{error}）：请用 --port 换一个端口。"),
    }
}

/// A second copy of this program waits for the server, because the first becomes the server.
fn open(port: u16) -> Result<()> {
    let myself = std::env::current_exe()?;
    Command::new(myself)
        .args(["open-when-ready", &port.to_string()])
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()?;
    Ok(())
}

/// # Errors
/// The server has not answered within half a minute, or there is no program that opens addresses.
pub fn open_when_ready(port: u16) -> Result<()> {
    let patience = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if Instant::now() > patience {
            bail!("服务没有在 30 秒内就绪，未打开浏览器。");
        }
        thread::sleep(Duration::from_millis(100));
    }
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let opened = Command::new(opener)
        .arg(format!("http://127.0.0.1:{port}/"))
        .stdin(Stdio::null())
        .status();
    if !opened.is_ok_and(|status| status.success()) {
        bail!("本机没有能打开网址的程序：请在浏览器里打开 http://127.0.0.1:{port}/ 。");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_one_sentence() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = check_port(port).unwrap_err().to_string();
        assert!(
            message.contains(&port.to_string()) && message.contains("--port"),
            "{message}"
        );
    }
}
