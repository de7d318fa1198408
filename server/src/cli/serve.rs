//! `linli serve`

use clap::Args;

use super::{deployment, failure::Failure};
use crate::{config::Config, web};

#[derive(Debug, Args)]
pub struct Options {
    /// 端口（默认 3000）
    #[arg(long, value_name = "端口", value_parser = port)]
    pub port: Option<u16>,
}

fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "应为 0 到 65535 的数字")
}

/// # Errors
/// The house cannot be opened, the port is taken, the site is missing.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let house = deployment::open(config).await?;
    let demo = deployment::is_demo(config, &house).await?;
    let db = house.db.clone();
    let outcome = web::serve(house, config, demo).await;
    db.close().await;
    Ok(outcome?)
}
