//! Reads the layers, refuses what does not belong there, and says so in one sentence.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use config::{Environment, File, FileFormat};
use secrecy::SecretString;

use super::{Config, check::check};

/// What was given on the command line.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub database_url: Option<String>,
    pub port: Option<u16>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("读不到配置文件“{}”：{source}。请检查路径和权限。", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("配置文件“{}”不是正确的 TOML：{reason}", path.display())]
    Syntax { path: PathBuf, reason: String },
    #[error("配置里没有“{key}”这一项（来自{origin}）。请检查拼写，各项见 docs/OPERATIONS.md。")]
    Unknown { key: String, origin: String },
    #[error(
        "“{key}”是密钥，不能写在配置文件里：请改用环境变量 {variable}，或写进单独的文件并设置 {key}_file。"
    )]
    SecretInFile { key: &'static str, variable: String },
    #[error("读不到 {key} 指定的文件“{}”：{source}。", path.display())]
    SecretUnreadable {
        key: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{key} 指定的文件“{}”是空的。", path.display())]
    SecretEmpty { key: &'static str, path: PathBuf },
    #[error("“{key}”和“{key}_file”只能设置一个。")]
    SecretTwice { key: &'static str },
    #[error("配置项“{key}”不对：{reason}。")]
    Value { key: String, reason: String },
    #[error("缺少配置项“{key}”：{reason}。")]
    Missing { key: &'static str, reason: &'static str },
}

/// The file that is read where none is named, if it is there.
const USUAL_FILE: &str = "linli.toml";

/// Settings that the TOML file must not hold.
const SECRETS: &[&str] = &[
    "keys",
    "message.secret",
    "push.key",
    "uploads.s3.secret_access_key",
];

/// Variables of the same prefix that belong to building and testing.
fn is_settings_variable(name: &str) -> bool {
    const OTHERS: &[&str] = &["LINLI_CONFIG", "LINLI_BIN", "LINLI_RELEASE"];
    name.starts_with("LINLI_") && !name.starts_with("LINLI_TEST_") && !OTHERS.contains(&name)
}

/// Reads file, environment and flags.
///
/// # Errors
/// [`ConfigError`], a Chinese sentence with the key's name and what to do.
pub fn load(
    flags: &Flags,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let all: HashMap<String, String> = environment
        .filter(|(name, _)| name.starts_with("LINLI_"))
        .collect();
    let named = flags.config.clone().or_else(|| {
        all.get("LINLI_CONFIG")
            .filter(|p| !p.is_empty())
            .map(PathBuf::from)
    });
    let file = match named {
        Some(path) => Some(path),
        None => Some(PathBuf::from(USUAL_FILE)).filter(|path| path.exists()),
    };
    let variables: HashMap<String, String> = all
        .into_iter()
        .filter(|(name, _)| is_settings_variable(name))
        .collect();

    let mut builder = config::Config::builder();
    if let Some(path) = &file {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.clone(),
            source,
        })?;
        let source = File::from_str(&text, FileFormat::Toml);
        refuse_secrets(path, source.clone())?;
        builder = builder.add_source(source);
    }
    let environment = Environment::with_prefix("LINLI")
        .prefix_separator("_")
        .separator("__")
        .ignore_empty(true)
        .source(Some(variables.clone()));
    let layers = builder
        .add_source(environment)
        .set_override_option("database_url", flags.database_url.clone())
        .and_then(|b| b.set_override_option("port", flags.port.map(i64::from)))
        .and_then(|b| b.build())
        .map_err(|error| value_error(&error))?;

    let mut unknown = None;
    let mut config: Config = serde_ignored::deserialize(layers, |path| {
        // An optional part of the structure shows as `?` in the path.
        let key = path.to_string().replace(".?", "");
        unknown.get_or_insert(key);
    })
    .map_err(|error| value_error(&error))?;
    if let Some(key) = unknown {
        let variable = variable_of(&key);
        let origin = match file {
            Some(path) if !variables.contains_key(&variable) => format!("配置文件 {}", path.display()),
            _ => format!("环境变量 {variable}"),
        };
        return Err(ConfigError::Unknown { key, origin });
    }
    if flags.database_url.is_some() {
        // The flag stands over the file that is named elsewhere.
        config.database_url_file = None;
    }
    read_secret_files(&mut config)?;
    check(&config)?;
    Ok(config)
}

/// `LINLI_UPLOADS__S3__BUCKET` for `uploads.s3.bucket`.
fn variable_of(key: &str) -> String {
    format!("LINLI_{}", key.replace('.', "__").to_uppercase())
}

fn refuse_secrets(path: &Path, file: File<config::FileSourceString, FileFormat>) -> Result<(), ConfigError> {
    let alone = config::Config::builder()
        .add_source(file)
        .build()
        .map_err(|error| {
            let reason = match error {
                config::ConfigError::FileParse { cause, .. } => cause.to_string(),
                other => other.to_string(),
            };
            ConfigError::Syntax {
                path: path.to_owned(),
                reason: reason.trim().to_owned(),
            }
        })?;
    for key in SECRETS {
        if alone.get::<config::Value>(key).is_ok() {
            return Err(ConfigError::SecretInFile {
                key,
                variable: variable_of(key),
            });
        }
    }
    let has_password = |text: String| url::Url::parse(&text).is_ok_and(|url| url.password().is_some());
    if alone.get_string("database_url").is_ok_and(has_password) {
        let key = "database_url";
        return Err(ConfigError::SecretInFile {
            key,
            variable: variable_of(key),
        });
    }
    Ok(())
}

/// One sentence from the library's error, which nests keys around reasons.
fn value_error(error: &config::ConfigError) -> ConfigError {
    let (key, reason) = match error {
        config::ConfigError::Type {
            key,
            unexpected,
            expected,
            ..
        } => (key.clone(), format!("应为 {expected}，现在是 {unexpected}")),
        config::ConfigError::At { error, key, .. } => {
            let inner = value_error(error);
            let reason = if let ConfigError::Value { reason, .. } = inner {
                reason
            } else {
                inner.to_string()
            };
            (key.clone(), reason)
        }
        other => (None, other.to_string()),
    };
    ConfigError::Value {
        key: key.unwrap_or_default(),
        reason,
    }
}

fn read_secret_files(config: &mut Config) -> Result<(), ConfigError> {
    if let Some(path) = &config.database_url_file {
        config.database_url = read_secret("database_url", path)?;
    }
    let s3 = &mut config.uploads.s3;
    let message = &mut config.message;
    let push = &mut config.push;
    for (key, secret, file) in [
        ("keys", &mut config.keys, &config.keys_file),
        ("message.secret", &mut message.secret, &message.secret_file),
        ("push.key", &mut push.key, &push.key_file),
        (
            "uploads.s3.secret_access_key",
            &mut s3.secret_access_key,
            &s3.secret_access_key_file,
        ),
    ] {
        match (secret.is_some(), file) {
            (true, Some(_)) => return Err(ConfigError::SecretTwice { key }),
            // The key file is read by whoever needs the keys: `keys rotate` also writes it.
            (false, Some(path)) if key != "keys" => *secret = Some(read_secret(key, path)?),
            _ => {}
        }
    }
    Ok(())
}

fn read_secret(key: &'static str, path: &Path) -> Result<SecretString, ConfigError> {
    let text = fs::read_to_string(path).map_err(|source| ConfigError::SecretUnreadable {
        key,
        path: path.to_owned(),
        source,
    })?;
    match text.trim() {
        "" => Err(ConfigError::SecretEmpty {
            key,
            path: path.to_owned(),
        }),
        secret => Ok(secret.to_owned().into()),
    }
}
