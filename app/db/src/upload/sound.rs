//! Spoken words by their content: WebM with Opus or MP4 with AAC or Opus, as browsers record them, and no film.

use shared::{AppError, voice};

use super::sniff::Kind;

/// What a WebM file begins with.
const EBML: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];
/// Its tracks are told so far from its beginning.
const HEAD: usize = 4096;

/// # Errors
/// [`AppError::Invalid`] on [`voice::FIELD`] for anything else.
pub fn kind(body: &[u8]) -> Result<Kind, AppError> {
    let head = body.get(..HEAD).unwrap_or(body);
    let webm = body.starts_with(&EBML) && has(head, b"webm") && has(head, b"A_OPUS");
    if webm && !has(head, b"V_VP") && !has(head, b"V_AV") && !has(head, b"V_MPEG") {
        return Ok(Kind::Webm);
    }
    let kinds = handlers(body);
    if body.get(4..8) == Some(b"ftyp".as_slice()) && kinds.contains(b"soun") && !kinds.contains(b"vide") {
        return Ok(Kind::M4a);
    }
    Err(voice::unknown())
}

fn has(body: &[u8], what: &[u8]) -> bool {
    body.windows(what.len()).any(|window| window == what)
}

/// What the tracks of an MP4 file are for, by its `hdlr` boxes (ISO/IEC 14496-12, 8.4.3).
fn handlers(body: &[u8]) -> Vec<[u8; 4]> {
    let boxes = body.windows(16).filter(|window| window.starts_with(b"hdlr"));
    boxes
        .filter_map(|window| window.get(12..16)?.try_into().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webm(codec: &[u8]) -> Vec<u8> {
        [EBML.as_slice(), b"\x9fB\x82\x84webm....\x86\x86", codec].concat()
    }

    fn mp4(handler: &[u8]) -> Vec<u8> {
        [
            b"\0\0\0\x18ftypmp42....\0\0\0\x21hdlr\0\0\0\0\0\0\0\0".as_slice(),
            handler,
            b"\0\0\0\0",
        ]
        .concat()
    }

    #[test]
    fn what_browsers_record_is_taken_and_films_and_pages_are_not() {
        assert_eq!(kind(&webm(b"A_OPUS")), Ok(Kind::Webm));
        assert_eq!(kind(&mp4(b"soun")), Ok(Kind::M4a));
        for body in [
            webm(b"A_OPUS V_VP8"),
            webm(b"V_VP9"),
            mp4(b"vide"),
            [mp4(b"soun"), mp4(b"vide")].concat(),
            b"<!doctype html><script>1</script>".to_vec(),
            Vec::new(),
        ] {
            assert_eq!(kind(&body), Err(voice::unknown()));
        }
    }
}
