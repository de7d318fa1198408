//! Disk, upload folder and time zone data.

use std::path::{Path, PathBuf};

use shared::Timestamp;

use super::Report;
use crate::{
    cli::files,
    config::{Config, Store},
};

/// Room where the database and the uploads lie.
pub fn disk(config: &Config, report: &mut Report) {
    let mut places: Vec<PathBuf> = Vec::new();
    places.extend(config.database_file());
    if config.uploads.store == Store::Local {
        places.push(config.uploads.folder.clone());
    }
    let mut seen = Vec::new();
    for place in places {
        let folder = existing(&place);
        // Database and uploads mostly lie on one disk.
        let disk = rustix::fs::stat(&folder).map(|stat| stat.st_dev).ok();
        if disk.is_none() || !seen.contains(&disk) {
            seen.push(disk);
            report.take(db::doctor::room(&folder));
        }
    }
}

/// The nearest folder that is there: a fresh deployment has made none yet.
fn existing(path: &Path) -> PathBuf {
    path.ancestors()
        .find(|folder| folder.is_dir())
        .filter(|folder| !folder.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Whether uploads can be written, read and deleted.
pub async fn uploads(config: &Config, report: &mut Report) {
    const CHECK: &str = "uploads";
    let uploads = &config.uploads;
    let (place, advice) = match uploads.store {
        Store::Local => (
            format!("上传目录 {}", uploads.folder.display()),
            "请检查属主和权限，要与运行服务的用户一致。",
        ),
        Store::S3 => (
            format!("S3 的桶 {}", uploads.s3.bucket),
            "请检查 uploads.s3 各项，以及到存储的网络。",
        ),
    };
    if uploads.store == Store::Local && !uploads.folder.exists() {
        report.warn(
            CHECK,
            format!("{place} 还没有。"),
            "启动服务时会建立，请确认服务的用户有权限。",
        );
        return;
    }
    let tried = async { files(uploads)?.probe().await };
    match tried.await {
        Ok(()) => report.ok(CHECK, format!("{place} 可以读写。")),
        Err(error) => report.error(CHECK, format!("{place} 不能读写：{error}"), advice),
    }
}

/// Times are shown by rules that are compiled in; a damaged build would show.
pub fn zone(report: &mut Report) {
    const CHECK: &str = "time_zone";
    // 2026-11-23T06:05:00Z
    let shown = Timestamp(1_795_413_900 * Timestamp::SECOND).zh();
    if shown == "2026 年 11 月 23 日 14:05" {
        report.ok(CHECK, "时区数据正常（Asia/Shanghai）。");
    } else {
        report.error(
            CHECK,
            format!("时区数据不对：应为 14:05 的时刻显示成 {shown}。"),
            "程序文件可能损坏，请重新安装。",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_the_nearest_folder_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(existing(&folder.path().join("a/b/c.db")), folder.path());
        assert_eq!(existing(Path::new("nowhere/x")), Path::new("."));
    }
}
