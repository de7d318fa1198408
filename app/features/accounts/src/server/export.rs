//! Everything held about somebody, as a zip of JSON and of the files that they handed in, to take away.

use std::{
    fmt,
    io::{self, BufWriter, Write},
    sync::Arc,
};

use db::{
    Audit, Cx,
    upload::{self, Files, Upload},
};
use futures::{Stream, StreamExt, future::BoxFuture, stream};
use serde::Serialize;
use serde_json::Value;
use shared::AppError;
use tokio::{runtime::Handle, sync::mpsc, task::spawn_blocking};
use zip::{
    CompressionMethod, ZipWriter,
    result::{ZipError, ZipResult},
    write::SimpleFileOptions,
};

use super::{
    account, act, basis, child, delegation,
    limit::{self, Limit},
    looks, relative, residency, role, session,
};
use crate::model::Ground;

/// What is written before the browser has taken it: this many pieces of this many bytes.
const AHEAD: usize = 4;
const PIECE: usize = 64 << 10;

/// One file of the archive.
struct Part {
    name: &'static str,
    json: Vec<u8>,
}

fn part(name: &'static str, value: &impl Serialize) -> Result<Part, AppError> {
    Ok(Part {
        name,
        json: serde_json::to_vec_pretty(value).map_err(|error| db::internal(&error))?,
    })
}

const README: &str = "这里是邻里保存的、与您有关的全部账号信息，格式为 JSON（UTF-8）。\r\n\
    account.json    账号：姓名、手机号\r\n\
    residency.json  居住登记\r\n\
    roles.json      担任过的角色\r\n\
    devices.json    登录着的设备\r\n\
    basis.json      保存每类信息的依据，同意和撤回的时间\r\n\
    relatives.json  亲友代办\r\n\
    guardians.json  监护关系\r\n\
    delegations.json 请假委托\r\n\
    looks.json      谁在什么时候、为什么看过您的信息";

type Gathered = BoxFuture<'static, Result<Value, AppError>>;

/// What a later pillar holds about the signed-in person: a file of the archive, and the line that explains it.
#[derive(Clone)]
pub struct Holding {
    file: &'static str,
    explained: &'static str,
    ground: Option<Ground>,
    gather: Arc<dyn Fn(Cx) -> Gathered + Send + Sync>,
}

impl fmt::Debug for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Holding").field(&self.file).finish()
    }
}

impl Holding {
    /// `file` is the archive's file, such as `notices.json`.
    pub fn new<F>(
        file: &'static str,
        explained: &'static str,
        gather: impl Fn(Cx) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Value, AppError>> + Send + 'static,
    {
        Self {
            file,
            explained,
            ground: None,
            gather: Arc::new(move |cx| Box::pin(gather(cx))),
        }
    }

    /// What it is held for and on what basis, shown on the page of one's data and told in `basis.json`. One whose own page says so
    /// of each kind has none here.
    #[must_use]
    pub fn resting_on(mut self, ground: Ground) -> Self {
        self.ground = Some(ground);
        self
    }
}

/// What those of `holdings` that say so are held for, and on what basis.
pub fn grounds(holdings: &[Holding]) -> Vec<Ground> {
    holdings
        .iter()
        .filter_map(|holding| holding.ground.clone())
        .collect()
}

/// What all later pillars hold; the server, which knows them, gives it to [`super::routes`].
pub type Holdings = Arc<[Holding]>;

/// What is held about somebody, ready to be packed.
pub struct Archive {
    readme: String,
    parts: Vec<Part>,
    uploads: Vec<Upload>,
    files: Files,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Archive")
    }
}

/// Gathers what is held about the signed-in person, here and by later pillars.
///
/// # Errors
/// [`AppError::TooManyRequests`], or as the database fails.
pub async fn archive(cx: &Cx, holdings: &[Holding]) -> Result<Archive, AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    limit::take(cx, Limit::Export, &user.to_string()).await?;
    let delegations = delegation::list(cx).await?;
    let mut readme = README.to_owned();
    let mut held = Vec::new();
    for holding in holdings {
        readme.push_str(&format!("\r\n{:<16}{}", holding.file, holding.explained));
        held.push(part(holding.file, &(holding.gather)(cx.clone()).await?)?);
    }
    readme.push_str("\r\n");
    let mut tx = cx.write().await?;
    let account = account::mine(&mut tx, cx).await?;
    let mut records: Vec<Value> = basis::of_user(&mut tx, user)
        .await?
        .into_iter()
        .map(|record| {
            serde_json::json!({
                "kind": record.kind.label(), "purpose": record.kind.purpose(), "basis": record.kind.basis().label(),
                "version": record.version, "given_at": record.given_at.rfc3339(),
                "withdrawn_at": record.withdrawn_at.map(shared::Timestamp::rfc3339),
            })
        })
        .collect();
    records.extend(grounds(holdings).into_iter().map(|ground| {
        serde_json::json!({
            "kind": ground.label, "purpose": ground.purpose, "basis": ground.basis.label(), "version": ground.version,
        })
    }));
    let mut parts = vec![
        part(
            "account.json",
            &serde_json::json!({
                "id": user, "name": account.name(cx.keys())?, "phone": account.phone(cx.keys())?,
                "created_at": account.created_at.rfc3339(), "second_factor": account.has_factor(),
            }),
        )?,
        part("residency.json", &residency::of_user(&mut tx, cx, user).await?)?,
        part("roles.json", &role::of_user(&mut tx, user).await?)?,
        part("devices.json", &session::devices(&mut tx, user, None).await?)?,
        part("basis.json", &records)?,
        part("relatives.json", &relative::of_user(&mut tx, user).await?)?,
        part("guardians.json", &child::of_user(&mut tx, user).await?)?,
        part("delegations.json", &delegations)?,
        part("looks.json", &looks::of_user(&mut tx, user).await?)?,
    ];
    parts.append(&mut held);
    let uploads = upload::of_owner(&mut tx, user).await?;
    tx.audit(Audit::new("accounts.data.export", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(Archive {
        readme,
        parts,
        uploads,
        files: cx.files().clone(),
    })
}

/// A file as `files.json` tells it.
#[derive(Serialize)]
struct Told<'a> {
    /// Where it lies in the archive; `None` if the store has lost it.
    path: Option<String>,
    name: &'a str,
    media_type: &'a str,
    size: i64,
    sha256: &'a str,
    created_at: String,
}

impl Archive {
    /// The zip, made as it is taken: neither it nor a file in it is ever held whole. If the store fails on the way, the stream
    /// ends with an error, so that the download is seen to be broken.
    pub fn stream(self) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
        let (sender, mut pieces) = mpsc::channel(AHEAD);
        let handle = Handle::current();
        spawn_blocking(move || {
            let pipe = BufWriter::with_capacity(PIECE, Pipe(sender.clone()));
            if let Err(error) = self.pack(pipe, &handle) {
                let error = io::Error::other(error);
                tracing::warn!(%error, "an export broke off");
                // Whoever took it may have gone.
                _ = sender.blocking_send(Err(error));
            }
        });
        stream::poll_fn(move |context| pieces.poll_recv(context))
    }

    fn pack(&self, out: impl Write, handle: &Handle) -> ZipResult<()> {
        let mut zip = ZipWriter::new_stream(out);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file("说明.txt", options)?;
        zip.write_all(self.readme.as_bytes())?;
        for part in &self.parts {
            zip.start_file(part.name, options)?;
            zip.write_all(&part.json)?;
        }
        let mut told = Vec::new();
        for (at, upload) in self.uploads.iter().enumerate() {
            // The names that people give may be alike.
            let path = format!("files/{:03}-{}", at + 1, upload.name);
            let found = match handle.block_on(self.files.serve(upload)) {
                Ok(mut served) => {
                    zip.start_file(path.as_str(), options)?;
                    while let Some(chunk) = handle.block_on(served.body.next()) {
                        zip.write_all(&chunk.map_err(|error| ZipError::Io(io::Error::other(error)))?)?;
                    }
                    true
                }
                Err(upload::FilesError::Missing(_)) => false,
                Err(error) => return Err(ZipError::Io(io::Error::other(error))),
            };
            told.push(Told {
                path: found.then_some(path),
                name: &upload.name,
                media_type: &upload.media_type,
                size: upload.size,
                sha256: &upload.sha256,
                created_at: upload.created_at.rfc3339(),
            });
        }
        zip.start_file("files.json", options)?;
        serde_json::to_writer_pretty(&mut zip, &told).map_err(io::Error::from)?;
        zip.finish()?.into_inner().flush()?;
        Ok(())
    }
}

/// The writing end of the stream.
struct Pipe(mpsc::Sender<io::Result<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(bytes.to_vec())).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
