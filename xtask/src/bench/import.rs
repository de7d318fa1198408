//! The real importer on both engines: the divisions of a province, then the borders of a city. Beside it the very same
//! rows, brought into an empty database by the engine's own bulk way.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{
    Size,
    line::{Bar, Line, On},
    stage,
};
use crate::{
    command, house,
    postgres::Postgres,
    server::{self, Kind},
    site,
    steps::{note, step},
};

struct Case {
    name: &'static str,
    file: &'static str,
    arguments: &'static [&'static str],
    /// s
    bar: f64,
}

/// In this order: borders belong to divisions that are there.
const CASES: [Case; 2] = [
    Case {
        name: "divisions",
        file: "app/features/orgs/demo/jiangsu-divisions.csv",
        arguments: &["import", "divisions"],
        bar: 3.0,
    },
    Case {
        name: "polygons",
        file: "app/features/grid/demo/changshu-demo-grids.geojson",
        arguments: &["import", "grids", "--datum", "cgcs2000"],
        bar: 5.0,
    },
];

/// Seconds of each run.
#[derive(Default)]
struct Times {
    importer: Vec<f64>,
    bulk: Vec<f64>,
}

/// # Errors
/// Something does not compile, or an import fails.
pub fn run(size: Size, engines: &[&'static str]) -> Result<()> {
    // The size of the data is what the bars are about; a quick look repeats less.
    let runs = if size == Size::Quick { 1 } else { 5 };
    site::build()?;
    let binary = step("编译服务器（发布版）", || server::build(Kind::Release))?;
    let bulk = step("编译测量工具", || stage::measure("bulk"))?;
    let postgres = step("启动临时的 PostgreSQL", Postgres::start)?;
    for &engine in engines {
        let mut times: [Times; CASES.len()] = Default::default();
        for run in 1..=runs {
            note(&format!("{engine} {run}/{runs}"));
            let databases = Databases::new(engine, &postgres, &binary, run)?;
            once(&binary, &bulk, &databases, &mut times)?;
        }
        for (case, times) in CASES.iter().zip(&times) {
            Line {
                bench: "import",
                case: case.name,
                engine: Some(engine),
                values: &times.importer,
                unit: "s",
                baseline: &times.bulk,
                bar: Some(On::Value(Bar::AtMost(case.bar))),
                p99: None,
                more: &[],
            }
            .print();
        }
    }
    Ok(())
}

/// Imports both files into one database, and after each copies what came into a second.
fn once(binary: &Path, bulk: &Path, databases: &Databases, times: &mut [Times]) -> Result<()> {
    let product = |arguments: &[&str], database: &str| {
        let mut command = stage::product_in(binary, databases.folder.path());
        command.args(arguments).args(["--database-url", database]);
        // On SQLite the product makes a key file itself; on PostgreSQL it wants to be given keys.
        command.env("LINLI_KEYS", &databases.keys);
        command
    };
    for database in [&databases.importer, &databases.bulk] {
        command::run(&mut product(&["migrate"], database))?;
    }
    for (case, times) in CASES.iter().zip(times) {
        let file = house::root().join(case.file);
        let start = Instant::now();
        command::run(product(case.arguments, &databases.importer).arg(file))?;
        times.importer.push(start.elapsed().as_secs_f64());
        let copied = command::output(Command::new(bulk).args([
            "--from",
            &databases.importer,
            "--to",
            &databases.bulk,
        ]))?;
        let copied: serde_json::Value = serde_json::from_str(&copied)?;
        times
            .bulk
            .push(copied["seconds"].as_f64().context("没有得到 seconds")?);
    }
    Ok(())
}

/// Two empty databases for one run.
struct Databases {
    importer: String,
    bulk: String,
    keys: String,
    folder: TempDir,
}

impl Databases {
    fn new(engine: &str, postgres: &Postgres, binary: &Path, run: u32) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("linli-bench-").tempdir()?;
        let name = |what: &str| -> Result<String> {
            if engine == "sqlite" {
                let file: PathBuf = folder.path().join(what).with_extension("db");
                return Ok(format!("sqlite:{}", file.display()));
            }
            postgres.create(&format!("bench_{what}_{run}"))
        };
        let (importer, bulk) = (name("importer")?, name("bulk")?);
        let keys = command::output(stage::product_in(binary, folder.path()).args(["keys", "new"]))?;
        Ok(Self {
            importer,
            bulk,
            keys,
            folder,
        })
    }
}
