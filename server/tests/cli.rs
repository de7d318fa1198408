//! The real binary, on both engines, as an operator uses it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly, as the tests do")]

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use db::{Db, House, SystemClock, access, crypt::Keyring, execute, on};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// A folder to work in and a database of one engine.
struct Place {
    folder: TempDir,
    url: String,
    keys: String,
    /// The server and the database to drop at the end.
    postgres: Option<(String, String)>,
}

struct Said {
    status: i32,
    out: String,
    err: String,
}

impl Said {
    #[track_caller]
    fn ok(self) -> String {
        assert_eq!(self.status, 0, "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    fn fails(self, status: i32, sentence: &str) -> String {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        assert!(self.err.contains(sentence), "{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.err
    }
}

impl Place {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("linli.db").display());
        Self {
            folder,
            url,
            keys: Keyring::generate().to_text().replace('\n', ";"),
            postgres: None,
        }
    }

    async fn postgres() -> Self {
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
    async fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres().await]
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linli"));
        command.env_clear().current_dir(self.folder.path());
        command
            .env("LINLI_KEYS", &self.keys)
            .env("LINLI_DATABASE_URL", &self.url);
        command
    }

    fn linli(&self, arguments: &[&str]) -> Said {
        said(self.command().args(arguments).output().unwrap())
    }

    async fn house(&self) -> House {
        let keys = Keyring::load(&self.keys).unwrap();
        House::new(
            Db::connect(&self.url).await.unwrap(),
            Arc::new(SystemClock),
            Arc::new(keys),
        )
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let house = self.house().await;
        let mut tx = access::system(&house, "test").read().await.unwrap();
        let n = on!(tx, |c| sqlx::query_scalar::<_, i64>(sql).fetch_one(c).await).unwrap();
        drop(tx);
        house.db.close().await;
        n
    }

    async fn change(&self, sql: &'static str) {
        let house = self.house().await;
        let mut tx = access::system(&house, "test").write().await.unwrap();
        execute!(tx, sql).unwrap();
        tx.commit().await.unwrap();
        house.db.close().await;
    }

    async fn end(self) {
        if let Some((server, name)) = &self.postgres {
            admin(server, &format!("drop database {name} with (force)")).await;
        }
    }
}

async fn admin(server: &str, sql: &str) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection
        .execute(sqlx::AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap();
}

fn said(output: Output) -> Said {
    Said {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A province, a city, a district, ten streets of 600 communities: 6014 lines with the header.
fn divisions() -> Vec<String> {
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

const NODES: &str = "select count(*) from node";

#[test]
fn help_is_in_chinese_and_wrong_words_end_with_status_2() {
    let place = Place::sqlite();
    let help = place.linli(&["--help"]).ok();
    assert!(
        help.contains("用法") && help.contains("doctor") && !help.contains("Usage"),
        "{help}"
    );
    assert!(place.linli(&["serve", "--help"]).ok().contains("--port"));
    assert!(place.linli(&["--version"]).ok().starts_with("linli "));
    place.linli(&["fly"]).fails(2, "没有“fly”这个命令");
    place
        .linli(&["serve", "--prot", "1"])
        .fails(2, "没有“--prot”这个参数");
    place.linli(&["serve", "--port", "drei"]).fails(2, "“drei”");
    place.linli(&["import", "divisions"]).fails(2, "缺少 <文件>");
    assert_eq!(place.linli(&[]).status, 2);
}

#[test]
fn configuration_errors_end_with_status_2_and_name_the_key() {
    let place = Place::sqlite();
    let config = |toml: &str| {
        let path = place.file("c.toml", toml);
        said(
            place
                .command()
                .env_remove("LINLI_KEYS")
                .args(["migrate", "--config", path.to_str().unwrap()])
                .output()
                .unwrap(),
        )
    };
    config("prot = 1").fails(2, "“prot”");
    let text = config("[message]\nsecret = \"geheim\"").fails(2, "LINLI_MESSAGE__SECRET");
    assert!(!text.contains("geheim"));
    config("port = 1\nport = 2").fails(2, "TOML");
    place
        .linli(&["migrate", "--config", "nowhere.toml"])
        .fails(2, "nowhere.toml");
    place
        .linli(&["migrate", "--database-url", "mysql://x"])
        .fails(2, "“database_url”");
    let unknown = place
        .command()
        .env("LINLI_PORTT", "1")
        .arg("migrate")
        .output()
        .unwrap();
    said(unknown).fails(2, "LINLI_PORTT");
    assert!(!place.folder.path().join("linli.db").exists(), "nothing was made");
}

#[test]
fn works_without_any_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let linli = |arguments: &[&str]| {
        said(
            Command::new(env!("CARGO_BIN_EXE_linli"))
                .env_clear()
                .current_dir(folder.path())
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    assert!(linli(&["migrate"]).ok().contains("已升级"));
    assert!(linli(&["migrate"]).ok().contains("没有改动"));
    assert!(folder.path().join("var/linli.db").exists());
}

#[tokio::test]
async fn a_text_file_is_no_database() {
    let place = Place::sqlite();
    let text = "不是数据库\n".repeat(500);
    let path = place.file("linli.db", &text);
    let file = place.file("d.csv", divisions().join("\n"));
    let csv = file.to_str().unwrap();
    for arguments in [
        &["migrate"][..],
        &["serve", "--port", "0"],
        &["demo"],
        &["import", "divisions", csv],
    ] {
        place.linli(arguments).fails(1, "不是数据库文件");
    }
    let doctor = place.linli(&["doctor"]);
    assert!(
        doctor.status == 1 && doctor.out.contains("不是数据库文件"),
        "{}",
        doctor.out
    );
    assert_eq!(fs::read_to_string(path).unwrap(), text, "it was left alone");
}

#[tokio::test]
async fn a_database_from_the_future_is_left_alone() {
    for place in Place::both().await {
        place.linli(&["migrate"]).ok();
        place
            .change(
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 select 9999, 'future', success, checksum, 0 from _sqlx_migrations where version = 1",
            )
            .await;
        for arguments in [&["migrate"][..], &["serve", "--port", "0"], &["demo"]] {
            place.linli(arguments).fails(1, "比程序新");
        }
        let doctor = place.linli(&["doctor"]);
        assert!(
            doctor.status == 1 && doctor.out.contains("比程序新"),
            "{}",
            doctor.out
        );
        place.end().await;
    }
}

#[test]
fn a_server_that_is_not_there_is_one_sentence() {
    let place = Place::sqlite();
    place
        .linli(&["migrate", "--database-url", "postgres://x@127.0.0.1:1/x"])
        .fails(1, "连不上数据库");
}

#[test]
fn a_taken_port_is_one_sentence() {
    let place = Place::sqlite();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let text = place.linli(&["serve", "--port", &port]).fails(1, "已被占用");
    assert!(text.contains(&port));
}

#[tokio::test]
async fn an_import_is_shown_applied_and_idempotent() {
    for place in Place::both().await {
        let file = place.file("divisions.csv", divisions().join("\n"));
        let csv = file.to_str().unwrap();
        let shown = place.linli(&["import", "divisions", csv, "--dry-run"]).ok();
        assert!(
            shown.contains("没有写入") && shown.contains("新增 6013"),
            "{shown}"
        );
        assert_eq!(place.count(NODES).await, 0);
        let done = place.linli(&["import", "divisions", csv]).ok();
        assert!(
            done.trim().lines().count() == 1 && done.contains("新增 6013"),
            "{done}"
        );
        assert_eq!(place.count(NODES).await, 6013);
        let again = place.linli(&["import", "divisions", csv]).ok();
        assert!(again.contains("新增 0") && again.contains("不变 6013"), "{again}");
        assert_eq!(place.count(NODES).await, 6013);
        place.end().await;
    }
}

#[tokio::test]
async fn a_faulty_line_is_named_and_nothing_is_stored() {
    for place in Place::both().await {
        let mut lines = divisions();
        // The header is line 1.
        lines[4999] = "32058X,坏行,community,320581".into();
        let file = place.file("faulty.csv", lines.join("\n"));
        let text = place
            .linli(&["import", "divisions", file.to_str().unwrap()])
            .fails(1, "第 5000 行");
        assert!(text.contains("什么也没有写入"), "{text}");
        assert_eq!(place.count(NODES).await, 0);
        place.end().await;
    }
    let place = Place::sqlite();
    place
        .linli(&["import", "divisions", "nowhere.csv"])
        .fails(1, "nowhere.csv");
}

/// One feature, for 常熟市.
fn border(ring: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature",
            "properties":{{"code":"320581","name":"常熟市"}},
            "geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}]}}"#
    )
}

#[tokio::test]
async fn borders_are_imported_whole_or_refused_by_feature() {
    for place in Place::both().await {
        let file = place.file("divisions.csv", divisions().join("\n"));
        place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
        let square = place.file(
            "square.json",
            border("[120.6,31.5],[120.9,31.5],[120.9,31.8],[120.6,31.8],[120.6,31.5]"),
        );
        let tie = place.file(
            "tie.json",
            border("[120.6,31.5],[120.9,31.8],[120.9,31.5],[120.6,31.8],[120.6,31.5]"),
        );
        let import = |file: &Path, rest: &[&str]| {
            let mut arguments = vec!["import", "grids", file.to_str().unwrap()];
            arguments.extend(rest);
            place.linli(&arguments)
        };
        import(&square, &[]).fails(2, "--datum");
        import(&square, &["--datum", "mars"]).fails(2, "mars");
        let text = import(&tie, &["--datum", "wgs84"]).fails(1, "自相交");
        assert!(text.contains("什么也没有写入"), "{text}");
        let shown = import(&square, &["--datum", "wgs84", "--dry-run"]).ok();
        assert!(
            shown.contains("没有写入") && shown.contains("新增边界 1"),
            "{shown}"
        );
        assert_eq!(place.count("select count(*) from area").await, 0);
        assert!(import(&square, &["--datum", "wgs84"]).ok().contains("新增边界 1"));
        assert!(import(&square, &["--datum", "wgs84"]).ok().contains("不变 1"));
        place.end().await;
    }
}

#[tokio::test]
async fn the_demonstration_is_loaded_once_and_marks_its_database() {
    let place = Place::sqlite();
    let first = place.linli(&["demo"]).ok();
    assert!(
        first.contains("安全管理员") && first.contains("13900000001"),
        "{first}"
    );
    let nodes = place.count(NODES).await;
    let people = "select count(*) from user_account";
    let accounts = place.count(people).await;
    assert!(nodes > 23_000 && accounts > 17, "{nodes} {accounts}");
    assert_eq!(place.linli(&["demo"]).ok(), first);
    assert_eq!(
        (place.count(NODES).await, place.count(people).await),
        (nodes, accounts)
    );
    let report = findings(&place.linli(&["doctor", "--json"]));
    assert!(
        report.iter().any(|f| f.0 == "messages" && f.1 == "ok"),
        "{report:?}"
    );
    let refused = place
        .command()
        .env("LINLI_DEMO", "false")
        .arg("demo")
        .output()
        .unwrap();
    said(refused).fails(2, "demo = false");
    let open = place
        .command()
        .env("LINLI_PUBLIC_URL", "https://linli.example")
        .args(["doctor", "--json"])
        .output()
        .unwrap();
    assert!(
        findings(&said(open))
            .iter()
            .any(|f| f.0 == "demo" && f.1 == "error")
    );
}

#[tokio::test]
async fn the_first_administrators_come_from_the_command_line() {
    for place in Place::both().await {
        let file = place.file("divisions.csv", divisions().join("\n"));
        place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
        let add = place
            .linli(&["user", "add", "--phone", "138 1234 1234", "--name", "张三"])
            .ok();
        assert!(
            add.contains("张三") && add.contains("138****1234") && !add.contains("13812341234"),
            "{add}"
        );
        let grant = |role: &str, node: &str| {
            place.linli(&[
                "user",
                "grant",
                "--phone",
                "13812341234",
                "--role",
                role,
                "--node",
                node,
            ])
        };
        let granted = grant("security_admin", "320581").ok();
        assert!(
            granted.contains("320581") && granted.contains("安全管理员"),
            "{granted}"
        );
        grant("auditor", "320581").fails(1, "审计员");
        grant("king", "320581").fails(2, "security_admin");
        grant("resident", "320581").fails(2, "security_admin");
        grant("secretary", "999999").fails(1, "999999");
        place
            .linli(&["user", "add", "--phone", "13812341234", "--name", "李四"])
            .fails(1, "手机号");
        place
            .linli(&["user", "add", "--phone", "12", "--name", "李四"])
            .fails(1, "手机号");
        let audited = "select count(*) from audit_entry where system in ('user.add', 'user.grant')";
        assert!(place.count(audited).await >= 2);
        place.end().await;
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn keys_are_made_once_and_rotated() {
    let place = Place::sqlite();
    let path = place.folder.path().join("keys");
    let file = path.to_str().unwrap();
    let linli = |arguments: &[&str]| {
        said(
            place
                .command()
                .env_remove("LINLI_KEYS")
                .env("LINLI_KEYS_FILE", file)
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    linli(&["keys", "new", file]).ok();
    assert_eq!(mode(&path), 0o600);
    let first = fs::read_to_string(&path).unwrap();
    linli(&["keys", "new", file]).fails(1, "没有覆盖");
    assert_eq!(fs::read_to_string(&path).unwrap(), first);

    linli(&["migrate"]).ok();
    linli(&["user", "add", "--phone", "13812341234", "--name", "张三"]).ok();
    let old = Keyring::load(&first).unwrap();
    let said = linli(&["keys", "rotate", "--add"]).ok();
    assert_eq!(mode(&path), 0o600);
    let new = Keyring::load(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(
        new.current() != old.current() && said.contains(new.current()),
        "{said}"
    );
    let sealed_anew = "select count(*) from user_account where phone is not null";
    assert_eq!(place.count(sealed_anew).await, 1);
    assert!(linli(&["keys", "rotate"]).ok().contains("重新加密 0 项"));
    place.linli(&["keys", "rotate", "--add"]).fails(2, "LINLI_KEYS");
}

/// Every table as the backup's manifest counts and sums it, but for what backing up and restoring themselves note.
async fn tables(place: &Place, name: &str) -> Vec<db::backup::TableEntry> {
    let house = place.house().await;
    let manifest = db::backup::backup(&access::system(&house, "test"), &place.folder.path().join(name))
        .await
        .unwrap();
    house.db.close().await;
    manifest
        .tables
        .into_iter()
        .filter(|table| table.name != "audit_entry")
        .collect()
}

#[tokio::test]
async fn a_community_moves_to_postgres_and_back() {
    let [sqlite, mut postgres] = Place::both().await;
    let mut again = Place::sqlite();
    postgres.keys.clone_from(&sqlite.keys);
    again.keys.clone_from(&sqlite.keys);
    let file = sqlite.file("divisions.csv", divisions().join("\n"));
    sqlite
        .linli(&["import", "divisions", file.to_str().unwrap()])
        .ok();
    sqlite
        .linli(&["user", "add", "--phone", "13812341234", "--name", "张三"])
        .ok();
    sqlite
        .linli(&[
            "user",
            "grant",
            "--phone",
            "13812341234",
            "--role",
            "auditor",
            "--node",
            "320581",
        ])
        .ok();

    let first = sqlite.folder.path().join("first.linli");
    let second = sqlite.folder.path().join("second.linli");
    let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
    assert!(sqlite.linli(&["backup", first]).ok().contains("密钥不在备份里"));
    sqlite.linli(&["backup", first]).fails(1, "已经存在");
    sqlite.linli(&["restore", first]).fails(1, "空");
    postgres.linli(&["restore", first]).ok();
    postgres.linli(&["backup", second]).ok();
    again.linli(&["restore", second]).ok();

    let tables_of = [
        tables(&sqlite, "a").await,
        tables(&postgres, "b").await,
        tables(&again, "c").await,
    ];
    assert!(
        tables_of[0]
            .iter()
            .any(|table| table.name == "node" && table.rows == 6013)
    );
    let rows = |tables: &[db::backup::TableEntry]| {
        tables
            .iter()
            .map(|t| (t.name.clone(), t.rows))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&tables_of[0]), rows(&tables_of[1]));
    for (went, came) in tables_of[0].iter().zip(&tables_of[2]) {
        // PostgreSQL keeps JSON in an order of its own, so the text of what an event carries differs.
        if went.name != "event" {
            assert_eq!(went, came, "what came back is what went");
        }
    }
    assert_eq!(again.linli(&["doctor"]).out.matches("审计日志完整").count(), 1);

    let text = sqlite.file("text.linli", "不是备份");
    let fresh = Place::sqlite();
    fresh
        .linli(&["restore", text.to_str().unwrap()])
        .fails(1, "不是邻里的备份");
    let without_keys = fresh
        .command()
        .env_remove("LINLI_KEYS")
        .args(["restore", first])
        .output()
        .unwrap();
    assert!(said(without_keys).ok().contains("linli.db.keys"));
    postgres.end().await;
}

/// The findings by check, `(level, found)`.
fn findings(said: &Said) -> Vec<(String, String, String)> {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out));
    let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    list.iter()
        .map(|f| (text(f, "check"), text(f, "level"), text(f, "found")))
        .collect()
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong() {
    for place in Place::both().await {
        let doctor = |environment: &[(&str, &str)]| {
            let mut command = place.command();
            command
                .envs(environment.iter().copied())
                .args(["doctor", "--json"]);
            let said = said(command.output().unwrap());
            (said.status, findings(&said))
        };
        let level = |list: &[(String, String, String)], check: &str| {
            list.iter()
                .filter(|f| f.0 == check)
                .map(|f| f.1.clone())
                .collect::<Vec<_>>()
        };
        place.linli(&["migrate"]).ok();
        assert_eq!(level(&doctor(&[]).1, "keys"), ["warn"], "not used yet");
        place
            .linli(&["user", "add", "--phone", "13812341234", "--name", "张三"])
            .ok();
        let (status, found) = doctor(&[]);
        assert_eq!(status, 1, "nobody gets a code: {found:?}");
        for (check, expected) in [
            ("database", "ok"),
            ("keys", "ok"),
            ("clock", "ok"),
            ("jobs", "ok"),
            ("audit", "ok"),
            ("time_zone", "ok"),
            ("filing", "warn"),
            ("review_number", "warn"),
            ("tls", "warn"),
            ("messages", "error"),
        ] {
            assert_eq!(level(&found, check), [expected], "{check}: {found:?}");
        }

        let set = [
            ("LINLI_PUBLIC_URL", "https://linli.example"),
            ("LINLI_TRUSTED_PROXIES", "127.0.0.1"),
            ("LINLI_FILING__ICP", "苏ICP备00000000号"),
            ("LINLI_MAP__REVIEW_NUMBER", "苏S(2026)000号"),
            ("LINLI_MESSAGE__SENDER", "http"),
            ("LINLI_MESSAGE__URL", "https://sms.example/send"),
            ("LINLI_MESSAGE__SECRET", "0123456789abcdef"),
        ];
        let (_, found) = doctor(&set);
        for check in ["tls", "filing", "review_number", "messages"] {
            assert_eq!(level(&found, check), ["ok"], "{check}: {found:?}");
        }

        let (status, found) = doctor(&[
            ("LINLI_PUBLIC_URL", "http://linli.example"),
            ("LINLI_ROOT_NODE", "320581"),
        ]);
        assert_eq!(
            (status, level(&found, "tls"), level(&found, "root_node")),
            (1, vec!["error".into()], vec!["error".into()])
        );

        let house = place.house().await;
        let cx = access::system(&house, "test");
        let mut tx = cx.write().await.unwrap();
        let dead = "insert into job (id, kind, payload, due_at, state, attempts, created_at) \
            values ($1, 'test.fail', $2, 0, 'dead', 9, 0)";
        execute!(tx, dead, cx.id::<db::Id>(), db::Json(serde_json::json!({}))).unwrap();
        tx.commit().await.unwrap();
        house.db.close().await;
        assert_eq!(level(&doctor(&[]).1, "jobs"), ["warn"]);

        let other = Keyring::generate().to_text().replace('\n', ";");
        assert_eq!(level(&doctor(&[("LINLI_KEYS", "rubbish")]).1, "keys"), ["error"]);
        assert_eq!(level(&doctor(&[("LINLI_KEYS", &other)]).1, "keys"), ["error"]);
        let mut serve = place.command();
        serve.env("LINLI_KEYS", &other).args(["serve", "--port", "0"]);
        said(serve.output().unwrap()).fails(1, "密钥");
        place.end().await;
    }
}

#[cfg(unix)]
#[test]
fn the_doctor_sees_lost_and_open_keys() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite();
    let linli = |arguments: &[&str]| {
        said(
            place
                .command()
                .env_remove("LINLI_KEYS")
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    let keys =
        |list: &[(String, String, String)], check: &str| list.iter().any(|f| f.0 == check && f.1 == "error");
    linli(&["migrate"]).ok();
    linli(&["user", "add", "--phone", "13812341234", "--name", "张三"]).ok();
    let path = place.folder.path().join("linli.db.keys");
    assert!(!keys(&findings(&linli(&["doctor", "--json"])), "key_permissions"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(keys(&findings(&linli(&["doctor", "--json"])), "key_permissions"));
    fs::remove_file(&path).unwrap();
    assert!(keys(&findings(&linli(&["doctor", "--json"])), "keys"));
    assert!(!path.exists(), "the doctor makes none");
    assert!(linli(&["doctor"]).out.contains("不要生成新的"));
}
