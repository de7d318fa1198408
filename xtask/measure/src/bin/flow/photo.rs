//! A photo as a telephone takes one: colours that run into each other, and grain.

use anyhow::{Context, Result};
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};

/// A JPEG of `640x480` or another size.
pub fn jpeg(size: &str) -> Result<Vec<u8>> {
    let (width, height) = size.split_once('x').context("a size is 640x480")?;
    let (width, height): (u32, u32) = (width.parse()?, height.parse()?);
    let shade = |x: u32, y: u32, channel: u32| {
        let (across, down) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let run = 128.0
            + 70.0 * (across * 9.0 + f64::from(channel)).sin()
            + 45.0 * (down * 13.0 + across * 5.0 - f64::from(channel)).cos();
        // The same at every run.
        let mixed = (x ^ y.rotate_left(16) ^ (channel << 8)).wrapping_mul(0x9E37_79B9);
        let grain = f64::from((mixed ^ (mixed >> 15)) & 15) - 8.0;
        (run + grain).clamp(0.0, 255.0) as u8
    };
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([shade(x, y, 0), shade(x, y, 1), shade(x, y, 2)])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&picture)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_one_and_the_same_each_time() {
        let photo = jpeg("64x48").unwrap();
        assert!(photo.starts_with(&[0xFF, 0xD8]) && photo.len() > 500);
        assert_eq!(photo, jpeg("64x48").unwrap());
        assert!(jpeg("64").is_err());
    }
}
