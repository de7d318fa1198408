//! The tables of a database and how their rows become JSON and rows again, read from the engine's catalogue.

use sqlx::AssertSqlSafe;

use super::BackupError;
use crate::{Conn, Engine, Tx, on};

/// What a column holds, as far as the two engines write it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Id,
    Text,
    Integer,
    Real,
    Boolean,
    Json,
    Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table, or the search terms of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The table whose search terms these are.
    pub search_of: Option<String>,
}

const SQLITE: &str = "select t.name, c.name, lower(c.type) from pragma_table_list t, pragma_table_xinfo(t.name) c \
    where t.schema = 'main' and t.type = 'table' and c.hidden = 0 and t.name not like 'sqlite\\_%' escape '\\' \
    and t.name not like '\\_%' escape '\\' order by t.name, c.name";
const SQLITE_SEARCH: &str = "select name from pragma_table_list where schema = 'main' and type = 'virtual' \
    and name like '%\\_fts' escape '\\' order by name";
const POSTGRES: &str = "select c.table_name::text, c.column_name::text, c.data_type::text from information_schema.columns c \
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name \
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER' \
    and c.table_name not like '\\_%' order by c.table_name collate \"C\", c.column_name collate \"C\"";

/// Every table of the database, by name, each with its columns by name.
pub async fn tables(tx: &mut Tx) -> Result<Vec<Table>, BackupError> {
    let engine = tx.engine();
    let sql = if engine == Engine::Sqlite {
        SQLITE
    } else {
        POSTGRES
    };
    let columns: Vec<(String, String, String)> = on!(tx, |c| sqlx::query_as(sql).fetch_all(c).await)?;
    let mut tables: Vec<Table> = Vec::new();
    let mut search: Vec<String> = Vec::new();
    for (table, column, declared) in columns {
        if tables.last().is_none_or(|t| t.name != table) {
            tables.push(Table {
                name: table.clone(),
                columns: Vec::new(),
                search_of: None,
            });
        }
        if declared == "tsvector" {
            search.push(table);
        } else if let Some(last) = tables.last_mut() {
            last.columns.push(Column {
                name: column,
                kind: kind(&declared),
            });
        }
    }
    if engine == Engine::Sqlite {
        let found: Vec<String> = on!(tx, |c| sqlx::query_scalar(SQLITE_SEARCH).fetch_all(c).await)?;
        search.extend(
            found
                .iter()
                .filter_map(|name| name.strip_suffix("_fts"))
                .map(ToOwned::to_owned),
        );
    }
    tables.extend(search.into_iter().map(|of| Table {
        name: format!("{of}.search"),
        columns: vec![
            Column {
                name: "id".into(),
                kind: Kind::Id,
            },
            Column {
                name: "terms".into(),
                kind: Kind::Text,
            },
        ],
        search_of: Some(of),
    }));
    Ok(tables)
}

fn kind(declared: &str) -> Kind {
    match declared {
        "uuid" => Kind::Id,
        "boolean" => Kind::Boolean,
        "json" | "jsonb" => Kind::Json,
        "blob" | "bytea" => Kind::Bytes,
        "real" | "double precision" => Kind::Real,
        "integer" | "bigint" | "smallint" => Kind::Integer,
        _ => Kind::Text,
    }
}

impl Table {
    /// Selects each row as the text of a JSON array.
    pub fn select(&self, engine: Engine) -> String {
        match (&self.search_of, engine) {
            (Some(of), Engine::Sqlite) => format!("select json_array({of}_id, terms) from {of}_fts"),
            (Some(of), Engine::Postgres) => format!(
                "select json_build_array(id::text, array_to_string(tsvector_to_array(tsv), ' '))::text from \"{of}\" \
                 where tsv <> ''"
            ),
            (None, Engine::Sqlite) => {
                let columns = self.each(|_, c| match c.kind {
                    Kind::Bytes => format!(
                        "case when \"{0}\" is null then null else lower(hex(\"{0}\")) end",
                        c.name
                    ),
                    _ => format!("\"{}\"", c.name),
                });
                format!("select json_array({columns}) from \"{}\"", self.name)
            }
            (None, Engine::Postgres) => {
                let columns = self.each(|_, c| match c.kind {
                    Kind::Bytes => format!("encode(\"{}\", 'hex')", c.name),
                    Kind::Boolean => format!("\"{}\"::int", c.name),
                    Kind::Id | Kind::Json => format!("\"{}\"::text", c.name),
                    Kind::Text | Kind::Integer | Kind::Real => format!("\"{}\"", c.name),
                });
                format!("select json_build_array({columns})::text from \"{}\"", self.name)
            }
        }
    }

    /// Stores the rows of the JSON array of arrays that is bound as `$1`.
    pub fn insert(&self, engine: Engine) -> String {
        match (&self.search_of, engine) {
            (Some(of), Engine::Sqlite) => format!(
                "insert into {of}_fts ({of}_id, terms) select value ->> 0, value ->> 1 from json_each($1)"
            ),
            (Some(of), Engine::Postgres) => format!(
                "update \"{of}\" set tsv = array_to_tsvector(string_to_array(r.v ->> 1, ' ')) \
                 from json_array_elements($1::json) as r(v) where id = (r.v ->> 0)::uuid"
            ),
            (None, Engine::Sqlite) => {
                let values = self.each(|i, c| match c.kind {
                    Kind::Bytes => format!("unhex(value ->> {i})"),
                    _ => format!("value ->> {i}"),
                });
                format!(
                    "insert into \"{}\" ({}) select {values} from json_each($1)",
                    self.name,
                    self.names()
                )
            }
            (None, Engine::Postgres) => {
                let values = self.each(|i, c| match c.kind {
                    Kind::Id => format!("(r.v ->> {i})::uuid"),
                    Kind::Text => format!("r.v ->> {i}"),
                    Kind::Integer => format!("(r.v ->> {i})::bigint"),
                    Kind::Real => format!("(r.v ->> {i})::double precision"),
                    Kind::Boolean => format!("(r.v ->> {i})::int::boolean"),
                    Kind::Json => format!("(r.v ->> {i})::jsonb"),
                    Kind::Bytes => format!("decode(r.v ->> {i}, 'hex')"),
                });
                format!(
                    "insert into \"{}\" ({}) select {values} from json_array_elements($1::json) as r(v)",
                    self.name,
                    self.names()
                )
            }
        }
    }

    /// Whether the table has a row; of search terms nothing needs to be known.
    pub async fn is_filled(&self, tx: &mut Tx) -> Result<bool, BackupError> {
        if self.search_of.is_some() {
            return Ok(false);
        }
        let sql = format!("select exists (select 1 from \"{}\")", self.name);
        Ok(on!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql.as_str()))
            .fetch_one(c)
            .await)?)
    }

    fn each(&self, one: impl Fn(usize, &Column) -> String) -> String {
        self.columns
            .iter()
            .enumerate()
            .map(|(i, c)| one(i, c))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn names(&self) -> String {
        self.each(|_, c| format!("\"{}\"", c.name))
    }
}

/// PostgreSQL's foreign keys as `(table, name, definition)`: they are dropped while rows come in table by table, and
/// checked when they are made again, all in one transaction.
pub async fn foreign_keys(tx: &mut Tx) -> Result<Vec<(String, String, String)>, BackupError> {
    const SQL: &str = "select r.relname::text, c.conname::text, pg_get_constraintdef(c.oid)::text from pg_constraint c \
        join pg_class r on r.oid = c.conrelid where c.contype = 'f' and r.relnamespace = current_schema()::regnamespace \
        order by 1, 2";
    match &mut tx.conn {
        Conn::Sqlite(_) => Ok(Vec::new()),
        Conn::Postgres(t) => Ok(sqlx::query_as(SQL).fetch_all(&mut **t).await?),
    }
}
