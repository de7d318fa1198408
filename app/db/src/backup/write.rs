//! Writing a backup.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use tokio::sync::mpsc;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{BackupError, FORMAT, FileEntry, MANIFEST, Manifest, TableEntry, VERSION, schema};
use crate::{Audit, Conn, Cx, Tx, on, upload::FilesError};

/// Bytes that go to the writing thread at once.
const CHUNK: usize = 256 * 1024;

enum Step {
    Table(String),
    /// Already compressed.
    File(String),
    Data(Vec<u8>),
}

/// Writes a backup of everything to `path`, from one snapshot of the database. The server may go on meanwhile.
///
/// # Errors
/// [`BackupError::Exists`] rather than overwrite, [`BackupError::File`], [`BackupError::Db`], [`BackupError::Files`]; then
/// nothing is left at `path`.
pub async fn backup(cx: &Cx, path: &Path) -> Result<Manifest, BackupError> {
    if path.exists() {
        return Err(BackupError::Exists(path.display().to_string()));
    }
    let mut tx = cx.write().await?;
    tx.audit(Audit::new("core.backup.make", "backup", None)).await?;
    tx.commit().await?;
    let part = PathBuf::from(format!("{}.part", path.display()));
    let (steps, todo) = mpsc::channel(8);
    let thread = {
        let part = part.clone();
        tokio::task::spawn_blocking(move || Archive::create(&part)?.take(todo))
    };
    let collected = collect(cx, steps).await;
    let archive = thread
        .await
        .map_err(|error| BackupError::NotABackup(error.to_string()))?;
    let finished = match (archive, collected) {
        // The writer's own error is the cause of a collector that found nobody listening.
        (Err(error), _) => Err(error),
        (Ok(_), Err(error)) => Err(error),
        (Ok(archive), Ok(manifest)) => {
            let to = path.to_owned();
            let from = part.clone();
            let named = manifest.clone();
            tokio::task::spawn_blocking(move || {
                archive.finish(&named)?;
                std::fs::rename(&from, &to).map_err(|error| BackupError::file(&to, error))
            })
            .await
            .map_err(|error| BackupError::NotABackup(error.to_string()))?
            .map(|()| manifest)
        }
    };
    if finished.is_err() {
        // The half of a backup helps nobody; that it may not be there is fine.
        let _gone = tokio::fs::remove_file(&part).await;
    }
    finished
}

async fn collect(cx: &Cx, steps: mpsc::Sender<Step>) -> Result<Manifest, BackupError> {
    let schema = cx.db().migration_state().await?.applied;
    let mut tx = cx.read().await?;
    let mut manifest = Manifest {
        format: FORMAT.into(),
        version: VERSION,
        program: env!("CARGO_PKG_VERSION").into(),
        engine: tx.engine().name().into(),
        schema,
        made_at: cx.now(),
        keys: cx.keys().ids().map(ToOwned::to_owned).collect(),
        tables: Vec::new(),
        files: Vec::new(),
        missing: Vec::new(),
    };
    for table in schema::tables(&mut tx).await? {
        manifest.tables.push(write_table(&mut tx, &table, &steps).await?);
    }
    let objects: Vec<String> = on!(tx, |c| sqlx::query_scalar(
        "select object from upload order by object"
    )
    .fetch_all(c)
    .await)?;
    for object in objects {
        match write_file(cx, &object, &steps).await {
            Ok(entry) => manifest.files.push(entry),
            // Deleted since the snapshot, or never stored.
            Err(BackupError::Files(FilesError::Missing(_))) => manifest.missing.push(object),
            Err(error) => return Err(error),
        }
    }
    Ok(manifest)
}

async fn write_table(
    tx: &mut Tx,
    table: &schema::Table,
    steps: &mpsc::Sender<Step>,
) -> Result<TableEntry, BackupError> {
    send(steps, Step::Table(format!("tables/{}.jsonl", table.name))).await?;
    let sql = table.select(tx.engine());
    // The names in the text come from the database's own catalogue.
    let query = AssertSqlSafe(sql);
    let (mut rows, mut sum, mut chunk) = (0, Sha256::new(), Vec::with_capacity(CHUNK));
    let mut stream = match &mut tx.conn {
        Conn::Sqlite(t) => sqlx::query_scalar::<_, String>(query).fetch(&mut **t),
        Conn::Postgres(t) => sqlx::query_scalar::<_, String>(query).fetch(&mut **t),
    };
    while let Some(line) = stream.try_next().await? {
        rows += 1;
        chunk.extend_from_slice(line.as_bytes());
        chunk.push(b'\n');
        if chunk.len() >= CHUNK {
            sum.update(&chunk);
            send(
                steps,
                Step::Data(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK))),
            )
            .await?;
        }
    }
    sum.update(&chunk);
    send(steps, Step::Data(chunk)).await?;
    Ok(TableEntry {
        name: table.name.clone(),
        columns: table.columns.iter().map(|c| c.name.clone()).collect(),
        rows,
        sha256: hex::encode(sum.finalize()),
    })
}

async fn write_file(cx: &Cx, object: &str, steps: &mpsc::Sender<Step>) -> Result<FileEntry, BackupError> {
    let mut bytes = cx.files().get(object).await?;
    send(steps, Step::File(format!("files/{object}"))).await?;
    let (mut size, mut sum) = (0, Sha256::new());
    while let Some(chunk) = bytes.try_next().await? {
        size += chunk.len() as u64;
        sum.update(&chunk);
        send(steps, Step::Data(chunk)).await?;
    }
    Ok(FileEntry {
        object: object.to_owned(),
        size,
        sha256: hex::encode(sum.finalize()),
    })
}

async fn send(steps: &mpsc::Sender<Step>, step: Step) -> Result<(), BackupError> {
    steps
        .send(step)
        .await
        .map_err(|_| BackupError::NotABackup("写入中断".into()))
}

struct Archive {
    zip: ZipWriter<BufWriter<File>>,
    path: PathBuf,
}

impl Archive {
    fn create(path: &Path) -> Result<Self, BackupError> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(path)
            .map_err(|error| BackupError::file(path, error))?;
        Ok(Self {
            zip: ZipWriter::new(BufWriter::new(file)),
            path: path.to_owned(),
        })
    }

    fn take(mut self, mut todo: mpsc::Receiver<Step>) -> Result<Self, BackupError> {
        // Sizes are not known beforehand; `large_file` leaves room for more than 4 GB.
        let text = SimpleFileOptions::default()
            .large_file(true)
            .compression_method(CompressionMethod::Deflated);
        let stored = text.compression_method(CompressionMethod::Stored);
        while let Some(step) = todo.blocking_recv() {
            match step {
                Step::Table(name) => self.zip.start_file(name, text)?,
                Step::File(name) => self.zip.start_file(name, stored)?,
                Step::Data(bytes) => {
                    self.zip
                        .write_all(&bytes)
                        .map_err(|error| BackupError::file(&self.path, error))?;
                }
            }
        }
        Ok(self)
    }

    fn finish(mut self, manifest: &Manifest) -> Result<(), BackupError> {
        let failed = |error| BackupError::file(&self.path, error);
        self.zip.start_file(MANIFEST, SimpleFileOptions::default())?;
        let text = serde_json::to_vec_pretty(manifest).map_err(|error| failed(error.into()))?;
        self.zip.write_all(&text).map_err(failed)?;
        let file = self
            .zip
            .finish()?
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)
    }
}
