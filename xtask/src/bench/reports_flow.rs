//! Whole lives of matters through the server's own HTTP interface on both engines, with a small photo and with a large one; and whether
//! anything is lost or done twice while the server is killed at random moments and everybody tries again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use super::{
    Size,
    line::{Bar, Line, On},
    stage::{self, Stage},
};
use crate::{
    command::{self, Running},
    postgres::{Postgres, free_port},
    steps::{note, step},
};

/// The grid in which all of it happens, one of the demonstration's.
const GRID: &str = "320581001001001";
/// With its photo, and how many lives a second there have to be on SQLite.
const CASES: [(&str, &str, f64); 2] = [("life", "640x480", 60.0), ("life-photo", "1600x1200", 15.0)];
/// A resident may report sixty a day, and reports half of that: what is sent again counts again.
const RESIDENTS: &str = "600";

struct Tools {
    binary: PathBuf,
    crowd: PathBuf,
    flow: PathBuf,
}

/// A database with the demonstration, and those who report and handle.
struct Town {
    database: String,
    keys: String,
    people: PathBuf,
    folder: TempDir,
}

/// # Errors
/// Something does not compile, or a step is refused.
pub fn run(size: Size, engines: &[&'static str]) -> Result<()> {
    let (runs, seconds, kills) = match size {
        Size::Full => (5, "10", 50),
        Size::Quick => (1, "3", 5),
    };
    let tools = Tools {
        binary: stage::product()?,
        crowd: step("编译测量工具", || stage::example("reports", "crowd"))?,
        flow: stage::measure("flow")?,
    };
    let postgres = step("启动临时的 PostgreSQL", Postgres::start)?;
    for &engine in engines {
        for (case, photo, least) in CASES {
            let town = town(&tools, engine, &postgres, case)?;
            let rates = lives(&tools, town, photo, runs, seconds)?;
            Line {
                bench: "reports-flow",
                case,
                engine: Some(engine),
                values: &rates,
                unit: "lives/s",
                baseline: &[],
                bar: (engine == "sqlite").then_some(On::Value(Bar::AtLeast(least))),
                p99: None,
                more: &[],
            }
            .print();
        }
        kill(&tools, engine, &town(&tools, engine, &postgres, "kill")?, kills)?;
    }
    Ok(())
}

fn town(tools: &Tools, engine: &str, postgres: &Postgres, case: &str) -> Result<Town> {
    let folder = tempfile::Builder::new().prefix("linli-bench-").tempdir()?;
    let database = if engine == "sqlite" {
        format!("sqlite:{}", folder.path().join("linli.db").display())
    } else {
        postgres.create(&format!("bench_flow_{}", case.replace('-', "_")))?
    };
    let keys = command::output(stage::product_in(&tools.binary, folder.path()).args(["keys", "new"]))?;
    let keys = keys.trim().to_owned();
    step(&format!("{engine} {case}：载入演示数据"), || {
        let mut demo = stage::product_in(&tools.binary, folder.path());
        demo.args(["demo", "--database-url", &database])
            .env("LINLI_KEYS", &keys);
        command::run(&mut demo)
    })?;
    let mut crowd = Command::new(&tools.crowd);
    crowd.current_dir(folder.path()).env("LINLI_KEYS", &keys);
    let told = command::output(crowd.args(["people", &database, GRID, RESIDENTS]))?;
    let people = folder.path().join("people.json");
    fs::write(&people, told)?;
    Ok(Town {
        database,
        keys,
        people,
        folder,
    })
}

/// Lives a second, in each run.
fn lives(tools: &Tools, town: Town, photo: &str, runs: usize, seconds: &str) -> Result<Vec<f64>> {
    let Town {
        database,
        keys,
        people,
        folder,
    } = town;
    let stage = Stage::serve(&tools.binary, folder, &database, Some(keys.as_str()))?;
    let mut before = 0;
    let mut rates = Vec::new();
    // The first run warms up: what is compiled, read and planned at the first request is not what is measured.
    for run in 0..=runs {
        let seconds = if run == 0 { "2" } else { seconds };
        let told = command::output(
            Command::new(&tools.flow)
                .args([
                    "lives",
                    "--photo",
                    photo,
                    "--seconds",
                    seconds,
                    "--before",
                    &before.to_string(),
                    "--people",
                ])
                .arg(&people)
                .arg(&stage.url),
        )?;
        let told: serde_json::Value = serde_json::from_str(&told)?;
        before = told["next"].as_u64().context("没有得到 next")?;
        let rate = told["rate"].as_f64().context("没有得到 rate")?;
        if run > 0 {
            note(&format!("{photo} {run}/{runs}：{rate:.1} 件/秒"));
            rates.push(rate);
        }
    }
    Ok(rates)
}

fn kill(tools: &Tools, engine: &'static str, town: &Town, kills: usize) -> Result<()> {
    let port = free_port()?;
    let url = format!("http://127.0.0.1:{port}");
    let serve = || -> Result<Running> {
        let mut serve = stage::product_in(&tools.binary, town.folder.path());
        serve.args([
            "serve",
            "--port",
            &port.to_string(),
            "--database-url",
            &town.database,
        ]);
        serve
            .env("LINLI_LOG__FILTER", "warn")
            .env("LINLI_KEYS", &town.keys);
        let mut running = command::start(serve.stdout(std::io::stderr()))?;
        stage::wait(&url, &mut running)?;
        Ok(running)
    };
    let (until, promised) = (
        town.folder.path().join("enough"),
        town.folder.path().join("promised.json"),
    );
    let mut server = serve()?;
    let mut flow = command::start(
        Command::new(&tools.flow)
            .args(["through", "--photo", "640x480", "--people"])
            .arg(&town.people)
            .arg("--until")
            .arg(&until)
            .arg(&url)
            .stdout(Stdio::from(fs::File::create(&promised)?)),
    )?;
    for kill in 1..=kills {
        thread::sleep(moment(kill));
        if flow.ended()?.is_some() {
            bail!("客户端没有坚持到底，原因见上面的输出。");
        }
        server.end(Signal::KILL);
        server = serve()?;
        note(&format!("{engine} kill {kill}/{kills}"));
    }
    fs::write(&until, "")?;
    if !flow.wait()?.success() {
        bail!("客户端没有坚持到底，原因见上面的输出。");
    }
    server.end(Signal::TERM);
    compare(tools, engine, town, &promised, kills)
}

fn compare(tools: &Tools, engine: &'static str, town: &Town, promised: &Path, kills: usize) -> Result<()> {
    let told = command::output(
        Command::new(&tools.flow)
            .args(["check", "--database", &town.database, "--promised"])
            .arg(promised),
    )?;
    let told: serde_json::Value = serde_json::from_str(&told)?;
    let figure = |name: &str| told[name].as_f64().with_context(|| format!("没有得到 {name}"));
    let (lost, doubled) = (figure("lost")?, figure("doubled")?);
    // As many as there were kills: what `n` says.
    let values = vec![lost + doubled; kills];
    Line {
        bench: "reports-flow",
        case: "kill",
        engine: Some(engine),
        values: &values,
        unit: "faults",
        baseline: &[],
        bar: Some(On::Value(Bar::AtMost(0.0))),
        p99: None,
        more: &[("lost", lost), ("doubled", doubled), ("lives", figure("lives")?)],
    }
    .print();
    Ok(())
}

/// How long the server is let go on before this kill: from a twentieth of a second to a second and a half, without a rhythm, and the same
/// each time.
fn moment(kill: usize) -> Duration {
    let mixed = (kill as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    Duration::from_millis(50 + (mixed >> 33) % 1_450)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kills_come_after_the_same_time() {
        let mut moments: Vec<Duration> = (1..=50).map(moment).collect();
        assert!(
            moments
                .iter()
                .all(|moment| (50..1_500).contains(&moment.as_millis()))
        );
        moments.sort_unstable();
        moments.dedup();
        assert!(moments.len() > 45, "{}", moments.len());
    }
}
