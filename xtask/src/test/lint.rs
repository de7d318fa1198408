//! Formatting and clippy, with warnings as errors.

use anyhow::Result;

use super::tally::Tally;
use crate::{
    command,
    toolchain::{self, Browser},
};

/// # Errors
/// Only when interrupted.
pub fn run(tally: &mut Tally) -> Result<()> {
    tally.check("准备 clippy 和 rustfmt", toolchain::lints)?;
    tally.check("格式", || {
        command::run(toolchain::native().args(["fmt", "--all", "--check"]))
    })?;
    tally.check("clippy：服务器和测试", || {
        // `hydrate` and `ssr` exclude each other, so the browser's crate has its own turn.
        command::run(toolchain::native().args([
            "clippy",
            "--locked",
            "--workspace",
            "--exclude",
            "hydrate",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    tally.check("clippy：浏览器", || {
        let browser = Browser::find()?;
        let deny = ["-Dwarnings"];
        // Debian's compiler for the browser may be there without its linter: warnings then still count.
        let mut cargo = if browser.has_clippy() {
            let mut cargo = browser.cargo(&[]);
            cargo.arg("clippy");
            cargo
        } else {
            let mut cargo = browser.cargo(&deny);
            cargo.arg("check");
            cargo
        };
        cargo
            .args(["--locked", "-p", "hydrate"])
            .args(toolchain::browser_arguments());
        if browser.has_clippy() {
            cargo.arg("--").args(deny);
        }
        command::run(&mut cargo)
    })
}
