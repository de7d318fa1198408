//! What it costs, measured on this machine.
//!
//! Standard output carries one JSON object a line and nothing else (see docs/BENCHMARKS.md for the fields); progress goes
//! to standard error. Everything runs on the release build, on databases of its own, and is gone afterwards. The status
//! is 0 when it could measure, whatever the figures say.

mod browser;
mod city;
mod import;
mod lattice;
mod line;
mod pages;
mod people;
mod reports_flow;
mod reports_list;
mod routing;
mod stage;
mod tiles;
mod topology;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{
    disk::{self, Output},
    steps::step,
    toolchain,
};

#[derive(Args)]
pub struct Options {
    /// 要测量的项目
    #[arg(value_enum)]
    name: Name,
    /// 规模缩小到十分之一，一分钟内完成，供开发时参考
    #[arg(long)]
    quick: bool,
    /// 只测一种数据库；不写就两种都测
    #[arg(long, value_enum)]
    engine: Option<Engine>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Options {
    const fn engines(&self) -> &'static [&'static str] {
        match self.engine {
            None => &["sqlite", "postgres"],
            Some(Engine::Sqlite) => &["sqlite"],
            Some(Engine::Postgres) => &["postgres"],
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// 区划和网格的导入，两种数据库各测一遍
    Import,
    /// 服务器渲染的页面在 32 个连接下的吞吐和延迟
    Pages,
    /// 首次访问经网络传输的字节数
    Bundle,
    /// Lighthouse 移动端评分
    Lighthouse,
    /// 一万个多边形的地图
    Map,
    /// 一百五十万人的城市：导入、搜索、名册，两种数据库各测一遍
    People,
    /// 三万五千个多边形和二十万个点的矢量瓦片，两种数据库各测一遍
    Tiles,
    /// 三万五千个多边形是不是一张完整的覆盖
    Topology,
    /// 一百万件诉求：办理清单、地图、公开清单、全文搜索、统计，两种数据库各测一遍
    ReportsList,
    /// 一件诉求从上报到办结，每秒能走完多少件；服务中途被杀会不会丢、会不会重，两种数据库各测一遍
    ReportsFlow,
    /// 五百条派单规则，一件诉求
    Routing,
}

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// What the documented figures come from.
    Full,
    /// A look while working.
    Quick,
}

/// # Errors
/// Something is missing, does not compile, or does not answer.
pub fn run(options: &Options) -> Result<()> {
    let size = if options.quick { Size::Quick } else { Size::Full };
    let engines = options.engines();
    match options.name {
        // Pages of its own, and no server.
        Name::Map => disk::check(&[Output::Site])?,
        _ => disk::check(&[Output::Site, Output::Product])?,
    }
    step("下载依赖", toolchain::fetch)?;
    match options.name {
        Name::Import => import::run(size, engines),
        Name::Pages => pages::run(size),
        Name::Bundle => browser::run(browser::Script::Bundle, size),
        Name::Lighthouse => browser::run(browser::Script::Lighthouse, size),
        Name::People => people::run(size, engines),
        Name::Map => browser::run(browser::Script::Map, size),
        Name::Tiles => tiles::run(size, engines),
        Name::Topology => topology::run(size),
        Name::ReportsList => reports_list::run(size, engines),
        Name::ReportsFlow => reports_flow::run(size, engines),
        Name::Routing => routing::run(size),
    }
}
