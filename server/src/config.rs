//! What an operator can set. Every setting has a value to start with: without any configuration the server runs on
//! SQLite under `var/`.
//!
//! Layers, later over earlier: built-in values, a TOML file, environment variables (`LINLI_…`, nested keys with two
//! underscores: `LINLI_UPLOADS__S3__BUCKET`), flags. Secrets come from the environment or from files of their own
//! (`…_file`), never from the TOML file, which tends to be copied around.

mod check;
mod kinds;
mod load;
#[cfg(test)]
mod tests;

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

pub use kinds::{LogFormat, Names, Networks, NodeCode, PublicUrl, Sender, Store};
pub use load::{ConfigError, Flags, load};
use notices::server::push::{PushConfig, USUAL_HOSTS};
use secrecy::SecretString;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`. With a password inside it counts as a secret.
    pub database_url: SecretString,
    pub database_url_file: Option<PathBuf>,
    /// The address to listen on: this machine only, unless a reverse proxy stands elsewhere.
    pub listen: IpAddr,
    pub port: u16,
    /// Where people reach this deployment, e.g. `https://linli.example.gov.cn`. With https, cookies get the `__Host-`
    /// prefix and browsers are told to stay with https.
    pub public_url: Option<PublicUrl>,
    /// The folder with the built site; without it the one inside the binary.
    pub site: Option<PathBuf>,
    /// `true`: demonstration accounts and codes shown on the page. `false`: never. Unset: what `linli demo` noted in
    /// the database.
    pub demo: Option<bool>,
    /// The code of the node that owns this deployment, e.g. `320581`.
    pub root_node: Option<NodeCode>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Networks,
    /// The keys of the encrypted fields, in the form that `linli keys new` prints.
    pub keys: Option<SecretString>,
    pub keys_file: Option<PathBuf>,
    pub uploads: Uploads,
    pub message: Message,
    pub push: PushService,
    pub map: Map,
    pub filing: Filing,
    pub log: Log,
    pub limits: Limits,
}

/// Where uploads lie.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Uploads {
    pub store: Store,
    /// For `store = "local"`; relative to the working folder.
    pub folder: PathBuf,
    /// For `store = "s3"`.
    pub s3: S3,
}

/// A bucket of any S3-compatible store.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct S3 {
    pub bucket: String,
    pub region: String,
    /// Where the store is, unless it is Amazon's.
    pub endpoint: Option<PublicUrl>,
    /// `endpoint/bucket/key` rather than `bucket.endpoint/key`, as many private stores want it.
    pub path_style: bool,
    pub access_key_id: String,
    pub secret_access_key: Option<SecretString>,
    pub secret_access_key_file: Option<PathBuf>,
}

/// How one-time codes and messages leave the house.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Message {
    pub sender: Sender,
    /// For `sender = "http"`: the gateway's address.
    pub url: Option<PublicUrl>,
    /// The name by which the gateway knows this deployment.
    pub key_id: String,
    /// What requests to the gateway are signed with.
    pub secret: Option<SecretString>,
    pub secret_file: Option<PathBuf>,
}

/// Notices on the screens of devices (Web Push). Without a key they are not offered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PushService {
    /// The private VAPID key, as `linli keys push` makes it.
    pub key: Option<SecretString>,
    pub key_file: Option<PathBuf>,
    /// Whom a push service may tell that something is wrong: `mailto:…` or `https://…`. Unless set, the public address.
    pub contact: Option<String>,
    /// The push services that may be asked; unless set, those of the usual browsers.
    pub hosts: Option<Names>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Map {
    /// Tianditu's browser key. Anybody who opens the map sees it, so it is no secret; bind it to the address there.
    pub tianditu_key: Option<String>,
    /// Which of Tianditu's two sets of tiles.
    pub tianditu_matrix: Matrix,
    /// Tianditu's review number, as its terms want it shown.
    pub tianditu_review_number: Option<String>,
    /// The review number (审图号) of this deployment's own borders; public visitors see them only with one.
    pub review_number: Option<String>,
}

/// The plane that Tianditu's tiles are cut in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matrix {
    /// Web Mercator, as the map itself.
    #[default]
    W,
    /// Degrees of CGCS2000; the browser bends them.
    C,
}

impl Matrix {
    pub const fn code(self) -> &'static str {
        match self {
            Self::W => "w",
            Self::C => "c",
        }
    }
}

/// What has to stand at the foot of every page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filing {
    /// ICP 备案号.
    pub icp: Option<String>,
    /// 公安联网备案号.
    pub public_security: Option<String>,
}

impl Filing {
    /// The line at the foot.
    pub fn line(&self) -> Option<String> {
        let numbers: Vec<&str> = [&self.icp, &self.public_security]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        (!numbers.is_empty()).then(|| numbers.join(" · "))
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Log {
    pub format: LogFormat,
    /// As `tracing_subscriber::EnvFilter` reads it: `info`, `info,db=debug`.
    pub filter: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The largest request body but for uploads and imports, in bytes.
    pub body_bytes: u64,
    /// The largest upload or import, in bytes.
    pub upload_bytes: u64,
    /// How long a request may take, in seconds; event streams are not counted.
    pub request_s: u64,
    /// How long a connection may say nothing or take for its headers, in seconds: longer than a proxy keeps a connection
    /// open, or the proxy would write into closed ones.
    pub idle_s: u64,
    /// How long requests under way may take to end when the server stops, in seconds.
    pub shutdown_s: u64,
    /// Requests a minute of one session.
    pub session_per_minute: u32,
    /// Requests a minute of one address that is not signed in; a hall full of people shares one.
    pub address_per_minute: u32,
    /// Event streams that one person may hold open.
    pub streams_per_user: usize,
    /// Event streams that all may hold open on this node.
    pub streams: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite:var/linli.db".to_owned().into(),
            database_url_file: None,
            listen: Ipv4Addr::LOCALHOST.into(),
            port: 3000,
            public_url: None,
            site: None,
            demo: None,
            root_node: None,
            trusted_proxies: Networks::default(),
            keys: None,
            keys_file: None,
            uploads: Uploads::default(),
            message: Message::default(),
            push: PushService::default(),
            map: Map::default(),
            filing: Filing::default(),
            log: Log::default(),
            limits: Limits::default(),
        }
    }
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            store: Store::Local,
            folder: "var/uploads".into(),
            s3: S3::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            upload_bytes: 50 << 20,
            request_s: 30,
            idle_s: 75,
            shutdown_s: 20,
            session_per_minute: 600,
            address_per_minute: 3_000,
            streams_per_user: 4,
            streams: 5_000,
        }
    }
}

impl Config {
    /// The file of a SQLite database.
    pub fn database_file(&self) -> Option<PathBuf> {
        use secrecy::ExposeSecret;
        let path = self.database_url.expose_secret().strip_prefix("sqlite:")?;
        Some(path.trim_start_matches("//").into())
    }

    /// What pushes are sent with, if there is a key.
    pub fn push_config(&self) -> Option<PushConfig> {
        use secrecy::ExposeSecret;
        let key = self.push.key.as_ref()?.expose_secret().to_owned();
        let contact = self.push.contact.clone();
        let address = || self.public_url.as_ref().map(PublicUrl::origin);
        let hosts = self.push.hosts.as_ref().map(Names::list);
        Some(PushConfig {
            key,
            contact: contact.or_else(address).unwrap_or_default(),
            hosts: hosts.unwrap_or_else(|| USUAL_HOSTS.map(ToOwned::to_owned).to_vec()),
        })
    }

    /// Whether people reach this deployment over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }
}
