//! Restoring a backup into an empty database of either engine.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use tokio::sync::mpsc;
use zip::ZipArchive;

use super::{BackupError, FORMAT, FileEntry, MANIFEST, Manifest, TableEntry, VERSION, schema};
use crate::{Audit, Cx, Engine, Tx, execute};

/// Bytes of rows that go to the database at once.
const CHUNK: usize = 1024 * 1024;
/// The longest line that is read: an upload's worth of bytes in hexadecimal.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

/// Loads the backup at `path` into the empty database of `cx`: first up to the backup's own migration, then the rows,
/// then the migrations that this program knows beyond it. Uploads go to the configured store.
///
/// # Errors
/// Each variant of [`BackupError`] says what to do. Rows are stored all or none.
pub async fn restore(cx: &Cx, path: &Path) -> Result<Manifest, BackupError> {
    let manifest = {
        let path = path.to_owned();
        blocking(move || read_manifest(&path)).await?
    };
    let db = cx.db();
    let state = db.migration_state().await?;
    if manifest.version > VERSION || manifest.schema > state.known {
        return Err(BackupError::FromTheFuture {
            version: manifest.version,
            schema: manifest.schema,
        });
    }
    if state.applied > manifest.schema {
        return Err(BackupError::TargetNewer {
            found: state.applied,
            schema: manifest.schema,
        });
    }
    if state.applied > 0 {
        must_be_empty(cx).await?;
    }
    db.migrate_to(manifest.schema).await?;
    for entry in &manifest.files {
        let (from, wanted) = (path.to_owned(), entry.clone());
        let body = blocking(move || read_file(&from, &wanted)).await?;
        cx.files().put(&entry.object, body).await?;
    }
    let mut tx = cx.write().await?;
    load(&mut tx, path, &manifest).await?;
    tx.audit(Audit::new("core.backup.restore", "backup", None))
        .await?;
    tx.commit().await?;
    db.migrate().await?;
    Ok(manifest)
}

async fn must_be_empty(cx: &Cx) -> Result<(), BackupError> {
    let mut tx = cx.read().await?;
    for table in schema::tables(&mut tx).await? {
        if table.is_filled(&mut tx).await? {
            return Err(BackupError::NotEmpty(table.name));
        }
    }
    Ok(())
}

async fn load(tx: &mut Tx, path: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let engine = tx.engine();
    let tables = schema::tables(tx).await?;
    let keys = schema::foreign_keys(tx).await?;
    if engine == Engine::Sqlite {
        execute!(tx, "pragma defer_foreign_keys = on")?;
    }
    for (table, name, _) in &keys {
        let sql = format!("alter table \"{table}\" drop constraint \"{name}\"");
        execute!(tx, AssertSqlSafe(sql))?;
    }
    // What a migration put in is in the backup too.
    for table in tables.iter().filter(|t| t.search_of.is_none()) {
        if table.is_filled(tx).await? {
            let sql = format!("delete from \"{}\"", table.name);
            execute!(tx, AssertSqlSafe(sql))?;
        }
    }
    for entry in &manifest.tables {
        let table = tables.iter().find(|t| t.name == entry.name);
        let table = table.ok_or_else(|| BackupError::Schema(entry.name.clone()))?;
        if !table.columns.iter().map(|c| &c.name).eq(entry.columns.iter()) {
            return Err(BackupError::Schema(entry.name.clone()));
        }
        load_table(tx, path, entry, &table.insert(engine)).await?;
    }
    for (table, name, definition) in &keys {
        let sql = format!("alter table \"{table}\" add constraint \"{name}\" {definition}");
        execute!(tx, AssertSqlSafe(sql))?;
    }
    Ok(())
}

async fn load_table(tx: &mut Tx, path: &Path, entry: &TableEntry, insert: &str) -> Result<(), BackupError> {
    let (chunks, mut next) = mpsc::channel(4);
    let reader = {
        let (path, entry) = (path.to_owned(), entry.clone());
        tokio::task::spawn_blocking(move || read_table(&path, &entry, &chunks))
    };
    while let Some(rows) = next.recv().await {
        let rows: String = rows;
        execute!(tx, AssertSqlSafe(insert), rows)?;
    }
    reader
        .await
        .map_err(|error| BackupError::NotABackup(error.to_string()))?
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| BackupError::NotABackup(error.to_string()))?
}

fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>, BackupError> {
    let file = File::open(path).map_err(|error| BackupError::file(path, error))?;
    Ok(ZipArchive::new(BufReader::new(file))?)
}

fn read_manifest(path: &Path) -> Result<Manifest, BackupError> {
    let mut zip = open(path)?;
    let mut text = String::new();
    let entry = zip.by_name(MANIFEST)?;
    entry
        .take(64 * 1024 * 1024)
        .read_to_string(&mut text)
        .map_err(|error| BackupError::file(path, error))?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| BackupError::NotABackup(error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(BackupError::NotABackup(manifest.format));
    }
    // Names become paths in the store and in the archive.
    let odd = |name: &str| {
        name.split('/')
            .any(|part| part.is_empty() || part.starts_with('.'))
            || name.contains('\\')
    };
    if let Some(file) = manifest.files.iter().find(|f| odd(&f.object)) {
        return Err(BackupError::NotABackup(file.object.clone()));
    }
    Ok(manifest)
}

fn read_file(path: &Path, wanted: &FileEntry) -> Result<Vec<u8>, BackupError> {
    let mut zip = open(path)?;
    let name = format!("files/{}", wanted.object);
    let mut body = Vec::new();
    let entry = zip.by_name(&name)?;
    entry
        .take(wanted.size + 1)
        .read_to_end(&mut body)
        .map_err(|_| BackupError::Damaged(name.clone()))?;
    if body.len() as u64 != wanted.size || hex::encode(Sha256::digest(&body)) != wanted.sha256 {
        return Err(BackupError::Damaged(name));
    }
    Ok(body)
}

/// Sends the rows of a table as JSON arrays of about [`CHUNK`] bytes, and checks their sum at the end.
fn read_table(path: &Path, wanted: &TableEntry, chunks: &mpsc::Sender<String>) -> Result<(), BackupError> {
    let mut zip = open(path)?;
    let name = format!("tables/{}.jsonl", wanted.name);
    let damaged = || BackupError::Damaged(name.clone());
    let mut lines = BufReader::new(zip.by_name(&name)?);
    let (mut sum, mut rows) = (Sha256::new(), 0);
    let mut chunk = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        let read = lines
            .by_ref()
            .take(LONGEST_LINE)
            .read_line(&mut line)
            .map_err(|_| damaged())?;
        if read > 0 {
            sum.update(line.as_bytes());
            rows += 1;
            chunk.push(if chunk.is_empty() { '[' } else { ',' });
            chunk.push_str(line.trim_end());
        }
        if !chunk.is_empty() && (read == 0 || chunk.len() >= CHUNK) {
            chunk.push(']');
            if chunks.blocking_send(std::mem::take(&mut chunk)).is_err() {
                // The database refused a chunk and says why.
                return Ok(());
            }
        }
        if read == 0 {
            break;
        }
    }
    if rows != wanted.rows || hex::encode(sum.finalize()) != wanted.sha256 {
        return Err(damaged());
    }
    Ok(())
}
