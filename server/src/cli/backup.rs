//! `linli backup FILE` and `linli restore FILE`

use std::path::PathBuf;

use clap::Args;
use db::{
    backup::{self, Manifest},
    crypt::{Keyring, for_deployment},
};
use secrecy::ExposeSecret;

use super::{deployment, failure::Failure};
use crate::config::Config;

#[derive(Debug, Args)]
pub struct Options {
    /// 备份文件
    #[arg(value_name = "文件")]
    file: PathBuf,
}

/// # Errors
/// The file exists or cannot be written, the database or the uploads cannot be read.
pub async fn backup(config: &Config, options: &Options) -> Result<(), Failure> {
    let house = deployment::open(config).await?;
    let cx = deployment::system(&house, "backup");
    let manifest = backup::backup(&cx, &options.file).await?;
    house.db.close().await;
    say!(
        "已备份到 {}：{}。密钥不在备份里，请另外保管。",
        options.file.display(),
        counts(&manifest)
    );
    for object in &manifest.missing {
        eprintln!("上传的文件 {object} 已不在存储里，备份中没有它。");
    }
    Ok(())
}

/// # Errors
/// The file is no backup or damaged, the database is not empty or older than the program's.
pub async fn restore(config: &Config, options: &Options) -> Result<(), Failure> {
    let db = deployment::connect(config).await?;
    // Nothing is sealed here, and keys made now would only stand in the way of those that belong to the backup.
    let known = config.keys.is_some() || deployment::key_file(config).is_some_and(|path| path.exists());
    let keys = if known {
        for_deployment(
            config.database_url.expose_secret(),
            &deployment::key_source(config),
        )?
    } else {
        Keyring::generate()
    };
    let held: Vec<String> = keys.ids().map(ToOwned::to_owned).collect();
    let house = deployment::house(config, db, keys)?;
    let cx = deployment::system(&house, "restore");
    let manifest = backup::restore(&cx, &options.file).await?;
    house.db.close().await;
    say!(
        "已恢复：{}，备份于 {}。",
        counts(&manifest),
        manifest.made_at.zh()
    );
    let missing: Vec<&str> = manifest
        .keys
        .iter()
        .filter(|id| !held.contains(id))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        let place =
            deployment::key_file(config).map_or("LINLI_KEYS".to_owned(), |path| path.display().to_string());
        say!(
            "加密的数据要用密钥 {} 才能打开：请把原来的密钥放到 {place}，再启动服务。",
            missing.join("、")
        );
    }
    Ok(())
}

fn counts(manifest: &Manifest) -> String {
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    format!(
        "{} 张表 {rows} 行，{} 个上传的文件",
        manifest.tables.len(),
        manifest.files.len()
    )
}
