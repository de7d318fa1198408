//! What is looked up in the index: the terms of a person, and of a query for names.

use shared::{
    Scope,
    text::{self, Pinyin},
};

/// More subtrees than this are left to the predicate.
const FEW_PATHS: usize = 20;

/// The index terms of a person, separated by spaces.
pub fn terms(name: &str, spelled: &Pinyin, path: &str) -> String {
    let folded = text::nfkc(name);
    let mut terms = text::bigrams(&folded);
    terms.extend(folded.chars().filter(|c| c.is_alphanumeric()).map(String::from));
    terms.push(spelled.full.clone());
    let initials: Vec<char> = spelled.initials.chars().collect();
    terms.extend((1..=initials.len()).map(|n| initials[..n].iter().collect()));
    terms.extend(path.split('/').filter(|code| code.len() >= 6).map(place_term));
    terms.retain(|term| !term.is_empty() && term.chars().all(char::is_alphanumeric));
    terms.sort();
    terms.dedup();
    terms.join(" ")
}

/// No name has it: names have no figures.
fn place_term(code: &str) -> String {
    format!("at{code}")
}

/// A query for names as it is looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) terms: Vec<(String, Match)>,
    places: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Whole,
    Beginning,
}

impl Query {
    pub(super) fn read(q: &str, scope: &Scope) -> Self {
        let clean: String = text::nfkc(q).chars().filter(|c| !c.is_control()).collect();
        let terms = clean
            .split(|c: char| !c.is_alphanumeric())
            .flat_map(|word| {
                if word.is_ascii() {
                    // Two letters are initials; from three on they may be the beginning of a name's pinyin.
                    let how = if word.len() >= 3 {
                        Match::Beginning
                    } else {
                        Match::Whole
                    };
                    vec![(word.to_owned(), how)]
                } else {
                    text::bigrams(word)
                        .into_iter()
                        .map(|t| (t, Match::Whole))
                        .collect()
                }
            })
            .filter(|(term, _)| !term.is_empty())
            .collect();
        let codes = scope
            .paths()
            .iter()
            .filter_map(|path| path.trim_end_matches('/').rsplit('/').next());
        let mut places: Vec<String> = codes.filter(|code| code.len() >= 6).map(place_term).collect();
        if places.len() != scope.paths().len() || places.len() > FEW_PATHS {
            places.clear();
        }
        Self { terms, places }
    }

    /// Terms are letters and digits only, so quoting them is enough.
    pub(super) fn fts5(&self) -> String {
        let mut all: Vec<String> = self
            .terms
            .iter()
            .map(|(term, how)| format!("\"{term}\"{}", if *how == Match::Beginning { "*" } else { "" }))
            .collect();
        if !self.places.is_empty() {
            let places: Vec<String> = self.places.iter().map(|place| format!("\"{place}\"")).collect();
            all.push(format!("({})", places.join(" OR ")));
        }
        all.join(" AND ")
    }

    pub(super) fn tsquery(&self) -> String {
        let mut all: Vec<String> = self
            .terms
            .iter()
            .map(|(term, how)| format!("'{term}'{}", if *how == Match::Beginning { ":*" } else { "" }))
            .collect();
        if !self.places.is_empty() {
            let places: Vec<String> = self.places.iter().map(|place| format!("'{place}'")).collect();
            all.push(format!("({})", places.join(" | ")));
        }
        all.join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(q: &str) -> (String, String) {
        let scope = Scope::new(vec!["32/3205/320581/320581001/320581001001/".into()]);
        let query = Query::read(q, &scope);
        (query.fts5(), query.tsquery())
    }

    #[test]
    fn terms_are_letters_and_digits_and_tell_the_places() {
        let terms = terms(
            "演示·王小芳",
            &text::pinyin("演示·王小芳"),
            "32/3205/320581/320581001/320581001001/320581001001003/",
        );
        for wanted in [
            "王小",
            "小芳",
            "王",
            "at320581001001",
            "at320581001001003",
            "yanshiwangxiaofang",
            "ysw",
        ] {
            assert!(terms.split(' ').any(|term| term == wanted), "{wanted}: {terms}");
        }
        assert!(!terms.contains('·'));
    }

    #[test]
    fn a_query_names_its_place() {
        assert_eq!(asked("王芳").0, "\"王芳\" AND (\"at320581001001\")");
        assert_eq!(asked("WF").1, "'wf' & ('at320581001001')");
        assert_eq!(asked("wangf").0, "\"wangf\"* AND (\"at320581001001\")");
        let all = Query::read("王", &Scope::everything());
        assert_eq!(all.fts5(), "\"王\"");
    }

    #[test]
    fn quotes_cannot_be_broken_out_of() {
        for q in ["\"", "'", "a\" OR \"b", "王' | '芳", "\\", "*", "NOT"] {
            let (fts, ts) = asked(q);
            assert!(
                fts.matches('"').count() % 2 == 0 && ts.matches('\'').count() % 2 == 0,
                "{q}: {fts} {ts}"
            );
            assert!(!fts.contains(" OR b"), "{fts}");
        }
    }
}
