//! Vector tiles of 35,000 polygons, of who works where and of 200,000 points, on both engines, for anybody and for somebody who works there:
//! how long one takes that nobody has asked for yet, and how many a second are sent of those that are kept, beside a static file server with
//! the same bytes.

use std::{
    f64::consts::PI,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{
    Size, lattice,
    line::{Bar, Line, On},
    stage::{self, Stage},
};
use crate::{
    command, house,
    postgres::{Postgres, free_port},
    steps::{note, step},
    toolchain,
};

const LEVELS: std::ops::RangeInclusive<u32> = 6..=14;
/// Tiles that are asked of one level at most, spread evenly over it.
const MOST: usize = 40;
const LAYERS: [&str; 3] = ["/map/areas", "/map/staff", "/places/tiles"];
const CONNECTIONS: &str = "32";
/// Where the secretary works who asks too: one of the communities of [`lattice`].
const COMMUNITY: &str = "329901001001";

/// Who asks.
struct Viewer {
    /// The names of the cases.
    cold: &'static str,
    cached: &'static str,
    cookie: Option<String>,
    /// Least share of the file server's tiles a second. Of who is signed in the session is looked up each time: told only.
    share: Option<f64>,
}

struct Tools {
    binary: PathBuf,
    scatter: PathBuf,
    load: PathBuf,
    ask: PathBuf,
    files: PathBuf,
}

/// # Errors
/// Something does not compile, or does not answer with 200.
pub fn run(size: Size, engines: &[&'static str]) -> Result<()> {
    let (points, runs, seconds) = match size {
        Size::Full => ("200000", 5, "10"),
        Size::Quick => ("20000", 1, "3"),
    };
    let binary = stage::product()?;
    let load = step("编译测量工具", || stage::measure("load"))?;
    let tools = Tools {
        ask: load.with_file_name("ask"),
        files: load.with_file_name("files"),
        scatter: step("编译撒点工具", scatter)?,
        binary,
        load,
    };
    let postgres = step("启动临时的 PostgreSQL", Postgres::start)?;
    let city = tempfile::Builder::new().prefix("linli-lattice-").tempdir()?;
    let lattice = step("编造三万五千个网格", || {
        lattice::write(city.path(), size == Size::Quick)
    })?;
    let paths = addresses(lattice.corners);
    for &engine in engines {
        measure(
            &tools,
            engine,
            &postgres,
            city.path(),
            &lattice.borders,
            &paths,
            points,
            runs,
            seconds,
        )?;
    }
    Ok(())
}

fn scatter() -> Result<PathBuf> {
    let mut cargo = toolchain::native();
    cargo.args([
        "build",
        "--locked",
        "--release",
        "-p",
        "poi",
        "--features",
        "ssr",
        "--example",
        "scatter",
    ]);
    command::run(&mut cargo)?;
    Ok(house::target().join("release/examples/scatter"))
}

#[expect(
    clippy::too_many_arguments,
    reason = "one run of the whole, told in one place"
)]
fn measure(
    tools: &Tools,
    engine: &'static str,
    postgres: &Postgres,
    city: &Path,
    borders: &[PathBuf],
    paths: &[String],
    points: &str,
    runs: usize,
    seconds: &str,
) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("linli-bench-").tempdir()?;
    let database = if engine == "sqlite" {
        format!("sqlite:{}", folder.path().join("linli.db").display())
    } else {
        postgres.create("bench_tiles")?
    };
    let keys = command::output(stage::product_in(&tools.binary, folder.path()).args(["keys", "new"]))?;
    let import = |arguments: &[&str], file: &Path| {
        let mut command = stage::product_in(&tools.binary, folder.path());
        command.args(arguments).arg(file);
        command
            .args(["--database-url", &database])
            .env("LINLI_KEYS", keys.trim());
        command::run(&mut command)
    };
    step("导入区划和网格", || {
        import(&["import", "divisions"], &city.join("divisions.csv"))?;
        borders
            .iter()
            .try_for_each(|file| import(&["import", "grids", "--datum", "cgcs2000", "--synthetic"], file))
    })?;
    let scattered = step("撒点", || {
        let mut scatter = Command::new(&tools.scatter);
        scatter.args([database.as_str(), points, COMMUNITY]);
        command::output(scatter.env("LINLI_KEYS", keys.trim()))
    })?;
    let token = scattered.lines().nth(1).context("没有得到会话")?;

    let stage = Stage::serve(&tools.binary, folder, &database, Some(keys.trim()))?;
    let list = stage.folder().join("tiles.txt");
    fs::write(&list, paths.join("\n"))?;
    let viewers = [
        Viewer {
            cold: "cold",
            cached: "cached",
            cookie: None,
            share: Some(0.4),
        },
        Viewer {
            cold: "cold-signed-in",
            cached: "cached-signed-in",
            cookie: Some(format!("linli={token}")),
            share: None,
        },
    ];
    for viewer in &viewers {
        one_viewer(tools, engine, &stage, viewer, paths.len(), runs, seconds)?;
    }
    Ok(())
}

/// What one viewer is answered, first and ever after.
fn one_viewer(
    tools: &Tools,
    engine: &'static str,
    stage: &Stage,
    viewer: &Viewer,
    tiles: usize,
    runs: usize,
    seconds: &str,
) -> Result<()> {
    let list = stage.folder().join("tiles.txt");
    let kept = stage.folder().join(viewer.cached);
    // The very first request opens a connection and prepares a statement, which is no tile's own.
    fs::write(
        stage.folder().join("first.txt"),
        LAYERS.map(|layer| format!("{layer}/14-0-0.mvt")).join("\n"),
    )?;
    ask(tools, stage, viewer, "first.txt", &[])?;
    let cold = ask(
        tools,
        stage,
        viewer,
        "tiles.txt",
        &["--save", &kept.display().to_string()],
    )?;
    let p95 = |told: &serde_json::Value| told["p95"].as_f64().context("没有得到 p95");
    Line {
        bench: "tiles",
        case: viewer.cold,
        engine: Some(engine),
        values: &[p95(&cold)?],
        unit: "ms",
        baseline: &[],
        bar: Some(On::Value(Bar::AtMost(150.0))),
        p99: None,
        more: &[
            ("p50", cold["p50"].as_f64().unwrap_or_default()),
            ("tiles", tiles as f64),
        ],
    }
    .print();

    let port = free_port()?;
    let mut files = command::start(
        Command::new(&tools.files)
            .arg("--port")
            .arg(port.to_string())
            .arg(&kept),
    )?;
    let beside = format!("http://127.0.0.1:{port}");
    stage::wait(&beside, &mut files)?;
    let hit = |server: &str, seconds: &str| -> Result<f64> {
        let mut load = Command::new(&tools.load);
        if let Some(cookie) = &viewer.cookie {
            load.args(["--cookie", cookie]);
        }
        load.args(["--connections", CONNECTIONS, "--seconds", seconds, "--paths"]);
        let told: serde_json::Value = serde_json::from_str(&command::output(load.arg(&list).arg(server))?)?;
        anyhow::ensure!(told["refused"] == 0, "{server} 有的回答不是 200");
        told["rate"].as_f64().context("没有得到 rate")
    };
    hit(&stage.url, "2")?;
    hit(&beside, "2")?;
    let (mut rates, mut bare) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        rates.push(hit(&stage.url, seconds)?);
        bare.push(hit(&beside, seconds)?);
        note(&format!(
            "{engine} {} {run}/{runs}：{:.0} 张/秒，文件服务器 {:.0} 张/秒",
            viewer.cached,
            rates[run - 1],
            bare[run - 1]
        ));
    }
    Line {
        bench: "tiles",
        case: viewer.cached,
        engine: Some(engine),
        values: &rates,
        unit: "tiles/s",
        baseline: &bare,
        bar: viewer.share.map(|share| On::Ratio(Bar::AtLeast(share))),
        p99: None,
        more: &[],
    }
    .print();
    Ok(())
}

/// Asks each address of the list once.
fn ask(
    tools: &Tools,
    stage: &Stage,
    viewer: &Viewer,
    list: &str,
    more: &[&str],
) -> Result<serde_json::Value> {
    let mut ask = Command::new(&tools.ask);
    if let Some(cookie) = &viewer.cookie {
        ask.args(["--cookie", cookie]);
    }
    ask.arg("--first").arg("--paths").arg(stage.folder().join(list));
    ask.args(more).arg(&stage.url);
    Ok(serde_json::from_str(&command::output(&mut ask)?)?)
}

/// The tiles that lie over the rectangle, on each level at most [`MOST`], of every layer.
fn addresses([west, south, east, north]: [f64; 4]) -> Vec<String> {
    let mut paths = Vec::new();
    for level in LEVELS {
        let many = f64::from(1_u32 << level);
        // The rule of slippy maps.
        let column = |lon: f64| ((lon + 180.0) / 360.0 * many) as u32;
        let row = |lat: f64| ((1.0 - lat.to_radians().tan().asinh() / PI) / 2.0 * many) as u32;
        let tiles: Vec<(u32, u32)> = (column(west)..=column(east))
            .flat_map(|x| (row(north)..=row(south)).map(move |y| (x, y)))
            .collect();
        let step = tiles.len().div_ceil(MOST);
        for (x, y) in tiles.into_iter().step_by(step) {
            paths.extend(LAYERS.map(|layer| format!("{layer}/{level}-{x}-{y}.mvt")));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_asked_for() {
        let paths = addresses([120.0, 31.0, 120.8, 31.7]);
        for level in LEVELS {
            let of_level = |path: &&String| path.contains(&format!("/{level}-"));
            let many = paths.iter().filter(of_level).count();
            assert!(
                (LAYERS.len()..=LAYERS.len() * MOST).contains(&many),
                "{level}: {many}"
            );
        }
        assert!(paths.contains(&"/map/areas/6-53-26.mvt".to_owned()), "{paths:?}");
    }
}
