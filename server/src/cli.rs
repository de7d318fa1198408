//! The command line: one file a command.
//!
//! Ends with status 0 if it did what was asked, 2 if it was asked wrongly (arguments, configuration), 1 if it could not
//! do it. Every failure is one Chinese sentence on standard error that says what to do.

/// Prints a line for whoever still listens: `linli doctor | head` is no failure.
macro_rules! say {
    ($($text:tt)*) => {
        crate::cli::print_line(format_args!($($text)*))
    };
}

mod backup;
mod demo;
mod deployment;
mod failure;
mod import;
mod keys;
mod migrate;
mod report;
mod serve;
mod usage;
mod user;

use std::{path::PathBuf, process::ExitCode};

use clap::{ArgAction, Args, FromArgMatches, Parser, Subcommand};

use crate::{
    config::{self, Config, Flags},
    telemetry,
};
pub use deployment::{DEMO, files};
use failure::Failure;
pub use failure::database_sentence;

#[derive(Debug, Parser)]
#[command(
    name = "linli",
    version,
    about = "邻里：社区治理共同体平台",
    disable_help_subcommand = true,
    disable_version_flag = true
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Common {
    /// 配置文件（TOML）；不指定时读当前目录的 linli.toml（如果有）
    #[arg(long, global = true, value_name = "文件")]
    config: Option<PathBuf>,
    /// 数据库：sqlite:路径 或 postgres://…
    #[arg(long, global = true, value_name = "地址")]
    database_url: Option<String>,
    /// 显示版本
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    /// 显示帮助
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务
    Serve(serve::Options),
    /// 建立数据库，或升级到本程序的版本
    Migrate,
    /// 导入区划、网格边界，或居民和房屋
    #[command(subcommand)]
    Import(import::Command),
    /// 建立账号，授予角色
    #[command(subcommand)]
    User(user::Command),
    /// 备份到一个文件（服务可以照常运行）
    Backup(backup::Options),
    /// 从备份恢复到一个空的数据库，SQLite 或 PostgreSQL 都行
    Restore(backup::Options),
    /// 检查部署，说明哪里不对、怎么办
    Doctor(report::Options),
    /// 加密密钥
    #[command(subcommand)]
    Keys(keys::Command),
    /// 载入演示数据，列出演示账号
    Demo,
}

/// Reads the arguments, does what they say, and ends with a status.
pub fn main() -> ExitCode {
    let mut matches = match usage::in_chinese(<Cli as clap::CommandFactory>::command()).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return usage::explain(&error),
    };
    let cli = match Cli::from_arg_matches_mut(&mut matches) {
        Ok(cli) => cli,
        Err(error) => return usage::explain(&error),
    };
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(sentence) = failure.sentence() {
                eprintln!("{sentence}");
            }
            failure.status()
        }
    }
}

fn start(cli: Cli) -> Result<(), Failure> {
    let port = if let Command::Serve(options) = &cli.command {
        options.port
    } else {
        None
    };
    let flags = Flags {
        config: cli.common.config,
        database_url: cli.common.database_url,
        port,
    };
    // `vars` panics on a variable that is not Unicode; none of ours can be.
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let config = config::load(&flags, environment)?;
    let usual = if matches!(cli.command, Command::Serve(_)) {
        "info"
    } else {
        "warn"
    };
    telemetry::start_logging(&config.log, usual);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(run(cli.command, &config));
    // A statement under way in a worker thread must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    let data = config.database_file().unwrap_or_else(|| ".".into());
    outcome.map_err(|failure| failure.unless_full(&data))
}

async fn run(command: Command, config: &Config) -> Result<(), Failure> {
    match command {
        Command::Serve(_) => serve::run(config).await,
        Command::Migrate => migrate::run(config).await,
        Command::Import(command) => import::run(command, config).await,
        Command::User(command) => user::run(command, config).await,
        Command::Backup(options) => backup::backup(config, &options).await,
        Command::Restore(options) => backup::restore(config, &options).await,
        Command::Doctor(options) => report::run(config, &options).await,
        Command::Keys(command) => keys::run(command, config).await,
        Command::Demo => demo::run(config).await,
    }
}

fn print_line(text: std::fmt::Arguments<'_>) {
    use std::io::Write;
    let _nobody_listens = writeln!(std::io::stdout(), "{text}");
}
