//! From a configuration to an open house.

use std::{fs, path::PathBuf, sync::Arc};

use db::{
    Cx, Db, House, Setting, SystemClock, access,
    crypt::{KeySource, Keyring, for_deployment},
    doctor::Level,
    upload::{Files, FilesError, S3},
};
use secrecy::ExposeSecret;

use super::failure::Failure;
use crate::config::{Config, Store, Uploads};

/// Says that the demonstration was loaded.
pub const DEMO: Setting<bool> = Setting::new("demo");

/// Where the keys come from.
pub fn key_source(config: &Config) -> KeySource {
    KeySource {
        text: config
            .keys
            .as_ref()
            .map(|keys| keys.expose_secret().to_owned().into()),
        file: config.keys_file.clone(),
    }
}

/// The file that holds the keys: the one that is named, or the one beside a SQLite database. `None` if they come from
/// the environment, or from nowhere.
pub fn key_file(config: &Config) -> Option<PathBuf> {
    if config.keys.is_some() {
        return None;
    }
    config.keys_file.clone().or_else(|| {
        let mut path = config.database_file()?.into_os_string();
        path.push(".keys");
        Some(path.into())
    })
}

/// Connects, making folder and file of a SQLite database.
///
/// # Errors
/// The folder cannot be made, or the database cannot be reached.
pub async fn connect(config: &Config) -> Result<Db, Failure> {
    if let Some(folder) = config
        .database_file()
        .and_then(|file| file.parent().map(ToOwned::to_owned))
    {
        fs::create_dir_all(&folder).map_err(Failure::file(folder))?;
    }
    Ok(Db::connect(config.database_url.expose_secret()).await?)
}

/// Database, clock and keys, whatever state the database is in.
///
/// # Errors
/// As [`connect`]; the keys are missing or cannot be read.
pub async fn open_any(config: &Config) -> Result<House, Failure> {
    let db = connect(config).await?;
    let keys = for_deployment(config.database_url.expose_secret(), &key_source(config))?;
    house(config, db, keys)
}

/// The house of this process.
///
/// # Errors
/// The folder of uploads cannot be made, or the settings of the store do not fit together.
pub fn house(config: &Config, db: Db, keys: Keyring) -> Result<House, Failure> {
    Ok(House::new(db, Arc::new(SystemClock), Arc::new(keys)).with_files(files(&config.uploads)?))
}

/// The store of uploads.
///
/// # Errors
/// As [`house`].
pub fn files(uploads: &Uploads) -> Result<Files, FilesError> {
    match uploads.store {
        Store::Local => Files::folder(&uploads.folder),
        Store::S3 => {
            let s3 = &uploads.s3;
            let secret = s3
                .secret_access_key
                .as_ref()
                .map_or("", |secret| secret.expose_secret());
            Files::s3(&S3 {
                bucket: s3.bucket.clone(),
                region: s3.region.clone(),
                endpoint: s3
                    .endpoint
                    .as_ref()
                    .map(|url| url.as_str().trim_end_matches('/').to_owned()),
                access_key: s3.access_key_id.clone(),
                secret_key: secret.to_owned().into(),
                path_style: s3.path_style,
            })
        }
    }
}

/// Like [`open_any`]; the database must be just what this program knows. One that is still empty is set up first, so
/// that a first start needs no other command.
///
/// # Errors
/// As [`open_any`]; the database is behind or from the future, or the keys are not its own.
pub async fn open(config: &Config) -> Result<House, Failure> {
    let house = open_any(config).await?;
    if house.db.migration_state().await?.applied == 0 {
        house.db.migrate().await?;
    }
    house.db.must_be_current().await?;
    must_fit(&house).await?;
    Ok(house)
}

/// Refuses keys that do not belong to this database: what they sealed would be lost among what they cannot open.
///
/// # Errors
/// With the sentence that says so; the database fails.
pub async fn must_fit(house: &House) -> Result<(), Failure> {
    let cx = system(house, "start");
    db::doctor::ensure_canary(&cx).await?;
    let found = db::doctor::keys(&cx).await?;
    if found.level == Level::Bad {
        Err(Failure::Sentence(found.message))
    } else {
        Ok(())
    }
}

/// The system's access token for the command `name`, as the audit log will show it.
pub fn system(house: &House, name: &'static str) -> Cx {
    access::system(house, name)
}

/// Whether this deployment is the demonstration: what is configured, or else what was loaded.
///
/// # Errors
/// The database fails.
pub async fn is_demo(config: &Config, house: &House) -> Result<bool, Failure> {
    if let Some(demo) = config.demo {
        return Ok(demo);
    }
    let mut tx = system(house, "serve").read().await?;
    Ok(DEMO.get(&mut tx).await?.unwrap_or(false))
}

/// Notes that the demonstration was loaded.
///
/// # Errors
/// The database fails.
pub async fn note_demo(cx: &Cx) -> Result<(), Failure> {
    let mut tx = cx.write().await?;
    if DEMO.get(&mut tx).await? != Some(true) {
        DEMO.set(&mut tx, &true).await?;
    }
    tx.commit().await?;
    Ok(())
}
