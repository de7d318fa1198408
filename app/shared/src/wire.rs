//! How the answers of server functions travel: JSON, as everywhere in leptos.
//!
//! `server_fn`'s own `Json` reads from bytes, while leptos reads from text what it finds embedded in a page: so every type
//! would be compiled into the bundle with two readers. This one reads from text too.

use serde::{Serialize, de::DeserializeOwned};
use server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    codec::{JsonEncoding, Post},
    error::ServerFnErrorErr,
};

/// For `#[server(…, output = Json)]`, which every server function says.
pub type Json = Post<TextJson>;

/// JSON that is read from text.
#[derive(Debug)]
pub struct TextJson;

impl ContentType for TextJson {
    const CONTENT_TYPE: &'static str = <JsonEncoding as ContentType>::CONTENT_TYPE;
}

impl FormatType for TextJson {
    const FORMAT_TYPE: Format = <JsonEncoding as FormatType>::FORMAT_TYPE;
}

impl<T: Serialize> Encodes<T> for TextJson {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for TextJson {
    type Error = ServerFnErrorErr;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let broken = |error: &dyn std::fmt::Display| ServerFnErrorErr::Deserialization(error.to_string());
        let text = std::str::from_utf8(&bytes).map_err(|error| broken(&error))?;
        serde_json::from_str(text).map_err(|error| broken(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppError;

    #[test]
    fn an_answer_comes_back_as_it_was() {
        let sent = AppError::invalid("phone", "请填 11 位手机号。");
        let bytes = TextJson::encode(&sent).unwrap();
        let read: AppError = TextJson::decode(bytes).unwrap();
        assert_eq!(read, sent);
    }

    #[test]
    fn what_is_no_text_or_no_json_is_an_error() {
        for bytes in [&b"\xff\xfe"[..], b"{\"Invalid\":", b""] {
            let read: Result<AppError, _> = TextJson::decode(Bytes::copy_from_slice(bytes));
            assert!(read.is_err(), "{bytes:?}");
        }
    }
}
