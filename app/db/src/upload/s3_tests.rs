//! The upload port against a server that speaks S3: signatures, addresses, what is missing.

use std::path::Path;

use futures::TryStreamExt;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    files::{Files, FilesError, S3},
    *,
};
use crate::test::{TestResult, on_both};

const BUCKET: &str = "linli-uploads";
const KEY: &str = "linli";
const SECRET: &str = "0123456789abcdef";

/// A store over `folder`; its address.
async fn serve(folder: &Path) -> std::io::Result<(String, JoinHandle<()>)> {
    std::fs::create_dir_all(folder.join(BUCKET))?;
    let files = s3s_fs::FileSystem::new(folder).expect("a folder");
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let serving = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let http = Builder::new(TokioExecutor::new());
                let _ended = http.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    Ok((address, serving))
}

fn files(endpoint: &str, secret: &str, bucket: &str) -> Files {
    Files::s3(&S3 {
        bucket: bucket.into(),
        region: "cn-east-1".into(),
        endpoint: Some(endpoint.into()),
        access_key: KEY.into(),
        secret_key: secret.to_owned().into(),
        path_style: true,
    })
    .expect("settings that fit together")
}

#[tokio::test]
async fn what_is_put_is_got_and_deleted() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (address, _serving) = serve(folder.path()).await?;
    let files = files(&address, SECRET, BUCKET);
    files.probe().await?;
    let object = files::fresh_object();
    let body: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    files.put(&object, body.clone()).await?;
    assert_eq!(
        std::fs::read(folder.path().join(BUCKET).join(&object))?.len(),
        body.len()
    );
    assert_eq!(files.get(&object).await?.try_concat().await?, body);
    files.put(&object, b"other".to_vec()).await?;
    assert_eq!(files.get(&object).await?.try_concat().await?, b"other");
    files.delete(&object).await?;
    files.delete(&object).await?;
    assert!(matches!(
        files.get(&object).await.err(),
        Some(FilesError::Missing(_))
    ));
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_or_no_store_at_all_is_an_error() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (address, _serving) = serve(folder.path()).await?;
    let outcome = files(&address, "another secret", BUCKET).probe().await;
    assert!(matches!(outcome, Err(FilesError::Store(_))), "{outcome:?}");
    assert!(std::fs::read_dir(folder.path().join(BUCKET))?.next().is_none());
    // Nobody listens on the port of a listener that is gone.
    let gone = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let outcome = files(&format!("http://{gone}"), SECRET, BUCKET)
        .get("00/00")
        .await;
    assert!(matches!(outcome.err(), Some(FilesError::Store(_))));
    Ok(())
}

mod store {
    use super::*;

    #[tokio::test]
    async fn an_upload_goes_the_whole_way() {
        on_both(|t| async move {
            let folder = tempfile::tempdir()?;
            let (address, _serving) = serve(folder.path()).await?;
            let house = t.house.clone().with_files(files(&address, SECRET, BUCKET));
            let cx = crate::access::system(&house, "test");
            let pdf = b"%PDF-1.7\n%EOF".to_vec();
            let upload = receive(&cx, "通知.pdf", pdf.clone(), Accept::ImagesAndDocuments).await?;
            assert_eq!(house.files.serve(&upload).await?.body.try_concat().await?, pdf);
            t.clock.advance(UNCLAIMED + 1);
            assert_eq!(sweep(&cx).await?, 1);
            erase(&cx, &json!({ "object": upload.object })).await?;
            assert!(matches!(
                house.files.serve(&upload).await.err(),
                Some(FilesError::Missing(_))
            ));
            Ok(())
        })
        .await;
    }
}
