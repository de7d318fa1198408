//! Writing nodes in bulk: rows, their first version, and the search index beside them.

use db::{DbError, Engine, EngineSql, Json, Tx, execute, rows};
use serde::Serialize;
use shared::{Date, NodeId, text};

use super::search;
use crate::model::{Change, Code, short_name};

/// Rows of one statement: few enough that their JSON stays small, many enough that its cost does not count.
const CHUNK: usize = 2000;

/// A node to be stored. Parents come before their parts.
#[derive(Clone, Debug)]
pub struct NewNode {
    pub id: NodeId,
    pub code: Code,
    pub name: String,
    pub path: String,
    pub parent_id: Option<NodeId>,
}

/// How and when nodes come into being.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    pub cause: Change,
    pub on: Date,
    pub basis: Option<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: NodeId,
    code: &'a Code,
    kind: &'static str,
    name: &'a str,
    short: String,
    path: &'a str,
    parent: Option<NodeId>,
    pinyin: String,
    initials: String,
    terms: String,
}

// SQLite keeps its terms in a table of FTS5's own, PostgreSQL in a column: hence two texts.
const INSERT: EngineSql = EngineSql {
    sqlite: rows!(
        "insert into node (id, code, kind, name, short_name, path, parent_id, pinyin, initials, valid_from, version, updated_at) \
         select id, code, kind, name, short, path, parent, pinyin, initials, $2, 1, $3 from ",
        (id: uuid, code: text, kind: text, name: text, short: text, path: text, parent: uuid, pinyin: text, initials: text),
        ""
    )
    .sqlite,
    postgres: rows!(
        "insert into node (id, code, kind, name, short_name, path, parent_id, pinyin, initials, valid_from, version, updated_at, tsv) \
         select id, code, kind, name, short, path, parent, pinyin, initials, $2, 1, $3, \
         array_to_tsvector(string_to_array(terms, ' ')) from ",
        (id: uuid, code: text, kind: text, name: text, short: text, path: text, parent: uuid, pinyin: text, initials: text, terms: text),
        ""
    )
    .postgres,
};
const INSERT_VERSION: EngineSql = rows!(
    "insert into node_version (node_id, number, code, kind, name, parent_id, valid_from, cause, basis, recorded_at) \
     select id, 1, code, kind, name, parent, $2, $3, $4, $5 from ",
    (id: uuid, code: text, kind: text, name: text, parent: uuid),
    ""
);
pub(super) const INSERT_TERMS: EngineSql =
    rows!("insert into node_fts (terms, node_id) select terms, id from ", (id: uuid, terms: text), "");

/// Stores `nodes`.
///
/// # Errors
/// [`DbError::Sql`]; a unique violation if a code is in force already.
pub async fn insert(tx: &mut Tx, nodes: &[NewNode], how: Beginning<'_>) -> Result<(), DbError> {
    let now = tx.now();
    for chunk in nodes.chunks(CHUNK) {
        let list: Vec<Row<'_>> = chunk.iter().map(row).collect();
        let list = Json(serde_json::value::to_raw_value(&list).map_err(db_json)?);
        let (insert, insert_version) = (tx.sql(INSERT), tx.sql(INSERT_VERSION));
        execute!(tx, insert, &list, how.on, now)?;
        execute!(tx, insert_version, &list, how.on, how.cause, how.basis, now)?;
        if tx.engine() == Engine::Sqlite {
            execute!(tx, INSERT_TERMS.sqlite, &list)?;
        }
    }
    Ok(())
}

fn row(node: &NewNode) -> Row<'_> {
    let spelled = text::pinyin(&node.name);
    let short = short_name(&text::nfkc(&node.name));
    Row {
        id: node.id,
        code: &node.code,
        kind: node.code.kind().code(),
        name: &node.name,
        terms: search::terms(&node.code, &node.name, &spelled),
        short,
        path: &node.path,
        parent: node.parent_id,
        pinyin: spelled.full,
        initials: spelled.initials,
    }
}

pub(super) fn db_json(error: serde_json::Error) -> DbError {
    DbError::Sql(sqlx::Error::Encode(error.into()))
}

/// A node's next state, where name, parent or code change.
#[derive(Clone, Debug)]
pub struct NextState {
    pub id: NodeId,
    pub code: Code,
    pub name: String,
    pub parent_id: Option<NodeId>,
    /// The version that it follows.
    pub version: i64,
}

#[derive(Serialize)]
struct StateRow<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    version: i64,
    next: i64,
}

const UPDATE: EngineSql = EngineSql {
    sqlite: rows!(
        "update node set code = r.code, name = r.name, short_name = r.short, parent_id = r.parent, pinyin = r.pinyin, \
         initials = r.initials, version = r.next, updated_at = $2 from ",
        (id: uuid, code: text, name: text, short: text, parent: uuid, pinyin: text, initials: text, version: bigint, next: bigint),
        " where node.id = r.id and node.version = r.version and node.valid_to is null"
    )
    .sqlite,
    postgres: rows!(
        "update node set code = r.code, name = r.name, short_name = r.short, parent_id = r.parent, pinyin = r.pinyin, \
         initials = r.initials, version = r.next, updated_at = $2, tsv = array_to_tsvector(string_to_array(r.terms, ' ')) from ",
        (id: uuid, code: text, name: text, short: text, parent: uuid, pinyin: text, initials: text, version: bigint, next: bigint, terms: text),
        " where node.id = r.id and node.version = r.version and node.valid_to is null"
    )
    .postgres,
};
const END_VERSION: EngineSql = rows!(
    "update node_version set valid_to = $2, ended_by = $3 from ",
    (id: uuid, version: bigint),
    " where node_version.node_id = r.id and node_version.number = r.version"
);
const NEXT_VERSION: EngineSql = rows!(
    "insert into node_version (node_id, number, code, kind, name, parent_id, valid_from, cause, basis, recorded_at) \
     select id, next, code, kind, name, parent, $2, $3, $4, $5 from ",
    (id: uuid, code: text, kind: text, name: text, parent: uuid, next: bigint),
    ""
);
const DELETE_TERMS: EngineSql =
    rows!("delete from node_fts where node_id in (select id from ", (id: uuid), ")");

/// Gives nodes their next state, whose cause is also how the old one ended. Returns how many there were to change: fewer than
/// `states` if somebody else was faster. Paths are [`set_path`]'s.
///
/// # Errors
/// [`DbError::Sql`]; a unique violation if a new code is in force already.
pub async fn advance(tx: &mut Tx, states: &[NextState], how: Beginning<'_>) -> Result<u64, DbError> {
    let (now, mut touched) = (tx.now(), 0);
    for chunk in states.chunks(CHUNK) {
        let nodes: Vec<NewNode> = chunk
            .iter()
            .map(|s| NewNode {
                id: s.id,
                code: s.code.clone(),
                name: s.name.clone(),
                path: String::new(),
                parent_id: s.parent_id,
            })
            .collect();
        let list: Vec<StateRow<'_>> = nodes
            .iter()
            .zip(chunk)
            .map(|(node, s)| StateRow {
                row: row(node),
                version: s.version,
                next: s.version + 1,
            })
            .collect();
        let list = Json(serde_json::value::to_raw_value(&list).map_err(db_json)?);
        let (update, end, next) = (tx.sql(UPDATE), tx.sql(END_VERSION), tx.sql(NEXT_VERSION));
        touched += execute!(tx, update, &list, now)?;
        execute!(tx, end, &list, how.on, how.cause)?;
        execute!(tx, next, &list, how.on, how.cause, how.basis, now)?;
        if tx.engine() == Engine::Sqlite {
            execute!(tx, DELETE_TERMS.sqlite, &list)?;
            execute!(tx, INSERT_TERMS.sqlite, &list)?;
        }
    }
    Ok(touched)
}

/// Rewrites the paths of a whole subtree from `old` to `new`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_path(tx: &mut Tx, old: &str, new: &str) -> Result<u64, DbError> {
    const SET: &str =
        "update node set path = $1 || substr(path, $2) where path >= $3 and path < $4 and valid_to is null";
    let range = shared::scope::PathRange::below(old);
    // `substr` takes 32-bit positions in PostgreSQL and counts from 1.
    let rest = i32::try_from(old.len() + 1).unwrap_or(i32::MAX);
    execute!(tx, SET, new, rest, &range.lo, &range.hi)
}

#[derive(Serialize)]
struct EndRow {
    id: NodeId,
}

const END: EngineSql = rows!(
    "update node set valid_to = $2, updated_at = $3 where valid_to is null and id in (select id from ",
    (id: uuid),
    ")"
);
const END_BELOW: &str = "update node set valid_to = $1, updated_at = $2 where valid_to is null \
    and parent_id in (select id from node where valid_to is not null)";
const END_VERSIONS: &str = "update node_version set valid_to = $1, ended_by = $2 where valid_to is null \
    and node_id in (select id from node where valid_to is not null)";

// What began after the day on which its node ended never was: it ends where it began.
const END_BODIES: &str = "update body set valid_to = case when valid_from > $1 then valid_from else $1 end, \
    version = version + 1, updated_at = $2 where valid_to is null \
    and node_id in (select id from node where valid_to is not null)";
const END_POSTS: &str = "update post set valid_to = case when valid_from > $1 then valid_from else $1 end, \
    version = version + 1, updated_at = $2 where valid_to is null \
    and node_id in (select id from node where valid_to is not null)";

/// Ends nodes, whatever is still below them, and the bodies and posts beside them. Returns how many ended in all.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn end(tx: &mut Tx, ids: &[NodeId], on: Date, how: Change) -> Result<u64, DbError> {
    let now = tx.now();
    let list: Vec<EndRow> = ids.iter().map(|id| EndRow { id: *id }).collect();
    let sql = tx.sql(END);
    let mut ended = execute!(tx, sql, Json(&list), on, now)?;
    loop {
        let below = execute!(tx, END_BELOW, on, now)?;
        if below == 0 {
            break;
        }
        ended += below;
    }
    execute!(tx, END_VERSIONS, on, how)?;
    execute!(tx, END_BODIES, on, now)?;
    execute!(tx, END_POSTS, on, now)?;
    Ok(ended)
}
