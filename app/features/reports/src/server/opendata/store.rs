//! What is published, as data.

use db::{DbError, Tx, on};
use orgs::model::Code;
use shared::{Timestamp, scope::PathRange};

use crate::{
    model::{Kind, MatterId, Number, State},
    server::store::petition_sql,
};

/// A matter that is published.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Published {
    pub id: MatterId,
    pub code: String,
    pub number_code: Code,
    pub number_year: i64,
    pub number: i64,
    pub kind: Kind,
    pub category: String,
    pub state: State,
    /// It was not taken, for it belongs to the petition office.
    pub petition: bool,
    pub node_code: Code,
    pub node_name: String,
    /// Who has it.
    pub unit_name: String,
    /// Where the name of its unit stands on the map, if everybody may see that.
    pub lon: Option<i64>,
    pub lat: Option<i64>,
    pub created_at: Timestamp,
    pub published_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub public_text: String,
    pub followers: i64,
}

impl Published {
    pub fn shown_number(&self) -> String {
        let number = Number {
            unit: self.number_code.clone(),
            year: self.number_year,
            number: self.number,
        };
        number.to_string()
    }

    /// How it stands, in words.
    pub const fn stands(&self) -> &'static str {
        self.state.said(self.petition)
    }

    /// As Open311 has it.
    pub const fn status(&self) -> &'static str {
        if self.ended_at.is_some() { "closed" } else { "open" }
    }
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub range: &'a PathRange,
    /// Empty for any.
    pub category: &'a str,
    pub open: bool,
    pub closed: bool,
    /// Published before, and among those of the same instant by an id that is less.
    pub before: Timestamp,
    pub after: MatterId,
    pub most: i64,
    /// Whether everybody may see where units are.
    pub reviewed: bool,
}

const PUBLISHED: &str = concat!(
    "select ",
    petition_sql!(),
    ", m.id, m.code, nn.code as number_code, m.number_year, m.number, m.kind, m.category, m.state, \
     n.code as node_code, n.name as node_name, u.name as unit_name, b.label_lon as lon, b.label_lat as lat, m.created_at, m.published_at, m.ended_at, m.public_text, \
     (select count(*) from matter_follower f where f.matter_id = m.id) as followers \
     from matter m join node nn on nn.id = m.number_node join node n on n.id = m.node_id join node u on u.id = m.unit_id \
     left join area b on b.node_id = n.id and b.valid_to is null and (b.synthetic or $9) where m.published_at is not null and n.path >= $1 and n.path < $2 and ($3 = '' or m.category = $3) \
     and (($4 and m.ended_at is null) or ($5 and m.ended_at is not null)) \
     and (m.published_at < $6 or (m.published_at = $6 and m.id < $7)) order by m.published_at desc, m.id desc limit $8"
);

/// # Errors
/// [`DbError::Sql`].
pub async fn published(tx: &mut Tx, wanted: &Wanted<'_>) -> Result<Vec<Published>, DbError> {
    on!(tx, |c| sqlx::query_as(PUBLISHED)
        .bind(&wanted.range.lo)
        .bind(&wanted.range.hi)
        .bind(wanted.category)
        .bind(wanted.open)
        .bind(wanted.closed)
        .bind(wanted.before)
        .bind(wanted.after)
        .bind(wanted.most)
        .bind(wanted.reviewed)
        .fetch_all(c)
        .await)
}
