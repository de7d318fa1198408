//! What whoever writes a report is told before they send it: what is published near there, whether the same is being handled, what was
//! answered before to what they write. Of what is not published nothing is told but about how many there are.

use std::cmp::Reverse;

use db::{Cx, DbError, Tx, on};
use orgs::{model::Code, server::store as units};
use shared::{AppError, Timestamp, UserId, scope::PathRange};

use super::{standard, store::petition_sql};
use crate::model::{
    Answered, Chosen, NearPage, NearRow, OwnRow, STEP, Said, State, community, near_told, place, together,
};

/// Rows that are looked at in a community, and in the town that it is part of.
const HERE: i64 = 100;
const AROUND: i64 = 300;
/// The most that is shown.
const ROWS: usize = 3;
const ANSWERS: usize = 3;
/// Characters of an answer.
const EXCERPT: usize = 120;

// At and below a path, of a category unless that is empty.
const PUBLISHED: &str = concat!(
    "select ",
    petition_sql!(),
    ", m.code, m.title, m.state, m.created_at, coalesce(m.public_text, '') as public_text, m.lon, m.lat, \
     (select count(*) from matter_follower f where f.matter_id = m.id) as followers from matter m where m.published_at is not null \
     and m.node_id in (select k.id from node k where k.path >= $1 and k.path < $2) and ($3 = '' or m.category = $3) \
     order by m.published_at desc, m.id desc limit $4"
);
// A complaint about those who work there is told to nobody by this.
const RUNNING: &str = "select count(*) from (select 1 from matter m where m.ended_at is null and m.published_at is null and m.accused_id is null \
    and m.category = $3 \
    and (m.reporter_id is null or m.reporter_id <> $4) and m.node_id in (select k.id from node k where k.path >= $1 and k.path < $2) limit 100) c";

// What runs of one's own. Complaints about who works there are left out: a form may be filled in beside them.
const OWN: &str = "select m.code, m.title, m.created_at from matter m where m.reporter_id = $1 and m.ended_at is null and m.accused_id is null \
    and m.category = $2 order by m.id desc limit 2";

/// What the form says so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// What was chosen of places.
    pub node: &'a str,
    /// The pin, as `longitude,latitude`.
    pub at: &'a str,
    pub category: &'a str,
    pub words: &'a str,
    /// Whether somebody reports by name, and is told of what they told before.
    pub named: bool,
}

#[derive(sqlx::FromRow)]
struct Own {
    code: String,
    title: String,
    created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    code: String,
    title: String,
    state: State,
    petition: bool,
    created_at: Timestamp,
    public_text: String,
    lon: Option<i64>,
    lat: Option<i64>,
    followers: i64,
}

impl Row {
    /// How much of what was typed it speaks of.
    fn speaks(&self, said: &Said) -> Option<usize> {
        said.in_text(&format!("{} {}", self.title, self.public_text))
    }

    fn answered(self) -> Answered {
        Answered {
            title: self.title,
            text: excerpt(&self.public_text),
            code: Some(self.code),
        }
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).collect()
}

async fn published(tx: &mut Tx, path: &str, category: &str, most: i64) -> Result<Vec<Row>, DbError> {
    let below = PathRange::below(path);
    on!(tx, |c| sqlx::query_as::<_, Row>(PUBLISHED)
        .bind(&below.lo)
        .bind(&below.hi)
        .bind(category)
        .bind(most)
        .fetch_all(c)
        .await)
}

async fn running(tx: &mut Tx, path: &str, category: &str, but: UserId) -> Result<i64, DbError> {
    let below = PathRange::below(path);
    on!(tx, |c| sqlx::query_scalar(RUNNING)
        .bind(&below.lo)
        .bind(&below.hi)
        .bind(category)
        .bind(but)
        .fetch_one(c)
        .await)
}

/// What the viewer themselves reported of the category and what still runs; whoever acts for somebody is told of nothing.
async fn own(cx: &Cx, tx: &mut Tx, category: &str) -> Result<Vec<OwnRow>, AppError> {
    let (Ok(user), Ok(subject)) = (cx.user(), cx.subject()) else {
        return Ok(Vec::new());
    };
    if user != subject || category.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Own> = on!(tx, |c| sqlx::query_as(OWN)
        .bind(subject)
        .bind(category)
        .fetch_all(c)
        .await)?;
    let shown = |row: Own| OwnRow {
        code: row.code,
        title: row.title,
        at: row.created_at,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// What is known near there; nothing while no community is chosen.
///
/// # Errors
/// What the database answers.
pub async fn near(cx: &Cx, asked: &Asked<'_>) -> Result<NearPage, AppError> {
    let Some(code) = Chosen::read(asked.node).and_then(|chosen| community(&chosen.code)) else {
        return Ok(NearPage::default());
    };
    let mut tx = cx.read().await?;
    let Some(node) = units::by_code(&mut tx, &code).await? else {
        return Ok(NearPage::default());
    };
    // PostgreSQL takes no NUL in a text.
    let category = asked.category.replace('\0', "");
    let words: String = asked.words.chars().take(STEP).collect();
    let (said, pin) = (Said::read(&words), place(asked.at));
    let also = if category.is_empty() {
        None
    } else {
        // One's own is told of by itself.
        let own = cx.user().ok().filter(|_| asked.named);
        let but = own.unwrap_or_else(|| UserId(uuid::Uuid::nil()));
        near_told(running(&mut tx, &node.path, &category, but).await?)
    };
    let own = if asked.named {
        own(cx, &mut tx, &category).await?
    } else {
        Vec::new()
    };
    let mut found: Vec<(bool, Row)> = published(&mut tx, &node.path, &category, HERE)
        .await?
        .into_iter()
        .map(|row| (is_here(pin, &row), row))
        .collect();
    // What runs first, of that what is at the pin, of that what speaks of the same; the newest before.
    found.sort_by_cached_key(|(here, row)| (row.state.has_ended(), !here, Reverse(row.speaks(&said))));
    found.truncate(ROWS);
    let rows: Vec<NearRow> = found.into_iter().map(|(here, row)| shown(here, row)).collect();
    let answers = if said.is_empty() {
        Vec::new()
    } else {
        answers(&mut tx, &code, &node.path, &said, &rows).await?
    };
    Ok(NearPage {
        own,
        rows,
        also,
        answers,
    })
}

fn is_here(pin: Option<grid::model::Place>, row: &Row) -> bool {
    let (Some(pin), Some(lon), Some(lat)) = (pin, row.lon, row.lat) else {
        return false;
    };
    let (Ok(lon), Ok(lat)) = (i32::try_from(lon), i32::try_from(lat)) else {
        return false;
    };
    together(pin, grid::model::Place { lon, lat })
}

fn shown(here: bool, row: Row) -> NearRow {
    NearRow {
        code: row.code,
        title: row.title,
        state: row.state,
        petition: row.petition,
        at: row.created_at,
        text: row.public_text,
        followers: row.followers,
        here,
    }
}

/// What ended and is published in the town, and answers that are given again and again, as far as they speak of what was typed.
async fn answers(
    tx: &mut Tx,
    code: &Code,
    path: &str,
    said: &Said,
    rows: &[NearRow],
) -> Result<Vec<Answered>, AppError> {
    let town = match code.parent() {
        Some(town) => units::by_code(tx, &town).await?,
        None => None,
    };
    let town = town.map_or_else(|| path.to_owned(), |town| town.path);
    let mut found: Vec<(usize, Answered)> = Vec::new();
    for standard in standard::of(tx, path).await? {
        if let Some(common) = said.in_text(&format!("{} {}", standard.title, standard.words)) {
            let answer = Answered {
                title: standard.title,
                text: excerpt(&standard.words),
                code: None,
            };
            found.push((common, answer));
        }
    }
    for row in published(tx, &town, "", AROUND).await? {
        let listed = rows.iter().any(|known| known.code == row.code);
        if row.state.has_ended()
            && !listed
            && let Some(common) = row.speaks(said)
        {
            found.push((common, row.answered()));
        }
    }
    // Stable: among equals what is given again and again comes first, then the newest.
    found.sort_by_key(|(common, _)| Reverse(*common));
    Ok(found
        .into_iter()
        .take(ANSWERS)
        .map(|(_, answer)| answer)
        .collect())
}
