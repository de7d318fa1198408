//! Room on the disk: asked for before a task begins, and looked at again once a part of it has failed. A compiler, a database
//! and npm each say in a way of their own that they could not write, and often only pages further up.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::house;

/// What tasks make that takes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The browser's bundle, and the tools and packages that make it.
    Site,
    /// The server as it is compiled for development, and its dependencies.
    Server,
    /// The server as it is shipped.
    Product,
    /// What clippy knows of both targets.
    Lints,
    /// A test program for each crate.
    Tests,
}

impl Output {
    /// GiB that it fills the first time, rounded up.
    const fn room(self) -> u64 {
        match self {
            Self::Site | Self::Lints => 3,
            Self::Server | Self::Product => 4,
            Self::Tests => 6,
        }
    }

    /// Whether it was made before: then it takes room only for what has changed.
    fn is_there(self) -> bool {
        let target = house::target();
        match self {
            Self::Site => house::site().join("release").exists(),
            Self::Server => target.join("debug/linli").exists(),
            Self::Product => target.join("release/linli").exists(),
            // Made last: nothing but lints compiles for the browser without optimising.
            Self::Lints => target.join("front/wasm32-unknown-unknown/debug").exists(),
            Self::Tests => has_tests(&target.join("debug/deps")),
        }
    }
}

/// Whether the test program of the server's own `tests/binary` lies there, for which cargo has to compile all others.
fn has_tests(folder: &Path) -> bool {
    let is_program = |name: &Path| {
        name.extension().is_none() && name.to_str().is_some_and(|name| name.starts_with("binary-"))
    };
    fs::read_dir(folder).is_ok_and(|files| {
        files
            .flatten()
            .any(|file| is_program(Path::new(&file.file_name())))
    })
}

/// GiB that are needed even when everything is there.
const LATER: u64 = 1;

/// # Errors
/// The disk has too little room for a task that makes these, said in one sentence.
pub fn check(outputs: &[Output]) -> Result<()> {
    let free = free(house::root()).context("不能读取磁盘余量")?;
    has_room(free >> 30, needed(outputs, Output::is_there))
}

fn needed(outputs: &[Output], is_there: impl Fn(Output) -> bool) -> u64 {
    let missing = outputs.iter().filter(|output| !is_there(**output));
    LATER + missing.map(|output| output.room()).sum::<u64>()
}

fn has_room(free: u64, needed: u64) -> Result<()> {
    if free < needed {
        bail!("磁盘只剩 {free} GB，这一步大约需要 {needed} GB：请腾出空间后重试。");
    }
    Ok(())
}

/// Bytes that may still be written there.
fn free(folder: &Path) -> Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes below which whatever failed is taken to have failed for want of room: one test program is as large.
const NEARLY_FULL: u64 = 256 << 20;

/// Why something failed: a disk that has hardly any room left.
#[derive(Debug)]
pub struct Full {
    folder: PathBuf,
    /// Bytes.
    free: u64,
}

impl Full {
    fn at(folder: &Path, free: u64) -> Option<Self> {
        (free < NEARLY_FULL).then(|| Self {
            folder: folder.to_owned(),
            free,
        })
    }
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "磁盘快满了：{} 所在的盘只剩 {} MB，刚才那一步多半因此没有成功；请腾出空间后重试。",
            self.folder.display(),
            self.free >> 20
        )
    }
}

impl std::error::Error for Full {}

/// The disk that is nearly full now, of those that tasks write to; none as a rule.
pub fn full() -> Option<Full> {
    [house::root().to_path_buf(), std::env::temp_dir()]
        .iter()
        .find_map(|folder| Full::at(folder, free(folder).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_one_sentence() {
        let said = has_room(3, 8).unwrap_err().to_string();
        assert!(said.contains("只剩 3 GB") && said.contains("腾出空间"), "{said}");
        assert!(has_room(LATER, LATER).is_ok());
    }

    #[test]
    fn a_task_needs_room_for_what_it_makes_and_is_not_there() {
        use super::Output::{Lints, Product, Server, Site, Tests};
        let all = [Site, Server, Tests, Lints];
        assert_eq!(needed(&all, |_| true), LATER);
        // After `run` there are a site and a server; a test still makes most of what it needs.
        let run = |output| matches!(output, Site | Server);
        assert_eq!(needed(&[Site, Server], run), LATER);
        assert_eq!(needed(&all, run), LATER + Tests.room() + Lints.room());
        assert_eq!(needed(&[Site, Product], run), LATER + Product.room());
        assert!(needed(&all, |_| false) > needed(&[Site, Server], |_| false));
    }

    #[test]
    fn test_programs_are_told_from_what_lies_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| fs::write(folder.path().join(name), "").unwrap();
        assert!(!has_tests(&folder.path().join("nowhere")));
        file("binary-0123456789abcdef.d");
        file("libbinary-0123456789abcdef.rmeta");
        assert!(!has_tests(folder.path()));
        file("binary-0123456789abcdef");
        assert!(has_tests(folder.path()));
    }

    #[test]
    fn a_failure_is_put_down_to_the_disk_only_where_that_is_nearly_full() {
        let at = |free| Full::at(Path::new("/work"), free);
        let said = at(120 << 20).unwrap().to_string();
        assert!(said.contains("/work") && said.contains("只剩 120 MB"), "{said}");
        assert!(at(0).is_some() && at(NEARLY_FULL).is_none());
    }

    #[test]
    fn the_sentence_about_the_disk_is_found_below_what_else_is_said() {
        let full = Full::at(Path::new("/"), 0).unwrap();
        let error = anyhow::Error::from(full)
            .context("下载依赖没有成功")
            .context("这一步");
        assert!(error.chain().any(|cause| cause.is::<Full>()));
    }
}
