//! Files that people send: told by their content, limited, images made anew, kept under random names.
//!
//! An upload belongs to nobody's record until it is claimed; unclaimed ones are swept after a day. What is stored was
//! either encoded by this program (images) or is served as a download only, so a browser never executes it.

mod files;
mod picture;
mod serve;
mod sniff;
mod sound;

use futures::{Stream, StreamExt};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::{AppError, RecordId, Timestamp, UserId, photo, voice};

use crate::{Cx, DbError, NewJob, Tx, error::internal, execute, job::Outcome, on};

#[cfg(feature = "s3")]
pub use files::S3;
pub use files::{Files, FilesError};
pub use serve::{Keep, Served};
pub use sniff::Accept;

/// The largest file, in bytes.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// An upload that nothing has claimed is swept after this.
const UNCLAIMED: i64 = Timestamp::DAY;
/// The job that deletes an object once its row is gone.
pub const ERASE: &str = "core.upload.erase";

/// A file that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Upload {
    pub id: RecordId,
    pub owner_id: Option<UserId>,
    pub record_kind: Option<String>,
    pub record_id: Option<RecordId>,
    /// Where the store keeps it.
    pub object: String,
    /// As the sender named it, for the download.
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Pixels, of an image.
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub sha256: String,
    pub created_at: Timestamp,
}

const COLUMNS: &str =
    "id, owner_id, record_kind, record_id, object, name, media_type, size, width, height, sha256, created_at";
const INSERT: &str = "insert into upload (id, owner_id, object, name, media_type, size, width, height, sha256, created_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const FIND: &str = "where id = $1";
const OF_RECORD: &str = "where record_kind = $1 and record_id = $2 order by created_at, id limit 200";
const OF_OWNER: &str = "where owner_id = $1 order by created_at, id";
const STALE: &str = "where record_id is null and created_at < $1 order by created_at limit 500";
const CLAIM: &str = "update upload set record_kind = $2, record_id = $3 \
    where id = $1 and record_id is null and (owner_id = $4 or (owner_id is null and $4 is null))";
const DELETE: &str = "delete from upload where id = $1 returning object";
const DELETE_STALE: &str = "delete from upload where id = $1 and record_id is null returning object";
const UNCLAIMED_OF: &str = "select id from upload where owner_id = $1 and record_id is null";
// The name that its sender gave a file may tell who they are. Its ending says by the content how to open it, and stays: the media
// types are those of `sniff`.
const DISOWN: &str = "update upload set owner_id = null, name = '附件' || case media_type \
    when 'image/jpeg' then '.jpg' when 'image/png' then '.png' when 'application/pdf' then '.pdf' \
    when 'audio/webm' then '.webm' when 'audio/mp4' then '.m4a' \
    when 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' then '.docx' \
    when 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' then '.xlsx' else '' end \
    where owner_id = $1";

/// Reads a body of at most [`LARGEST`] bytes.
///
/// # Errors
/// [`AppError::TooLarge`] as soon as it is longer, [`AppError::Unavailable`] if it breaks off.
pub async fn collect<B: AsRef<[u8]>, E>(body: impl Stream<Item = Result<B, E>>) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    futures::pin_mut!(body);
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| AppError::Unavailable)?;
        if bytes.len() + chunk.as_ref().len() > LARGEST {
            return Err(AppError::TooLarge);
        }
        bytes.extend_from_slice(chunk.as_ref());
    }
    Ok(bytes)
}

/// Takes in a file for the signed-in person.
///
/// # Errors
/// [`AppError::Invalid`] for a name or a content that is not taken, [`AppError::TooLarge`], [`AppError::Internal`] if
/// the store fails.
pub async fn receive(cx: &Cx, name: &str, body: Vec<u8>, accept: Accept) -> Result<Upload, AppError> {
    if body.len() > LARGEST {
        return Err(AppError::TooLarge);
    }
    let name = sniff::name(name)?;
    take_in(cx, Some(name), body, accept).await
}

/// Takes in a photo for the signed-in person. Its name is ours: what the sender calls it may say whose it is, and would go out with it.
///
/// # Errors
/// As [`receive`], each beside the field [`photo::FIELD`].
pub async fn receive_photo(cx: &Cx, body: Vec<u8>) -> Result<Upload, AppError> {
    if body.len() > photo::LARGEST {
        return Err(photo::too_large());
    }
    take_in(cx, None, body, Accept::Images).await
}

/// Takes in spoken words, under a name of ours as [`receive_photo`]. They are kept as they were recorded.
///
/// # Errors
/// As [`receive`], each beside the field [`voice::FIELD`].
pub async fn receive_voice(cx: &Cx, body: Vec<u8>) -> Result<Upload, AppError> {
    if body.len() > voice::LARGEST {
        return Err(voice::too_large());
    }
    take_in(cx, None, body, Accept::Voice).await
}

async fn take_in(cx: &Cx, name: Option<String>, body: Vec<u8>, accept: Accept) -> Result<Upload, AppError> {
    let kind = sniff::kind(&body, accept)?;
    let (body, media_type, pixels) = if kind.is_image() {
        // Decoding takes tens of milliseconds: not on a thread that serves others.
        let made = tokio::task::spawn_blocking(move || picture::remake(&body, kind)).await;
        let made = made.map_err(|error| internal(&error))??;
        (
            made.bytes,
            made.media_type,
            Some((i64::from(made.width), i64::from(made.height))),
        )
    } else {
        (body, kind.media_type(), None)
    };
    let upload = Upload {
        id: cx.id(),
        owner_id: cx.who().user,
        record_kind: None,
        record_id: None,
        object: files::fresh_object(),
        name: name.unwrap_or_else(|| own_name(media_type).to_owned()),
        media_type: media_type.to_owned(),
        size: i64::try_from(body.len()).unwrap_or(i64::MAX),
        width: pixels.map(|p| p.0),
        height: pixels.map(|p| p.1),
        sha256: hex::encode(Sha256::digest(&body)),
        created_at: cx.now(),
    };
    // The row comes first: if the store fails now, the sweep finds it. An object without a row would stay for ever.
    let u = &upload;
    let mut tx = cx.write().await?;
    execute!(
        tx,
        INSERT,
        u.id,
        u.owner_id,
        u.object.as_str(),
        u.name.as_str(),
        u.media_type.as_str(),
        u.size,
        u.width,
        u.height,
        u.sha256.as_str(),
        u.created_at
    )?;
    tx.commit().await?;
    cx.files()
        .put(&upload.object, body)
        .await
        .map_err(|error| internal(&error))?;
    Ok(upload)
}

fn own_name(media_type: &str) -> &'static str {
    match media_type {
        "audio/webm" => "语音.webm",
        "audio/mp4" => "语音.m4a",
        "image/png" => "照片.png",
        _ => "照片.jpg",
    }
}

async fn one(tx: &mut Tx, id: RecordId) -> Result<Option<Upload>, DbError> {
    let sql = format!("select {COLUMNS} from upload {FIND}");
    on!(tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// The upload `id`; the caller decides by its record who may see it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn find(tx: &mut Tx, id: RecordId) -> Result<Option<Upload>, DbError> {
    one(tx, id).await
}

/// The uploads of a record, oldest first, at most 200.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_record(tx: &mut Tx, kind: &str, record: RecordId) -> Result<Vec<Upload>, DbError> {
    let sql = format!("select {COLUMNS} from upload {OF_RECORD}");
    on!(tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(kind)
        .bind(record)
        .fetch_all(c)
        .await)
}

/// Everything that `owner` handed in and that is still kept, oldest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_owner(tx: &mut Tx, owner: UserId) -> Result<Vec<Upload>, DbError> {
    let sql = format!("select {COLUMNS} from upload {OF_OWNER}");
    on!(tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(owner)
        .fetch_all(c)
        .await)
}

/// Ties an unclaimed upload of one's own to a record, with the transaction that makes the record.
///
/// # Errors
/// [`AppError::NotFound`] if it is another's, claimed already or swept.
pub async fn claim(tx: &mut Tx, id: RecordId, kind: &str, record: RecordId) -> Result<(), AppError> {
    let owner = tx.who.user;
    match execute!(tx, CLAIM, id, kind, record, owner)? {
        0 => Err(AppError::NotFound),
        _ => Ok(()),
    }
}

/// Deletes an upload: its row with this transaction, its object after the commit.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Internal`].
pub async fn remove(tx: &mut Tx, id: RecordId) -> Result<(), AppError> {
    if remove_by(tx, DELETE, id).await? {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// Forgets that `owner` handed anything in: what no record has claimed is deleted, what one has stays with it, without its sender
/// and the name that they gave it, but for its ending.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn forget_owner(tx: &mut Tx, owner: UserId) -> Result<(), DbError> {
    let unclaimed: Vec<RecordId> = on!(tx, |c| sqlx::query_scalar(UNCLAIMED_OF)
        .bind(owner)
        .fetch_all(c)
        .await)?;
    for id in unclaimed {
        remove_by(tx, DELETE_STALE, id).await?;
    }
    execute!(tx, DISOWN, owner)?;
    Ok(())
}

async fn remove_by(tx: &mut Tx, sql: &'static str, id: RecordId) -> Result<bool, DbError> {
    let object: Option<String> = on!(tx, |c| sqlx::query_scalar(sql).bind(id).fetch_optional(c).await)?;
    let Some(object) = object else { return Ok(false) };
    let due = tx.now();
    tx.enqueue(NewJob {
        kind: ERASE,
        payload: json!({ "object": object }),
        due,
        key: None,
    })
    .await?;
    Ok(true)
}

/// Deletes what was never claimed; how many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(cx: &Cx) -> Result<usize, DbError> {
    let sql = format!("select {COLUMNS} from upload {STALE}");
    let mut tx = cx.write().await?;
    let before = tx.now().plus(-UNCLAIMED);
    let stale: Vec<Upload> = on!(tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(before)
        .fetch_all(c)
        .await)?;
    let mut swept = 0;
    for upload in stale {
        swept += usize::from(remove_by(&mut tx, DELETE_STALE, upload.id).await?);
    }
    tx.commit().await?;
    Ok(swept)
}

/// Handles a job of kind [`ERASE`].
///
/// # Errors
/// If the store fails.
pub async fn erase(cx: &Cx, payload: &Value) -> Outcome {
    let object = payload["object"]
        .as_str()
        .ok_or_else(|| crate::job::GiveUp("no object".into()))?;
    cx.files().delete(object).await?;
    Ok(())
}

#[cfg(all(test, feature = "s3"))]
#[path = "upload/s3_tests.rs"]
mod s3_tests;
#[cfg(test)]
#[path = "upload/upload_tests.rs"]
mod tests;
