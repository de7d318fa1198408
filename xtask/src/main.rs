//! What one does with the house: run it, test it, build it, measure it.
//!
//! Plain Rust instead of scripts, so that it works wherever the house compiles. Whatever a task needs and the machine
//! lacks is installed by the module named after it; whatever cannot be installed ends in one sentence that says what to
//! do. Heavy libraries live in `xtask/bundle`, compiled only when a bundle is made.
//!
//! Deliberately absent: parallel steps. On the small machines this is made for, cargo alone keeps every core busy.

mod apt;
mod bench;
mod command;
mod demo;
mod disk;
mod dist;
mod house;
mod node;
mod postgres;
mod python;
mod run;
mod server;
mod site;
mod steps;
mod test;
mod toolchain;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// 邻里的开发任务
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// 从零到可用：补齐工具、构建、建库、载入演示数据，然后在本机提供服务
    Run(run::Options),
    /// 全部检查与测试；也可只做其中几项
    Test(test::Options),
    /// 生成 dist/linli：一个包含网站、迁移和时区数据的可执行文件
    Build,
    /// 测量性能：每行一个 JSON 对象写到标准输出，进度写到标准错误
    Bench(bench::Options),
    /// 删除 var/ 下的演示数据库，重新载入演示数据
    ResetDemo,
    /// Waits until the server answers, then opens a browser. Started by `run --open`.
    #[command(hide = true)]
    OpenWhenReady { port: u16 },
}

fn main() -> ExitCode {
    let task = Cli::parse().task;
    command::end_children_on_signals();
    let done = match task {
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Build => dist::build(),
        Task::Bench(options) => bench::run(&options),
        Task::ResetDemo => demo::reset(),
        Task::OpenWhenReady { port } => run::open_when_ready(port),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if command::interrupted() => {
            eprintln!("已中断。");
            ExitCode::from(130)
        }
        Err(error) => {
            // Where the disk is full, no other advice is of use.
            if let Some(full) = error.chain().find_map(|cause| cause.downcast_ref::<disk::Full>()) {
                eprintln!("{full}");
                return ExitCode::FAILURE;
            }
            eprintln!("{error}");
            // The sentence says what to do; the cause is for whoever wants to know.
            if let Some(cause) = error.chain().nth(1) {
                eprintln!("（{cause}）");
            }
            ExitCode::FAILURE
        }
    }
}
