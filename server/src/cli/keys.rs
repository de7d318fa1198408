//! `linli keys new | rotate | push`

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use db::crypt::{Keyring, for_deployment, rotate, write_new};
use notices::server::push::Vapid;
use secrecy::ExposeSecret;

use super::{deployment, failure::Failure};
use crate::{config::Config, sealed};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 生成一套新密钥：写到文件，或者显示出来
    New(New),
    /// 换密钥：用最后一个密钥重新加密全部数据
    Rotate(Rotate),
    /// 生成手机通知（Web Push）的密钥：写到文件，或者显示出来
    Push(New),
}

#[derive(Debug, Args)]
pub struct New {
    /// 写到这个文件（必须还不存在，只有属主能读）
    #[arg(value_name = "文件")]
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Rotate {
    /// 先在密钥文件末尾添一个新密钥；多个节点时请先自己添好、重启各节点，再不带此项运行
    #[arg(long)]
    add: bool,
}

/// # Errors
/// Keys or database cannot be read or written.
pub async fn run(command: Command, config: &Config) -> Result<(), Failure> {
    match command {
        Command::New(New { file: Some(path) }) => {
            write_new(&path, &Keyring::generate()).map_err(|error| {
                if error.kind() == io::ErrorKind::AlreadyExists {
                    Failure::Sentence(format!(
                        "“{}”已经存在，没有覆盖：里面可能是正在用的密钥。",
                        path.display()
                    ))
                } else {
                    Failure::file(&path)(error)
                }
            })?;
            say!("已生成密钥文件 {}。请另外离线备份一份。", path.display());
            Ok(())
        }
        Command::New(New { file: None }) => {
            say!("{}", Keyring::generate().to_text().trim_end());
            Ok(())
        }
        Command::Rotate(options) => rotate_all(config, &options).await,
        Command::Push(New { file: Some(path) }) => {
            write_push_key(&path).map_err(|error| {
                if error.kind() == io::ErrorKind::AlreadyExists {
                    Failure::Sentence(format!(
                        "“{}”已经存在，没有覆盖：换了密钥，大家要在手机上重新打开通知。",
                        path.display()
                    ))
                } else {
                    Failure::file(&path)(error)
                }
            })?;
            say!("已生成 {}。请设置 push.key_file 指向它。", path.display());
            Ok(())
        }
        Command::Push(New { file: None }) => {
            say!("{}", Vapid::fresh());
            Ok(())
        }
    }
}

async fn rotate_all(config: &Config, options: &Rotate) -> Result<(), Failure> {
    let db = deployment::connect(config).await?;
    db.must_be_current().await?;
    let mut keys = for_deployment(
        config.database_url.expose_secret(),
        &deployment::key_source(config),
    )?;
    if options.add {
        let path = deployment::key_file(config).ok_or_else(|| {
            Failure::Usage(
                "密钥来自环境变量，程序改不了：请自己在 LINLI_KEYS 末尾添一个 key，再不带 --add 运行。"
                    .into(),
            )
        })?;
        keys = keys.with_new_key();
        replace(&path, &keys)?;
        say!("已在 {} 添加密钥 {}。", path.display(), keys.current());
    }
    let current = keys.current().to_owned();
    let house = deployment::house(config, db, keys)?;
    let cx = deployment::system(&house, "keys.rotate");
    let rotated = rotate(&cx, &sealed::columns()).await?;
    house.db.close().await;
    say!("重新加密 {} 项，现在都用密钥 {current}。", rotated.changed);
    if rotated.failed.is_empty() {
        return Ok(());
    }
    for row in &rotated.failed {
        eprintln!("打不开：{row}");
    }
    Err(Failure::Sentence(format!(
        "{} 项打不开，保持原样；旧密钥请先留着。",
        rotated.failed.len()
    )))
}

/// A fresh one, which only the owner may read; never over another.
fn write_push_key(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", Vapid::fresh())?;
    file.sync_all()
}

/// Beside and renamed: the old keys must never be lost halfway.
fn replace(path: &Path, keys: &Keyring) -> Result<(), Failure> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    if fresh.exists() {
        fs::remove_file(&fresh).map_err(Failure::file(&fresh))?;
    }
    write_new(&fresh, keys).map_err(Failure::file(&fresh))?;
    fs::rename(&fresh, path).map_err(Failure::file(path))
}
