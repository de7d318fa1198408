//! The demonstration under `var/`.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    command,
    disk::{self, Output},
    house, server,
    steps::step,
};

/// Where `run` keeps its data when it is told nothing else. Relative to the checkout.
pub const DATABASE: &str = "sqlite:var/linli.db";

fn folder() -> std::path::PathBuf {
    house::root().join("var")
}

fn make_folder() -> Result<()> {
    fs::create_dir_all(folder()).context("不能建立 var/：请检查目录权限。")
}

/// Loads of the demonstration what the database lacks, and lets the product print who can sign in.
///
/// # Errors
/// The database cannot be reached or written.
pub fn load(binary: &Path, database: &str) -> Result<()> {
    make_folder()?;
    step("载入演示数据", || {
        command::run(server::development(binary).args(["demo", "--database-url", database]))
    })
}

/// Brings the database to the newest schema.
///
/// # Errors
/// The database cannot be reached, or it is newer than this program.
pub fn migrate(binary: &Path, database: &str) -> Result<()> {
    make_folder()?;
    command::run(server::development(binary).args(["migrate", "--database-url", database]))
}

/// Removes everything under `var/` and loads the demonstration anew.
///
/// # Errors
/// The folder cannot be removed, or the server does not compile.
pub fn reset() -> Result<()> {
    disk::check(&[Output::Server])?;
    let binary = step("编译服务器", || server::build(server::Kind::Development))?;
    if folder().exists() {
        fs::remove_dir_all(folder()).context("不能删除 var/：请先停下正在运行的服务，再重试。")?;
    }
    load(&binary, DATABASE)
}
