//! The server's binary.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{command, house, toolchain};

/// How it is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Quick to compile, reads the site from `target/site`.
    Development,
    /// Optimised, with the site inside.
    Release,
}

/// Compiles the server and gives its path.
///
/// # Errors
/// The sources do not compile.
pub fn build(kind: Kind) -> Result<PathBuf> {
    let mut cargo = toolchain::native();
    cargo.args(["build", "--locked", "-p", "server"]);
    let binary = match kind {
        Kind::Development => development_binary(),
        Kind::Release => {
            cargo.args(["--release", "--features", "embed"]);
            // The digest makes cargo see that another site is to be embedded.
            cargo
                .env("LINLI_SITE_DIR", house::site())
                .env("LINLI_RELEASE", house::digest(&[&house::site()])?);
            house::target().join("release/linli")
        }
    };
    command::run(&mut cargo)?;
    Ok(binary)
}

/// Where the development build leaves it, and the tests of the workspace.
pub fn development_binary() -> PathBuf {
    house::target().join("debug/linli")
}

/// The development server with its site, in the checkout's folder.
pub fn development(binary: &std::path::Path) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(house::root())
        .env("LINLI_SITE", house::site());
    command
}
