//! What a command ends with when it cannot do what was asked.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use db::{DbError, backup::BackupError, crypt::CryptError, upload::FilesError};
use shared::AppError;

use super::usage;
use crate::{config::ConfigError, web::ServeError};

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Crypt(#[from] CryptError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("{}", backup_sentence(.0))]
    Backup(#[from] BackupError),
    #[error("{}", database_sentence(.0))]
    Db(#[from] DbError),
    #[error("{}", serve_sentence(.0))]
    Serve(#[from] ServeError),
    #[error("{}", all_messages(.0))]
    App(#[from] AppError),
    #[error("读写“{}”没有成功：{source}。请检查路径和权限。", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Arguments that are well-formed but make no sense together.
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Sentence(String),
    /// Everything has been said already.
    #[error("没有成功")]
    Said,
}

impl Failure {
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }

    /// Says so if the disk where `folder` lies is full: deep inside, that is a fault like any other.
    pub fn unless_full(self, folder: &Path) -> Self {
        let there = folder.ancestors().find(|f| f.is_dir()).unwrap_or(Path::new("."));
        // A file system without any blocks, such as /proc, is never full.
        let full = rustix::fs::statvfs(there)
            .is_ok_and(|disk| disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < NO_ROOM);
        match self {
            Self::App(AppError::Internal { .. }) | Self::File { .. } | Self::Io(_) if full => {
                Self::Sentence(FULL.into())
            }
            other => other,
        }
    }

    pub fn sentence(&self) -> Option<String> {
        (!matches!(self, Self::Said)).then(|| self.to_string())
    }

    pub fn status(&self) -> ExitCode {
        match self {
            Self::Config(_) | Self::Usage(_) => ExitCode::from(usage::STATUS),
            _ => ExitCode::FAILURE,
        }
    }
}

const FULL: &str = "磁盘满了，数据没有写入。请腾出空间后再试。";
/// Bytes below which a disk counts as full: SQLite gives up when it cannot make its files beside the database.
const NO_ROOM: u64 = 1 << 20;

/// A database's error with what an operator can do about it.
pub fn database_sentence(error: &DbError) -> String {
    let (DbError::Sql(inner) | DbError::Open { source: inner, .. }) = error else {
        return error.to_string();
    };
    match inner {
        sqlx::Error::Io(source) => {
            format!("连不上数据库：{source}。请检查地址，以及数据库是否在运行。")
        }
        sqlx::Error::Tls(source) => format!("与数据库的加密连接没有建立：{source}。"),
        // The pool tries to connect until its time is up, so a server that is down looks like a busy one.
        sqlx::Error::PoolTimedOut => {
            "10 秒内连不上数据库，或者没有空闲的连接。请检查地址，以及数据库是否在运行、是否太忙。".into()
        }
        sqlx::Error::Database(refused) => match refused.code().as_deref() {
            Some("28P01" | "28000") => "数据库不接受这个用户名或密码。".into(),
            Some("3D000") => "数据库服务器上没有这个库，请先建立它（createdb）。".into(),
            // SQLITE_FULL and disk_full
            Some("13" | "53100") => FULL.into(),
            // SQLITE_READONLY
            Some("8" | "1032") => "数据库文件是只读的，请检查文件和所在目录的权限。".into(),
            // SQLITE_CANTOPEN
            Some("14") => error.to_string(),
            _ => format!("数据库出错：{refused}"),
        },
        other => format!("数据库出错：{other}"),
    }
}

fn serve_sentence(error: &ServeError) -> String {
    if let ServeError::Db(error) = error {
        database_sentence(error)
    } else {
        error.to_string()
    }
}

fn backup_sentence(error: &BackupError) -> String {
    if let BackupError::Db(error) = error {
        database_sentence(error)
    } else {
        error.to_string()
    }
}

/// A form's page shows each message beside its field; here they stand under each other.
fn all_messages(error: &AppError) -> String {
    match error {
        AppError::Invalid(fields) => fields
            .iter()
            .map(|f| f.message.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        AppError::Internal { trace } => format!("内部错误，编号 {trace}；详情见上面的日志。"),
        other => other.message(),
    }
}
