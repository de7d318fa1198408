//! Playwright against the real server in a real browser.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::tally::Tally;
use crate::{apt, command, house, node::Node, postgres::Postgres, server, site, steps::step};

/// The folder of the suite and of the scripts that measure.
pub fn folder() -> PathBuf {
    house::root().join("end2end")
}

/// With the server that the Rust tests were `compiled` with, if they were: by itself it would be compiled with other features, and
/// much of what it stands on anew.
///
/// # Errors
/// Only when interrupted.
pub fn run(tally: &mut Tally, postgres: &Postgres, compiled: bool, arguments: &[String]) -> Result<()> {
    match step("端到端测试", || suite(postgres, compiled, arguments)) {
        Ok((passed, failed)) => tally.add("端到端测试", passed, failed),
        Err(error) => tally.failure("端到端测试", &format!("{error:#}")),
    }
    Ok(())
}

fn suite(postgres: &Postgres, compiled: bool, arguments: &[String]) -> Result<(u64, u64)> {
    let chromium = shell()?;
    site::build()?;
    let binary = if compiled {
        server::development_binary()
    } else {
        step("编译服务器", || server::build(server::Kind::Development))?
    };
    let node = Node::find()?;
    node.install(&folder())?;
    let report = folder().join("test-results/report.json");
    let _old = fs::remove_file(&report);
    let mut playwright = node.command("npx", &folder());
    playwright
        .args(["playwright", "test"])
        .args(arguments)
        .env("LINLI_BIN", binary)
        .env("LINLI_SITE", house::site())
        .env("LINLI_TEST_POSTGRES", postgres.url())
        .env("CHROMIUM_PATH", chromium);
    let status = command::status(&mut playwright)?;
    let report = fs::read_to_string(&report).context("Playwright 没有写出结果，原因见上面的输出。")?;
    let (passed, failed) = counts(&report)?;
    // A global setup that fails is in no count of tests.
    Ok((passed, if status.success() { failed } else { failed.max(1) }))
}

/// Passed and failed from Playwright's JSON report. One that passed at its second try (there is one only in the CI, whose
/// machine may be slow for a moment) counts as passed; Playwright names it.
fn counts(report: &str) -> Result<(u64, u64)> {
    let report: serde_json::Value = serde_json::from_str(report).context("Playwright 的结果不完整")?;
    let number = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    Ok((number("expected") + number("flaky"), number("unexpected")))
}

/// Chromium without a desktop around it: the suite takes half the time with it. Where it cannot be had, the whole one does.
fn shell() -> Result<PathBuf> {
    const SHELL: &str = "/usr/bin/chromium-headless-shell";
    let there = || Path::new(SHELL).exists() && has_font();
    if std::env::var_os("CHROMIUM_PATH").is_none()
        && (there()
            || apt::install(
                &["chromium-headless-shell", "fonts-noto-cjk"],
                " Chromium 和中文字体（端到端测试要用）",
            )
            .is_ok_and(|()| there()))
    {
        return Ok(SHELL.into());
    }
    chromium()
}

fn has_font() -> bool {
    !apt::present() || Path::new("/usr/share/fonts/opentype/noto").exists()
}

/// The distribution's Chromium, and a font that has Chinese.
///
/// # Errors
/// There is none and it cannot be installed; says how.
pub fn chromium() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("CHROMIUM_PATH") {
        return Ok(given.into());
    }
    let known = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let found = || {
        known
            .iter()
            .map(Path::new)
            .find(|p| p.exists())
            .map(Path::to_path_buf)
    };
    if found().is_none() || !has_font() {
        apt::install(
            &["chromium", "fonts-noto-cjk"],
            " Chromium 和中文字体（端到端测试要用）",
        )?;
    }
    found().context("没有找到 Chromium：请安装它，或用 CHROMIUM_PATH 指明位置，然后重试。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playwright_s_numbers_are_read() {
        let report = r#"{"stats":{"expected":40,"unexpected":1,"flaky":2,"skipped":0}}"#;
        assert_eq!(counts(report).unwrap(), (42, 1));
        assert!(counts("{").is_err());
    }
}
