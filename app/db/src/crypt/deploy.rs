//! Where a deployment's keys come from.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{CryptError, Keyring};

/// What the configuration says about keys.
#[derive(Clone, Default)]
pub struct KeySource {
    /// The keys' text itself, from the environment.
    pub text: Option<Zeroizing<String>>,
    /// A file that holds it.
    pub file: Option<PathBuf>,
}

/// The keys of a deployment: the text, or else the file, or else, beside a SQLite database, the file that is made at
/// the first start (`linli.db` has `linli.db.keys`, readable by its owner only).
///
/// # Errors
/// [`CryptError::NoKeys`] for PostgreSQL without keys: two nodes would make two. [`CryptError::File`] if a file cannot
/// be read or made, and what [`Keyring::load`] says.
pub fn for_deployment(database_url: &str, source: &KeySource) -> Result<Keyring, CryptError> {
    if let Some(text) = &source.text {
        return Keyring::load(text);
    }
    if let Some(path) = &source.file {
        return read(path);
    }
    let path = database_url.strip_prefix("sqlite:").ok_or(CryptError::NoKeys)?;
    let path = path
        .trim_start_matches("//")
        .split('?')
        .next()
        .unwrap_or_default();
    let path = PathBuf::from(format!("{path}.keys"));
    if path.exists() { read(&path) } else { make(&path) }
}

fn read(path: &Path) -> Result<Keyring, CryptError> {
    let text = fs::read_to_string(path).map_err(|source| file_error(path, source))?;
    Keyring::load(&Zeroizing::new(text))
}

fn make(path: &Path) -> Result<Keyring, CryptError> {
    let ring = Keyring::generate();
    match write_new(path, &ring) {
        Ok(()) => {
            tracing::info!(path = %path.display(), "made a key file");
            Ok(ring)
        }
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(file_error(path, error)),
    }
}

/// Writes `keys` into a file that is not there yet, for its owner only. A file that could not be written whole does not
/// stay: it would pass for keys that were lost.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn write_new(path: &Path, keys: &Keyring) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file
        .write_all(keys.to_text().as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        let _left = fs::remove_file(path);
    }
    written
}

fn file_error(path: &Path, source: io::Error) -> CryptError {
    CryptError::File {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::Field;

    #[test]
    fn a_sqlite_deployment_makes_its_keys_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("linli.db").display());
        let sealed = for_deployment(&url, &KeySource::default())
            .unwrap()
            .seal(Field::Name, "张三");
        let again = for_deployment(&url, &KeySource::default()).unwrap();
        assert_eq!(again.open(Field::Name, &sealed).unwrap(), "张三");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("linli.db.keys"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn postgres_wants_keys_given() {
        let url = "postgres://localhost/linli";
        let error = for_deployment(url, &KeySource::default()).unwrap_err();
        assert!(error.to_string().contains("LINLI_KEYS"));
        let text = Some(Keyring::generate().to_text());
        assert!(for_deployment(url, &KeySource { text, file: None }).is_ok());
        let file = Some(PathBuf::from("/nowhere/keys"));
        assert!(
            for_deployment(url, &KeySource { text: None, file })
                .unwrap_err()
                .to_string()
                .contains("/nowhere/keys")
        );
    }
}
