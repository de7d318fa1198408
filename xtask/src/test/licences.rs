//! Licences, bans and sources of all dependencies, by cargo-deny. Advisories need a database that is in no registry:
//! whoever is online runs `cargo deny check advisories`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::tally::Tally;
use crate::{command, house, steps::note, toolchain};

const VERSION: &str = "0.20.2";

/// # Errors
/// Only when interrupted.
pub fn run(tally: &mut Tally) -> Result<()> {
    tally.check("许可证和来源（cargo-deny）", || {
        let deny = installed()?;
        // It reads every package of every platform, also those that no build here needs.
        command::run(toolchain::native().args(["fetch", "--locked", "--quiet"]))?;
        let mut command = std::process::Command::new(deny);
        command.current_dir(house::root());
        command::run(
            command
                .args(["--offline", "--all-features", "check", "--hide-inclusion-graph"])
                .args(["licenses", "bans", "sources"]),
        )
    })
}

/// Kept in the user's cache: installing it takes minutes.
fn installed() -> Result<PathBuf> {
    let folder = house::cache(&format!("cargo-deny-{VERSION}"))?;
    let program = folder.join("bin/cargo-deny");
    if !program.exists() {
        note("cargo install cargo-deny，只做一次，约 4 分钟");
        let mut cargo = toolchain::native();
        // Quick to build matters here, and it runs for a second.
        cargo
            .args([
                "install",
                "--locked",
                "--debug",
                "--quiet",
                "--version",
                VERSION,
                "cargo-deny",
                "--root",
            ])
            .arg(&folder);
        command::run(&mut cargo).context("安装 cargo-deny 没有成功：请检查网络后重试。")?;
    }
    Ok(program)
}
