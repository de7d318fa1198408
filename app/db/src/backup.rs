//! Backup and restore: one file, the same for both engines, made while the server runs.
//!
//! A zip archive: `tables/NAME.jsonl` (a JSON array a row, the columns as the manifest names them), `files/OBJECT` (the
//! uploads) and, last, `manifest.json` with versions, counts and SHA-256 sums. Tables and their columns are read from
//! the database's own catalogue, so nothing has to be registered; a row never passes through memory with its whole
//! table. Encrypted fields stay encrypted: **the keys are not in the backup** and are kept apart from it.
//!
//! Full-text search is the one thing that the engines store differently: a table `t` with a column `tsv` in PostgreSQL
//! has a virtual table `t_fts (terms, t_id)` in SQLite. Both are written as `t.search` with id and terms.

mod restore;
mod schema;
mod write;

use serde::{Deserialize, Serialize};
use shared::Timestamp;

use crate::{DbError, upload::FilesError};

pub use restore::restore;
pub use write::backup;

const FORMAT: &str = "linli-backup";
/// The version of the format itself.
const VERSION: i64 = 1;
const MANIFEST: &str = "manifest.json";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: i64,
    /// The program that made it.
    pub program: String,
    /// The engine that it was made from.
    pub engine: String,
    /// The newest migration of the database.
    pub schema: i64,
    pub made_at: Timestamp,
    /// The ids of the keys that are needed to read encrypted fields.
    pub keys: Vec<String>,
    pub tables: Vec<TableEntry>,
    pub files: Vec<FileEntry>,
    /// Objects of uploads that the store no longer had.
    pub missing: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub object: String,
    pub size: u64,
    pub sha256: String,
}

/// Why a backup or a restore stopped. A restore that stops leaves the database as empty as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("“{0}”已经存在，请换一个文件名。")]
    Exists(String),
    #[error("文件“{path}”读写失败：{source}")]
    File { path: String, source: std::io::Error },
    #[error("这个文件不是邻里的备份，或者已经损坏：{0}")]
    NotABackup(String),
    #[error("备份来自更新的程序（格式 {version}，数据库 {schema}），请换用更新的程序恢复。")]
    FromTheFuture { version: i64, schema: i64 },
    #[error("目标数据库已经升级到 {found}，比备份（{schema}）新。请换一个空的数据库。")]
    TargetNewer { found: i64, schema: i64 },
    #[error("目标数据库不是空的：表 {0} 里已有数据。请换一个空的数据库。")]
    NotEmpty(String),
    #[error("备份里的“{0}”与校验值不符，文件已损坏。")]
    Damaged(String),
    #[error("备份里的表“{0}”与数据库的结构不符。")]
    Schema(String),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl BackupError {
    fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.display().to_string(),
            source,
        }
    }
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<zip::result::ZipError> for BackupError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::NotABackup(error.to_string())
    }
}

#[cfg(test)]
#[path = "backup/backup_tests.rs"]
mod store;
