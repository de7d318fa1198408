//! The site: everything that the server sends as a file.
//!
//! ```text
//! target/site/release          one line: the release, a digest over all of pkg/
//! target/site/pkg/RELEASE/     linli.js, linli.wasm, lazy chunks, linli.css: may be kept for ever
//! target/site/js/, sw.js, …    what app/js makes; names under js/ carry their own digests
//! target/site/…                a copy of public/
//! ```
//!
//! Whatever gets smaller by it has a brotli and a gzip file beside it. The same files serve `run`, `test` and `build`: what
//! was tested is what is shipped, and there is one cache. A step whose inputs are unchanged is left out.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    thread,
};

use anyhow::{Context, Result};

use crate::{
    command,
    house::{self, Stamp},
    node::Node,
    steps::step,
    toolchain::{self, Browser},
};

/// Name of module and style sheet; LEPTOS_OUTPUT_NAME in .cargo/config.toml says the same to leptos.
const NAME: &str = "linli";

/// What the browsers of the last years know, and the compiler makes use of.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The smallest after brotli, of what was tried: 2 % less than a plain `-Oz`. Without common subexpressions a module is a little longer, and
/// more alike in itself.
const WASM_PASSES: [&str; 4] = ["--flatten", "--rereloop", "-Oz", "--skip-pass=local-cse"];

/// Lazy pages that are loaded together; `work` has all that are not named. Few on purpose: each set of these that shares
/// a function makes one file more. `outbox_run` and `unread_ask` are no pages, but what
/// sends the outbox of somebody signed in, and asks what is unread.
const CHUNKS: [&str; 8] = [
    "home=cards_page",
    "door=sign_in_route",
    "public=home_page,home_route,node_page,tree_page,menu_route,item_route,item_history_route,places_route,point_route",
    "map=map_page",
    "mine=me_route,data_route,devices_route,relatives_route,register_route,security_route,factor_route,act_route,mine_route,team_route,inbox_route,notice_route,choices_route",
    "reports=pin_map,reports_route,new_report_route,phone_report_route,anonymous_report_route,track_route,matter_route,joint_route,report_figures_route,mediations_route,new_mediation_route,mediation_route,surveys_route,survey_route",
    "outbox=outbox_run,unread_ask",
    "work",
];

/// Makes the site, or what of it is out of date.
///
/// # Errors
/// A tool is missing and cannot be installed, or the sources do not compile.
pub fn build() -> Result<()> {
    let _turn = house::turn("site")?;
    let browser = step("准备 WebAssembly 编译器", Browser::find)?;
    let node = step("准备 Node 和 npm 依赖", || {
        let node = Node::find()?;
        node.install(&tools())?;
        node.install(&scripts())?;
        Ok(node)
    })?;
    let linked = step("编译界面（WebAssembly）", || compile(&browser))?;
    let bundler = step("编译打包工具", bundler)?;
    let package = step("拆分、绑定并压缩 WebAssembly", || {
        package(&linked, &bundler, &node)
    })?;
    step("样式、脚本、图标", || {
        let release = publish(&package, &style(&bundler)?)?;
        copy_public()?;
        run_scripts(&node, &release)
    })?;
    step("预压缩（brotli、gzip）", || {
        command::run(Command::new(&bundler).arg("compress").arg(house::site()))
    })
}

/// Where the npm packages live that only a build needs.
fn tools() -> PathBuf {
    house::root().join("xtask/npm")
}

/// The TypeScript of the application.
pub fn scripts() -> PathBuf {
    house::root().join("app/js")
}

fn work() -> PathBuf {
    house::target().join("front")
}

fn compile(browser: &Browser) -> Result<PathBuf> {
    // The splitter needs the linker's relocations. Where panics come from is told without the folder of whoever built it.
    let sources = format!("--remap-path-prefix={}=", toolchain::registry().display());
    let mut cargo = browser.cargo(&["-Clink-args=--emit-relocs", &sources]);
    cargo.args([
        "build",
        "--locked",
        "-p",
        "hydrate",
        "--lib",
        "--profile",
        "wasm-release",
    ]);
    command::run(cargo.args(toolchain::browser_arguments()))?;
    Ok(work().join("wasm32-unknown-unknown/wasm-release/hydrate.wasm"))
}

fn bundler() -> Result<PathBuf> {
    command::run(toolchain::native().args(["build", "--locked", "-p", "bundle"]))?;
    Ok(house::target().join("debug/bundle"))
}

/// Makes the browser's files from the linked one: a folder ready to be published.
fn package(linked: &Path, bundler: &Path, node: &Node) -> Result<PathBuf> {
    let folder = work().join("pkg");
    let root = house::root();
    let inputs = [
        linked,
        &root.join("xtask/bundle"),
        &root.join("xtask/src/site.rs"),
        &tools().join("package-lock.json"),
    ];
    let stamp = Stamp::new(
        "package",
        house::digest(&inputs)?,
        &[&folder.join(NAME).with_extension("wasm")],
    );
    if stamp.holds() {
        return Ok(folder);
    }
    stamp.clear()?;
    empty(&folder)?;
    let mut bind = Command::new(bundler);
    bind.arg("wasm")
        .arg("--input")
        .arg(linked)
        .arg("--out-dir")
        .arg(&folder)
        .args(["--name", NAME]);
    for chunk in CHUNKS {
        bind.args(["--group", chunk]);
    }
    command::run(&mut bind)?;
    let with = |kind: &str| -> Result<Vec<PathBuf>> {
        let files = fs::read_dir(&folder)?
            .map(|e| e.map(|e| e.path()))
            .collect::<std::io::Result<Vec<_>>>()?;
        Ok(files
            .into_iter()
            .filter(|f| f.extension() == Some(OsStr::new(kind)))
            .collect())
    };
    optimise(&folder, with("wasm")?, node)?;
    // wasm-bindgen writes the loader of lazy chunks down once an import, each time the same.
    let minifier = scripts().join("node_modules/.bin/esbuild");
    command::run(
        Command::new(minifier)
            .args(with("js")?)
            .args([
                "--minify",
                "--format=esm",
                "--target=es2022",
                "--allow-overwrite",
                "--log-level=warning",
                "--log-override:duplicate-object-key=silent",
            ])
            .arg(format!("--outdir={}", folder.display())),
    )?;
    stamp.set()?;
    Ok(folder)
}

/// `wasm-opt`, one process a core: the largest file first, since it takes as long as all others together.
fn optimise(folder: &Path, mut files: Vec<PathBuf>, node: &Node) -> Result<()> {
    files.sort_by_key(|file| fs::metadata(file).map_or(0, |m| m.len()));
    let optimiser = tools().join("node_modules/binaryen/bin/wasm-opt");
    let files = Mutex::new(files);
    let next = || files.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let work = || -> Result<()> {
        while let Some(file) = next() {
            let mut program = node.command("node", folder);
            program
                .arg(&optimiser)
                .arg("--quiet")
                .args(WASM_PASSES)
                .args(WASM_FEATURES)
                .arg(&file)
                .arg("-o")
                .arg(&file);
            command::quiet(&mut program).with_context(|| format!("压缩 {} 没有成功", file.display()))?;
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        // A panic in a worker is one here too.
        workers
            .into_iter()
            .try_for_each(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn style(bundler: &Path) -> Result<PathBuf> {
    let sheet = work().join(NAME).with_extension("css");
    let root = house::root();
    let inputs = [&*root.join("style"), &root.join("xtask/bundle")];
    let stamp = Stamp::new("style", house::digest(&inputs)?, &[&sheet]);
    if !stamp.holds() {
        let main = root.join("style/main.css");
        command::run(
            Command::new(bundler)
                .arg("css")
                .arg("--input")
                .arg(main)
                .arg("--output")
                .arg(&sheet),
        )?;
        stamp.set()?;
    }
    Ok(sheet)
}

/// Puts the package under a name that no other content has ever had, and gives that name.
fn publish(package: &Path, sheet: &Path) -> Result<String> {
    let release: String = house::digest(&[package, sheet])?.chars().take(12).collect();
    let site = house::site();
    let folder = site.join("pkg").join(&release);
    let note = site.join("release");
    if fs::read_to_string(&note).is_ok_and(|old| old == release) && folder.exists() {
        return Ok(release);
    }
    empty(&site.join("pkg"))?;
    house::copy(package, &folder)?;
    fs::copy(sheet, folder.join(NAME).with_extension("css"))?;
    fs::write(note, &release)?;
    Ok(release)
}

fn copy_public() -> Result<()> {
    let public = house::root().join("public");
    let stamp = Stamp::new(
        "public",
        house::digest(&[&public])?,
        &[&house::site().join("release")],
    );
    if !stamp.holds() {
        house::copy(&public, &house::site())?;
        stamp.set()?;
    }
    Ok(())
}

fn run_scripts(node: &Node, release: &str) -> Result<()> {
    let root = house::root();
    let site = house::site();
    let inputs = house::digest(&[&scripts(), &root.join("app/ui/icons.json"), &root.join("public")])?;
    let stamp = Stamp::new("scripts", format!("{inputs} {release}"), &[&site.join("sw.js")]);
    if stamp.holds() {
        return Ok(());
    }
    stamp.clear()?;
    let set = [("SITE_DIR", site.as_path())];
    node.script(&scripts(), "build", &set)?;
    // Last: it lists everything that a device keeps for later.
    node.script(&scripts(), "build:sw", &set)?;
    stamp.set()
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(())
}
