//! Rows in bulk: one JSON argument, so that SQL stays static text.

/// SQL text that differs between the engines only in how a JSON array of rows is read.
#[derive(Clone, Copy, Debug)]
pub struct EngineSql {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// Reads the JSON array bound as `$1` as rows of named, typed columns.
///
/// `rows!("insert into node (id, code) select id, code from ", (id: uuid, code: text), " where true")`
///
/// The types are PostgreSQL's; SQLite takes the JSON's own. A column's name is the key in each JSON object. The rows
/// are called `r`. Bind with [`crate::Json`].
///
/// In SQLite an `insert … select … from (…) … on conflict` needs a `where true` before `on conflict` (its parser
/// would read `on` as a join constraint).
#[macro_export]
macro_rules! rows {
    ($before:expr, ($($column:ident : $type:ident),+ $(,)?), $after:expr) => {
        $crate::EngineSql {
            sqlite: concat!(
                $before,
                "(select ", $crate::rows!(@sqlite $($column),+), " from json_each($1)) as r",
                $after
            ),
            postgres: concat!(
                $before,
                "jsonb_to_recordset($1) as r(", $crate::rows!(@postgres $($column : $type),+), ")",
                $after
            ),
        }
    };
    (@sqlite $first:ident $(, $rest:ident)*) => {
        concat!("value ->> '$.", stringify!($first), "' as ", stringify!($first)
            $(, ", value ->> '$.", stringify!($rest), "' as ", stringify!($rest))*)
    };
    (@postgres $first:ident : $ftype:ident $(, $rest:ident : $rtype:ident)*) => {
        concat!(stringify!($first), " ", stringify!($ftype) $(, ", ", stringify!($rest), " ", stringify!($rtype))*)
    };
}
