//! Server-rendered pages at 32 connections, each beside a bare axum route that sends the same bytes.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use super::{
    Size,
    line::{Bar, Line, On, median},
    stage::{self, Stage},
};
use crate::{
    command,
    node::Node,
    postgres::free_port,
    steps::{note, step},
    test::end2end,
};

const CONNECTIONS: &str = "32";
/// ms, for the 99th percentile.
const SLOWEST: f64 = 50.0;

struct Case {
    name: &'static str,
    path: &'static str,
    signed_in: bool,
    /// Least share of the bare route's requests a second. None where only the latency has a bar.
    share: Option<f64>,
}

/// 虞山街道: a town with streets, communities and borders.
const CASES: [Case; 4] = [
    Case {
        name: "home",
        path: "/",
        signed_in: false,
        share: Some(0.1),
    },
    Case {
        name: "node",
        path: "/orgs/320581001",
        signed_in: false,
        share: Some(0.1),
    },
    Case {
        name: "map",
        path: "/map/320581001",
        signed_in: false,
        share: None,
    },
    Case {
        name: "home-signed-in",
        path: "/",
        signed_in: true,
        share: Some(0.03),
    },
];

/// # Errors
/// Something does not compile, or does not answer with 200.
pub fn run(size: Size) -> Result<()> {
    let (runs, seconds) = match size {
        Size::Full => (5, "10"),
        Size::Quick => (1, "3"),
    };
    let binary = stage::product()?;
    let load = step("编译测量工具", || stage::measure("load"))?;
    let bare = load.with_file_name("bare");
    let stage = Stage::set(&binary)?;
    let cookie = step("以居民身份登录", || sign_in(&stage.url, "resident"))?;

    for case in CASES {
        let cookie = case.signed_in.then_some(cookie.as_str());
        let address = format!("{}{}", stage.url, case.path);
        let folder = tempfile::tempdir()?;
        let page = folder.path().join("page.html");
        fs::write(&page, fetch(&address, cookie)?)?;
        let port = free_port()?;
        let mut baseline =
            command::start(Command::new(&bare).arg("--port").arg(port.to_string()).arg(&page))?;
        let baseline_address = format!("http://127.0.0.1:{port}");
        stage::wait(&baseline_address, &mut baseline)?;

        // What is compiled, read and cached at the first request is not what is measured.
        hit(&load, &address, cookie, "1")?;
        let (mut rates, mut bare_rates, mut p99s) = (Vec::new(), Vec::new(), Vec::new());
        for run in 1..=runs {
            let seen = hit(&load, &address, cookie, seconds)?;
            let bare_seen = hit(&load, &format!("{baseline_address}/"), cookie, seconds)?;
            note(&format!(
                "{} {run}/{runs}：{:.0} 次/秒，p99 {:.1} ms，裸路由 {:.0} 次/秒",
                case.name, seen.rate, seen.p99, bare_seen.rate
            ));
            rates.push(seen.rate);
            p99s.push(seen.p99);
            bare_rates.push(bare_seen.rate);
        }
        Line {
            bench: "pages",
            case: case.name,
            engine: Some("sqlite"),
            values: &rates,
            unit: "requests/s",
            baseline: &bare_rates,
            bar: case.share.map(|share| On::Ratio(Bar::AtLeast(share))),
            p99: Some((median(&p99s), SLOWEST)),
            more: &[],
        }
        .print();
    }
    Ok(())
}

/// The session cookie of one of the demonstration's people, by the same page that people use.
///
/// # Errors
/// There is no browser, or nobody of that role.
pub fn sign_in(url: &str, role: &str) -> Result<String> {
    end2end::chromium()?;
    let node = Node::find()?;
    node.install(&end2end::folder())?;
    let cookie =
        command::output(
            node.command("node", &end2end::folder())
                .args(["bench/session.mjs", url, role]),
        )?;
    let cookie = cookie.trim();
    if cookie.is_empty() {
        bail!("登录后没有得到会话 cookie");
    }
    Ok(cookie.to_owned())
}

struct Seen {
    rate: f64,
    /// ms
    p99: f64,
}

fn hit(load: &Path, address: &str, cookie: Option<&str>, seconds: &str) -> Result<Seen> {
    let mut program = Command::new(load);
    program.args(["--connections", CONNECTIONS, "--seconds", seconds, address]);
    if let Some(cookie) = cookie {
        program.args(["--cookie", cookie]);
    }
    let seen: serde_json::Value = serde_json::from_str(&command::output(&mut program)?)?;
    let number = |name: &str| seen[name].as_f64().with_context(|| format!("没有得到 {name}"));
    if number("refused")? > 0.0 {
        bail!(
            "{address}：{} 个回答里有 {} 个不是 200",
            seen["requests"],
            seen["refused"]
        );
    }
    Ok(Seen {
        rate: number("rate")?,
        p99: number("p99")?,
    })
}

/// The page once, for the baseline to send.
fn fetch(address: &str, cookie: Option<&str>) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("page");
    let node = Node::find()?;
    let script = "const [url, cookie, file] = process.argv.slice(1); \
                  const answer = await fetch(url, {headers: cookie ? {cookie} : {}}); \
                  if (answer.status !== 200) throw new Error(`${answer.status} ${url}`); \
                  (await import('node:fs')).writeFileSync(file, Buffer.from(await answer.arrayBuffer()));";
    command::run(
        node.command("node", folder.path())
            .args([
                "--input-type=module",
                "-e",
                script,
                "--",
                address,
                cookie.unwrap_or_default(),
            ])
            .arg(&file),
    )?;
    Ok(fs::read(file)?)
}
