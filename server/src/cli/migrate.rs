//! `linli migrate`

use super::{deployment, failure::Failure};
use crate::config::Config;

/// # Errors
/// The database cannot be reached, is from the future, or a migration fails; each is applied whole or not at all.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let db = deployment::connect(config).await?;
    let before = db.migration_state().await?;
    let after = db.migrate().await?;
    match before.pending {
        0 => say!("数据库已是最新（第 {} 版），没有改动。", after.applied),
        pending => say!("数据库已升级到第 {} 版（{pending} 项）。", after.applied),
    }
    db.close().await;
    Ok(())
}
