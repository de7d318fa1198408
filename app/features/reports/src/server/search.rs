//! Finding matters by words.
//!
//! Searched is what stands in lists: the number, the title (category and place), and the published text. What a reporter told is sealed, and
//! found by nobody. A matter's terms are the bigrams and single characters of these.
//! FTS5 and tsvector differ in how an index is asked and filled, nothing else.

use db::{DbError, Engine, EngineSql, Json, Tx, execute, rows};
use serde::Serialize;
use shared::{AppError, text};

use super::store::Stored;
use crate::model::MatterId;

/// The longest query, in characters.
pub const LONGEST_QUERY: usize = 64;
/// Of a word of letters or digits so many characters count: PostgreSQL's terms have a largest size.
const LONGEST_WORD: usize = 40;

/// The index terms of a matter, separated by spaces.
pub fn terms(number: &str, title: &str, published: Option<&str>) -> String {
    let mut terms: Vec<String> = [number, title]
        .into_iter()
        .chain(published)
        .flat_map(parts)
        .collect();
    let single: Vec<String> = terms
        .iter()
        .filter(|term| !term.is_ascii())
        .flat_map(|term| term.chars().map(String::from))
        .collect();
    terms.extend(single);
    terms.sort();
    terms.dedup();
    terms.join(" ")
}

/// Bigrams of Han, words of the rest.
fn parts(text: &str) -> Vec<String> {
    text::bigrams(text)
        .into_iter()
        .map(|term| {
            term.chars()
                .filter(|c| is_letter(*c))
                .take(LONGEST_WORD)
                .collect()
        })
        .filter(|term: &String| !term.is_empty())
        .collect()
}

/// Whether a character is a letter or a digit for both engines: FTS5 would cut a term in two at a sign of a script that it does not know, and
/// asks for no two that stand together.
const fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fa}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{2fa1f}')
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// With whether only its beginning counts.
    terms: Vec<(String, bool)>,
}

impl Query {
    /// Nothing of nothing; of signs alone a query that nothing answers.
    ///
    /// # Errors
    /// [`AppError::Invalid`] if it is too long.
    pub fn read(q: &str) -> Result<Option<Self>, AppError> {
        if q.chars().count() > LONGEST_QUERY {
            return Err(AppError::invalid("q", "搜索的字太多，请不要超过 64 个。"));
        }
        if q.trim().is_empty() {
            return Ok(None);
        }
        let mut terms = parts(q);
        terms.sort();
        terms.dedup();
        let with = |term: String| {
            let begins = term.is_ascii();
            (term, begins)
        };
        Ok(Some(Self {
            terms: terms.into_iter().map(with).collect(),
        }))
    }

    /// Whether nothing can answer it.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// As the index is asked. Terms are letters and digits only, so quoting them is enough.
    pub fn of_index(&self, engine: Engine) -> String {
        let (quote, prefix, and) = match engine {
            Engine::Sqlite => ('"', "*", " AND "),
            Engine::Postgres => ('\'', ":*", " & "),
        };
        let term = |(term, begins): &(String, bool)| {
            format!("{quote}{term}{quote}{}", if *begins { prefix } else { "" })
        };
        self.terms.iter().map(term).collect::<Vec<_>>().join(and)
    }

    /// As a single matter is asked: of PostgreSQL the same, of SQLite what has to stand in its terms, as JSON.
    pub fn of_row(&self, engine: Engine) -> String {
        if engine == Engine::Postgres {
            return self.of_index(engine);
        }
        let part = |(term, begins): &(String, bool)| format!(" {term}{}", if *begins { "" } else { " " });
        let parts: Vec<String> = self.terms.iter().map(part).collect();
        serde_json::Value::from(parts).to_string()
    }
}

const FORGET: &str = "delete from matter_fts where rowid in (select f.id from matter_fts_content f \
    where f.c1 in (select value ->> '$.id' from json_each($1)))";
const ADD: EngineSql =
    rows!("insert into matter_fts (terms, matter_id) select terms, id from ", (id: uuid, terms: text), "");
const SET: &str = "update matter set tsv = array_to_tsvector(string_to_array(r.terms, ' ')) \
    from jsonb_to_recordset($1) as r(id uuid, terms text) where matter.id = r.id";

/// What a matter is found by.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    pub id: MatterId,
    pub terms: String,
}

/// Has a matter found by what stands in lists of it now.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn keep(tx: &mut Tx, matter: &Stored) -> Result<(), DbError> {
    let text = matter.public_text.as_deref();
    let found = Found {
        id: matter.id,
        terms: terms(&matter.shown_number(), &matter.title, text),
    };
    match tx.engine() {
        Engine::Sqlite => {
            execute!(tx, FORGET, Json([&found]))?;
            execute!(tx, ADD.sqlite, Json([&found]))?;
        }
        Engine::Postgres => {
            execute!(tx, SET, Json([&found]))?;
        }
    }
    Ok(())
}

/// Adds what nobody has yet; on PostgreSQL it stands in the matter's own row.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn add(tx: &mut Tx, found: &[Found]) -> Result<(), DbError> {
    if tx.engine() == Engine::Sqlite {
        execute!(tx, ADD.sqlite, Json(found))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(q: &str) -> Result<(String, String), AppError> {
        let query = Query::read(q)?;
        Ok(query.map_or_else(Default::default, |query| {
            (query.of_index(Engine::Sqlite), query.of_index(Engine::Postgres))
        }))
    }

    #[test]
    fn a_matter_is_found_by_its_number_its_title_and_what_is_published() {
        let hidden = terms("320581001001-2026-0012", "公共设施（花园浜）", None);
        assert!(hidden.split(' ').any(|term| term == "320581001001"), "{hidden}");
        assert!(!hidden.contains("路灯"));
        let shown = terms("320581001001-2026-0012", "公共设施（花园浜）", Some("路灯不亮"));
        for term in ["0012", "花园", "园浜", "路灯", "灯", "不亮"] {
            assert!(shown.split(' ').any(|one| one == term), "{term}: {shown}");
        }
        let long = terms("", "", Some(&"ж".repeat(2_000)));
        assert!(long.len() < 200, "{long}");
    }

    #[test]
    fn both_engines_are_asked_for_the_same() -> Result<(), AppError> {
        assert_eq!(
            asked("路灯 坏了")?,
            ("\"坏了\" AND \"路灯\"".into(), "'坏了' & '路灯'".into())
        );
        assert_eq!(asked("Ａ12")?.0, "\"a12\"*");
        assert_eq!(asked("灯")?.1, "'灯'");
        assert_eq!(asked(" ")?.0, "");
        // A sign that stands on a letter is none to FTS5.
        assert_eq!(asked("\u{915}\u{93e}\u{92e}")?.0, "");
        let row = Query::read("a12 灯")?.map(|query| query.of_row(Engine::Sqlite));
        assert_eq!(row.as_deref(), Some("[\" a12\",\" 灯 \"]"));
        Ok(())
    }

    #[test]
    fn nothing_in_a_query_reaches_the_index_language() -> Result<(), AppError> {
        for q in [
            "\"",
            "' | '",
            "*",
            "a OR b) NEAR",
            "a\u{0}b",
            "'; drop table matter --",
            "\\",
        ] {
            for (term, _) in Query::read(q)?.map(|query| query.terms).unwrap_or_default() {
                assert!(term.chars().all(char::is_alphanumeric), "{q}: {term}");
            }
        }
        assert!(Query::read("，。")?.is_some_and(|query| query.is_empty()));
        assert_eq!(
            Query::read(&"一".repeat(65)).map_err(|error| error.status()),
            Err(422)
        );
        Ok(())
    }
}
