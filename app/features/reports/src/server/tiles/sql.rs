//! What matters on the map are read by: by the cells of a tile, or by the units of who looks, each for both engines.

use db::EngineSql;

use crate::server::{
    reading::{narrow_sql, sql::postgres_words, sql::sqlite_words},
    sight::visible_sql,
};

// $1 to $3 as `visible_sql`; $4 which cells or places; $5 to $8 the rectangle; $9, $10 the place; $11 to $15 what is asked for; $16 words;
// $17 to $25 to what that is narrowed; of those that lie together $26.
macro_rules! lying {
    ($before:expr, $what:literal, $from:expr, $join:literal, $asked:expr, $rest:literal) => {
        visible_sql!(
            concat!(
                $before, "select ", $what, " from ", $from, " ", $join, " node n on n.id = m.node_id ", $join,
                " node u on u.id = m.unit_id left join node a on a.id = m.accused_id left join task t on t.id = m.task_id \
                 and t.ended_at is null where ", $asked,
                " and m.cell is not null and m.lon >= $5 and m.lon < $7 and m.lat >= $6 and m.lat < $8 \
                 and ($12 = '' or m.kind = $12) and ($13 = '' or m.category = $13) and "
            ),
            concat!(
                " and ((n.path >= $9 and n.path < $10) or (u.path >= $9 and u.path < $10)) and (not $14 or t.due_at < $15) ", $rest
            )
        )
    };
}
macro_rules! open {
    () => {
        "m.ended_at is null and ($11 = 'open' or m.state = $11)"
    };
}
macro_rules! any {
    () => {
        "($11 = 'all' or ($11 = 'ended' and m.ended_at is not null) or m.state = $11)"
    };
}
macro_rules! sqlite_rest {
    ($asked:expr) => {
        concat!(
            $asked,
            " and ",
            sqlite_words!("$16"),
            " and ",
            narrow_sql!(
                "(select value ->> 'node' as node, value ->> 'role' as role from json_each($25)) as e",
                "$17",
                "$18",
                "$19",
                "$20",
                "$21",
                "$22",
                "$23",
                "$24"
            )
        )
    };
}
macro_rules! postgres_rest {
    ($asked:expr) => {
        concat!(
            $asked,
            " and ",
            postgres_words!("$16"),
            " and ",
            narrow_sql!(
                "jsonb_to_recordset($25) as e(node uuid, role text)",
                "$17",
                "$18",
                "$19",
                "$20",
                "$21",
                "$22",
                "$23",
                "$24"
            )
        )
    };
}
macro_rules! by_cells {
    ($what:literal, $asked:expr, $rest:literal) => {
        EngineSql {
            sqlite: lying!(
                "", $what,
                "json_each($4) c cross join matter m on m.cell between c.value ->> 0 and c.value ->> 1", "cross join",
                sqlite_rest!($asked), $rest
            )
            .sqlite,
            postgres: lying!(
                "", $what,
                "jsonb_array_elements($4) c join matter m on m.cell between (c ->> 0)::bigint and (c ->> 1)::bigint", "join",
                postgres_rest!($asked), $rest
            )
            .postgres,
        }
    };
}
macro_rules! of_places {
    ($units:literal, $key:literal, $whose:literal, $what:literal, $asked:expr, $rest:literal) => {
        lying!(
            concat!(
                "with place as materialized (select k.id from ", $units, "), near as (select ", $key,
                " as which from matter o where o.ended_at is null and o.node_id in (select place.id from place) and o.lon >= $5 and o.lon < $7 \
                 and o.lat >= $6 and o.lat < $8 union select ", $key,
                " from matter o where o.ended_at is null and o.unit_id in (select place.id from place) and o.lon >= $5 and o.lon < $7 \
                 and o.lat >= $6 and o.lat < $8) "
            ),
            $what,
            concat!("near join matter m on ", $whose, " = near.which"),
            "join",
            $asked,
            $rest
        )
    };
}
macro_rules! by_places {
    ($what:literal, $asked:expr, $rest:literal) => {
        EngineSql {
            sqlite: of_places!(
                "json_each($4) s cross join node k on k.path >= s.value ->> 'lo' and k.path < s.value ->> 'hi'",
                "o.rowid", "m.rowid", $what, sqlite_rest!($asked), $rest
            )
            .sqlite,
            postgres: of_places!(
                "jsonb_to_recordset($4) as s(lo text, hi text) join node k on k.path >= s.lo and k.path < s.hi",
                "o.id", "m.id", $what, postgres_rest!($asked), $rest
            )
            .postgres,
        }
    };
}

pub const SINGLES_CELLS: EngineSql = by_cells!(
    "m.code, m.title, m.urgency, m.state, m.lon, m.lat, t.due_at",
    open!(),
    "limit 2001"
);
pub const SINGLES_PLACES: EngineSql = by_places!(
    "m.code, m.title, m.urgency, m.state, m.lon, m.lat, t.due_at",
    open!(),
    "limit 2001"
);
pub const SINGLES_ANY: EngineSql = by_cells!(
    "m.code, m.title, m.urgency, m.state, m.lon, m.lat, t.due_at",
    any!(),
    "limit 2001"
);
pub const TOGETHER_CELLS: EngineSql = by_cells!(
    "count(*) as points, cast(avg(m.lon) as bigint) as lon, cast(avg(m.lat) as bigint) as lat",
    open!(),
    "group by m.cell >> $26 order by 2, 3"
);
pub const TOGETHER_PLACES: EngineSql = by_places!(
    "count(*) as points, cast(avg(m.lon) as bigint) as lon, cast(avg(m.lat) as bigint) as lat",
    open!(),
    "group by m.cell >> $26 order by 2, 3"
);
pub const TOGETHER_ANY: EngineSql = by_cells!(
    "count(*) as points, cast(avg(m.lon) as bigint) as lon, cast(avg(m.lat) as bigint) as lat",
    any!(),
    "group by m.cell >> $26 order by 2, 3"
);
