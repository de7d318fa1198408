use std::{
    collections::BTreeMap,
    io::{Read, Write},
    sync::{Arc, Mutex},
};

use futures::TryStreamExt;
use serde_json::{Value, json};
use shared::{NodeId, RecordId, Timestamp};

use super::{schema::Kind, *};
use crate::{
    Conn, Engine, Event, NewJob, Setting, Tx, access, counter, execute, idempotency,
    test::{TestDb, TestResult, on_both, person},
    throttle,
    upload::{self, Accept, Files},
};

/// Rows by table, in one order, JSON columns parsed.
type Content = BTreeMap<String, Vec<String>>;

async fn content(tx: &mut Tx) -> Result<Content, BackupError> {
    let mut content = Content::new();
    for table in schema::tables(tx).await? {
        let query = sqlx::AssertSqlSafe(table.select(tx.engine()));
        let lines: Vec<String> = match &mut tx.conn {
            Conn::Sqlite(t) => sqlx::query_scalar(query).fetch(&mut **t).try_collect().await?,
            Conn::Postgres(t) => sqlx::query_scalar(query).fetch(&mut **t).try_collect().await?,
        };
        let mut rows: Vec<String> = lines.iter().map(|line| canonical(line, &table)).collect();
        rows.sort();
        content.insert(table.name, rows);
    }
    Ok(content)
}

/// What SQLite calls text.
const JSON: [(&str, &str); 5] = [
    ("event", "data"),
    ("job", "payload"),
    ("setting", "value"),
    ("idempotency", "response"),
    ("kinds", "doc"),
];

fn canonical(line: &str, table: &schema::Table) -> String {
    let mut row: Vec<Value> = serde_json::from_str(line).unwrap();
    for (value, column) in row.iter_mut().zip(&table.columns) {
        let Value::String(text) = value else { continue };
        // Spaces and the order of keys are the engine's own.
        if column.kind == Kind::Json || JSON.contains(&(table.name.as_str(), column.name.as_str())) {
            *value = serde_json::from_str(text).unwrap();
        }
        if table.search_of.is_some() && column.name == "terms" {
            let terms: std::collections::BTreeSet<&str> =
                value.as_str().unwrap_or_default().split(' ').collect();
            *value = json!(terms);
        }
    }
    json!(row).to_string()
}

/// Something in every table of the data layer, and a table with each kind of column.
async fn fill(t: &TestDb) -> TestResult {
    let mut tx = t.cx.write().await?;
    make_kinds(&mut tx).await?;
    let insert = "insert into kinds (id, parent, flag, amount, share, raw, doc, words) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (root, child): (RecordId, RecordId) = (RecordId(uuid::Uuid::max()), t.cx.id());
    let raw: Vec<u8> = (0..=255).collect();
    let doc = crate::Json(json!({ "b": [1, null, "长"], "a": { "x": 1.5 } }));
    let words = "换行\n\"引号\" \\ 😀 {\"not\": json";
    let none: Option<RecordId> = None;
    execute!(
        tx,
        insert,
        root,
        none,
        true,
        i64::MAX,
        0.1_f64,
        raw,
        doc.clone(),
        words
    )?;
    execute!(
        tx,
        insert,
        child,
        root,
        false,
        i64::MIN,
        -1.5e-9_f64,
        Vec::<u8>::new(),
        doc,
        ""
    )?;
    let only = "insert into kinds (id) values ($1)";
    execute!(tx, only, t.cx.id::<RecordId>())?;
    tx.publish(Event {
        topic: "x".into(),
        kind: "test.thing.done",
        subject: Some(root),
        data: json!({ "n": 1 }),
    })
    .await?;
    tx.enqueue(NewJob {
        kind: "test.job",
        payload: json!([1]),
        due: t.cx.now(),
        key: Some("k".into()),
    })
    .await?;
    counter::next(&mut tx, "report", NodeId(root.0), 2026).await?;
    Setting::new("test.number")
        .set(&mut tx, &json!("苏S(2026)1号"))
        .await?;
    let user = person(t);
    idempotency::begin::<i64>(&mut tx, user.user, "device-key-1", "x").await?;
    tx.commit().await?;
    throttle::take(&t.cx, "x", 3, std::time::Duration::from_secs(60)).await?;
    upload::receive(
        &t.cx,
        "通知.pdf",
        b"%PDF-1.7\n%EOF".to_vec(),
        Accept::ImagesAndDocuments,
    )
    .await?;
    let mut tx = t.cx.write().await?;
    tx.audit(crate::Audit::new("test.thing.do", "thing", None).because("duty", Some("因工作需要")))
        .await?;
    tx.commit().await?;
    t.clock.advance(60 * Timestamp::SECOND);
    crate::audit::chain::close_all(&t.cx).await?;
    crate::event::relay::turn(&t.cx, t.cx.id()).await?;
    Ok(())
}

/// Without the one row that restoring itself adds.
fn without_restore(mut content: Content) -> Content {
    if let Some(rows) = content.get_mut("audit_entry") {
        rows.retain(|row| !row.contains("core.backup.restore"));
    }
    content
}

#[tokio::test]
async fn goes_from_each_engine_into_each_and_nothing_is_lost() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let made: Arc<Mutex<Vec<Content>>> = Arc::default();
    {
        let (folder, made) = (Arc::clone(&folder), Arc::clone(&made));
        on_both(move |t| {
            let (folder, made) = (Arc::clone(&folder), Arc::clone(&made));
            async move {
                fill(&t).await?;
                let path = folder.path().join(format!("{}.zip", t.db.engine().name()));
                let manifest = backup(&t.cx, &path).await?;
                assert_eq!((manifest.files.len(), manifest.missing.len()), (1, 0));
                assert!(matches!(backup(&t.cx, &path).await, Err(BackupError::Exists(_))));
                assert!(matches!(
                    restore(&t.cx, &path).await,
                    Err(BackupError::NotEmpty(_))
                ));
                let content = content(&mut t.cx.read().await?).await?;
                assert!(
                    content.iter().filter(|(_, rows)| !rows.is_empty()).count() >= 12,
                    "{content:?}"
                );
                made.lock().unwrap().push(content);
                Ok(())
            }
        })
        .await;
    }
    on_both(move |t| {
        let (folder, made) = (Arc::clone(&folder), Arc::clone(&made));
        async move {
            let made = made.lock().unwrap().clone();
            for (engine, before) in ["sqlite", "postgres"].into_iter().zip(made) {
                let (target, _guard) = empty_like(&t, engine).await?;
                let house = target.clone().with_files(Files::memory());
                let cx = access::system(&house, "test");
                target.db.migrate().await?;
                let mut tx = cx.write().await?;
                make_kinds(&mut tx).await?;
                tx.commit().await?;
                let path = folder.path().join(format!("{engine}.zip"));
                let manifest = restore(&cx, &path).await?;
                assert_eq!(manifest.engine, engine);
                let after = without_restore(content(&mut cx.read().await?).await?);
                for (table, rows) in &before {
                    assert_eq!(
                        after.get(table),
                        Some(rows),
                        "{engine} into {}: {table}",
                        t.db.engine().name()
                    );
                }
                assert_eq!(before.len(), after.len());
                let object = &manifest.files[0].object;
                let body: Vec<Vec<u8>> = house.files.get(object).await?.try_collect().await?;
                assert_eq!(body.concat(), b"%PDF-1.7\n%EOF");
                assert_eq!(
                    crate::audit::chain::verify(&cx).await?.broken,
                    None,
                    "the chain came along"
                );
                target.db.close().await;
            }
            Ok(())
        }
    })
    .await;
}

async fn make_kinds(tx: &mut Tx) -> TestResult {
    let sql = match tx.engine() {
        Engine::Sqlite => {
            "create table kinds (id text primary key, parent text references kinds (id), flag boolean, amount bigint, \
             share real, raw blob, doc text, words text)"
        }
        Engine::Postgres => {
            "create table kinds (id uuid primary key, parent uuid references kinds (id), flag boolean, amount bigint, \
             share double precision, raw bytea, doc jsonb, words text)"
        }
    };
    execute!(tx, sql)?;
    Ok(())
}

/// Another empty database of the engine of `t`.
async fn empty_like(
    t: &TestDb,
    name: &str,
) -> Result<(crate::House, Option<tempfile::TempDir>), Box<dyn std::error::Error + Send + Sync>> {
    let (url, guard) = match t.db.engine() {
        Engine::Sqlite => {
            let folder = tempfile::tempdir()?;
            (
                format!("sqlite:{}", folder.path().join("target.db").display()),
                Some(folder),
            )
        }
        Engine::Postgres => {
            // A schema of its own inside the test's database goes when that goes.
            let mut tx = t.cx.write().await?;
            execute!(tx, sqlx::AssertSqlSafe(format!("create schema restore_{name}")))?;
            tx.commit().await?;
            let database: String = {
                let mut tx = t.cx.read().await?;
                let Conn::Postgres(c) = &mut tx.conn else {
                    return Err("not PostgreSQL".into());
                };
                sqlx::query_scalar("select current_database()::text")
                    .fetch_one(&mut **c)
                    .await?
            };
            let server = crate::test::with_database(&std::env::var("LINLI_TEST_POSTGRES")?, &database);
            let join = if server.contains('?') { '&' } else { '?' };
            (
                format!("{server}{join}options=-c%20search_path%3Drestore_{name}"),
                None,
            )
        }
    };
    let mut house = t.house.clone();
    house.db = crate::Db::connect(&url).await?;
    Ok((house, guard))
}

#[tokio::test]
async fn refuses_what_is_damaged_newer_or_no_backup() {
    on_both(|t| async move {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("b.zip");
        backup(&t.cx, &path).await?;
        let (house, _guard) = empty_like(&t, "x").await?;
        let cx = access::system(&house, "test");

        let text = folder.path().join("text.zip");
        std::fs::write(&text, "not a zip")?;
        assert!(matches!(
            restore(&cx, &text).await,
            Err(BackupError::NotABackup(_))
        ));
        assert!(matches!(
            restore(&cx, &folder.path().join("none.zip")).await,
            Err(BackupError::File { .. })
        ));

        let changed = folder.path().join("changed.zip");
        rewrite(&path, &changed, |name, body| {
            if name == "tables/audit_entry.jsonl" {
                body.replace("core.backup.make", "core.backup.fake")
            } else {
                body
            }
        })?;
        assert!(matches!(
            restore(&cx, &changed).await,
            Err(BackupError::Damaged(_))
        ));
        let newer = folder.path().join("newer.zip");
        rewrite(&path, &newer, |name, body| {
            if name == MANIFEST {
                body.replace("\"schema\": ", "\"schema\": 9")
            } else {
                body
            }
        })?;
        assert!(matches!(
            restore(&cx, &newer).await,
            Err(BackupError::FromTheFuture { .. })
        ));
        let odd = folder.path().join("odd.zip");
        rewrite(&path, &odd, |name, body| {
            let file = r#""files": [{"object": "../../etc/x", "size": 1, "sha256": ""}]"#;
            if name == MANIFEST {
                body.replace("\"files\": []", file)
            } else {
                body
            }
        })?;
        assert!(matches!(
            restore(&cx, &odd).await,
            Err(BackupError::NotABackup(_))
        ));
        restore(&cx, &path).await?;
        house.db.close().await;
        Ok(())
    })
    .await;
}

fn rewrite(
    from: &std::path::Path,
    to: &std::path::Path,
    edit: impl Fn(&str, String) -> String,
) -> TestResult {
    let mut old = zip::ZipArchive::new(std::fs::File::open(from)?)?;
    let mut new = zip::ZipWriter::new(std::fs::File::create(to)?);
    for i in 0..old.len() {
        let mut entry = old.by_index(i)?;
        let mut body = String::new();
        entry.read_to_string(&mut body)?;
        let name = entry.name()?.into_owned();
        new.start_file(&name, zip::write::SimpleFileOptions::default())?;
        new.write_all(edit(&name, body).as_bytes())?;
    }
    new.finish()?;
    Ok(())
}
