//! Where a test works: a folder, a database of one engine, and the program's commands in it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use db::{Db, House, SystemClock, access, crypt::Keyring, execute, on, upload::Files};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// A folder to work in and a database of one engine.
pub struct Place {
    pub folder: TempDir,
    pub url: String,
    pub keys: String,
    /// The server and the database to drop at the end.
    postgres: Option<(String, String)>,
}

pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.status, 0, "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    pub fn fails(self, status: i32, sentence: &str) -> String {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        assert!(self.err.contains(sentence), "{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.err
    }
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("linli.db").display());
        Self {
            folder,
            url,
            keys: Keyring::generate().to_text().replace('\n', ";"),
            postgres: None,
        }
    }

    pub async fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("LINLI_TEST_POSTGRES").expect(
            "LINLI_TEST_POSTGRES is not set: run `cargo xtask test store`, which starts a PostgreSQL, or name one yourself",
        );
        let name = format!(
            "linli_cli_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        admin(&server, &format!("create database {name}")).await;
        let url = db::test::with_database(&server, &name);
        Self {
            url,
            postgres: Some((server, name)),
            ..Self::sqlite()
        }
    }

    /// One place an engine.
    pub async fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres().await]
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linli"));
        command.env_clear().current_dir(self.folder.path());
        command
            .env("LINLI_KEYS", &self.keys)
            .env("LINLI_DATABASE_URL", &self.url);
        command
    }

    pub fn linli(&self, arguments: &[&str]) -> Said {
        said(self.command().args(arguments).output().unwrap())
    }

    /// As the program's commands open it: with the uploads where a configuration that names no folder has them.
    pub async fn house(&self) -> House {
        let keys = Keyring::load(&self.keys).unwrap();
        House::new(
            Db::connect(&self.url).await.unwrap(),
            Arc::new(SystemClock),
            Arc::new(keys),
        )
        .with_files(Files::folder(&self.folder.path().join("var/uploads")).unwrap())
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        let house = self.house().await;
        let mut tx = access::system(&house, "test").read().await.unwrap();
        let n = on!(tx, |c| sqlx::query_scalar::<_, i64>(sql).fetch_one(c).await).unwrap();
        drop(tx);
        house.db.close().await;
        n
    }

    pub async fn change(&self, sql: &'static str) {
        let house = self.house().await;
        let mut tx = access::system(&house, "test").write().await.unwrap();
        execute!(tx, sql).unwrap();
        tx.commit().await.unwrap();
        house.db.close().await;
    }

    pub async fn end(self) {
        if let Some((server, name)) = &self.postgres {
            admin(server, &format!("drop database {name} with (force)")).await;
        }
    }
}

pub async fn admin(server: &str, sql: &str) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection
        .execute(sqlx::AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap();
}

pub fn said(output: Output) -> Said {
    Said {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A province, a city, a district, ten streets of 600 communities: 6014 lines with the header.
pub fn divisions() -> Vec<String> {
    let mut lines = vec![
        "code,name,level,parent_code".to_owned(),
        "32,江苏省,province,".to_owned(),
        "3205,苏州市,city,32".to_owned(),
        "320581,常熟市,district,3205".to_owned(),
    ];
    for street in 1..=10 {
        let street = format!("320581{street:03}");
        lines.push(format!("{street},第{street}街道,street,320581"));
        for community in 1..=600 {
            lines.push(format!(
                "{street}{community:03},第{community}社区,community,{street}"
            ));
        }
    }
    lines
}

pub const NODES: &str = "select count(*) from node";

/// The findings by check, `(level, found)`.
pub fn findings(said: &Said) -> Vec<(String, String, String)> {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out));
    let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    list.iter()
        .map(|f| (text(f, "check"), text(f, "level"), text(f, "found")))
        .collect()
}
