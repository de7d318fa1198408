//! An upload on its way to a browser, without a web framework: headers and a stream.

use futures::stream::BoxStream;

use super::{Files, FilesError, Upload};

/// Who may keep what was sent. Its bytes never change; whether they may be seen does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Anybody on the way, for ten minutes, and then asking again: what was taken down since, for showing a face, is gone by then.
    Everybody,
    /// The viewer's own device, which asks again each time whether it may show it.
    Viewer,
}

impl Keep {
    pub const fn cache_control(self) -> &'static str {
        match self {
            Self::Everybody => "public, max-age=600",
            Self::Viewer => "private, no-cache",
        }
    }
}

impl Upload {
    /// Names its bytes in an answer: the same tag, the same bytes.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.sha256)
    }
}

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

impl Served {
    /// The same, with who may keep it.
    #[must_use]
    pub fn kept_by(mut self, keep: Keep) -> Self {
        self.headers.retain(|(name, _)| *name != "cache-control");
        self.headers.push(("cache-control", keep.cache_control().into()));
        self
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
            ("etag", upload.etag()),
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
