//! Everything that has to hold before a change is shared, ending in one line: `N passed, M failed`.
//!
//! A failing part does not stop the others: one run tells all. Tests that need a database live in modules named `store`,
//! which is how `test store` and `test unit` tell them apart.

mod crates;
pub mod end2end;
mod licences;
mod lint;
mod scripts;
mod tally;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::{
    command,
    disk::{self, Output},
    postgres::Postgres,
    steps::step,
    toolchain,
};
use tally::Tally;

#[derive(Args)]
pub struct Options {
    /// 要做的部分；不写就全做
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// 交给 Playwright 的参数，例如 e2e -- orgs.spec.ts --project phone
    #[arg(last = true)]
    playwright: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// 格式、clippy、依赖的许可证与来源
    Lint,
    /// 单元测试
    Unit,
    /// 数据层测试，SQLite 和 PostgreSQL 各一遍
    Store,
    /// TypeScript 的类型检查和单元测试
    Js,
    /// 在 Chromium 里对真实服务器的端到端测试
    E2e,
}

/// # Errors
/// Something failed; the summary line has been printed by then.
pub fn run(options: &Options) -> Result<()> {
    let wanted = |part| options.parts.is_empty() || options.parts.contains(&part);
    disk::check(&outputs(wanted))?;
    step("下载依赖", toolchain::fetch)?;
    let mut tally = Tally::default();
    if wanted(Part::Lint) {
        lint::run(&mut tally)?;
        licences::run(&mut tally)?;
    }
    if wanted(Part::Js) {
        scripts::run(&mut tally)?;
    }
    if wanted(Part::Unit) || wanted(Part::Store) || wanted(Part::E2e) {
        match step("启动临时的 PostgreSQL", Postgres::start) {
            Ok(postgres) => {
                let compiled = match (wanted(Part::Unit), wanted(Part::Store)) {
                    (true, true) => crates::run(&mut tally, crates::Which::All, &postgres)?,
                    (true, false) => crates::run(&mut tally, crates::Which::Unit, &postgres)?,
                    (false, true) => crates::run(&mut tally, crates::Which::Store, &postgres)?,
                    (false, false) => false,
                };
                if wanted(Part::E2e) {
                    end2end::run(&mut tally, &postgres, compiled, &options.playwright)?;
                }
            }
            Err(error) => tally.failure("PostgreSQL", &format!("{error:#}")),
        }
    }
    if command::interrupted() {
        bail!("已中断");
    }
    tally.report()
}

/// What the wanted parts make.
fn outputs(wanted: impl Fn(Part) -> bool) -> Vec<Output> {
    [
        (Output::Lints, &[Part::Lint][..]),
        (Output::Site, &[Part::E2e][..]),
        (Output::Server, &[Part::Unit, Part::Store, Part::E2e][..]),
        (Output::Tests, &[Part::Unit, Part::Store][..]),
    ]
    .into_iter()
    .filter(|(_, parts)| parts.iter().any(|part| wanted(*part)))
    .map(|(output, _)| output)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_asks_for_no_more_room_than_it_fills() {
        assert!(outputs(|part| part == Part::Js).is_empty());
        assert_eq!(outputs(|part| part == Part::E2e), [Output::Site, Output::Server]);
        assert_eq!(outputs(|_| true).len(), 4);
    }
}
