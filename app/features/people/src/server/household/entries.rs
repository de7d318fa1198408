//! Who else lives in the household, as its members tell it: each waits until the grid worker notes or refuses them.

use accounts::server::news::{self, News};
use db::{Audit, Cx, DbError, EngineSql, Json, Tx, crypt::Field, execute, on};
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, RecordId, Timestamp, UserId, mask, scope::PathRange};

use super::{Arrival, any, enter::add_in, open, tell, visible};
use crate::{
    model::{
        Born, Elsewhere, Entry, EntryId, HouseholdId, MOST_ENTRIES, PersonForm, PersonId, ToCheck,
        check_words,
    },
    server::{mine, sight::visible_to},
};

/// How long what was refused is kept, for whoever wrote it to read why.
const REFUSED_KEPT: i64 = 90 * Timestamp::DAY;
/// How many households are listed of which something waits.
const LISTED: i64 = 20;

macro_rules! entry_sql {
    ($rest:literal) => {
        concat!(
            "select k.id, k.household_id, k.content, k.created_at, k.words, p.name as writer, p.user_id, \
             (select a.shown_name from user_account a where a.id = k.written_by) as acted \
             from household_entry k join person p on p.id = k.person_id ",
            $rest
        )
    };
}

const OF_HOUSEHOLD: &str =
    entry_sql!("where k.household_id = $1 and k.refused_at is null order by k.created_at, k.id");
const OWN: &str =
    entry_sql!("where k.household_id = $1 and k.person_id = $2 order by k.created_at, k.id limit 50");
const WAITING: &str = entry_sql!("where k.id = $1 and k.refused_at is null");
const INSERT: &str = "insert into household_entry (id, household_id, person_id, content, created_at, written_by) values ($1, $2, $3, $4, $5, $6)";
const COUNT: &str = "select count(*) from household_entry where household_id = $1 and refused_at is null";
const REFUSE: &str = "update household_entry set refused_at = $2, refused_by = $3, words = $4 where id = $1 and refused_at is null";
const NOTED: &str = "delete from household_entry where id = $1 and refused_at is null";
const TAKE_BACK: &str = "delete from household_entry where id = $1 and person_id = $2";
const FORGET: &str = "delete from household_entry where person_id = $1";
const SWEEP: &str = "delete from household_entry where refused_at < $1 \
    or exists (select 1 from household h where h.id = household_entry.household_id and h.valid_to is not null)";

// What waits to be checked: each row of `w` is one of a household.
macro_rules! waits_sql {
    ($columns:literal) => {
        concat!(
            "select ",
            $columns,
            " from (select k.household_id from household_entry k where k.refused_at is null \
             union all select x.household_id from person p join residence x on x.person_id = p.id and x.valid_to is null \
             where p.stated_at is not null) w \
             join household h on h.id = w.household_id join node n on n.id = h.node_id where h.valid_to is null"
        )
    };
}

const TO_CHECK_BELOW: EngineSql = visible_to!(waits_sql!("count(*)"), "");
const TO_CHECK: EngineSql = visible_to!(
    waits_sql!("w.household_id, count(*)"),
    "group by w.household_id order by w.household_id limit $2"
);

/// What is sealed of an entry: as the form had it.
#[derive(Serialize, Deserialize)]
struct Content {
    name: String,
    born: String,
    phone: String,
    kind: String,
    relation: String,
}

impl Content {
    fn of(form: &PersonForm) -> Self {
        let born = match form.born {
            Some(Born::Day(day)) => day.to_string(),
            Some(Born::Year(year)) => year.to_string(),
            None => String::new(),
        };
        Self {
            name: form.name.clone().unwrap_or_default(),
            born,
            phone: form
                .phone
                .as_ref()
                .map(|phone| phone.as_str().to_owned())
                .unwrap_or_default(),
            kind: form.kind.code().to_owned(),
            relation: form
                .relation
                .map(|relation| relation.code().to_owned())
                .unwrap_or_default(),
        }
    }

    fn form(&self, today: Date) -> Result<PersonForm, AppError> {
        PersonForm::read(
            true,
            &self.name,
            "",
            &self.born,
            &self.phone,
            &self.kind,
            &self.relation,
            today,
        )
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: EntryId,
    household_id: HouseholdId,
    content: String,
    created_at: Timestamp,
    words: Option<String>,
    writer: String,
    user_id: Option<UserId>,
    acted: Option<String>,
}

impl Row {
    fn form(&self, cx: &Cx) -> Result<PersonForm, AppError> {
        let text = cx.keys().open_for(Field::Name, self.id.0, &self.content)?;
        let content: Content = serde_json::from_str(&text).map_err(|error| db::internal(&error))?;
        content.form(cx.now().date())
    }

    fn masked(&self, cx: &Cx) -> Result<Entry, AppError> {
        let form = self.form(cx)?;
        let refused = self
            .words
            .as_deref()
            .map(|words| cx.keys().open_for(Field::Note, self.id.0, words))
            .transpose()?;
        Ok(Entry {
            id: self.id,
            name: mask::name(&form.name.unwrap_or_default()),
            phone: form.phone.map(|phone| mask::phone(phone.as_str())),
            born: form.born.map(Born::year),
            kind: form.kind,
            relation: form.relation,
            by: mask::name(&self.writer),
            acted: self.acted.clone(),
            at: self.created_at,
            refused,
        })
    }
}

fn about(action: &'static str, household: HouseholdId) -> Audit {
    Audit::new(action, "household", household.0)
}

/// Names somebody who lives in one's own household.
///
/// # Errors
/// [`AppError::NotFound`] if one lives in no household that is known, [`AppError::Conflict`] if too many wait.
pub async fn name_one(cx: &Cx, form: &PersonForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (person, current) = mine::must(cx, &mut tx).await?;
    let waiting: i64 = on!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(current.household_id)
        .fetch_one(c)
        .await)?;
    if usize::try_from(waiting).unwrap_or(usize::MAX) >= MOST_ENTRIES {
        return Err(AppError::Conflict(format!(
            "已经有 {MOST_ENTRIES} 位在等网格员核对了，请先等一等。"
        )));
    }
    let (id, now): (EntryId, _) = (tx.id(), tx.now());
    let content = serde_json::to_string(&Content::of(form)).map_err(|error| db::internal(&error))?;
    let sealed = cx.keys().seal_for(Field::Name, id.0, &content);
    execute!(
        tx,
        INSERT,
        id,
        current.household_id,
        person.id,
        sealed,
        now,
        mine::instead(cx)
    )?;
    mine::tell(&mut tx, &person, &current, "people.entry.write").await?;
    tx.commit().await?;
    Ok(())
}

/// Takes back what one wrote, or puts away what was refused.
///
/// # Errors
/// [`AppError::NotFound`] if there is nothing such of one's own.
pub async fn take_back(cx: &Cx, id: EntryId) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (person, current) = mine::must(cx, &mut tx).await?;
    if execute!(tx, TAKE_BACK, id, person.id)? == 0 {
        return Err(AppError::NotFound);
    }
    mine::tell(&mut tx, &person, &current, "people.entry.withdraw").await?;
    tx.commit().await?;
    Ok(())
}

/// What `person` wrote of those who live in a household: what waits, and what was refused lately.
pub async fn own_entries(
    cx: &Cx,
    tx: &mut Tx,
    household: HouseholdId,
    person: PersonId,
) -> Result<Vec<Entry>, AppError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OWN)
        .bind(household)
        .bind(person)
        .fetch_all(c)
        .await)?;
    rows.iter().map(|row| row.masked(cx)).collect()
}

/// Those who wait to be noted in a household.
pub async fn entries(cx: &Cx, tx: &mut Tx, household: HouseholdId) -> Result<Vec<Entry>, AppError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OF_HOUSEHOLD)
        .bind(household)
        .fetch_all(c)
        .await)?;
    rows.iter().map(|row| row.masked(cx)).collect()
}

async fn one(tx: &mut Tx, id: EntryId) -> Result<Row, AppError> {
    on!(tx, |c| sqlx::query_as::<_, Row>(WAITING)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)
}

/// Notes whom a member named.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or if it was decided, [`AppError::Conflict`] if the household has ended or has somebody of
/// that name, [`AppError::Invalid`] on `elsewhere` if they are noted elsewhere and nothing was said of that.
pub async fn note(cx: &Cx, id: EntryId, elsewhere: Option<Elsewhere>) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let row = one(&mut tx, id).await?;
    let household = open(cx, &mut tx, row.household_id).await?;
    let form = row.form(cx)?;
    let arrival = Arrival { on: None, elsewhere };
    add_in(cx, &mut tx, &household, &form, arrival)
        .await
        .map_err(without_name)?;
    if execute!(tx, NOTED, id)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(about("people.entry.note", household.id).at(&household.path))
        .await?;
    tx.commit().await?;
    Ok(household.id)
}

/// Here is no field with a name to correct.
fn without_name(error: AppError) -> AppError {
    if error.for_field("name").next().is_some() {
        AppError::Conflict(
            "这一户已经登记了同名的人。是同一个人的，请选“不登记”，写明已经登记过；确实是两个人的，请用“登记一个人到这一户”填出生年份区分。"
                .into(),
        )
    } else {
        error
    }
}

/// Refuses whom a member named; whoever wrote it is told, and reads why.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or if it was decided, [`AppError::Invalid`] on `words` without a reason.
pub async fn refuse(cx: &Cx, id: EntryId, words: &str) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let row = one(&mut tx, id).await?;
    let household = visible(cx, &mut tx, row.household_id).await?;
    let words = check_words("words", words)?;
    let now = tx.now();
    let sealed = cx.keys().seal_for(Field::Note, id.0, &words);
    if execute!(tx, REFUSE, id, now, cx.who().user, sealed)? == 0 {
        return Err(AppError::NotFound);
    }
    if let Some(writer) = row.user_id.filter(|writer| cx.who().user != Some(*writer)) {
        news::tell(
            &mut tx,
            writer,
            News::EntryRefused {
                entry: RecordId(id.0),
            },
        )
        .await?;
    }
    tell(
        &mut tx,
        "people.household.changed",
        household.id,
        &household.path,
        about("people.entry.refuse", household.id),
    )
    .await?;
    tx.commit().await?;
    Ok(household.id)
}

/// The households where the viewer works of which something waits to be checked: whom a member named, or what one said of themselves.
///
/// # Errors
/// What the database answers.
pub async fn to_check(cx: &Cx) -> Result<Vec<ToCheck>, AppError> {
    let mut tx = cx.read().await?;
    let sql = tx.sql(TO_CHECK);
    let rows: Vec<(HouseholdId, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(LISTED)
        .fetch_all(c)
        .await)?;
    let mut list = Vec::with_capacity(rows.len());
    for (id, waiting) in rows {
        let household = any(&mut tx, id).await?;
        list.push(ToCheck {
            household: id,
            address: household.address(),
            grid: household.grid,
            waiting,
        });
    }
    Ok(list)
}

/// How much waits to be checked at and below `path`, as [`to_check`] has it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn to_check_below(tx: &mut Tx, path: &str) -> Result<i64, DbError> {
    let sql = tx.sql(TO_CHECK_BELOW);
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json([PathRange::below(path)]))
        .fetch_one(c)
        .await)
}

/// Drops what somebody wrote of others: the account on which it rested is no more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn forget_entries(tx: &mut Tx, person: PersonId) -> Result<(), DbError> {
    execute!(tx, FORGET, person)?;
    Ok(())
}

/// Drops what was refused long ago, and what waits of households that are no more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep_entries(tx: &mut Tx) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, SWEEP, now.plus(-REFUSED_KEPT))?;
    Ok(())
}
