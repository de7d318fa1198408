//! A Python of its own with what reads the house from outside in tests: the Open311 client that the specification's users have.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{apt, command, house, steps::note};

/// Its version is that of `georeport`; what it stands on is named so that it stays the same.
const VERSION: &str = "0.3.1";
const PACKAGES: [&str; 3] = ["georeport==0.3.1", "requests==2.34.2", "xmltodict==0.14.2"];

/// The Python that has the package `georeport`, made in the user's cache where it is not there yet.
///
/// # Errors
/// There is no Python and it cannot be installed, or no network; says what to do.
pub fn georeport() -> Result<PathBuf> {
    let folder = house::cache(&format!("georeport-{VERSION}"))?;
    let python = folder.join("bin/python3");
    if has_it(&python) {
        return Ok(python);
    }
    // Debian has the module without what fills a new environment.
    let whole =
        command::asked(Command::new("python3").args(["-c", "import ensurepip, venv; print('whole')"]));
    if whole.as_deref() != Some("whole") {
        apt::install(&["python3-venv"], " Python 3（带 venv）")?;
    }
    note(&format!("pip install {}", PACKAGES.join(" ")));
    command::run(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )
    .context("建立 Python 环境没有成功：请安装 Python 3（带 venv），然后重试。")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(PACKAGES);
    command::run(&mut pip).context("获取 georeport 没有成功：请检查网络，然后重试。")?;
    Ok(python)
}

fn has_it(python: &Path) -> bool {
    let asked = ["-c", "import georeport; print(georeport.__version__)"];
    command::asked(Command::new(python).args(asked)).as_deref() == Some(VERSION)
}
