//! What is held about somebody here, for the export of their data: themselves in full, and of those who live with them what the page
//! of one's household shows, and no more.

use accounts::{
    model::Basis,
    server::{Holding, act},
};
use db::{Cx, Tx, crypt::Field, on};
use serde_json::{Value, json};
use shared::{AppError, Date, Timestamp, UserId};

use super::{household::Written, mine, search, unmask};
use crate::model::{
    Care, Consent, Entry, Leaving, MyHousehold, MyRelative, PersonId, Relation, ResidenceKind, Sex, Standing,
};

// Not joined with the grid that answers for the person, or with a household: what is held is told also where there is none.
const OWN: &str = "select id, name, sex, birth_year, adult_from, phone, identity, care, source, confirmed_at, created_at, updated_at, \
    (select a.shown_name from user_account a where a.id = person.confirmed_by) as confirmed_by \
    from person where user_id = $1";
const LIVED: &str = "select x.kind, x.relation, x.valid_from, x.valid_to, x.ended_by, e.name as estate, b.number, m.unit, m.door, n.name as grid \
    from residence x join household h on h.id = x.household_id join room m on m.id = h.room_id join building b on b.id = m.building_id \
    join estate e on e.id = b.estate_id join node n on n.id = h.node_id where x.person_id = $1 order by x.valid_from, x.id";
const OWNED: &str = "select e.name as estate, b.number, m.unit, m.door, m.area, o.valid_from, o.valid_to from ownership o \
    join room m on m.id = o.room_id join building b on b.id = m.building_id join estate e on e.id = b.estate_id \
    where o.person_id = $1 order by o.valid_from, o.id";
const REPRESENTED: &str =
    "select valid_from, valid_to from representation where person_id = $1 order by valid_from, id";
const DEPUTY: &str = "select n.name, d.valid_from, d.valid_to from deputy d join node n on n.id = d.node_id \
    where d.person_id = $1 order by d.valid_from, d.id";
const PARTY: &str = "select g.name, t.standing, t.valid_from, t.valid_to from party_member t join body g on g.id = t.body_id \
    where t.person_id = $1 order by t.valid_from, t.id";
const CONSENTS: &str = "select kind, basis, version, given_at, withdrawn_at from person_consent where person_id = $1 order by given_at, id";
const CORRECTIONS: &str = "select id, person_id, words, answer, created_at, handled_at, \
    (select a.shown_name from user_account a where a.id = household_correction.written_by) as acted from household_correction \
    where person_id = $1 order by created_at, id";

/// The person whose account it is, and the household as its page shows it.
pub fn holding() -> Holding {
    Holding::new(
        "household.json",
        "您家的登记：您本人的全部；同住的人，只有“我家的登记”里您看得到的。登记连上账号以后谁看过，都在 looks.json",
        |cx| async move { gather(&cx).await },
    )
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    // In full it is for nobody who acts for the person.
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let home = mine::page(cx).await?;
    let mut tx = cx.read().await?;
    let own: Option<Own> = on!(tx, |c| sqlx::query_as(OWN).bind(user).fetch_optional(c).await)?;
    let Some(own) = own else {
        return Ok(json!({ "person": null }));
    };
    let person = own.told(cx)?;
    let residences = residences(&mut tx, own.id).await?;
    let rooms = rooms(&mut tx, own.id).await?;
    let standing = standing(&mut tx, own.id).await?;
    let consents = consents(&mut tx, own.id).await?;
    let corrections = corrections(cx, &mut tx, own.id).await?;
    let looks = looks(&mut tx, own.id, user).await?;
    Ok(json!({
        "person": person, "held": home.as_ref().map(bases), "household": home.as_ref().map(household),
        "residences": residences, "rooms": rooms, "standing": standing, "consents": consents,
        "corrections": corrections, "looks_before_account": looks,
    }))
}

#[derive(sqlx::FromRow)]
struct Own {
    id: PersonId,
    name: String,
    sex: Option<Sex>,
    birth_year: Option<i64>,
    adult_from: Option<Date>,
    phone: Option<String>,
    identity: Option<String>,
    care: Option<String>,
    source: String,
    confirmed_at: Option<Timestamp>,
    confirmed_by: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Own {
    fn told(&self, cx: &Cx) -> Result<Value, AppError> {
        let open = |field: Field, sealed: Option<&str>| {
            sealed
                .map(|sealed| cx.keys().open_for(field, self.id.0, sealed))
                .transpose()
        };
        let (phone, identity) = (
            open(Field::Phone, self.phone.as_deref())?,
            open(Field::IdentityNumber, self.identity.as_deref())?,
        );
        let care = unmask::open_care(cx, self.id, self.care.as_deref())?;
        let care: Vec<&str> = care.into_iter().map(Care::label).collect();
        let source = match self.source.as_str() {
            "import" => "表格导入",
            "registration" => "您自己登记",
            "worker" => "工作人员登记",
            _ => "演示数据",
        };
        Ok(json!({
            "id": self.id, "name": self.name, "sex": self.sex.map(Sex::label), "birth_year": self.birth_year,
            "adult_from": self.adult_from, "phone": phone, "identity_number": identity, "care": care, "source": source,
            "confirmed_at": self.confirmed_at.map(Timestamp::rfc3339), "confirmed_by": self.confirmed_by, "created_at": self.created_at.rfc3339(),
            "updated_at": self.updated_at.rfc3339(),
        }))
    }
}

/// What is held, what for and on what basis.
fn bases(home: &MyHousehold) -> Vec<Value> {
    let held = home.held.iter().filter(|held| held.held);
    held.map(|held| {
        json!({ "kind": held.kind.label(), "purpose": held.kind.purpose(), "basis": held.basis.label(), "version": held.kind.version() })
    })
    .collect()
}

/// As its page shows it: names of others are masked.
fn household(home: &MyHousehold) -> Value {
    let member = |member: &MyRelative| {
        json!({
            "name": member.name, "relation": member.relation.map(Relation::label), "kind": member.kind.label(),
            "representative": member.representative, "me": member.me,
        })
    };
    let named = |entry: &Entry| {
        json!({
            "name": entry.name, "words": entry.words(), "written_by": entry.acted, "at": entry.at.rfc3339(), "refused": entry.refused,
        })
    };
    json!({
        "address": home.address, "grid": home.grid, "members": home.members.iter().map(member).collect::<Vec<_>>(),
        "named": home.entries.iter().map(named).collect::<Vec<_>>(),
    })
}

#[derive(sqlx::FromRow)]
struct Lived {
    kind: ResidenceKind,
    relation: Option<Relation>,
    valid_from: Date,
    valid_to: Option<Date>,
    ended_by: Option<String>,
    estate: String,
    number: String,
    unit: String,
    door: String,
    grid: String,
}

fn address(estate: &str, number: &str, unit: &str, door: &str) -> String {
    search::address(Some(estate), Some(number), Some(unit), Some(door))
}

async fn residences(tx: &mut Tx, id: PersonId) -> Result<Vec<Value>, AppError> {
    let rows: Vec<Lived> = on!(tx, |c| sqlx::query_as(LIVED).bind(id).fetch_all(c).await)?;
    let told = |row: &Lived| {
        // What only changed, such as from 暂住 to 常住, has no reason to leave.
        let why = row
            .ended_by
            .as_deref()
            .map(|code| code.parse::<Leaving>().map_or("居住情况变了", Leaving::label));
        json!({
            "address": address(&row.estate, &row.number, &row.unit, &row.door), "grid": row.grid, "kind": row.kind.label(),
            "relation": row.relation.map(Relation::label), "from": row.valid_from, "until": row.valid_to, "why_ended": why,
        })
    };
    Ok(rows.iter().map(told).collect())
}

#[derive(sqlx::FromRow)]
struct Owned {
    estate: String,
    number: String,
    unit: String,
    door: String,
    area: Option<i64>,
    valid_from: Date,
    valid_to: Option<Date>,
}

async fn rooms(tx: &mut Tx, id: PersonId) -> Result<Vec<Value>, AppError> {
    let rows: Vec<Owned> = on!(tx, |c| sqlx::query_as(OWNED).bind(id).fetch_all(c).await)?;
    let told = |row: &Owned| {
        // Stored in hundredths of a square metre.
        let area = row
            .area
            .map(|area| format!("{}.{:02} 平方米", area / 100, area % 100));
        json!({
            "address": address(&row.estate, &row.number, &row.unit, &row.door), "area": area, "from": row.valid_from,
            "until": row.valid_to,
        })
    };
    Ok(rows.iter().map(told).collect())
}

/// What somebody was for the others: 户代表, 居民代表, party member.
async fn standing(tx: &mut Tx, id: PersonId) -> Result<Vec<Value>, AppError> {
    type Represented = (Date, Option<Date>);
    type Deputy = (String, Date, Option<Date>);
    type Member = (String, Standing, Date, Option<Date>);
    let represented: Vec<Represented> = on!(tx, |c| sqlx::query_as(REPRESENTED).bind(id).fetch_all(c).await)?;
    let deputy: Vec<Deputy> = on!(tx, |c| sqlx::query_as(DEPUTY).bind(id).fetch_all(c).await)?;
    let party: Vec<Member> = on!(tx, |c| sqlx::query_as(PARTY).bind(id).fetch_all(c).await)?;
    let told = |what: &str, place: Option<String>, from: Date, until: Option<Date>| json!({ "what": what, "place": place, "from": from, "until": until });
    let represented = represented
        .into_iter()
        .map(|(from, until)| told("户代表", None, from, until));
    let deputy = deputy
        .into_iter()
        .map(|(place, from, until)| told("居民代表", Some(place), from, until));
    let party = party
        .into_iter()
        .map(|(branch, standing, from, until)| told(standing.label(), Some(branch), from, until));
    Ok(represented.chain(deputy).chain(party).collect())
}

async fn consents(tx: &mut Tx, id: PersonId) -> Result<Vec<Value>, AppError> {
    type Row = (Consent, String, String, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(CONSENTS).bind(id).fetch_all(c).await)?;
    let told = |(kind, basis, version, given, withdrawn): Row| {
        let basis = if basis == Basis::Guardian.code() {
            Basis::Guardian
        } else {
            Basis::Consent
        };
        json!({
            "kind": kind.label(), "basis": basis.label(), "version": version, "given_at": given.rfc3339(),
            "withdrawn_at": withdrawn.map(Timestamp::rfc3339),
        })
    };
    Ok(rows.into_iter().map(told).collect())
}

/// What the person wrote about the household, and what was said to that; not what others of it wrote.
async fn corrections(cx: &Cx, tx: &mut Tx, id: PersonId) -> Result<Vec<Value>, AppError> {
    let rows: Vec<Written> = on!(tx, |c| sqlx::query_as(CORRECTIONS).bind(id).fetch_all(c).await)?;
    let told = |row: Written| {
        let written = row.open(cx)?;
        Ok(json!({
            "words": written.words, "written_by": written.acted, "answer": written.answer, "at": written.at.rfc3339(),
            "handled_at": written.handled_at.map(Timestamp::rfc3339),
        }))
    };
    rows.into_iter().map(told).collect()
}

/// Who looked before the record belonged to the account; accounts tells of the others, and each look once.
async fn looks(tx: &mut Tx, id: PersonId, user: UserId) -> Result<Vec<Value>, AppError> {
    let looks = unmask::looks_before(tx, id, user).await?;
    let told = looks
        .into_iter()
        .map(|look| json!({ "at": look.at.rfc3339(), "who": look.who, "why": look.why }));
    Ok(told.collect())
}
