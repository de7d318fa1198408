//! Which categories somebody means by what they would say.

use std::collections::BTreeSet;

use super::{Category, text};

/// The most that are offered.
const OFFERED: usize = 4;
/// Characters that say nothing of what it is about.
const EMPTY: &str = "的了不没有人在是我你他们个小大上下坏好乱老里外前后这那一二三";

/// Those that `q` means, the likeliest first: by a word of theirs that it has, or by pairs of characters, or else by single ones.
pub fn meant<'a>(categories: &'a [Category], q: &str) -> Vec<&'a Category> {
    let q = q.trim();
    if q.is_empty() {
        return Vec::new();
    }
    let plain: Vec<&Category> = categories.iter().filter(|one| one.means(q)).collect();
    if !plain.is_empty() {
        return plain;
    }
    let pairs: BTreeSet<String> = text::pairs(q).into_iter().collect();
    let by_pairs = ranked(categories, |word| {
        text::pairs(word)
            .iter()
            .filter(|pair| pairs.contains(*pair))
            .count()
    });
    if !by_pairs.is_empty() {
        return by_pairs;
    }
    let single: BTreeSet<char> = q
        .chars()
        .filter(|c| c.is_alphanumeric() && !EMPTY.contains(*c))
        .collect();
    ranked(categories, |word| {
        word.chars().filter(|c| single.contains(c)).count()
    })
}

/// Those of whose words one has something in common, by the most that one has.
fn ranked(categories: &[Category], common: impl Fn(&str) -> usize) -> Vec<&Category> {
    let of = |one: &Category| {
        let words = one.aliases.iter().map(String::as_str);
        words
            .chain([one.label.as_str()])
            .map(&common)
            .max()
            .unwrap_or_default()
    };
    let mut found: Vec<(usize, &Category)> = categories.iter().map(|one| (of(one), one)).collect();
    found.retain(|(common, _)| *common > 0);
    // Stable: among equals their own order stays.
    found.sort_by_key(|(common, _)| std::cmp::Reverse(*common));
    found.into_iter().take(OFFERED).map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::built_in;

    #[test]
    fn what_people_say_is_found_though_no_alias_says_it_so() {
        let all = built_in();
        let of = |q: &str| meant(&all, q).first().map(|one| one.code.as_str());
        assert_eq!(of("路灯坏了"), Some("facility"));
        assert_eq!(of("灯坏了"), Some("facility"));
        assert_eq!(of("楼道里堆东西"), Some("space"));
        assert_eq!(of("半夜装修声音"), Some("noise"));
        assert!(meant(&all, "   ").is_empty());
        assert!(meant(&all, "坏了").is_empty(), "that may be anything");
        assert!(meant(&all, "灯").len() <= OFFERED);
    }
}
