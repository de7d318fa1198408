//! Finding people by name, pinyin, initials, phone and address, within what the viewer may see.
//!
//! A person's terms are the characters and bigrams of the name, its pinyin, the beginnings of its initials, and one term for
//! each place that the person's grid is part of: so that the index itself narrows 张 to a community before a row is read.
//! FTS5 and tsvector differ in how an index is asked and filled, nothing else.

use db::{Cx, DbError, Engine, EngineSql, Json, Tx, crypt::Field, on};
use shared::{
    AppError, Cursor, Page, Scope, Timestamp, mask,
    text::{self, Pinyin},
};

use super::sight::{self, visible_to};
use crate::model::{
    Address, BuildingId, HouseholdId, PeoplePage, PersonId, PersonRow, PlaceChoice, PlaceHit, ResidenceKind,
    Sex, building_label, estate_key, room_label,
};

/// Rows a page of a list.
pub const PAGE: usize = 30;
/// The longest query, in characters.
pub const LONGEST_QUERY: usize = 64;
/// Places that an address leads to.
const PLACES: i64 = 20;
/// In more grids than this, a list in the order of names walks the names; in fewer, it reads the grids.
const FEW_GRIDS: usize = 60;
/// More subtrees than this are left to the predicate.
const FEW_PATHS: usize = 20;

/// The index terms of a person, separated by spaces.
pub(super) fn terms(name: &str, spelled: &Pinyin, path: &str) -> String {
    let folded = text::nfkc(name);
    let mut terms = text::bigrams(&folded);
    terms.extend(folded.chars().filter(|c| c.is_alphanumeric()).map(String::from));
    terms.push(spelled.full.clone());
    let initials: Vec<char> = spelled.initials.chars().collect();
    terms.extend((1..=initials.len()).map(|n| initials[..n].iter().collect()));
    terms.extend(path.split('/').filter(|code| code.len() >= 6).map(place_term));
    terms.retain(|term| !term.is_empty() && term.chars().all(char::is_alphanumeric));
    terms.sort();
    terms.dedup();
    terms.join(" ")
}

/// No name has it: names have no figures.
fn place_term(code: &str) -> String {
    format!("at{code}")
}

/// A query for names as it is looked up.
#[derive(Debug, PartialEq, Eq)]
struct Query {
    terms: Vec<(String, Match)>,
    places: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Match {
    Whole,
    Beginning,
}

impl Query {
    fn read(q: &str, scope: &Scope) -> Self {
        let clean: String = text::nfkc(q).chars().filter(|c| !c.is_control()).collect();
        let terms = clean
            .split(|c: char| !c.is_alphanumeric())
            .flat_map(|word| {
                if word.is_ascii() {
                    // Two letters are initials; from three on they may be the beginning of a name's pinyin.
                    let how = if word.len() >= 3 {
                        Match::Beginning
                    } else {
                        Match::Whole
                    };
                    vec![(word.to_owned(), how)]
                } else {
                    text::bigrams(word)
                        .into_iter()
                        .map(|t| (t, Match::Whole))
                        .collect()
                }
            })
            .filter(|(term, _)| !term.is_empty())
            .collect();
        let codes = scope
            .paths()
            .iter()
            .filter_map(|path| path.trim_end_matches('/').rsplit('/').next());
        let mut places: Vec<String> = codes.filter(|code| code.len() >= 6).map(place_term).collect();
        if places.len() != scope.paths().len() || places.len() > FEW_PATHS {
            places.clear();
        }
        Self { terms, places }
    }

    /// Terms are letters and digits only, so quoting them is enough.
    fn fts5(&self) -> String {
        let mut all: Vec<String> = self
            .terms
            .iter()
            .map(|(term, how)| format!("\"{term}\"{}", if *how == Match::Beginning { "*" } else { "" }))
            .collect();
        if !self.places.is_empty() {
            let places: Vec<String> = self.places.iter().map(|place| format!("\"{place}\"")).collect();
            all.push(format!("({})", places.join(" OR ")));
        }
        all.join(" AND ")
    }

    fn tsquery(&self) -> String {
        let mut all: Vec<String> = self
            .terms
            .iter()
            .map(|(term, how)| format!("'{term}'{}", if *how == Match::Beginning { ":*" } else { "" }))
            .collect();
        if !self.places.is_empty() {
            let places: Vec<String> = self.places.iter().map(|place| format!("'{place}'")).collect();
            all.push(format!("({})", places.join(" | ")));
        }
        all.join(" & ")
    }
}

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

/// `花园浜3幢2单元501室`
pub fn address(estate: Option<&str>, number: Option<&str>, unit: Option<&str>, door: Option<&str>) -> String {
    format!(
        "{}{}{}",
        estate.unwrap_or_default(),
        number.map(building_label).unwrap_or_default(),
        room_label(unit.unwrap_or_default(), door.unwrap_or_default())
    )
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

#[derive(sqlx::FromRow)]
struct PlaceRow {
    building: BuildingId,
    household: Option<HouseholdId>,
    estate: String,
    number: String,
    unit: Option<String>,
    door: Option<String>,
    persons: i64,
}

impl PlaceRow {
    fn shown(self) -> PlaceHit {
        PlaceHit {
            words: address(
                Some(&self.estate),
                Some(&self.number),
                self.unit.as_deref(),
                self.door.as_deref(),
            ),
            building: self.building,
            household: self.household,
            persons: self.persons,
        }
    }
}

// $2 the estate's key or '', $3 after its end, $4 the building's number or '', $5 the unit or '', $6 the door or '', $7 how many.
const ROOMS: EngineSql = visible_to!(
    "select b.id as building, h.id as household, e.name as estate, b.number, m.unit, m.door, \
     (select count(*) from residence x where x.household_id = h.id and x.valid_to is null) as persons \
     from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id join room m on m.building_id = b.id \
     left join household h on h.room_id = m.id and h.valid_to is null \
     where b.valid_to is null and m.valid_to is null and ($2 = '' or (e.key >= $2 and e.key < $3)) and ($4 = '' or b.number in ($4, $4 || '号')) and ($5 = '' or m.unit = $5) and m.door = $6",
    "order by e.pinyin, length(b.number), b.number, m.unit limit $7"
);
const BUILDINGS: EngineSql = visible_to!(
    "select b.id as building, null as household, e.name as estate, b.number, null as unit, null as door, \
     (select count(*) from room m join household h on h.room_id = m.id join residence x on x.household_id = h.id and x.valid_to is null \
      where m.building_id = b.id) as persons \
     from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id \
     where b.valid_to is null and ($2 = '' or (e.key >= $2 and e.key < $3)) and ($4 = '' or b.number in ($4, $4 || '号')) and $5 = '' and $6 = ''",
    "order by e.pinyin, length(b.number), b.number limit $7"
);
const BUILDINGS_POSTGRES: EngineSql = visible_to!(
    "select b.id as building, null::uuid as household, e.name as estate, b.number, null::text as unit, null::text as door, \
     (select count(*) from room m join household h on h.room_id = m.id join residence x on x.household_id = h.id and x.valid_to is null \
      where m.building_id = b.id) as persons \
     from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id \
     where b.valid_to is null and ($2 = '' or (e.key >= $2 and e.key < $3)) and ($4 = '' or b.number in ($4, $4 || '号')) and $5 = '' and $6 = ''",
    "order by e.pinyin, length(b.number), b.number limit $7"
);

/// The buildings and rooms in `scope` that `q` may mean, if it can be an address.
///
/// # Errors
/// What the database answers.
pub async fn addresses(tx: &mut Tx, scope: &Scope, q: &str) -> Result<Vec<PlaceHit>, DbError> {
    let said = Address::read(q);
    let key = estate_key(&said.estate);
    // One character, or a person's two or three, would find half of all estates, or none.
    if key.chars().count() < 2 && !said.is_inside() {
        return Ok(Vec::new());
    }
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let (number, unit, door) = (part(&said.building), part(&said.unit), part(&said.door));
    let sql = match (door.is_empty() && unit.is_empty(), tx.engine()) {
        (true, Engine::Postgres) => BUILDINGS_POSTGRES.postgres,
        (true, Engine::Sqlite) => BUILDINGS.sqlite,
        (false, _) => tx.sql(ROOMS),
    };
    let end = format!("{key}\u{10ffff}");
    let found = on!(tx, |c| sqlx::query_as::<_, PlaceRow>(sql)
        .bind(Json(scope.ranges()))
        .bind(&key)
        .bind(&end)
        .bind(&number)
        .bind(&unit)
        .bind(&door)
        .bind(PLACES)
        .fetch_all(c)
        .await)?;
    Ok(found.into_iter().map(PlaceRow::shown).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(q: &str) -> (String, String) {
        let scope = Scope::new(vec!["32/3205/320581/320581001/320581001001/".into()]);
        let query = Query::read(q, &scope);
        (query.fts5(), query.tsquery())
    }

    #[test]
    fn terms_are_letters_and_digits_and_tell_the_places() {
        let terms = terms(
            "演示·王小芳",
            &text::pinyin("演示·王小芳"),
            "32/3205/320581/320581001/320581001001/320581001001003/",
        );
        for wanted in [
            "王小",
            "小芳",
            "王",
            "at320581001001",
            "at320581001001003",
            "yanshiwangxiaofang",
            "ysw",
        ] {
            assert!(terms.split(' ').any(|term| term == wanted), "{wanted}: {terms}");
        }
        assert!(!terms.contains('·'));
    }

    #[test]
    fn a_query_names_its_place() {
        assert_eq!(asked("王芳").0, "\"王芳\" AND (\"at320581001001\")");
        assert_eq!(asked("WF").1, "'wf' & ('at320581001001')");
        assert_eq!(asked("wangf").0, "\"wangf\"* AND (\"at320581001001\")");
        let all = Query::read("王", &Scope::everything());
        assert_eq!(all.fts5(), "\"王\"");
    }

    #[test]
    fn quotes_cannot_be_broken_out_of() {
        for q in ["\"", "'", "a\" OR \"b", "王' | '芳", "\\", "*", "NOT"] {
            let (fts, ts) = asked(q);
            assert!(
                fts.matches('"').count() % 2 == 0 && ts.matches('\'').count() % 2 == 0,
                "{q}: {fts} {ts}"
            );
            assert!(!fts.contains(" OR b"), "{fts}");
        }
    }
}
