//! What a file is, by its first bytes and never by its name.

use shared::AppError;

use super::sound;

/// What an upload may be here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    Images,
    /// Images, PDF, Word and Excel.
    ImagesAndDocuments,
    /// Spoken words.
    Voice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
    Pdf,
    Docx,
    Xlsx,
    /// Spoken words, in either of the two forms that browsers record.
    Webm,
    M4a,
}

impl Kind {
    /// Those that are told by their first bytes alone.
    const ALL: [Self; 6] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
    ];

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Webm => "audio/webm",
            Self::M4a => "audio/mp4",
        }
    }

    pub const fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }
}

/// # Errors
/// [`AppError::Invalid`] for anything that is not on the list.
pub fn kind(body: &[u8], accept: Accept) -> Result<Kind, AppError> {
    if accept == Accept::Voice {
        return sound::kind(body);
    }
    let found = infer::get(body).map(|t| t.mime_type());
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| found == Some(kind.media_type()));
    match (kind, accept) {
        (Some(kind), Accept::ImagesAndDocuments) => Ok(kind),
        (Some(kind), Accept::Images) if kind.is_image() => Ok(kind),
        (_, Accept::Images | Accept::Voice) => {
            Err(AppError::invalid("file", "只收照片：JPEG、PNG 或 WebP。"))
        }
        (_, Accept::ImagesAndDocuments) => Err(AppError::invalid(
            "file",
            "只收照片（JPEG、PNG、WebP）、PDF、Word（.docx）和 Excel（.xlsx）。",
        )),
    }
}

/// The name for the download.
///
/// # Errors
/// [`AppError::Invalid`] for one that browsers do not send: with a path in it, or with control characters.
pub fn name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    let wrong =
        name.contains(['/', '\\', ':']) || name.chars().any(char::is_control) || name.starts_with('.');
    if wrong || name.is_empty() || name.chars().count() > 120 {
        return Err(AppError::invalid(
            "file",
            "文件名不对：不能为空、超过 120 个字，也不能带路径。",
        ));
    }
    Ok(name.to_owned())
}
