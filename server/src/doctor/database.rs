//! What can be told from the database.

use std::{fs, path::Path, time::SystemTime};

use db::{Cx, Db, DbError, House, Setting, SystemClock, access, crypt::Keyring, on};
use secrecy::ExposeSecret;
use serde::{Serialize, de::DeserializeOwned};
use shared::Timestamp;

use super::Report;
use crate::{
    cli::{DEMO, database_sentence},
    config::Config,
};

/// How far ahead, in microseconds, what is written may be: file times and rows of another machine are not exact.
const FUTURE_TOLERANCE: i64 = 5 * Timestamp::MINUTE;

/// Connects, if there is something to connect to, and sees whether the structure is current.
pub async fn open(config: &Config, keys: Option<Keyring>, report: &mut Report) -> Option<House> {
    const CHECK: &str = "database";
    if let Some(file) = config.database_file()
        && !file.exists()
    {
        report.warn(
            CHECK,
            format!("数据库 {} 还没有。", file.display()),
            "运行 linli serve 或 linli migrate 会建立它。",
        );
        return None;
    }
    let advice = "请改正 database_url，或恢复数据库。";
    let db = match Db::connect(config.database_url.expose_secret()).await {
        Ok(db) => db,
        Err(error) => {
            report.error(CHECK, database_sentence(&error), advice);
            return None;
        }
    };
    match db.must_be_current().await {
        Ok(()) => report.ok(
            CHECK,
            format!("数据库（{}）可用，结构是最新的。", db.engine().name()),
        ),
        Err(error) => {
            let advice = match &error {
                DbError::Behind(_) => "先备份（linli backup），再运行 linli migrate。",
                DbError::FromTheFuture { .. } => "请换用更新的程序；不要用旧程序写入这个库。",
                _ => advice,
            };
            report.error(CHECK, database_sentence(&error), advice);
            db.close().await;
            return None;
        }
    }
    // Without its keys the rest can still be looked at; nothing here is sealed or opened with these.
    Some(House::new(
        db,
        std::sync::Arc::new(SystemClock),
        std::sync::Arc::new(keys.unwrap_or_else(Keyring::generate)),
    ))
}

fn system(house: &House) -> Cx {
    access::system(house, "doctor")
}

/// Whether the demonstration was loaded.
pub async fn is_demo(house: &House) -> bool {
    setting(house, &DEMO).await.unwrap_or(false)
}

/// The review number that was entered in the product.
pub async fn review_number(house: &House) -> Option<String> {
    const REVIEW_NUMBER: Setting<String> = Setting::new("map.review_number");
    setting(house, &REVIEW_NUMBER)
        .await
        .filter(|text| !text.is_empty())
}

/// Says what it means that there are no keys beside a SQLite database: lost, or never made.
pub async fn lost_keys(house: &House, path: &Path, report: &mut Report) {
    const CHECK: &str = "keys";
    let used = db::doctor::keys(&system(house))
        .await
        .is_ok_and(|found| found.level == db::doctor::Level::Bad);
    if used {
        report.error(
            CHECK,
            format!("数据库用过密钥，旁边的密钥文件 {} 却不见了。", path.display()),
            "请放回备份，不要生成新的：新密钥打不开旧数据。",
        );
    } else {
        report.warn(
            CHECK,
            "还没有密钥。",
            format!("启动服务时会生成 {}，请随后离线备份。", path.display()),
        );
    }
}

async fn setting<T: Serialize + DeserializeOwned>(house: &House, setting: &Setting<T>) -> Option<T> {
    let mut tx = system(house).read().await.ok()?;
    setting.get(&mut tx).await.ok().flatten()
}

/// Everything that needs a current database.
pub async fn examine(config: &Config, house: &House, with_keys: bool, report: &mut Report) {
    let checks = async {
        let cx = system(house);
        if with_keys {
            report.take(db::doctor::keys(&cx).await?);
        }
        report.take(db::doctor::audit_chain(&cx).await?);
        clock(config, &cx, report).await?;
        jobs(&cx, report).await?;
        root(config, &cx, report).await
    };
    if let Err(error) = checks.await {
        report.error("database", database_sentence(&error), "请查看数据库的日志。");
    }
}

/// The clock against the database server's, against what was written already, and against common sense.
async fn clock(config: &Config, cx: &Cx, report: &mut Report) -> Result<(), DbError> {
    const CHECK: &str = "clock";
    const NEWEST: &str = "select max(created_at) from audit_entry";
    const ADVICE: &str = "请启用对时（chrony 或 systemd-timesyncd）。";
    let now = cx.now();
    if !(2026..2100).contains(&now.date().year()) {
        report.error(CHECK, format!("本机时钟是 {}，明显不对。", now.zh()), ADVICE);
        return Ok(());
    }
    let mut tx = cx.read().await?;
    let newest = on!(tx, |c| sqlx::query_scalar::<_, Option<i64>>(NEWEST)
        .fetch_one(c)
        .await)?;
    drop(tx);
    let written = config
        .database_file()
        .and_then(|file| fs::metadata(file).ok()?.modified().ok())
        .and_then(micros);
    let ahead = [newest, written]
        .into_iter()
        .flatten()
        .max()
        .filter(|last| *last > now.0 + FUTURE_TOLERANCE);
    match ahead {
        Some(last) => {
            let last = Timestamp(last).zh();
            report.error(
                CHECK,
                format!(
                    "本机时钟是 {}，而数据里有 {last} 的记录：时钟慢了，或曾经快过。",
                    now.zh()
                ),
                ADVICE,
            );
        }
        None => report.take(db::doctor::clock(cx).await?),
    }
    Ok(())
}

fn micros(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_micros()).ok()
}

async fn jobs(cx: &Cx, report: &mut Report) -> Result<(), DbError> {
    const CHECK: &str = "jobs";
    const DEAD: &str = "select count(*) from job where state = 'dead'";
    const LATE: &str = "select count(*) from job where state = 'waiting' and due_at < $1";
    let an_hour_ago = cx.now().plus(-Timestamp::HOUR);
    let mut tx = cx.read().await?;
    let dead = on!(tx, |c| sqlx::query_scalar::<_, i64>(DEAD).fetch_one(c).await)?;
    let late = on!(tx, |c| sqlx::query_scalar::<_, i64>(LATE)
        .bind(an_hour_ago)
        .fetch_one(c)
        .await)?;
    if dead > 0 {
        report.warn(
            CHECK,
            format!("{dead} 个后台任务多次失败，已停下。"),
            "请系统管理员在“失败任务”里查看原因并重试。",
        );
    }
    if late > 0 {
        report.warn(
            CHECK,
            format!("{late} 个后台任务到期一小时还没有运行。"),
            "请确认服务正在运行。",
        );
    }
    if dead == 0 && late == 0 {
        report.ok(CHECK, "没有失败或积压的后台任务。");
    }
    Ok(())
}

async fn root(config: &Config, cx: &Cx, report: &mut Report) -> Result<(), DbError> {
    const CHECK: &str = "root_node";
    let Some(code) = &config.root_node else {
        return Ok(());
    };
    const SELECT: &str = "select name from node where code = $1";
    let mut tx = cx.read().await?;
    let name: Option<String> = on!(tx, |c| sqlx::query_scalar(SELECT)
        .bind(code.as_str())
        .fetch_optional(c)
        .await)?;
    match name {
        Some(name) => report.ok(CHECK, format!("本部署属于 {name}。")),
        None => report.error(
            CHECK,
            format!("root_node 是 {}，数据库里没有这个区划。", code.as_str()),
            "请先导入区划（linli import divisions），或改正 root_node。",
        ),
    }
    Ok(())
}
