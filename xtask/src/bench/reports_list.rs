//! A million matters on both engines: the work list, the map's boxes, what is published, words and figures, asked for by sixteen at once
//! at the pillar's own calls, each beside the bare SQL of the same rows.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{
    Size, lattice,
    line::{Bar, Line, On, median},
    stage,
};
use crate::{
    command,
    postgres::Postgres,
    steps::{note, step},
};

/// With the most that the 95th percentile may be, in ms.
const CASES: [(&str, f64); 5] = [
    ("staff-list", 60.0),
    ("map-box", 60.0),
    ("public-list", 60.0),
    ("full-text", 60.0),
    ("statistics", 400.0),
];
/// As much of the bare SQL's time.
const RATIO: f64 = 1.5;

struct Tools {
    binary: PathBuf,
    crowd: PathBuf,
}

/// # Errors
/// Something does not compile, or the calls and the bare SQL give other rows.
pub fn run(size: Size, engines: &[&'static str]) -> Result<()> {
    let (matters, runs, rounds) = match size {
        Size::Full => ("1000000", "5", "100"),
        Size::Quick => ("100000", "1", "20"),
    };
    let tools = Tools {
        binary: stage::product()?,
        crowd: step("编译测量工具", || stage::example("reports", "crowd"))?,
    };
    let postgres = step("启动临时的 PostgreSQL", Postgres::start)?;
    let city = tempfile::Builder::new().prefix("linli-lattice-").tempdir()?;
    step("编造三万五千个网格", || {
        lattice::write(city.path(), size == Size::Quick)
    })?;
    for &engine in engines {
        measure(&tools, engine, &postgres, city.path(), matters, [runs, rounds])?;
    }
    Ok(())
}

fn measure(
    tools: &Tools,
    engine: &'static str,
    postgres: &Postgres,
    city: &Path,
    matters: &str,
    [runs, rounds]: [&str; 2],
) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("linli-bench-").tempdir()?;
    let database = if engine == "sqlite" {
        format!("sqlite:{}", folder.path().join("linli.db").display())
    } else {
        postgres.create("bench_reports")?
    };
    let keys = command::output(stage::product_in(&tools.binary, folder.path()).args(["keys", "new"]))?;
    let import = |arguments: &[&str], file: &str| {
        let mut command = stage::product_in(&tools.binary, folder.path());
        command.args(arguments).arg(city.join(file));
        command
            .args(["--database-url", &database])
            .env("LINLI_KEYS", keys.trim());
        command::run(&mut command)
    };
    step("导入区划和网格", || {
        import(&["import", "divisions"], "divisions.csv")?;
        import(
            &["import", "grids", "--datum", "cgcs2000", "--synthetic"],
            "borders.geojson",
        )
    })?;
    let crowd = |arguments: &[&str]| {
        let mut command = Command::new(&tools.crowd);
        command
            .current_dir(folder.path())
            .env("LINLI_KEYS", keys.trim())
            .args(arguments);
        command::output(&mut command)
    };
    let viewers = folder.path().join("viewers.json");
    step(&format!("{engine}：编造 {matters} 件诉求"), || {
        Ok(fs::write(&viewers, crowd(&["fill", &database, matters])?)?)
    })?;
    let viewers = viewers.display().to_string();
    for (case, most) in CASES {
        note(&format!("{engine} {case}"));
        let told = crowd(&["ask", &database, &viewers, case, runs, rounds])?;
        let told: serde_json::Value = serde_json::from_str(&told)?;
        let times = |name: &str| -> Result<Vec<f64>> {
            let times = told[name]
                .as_array()
                .with_context(|| format!("没有得到 {name}"))?;
            Ok(times.iter().filter_map(serde_json::Value::as_f64).collect())
        };
        let (values, baseline) = (times("values")?, times("baseline")?);
        Line {
            bench: "reports-list",
            case,
            engine: Some(engine),
            values: &values,
            unit: "ms",
            baseline: &baseline,
            bar: Some(On::Both(Bar::AtMost(most), Bar::AtMost(RATIO))),
            p99: None,
            more: &[
                ("p95", median(&values)),
                ("rows", told["rows"].as_f64().unwrap_or_default()),
            ],
        }
        .print();
    }
    Ok(())
}
