//! Finding nodes by name, code, pinyin and initials.
//!
//! One index holds the bigrams of a name, its pinyin, its initials and the code; a term that is all Latin letters
//! or digits is looked for as a prefix. FTS5 and tsvector differ in how an index is asked and filled, nothing else.

use db::{DbError, Engine, Json, Tx, execute, on};
use serde::Serialize;
use shared::{
    AppError, NodeId,
    scope::PathRange,
    text::{self, Pinyin},
};

use super::{store, write};
use crate::model::{Code, Hit, NodeKind, short_name};

/// The most that a search finds.
pub const LIMIT: usize = 20;
/// The longest query, in characters.
pub const LONGEST_QUERY: usize = 64;

/// The index terms of a node, separated by spaces.
pub(super) fn terms(code: &Code, name: &str, spelled: &Pinyin) -> String {
    let mut terms = text::bigrams(name);
    terms.push(spelled.full.clone());
    terms.push(spelled.initials.clone());
    terms.push(code.to_string());
    terms.retain(|term| !term.is_empty());
    terms.sort();
    terms.dedup();
    terms.join(" ")
}

/// A query as it is looked up.
#[derive(Debug, PartialEq, Eq)]
struct Query {
    /// What was typed, in NFKC and without anything but letters and digits between Latin words.
    typed: String,
    short: String,
    terms: Vec<Term>,
}

#[derive(Debug, PartialEq, Eq)]
struct Term {
    text: String,
    prefix: bool,
}

impl Query {
    fn read(q: &str) -> Self {
        let clean: String = text::nfkc(q).chars().filter(|c| !c.is_control()).collect();
        let latin = clean.is_ascii();
        // `Chang Shu` and `chang'shu` are one word.
        let typed = if latin {
            clean.chars().filter(char::is_ascii_alphanumeric).collect()
        } else {
            clean
        };
        let short = short_name(&typed);
        let terms = text::bigrams(&short)
            .into_iter()
            .map(|text| Term {
                prefix: text.is_ascii() || text.chars().count() == 1,
                text,
            })
            .collect();
        Self { typed, short, terms }
    }

    /// Terms are letters and digits only, so quoting them is enough.
    fn fts5(&self) -> String {
        let terms: Vec<String> = self
            .terms
            .iter()
            .map(|t| format!("\"{}\"{}", t.text, if t.prefix { "*" } else { "" }))
            .collect();
        terms.join(" AND ")
    }

    fn tsquery(&self) -> String {
        let terms: Vec<String> = self
            .terms
            .iter()
            .map(|t| format!("'{}'{}", t.text, if t.prefix { ":*" } else { "" }))
            .collect();
        terms.join(" & ")
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: NodeId,
    code: Code,
    kind: NodeKind,
    name: String,
    path: String,
}

// Exact before prefix before contained; then the higher level, which has the shorter code.
macro_rules! ranked {
    ($from:literal) => {
        concat!(
            "select n.id, n.code, n.kind, n.name, n.path from ",
            $from,
            " and n.valid_to is null and n.path >= $2 and n.path < $3 order by ",
            "case when n.code = $4 or n.name = $4 or n.short_name = $5 or n.initials = $4 or n.pinyin = $4 then 0 ",
            "when (n.code >= $4 and n.code < $6) or (n.name >= $4 and n.name < $6) or (n.short_name >= $5 and n.short_name < $7) ",
            "or (n.pinyin >= $4 and n.pinyin < $6) or (n.initials >= $4 and n.initials < $6) then 1 else 2 end, ",
            "length(n.code), n.pinyin, n.code limit $8"
        )
    };
}

const SQLITE: &str = ranked!("node_fts f join node n on n.id = f.node_id where node_fts match $1");
const POSTGRES: &str = ranked!("node n where n.tsv @@ $1::text::tsquery");

/// The nodes in force below `below` (everywhere if it is empty) that `q` may mean, best first.
///
/// # Errors
/// [`AppError::Invalid`] if `q` is too long, [`AppError::Internal`] if the database fails.
pub async fn search(tx: &mut Tx, q: &str, below: &str) -> Result<Vec<Hit>, AppError> {
    if q.chars().count() > LONGEST_QUERY {
        return Err(AppError::invalid("q", "搜索的字太多，请不要超过 64 个。"));
    }
    let query = Query::read(q);
    if query.terms.is_empty() {
        return Ok(Vec::new());
    }
    let range = PathRange::below(below);
    let (sql, asked) = match tx.engine() {
        Engine::Sqlite => (SQLITE, query.fts5()),
        Engine::Postgres => (POSTGRES, query.tsquery()),
    };
    let after = |text: &str| format!("{text}\u{10ffff}");
    let (typed_end, short_end) = (after(&query.typed), after(&query.short));
    let limit = i64::try_from(LIMIT).unwrap_or(i64::MAX);
    let rows = on!(tx, |c| sqlx::query_as::<_, Row>(sql)
        .bind(&asked)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(&query.typed)
        .bind(&query.short)
        .bind(&typed_end)
        .bind(&short_end)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(with_places(tx, rows).await?)
}

async fn with_places(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Hit>, DbError> {
    let mut paths: Vec<&str> = rows
        .iter()
        .flat_map(|row| store::paths_above(&row.path))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let names = store::names_of_paths(tx, &paths).await?;
    let place = |path: &str| {
        let above = store::paths_above(path).filter_map(|p| names.iter().find(|n| n.path == p));
        // The province goes without saying.
        let told = above.filter(|n| n.code.kind() != NodeKind::Province);
        told.map(|n| n.name.as_str()).collect::<Vec<_>>().join(" ")
    };
    Ok(rows
        .iter()
        .map(|row| Hit {
            id: row.id,
            code: row.code.clone(),
            kind: row.kind,
            name: row.name.clone(),
            place: place(&row.path),
        })
        .collect())
}

#[derive(sqlx::FromRow)]
struct Named {
    id: NodeId,
    code: Code,
    name: String,
}

#[derive(Serialize)]
struct TermsRow {
    id: NodeId,
    terms: String,
}

/// Fills the whole index anew, after a restore or when the making of terms has changed. Returns how many nodes it holds.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn reindex(tx: &mut Tx) -> Result<usize, DbError> {
    const ALL: &str = "select id, code, name from node order by id";
    const SET: &str = "update node set tsv = array_to_tsvector(string_to_array(r.terms, ' ')) \
        from jsonb_to_recordset($1) as r(id uuid, terms text) where node.id = r.id";
    let nodes = on!(tx, |c| sqlx::query_as::<_, Named>(ALL).fetch_all(c).await)?;
    if tx.engine() == Engine::Sqlite {
        execute!(tx, "delete from node_fts")?;
    }
    for chunk in nodes.chunks(2000) {
        let list: Vec<TermsRow> = chunk
            .iter()
            .map(|n| TermsRow {
                id: n.id,
                terms: terms(&n.code, &n.name, &text::pinyin(&n.name)),
            })
            .collect();
        let sql = if tx.engine() == Engine::Sqlite {
            write::INSERT_TERMS.sqlite
        } else {
            SET
        };
        execute!(tx, sql, Json(&list))?;
    }
    Ok(nodes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(q: &str) -> (String, String) {
        let query = Query::read(q);
        (query.fts5(), query.tsquery())
    }

    #[test]
    fn asks_by_prefix_for_latin_and_by_bigram_for_han() {
        assert_eq!(asked("css"), ("\"css\"*".into(), "'css':*".into()));
        assert_eq!(asked("Chang Shu").0, "\"changshu\"*");
        assert_eq!(asked("花园浜社区").1, "'花园' & '园浜'");
        assert_eq!(asked("虞").0, "\"虞\"*");
        assert_eq!(asked("３２０５８１").0, "\"320581\"*");
    }

    #[test]
    fn nothing_in_a_query_reaches_the_index_language() {
        for q in [
            "\"",
            "' | '",
            "*",
            "(a OR b) NEAR",
            "a\u{0}b",
            "'; drop table node --",
            "\\",
        ] {
            let query = Query::read(q);
            assert!(
                query
                    .terms
                    .iter()
                    .all(|t| t.text.chars().all(char::is_alphanumeric)),
                "{q}"
            );
            assert!(!query.typed.contains('\0'));
        }
        assert!(Query::read(" ，。 ").terms.is_empty());
    }

    #[test]
    fn terms_hold_name_pinyin_initials_and_code() {
        let code: Code = "320581".parse().unwrap();
        assert_eq!(
            terms(&code, "常熟市", &text::pinyin("常熟市")),
            "320581 changshushi css 常熟 熟市"
        );
    }
}
