//! The part of the organisation that somebody may see: a few subtrees, by path.

use serde::{Deserialize, Serialize};

/// Subtrees of the organisation. A node's path is its ancestors' codes from the root and its own, each followed by
/// `/`: `32/3205/320581/`. A subtree is the range of paths that begin with its root's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    paths: Vec<String>,
}

/// One subtree as a half-open range of paths, for SQL: `path >= lo and path < hi`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRange {
    pub lo: String,
    pub hi: String,
}

impl Scope {
    /// The subtrees below `paths`; those inside another are dropped.
    pub fn new(mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        paths.dedup_by(|later, earlier| later.starts_with(earlier.as_str()));
        Self { paths }
    }

    /// All there is: the system, and what is public.
    pub fn everything() -> Self {
        Self {
            paths: vec![String::new()],
        }
    }

    pub fn covers(&self, path: &str) -> bool {
        self.paths.iter().any(|prefix| path.starts_with(prefix.as_str()))
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// The ranges to bind as one JSON argument.
    pub fn ranges(&self) -> Vec<PathRange> {
        self.paths.iter().map(|path| PathRange::below(path)).collect()
    }
}

impl PathRange {
    /// The range of `path` and all below it.
    pub fn below(path: &str) -> Self {
        // '0' follows '/' in ASCII, and every path ends with '/'; '~' is above every code.
        let hi = path
            .strip_suffix('/')
            .map_or_else(|| "~".to_owned(), |stem| format!("{stem}0"));
        Self {
            lo: path.to_owned(),
            hi,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_its_subtrees_only() {
        let scope = Scope::new(vec![
            "32/3205/320581/".into(),
            "32/3205/320581/320581001/".into(),
            "32/3201/".into(),
        ]);
        assert_eq!(scope.paths().len(), 2);
        assert!(scope.covers("32/3205/320581/320581001/"));
        assert!(!scope.covers("32/3205/3205810/"));
        assert!(!scope.covers("32/3205/"));
        assert!(!Scope::default().covers("32/"));
        assert!(Scope::everything().covers("32/"));
    }

    #[test]
    fn a_range_holds_what_begins_with_its_path() {
        let range = PathRange::below("32/3205/");
        let inside = |p: &str| range.lo.as_str() <= p && p < range.hi.as_str();
        assert!(inside("32/3205/") && inside("32/3205/320581/"));
        assert!(!inside("32/32050/") && !inside("32/3206/") && !inside("32/"));
        let all = PathRange::below("");
        assert!(all.lo.as_str() <= "32/" && "32/" < all.hi.as_str());
    }
}
