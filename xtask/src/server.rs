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
    let folder = match kind {
        Kind::Development => "debug",
        Kind::Release => {
            // The release makes cargo see that another site is to be embedded.
            let release = std::fs::read_to_string(house::site().join("release"))?;
            cargo.args(["--release", "--features", "embed"]);
            cargo
                .env("LINLI_SITE", house::site())
                .env("LINLI_RELEASE", release);
            "release"
        }
    };
    command::run(&mut cargo)?;
    Ok(house::target().join(folder).join("linli"))
}

/// The development server with its site, in the checkout's folder.
pub fn development(binary: &std::path::Path) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(house::root())
        .env("LINLI_SITE", house::site());
    command
}
