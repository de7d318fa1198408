//! Tests of taking in, serving, claiming and sweeping.

use std::io::Cursor;

use futures::TryStreamExt;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};

use super::*;

/// 40x20, red on the left, blue on the right.
fn picture() -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(40, 20, |x, _| {
        if x < 20 {
            Rgb([250, 0, 0])
        } else {
            Rgb([0, 0, 250])
        }
    }))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Vec::new();
    image.write_to(&mut Cursor::new(&mut out), format).unwrap();
    out
}

/// A JPEG with an EXIF block: orientation 6 (turned a quarter) and a place.
fn with_exif() -> Vec<u8> {
    let jpeg = encoded(&picture(), ImageFormat::Jpeg);
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend_from_slice(&[0, 2]);
    tiff.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    tiff.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend_from_slice(&[0, 0, 0, 0]);
    tiff.extend_from_slice(&[0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS 31.65N 120.75E");
    let block = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &block, &jpeg[2..]].concat()
}

mod picture_tests {
    use super::*;
    use crate::upload::{picture::remake, sniff::Kind};

    #[test]
    fn the_place_is_gone_and_the_picture_stands_upright() {
        let sent = with_exif();
        assert!(sent.windows(4).any(|w| w == b"Exif"));
        let made = remake(&sent, Kind::Jpeg).unwrap();
        assert!(!made.bytes.windows(4).any(|w| w == b"Exif") && !made.bytes.windows(3).any(|w| w == b"GPS"));
        assert_eq!((made.width, made.height), (20, 40), "orientation 6 was applied");
        let shown = image::load_from_memory(&made.bytes).unwrap().to_rgb8();
        let (top, bottom) = (shown.get_pixel(10, 5).0, shown.get_pixel(10, 35).0);
        assert!(top[0] > 200 && bottom[2] > 200, "{top:?} {bottom:?}");
    }

    #[test]
    fn large_ones_shrink_and_transparent_ones_stay_so() {
        let wide = DynamicImage::ImageRgb8(RgbImage::new(6000, 100));
        let made = remake(&encoded(&wide, ImageFormat::Png), Kind::Png).unwrap();
        assert_eq!((made.width, made.media_type), (2560, "image/jpeg"));
        let glass = DynamicImage::ImageRgba8(RgbaImage::new(10, 10));
        assert_eq!(
            remake(&encoded(&glass, ImageFormat::Png), Kind::Png)
                .unwrap()
                .media_type,
            "image/png"
        );
        let webp = encoded(&picture(), ImageFormat::WebP);
        assert_eq!(remake(&webp, Kind::Webp).unwrap().media_type, "image/jpeg");
    }

    #[test]
    fn bombs_and_broken_files_are_refused() {
        let mut bomb = encoded(&picture(), ImageFormat::Png);
        // The header says 60000 x 60000; its checksum is made to fit.
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let sum = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert!(remake(&bomb, Kind::Png).err().unwrap().message().contains("太大"));
        let jpeg = encoded(&picture(), ImageFormat::Jpeg);
        assert!(
            remake(&jpeg[..60], Kind::Jpeg)
                .err()
                .unwrap()
                .message()
                .contains("打不开")
        );
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| {
                if c & 1 == 1 {
                    (c >> 1) ^ 0xedb8_8320
                } else {
                    c >> 1
                }
            })
        })
    }
}

mod sniff_tests {
    use crate::upload::sniff::{Accept, Kind, kind, name};

    #[test]
    fn content_decides_and_what_a_browser_would_run_is_refused() {
        for (body, what) in [
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".as_slice(),
                "svg",
            ),
            (b"<?xml version='1.0'?><svg/>", "svg"),
            (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "html"),
            (b"MZ\x90\0\x03\0\0\0", "exe"),
            (b"#!/bin/sh\n", "script"),
            (b"GIF89a\x01\0\x01\0", "gif"),
            (b"PK\x03\x04\x14\0\0\0\0\0", "zip"),
            (b"", "nothing"),
        ] {
            assert_eq!(
                kind(body, Accept::ImagesAndDocuments).map_err(|e| e.status()),
                Err(422),
                "{what}"
            );
        }
        assert_eq!(kind(b"%PDF-1.7\n", Accept::ImagesAndDocuments), Ok(Kind::Pdf));
        assert!(kind(b"%PDF-1.7\n", Accept::Images).is_err());
    }

    #[test]
    fn names_with_paths_are_refused() {
        for bad in [
            "../x.jpg",
            "..\\x.jpg",
            "/etc/passwd",
            "c:x.jpg",
            "a\0.jpg",
            "a\nb.jpg",
            "..",
            "",
            " ",
            &"长".repeat(121),
        ] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        assert_eq!(name(" 楼道 堆物.jpg ").as_deref(), Ok("楼道 堆物.jpg"));
    }
}

mod store {
    use super::*;
    use crate::{
        House,
        test::{on_both, person},
    };

    async fn body(house: &House, upload: &Upload) -> Result<Vec<u8>, FilesError> {
        house.files.serve(upload).await?.body.try_concat().await
    }

    #[tokio::test]
    async fn is_taken_in_claimed_served_and_removed() {
        on_both(|t| async move {
            let cx = t.request(Some(person(&t))).signed_in()?;
            let upload = receive(&cx, "楼道.jpg", with_exif(), Accept::Images).await?;
            let record: RecordId = cx.id();
            let stranger = t.request(Some(person(&t))).signed_in()?;
            let mut tx = stranger.write().await?;
            assert_eq!(
                claim(&mut tx, upload.id, "report", record).await,
                Err(AppError::NotFound)
            );
            drop(tx);
            let mut tx = cx.write().await?;
            claim(&mut tx, upload.id, "report", record).await?;
            assert_eq!(
                claim(&mut tx, upload.id, "report", record).await,
                Err(AppError::NotFound)
            );
            tx.commit().await?;
            t.clock.advance(2 * UNCLAIMED);
            assert_eq!(sweep(&t.cx).await?, 0, "claimed ones stay");

            let mut tx = cx.read().await?;
            let found = find(&mut tx, upload.id).await?.ok_or("stored")?;
            assert_eq!(
                of_record(&mut tx, "report", record).await?,
                std::slice::from_ref(&found)
            );
            drop(tx);
            let served = t.house.files.serve(&found).await?;
            let header = |name: &str| {
                served
                    .headers
                    .iter()
                    .find(|h| h.0 == name)
                    .map(|h| h.1.clone())
                    .unwrap_or_default()
            };
            assert_eq!(header("content-type"), "image/jpeg");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(
                header("content-disposition"),
                "inline; filename*=UTF-8''%E6%A5%BC%E9%81%93.jpg"
            );
            assert!(header("content-security-policy").contains("sandbox"));
            let bytes = body(&t.house, &found).await?;
            assert_eq!(hex::encode(Sha256::digest(&bytes)), found.sha256);

            let mut tx = cx.write().await?;
            remove(&mut tx, upload.id).await?;
            tx.commit().await?;
            erase(&t.cx, &json!({ "object": found.object })).await?;
            erase(&t.cx, &json!({ "object": found.object })).await?;
            assert!(matches!(
                body(&t.house, &found).await,
                Err(FilesError::Missing(_))
            ));
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_photo_goes_by_a_name_of_ours_and_is_kept_by_whom_it_may() {
        on_both(|t| async move {
            let cx = t.request(Some(person(&t))).signed_in()?;
            let taken = receive_photo(&cx, with_exif()).await?;
            assert_eq!(
                (taken.name.as_str(), taken.media_type.as_str()),
                ("照片.jpg", "image/jpeg")
            );
            let served = t.house.files.serve(&taken).await?.kept_by(Keep::Viewer);
            let cache: Vec<_> = served
                .headers
                .iter()
                .filter(|header| header.0 == "cache-control")
                .map(|header| header.1.as_str())
                .collect();
            assert_eq!(cache, ["private, no-cache"]);
            let cases: [(Vec<u8>, &str); 4] = [
                (b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), "只收照片"),
                (Vec::new(), "只收照片"),
                (crate::test::photo_that_claims(20_000, 10_000), "尺寸太大"),
                (vec![0; photo::LARGEST + 1], "最多 12 MB"),
            ];
            for (body, words) in cases {
                let refused = receive_photo(&cx, body).await.err().ok_or("taken")?;
                let said: Vec<_> = refused.for_field(photo::FIELD).collect();
                assert!(said.len() == 1 && said[0].contains(words), "{refused:?}");
            }
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn documents_download_in_a_folder_too_and_unclaimed_ones_go() {
        on_both(|t| async move {
            let folder = tempfile::tempdir()?;
            let house = t
                .house
                .clone()
                .with_files(Files::folder(&folder.path().join("up"))?);
            house.files.probe().await?;
            let cx = crate::access::system(&house, "test");
            let upload = receive(
                &cx,
                "通知.pdf",
                b"%PDF-1.7\n%EOF".to_vec(),
                Accept::ImagesAndDocuments,
            )
            .await?;
            let served = house.files.serve(&upload).await?;
            assert!(
                served
                    .headers
                    .iter()
                    .any(|h| h.0 == "content-disposition" && h.1.starts_with("attachment"))
            );
            assert_eq!(body(&house, &upload).await?, b"%PDF-1.7\n%EOF");
            assert_eq!(
                receive(&cx, "x.svg", b"<svg/>".to_vec(), Accept::Images)
                    .await
                    .map_err(|e| e.status()),
                Err(422)
            );
            let large = vec![0; LARGEST + 1];
            assert_eq!(
                receive(&cx, "x.jpg", large, Accept::Images).await,
                Err(AppError::TooLarge)
            );
            t.clock.advance(UNCLAIMED + 1);
            assert_eq!(sweep(&cx).await?, 1);
            let none = t.house.clone().with_files(Files::default());
            assert!(matches!(none.files.probe().await, Err(FilesError::NoStore)));
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_claimed_file_of_who_is_forgotten_loses_its_name_and_still_opens() {
        on_both(|t| async move {
            let owner = person(&t);
            let user = owner.user;
            let cx = t.request(Some(owner)).signed_in()?;
            let pdf = b"%PDF-1.7\n%EOF".to_vec();
            let accept = Accept::ImagesAndDocuments;
            let document = receive(&cx, "王小明.的.pdf", pdf.clone(), accept).await?;
            let photo = receive(&cx, "王小明.jpeg", with_exif(), accept).await?;
            let loose = receive(&cx, "没用上.pdf", pdf, accept).await?;
            let mut tx = cx.write().await?;
            claim(&mut tx, document.id, "report", cx.id()).await?;
            claim(&mut tx, photo.id, "report", cx.id()).await?;
            forget_owner(&mut tx, user).await?;
            tx.commit().await?;
            let mut tx = cx.read().await?;
            for (id, name) in [(document.id, "附件.pdf"), (photo.id, "附件.jpg")] {
                let kept = find(&mut tx, id).await?.ok_or("stored")?;
                assert_eq!((kept.owner_id, kept.name.as_str()), (None, name));
            }
            assert_eq!(find(&mut tx, loose.id).await?, None);
            Ok(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_body_stops_being_read_at_the_limit() {
        let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0_u8; 1 << 20]));
        assert_eq!(collect(endless).await, Err(AppError::TooLarge));
    }
}
