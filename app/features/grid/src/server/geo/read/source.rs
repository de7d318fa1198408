//! The bytes of a file: bounded, counted by line, and looked at before anything parses them.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use super::ReadError;

/// How far the reading has come; shared with those who tell a feature's line.
#[derive(Clone, Default)]
pub struct Counted {
    line: Rc<Cell<u64>>,
    over: Rc<Cell<bool>>,
}

impl Counted {
    /// The line that is being read, counted from 1.
    pub fn line(&self) -> u64 {
        self.line.get()
    }

    /// Whether the file turned out longer than allowed.
    pub fn over(&self) -> bool {
        self.over.get()
    }
}

/// A reader that counts lines as they are handed out. The parser asks for a byte at a time, so the count is that of the
/// byte being parsed.
pub struct Source<R> {
    inner: BufReader<R>,
    left: u64,
    counted: Counted,
}

impl<R: Read> Source<R> {
    /// Looks at the beginning: steps over a byte order mark, and says what a file is that is not JSON.
    pub fn open(from: R, limit: u64) -> Result<Self, ReadError> {
        let mut inner = BufReader::with_capacity(1 << 16, from);
        let start = inner.fill_buf().map_err(ReadError::Io)?;
        let mark = if start.starts_with(&[0xEF, 0xBB, 0xBF]) {
            3
        } else {
            0
        };
        let other = other_format(start.get(mark..).unwrap_or_default());
        if start.len() == mark {
            return Err(ReadError::Empty);
        }
        if let Some(error) = other {
            return Err(error);
        }
        inner.consume(mark);
        let counted = Counted::default();
        counted.line.set(1);
        Ok(Self {
            inner,
            left: limit.saturating_sub(mark as u64),
            counted,
        })
    }

    pub fn counted(&self) -> Counted {
        self.counted.clone()
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        if wanted == 0 && !into.is_empty() {
            // The limit is reached: only a file that goes on is too long.
            if self.inner.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.counted.over.set(true);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "longer than allowed"));
        }
        let into = into.get_mut(..wanted).unwrap_or_default();
        let got = self.inner.read(into)?;
        self.left -= got as u64;
        let lines = into.iter().take(got).filter(|byte| **byte == b'\n').count();
        self.counted.line.set(self.counted.line.get() + lines as u64);
        Ok(got)
    }
}

/// What a file is that people upload by mistake.
fn other_format(start: &[u8]) -> Option<ReadError> {
    let other = |found| Some(ReadError::OtherFormat { found });
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return Some(ReadError::Encoding { line: 1 });
    }
    if start.starts_with(b"PK\x03\x04") {
        return other("像是压缩包、KMZ 或 Excel 文件");
    }
    if start.starts_with(&[0x00, 0x00, 0x27, 0x0A]) {
        return other("像是 Shapefile");
    }
    if start.starts_with(b"SQLite format 3") {
        return other("像是 GeoPackage 或数据库文件");
    }
    match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => None,
        Some(b'<') => other("像是 KML、GML 或网页"),
        Some(b'[') => other("是数据列表，不是要素集合"),
        Some(_) => other("像是普通文本或表格"),
        None if start.is_empty() => None,
        None => Some(ReadError::Empty),
    }
}
