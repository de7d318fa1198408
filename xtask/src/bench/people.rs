//! A city of 1,500,000 persons on both engines, brought in by the product's own import: how long the last files took, then
//! search and roll of a community through the server, each beside the plain way on the same database.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result};

use super::{
    Size, city,
    line::{Bar, Line, On},
    pages,
    stage::{self, Stage},
};
use crate::{
    command, house,
    postgres::Postgres,
    steps::{note, step},
};

const COMMUNITY: &str = "320581001001";
/// What is looked for in the community: names, initials, pinyin and addresses. With what the plain way asks for the same.
const ASKED: [(&str, &str); 12] = [
    ("王", "王"),
    ("张伟", "张伟"),
    ("李芳", "李芳"),
    ("陈", "陈"),
    ("wf", "wf"),
    ("zw", "zw"),
    ("lij", "lj"),
    ("chenxiu", "cx"),
    ("欧阳", "欧阳"),
    ("东桥里3幢2单元501", "东桥里/501"),
    ("西桥里 2-1-302", "西桥里/302"),
    ("南湖里三栋一单元二零一室", "南湖里/201"),
];
/// The last files of full size, into a city that is nearly full, are what is measured of the import.
const LAST: usize = 3;
/// The plain way reads a whole table each time: it is asked so many times less.
const PLAIN: usize = 10;
const DIVISIONS: [&[&str]; 2] = [
    &[
        "import",
        "divisions",
        "app/features/orgs/demo/jiangsu-divisions.csv",
    ],
    &[
        "import",
        "grids",
        "--datum",
        "cgcs2000",
        "--synthetic",
        "app/features/grid/demo/changshu-demo-grids.geojson",
    ],
];

struct Tools {
    binary: PathBuf,
    bulk: PathBuf,
    ask: PathBuf,
    plain: PathBuf,
}

/// # Errors
/// Something does not compile, or does not answer with 200.
pub fn run(size: Size, engines: &[&'static str]) -> Result<()> {
    let (persons, rows, rounds) = match size {
        Size::Full => (1_500_000, city::ROWS, 40),
        Size::Quick => (150_000, city::ROWS / 10, 5),
    };
    let binary = stage::product()?;
    let bulk = step("编译测量工具", || stage::measure("bulk"))?;
    let tools = Tools {
        ask: bulk.with_file_name("ask"),
        plain: bulk.with_file_name("plain"),
        binary,
        bulk,
    };
    let postgres = step("启动临时的 PostgreSQL", Postgres::start)?;
    let files = tempfile::Builder::new().prefix("linli-city-").tempdir()?;
    let written = step("编造一座城的居民", || {
        city::write(files.path(), persons, rows)
    })?;
    for &engine in engines {
        measure(&tools, engine, &postgres, &written, rounds)?;
    }
    Ok(())
}

fn measure(
    tools: &Tools,
    engine: &'static str,
    postgres: &Postgres,
    files: &[PathBuf],
    rounds: usize,
) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("linli-bench-").tempdir()?;
    let database = |what: &str| -> Result<String> {
        if engine == "sqlite" {
            return Ok(format!(
                "sqlite:{}",
                folder.path().join(what).with_extension("db").display()
            ));
        }
        postgres.create(&format!("bench_people_{what}"))
    };
    let keys = command::output(stage::product_in(&tools.binary, folder.path()).args(["keys", "new"]))?;
    let product = |arguments: &[&str], database: &str| {
        let mut command = stage::product_in(&tools.binary, folder.path());
        command.args(arguments).args(["--database-url", database]);
        command.env("LINLI_KEYS", keys.trim());
        command
    };
    let (full, one, bare) = (database("city")?, database("one")?, database("bare")?);

    // The last file holds what is left over.
    let whole = files.len().saturating_sub(1).max(1);
    let file = files.get(whole - 1).context("没有文件")?;
    let bulk = bulk_load(tools, &product, &one, &bare, file)?;
    command::run(&mut product(&["demo"], &full))?;
    let mut times = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let start = Instant::now();
        command::run(product(&["import", "people"], &full).arg(file))?;
        let seconds = start.elapsed().as_secs_f64();
        note(&format!("{engine} {}/{}：{seconds:.1} s", at + 1, files.len()));
        times.push(seconds);
    }
    let last = &times[whole.saturating_sub(LAST)..whole];
    print(engine, "import", last, "s", &[bulk], 60.0);

    let stage = Stage::serve(&tools.binary, folder, &full, Some(keys.trim()))?;
    let cookie = step("以社区书记身份登录", || {
        pages::sign_in(&stage.url, "secretary")
    })?;
    let today = today()?;
    let asked: Vec<String> = ASKED
        .iter()
        .map(|(asked, _)| format!("/api/v1/people/people?q={}", encoded(asked)))
        .collect();
    let roll = ["counts", "adults", "representatives"]
        .map(|part| format!("/api/v1/people/roll?node={COMMUNITY}&on={today}&of={part}"));
    let plain: Vec<&str> = ASKED.iter().map(|(_, plain)| *plain).collect();
    for (case, paths, plain, bar) in [
        ("search", asked.as_slice(), plain.as_slice(), 60.0),
        ("roll", roll.as_slice(), &[], 200.0),
    ] {
        let value = p95(Command::new(&tools.ask)
            .args(["--cookie", &cookie, "--rounds", &rounds.to_string(), "--paths"])
            .arg(list(stage.folder(), case, paths)?)
            .arg(&stage.url))?;
        let baseline = p95(Command::new(&tools.plain)
            .args(["--database", &full, "--community", COMMUNITY, "--on", &today])
            .args(["--rounds", &(rounds / PLAIN).max(1).to_string(), case])
            .args(plain))?;
        print(engine, case, &[value], "ms", &[baseline], bar);
    }
    Ok(())
}

/// Seconds in which the rows of one file go into an empty database by the engine's own bulk way.
fn bulk_load(
    tools: &Tools,
    product: &dyn Fn(&[&str], &str) -> Command,
    one: &str,
    bare: &str,
    file: &Path,
) -> Result<f64> {
    for database in [one, bare] {
        for arguments in DIVISIONS {
            let mut arguments = arguments.to_vec();
            let source = arguments
                .pop()
                .map(|file| house::root().join(file))
                .context("没有文件")?;
            command::run(product(&arguments, database).arg(source))?;
        }
    }
    command::run(product(&["import", "people"], one).arg(file))?;
    let copied = command::output(Command::new(&tools.bulk).args(["--from", one, "--to", bare]))?;
    let copied: serde_json::Value = serde_json::from_str(&copied)?;
    copied["seconds"].as_f64().context("没有得到 seconds")
}

fn p95(program: &mut Command) -> Result<f64> {
    let seen: serde_json::Value = serde_json::from_str(&command::output(program)?)?;
    seen["p95"].as_f64().context("没有得到 p95")
}

fn list(folder: &Path, case: &str, paths: &[String]) -> Result<PathBuf> {
    let file = folder.join(case).with_extension("txt");
    fs::write(&file, paths.join("\n"))?;
    Ok(file)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// In China, as the server reckons.
fn today() -> Result<String> {
    let today = command::output(Command::new("date").env("TZ", "UTC-8").arg("+%F"))?;
    Ok(today.trim().to_owned())
}

fn print(engine: &'static str, case: &str, values: &[f64], unit: &str, baseline: &[f64], bar: f64) {
    Line {
        bench: "people",
        case,
        engine: Some(engine),
        values,
        unit,
        baseline,
        bar: Some(On::Value(Bar::AtMost(bar))),
        p99: None,
        more: &[],
    }
    .print();
}
