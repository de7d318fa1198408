//! What can go wrong with a database, and what of it a browser is told.

use shared::AppError;

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("数据库地址“{0}”不对：应为 sqlite:路径 或 postgres://…")]
    Address(String),
    #[error("“{0}”不是数据库文件。请换一个路径，或把它移开后再试。")]
    NotADatabase(String),
    #[error("打不开数据库文件“{path}”：{source}")]
    Open { path: String, source: sqlx::Error },
    #[error("数据库的版本（{found}）比程序新，请换用更新的程序。")]
    FromTheFuture { found: i64 },
    #[error("数据库结构与程序不符：{0}")]
    Migration(sqlx::migrate::MigrateError),
    #[error("数据库缺少 {0} 项升级，请先运行 linli migrate。")]
    Behind(usize),
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

impl DbError {
    /// SQLite's code for "file is not a database".
    const NOT_A_DATABASE: &'static str = "26";

    pub(crate) fn open(error: sqlx::Error, path: &str) -> Self {
        match &error {
            sqlx::Error::Database(e) if e.code().as_deref() == Some(Self::NOT_A_DATABASE) => {
                Self::NotADatabase(path.to_owned())
            }
            _ => Self::Open {
                path: path.to_owned(),
                source: error,
            },
        }
    }

    /// Whether a unique index or primary key refused a row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Sql(sqlx::Error::RowNotFound) => Self::NotFound,
            DbError::Sql(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => Self::Unavailable,
            other => internal(&other),
        }
    }
}

/// Logs an error with the request's trace id, and hides it behind that id.
pub fn internal(error: &(dyn std::error::Error + 'static)) -> AppError {
    let trace = crate::access::trace_id();
    tracing::error!(trace, error = %error, debug = ?error, "internal error");
    AppError::Internal { trace }
}
