//! `linli doctor`

use clap::Args;

use super::{deployment, failure::Failure};
use crate::{
    config::Config,
    doctor::{self, Level},
};

#[derive(Debug, Args)]
pub struct Options {
    /// 输出 JSON，供监控读取
    #[arg(long)]
    json: bool,
}

/// # Errors
/// [`Failure::Said`] if anything found is an error.
pub async fn run(config: &Config, options: &Options) -> Result<(), Failure> {
    let findings = doctor::examine(
        config,
        &deployment::key_source(config),
        deployment::key_file(config),
    )
    .await;
    if options.json {
        let text = serde_json::to_string_pretty(&findings).map_err(|e| Failure::Sentence(e.to_string()))?;
        say!("{text}");
    } else {
        for finding in &findings {
            say!("{} {}", finding.level.mark(), finding.found);
            if let Some(advice) = &finding.advice {
                say!("     → {advice}");
            }
        }
        let count = |level| findings.iter().filter(|f| f.level == level).count();
        say!(
            "\n{} 项正常，{} 项提醒，{} 项错误。",
            count(Level::Ok),
            count(Level::Warn),
            count(Level::Error)
        );
    }
    if findings.iter().any(|f| f.level == Level::Error) {
        Err(Failure::Said)
    } else {
        Ok(())
    }
}
