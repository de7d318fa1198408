//! `linli user add | grant`: how the first administrators come into being.

use accounts::{model::Phone, server::service};
use clap::{Args, Subcommand};
use db::House;
use shared::{Date, Role};

use super::{deployment, failure::Failure};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 建立账号
    Add(Add),
    /// 授予角色
    Grant(Grant),
}

#[derive(Debug, Args)]
pub struct Add {
    /// 手机号
    #[arg(long, value_name = "号码")]
    phone: String,
    /// 姓名
    #[arg(long, value_name = "姓名")]
    name: String,
}

#[derive(Debug, Args)]
pub struct Grant {
    /// 手机号
    #[arg(long, value_name = "号码")]
    phone: String,
    /// 角色代码，如 security_admin；填错时会列出全部
    #[arg(long, value_name = "角色", value_parser = role_code)]
    role: Role,
    /// 区划代码，如 320581
    #[arg(long, value_name = "代码")]
    node: String,
    /// 生效日期（默认今天），如 2026-11-23
    #[arg(long, value_name = "日期", value_parser = date)]
    from: Option<Date>,
    /// 最后一天；不填则一直有效
    #[arg(long, value_name = "日期", value_parser = date)]
    to: Option<Date>,
}

fn role_code(text: &str) -> Result<Role, String> {
    // A resident registers, and a grid worker confirms: that is not granted.
    text.parse()
        .ok()
        .filter(|role| *role != Role::Resident)
        .ok_or_else(|| {
            let all: Vec<String> = Role::ALL
                .iter()
                .filter(|role| **role != Role::Resident)
                .map(|role| format!("{}（{}）", role.code(), role.label()))
                .collect();
            format!("应为 {}", all.join("、"))
        })
}

fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "应为 2026-11-23 这样的日期")
}

/// # Errors
/// What is wrong with phone, name, node or dates; a role that conflicts with one that is held.
pub async fn run(command: Command, config: &Config) -> Result<(), Failure> {
    let house = deployment::open(config).await?;
    let outcome = match command {
        Command::Add(options) => add(&house, &options).await,
        Command::Grant(options) => grant(&house, &options).await,
    };
    house.db.close().await;
    outcome
}

async fn add(house: &House, options: &Add) -> Result<(), Failure> {
    let phone = Phone::parse("phone", &options.phone)?;
    let cx = deployment::system(house, "user.add");
    service::add_user(&cx, &options.name, phone.as_str(), None).await?;
    say!(
        "已建立账号：{}（{}）。登录用短信验证码。",
        options.name.trim(),
        phone.masked()
    );
    Ok(())
}

async fn grant(house: &House, options: &Grant) -> Result<(), Failure> {
    let phone = Phone::parse("phone", &options.phone)?;
    let cx = deployment::system(house, "user.grant");
    service::grant(
        &cx,
        phone.as_str(),
        options.role,
        &options.node,
        options.from,
        options.to,
    )
    .await?;
    let from = options.from.unwrap_or_else(|| cx.now().date());
    say!(
        "已授予：{} 自 {from} 起是 {} 的{}。",
        phone.masked(),
        options.node,
        options.role.label()
    );
    Ok(())
}
