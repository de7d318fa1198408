//! The store that holds the bytes: a folder, memory, or S3.

use std::{path::Path as FsPath, sync::Arc};

use futures::{StreamExt, stream::BoxStream};
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, path::Path};

/// Why bytes could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("没有配置上传文件的存放位置。")]
    NoStore,
    #[error("上传文件夹“{path}”用不了：{source}")]
    Folder { path: String, source: std::io::Error },
    #[error("文件“{0}”不在存储里。")]
    Missing(String),
    #[error("文件存储出错：{0}")]
    Store(object_store::Error),
}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { path, .. } => Self::Missing(path),
            other => Self::Store(other),
        }
    }
}

impl From<FilesError> for shared::AppError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::Missing(_) => Self::NotFound,
            other => crate::error::internal(&other),
        }
    }
}

/// Where an S3-compatible store is. The secret comes from the environment or a file, never from the configuration.
#[cfg(feature = "s3")]
#[derive(Clone)]
pub struct S3 {
    pub bucket: String,
    pub region: String,
    /// For stores other than Amazon's.
    pub endpoint: Option<String>,
    pub access_key: String,
    pub secret_key: zeroize::Zeroizing<String>,
    /// `endpoint/bucket/key` rather than `bucket.endpoint/key`, as many private stores want it.
    pub path_style: bool,
}

/// The store of uploads. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Files(Option<Arc<dyn ObjectStore>>);

impl Files {
    /// A folder, made if it is not there.
    ///
    /// # Errors
    /// [`FilesError::Folder`] if it cannot be made.
    pub fn folder(path: &FsPath) -> Result<Self, FilesError> {
        std::fs::create_dir_all(path).map_err(|source| FilesError::Folder {
            path: path.display().to_string(),
            source,
        })?;
        Ok(Self(Some(Arc::new(
            LocalFileSystem::new_with_prefix(path)?.with_fsync(true),
        ))))
    }

    /// Memory: for tests.
    pub fn memory() -> Self {
        Self(Some(Arc::new(InMemory::new())))
    }

    /// An S3-compatible store.
    ///
    /// # Errors
    /// [`FilesError::Store`] if the settings do not fit together; nothing is asked of the store yet.
    #[cfg(feature = "s3")]
    pub fn s3(s3: &S3) -> Result<Self, FilesError> {
        // The provider that sqlx uses too; a second call finds it installed.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let mut builder = object_store::aws::AmazonS3Builder::new()
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(&s3.access_key)
            .with_secret_access_key(s3.secret_key.as_str())
            .with_virtual_hosted_style_request(!s3.path_style);
        if let Some(endpoint) = &s3.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        Ok(Self(Some(Arc::new(builder.build()?))))
    }

    fn store(&self) -> Result<&Arc<dyn ObjectStore>, FilesError> {
        self.0.as_ref().ok_or(FilesError::NoStore)
    }

    pub(crate) async fn put(&self, object: &str, body: Vec<u8>) -> Result<(), FilesError> {
        self.store()?.put(&Path::from(object), body.into()).await?;
        Ok(())
    }

    /// The bytes of `object`, as they come.
    pub(crate) async fn get(
        &self,
        object: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, FilesError>>, FilesError> {
        let found = self.store()?.get(&Path::from(object)).await?;
        Ok(found
            .into_stream()
            .map(|chunk| chunk.map(Into::into).map_err(FilesError::from))
            .boxed())
    }

    /// Deletes `object`; that it is gone already is no error.
    pub(crate) async fn delete(&self, object: &str) -> Result<(), FilesError> {
        match self
            .store()?
            .delete(&Path::from(object))
            .await
            .map_err(FilesError::from)
        {
            Err(FilesError::Missing(_)) => Ok(()),
            other => other,
        }
    }

    /// Whether the store takes, gives and deletes.
    ///
    /// # Errors
    /// The first thing that fails.
    pub async fn probe(&self) -> Result<(), FilesError> {
        let object = fresh_object();
        self.put(&object, b"linli".to_vec()).await?;
        drop(self.get(&object).await?);
        self.delete(&object).await
    }
}

/// A random name in one of 256 folders: nothing that was sent is part of it.
pub(super) fn fresh_object() -> String {
    let name = hex::encode(rand::random::<[u8; 16]>());
    format!("{}/{}", &name[..2], &name[2..])
}
