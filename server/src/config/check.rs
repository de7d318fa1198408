//! What one setting demands of another.

use notices::server::push::{Hosts, Vapid};
use secrecy::ExposeSecret;

use super::{Config, ConfigError, Sender, Store};

/// # Errors
/// The first that does not fit, with the key's name.
pub fn check(config: &Config) -> Result<(), ConfigError> {
    let value = |key: &str, reason: &str| {
        Err(ConfigError::Value {
            key: key.into(),
            reason: reason.into(),
        })
    };
    let url = config.database_url.expose_secret();
    if !["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        return value("database_url", "应为 sqlite:路径 或 postgres://…");
    }
    if config
        .database_file()
        .is_some_and(|path| path.as_os_str().is_empty())
    {
        return value("database_url", "sqlite: 后面缺少文件路径");
    }
    if config.public_url.as_ref().is_some_and(|url| !url.is_bare()) {
        return value("public_url", "只写到域名为止，不带路径");
    }
    if config.message.sender == Sender::Http {
        if config.message.url.is_none() {
            return Err(ConfigError::Missing {
                key: "message.url",
                reason: "message.sender 是 http，需要短信网关的地址",
            });
        }
        if config.message.secret.is_none() {
            return Err(ConfigError::Missing {
                key: "message.secret",
                reason: "message.sender 是 http，请求要用它签名；请设置环境变量 LINLI_MESSAGE__SECRET 或 message.secret_file",
            });
        }
    }
    if let Some(push) = config.push_config() {
        if push.contact.is_empty() {
            return Err(ConfigError::Missing {
                key: "push.contact",
                reason: "设置了 push.key，推送服务要知道出了问题联系谁；请写 mailto:邮箱，或者设置 public_url",
            });
        }
        if let Err(reason) = Vapid::new(&push.key, &push.contact) {
            return value("push.key 或 push.contact", &reason);
        }
        if let Err(reason) = Hosts::new(&push.hosts) {
            return value("push.hosts", &reason);
        }
    }
    if config.uploads.store == Store::S3 {
        let s3 = &config.uploads.s3;
        if s3.bucket.is_empty() {
            return Err(ConfigError::Missing {
                key: "uploads.s3.bucket",
                reason: "uploads.store 是 s3，需要桶名",
            });
        }
        if s3.access_key_id.is_empty() {
            return Err(ConfigError::Missing {
                key: "uploads.s3.access_key_id",
                reason: "uploads.store 是 s3，需要访问密钥的编号",
            });
        }
        if s3.secret_access_key.is_none() {
            return Err(ConfigError::Missing {
                key: "uploads.s3.secret_access_key",
                reason: "uploads.store 是 s3，需要访问密钥；请设置环境变量 LINLI_UPLOADS__S3__SECRET_ACCESS_KEY 或 uploads.s3.secret_access_key_file",
            });
        }
    }
    if let Some(filter) = &config.log.filter
        && tracing_subscriber::EnvFilter::try_new(filter).is_err()
    {
        return value("log.filter", "应为 info、debug 或 info,db=debug 这样的写法");
    }
    let limits = &config.limits;
    for (key, number) in [
        ("limits.body_bytes", limits.body_bytes),
        ("limits.upload_bytes", limits.upload_bytes),
        ("limits.request_s", limits.request_s),
        ("limits.idle_s", limits.idle_s),
        ("limits.session_per_minute", limits.session_per_minute.into()),
        ("limits.address_per_minute", limits.address_per_minute.into()),
    ] {
        if number == 0 {
            return value(key, "不能是 0");
        }
    }
    Ok(())
}
