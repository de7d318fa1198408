//! Chinese text for search and sorting: NFKC, bigrams and pinyin, made in one place.

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

/// NFKC, lower case, white space folded to single spaces and trimmed.
pub fn nfkc(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character belongs to a script written without spaces.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// The search terms of `text`: every pair of neighbouring Han characters, a lone one by itself, and every run of
/// letters and digits. `停车 A12` → `停车`, `a12`.
pub fn bigrams(text: &str) -> Vec<String> {
    let text = nfkc(text);
    let mut terms = Vec::new();
    let mut han: Vec<char> = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if is_han(c) {
            end_word(&mut word, &mut terms);
            han.push(c);
        } else {
            end_han(&mut han, &mut terms);
            if c.is_alphanumeric() {
                word.push(c)
            } else {
                end_word(&mut word, &mut terms)
            }
        }
    }
    terms
}

fn end_word(word: &mut String, terms: &mut Vec<String>) {
    if !word.is_empty() {
        terms.push(std::mem::take(word));
    }
}

fn end_han(run: &mut Vec<char>, terms: &mut Vec<String>) {
    match run.as_slice() {
        [] => {}
        [one] => terms.push(one.to_string()),
        many => terms.extend(many.windows(2).map(|pair| pair.iter().collect::<String>())),
    }
    run.clear();
}

/// A text's pinyin without tones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinyin {
    /// `changshushi`
    pub full: String,
    /// `css`
    pub initials: String,
}

/// The most usual reading of each character; letters and digits stand for themselves.
pub fn pinyin(text: &str) -> Pinyin {
    let (mut full, mut initials) = (String::new(), String::new());
    for (i, c) in nfkc(text).chars().enumerate() {
        if let Some(reading) = place_reading(c, i).or_else(|| c.to_pinyin().map(pinyin::Pinyin::plain)) {
            full.push_str(reading);
            initials.extend(reading.chars().next());
        } else if c.is_alphanumeric() {
            full.push(c);
            initials.push(c);
        }
    }
    Pinyin { full, initials }
}

/// Characters whose usual reading in names of places is not their most usual one.
fn place_reading(c: char, index: usize) -> Option<&'static str> {
    match (c, index) {
        ('长', _) => Some("chang"),
        ('重', 0) => Some("chong"),
        ('圩', _) => Some("wei"),
        ('浜', _) => Some("bang"),
        ('埭', _) => Some("dai"),
        ('垛', _) => Some("duo"),
        ('泾', _) => Some("jing"),
        ('幢', _) => Some("zhuang"),
        ('朴', 0) => Some("piao"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_bigrams_of_han_and_words_of_the_rest() {
        assert_eq!(
            bigrams("小区停车难，A12 号"),
            ["小区", "区停", "停车", "车难", "a12", "号"]
        );
        assert_eq!(bigrams("ＡＢＣ　楼"), ["abc", "楼"]);
        assert!(bigrams(" ，。 ").is_empty());
    }

    #[test]
    fn spells_names() {
        assert_eq!(
            pinyin("常熟市"),
            Pinyin {
                full: "changshushi".into(),
                initials: "css".into()
            }
        );
        assert_eq!(pinyin("花园浜3幢").full, "huayuanbang3zhuang");
        assert_eq!(pinyin("长江路").initials, "cjl");
    }
}
