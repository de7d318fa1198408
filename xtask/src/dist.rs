//! The one file that an operator copies to a server.

use std::fs;

use anyhow::Result;

use crate::{
    disk::{self, Output},
    house, server, site,
    steps::{note, step},
    toolchain,
};

/// # Errors
/// A tool is missing, or the sources do not compile.
pub fn build() -> Result<()> {
    disk::check(&[Output::Site, Output::Product])?;
    step("下载依赖", toolchain::fetch)?;
    site::build()?;
    let binary = step("编译服务器（发布版）", || {
        server::build(server::Kind::Release)
    })?;
    let folder = house::root().join("dist");
    fs::create_dir_all(&folder)?;
    let file = folder.join("linli");
    // Beside and renamed, because a running program cannot be written to.
    let fresh = folder.join("linli.new");
    fs::copy(binary, &fresh)?;
    fs::rename(&fresh, &file)?;
    note(&format!(
        "dist/linli，{} MB",
        fs::metadata(&file)?.len() / (1 << 20)
    ));
    Ok(())
}
