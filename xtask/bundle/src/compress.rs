//! Compression done once here instead of at every request.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context, Result};

/// What pictures and fonts already are is not compressed again.
const COMPRESSIBLE: &[&str] = &[
    "css",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "mjs",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Below this many bytes a response fits one packet anyway.
const WORTHWHILE: u64 = 1_000;

/// Writes `FILE.br` and `FILE.gz` for every compressible file below `root`, and removes those whose original is gone.
///
/// # Errors
/// A file cannot be read or written.
pub fn folder(root: &Path) -> Result<()> {
    let mut files = Vec::new();
    walk(root, &mut files)?;
    for file in files
        .iter()
        .filter(|f| is_compressed(f) && !f.with_extension("").exists())
    {
        fs::remove_file(file)?;
    }
    let mut work: Vec<_> = files
        .into_iter()
        .filter(|f| is_compressible(f) && !is_fresh(f))
        .collect();
    // The largest first: otherwise one core ends with it while the other is idle.
    work.sort_by_key(|f| std::cmp::Reverse(fs::metadata(f).map_or(0, |m| m.len())));

    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(path) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = file(path) {
                        *failed.lock().unwrap_or_else(|e| e.into_inner()) = Some(error);
                    }
                }
            });
        }
    });
    failed
        .into_inner()
        .unwrap_or_else(|e| e.into_inner())
        .map_or(Ok(()), Err)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?
        } else {
            files.push(path)
        }
    }
    Ok(())
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|e| e.to_str()).unwrap_or_default()
}

fn is_compressed(path: &Path) -> bool {
    matches!(extension(path), "br" | "gz")
}

fn is_compressible(path: &Path) -> bool {
    COMPRESSIBLE.contains(&extension(path)) && fs::metadata(path).is_ok_and(|m| m.len() >= WORTHWHILE)
}

/// Both compressed files are there and younger than the original.
fn is_fresh(path: &Path) -> bool {
    let time = |p: &Path| fs::metadata(p).and_then(|m| m.modified()).ok();
    let original = time(path);
    ["br", "gz"]
        .into_iter()
        .all(|kind| time(&beside(path, kind)).is_some_and(|t| Some(t) >= original))
}

fn beside(path: &Path, kind: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(kind);
    name.into()
}

fn file(path: &Path) -> Result<()> {
    let original = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut brotli = Vec::new();
    {
        // Buffer of 4 KiB; quality 11 and a window of 2^24 bytes are the smallest there is, and done only once.
        let mut writer = brotli::CompressorWriter::new(&mut brotli, 4096, 11, 24);
        writer.write_all(&original)?;
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&original)?;
    fs::write(beside(path, "br"), brotli)?;
    fs::write(beside(path, "gz"), gzip.finish()?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_both_kinds_and_removes_leftovers() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("a.js");
        let text = "let community = 'linli';\n".repeat(100);
        fs::write(&script, &text).unwrap();
        fs::write(folder.path().join("small.css"), "a{}").unwrap();
        fs::write(folder.path().join("gone.js.br"), "x").unwrap();

        super::folder(folder.path()).unwrap();

        let mut plain = Vec::new();
        let packed = fs::read(beside(&script, "br")).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        assert!(fs::metadata(beside(&script, "gz")).unwrap().len() < text.len() as u64);
        assert!(!beside(&folder.path().join("small.css"), "br").exists());
        assert!(!folder.path().join("gone.js.br").exists());
        assert!(is_fresh(&script));
    }
}
