//! What is taken of spoken words, the same in the browser and on the server.

use crate::AppError;

/// The field of a form that they come in.
pub const FIELD: &str = "voice";
/// The longest, in seconds: the device stops there.
pub const SECONDS: u32 = 60;
/// The largest, in bytes: a minute as the most generous browser records it.
pub const LARGEST: usize = 3_000_000;

/// What is said of one that is larger.
pub fn too_large() -> AppError {
    AppError::invalid(FIELD, "这段语音太长，请说短一点，最多一分钟。")
}

/// What is said of one that is none.
pub fn unknown() -> AppError {
    AppError::invalid(FIELD, "这段语音打不开，请重新说一遍，或者写下来。")
}
