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

    /// Whether PostgreSQL refused text for what is in it: NUL, in text or in JSON, which SQLite stores. What people type
    /// is looked at before it gets here; this is for what comes in files.
    pub fn is_unstorable_text(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("22021" | "22P05")))
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
            error if error.is_unstorable_text() => {
                Self::invalid("", "内容里有存不下来的字符（如空字符），请删去或重新输入后再试。")
            }
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

#[cfg(test)]
mod store {
    use serde_json::json;

    use super::*;
    use crate::{Engine, Json, execute, test::on_both};

    #[tokio::test]
    async fn text_with_nul_is_bad_input_not_a_fault() {
        on_both(|t| async move {
            let insert = "insert into setting (name, value, updated_at) values ($1, $2, 0)";
            for (name, value) in [("a\0b", json!("x")), ("c", json!("x\0y"))] {
                let mut tx = t.cx.write().await?;
                let outcome = execute!(tx, insert, name, Json(value)).map_err(AppError::from);
                match t.db.engine() {
                    Engine::Sqlite => assert_eq!(outcome, Ok(1)),
                    Engine::Postgres => assert_eq!(outcome.map_err(|e| e.status()), Err(422)),
                }
            }
            Ok(())
        })
        .await;
    }
}
