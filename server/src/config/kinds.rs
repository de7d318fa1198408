//! Settings that are more than text or a number. Each says in Chinese what it would have liked.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use url::Url;

/// One of a few words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(try_from = "String")]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(word: String) -> Result<Self, String> {
                match word.as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("应为 {}，现在是“{word}”", [$($word),+].join(" 或 "))),
                }
            }
        }
    };
}

words! {
    /// The form of log lines.
    LogFormat {
        #[default]
        Text = "text",
        /// One JSON object a line, for log collectors.
        Json = "json",
    }
}

words! {
    /// Where uploads lie.
    Store {
        #[default]
        Local = "local",
        S3 = "s3",
    }
}

words! {
    /// What sends one-time codes.
    Sender {
        /// Writes them into the server's log: for development only.
        #[default]
        Log = "log",
        Http = "http",
    }
}

/// An http or https address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl(Url);

impl TryFrom<String> for PublicUrl {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let wanted = || format!("应为 http:// 或 https:// 开头的地址，现在是“{text}”");
        let url = Url::parse(&text).map_err(|_| wanted())?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(wanted());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("地址里不能带用户名或密码".into());
        }
        Ok(Self(url))
    }
}

impl PublicUrl {
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether it names nothing but a host: the public address has no folder of its own.
    pub fn is_bare(&self) -> bool {
        self.0.path() == "/" && self.0.query().is_none() && self.0.fragment().is_none()
    }

    /// Scheme, host and, where it is not the usual one, port; without a slash at the end.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// An official code from province to micro-grid: 2, 4, 6, 9 or 12 digits, 3 more for a grid, 2 more for a micro-grid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NodeCode(String);

impl TryFrom<String> for NodeCode {
    type Error = String;
    fn try_from(code: String) -> Result<Self, String> {
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        if digits && matches!(code.len(), 2 | 4 | 6 | 9 | 12 | 15 | 17) {
            Ok(Self(code))
        } else {
            Err(format!("应为区划代码（2、4、6、9、12 位数字），现在是“{code}”"))
        }
    }
}

impl NodeCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Words: a list in TOML, separated by commas in the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    pub fn list(&self) -> Vec<String> {
        self.0.clone()
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Names;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("一个或几个名字")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Names, E> {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Ok(Names(parts.map(ToOwned::to_owned).collect()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = list.next_element::<String>()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// Addresses and networks: a list in TOML, separated by commas in the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        // A socket that listens on both families sees IPv4 peers as ::ffff:a.b.c.d.
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }

    fn parse<E: Error>(text: &str) -> Result<IpNet, E> {
        let text = text.trim();
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| E::custom(format!("应为 IP 地址或网段（如 10.0.0.0/8），现在是“{text}”")))
    }
}

impl<'de> Deserialize<'de> for Networks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Networks;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("IP 地址或网段")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Networks, E> {
                let parts = text.split(',').filter(|part| !part.trim().is_empty());
                parts.map(Networks::parse).collect::<Result<_, _>>().map(Networks)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Networks, A::Error> {
                let mut networks = Vec::new();
                while let Some(text) = list.next_element::<String>()? {
                    networks.push(Networks::parse(&text)?);
                }
                Ok(Networks(networks))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
