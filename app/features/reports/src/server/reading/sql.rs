//! What lists of matters are read by: a text for each way, each for both engines. It says which they are; what is told of them is read by
//! [`TOLD`] and [`PUBLISHED_TOLD`].

use db::EngineSql;

use super::narrow::narrow_sql;
use crate::server::{
    sight::visible_sql,
    store::{matter_sql, petition_sql},
};

// How a matter's own terms are asked where the index was not: neither engine may make a question to the index of it.
macro_rules! sqlite_words {
    ($words:literal) => {
        concat!(
            "(case when ", $words, " = '' then true else exists (select 1 from matter_fts_content c where c.c1 = m.id and not exists \
             (select 1 from json_each(", $words, ") w where instr(' ' || c.c0 || ' ', w.value) = 0)) end)"
        )
    };
}
macro_rules! postgres_words {
    ($words:literal) => {
        concat!(
            "(case when ",
            $words,
            " = '' then true else m.tsv @@ ",
            $words,
            "::text::tsquery end)"
        )
    };
}

pub(in crate::server) use postgres_words;
pub(in crate::server) use sqlite_words;

// What remains to be asked of each: its words `$12`, and to what the list is narrowed, `$13` to `$21`.
macro_rules! sqlite_narrow {
    () => {
        narrow_sql!(
            "(select value ->> 'node' as node, value ->> 'role' as role from json_each($21)) as e",
            "$13",
            "$14",
            "$15",
            "$16",
            "$17",
            "$18",
            "$19",
            "$20"
        )
    };
}
macro_rules! postgres_narrow {
    () => {
        narrow_sql!(
            "jsonb_to_recordset($21) as e(node uuid, role text)",
            "$13",
            "$14",
            "$15",
            "$16",
            "$17",
            "$18",
            "$19",
            "$20"
        )
    };
}
macro_rules! sqlite_rest {
    () => {
        concat!(sqlite_words!("$12"), " and ", sqlite_narrow!())
    };
}
macro_rules! postgres_rest {
    () => {
        concat!(postgres_words!("$12"), " and ", postgres_narrow!())
    };
}

// $1 to $3 as `visible_sql`; $4, $5 the place; $6 to $10 what is asked for; $11 after which; $12 to $21 the rest; of units also $22. How many is said in
// the text: of a number that it does not know PostgreSQL thinks that it is large, and sorts a million to give a page.
macro_rules! listed {
    ($candidates:expr, $from:expr, $join:expr, $asked:expr) => {
        visible_sql!(
            concat!(
                $candidates, "select m.id from ", $from, " ", $join, " node n on n.id = m.node_id ", $join,
                " node u on u.id = m.unit_id left join node a on a.id = m.accused_id where ", $asked, " and "
            ),
            concat!(
                "and ((n.path >= $4 and n.path < $5) or (u.path >= $4 and u.path < $5)) and (case when not $9 then true \
                 else exists (select 1 from task k where k.id = m.task_id and k.ended_at is null and k.due_at < $10) end) order by m.id desc limit 51"
            )
        )
    };
}
macro_rules! open {
    () => {
        "m.ended_at is null and ($6 = 'open' or m.state = $6) and ($7 = '' or m.kind = $7) and ($8 = '' or m.category = $8) and m.id < $11"
    };
}
macro_rules! any {
    () => {
        "($6 = 'all' or ($6 = 'open' and m.ended_at is null) or ($6 = 'ended' and m.ended_at is not null) or m.state = $6) and ($7 = '' or m.kind = $7) \
         and ($8 = '' or m.category = $8) and m.id < $11"
    };
}
macro_rules! any_of_category {
    () => {
        "m.category = $8 and ($6 = 'all' or ($6 = 'open' and m.ended_at is null) or ($6 = 'ended' and m.ended_at is not null) or m.state = $6) and ($7 = '' or m.kind = $7) \
         and m.id < $11"
    };
}
// What lies in units at and below the places `$22`, or is in somebody's hands there.
macro_rules! sqlite_places {
    ($asked:expr) => {
        // By the number of its row a matter is found at once, by its id in two steps.
        in_places!(
            "json_each($22) s cross join node k on k.path >= s.value ->> 'lo' and k.path < s.value ->> 'hi'",
            "m.rowid",
            $asked
        )
    };
}
macro_rules! postgres_places {
    ($asked:expr) => {
        in_places!(
            "jsonb_to_recordset($22) as s(lo text, hi text) join node k on k.path >= s.lo and k.path < s.hi",
            "m.id",
            $asked
        )
    };
}
macro_rules! in_places {
    ($units:literal, $key:literal, $asked:expr) => {
        concat!(
            "with place as materialized (select k.id from ",
            $units,
            "), near as (select ",
            $key,
            " as which from matter m where m.node_id in (select place.id from place) and ",
            $asked,
            " union select ",
            $key,
            " from matter m where m.unit_id in (select place.id from place) and ",
            $asked,
            ") "
        )
    };
}

pub const PLACES_OPEN: EngineSql = EngineSql {
    sqlite: listed!(
        sqlite_places!(open!()),
        "near join matter m on m.rowid = near.which",
        "join",
        sqlite_rest!()
    )
    .sqlite,
    postgres: listed!(
        postgres_places!(open!()),
        "near join matter m on m.id = near.which",
        "join",
        postgres_rest!()
    )
    .postgres,
};
pub const PLACES_ANY: EngineSql = EngineSql {
    sqlite: listed!(
        sqlite_places!(any!()),
        "near join matter m on m.rowid = near.which",
        "join",
        sqlite_rest!()
    )
    .sqlite,
    postgres: listed!(
        postgres_places!(any!()),
        "near join matter m on m.id = near.which",
        "join",
        postgres_rest!()
    )
    .postgres,
};
pub const WORDS: EngineSql = EngineSql {
    sqlite: listed!("", "matter_fts f cross join matter m on m.id = f.matter_id", "cross join", concat!("matter_fts match $12 and ", any!(), " and ", sqlite_narrow!()))
        .sqlite,
    postgres: listed!(
        "with m as materialized (select k.id, k.node_id, k.unit_id, k.accused_id, k.task_id, k.state, k.kind, k.category, k.ended_at, \
         k.urgency, k.holder_role, k.holder_id, k.created_at, k.urged_at from matter k where k.tsv @@ $12::text::tsquery) ",
        "m",
        "join",
        concat!(any!(), " and ", postgres_narrow!())
    )
    .postgres,
};
pub const LATE: EngineSql = EngineSql {
    sqlite: listed!(
        "",
        "task d cross join matter m on m.id = d.subject_id",
        "cross join",
        concat!(
            "d.ended_at is null and d.due_at < $10 and m.task_id = d.id and ",
            any!(),
            " and ",
            sqlite_rest!()
        )
    )
    .sqlite,
    postgres: listed!(
        "",
        "task d join matter m on m.id = d.subject_id and m.task_id = d.id",
        "join",
        concat!(
            "d.ended_at is null and d.due_at < $10 and ",
            any!(),
            " and ",
            postgres_rest!()
        )
    )
    .postgres,
};
pub const WALK_OPEN: EngineSql = EngineSql {
    sqlite: listed!(
        "",
        "matter m",
        "cross join",
        concat!(open!(), " and ", sqlite_rest!())
    )
    .sqlite,
    postgres: listed!(
        "",
        "matter m",
        "join",
        concat!(open!(), " and ", postgres_rest!())
    )
    .postgres,
};
pub const WALK_ANY: EngineSql = EngineSql {
    sqlite: listed!(
        "",
        "matter m",
        "cross join",
        concat!(any!(), " and ", sqlite_rest!())
    )
    .sqlite,
    postgres: listed!("", "matter m", "join", concat!(any!(), " and ", postgres_rest!())).postgres,
};
pub const WALK_CATEGORY: EngineSql = EngineSql {
    sqlite: listed!(
        "",
        "matter m",
        "cross join",
        concat!(any_of_category!(), " and ", sqlite_rest!())
    )
    .sqlite,
    postgres: listed!(
        "",
        "matter m",
        "join",
        concat!(any_of_category!(), " and ", postgres_rest!())
    )
    .postgres,
};

// $1, $2 the place; $3 the category; $4, $5 before when and which; $6 words; $7 whether what is open, or has ended; $8 the kind.
macro_rules! published {
    ($candidates:expr, $from:expr, $join:expr, $asked:expr) => {
        concat!(
            $candidates, "select m.id from ", $from, " ", $join, " node n on n.id = m.node_id where ", $asked,
            " and m.published_at is not null and (n.path >= $1 and n.path < $2) is true \
             and (case when $7 = '' then true else (m.ended_at is null) = ($7 = 'open') end) and ($8 = '' or m.kind = $8) \
             and (m.published_at < $4 or (m.published_at = $4 and m.id < $5)) order by m.published_at desc, m.id desc limit 51"
        )
    };
}
macro_rules! of_category {
    () => {
        "($3 = '' or m.category = $3)"
    };
}
macro_rules! lying {
    () => {
        "m.node_id in (select place.id from place)"
    };
}
macro_rules! units {
    () => {
        "with place as materialized (select k.id from node k where k.path >= $1 and k.path < $2) "
    };
}

pub const PUBLISHED_PLACES: EngineSql = EngineSql {
    sqlite: published!(
        units!(),
        "matter m",
        "join",
        concat!(lying!(), " and ", of_category!(), " and ", sqlite_words!("$6"))
    ),
    postgres: published!(
        units!(),
        "matter m",
        "join",
        concat!(lying!(), " and ", of_category!(), " and ", postgres_words!("$6"))
    ),
};
pub const PUBLISHED_WORDS: EngineSql = EngineSql {
    sqlite: published!(
        "",
        "matter_fts f cross join matter m on m.id = f.matter_id",
        "cross join",
        concat!("matter_fts match $6 and ", of_category!())
    ),
    postgres: published!(
        "with m as materialized (select k.id, k.node_id, k.category, k.kind, k.published_at, k.ended_at from matter k where k.tsv @@ $6::text::tsquery) ",
        "m",
        "join",
        of_category!()
    ),
};
pub const PUBLISHED_WALK: EngineSql = EngineSql {
    sqlite: published!(
        "",
        "matter m",
        "cross join",
        concat!(of_category!(), " and ", sqlite_words!("$6"))
    ),
    postgres: published!(
        "",
        "matter m",
        "join",
        concat!(of_category!(), " and ", postgres_words!("$6"))
    ),
};
pub const PUBLISHED_CATEGORY: EngineSql = EngineSql {
    sqlite: published!(
        "",
        "matter m",
        "cross join",
        concat!("m.category = $3 and ", sqlite_words!("$6"))
    ),
    postgres: published!(
        "",
        "matter m",
        "join",
        concat!("m.category = $3 and ", postgres_words!("$6"))
    ),
};

// Of the matters `$1`.
pub const TOLD: EngineSql = EngineSql {
    sqlite: matter_sql!("where m.id in (select value from json_each($1)) order by m.id desc"),
    postgres: matter_sql!(
        "where m.id in (select value::uuid from jsonb_array_elements_text($1)) order by m.id desc"
    ),
};
macro_rules! published_told {
    ($which:literal) => {
        concat!(
            "select ", petition_sql!(), ", m.id, m.code, nn.code as number_code, m.number_year, m.number, m.kind, m.state, m.title, n.code as node_code, \
             n.name as node_name, m.created_at, m.published_at, m.public_text, \
             (select count(*) from matter_follower f where f.matter_id = m.id) as followers \
             from matter m join node nn on nn.id = m.number_node join node n on n.id = m.node_id where m.id in (select ", $which, ") \
             order by m.published_at desc, m.id desc"
        )
    };
}
pub const PUBLISHED_TOLD: EngineSql = EngineSql {
    sqlite: published_told!("value from json_each($1)"),
    postgres: published_told!("value::uuid from jsonb_array_elements_text($1)"),
};

/// PostgreSQL knows nothing of what is bound, thinks that hardly any of a million are asked for, and would rather sort than walk. This holds
/// until the transaction ends.
pub const BY_INDEX: &str = "select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), \
    set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), \
    set_config('jit', 'off', true), set_config('enable_sort', $1, true)";
