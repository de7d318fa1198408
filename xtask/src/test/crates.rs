//! The tests of the Rust crates.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::Result;

use super::tally::{self, Tally};
use crate::{command, postgres::Postgres, python, steps::step, toolchain};

/// Which of them, told apart by the word `store` in their path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    Unit,
    Store,
}

/// Whether they could be compiled, and so the server with them.
///
/// # Errors
/// Only when interrupted.
pub fn run(tally: &mut Tally, which: Which, postgres: &Postgres) -> Result<bool> {
    if which != Which::Store {
        // One by one: together they would be compiled with other features than they run with.
        for tool in ["xtask", "bundle"] {
            count(
                tally,
                tool,
                toolchain::native().args(["test", "--locked", "--no-fail-fast", "-p", tool]),
            )?;
        }
    }
    let mut cargo = toolchain::native();
    cargo.args(["test", "--locked", "--no-fail-fast", "--workspace"]);
    // The browser's crate excludes `ssr`; the tools had their turn, and would bring features of their own.
    cargo.args([
        "--exclude",
        "hydrate",
        "--exclude",
        "xtask",
        "--exclude",
        "bundle",
    ]);
    cargo.env("LINLI_TEST_POSTGRES", postgres.url());
    // Who has no network misses one test, and is told so.
    match step("准备读 Open311 的 Python 客户端", python::georeport) {
        Ok(python) => {
            cargo.env("LINLI_GEOREPORT", python);
        }
        Err(error) => tally.failure("georeport", &format!("{error:#}")),
    }
    match which {
        Which::All => {}
        Which::Unit => {
            cargo.args(["--", "--skip", "store"]);
        }
        Which::Store => {
            cargo.args(["--", "store"]);
        }
    }
    count(tally, "应用和服务器", &mut cargo)
}

fn count(tally: &mut Tally, name: &str, cargo: &mut Command) -> Result<bool> {
    let (mut passed, mut failed) = (0, 0);
    let ended = step(&format!("Rust 测试：{name}"), || {
        let mut child = command::start(cargo.stdout(Stdio::piped()))?;
        if let Some(out) = child.stdout() {
            for line in BufReader::new(out).lines() {
                let line = line?;
                if let Some((p, f)) = tally::of_cargo(&line) {
                    passed += p;
                    failed += f;
                }
                eprintln!("{line}");
            }
        }
        child.wait()
    })?;
    tally.add(name, passed, failed);
    let ran = ended.success() || failed > 0;
    if !ran {
        tally.failure(name, "没有编译通过，或测试程序中途退出");
    }
    Ok(ran)
}
