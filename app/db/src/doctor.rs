//! What can be wrong with the data layer, found while it still can be helped.

use std::path::Path;

use serde::Serialize;
use shared::Timestamp;

use crate::{
    Conn, Cx, Db, DbError, Setting, audit,
    crypt::{CryptError, Field},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Good,
    /// Works, but should be looked at.
    Warning,
    /// Does not work, or data is in danger.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub level: Level,
    /// A name for machines: `keys`, `migrations`, …
    pub name: &'static str,
    /// What was found and what to do, in Chinese.
    pub message: String,
}

impl Finding {
    pub fn good(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            level: Level::Good,
            name,
            message: message.into(),
        }
    }

    pub fn warning(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            level: Level::Warning,
            name,
            message: message.into(),
        }
    }

    pub fn bad(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            level: Level::Bad,
            name,
            message: message.into(),
        }
    }
}

/// A value sealed when the keys were first used with this database.
const CANARY: Setting<String> = Setting::new("core.canary");
const SONG: &str = "邻里";
/// Microseconds that the clocks of server and database may differ.
const CLOCKS: i64 = 5 * Timestamp::SECOND;
const GIB: u64 = 1 << 30;

/// Everything that can be said from the database alone. `folders` are where the database, the uploads and the logs
/// lie; their room is looked at.
pub async fn check(cx: &Cx, folders: &[&Path]) -> Vec<Finding> {
    let mut findings = vec![or_bad("migrations", migrations(cx.db()).await)];
    // Without its tables nothing else can be asked.
    if findings[0].level == Level::Good {
        findings.push(or_bad("keys", keys(cx).await));
        findings.push(or_bad("audit", audit_chain(cx).await));
        findings.push(or_bad("clock", clock(cx).await));
        findings.push(or_bad("jobs", dead_jobs(cx).await));
    }
    findings.push(match cx.files().probe().await {
        Ok(()) => Finding::good("uploads", "上传文件能写、能读、能删。"),
        Err(error) => Finding::bad("uploads", error.to_string()),
    });
    findings.extend(folders.iter().map(|folder| room(folder)));
    findings
}

fn or_bad(name: &'static str, found: Result<Finding, DbError>) -> Finding {
    found.unwrap_or_else(|error| Finding::bad(name, format!("没能检查：{error}")))
}

/// Whether the database is what this program knows.
///
/// # Errors
/// [`DbError`] if the database cannot be asked.
pub async fn migrations(db: &Db) -> Result<Finding, DbError> {
    let state = db.migration_state().await?;
    Ok(match (state.pending, state.applied > state.known) {
        (_, true) => Finding::bad(
            "migrations",
            DbError::FromTheFuture { found: state.applied }.to_string(),
        ),
        (0, _) => Finding::good("migrations", format!("数据库结构是最新的（{}）。", state.applied)),
        (pending, _) => Finding::bad("migrations", DbError::Behind(pending).to_string()),
    })
}

/// Seals the canary unless there is one: at the first start of a deployment.
///
/// # Errors
/// [`shared::AppError`] if the database fails.
pub async fn ensure_canary(cx: &Cx) -> Result<(), shared::AppError> {
    let mut tx = cx.write().await?;
    if CANARY.get(&mut tx).await?.is_none() {
        let sealed = cx.keys().seal(Field::Canary, SONG);
        CANARY.set(&mut tx, &sealed).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Seals the canary with the current key, if there is one that is not; whether there was.
///
/// # Errors
/// [`shared::AppError`] if the database fails, or the keys do not open it.
pub(crate) async fn renew_canary(cx: &Cx) -> Result<bool, shared::AppError> {
    let mut tx = cx.write().await?;
    let old = CANARY.get(&mut tx).await?;
    let Some(old) = old.filter(|sealed| !cx.keys().is_current(sealed)) else {
        return Ok(false);
    };
    let song = cx.keys().open(Field::Canary, &old)?;
    CANARY.set(&mut tx, &cx.keys().seal(Field::Canary, &song)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether the keys belong to this database.
///
/// # Errors
/// [`DbError`] if the database cannot be asked.
pub async fn keys(cx: &Cx) -> Result<Finding, DbError> {
    let mut tx = cx.read().await?;
    let Ok(canary) = CANARY.get(&mut tx).await else {
        return Ok(Finding::bad("keys", "密钥的校验值读不出来。"));
    };
    let Some(sealed) = canary else {
        return Ok(Finding::warning(
            "keys",
            "还没有密钥的校验值，第一次启动服务后就会有。",
        ));
    };
    Ok(match cx.keys().open(Field::Canary, &sealed) {
        Ok(song) if song == SONG => Finding::good(
            "keys",
            format!(
                "密钥与数据库相符，当前密钥是 {}。请确认已离线备份。",
                cx.keys().current()
            ),
        ),
        Err(error @ CryptError::UnknownKey(_)) => {
            Finding::bad("keys", format!("{error}请找回原来的密钥文件。"))
        }
        Ok(_) | Err(_) => Finding::bad(
            "keys",
            "密钥与数据库不符，加密的数据打不开。请找回原来的密钥文件。",
        ),
    })
}

/// Whether the audit log is whole.
///
/// # Errors
/// [`DbError`] if the database cannot be asked.
pub async fn audit_chain(cx: &Cx) -> Result<Finding, DbError> {
    let seen = audit::chain::verify(cx).await?;
    Ok(match seen.broken {
        None => {
            let head: String = seen.head.chars().take(16).collect();
            Finding::good(
                "audit",
                format!(
                    "审计日志完整：{} 批，{} 条，末尾摘要 {head}。",
                    seen.batches, seen.entries
                ),
            )
        }
        Some(broken) => Finding::bad("audit", format!("{broken}请保留现场，与备份比对。")),
    })
}

/// Whether the server's clock and the database's agree. SQLite has no clock of its own.
///
/// # Errors
/// [`DbError`] if the database cannot be asked.
pub async fn clock(cx: &Cx) -> Result<Finding, DbError> {
    let mut tx = cx.read().await?;
    let Conn::Postgres(t) = &mut tx.conn else {
        return Ok(Finding::good("clock", format!("现在是 {}。", cx.now().zh())));
    };
    let theirs: i64 = sqlx::query_scalar("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
        .fetch_one(&mut **t)
        .await?;
    let off = (theirs - cx.now().0).abs();
    Ok(if off <= CLOCKS {
        Finding::good(
            "clock",
            format!("服务器与数据库的时钟一致，现在是 {}。", cx.now().zh()),
        )
    } else {
        let seconds = off / Timestamp::SECOND;
        Finding::bad(
            "clock",
            format!("服务器与数据库的时钟相差 {seconds} 秒，请用 NTP 校时。"),
        )
    })
}

async fn dead_jobs(cx: &Cx) -> Result<Finding, DbError> {
    let mut tx = cx.read().await?;
    let dead: i64 = crate::on!(tx, |c| {
        sqlx::query_scalar("select count(*) from job where state = 'dead'")
            .fetch_one(c)
            .await
    })?;
    Ok(match dead {
        0 => Finding::good("jobs", "没有失败的后台任务。"),
        n => Finding::warning("jobs", format!("有 {n} 个后台任务多次失败，请系统管理员处理。")),
    })
}

/// The room left where `folder` lies.
pub fn room(folder: &Path) -> Finding {
    let shown = folder.display();
    // A folder that is still to be made lies on the disk of the nearest one that is there.
    let there = folder.ancestors().find(|f| f.exists()).unwrap_or(Path::new("."));
    match rustix::fs::statvfs(there) {
        Err(error) => Finding::warning("disk", format!("看不到“{shown}”所在磁盘的空间：{error}")),
        Ok(disk) => {
            let (free, total) = (
                disk.f_bavail.saturating_mul(disk.f_frsize),
                disk.f_blocks.saturating_mul(disk.f_frsize),
            );
            let percent = free.saturating_mul(100).checked_div(total).unwrap_or(100);
            #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
            let text = format!(
                "“{shown}”所在磁盘还剩 {:.1} GB（{percent}%）",
                free as f64 / GIB as f64
            );
            if free < GIB / 2 {
                Finding::bad("disk", format!("{text}，马上就满了，请尽快清理或扩容。"))
            } else if free < 2 * GIB || percent < 5 {
                Finding::warning("disk", format!("{text}，快满了，请清理或扩容。"))
            } else {
                Finding::good("disk", format!("{text}。"))
            }
        }
    }
}

#[cfg(test)]
mod store {
    use std::sync::Arc;

    use super::*;
    use crate::{Engine, access, crypt::Keyring, execute, test::on_both, upload::Files};

    fn level(findings: &[Finding], name: &str) -> Option<Level> {
        findings.iter().find(|f| f.name == name).map(|f| f.level)
    }

    #[tokio::test]
    async fn a_sound_house_is_good_and_each_fault_is_named() {
        on_both(|t| async move {
            let here = std::env::temp_dir();
            let findings = check(&t.cx, &[&here]).await;
            assert_eq!(level(&findings, "keys"), Some(Level::Warning), "no canary yet");
            assert_eq!(level(&findings, "migrations"), Some(Level::Good));
            assert_eq!(level(&findings, "uploads"), Some(Level::Good));
            assert!(level(&findings, "disk").is_some());
            // The test's clock stands still in its own time.
            let expected = if t.db.engine() == Engine::Sqlite {
                Level::Good
            } else {
                Level::Bad
            };
            assert_eq!(level(&findings, "clock"), Some(expected));

            ensure_canary(&t.cx).await?;
            ensure_canary(&t.cx).await?;
            assert_eq!(keys(&t.cx).await?.level, Level::Good);
            let mut house = t.house.clone().with_files(Files::default());
            house.keys = Arc::new(Keyring::generate());
            let other = access::system(&house, "test");
            let findings = check(&other, &[]).await;
            assert_eq!(level(&findings, "keys"), Some(Level::Bad));
            assert_eq!(level(&findings, "uploads"), Some(Level::Bad));

            let mut tx = t.cx.write().await?;
            execute!(
                tx,
                "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)"
            )?;
            tx.commit().await?;
            let findings = check(&t.cx, &[]).await;
            assert_eq!(level(&findings, "migrations"), Some(Level::Bad));
            assert_eq!(level(&findings, "keys"), None);
            Ok(())
        })
        .await;
    }
}
