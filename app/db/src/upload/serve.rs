//! An upload on its way to a browser, without a web framework: headers and a stream.

use futures::stream::BoxStream;

use super::{Files, FilesError, Upload};

/// What is sent.
pub struct Served {
    pub headers: Vec<(&'static str, String)>,
    /// Breaks off with an error if the store does.
    pub body: BoxStream<'static, Result<Vec<u8>, FilesError>>,
}

impl std::fmt::Debug for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Served")
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Files {
    /// `upload` as a response. The caller has decided that it may be seen.
    ///
    /// # Errors
    /// [`FilesError::Missing`] if the store has lost it.
    pub async fn serve(&self, upload: &Upload) -> Result<Served, FilesError> {
        let body = self.get(&upload.object).await?;
        // Only what this program encoded itself is shown in place.
        let inline = matches!(upload.media_type.as_str(), "image/jpeg" | "image/png");
        let disposition = if inline { "inline" } else { "attachment" };
        let headers = vec![
            ("content-type", upload.media_type.clone()),
            ("content-length", upload.size.to_string()),
            (
                "content-disposition",
                format!("{disposition}; filename*=UTF-8''{}", encode(&upload.name)),
            ),
            ("x-content-type-options", "nosniff".into()),
            ("content-security-policy", "default-src 'none'; sandbox".into()),
            ("cross-origin-resource-policy", "same-origin".into()),
            ("cache-control", "private, max-age=31536000, immutable".into()),
            ("etag", format!("\"{}\"", upload.sha256)),
        ];
        Ok(Served { headers, body })
    }
}

/// `ext-value` of RFC 8187.
fn encode(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
        out
    })
}
