//! Matters as everybody is told of them. What is not published is not there, but for the program that it came through.

use db::{DbError, EngineSql, Json, Tx, on, rows};
use orgs::model::Code;
use serde::Serialize;
use shared::{RecordId, Timestamp, scope::PathRange};

use crate::{
    model::{State, open311::Asked},
    server::store::petition_sql,
};

/// A matter as it is told.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Told {
    pub code: String,
    pub category: String,
    pub state: State,
    /// It was not taken, for it belongs to the petition office.
    pub petition: bool,
    pub node_code: Code,
    pub node_name: String,
    /// The unit whose numbers it has: the community, if it lies in one.
    pub community: String,
    /// Who has it.
    pub unit_name: String,
    /// Where the name of its unit stands.
    pub lon: Option<i64>,
    pub lat: Option<i64>,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// When its last step was taken that everybody sees.
    pub changed_at: Timestamp,
    pub due_at: Option<Timestamp>,
    /// Nothing while it is not published.
    pub public_text: Option<String>,
}

// A matter with where the name of its unit stands on the map, if everybody may see that: a pin may be somebody's door.
macro_rules! told_sql {
    ($reviewed:literal, $rest:expr) => {
        concat!(
            "select ",
            petition_sql!(),
            ", m.code, m.category, m.state, n.code as node_code, n.name as node_name, nn.name as community, \
             u.name as unit_name, b.label_lon as lon, b.label_lat as lat, m.created_at, m.ended_at, \
             coalesce((select max(s.at) from matter_step s where s.matter_id = m.id and s.seen = 'all'), m.created_at) as changed_at, \
             t.due_at, m.public_text from matter m join node n on n.id = m.node_id join node nn on nn.id = m.number_node \
             join node u on u.id = m.unit_id left join area b on b.node_id = n.id and b.valid_to is null and (b.synthetic or ",
            $reviewed,
            ") left join task t on t.id = m.task_id and t.ended_at is null where ",
            $rest
        )
    };
}

const LISTED: EngineSql = rows!(
    told_sql!(
        "$11",
        "m.published_at is not null and n.path >= $2 and n.path < $3 and m.created_at >= $4 and m.created_at <= $5 \
         and (($6 and m.ended_at is null) or ($7 and m.ended_at is not null)) and ($8 or exists (select 1 from "
    ),
    (code: text),
    " where r.code = m.category)) order by m.created_at desc, m.id desc limit $9 offset $10"
);
// Found by their codes, which have an index, and only then looked at.
const NAMED: EngineSql = rows!(
    told_sql!(
        "$5",
        "(m.published_at is not null or m.client_id = $2) and n.path >= $3 and n.path < $4 and m.code in (select r.code from "
    ),
    (code: text),
    ") order by m.created_at desc, m.id desc limit 200"
);
const CHANGED: &str = "select max(updated_at) from report_category";

#[derive(Serialize)]
struct Named<'a> {
    code: &'a str,
}

fn named(all: &[String]) -> Vec<Named<'_>> {
    all.iter().map(|code| Named { code }).collect()
}

/// What is published below a path of all that is asked for, the newest first; one more than the page holds, if there is one.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn listed(tx: &mut Tx, path: &str, asked: &Asked, reviewed: bool) -> Result<Vec<Told>, DbError> {
    let range = PathRange::below(path);
    let sql = tx.sql(LISTED);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(named(&asked.services)))
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(asked.from)
        .bind(asked.until)
        .bind(asked.open)
        .bind(asked.closed)
        .bind(asked.services.is_empty())
        .bind(asked.size + 1)
        .bind(asked.offset())
        .bind(reviewed)
        .fetch_all(c)
        .await)
}

/// Those of the named ones that are published, or came through the program `client`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_codes(
    tx: &mut Tx,
    path: &str,
    codes: &[String],
    client: Option<RecordId>,
    reviewed: bool,
) -> Result<Vec<Told>, DbError> {
    let range = PathRange::below(path);
    let sql = tx.sql(NAMED);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(named(codes)))
        .bind(client)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(reviewed)
        .fetch_all(c)
        .await)
}

/// When the categories were last changed; never in a deployment that has those that are built in.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn categories_changed(tx: &mut Tx) -> Result<Option<Timestamp>, DbError> {
    on!(tx, |c| sqlx::query_scalar(CHANGED).fetch_one(c).await)
}
