//! Node, new enough for Playwright and Lighthouse, and what comes from npm.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    apt, command,
    house::{self, Stamp},
    steps::note,
};

/// @axe-core/playwright and vitest want it.
const OLDEST: u32 = 22;

/// Fetched where the machine's own is older. npm comes along: Debian's works with Debian's Node only.
const OWN: [&str; 2] = ["node@22", "npm@10"];

/// A Node and the npm that belongs to it.
pub struct Node {
    /// Folder to put first in PATH; none where the machine's own will do.
    bin: Option<PathBuf>,
}

impl Node {
    /// Finds one, or fetches one into the user's cache.
    ///
    /// # Errors
    /// There is none and it cannot be fetched; says what to install.
    pub fn find() -> Result<Self> {
        if version(Path::new("node")).is_some_and(|v| v >= OLDEST) && has_npm() {
            return Ok(Self { bin: None });
        }
        let folder = house::cache("node")?;
        let bin = folder.join("node_modules/.bin");
        if version(&bin.join("node")).is_some_and(|v| v >= OLDEST) && bin.join("npm").exists() {
            return Ok(Self { bin: Some(bin) });
        }
        if !has_npm() {
            apt::install(&["npm"], " Node.js（22 或更新）和 npm")?;
        }
        note(&format!(
            "npm install {}（本机没有 Node {OLDEST} 或更新的版本）",
            OWN.join(" ")
        ));
        command::run(
            Command::new("npm")
                .args([
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--loglevel=error",
                    "--prefix",
                ])
                .arg(&folder)
                .args(OWN),
        )
        .context("获取 Node 没有成功：请检查网络，或自行安装 Node 22，然后重试。")?;
        Ok(Self { bin: Some(bin) })
    }

    /// A program from npm or node itself, in a folder of the checkout.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let program = match &self.bin {
            Some(bin) if matches!(program, "node" | "npm" | "npx") => bin.join(program).into_os_string(),
            _ => OsString::from(program),
        };
        let mut command = Command::new(program);
        command.current_dir(folder).env("PATH", self.path());
        command
    }

    fn path(&self) -> OsString {
        let mut path = OsString::new();
        if let Some(bin) = &self.bin {
            path.push(bin);
            path.push(":");
        }
        path.push(std::env::var_os("PATH").unwrap_or_default());
        path
    }

    /// `npm ci`, if the lock file says something new.
    ///
    /// # Errors
    /// The registry cannot be reached, or lock file and package.json disagree.
    pub fn install(&self, folder: &Path) -> Result<()> {
        let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
        let digest = house::digest(&[&inputs[0], &inputs[1]])?;
        let name = format!("npm-{}", folder.file_name().unwrap_or_default().to_string_lossy());
        let stamp = Stamp::new(&name, digest, &[&folder.join("node_modules/.package-lock.json")]);
        if stamp.holds() {
            return Ok(());
        }
        stamp.clear()?;
        note(&format!(
            "npm ci（{}）",
            folder.strip_prefix(house::root()).unwrap_or(folder).display()
        ));
        let mut npm = self.command("npm", folder);
        // Browsers come from the distribution, not from Playwright's own server.
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        // Without a network its own pauses between tries add up to minutes of silence.
        npm.args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--fetch-retry-maxtimeout=10000",
        ]);
        command::run(&mut npm)
            .context("安装 npm 依赖没有成功：请检查网络，或为 npm 配置可用的镜像，然后重试。")?;
        stamp.set()
    }

    /// `npm run SCRIPT`.
    ///
    /// # Errors
    /// The script fails.
    pub fn script(&self, folder: &Path, script: &str, set: &[(&str, &Path)]) -> Result<()> {
        let mut npm = self.command("npm", folder);
        npm.args(["run", "--silent", script]);
        for (name, value) in set {
            npm.env(name, value);
        }
        command::run(&mut npm)
    }
}

fn has_npm() -> bool {
    command::asked(Command::new("npm").arg("--version")).is_some()
}

/// The major version.
fn version(node: &Path) -> Option<u32> {
    major(&command::asked(Command::new(node).arg("--version"))?)
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions_are_read() {
        assert_eq!(major("v22.23.3"), Some(22));
        assert_eq!(major("v9.0.0"), Some(9));
        assert_eq!(major("command not found"), None);
    }
}
