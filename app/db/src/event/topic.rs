//! What events are told on. Those who publish, those who listen and who may listen have it from here: on anything else
//! an event could be heard by nobody.

use shared::UserId;

/// Topics that anybody may listen to: what they tell of is public.
pub const PUBLIC: [&str; 8] = [
    "orgs",
    "grid",
    "catalogue",
    "poi",
    "reports",
    "surveys",
    "staff",
    "site",
];

/// A topic, as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic<'a> {
    /// One of [`PUBLIC`].
    Public,
    /// `user/ID`: what concerns one person.
    User(UserId),
    /// `path/32/3205/…/`: what happens at a node, for those who work there or above it.
    Path(&'a str),
    /// `track/CODE`: what happens to a matter that was reported without an account, for whoever has its address, which nobody else is told.
    Track(&'a str),
    /// `jobs`: for those who look after the jobs that failed.
    Jobs,
    /// `accounts`, `settings`: no browser hears of it; pillars follow it, and each node drops what it has made of it.
    Inner,
}

impl<'a> Topic<'a> {
    /// `None` for what is none.
    pub fn read(topic: &'a str) -> Option<Self> {
        if PUBLIC.contains(&topic) {
            return Some(Self::Public);
        }
        match (topic, topic.split_once('/')) {
            (_, Some(("user", id))) => id.parse().ok().map(Self::User),
            (_, Some(("path", path))) => Some(Self::Path(path)),
            (_, Some(("track", code))) if is_code(code) => Some(Self::Track(code)),
            ("jobs", _) => Some(Self::Jobs),
            ("accounts" | "settings", _) => Some(Self::Inner),
            _ => None,
        }
    }
}

fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_one_of_few() {
        let id = "0192aaaa-0000-7000-8000-000000000000";
        let user = format!("user/{id}");
        assert_eq!(Topic::read("orgs"), Some(Topic::Public));
        assert_eq!(Topic::read(&user), Some(Topic::User(id.parse().unwrap())));
        assert_eq!(
            Topic::read("path/32/3205/"),
            Some(Topic::Path("32/3205/")),
            "the path of a node"
        );
        assert_eq!(Topic::read("track/4f2a9c"), Some(Topic::Track("4f2a9c")));
        assert_eq!(Topic::read("jobs"), Some(Topic::Jobs));
        assert_eq!(Topic::read("settings"), Some(Topic::Inner));
        for none in [
            "",
            "map",
            "node/320581",
            "user",
            "user/32",
            "path",
            "track",
            "track/",
            "track/4f/2a",
            "orgs/32",
            "accounts/1",
        ] {
            assert_eq!(Topic::read(none), None, "{none}");
        }
    }
}
