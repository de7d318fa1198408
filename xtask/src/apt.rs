//! Debian packages, where the machine is a Debian and this is root.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{command, steps::note};

/// This machine installs software with apt.
pub fn present() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

/// Installs packages without their recommendations.
///
/// # Errors
/// No Debian, not root, or no network; each in one sentence that says what to do.
pub fn install(packages: &[&str], what_for: &str) -> Result<()> {
    let list = packages.join(" ");
    if let Some(refusal) = refusal(present(), rustix::process::getuid().is_root(), &list, what_for) {
        bail!(refusal);
    }
    note(&format!("apt-get install {list}"));
    let apt = |arguments: &[&str]| {
        command::run(
            Command::new("apt-get")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(arguments),
        )
    };
    let mut install = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    install.extend(packages);
    // The lists may be absent (in a container) or old: fetch them only when it does not work without.
    if apt(&install).is_ok() {
        return Ok(());
    }
    apt(&["update", "--quiet"])
        .and_then(|()| apt(&install))
        .with_context(|| format!("安装 {list} 没有成功：请检查网络和 /etc/apt/sources.list，然后重试。"))
}

/// Why it is not even tried.
fn refusal(debian: bool, root: bool, list: &str, what_for: &str) -> Option<String> {
    match (debian, root) {
        (false, _) => Some(format!(
            "缺少{what_for}：请用本机的包管理器安装（Debian 上的包名是 {list}），然后重试。"
        )),
        (true, false) => Some(format!(
            "缺少{what_for}：请先以 root 运行 apt-get install {list}，然后重试。"
        )),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_cannot_install_is_told_what_to_install() {
        let said = |debian, root| refusal(debian, root, "npm", " Node").unwrap_or_default();
        assert!(said(true, false).contains("以 root 运行 apt-get install npm"));
        assert!(said(false, true).contains("包管理器"));
        assert_eq!(said(true, true), "");
    }
}
