//! `linli import divisions | grids | people`
//!
//! Applies at once: whoever has the command line of the server has been trusted with more. One line of counts at the
//! end, or each fault with its line or feature.

use std::{
    fmt::Display,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use axum::body::Bytes;
use clap::{Args, Subcommand};
use grid::{
    model::{Datum, Severity},
    server::import as grids,
};
use orgs::{
    model::{LARGEST, Refusal},
    server::{import as divisions, sent::Steps},
};
use people::server::import as people_file;

use shared::AppError;

use super::{deployment, failure::Failure};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 导入区划（CSV：code,name,level,parent_code）
    Divisions(Divisions),
    /// 导入网格边界（GeoJSON）
    Grids(Grids),
    /// 导入房屋和居民（CSV 或 XLSX，表头见网页上的“导入居民和房屋”）
    People(People),
}

#[derive(Debug, Args)]
pub struct Divisions {
    /// CSV 文件，UTF-8 或 GB18030
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 只显示会改动什么，不写入
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Grids {
    /// GeoJSON 文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 坐标系：cgcs2000、wgs84、gcj02（高德、腾讯）或 bd09（百度）
    #[arg(long, value_name = "坐标系", value_parser = datum)]
    datum: Datum,
    /// 只显示会改动什么，不写入；问题全部列出
    #[arg(long)]
    dry_run: bool,
    /// 接受一个可以例外的问题，写它的编号；可重复
    #[arg(long, value_name = "编号")]
    accept: Vec<String>,
    /// 接受全部可以例外的问题，请先试运行看过
    #[arg(long)]
    accept_all: bool,
    /// 边界是为演示编造的，页面上会注明
    #[arg(long)]
    synthetic: bool,
}

#[derive(Debug, Args)]
pub struct People {
    /// CSV（UTF-8 或 GB18030）或 XLSX 文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 经度和纬度用的坐标系，有这两列时要写：cgcs2000、wgs84、gcj02（高德、腾讯）或 bd09（百度）
    #[arg(long, value_name = "坐标系", value_parser = datum)]
    datum: Option<Datum>,
    /// 只显示会改动什么，不写入
    #[arg(long)]
    dry_run: bool,
}

fn datum(text: &str) -> Result<Datum, String> {
    text.parse()
        .map_err(|error: grid::model::UnknownDatum| error.to_string())
}

/// Faults that are printed, and changes of a kind: a wrong file has one on every line.
const SHOWN: usize = 50;

/// # Errors
/// The file cannot be read or has faults; then nothing was stored.
pub async fn run(command: Command, config: &Config) -> Result<(), Failure> {
    match command {
        Command::Divisions(options) => import_divisions(config, &options).await,
        Command::Grids(options) => import_grids(config, &options).await,
        Command::People(options) => import_people(config, &options).await,
    }
}

async fn import_divisions(config: &Config, options: &Divisions) -> Result<(), Failure> {
    let bytes = content(&options.file)?;
    let house = deployment::open(config).await?;
    let cx = deployment::system(&house, "import.divisions");
    let plan = divisions::plan(&cx, &bytes).await?;
    if !plan.faults.is_empty() {
        return Err(refuse(&plan.faults));
    }
    if options.dry_run {
        let d = &plan.differences;
        for (what, list) in [
            ("新增", &d.new),
            ("更名", &d.renamed),
            ("划转", &d.moved),
            ("撤销", &d.gone),
        ] {
            show(what, list, |change| {
                let arrow = if change.before.is_empty() || change.after.is_empty() {
                    ""
                } else {
                    " → "
                };
                format!("{} {}{arrow}{}", change.code, change.before, change.after)
            });
        }
        say!("试运行，没有写入：{}", plan.counts);
    } else {
        say!("已导入区划：{}", divisions::apply(&cx, plan).await?);
    }
    house.db.close().await;
    Ok(())
}

async fn import_grids(config: &Config, options: &Grids) -> Result<(), Failure> {
    let content = content(&options.file)?;
    let house = deployment::open(config).await?;
    let cx = deployment::system(&house, "import.grids");
    let plan = grids::plan(&cx, content, options.datum).await?;
    let accepted = if options.accept_all {
        plan.acceptable()
    } else {
        options.accept.clone()
    };
    // A trial is for reading all of it.
    let most = if options.dry_run { usize::MAX } else { SHOWN };
    let (notes, wrong): (Vec<_>, Vec<_>) = plan.problems().iter().partition(|p| p.severity == Severity::Note);
    for problem in notes.iter().take(most) {
        eprintln!("{problem}");
    }
    let open: Vec<String> = wrong
        .iter()
        .filter(|p| p.severity == Severity::Blocking || !accepted.contains(&p.key()))
        .map(|p| match p.severity {
            Severity::Acceptable => format!("{p}\n  可以例外：--accept {}", p.key()),
            _ => p.to_string(),
        })
        .collect();
    if !open.is_empty() {
        return Err(refuse_listing(&open, most));
    }
    if options.dry_run {
        let (first, changed) = (plan.first_borders(), plan.changed_borders());
        show("新增边界", &first, |area| {
            let founded = if plan.founds(area) {
                "（新建网格）"
            } else {
                ""
            };
            format!("{} {}{founded}", area.code, area.name)
        });
        show("更新边界", &changed, |area| {
            format!("{} {}", area.code, area.name)
        });
        say!("试运行，没有写入：{}", plan.counts);
    } else {
        let name = options.file.file_name().unwrap_or_default().to_string_lossy();
        let origin = if options.synthetic {
            grids::Origin::Synthetic {
                since: cx.now().date(),
            }
        } else {
            grids::Origin::Surveyed
        };
        say!(
            "已导入边界：{}",
            grids::apply(&cx, &plan, &name, origin, &accepted).await?
        );
    }
    house.db.close().await;
    Ok(())
}

async fn import_people(config: &Config, options: &People) -> Result<(), Failure> {
    let bytes = Bytes::from(content(&options.file)?);
    let house = deployment::open(config).await?;
    let cx = deployment::system(&house, "import.people");
    if options.dry_run {
        let plan = people_file::plan(&cx, bytes, options.datum, &Steps::default()).await?;
        if !plan.faults.is_empty() {
            return Err(refuse(&plan.faults));
        }
        for note in plan.notes.iter().take(SHOWN) {
            eprintln!("{note}");
        }
        say!("试运行，没有写入：{}", plan.counts);
    } else {
        let counts = match people_file::apply(&cx, bytes.clone(), options.datum, None).await {
            // It tells but the first faults: here all are wanted, with their number.
            Err(refused @ AppError::Invalid(_)) => {
                let faults = people_file::plan(&cx, bytes, options.datum, &Steps::default())
                    .await?
                    .faults;
                return Err(if faults.is_empty() {
                    refused.into()
                } else {
                    refuse(&faults)
                });
            }
            counts => counts?,
        };
        say!("已导入居民和房屋：{counts}");
    }
    house.db.close().await;
    Ok(())
}

/// What a file holds, unless it is too large to be an import. A wrong name may lead to a disk image: so its length is asked
/// first, and what has none, such as a pipe, is read no further than the limit.
fn content(path: &Path) -> Result<Vec<u8>, Failure> {
    let most = LARGEST as u64;
    let file = File::open(path).map_err(Failure::file(path))?;
    let length = file.metadata().map_err(Failure::file(path))?.len();
    let mut bytes = Vec::new();
    if length <= most {
        file.take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(Failure::file(path))?;
    }
    if length > most || bytes.len() > LARGEST {
        return Err(Failure::Sentence(format!(
            "{}什么也没有写入。",
            Refusal::Large.words()
        )));
    }
    Ok(bytes)
}

/// The first changes of a kind, a line each, and how many more there are.
fn show<T>(what: &str, changes: &[T], line: impl Fn(&T) -> String) {
    for change in changes.iter().take(SHOWN) {
        say!("{what} {}", line(change).trim_end());
    }
    if changes.len() > SHOWN {
        say!("{what}……还有 {} 项", changes.len() - SHOWN);
    }
}

/// Prints the faults; the failure has nothing to add.
fn refuse<F: Display>(faults: &[F]) -> Failure {
    refuse_listing(faults, SHOWN)
}

fn refuse_listing<F: Display>(faults: &[F], most: usize) -> Failure {
    for fault in faults.iter().take(most) {
        eprintln!("{fault}");
    }
    if faults.len() > most {
        eprintln!("……还有 {} 处。", faults.len() - most);
    }
    Failure::Sentence(format!(
        "文件有 {} 处问题，什么也没有写入。请改好后再导入。",
        faults.len()
    ))
}
