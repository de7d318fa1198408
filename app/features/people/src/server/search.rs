//! Finding people by name, pinyin, initials, phone and address, within what the viewer may see.
//!
//! A person's terms are the characters and bigrams of the name, its pinyin, the beginnings of its initials, and one term for
//! each place that the person's grid is part of: so that the index itself narrows 张 to a community before a row is read.
//! FTS5 and tsvector differ in how an index is asked and filled, nothing else.

mod addresses;
mod terms;

use db::{Cx, DbError, Engine, EngineSql, Json, Tx, crypt::Field, on};
use shared::{AppError, Cursor, Page, Scope, Timestamp, mask};

use self::terms::Query;
use super::sight::{self, visible_to};
use crate::model::{HouseholdId, PeoplePage, PersonId, PersonRow, PlaceChoice, ResidenceKind, Sex};

pub use self::addresses::{address, addresses};
pub(super) use self::terms::terms;

/// Rows a page of a list.
pub const PAGE: usize = 30;
/// The longest query, in characters.
pub const LONGEST_QUERY: usize = 64;
/// In more grids than this, a list in the order of names walks the names; in fewer, it reads the grids.
const FEW_GRIDS: usize = 60;

#[derive(sqlx::FromRow)]
struct Row {
    id: PersonId,
    name: String,
    pinyin: String,
    phone: Option<String>,
    sex: Option<Sex>,
    birth_year: Option<i64>,
    confirmed_at: Option<Timestamp>,
    grid: String,
    kind: Option<ResidenceKind>,
    household_id: Option<HouseholdId>,
    estate: Option<String>,
    number: Option<String>,
    unit: Option<String>,
    door: Option<String>,
}

impl Row {
    fn shown(self, cx: &Cx, year: i64) -> Result<PersonRow, AppError> {
        let phone = self
            .phone
            .map(|sealed| cx.keys().open_for(Field::Phone, self.id.0, &sealed))
            .transpose()?;
        Ok(PersonRow {
            id: self.id,
            name: mask::name(&self.name),
            phone: phone.map(|phone| mask::phone(&phone)),
            sex: self.sex,
            age: self.birth_year.map(|born| year - born),
            kind: self.kind,
            household: self.household_id,
            address: address(
                self.estate.as_deref(),
                self.number.as_deref(),
                self.unit.as_deref(),
                self.door.as_deref(),
            ),
            grid: self.grid,
            confirmed: self.confirmed_at.is_some(),
        })
    }
}

/// Which persons first, and only then what is told of them: a page is short, what it is cut from may be long.
macro_rules! listed {
    ($hits:expr) => {
        visible_to!(
            concat!("with hit as (select p.id as hit_id from ", $hits),
            "order by p.pinyin, p.id limit $4) \
             select p.id, p.name, p.pinyin, p.phone, p.sex, p.birth_year, p.confirmed_at, g.name as grid, x.kind, x.household_id, \
             e.name as estate, b.number, m.unit, m.door \
             from hit join person p on p.id = hit.hit_id join node g on g.id = p.node_id \
             left join residence x on x.person_id = p.id and x.valid_to is null \
             left join household h on h.id = x.household_id left join room m on m.id = h.room_id \
             left join building b on b.id = m.building_id left join estate e on e.id = b.estate_id \
             order by p.pinyin, p.id"
        )
    };
}

// $2, $3: after which name and id; $4 the size; $5 what is looked for.
const BY_TERMS_SQLITE: EngineSql = listed!(
    "person_fts f join person p on p.id = f.person_id join node n on n.id = p.node_id \
     where person_fts match $5 and (p.pinyin, p.id) > ($2, $3)"
);
const BY_TERMS_POSTGRES: EngineSql = listed!(
    "person p join node n on n.id = p.node_id where p.tsv @@ $5::text::tsquery and (p.pinyin, p.id) > ($2, $3)"
);
const BY_PHONE: EngineSql = listed!(
    "person p join node n on n.id = p.node_id where p.phone_blind = $5 and (p.pinyin, p.id) > ($2, $3)"
);
const IN_GRIDS_SQLITE: EngineSql = listed!(
    "person p join node n on n.id = p.node_id \
     where p.node_id in (select value from json_each($5)) and (p.pinyin, p.id) > ($2, $3)"
);
const IN_GRIDS_POSTGRES: EngineSql = listed!(
    "person p join node n on n.id = p.node_id \
     where p.node_id in (select value::uuid from jsonb_array_elements_text($5)) and (p.pinyin, p.id) > ($2, $3)"
);
// The plus keeps SQLite from reading grid by grid and sorting all of a city.
const BY_NAME: EngineSql =
    listed!("person p join node n on n.id = +p.node_id where (p.pinyin, p.id) > ($2, $3) and $5 = ''");
const GRIDS: EngineSql = visible_to!(
    "select k.node_id from people_place k join node n on n.id = k.node_id where true",
    "limit 61"
);

macro_rules! fetch {
    ($tx:expr, $sql:expr, $scope:expr, $after:expr, $what:expr) => {{
        let (key, id) = $after;
        let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        on!($tx, |c| sqlx::query_as::<_, Row>($sql)
            .bind(Json($scope.ranges()))
            .bind(key)
            .bind(id)
            .bind(size)
            .bind($what)
            .fetch_all(c)
            .await)
    }};
}

async fn rows(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    q: &str,
    after: Option<&Cursor>,
) -> Result<Vec<Row>, DbError> {
    let after = (
        after.map_or("", |cursor| cursor.key.as_str()),
        PersonId(after.map_or(uuid::Uuid::nil(), |cursor| cursor.id)),
    );
    if let Some(phone) = phone_of(q) {
        let sql = tx.sql(BY_PHONE);
        return fetch!(tx, sql, scope, after, cx.keys().blind(Field::Phone, &phone));
    }
    let query = Query::read(q, scope);
    if !query.terms.is_empty() {
        return match tx.engine() {
            Engine::Sqlite => fetch!(tx, BY_TERMS_SQLITE.sqlite, scope, after, query.fts5()),
            Engine::Postgres => fetch!(tx, BY_TERMS_POSTGRES.postgres, scope, after, query.tsquery()),
        };
    }
    let sql = tx.sql(GRIDS);
    let grids: Vec<shared::NodeId> = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(scope.ranges()))
        .fetch_all(c)
        .await)?;
    if grids.len() > FEW_GRIDS {
        let sql = tx.sql(BY_NAME);
        return fetch!(tx, sql, scope, after, "");
    }
    match tx.engine() {
        Engine::Sqlite => fetch!(tx, IN_GRIDS_SQLITE.sqlite, scope, after, Json(&grids)),
        Engine::Postgres => fetch!(tx, IN_GRIDS_POSTGRES.postgres, scope, after, Json(&grids)),
    }
}

/// A whole mobile number, as it is dialled.
fn phone_of(q: &str) -> Option<String> {
    accounts::model::Phone::parse("q", q)
        .ok()
        .map(|phone| phone.as_str().to_owned())
}

/// The people in `scope` that `q` may mean, by name; all of them if it is empty.
///
/// # Errors
/// [`AppError::Invalid`] if `q` is too long, or what the database answers.
pub async fn people(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    q: &str,
    after: Option<&Cursor>,
) -> Result<Page<PersonRow>, AppError> {
    if q.chars().count() > LONGEST_QUERY {
        return Err(AppError::invalid("q", "搜索的字太多，请不要超过 64 个。"));
    }
    let asked = !q.trim().is_empty();
    if asked && phone_of(q).is_none() && Query::read(q, scope).terms.is_empty() {
        return Ok(Page {
            rows: Vec::new(),
            next: None,
        });
    }
    let found = rows(cx, tx, scope, q.trim(), after).await?;
    let page = Page::cut(found, PAGE, |row| Cursor {
        key: row.pinyin.clone(),
        id: row.id.0,
    });
    let year = cx.now().date().year();
    let rows = page
        .rows
        .into_iter()
        .map(|row| row.shown(cx, year))
        .collect::<Result<_, _>>()?;
    Ok(Page {
        rows,
        next: page.next,
    })
}

/// What the page of people shows; `node` narrows it to a place.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`], or what the database answers.
pub async fn page(
    cx: &Cx,
    q: &str,
    node: Option<&orgs::model::Code>,
    after: Option<&Cursor>,
) -> Result<PeoplePage, AppError> {
    let mut tx = cx.read().await?;
    let (here, scope) = match node {
        Some(code) => {
            let (node, scope) = sight::place(cx, &mut tx, code).await?;
            (Some(node), scope)
        }
        None => (None, cx.scope.clone()),
    };
    let rows = people(cx, &mut tx, &scope, q, after).await?;
    let places = if q.trim().is_empty() || after.is_some() || phone_of(q).is_some() {
        Vec::new()
    } else {
        addresses(&mut tx, &scope, q).await?
    };
    let choices = sight::choices(&mut tx, &cx.scope, None).await?;
    Ok(PeoplePage {
        rows,
        places,
        here: here.map(|node| PlaceChoice {
            code: node.code,
            name: node.name,
        }),
        choices,
    })
}

const ALL: &str = "select p.id, p.name, n.path from person p join node n on n.id = p.node_id where p.id > $1 order by p.id limit 5000";

/// Makes the whole index anew, when the making of terms has changed. Returns how many it holds.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn reindex(cx: &Cx) -> Result<usize, DbError> {
    let (mut after, mut done) = (PersonId(uuid::Uuid::nil()), 0);
    loop {
        let mut tx = cx.write().await?;
        let some: Vec<(PersonId, String, String)> =
            on!(tx, |c| sqlx::query_as(ALL).bind(after).fetch_all(c).await)?;
        let Some((last, ..)) = some.last() else {
            return Ok(done);
        };
        after = *last;
        done += some.len();
        super::write::index(&mut tx, &some).await?;
        tx.commit().await?;
    }
}
