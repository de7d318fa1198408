//! Which push services may be asked. An address comes from a browser: without a list anybody could have this server ask anything.

use reqwest::Url;

/// Those of the browsers that there are: Chrome and most of its kind, Firefox, Safari, Edge.
pub const USUAL_HOSTS: [&str; 4] = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
];

/// An address is longer than that only where somebody plays.
const LONGEST: usize = 1_000;

/// Names of hosts; one that begins with `*.` stands for all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    names: Vec<String>,
    /// Plain HTTP on this machine, and nothing else.
    test: bool,
}

impl Hosts {
    /// # Errors
    /// A sentence that names what is no public host.
    pub fn new(names: &[String]) -> Result<Self, String> {
        let names: Vec<String> = names
            .iter()
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        if let Some(bad) = names.iter().find(|name| !is_public(name)) {
            return Err(format!(
                "“{bad}”不是公网主机名，应如 fcm.googleapis.com 或 *.push.apple.com"
            ));
        }
        Ok(Self { names, test: false })
    }

    #[cfg(test)]
    pub(super) const fn this_machine() -> Self {
        Self {
            names: Vec::new(),
            test: true,
        }
    }

    pub(super) const fn is_a_test(&self) -> bool {
        self.test
    }

    /// The address that `text` is, if it may be asked.
    pub fn admit(&self, text: &str) -> Option<Url> {
        if text.len() > LONGEST {
            return None;
        }
        let url = Url::parse(text).ok()?;
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        if self.test {
            return (url.scheme() == "http" && url.host_str() == Some("127.0.0.1")).then_some(url);
        }
        // No port but the usual one; a host that is a number is no domain.
        let named = url.scheme() == "https" && url.port().is_none() && self.lists(url.domain()?);
        named.then_some(url)
    }

    fn lists(&self, domain: &str) -> bool {
        self.names.iter().any(|name| match name.strip_prefix('*') {
            Some(end) => domain.len() > end.len() && domain.ends_with(end),
            None => domain == name,
        })
    }
}

/// Whether a name, perhaps with `*.` before it, can be one of the public internet.
fn is_public(name: &str) -> bool {
    const PRIVATE: [&str; 6] = ["localhost", "local", "internal", "lan", "home", "arpa"];
    let name = name.strip_prefix("*.").unwrap_or(name);
    let labels: Vec<&str> = name.split('.').collect();
    let shaped = labels.len() > 1
        && labels
            .iter()
            .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let last = labels.last().copied().unwrap_or_default();
    shaped && !PRIVATE.contains(&last) && !last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Hosts {
        Hosts::new(&USUAL_HOSTS.map(ToOwned::to_owned)).unwrap()
    }

    #[test]
    fn the_services_of_browsers_are_admitted() {
        for address in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
            "https://web.push.apple.com/QGuQ",
            "https://wns2-par02p.notify.windows.com/w/?token=BQ",
        ] {
            assert!(usual().admit(address).is_some(), "{address}");
        }
    }

    #[test]
    fn nothing_else_is_asked() {
        for address in [
            "",
            "fcm.googleapis.com/x",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://user@fcm.googleapis.com/x",
            "https://fcm.googleapis.com@127.0.0.1/x",
            "https://fcm.googleapis.com.example.com/x",
            "https://evilfcm.googleapis.com/x",
            "https://push.apple.com/x",
            "https://evilpush.apple.com/x",
            "https://127.0.0.1/x",
            "http://127.0.0.1:80/x",
            "https://[::1]/x",
            "https://localhost/x",
            "https://2130706433/x",
            "https://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "gopher://fcm.googleapis.com/x",
        ] {
            assert!(usual().admit(address).is_none(), "{address}");
        }
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(1_000));
        assert!(usual().admit(&long).is_none());
        assert!(
            Hosts::new(&[])
                .unwrap()
                .admit("https://fcm.googleapis.com/x")
                .is_none()
        );
    }

    #[test]
    fn a_list_holds_public_names_only() {
        for bad in [
            "localhost",
            "push",
            "127.0.0.1",
            "10.0.0.7",
            "[::1]",
            "*.com",
            "*",
            "push.local",
            "a.localhost",
            "db.internal",
            "https://fcm.googleapis.com",
            "fcm.googleapis.com/x",
            "a..b",
            "推送.中国",
        ] {
            let refused = Hosts::new(&[bad.to_owned()]).unwrap_err();
            assert!(refused.contains(bad), "{refused}");
        }
        let own = Hosts::new(&[" Push.Example.GOV.cn ".to_owned(), String::new()]).unwrap();
        assert!(own.admit("https://push.example.gov.cn/x").is_some());
        assert!(own.admit("https://fcm.googleapis.com/x").is_none());
    }
}
