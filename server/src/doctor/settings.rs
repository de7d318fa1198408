//! What can be told from the configuration and from the files that it names.

use std::path::Path;

use db::crypt::{KeySource, Keyring, for_deployment};
use secrecy::ExposeSecret;

use super::Report;
use crate::config::{Config, Sender};

/// The keys, if they can be read; nothing is generated.
pub fn keys(
    config: &Config,
    source: &KeySource,
    file: Option<&Path>,
    report: &mut Report,
) -> Option<Keyring> {
    const CHECK: &str = "keys";
    if let Some(path) = file
        && !path.exists()
    {
        if config.keys_file.is_some() {
            report.error(
                CHECK,
                format!("密钥文件 {} 不存在。", path.display()),
                "请放回备份，或改正 keys_file。没有它，电话、姓名等数据打不开。",
            );
        }
        return None;
    }
    match for_deployment(config.database_url.expose_secret(), source) {
        Ok(ring) => {
            if let Some(path) = file {
                permissions(path, report);
                if config.keys_file.is_none() {
                    report.warn(
                        "key_file",
                        format!("密钥文件 {} 就在数据库旁边。", path.display()),
                        "一起丢失或一起被拿走，加密就没有意义：请离线备份，并用 keys_file 把它移到别处。",
                    );
                }
            }
            Some(ring)
        }
        Err(error) => {
            report.error(
                CHECK,
                error.to_string(),
                "用 linli keys new 文件 生成一套，再设置 keys_file 或 LINLI_KEYS；已有数据时请用备份的密钥。",
            );
            None
        }
    }
}

#[cfg(unix)]
fn permissions(path: &Path, report: &mut Report) {
    use std::os::unix::fs::PermissionsExt;
    const CHECK: &str = "key_permissions";
    let Ok(meta) = std::fs::metadata(path) else { return };
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        report.ok(CHECK, "密钥文件只有属主能读。");
    } else {
        let found = format!("密钥文件 {} 的权限是 {mode:o}，别的用户也能读。", path.display());
        report.error(CHECK, found, format!("运行 chmod 600 {}。", path.display()));
    }
}

#[cfg(not(unix))]
fn permissions(_path: &Path, _report: &mut Report) {}

/// TLS, the public address, and who may speak for a visitor's address.
pub fn network(config: &Config, demo: bool, report: &mut Report) {
    const CHECK: &str = "tls";
    match &config.public_url {
        Some(url) if url.is_https() => {
            report.ok(CHECK, format!("对外地址是 {}。", url.origin()));
            // TLS ends before the server: there is a proxy, wherever it stands.
            if config.trusted_proxies.is_empty() {
                report.warn(
                    "proxies",
                    "没有设置 trusted_proxies，所有访客会被看成同一个地址，共用一份访问次数限制，人一多就会被拒绝。",
                    "写上反向代理的地址；在本机时是 trusted_proxies = [\"127.0.0.1\", \"::1\"]。代理要发 X-Forwarded-For。",
                );
            }
        }
        Some(url) => report.error(
            CHECK,
            format!("对外地址 {} 没有用 https，登录信息会明文传输。", url.origin()),
            "请在反向代理上配置证书，并把 public_url 改成 https://…。",
        ),
        None if config.listen.is_loopback() => report.warn(
            CHECK,
            "没有设置 public_url，只适合在本机试用。",
            "上线前请设置 public_url = \"https://…\"，Cookie 才会加上 Secure 和 __Host-。",
        ),
        None => report.error(
            CHECK,
            format!("在 {} 上对外提供服务，却没有设置 public_url。", config.listen),
            "请设置 public_url = \"https://…\"，并由反向代理提供 TLS。",
        ),
    }
    if demo && config.is_https() {
        report.error(
            "demo",
            "对外的部署处于演示模式：验证码会显示在页面上，谁都能登录。",
            "真实使用时请换一个没有载入演示数据的数据库，并设置 demo = false。",
        );
    }
}

/// Whether one-time codes reach anybody.
pub fn messages(config: &Config, demo: bool, report: &mut Report) {
    const CHECK: &str = "messages";
    match (config.message.sender, demo) {
        (Sender::Http, _) => match &config.message.url {
            Some(url) if !url.is_https() => report.warn(
                CHECK,
                format!("短信网关 {} 没有用 https。", url.origin()),
                "手机号会明文经过网络，请用 https 或内网专线。",
            ),
            _ => report.ok(CHECK, "验证码通过短信网关发送。"),
        },
        (Sender::Log, true) => report.ok(CHECK, "演示模式：验证码显示在页面上。"),
        (Sender::Log, false) => report.error(
            CHECK,
            "没有短信网关，验证码只写进日志，居民收不到。",
            "请设置 message.sender = \"http\" 和 message.url，见 docs/OPERATIONS.md。",
        ),
    }
}

/// Whether notices reach the screens of devices: extra, but somebody should have decided about it.
pub fn pushes(config: &Config, demo: bool, report: &mut Report) {
    const CHECK: &str = "push";
    // What does not fit together has been refused when the configuration was read.
    match (config.push_config(), demo) {
        (Some(push), _) if config.is_https() => {
            report.ok(CHECK, format!("手机通知通过 {} 发送。", push.hosts.join("、")));
        }
        (Some(_), _) => report.warn(
            CHECK,
            "设置了手机通知的密钥，但 public_url 不是 https，浏览器不会提供手机通知。",
            "请设置 public_url = \"https://…\"。",
        ),
        (None, true) => report.ok(CHECK, "演示模式：没有手机通知的密钥，页面上不提供手机通知。"),
        (None, false) => report.warn(
            CHECK,
            "没有手机通知（Web Push）的密钥，页面上不提供手机通知；消息和短信不受影响。",
            "需要的话，运行 linli keys push 文件，再设置 push.key_file，见 docs/OPERATIONS.md。",
        ),
    }
}

/// What the law wants shown.
pub fn filing(config: &Config, demo: bool, stored_review_number: Option<&str>, report: &mut Report) {
    const ICP: &str = "filing";
    match &config.filing.icp {
        Some(number) => report.ok(ICP, format!("备案号 {number}。")),
        None => report.warn(
            ICP,
            "没有填写 ICP 备案号。",
            "对公众开放前请备案，并设置 filing.icp，页脚会显示。",
        ),
    }
    const REVIEW: &str = "review_number";
    match (config.map.review_number.as_deref().or(stored_review_number), demo) {
        (Some(number), _) => report.ok(REVIEW, format!("审图号 {number}。")),
        (None, true) => report.ok(REVIEW, "演示的边界是合成的，页面上已注明，不需要审图号。"),
        (None, false) => report.warn(
            REVIEW,
            "没有填写审图号，边界只有工作人员能看到。",
            "送审后设置 map.review_number，或在地图设置里填写。",
        ),
    }
    if config.map.tianditu_key.is_some() && config.map.tianditu_review_number.is_none() {
        report.warn(
            "tianditu",
            "用了天地图底图，却没有填写它的审图号。",
            "请在天地图网站查到当前审图号，设置 map.tianditu_review_number。",
        );
    }
}
