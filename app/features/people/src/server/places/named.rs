//! Buildings by their names alone, for whoever says where something is: what anybody reads on their walls. Where they stand, and who lives
//! there, is told to nobody by this.

use db::{DbError, Tx, on};
use orgs::model::Code;
use shared::scope::PathRange;

use crate::model::{Address, building_label, estate_key};

/// The most that are told of a place, and of what is looked for.
const PLACE: i64 = 400;
const FOUND: i64 = 200;

const OF_PLACE: &str = "select e.name as estate, b.number, n.code, n.name as grid from building b join estate e on e.id = b.estate_id \
    join node n on n.id = b.node_id where b.valid_to is null and n.valid_to is null and n.path >= $1 and n.path < $2 \
    order by e.pinyin, e.id, length(b.number), b.number limit $3";
const BY_NAME: &str = "select e.name as estate, b.number, n.code, n.name as grid from building b join estate e on e.id = b.estate_id \
    join node n on n.id = b.node_id where b.valid_to is null and n.valid_to is null and e.key >= $1 and e.key < $2 \
    and ($3 = '' or b.number in ($3, $3 || '号')) order by e.pinyin, e.id, length(b.number), b.number limit $4";

/// A building, and the grid that answers for it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Named {
    pub estate: String,
    pub number: String,
    pub code: Code,
    pub grid: String,
}

impl Named {
    /// `花园浜3幢`
    pub fn label(&self) -> String {
        format!("{}{}", self.estate, building_label(&self.number))
    }
}

/// The buildings at and below a place, estate by estate.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn named_at(tx: &mut Tx, path: &str) -> Result<Vec<Named>, DbError> {
    let below = PathRange::below(path);
    on!(tx, |c| sqlx::query_as::<_, Named>(OF_PLACE)
        .bind(&below.lo)
        .bind(&below.hi)
        .bind(PLACE)
        .fetch_all(c)
        .await)
}

/// The buildings that an address may mean, wherever they are; none for what names no estate.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn named_as(tx: &mut Tx, q: &str) -> Result<Vec<Named>, DbError> {
    let said = Address::read(q);
    let key = estate_key(&said.estate);
    // One character would find a good part of all estates. PostgreSQL takes no NUL in a text.
    if key.chars().count() < 2 || key.contains('\0') {
        return Ok(Vec::new());
    }
    let end = format!("{key}\u{10ffff}");
    let number = said.building.unwrap_or_default().replace('\0', "");
    on!(tx, |c| sqlx::query_as::<_, Named>(BY_NAME)
        .bind(&key)
        .bind(&end)
        .bind(&number)
        .bind(FOUND)
        .fetch_all(c)
        .await)
}
