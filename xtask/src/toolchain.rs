//! The two compilers: the machine's own, and one that knows the browser.
//!
//! They are the same where rustup can add the target. Otherwise Debian's compiler does it, with a standard library that
//! is built once from the source which the distribution ships, and kept in the user's cache.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{apt, command, house, steps::note};

const BROWSER: &str = "wasm32-unknown-unknown";

/// The same as in .cargo/config.toml, which the variable for extra flags replaces.
const FLAGS: &[&str] = &["--cfg=erase_components", "--check-cfg=cfg(erase_components)"];

/// cargo for this machine, with the flags of .cargo/config.toml and none from the environment.
pub fn native() -> Command {
    // `CARGO` is what started this program, so both builds share one compiler and one cache.
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(house::root());
    for name in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_TARGET_DIR",
    ] {
        cargo.env_remove(name);
    }
    cargo
}

/// # Errors
/// No network, said in one sentence.
pub fn fetch() -> Result<()> {
    command::run(native().args(["fetch", "--locked", "--target", BROWSER, "--target", &host()?]))
        .context("下载依赖没有成功：请检查网络，或为 cargo 配置可用的镜像，然后重试。")
}

fn host() -> Result<String> {
    let version = command::output(native_rustc().arg("-vV"))?;
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc -vV 没有说明本机平台")
}

/// Where cargo keeps the sources of libraries.
pub fn registry() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    home.unwrap_or_default().join("registry/src")
}

fn native_rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Makes sure that cargo knows `clippy` and `fmt`.
///
/// # Errors
/// They are missing and cannot be installed.
pub fn lints() -> Result<()> {
    let has = |tool: &str| command::asked(native().args([tool, "--version"])).is_some();
    if has("clippy") && has("fmt") {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", "clippy", "rustfmt"]);
    if command::run(&mut rustup).is_ok() && has("clippy") && has("fmt") {
        return Ok(());
    }
    apt::install(&["rust-web-clippy", "rustfmt-web"], " clippy 和 rustfmt")
}

/// A compiler for the browser.
pub struct Browser {
    cargo: OsString,
    /// Variables that select the compiler, and those that must not reach it.
    set: Vec<(&'static str, OsString)>,
    unset: &'static [&'static str],
    flags: Vec<String>,
}

impl Browser {
    /// Finds or installs one.
    ///
    /// # Errors
    /// Neither way works; says what to install.
    pub fn find() -> Result<Self> {
        if holds_core(native_rustc()) || (add_by_rustup() && holds_core(native_rustc())) {
            return Ok(Self {
                cargo: native().get_program().to_owned(),
                set: vec![],
                unset: &[],
                flags: vec![],
            });
        }
        debian()
    }

    /// cargo for the browser; `extra` are further compiler flags.
    pub fn cargo(&self, extra: &[&str]) -> Command {
        let mut cargo = native();
        if cargo.get_program() != self.cargo {
            cargo = Command::new(&self.cargo);
            cargo.current_dir(house::root());
        }
        for name in self.unset {
            cargo.env_remove(name);
        }
        cargo.envs(self.set.iter().map(|(name, value)| (name, value)));
        let flags: Vec<&str> = FLAGS
            .iter()
            .copied()
            .chain(self.flags.iter().map(String::as_str))
            .chain(extra.iter().copied())
            .collect();
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        cargo
    }

    /// It can also lint for the browser.
    pub fn has_clippy(&self) -> bool {
        command::asked(self.cargo(&[]).args(["clippy", "--version"])).is_some()
    }
}

/// The arguments that every build for the browser has in common.
pub fn browser_arguments() -> [OsString; 4] {
    [
        "--target".into(),
        BROWSER.into(),
        "--target-dir".into(),
        house::target().join("front").into(),
    ]
}

fn holds_core(mut rustc: Command) -> bool {
    command::asked(rustc.args(["--print", "target-libdir", "--target", BROWSER]))
        .is_some_and(|folder| is_library(Path::new(&folder)))
}

fn is_library(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|e| {
            let name = e.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
    })
}

fn add_by_rustup() -> bool {
    if command::asked(Command::new("rustup").arg("--version")).is_none() {
        return false;
    }
    note(&format!("rustup target add {BROWSER}"));
    let mut rustup = Command::new("rustup");
    // rustup knows the toolchain by RUSTUP_TOOLCHAIN, which its cargo has set. Without a network it would try for long.
    rustup
        .args(["target", "add", BROWSER])
        .env("RUSTUP_MAX_RETRIES", "1")
        .stdout(Stdio::null());
    let added = command::run(&mut rustup).is_ok();
    if !added {
        note("rustup 没有装上，改用 Debian 的编译器");
    }
    added
}

const DEBIAN: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const DEBIAN_LIBRARY_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/Cargo.toml";
const DEBIAN_LINKER: &str = "wasm-ld-19";

fn debian() -> Result<Browser> {
    if !apt::present() {
        bail!("缺少 WebAssembly 编译目标：请运行 rustup target add {BROWSER}，然后重试。");
    }
    let complete = || {
        Path::new("/usr/bin/cargo").exists()
            && Path::new(DEBIAN_LIBRARY_SOURCE).exists()
            && Path::new("/usr/bin").join(DEBIAN_LINKER).exists()
    };
    if !complete() {
        apt::install(DEBIAN, " WebAssembly 编译工具")?;
    }
    let path = format!("/usr/bin:/bin:{}", std::env::var("PATH").unwrap_or_default());
    let mut browser = Browser {
        cargo: "/usr/bin/cargo".into(),
        set: vec![
            ("PATH", path.into()),
            ("RUSTC", "/usr/bin/rustc".into()),
            ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER.into()),
        ],
        // cargo sets these for its children; they would select the machine's own compiler again.
        unset: &[
            "RUSTUP_TOOLCHAIN",
            "CARGO",
            "RUSTC_WRAPPER",
            "RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_TARGET_DIR",
        ],
        flags: vec![],
    };
    let sysroot = debian_library(&browser)?;
    browser.flags.push(format!("--sysroot={}", sysroot.display()));
    Ok(browser)
}

/// Builds the standard library for the browser once per version of the compiler, and gives the sysroot that holds it.
fn debian_library(browser: &Browser) -> Result<PathBuf> {
    let version = command::output(Command::new("/usr/bin/rustc").arg("-vV"))?;
    let key: String = house::digest_text(&version).chars().take(12).collect();
    let sysroot = house::cache("browser-std")?.join(key);
    let library = sysroot.join("lib/rustlib").join(BROWSER).join("lib");
    if is_library(&library) {
        return Ok(sysroot);
    }
    note("编译浏览器用的 Rust 标准库，只做一次，约 1 分钟");
    let work = tempfile::tempdir()?;
    fs::create_dir(work.path().join("src"))?;
    fs::write(work.path().join("src/lib.rs"), "")?;
    fs::write(
        work.path().join("Cargo.toml"),
        "[package]\nname = \"nothing\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
         [profile.release]\npanic = \"abort\"\nopt-level = \"z\"\n[workspace]\n",
    )?;
    // The bitcode lets the later link-time optimisation reach into the library.
    let mut cargo = browser.cargo(&["-Cembed-bitcode=yes"]);
    command::run(
        cargo
            .current_dir(work.path())
            .env("RUSTC_BOOTSTRAP", "1")
            .args([
                "build",
                "--release",
                "-Zbuild-std=std,panic_abort",
                "--target",
                BROWSER,
            ])
            .arg("--target-dir")
            .arg(work.path().join("target")),
    )
    .context(
        "编译标准库没有成功：请检查网络，或改用 rustup 并运行 rustup target add wasm32-unknown-unknown。",
    )?;

    // Into a folder beside first: one that another run can see is always whole.
    let fresh = tempfile::tempdir_in(house::cache("browser-std")?)?;
    let inside = fresh.path().join("lib/rustlib").join(BROWSER).join("lib");
    fs::create_dir_all(&inside)?;
    for entry in fs::read_dir(work.path().join("target").join(BROWSER).join("release/deps"))? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().ends_with(".rlib") {
            fs::copy(entry.path(), inside.join(name))?;
        }
    }
    match fs::rename(fresh.path(), &sysroot) {
        // Another run was faster, and its library is as good.
        Err(_) if is_library(&library) => {}
        renamed => renamed?,
    }
    Ok(sysroot)
}
