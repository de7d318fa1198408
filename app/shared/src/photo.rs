//! What is taken of photos, the same in the browser and on the server.

use crate::AppError;

/// The field of a form that photos come in.
pub const FIELD: &str = "file";
/// The largest photo, in bytes: what a telephone takes at its best, and no film.
pub const LARGEST: usize = 12_000_000;
/// As the `accept` attribute has it: named one by one, telephones hand over a JPEG for what they keep in a form of their own.
pub const ACCEPT: &str = "image/jpeg,image/png,image/webp";

/// What is said of one that is larger.
pub fn too_large() -> AppError {
    AppError::invalid(
        FIELD,
        "照片太大，一张最多 12 MB。请换一张，或者在手机里缩小后再传。",
    )
}

/// What is said of more than `most` at once.
pub fn too_many(most: usize) -> AppError {
    AppError::invalid(FIELD, format!("照片太多，最多 {most} 张。请去掉几张再传。"))
}
