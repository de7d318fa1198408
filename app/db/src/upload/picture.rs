//! Images are decoded and encoded anew: what was hidden in the file (place, camera, thumbnails, scripts) stays behind.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use shared::AppError;

use super::sniff::Kind;
use crate::error::internal;

/// The longer side of what is kept, in pixels.
const LONGEST: u32 = 2560;
/// The longest side that is decoded, in pixels: no telephone takes larger ones.
const DECODED: u32 = 16_000;
/// Memory that one decoding may take, in bytes: 64 megapixels of RGBA.
const MEMORY: u64 = 256 * 1024 * 1024;
const QUALITY: u8 = 85;

pub struct Made {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
}

/// The image upright, at most [`LONGEST`] wide or high, without any metadata; PNG if it is transparent, else JPEG.
///
/// # Errors
/// [`AppError::Invalid`] if it cannot be decoded within the limits.
pub fn remake(bytes: &[u8], kind: Kind) -> Result<Made, AppError> {
    let image = decode(bytes, kind).map_err(|error| match error {
        ImageError::Limits(_) => AppError::invalid("file", "照片的尺寸太大，请缩小后再传。"),
        _ => AppError::invalid("file", "照片打不开，可能已经损坏。"),
    })?;
    let image = if image.width().max(image.height()) > LONGEST {
        image.resize(LONGEST, LONGEST, FilterType::CatmullRom)
    } else {
        image
    };
    let (width, height) = (image.width(), image.height());
    let mut out = Vec::new();
    let transparent = image.color().has_alpha() && image.to_rgba8().pixels().any(|p| p.0[3] < u8::MAX);
    let (result, media_type) = if transparent {
        let rgba = DynamicImage::ImageRgba8(image.to_rgba8());
        (
            rgba.write_to(&mut Cursor::new(&mut out), ImageFormat::Png),
            "image/png",
        )
    } else {
        (
            JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(&image.to_rgb8()),
            "image/jpeg",
        )
    };
    result.map_err(|error| internal(&error))?;
    Ok(Made {
        bytes: out,
        media_type,
        width,
        height,
    })
}

fn decode(bytes: &[u8], kind: Kind) -> Result<DynamicImage, ImageError> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Webp => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(DECODED);
    limits.max_image_height = Some(DECODED);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    // The pixels themselves, which decoders do not always count.
    if decoder.total_bytes() > MEMORY {
        return Err(ImageError::Limits(image::error::LimitError::from_kind(
            image::error::LimitErrorKind::InsufficientMemory,
        )));
    }
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}
