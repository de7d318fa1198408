//! Where things are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::steps::note;

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
}

/// What cargo makes.
pub fn target() -> PathBuf {
    root().join("target")
}

/// What the server serves.
pub fn site() -> PathBuf {
    target().join("site")
}

/// What is worth keeping over all clones of this user: tools and the standard library for the browser.
///
/// # Errors
/// Neither XDG_CACHE_HOME nor HOME is set, or the folder cannot be made.
pub fn cache(name: &str) -> Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .context("没有 HOME 环境变量：请设置 HOME 或 XDG_CACHE_HOME 后重试。")?;
    let folder = base.join("linli").join(name);
    fs::create_dir_all(&folder).with_context(|| {
        format!(
            "不能建立 {}：请检查目录权限，或用 XDG_CACHE_HOME 指定别处。",
            folder.display()
        )
    })?;
    Ok(folder)
}

/// A digest over names and contents of files and folders, to see whether a step has anything new to do. A missing path
/// counts as such; `node_modules` and what starts with a dot do not count.
///
/// # Errors
/// A file cannot be read.
pub fn digest(paths: &[&Path]) -> Result<String> {
    let mut hash = Sha256::new();
    for path in paths {
        add(&mut hash, path, path)?;
    }
    Ok(hex::encode(hash.finalize()))
}

/// The same for a text.
pub fn digest_text(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn add(hash: &mut Sha256, base: &Path, path: &Path) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?
            .map(|e| e.map(|e| e.path()))
            .collect::<io::Result<_>>()?;
        entries.sort();
        for entry in entries {
            let name = entry
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name != "node_modules" && !name.starts_with('.') {
                add(hash, base, &entry)?;
            }
        }
    } else if path.exists() {
        let name = path
            .strip_prefix(base)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned();
        let bytes = fs::read(path).with_context(|| format!("不能读取 {}", path.display()))?;
        // Lengths in between, so that no two different trees run together into the same bytes.
        for part in [name.as_bytes(), &bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    } else {
        hash.update(b"missing");
    }
    Ok(())
}

/// Remembers under `target/stamps` with which inputs a step was done last.
pub struct Stamp {
    file: PathBuf,
    value: String,
    outputs: Vec<PathBuf>,
}

impl Stamp {
    /// `value` stands for the inputs; without `outputs` the step has to be done again whatever the inputs are.
    pub fn new(name: &str, value: String, outputs: &[&Path]) -> Self {
        let outputs = outputs.iter().map(|path| path.to_path_buf()).collect();
        Self {
            file: target().join("stamps").join(name),
            value,
            outputs,
        }
    }

    /// The step was done with the very same inputs, and what it made is still there.
    pub fn holds(&self) -> bool {
        self.outputs.iter().all(|path| path.exists())
            && fs::read_to_string(&self.file).is_ok_and(|old| old == self.value)
    }

    /// Call it after the step has succeeded.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.value)?;
        Ok(())
    }

    /// Call it before the step begins, so that half a step does not count as done.
    ///
    /// # Errors
    /// The file exists and cannot be removed.
    pub fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Waits for any other `cargo xtask` in this checkout that does the same; the next one may go when the file is dropped.
///
/// # Errors
/// The lock file cannot be made.
pub fn turn(name: &str) -> Result<fs::File> {
    let file = target().join(format!("{name}.lock"));
    let lock = fs::File::create(&file).with_context(|| format!("不能建立 {}", file.display()))?;
    if lock.try_lock().is_err() {
        note("另一个 cargo xtask 正在构建，等它结束……");
        lock.lock()?;
    }
    Ok(lock)
}

/// Copies a folder with everything below it.
///
/// # Errors
/// A file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_sees_names_contents_and_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let empty = digest(&[path]).unwrap();
        fs::write(path.join("a"), "1").unwrap();
        let one = digest(&[path]).unwrap();
        fs::write(path.join("a"), "2").unwrap();
        let other = digest(&[path]).unwrap();
        fs::rename(path.join("a"), path.join("b")).unwrap();
        let renamed = digest(&[path]).unwrap();
        fs::create_dir(path.join("node_modules")).unwrap();
        fs::write(path.join("node_modules/x"), "x").unwrap();
        assert_eq!(digest(&[path]).unwrap(), renamed);
        let all = [
            empty,
            one,
            other,
            renamed,
            digest(&[&path.join("nowhere")]).unwrap(),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all.iter().skip(i + 1).all(|b| a != b));
        }
    }
}
