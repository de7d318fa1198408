//! Those who are named in a case: both sides and mediators, their names and numbers sealed.

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use shared::{AppError, RecordId, Timestamp, UserId};

use crate::model::{CaseId, Left, Part, Person, PersonId};

const INSERT: &str = "insert into mediation_person (id, mediation_id, part, user_id, name, phone, address, created_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
const OF_CASE: &str = "select id, part, user_id, name, phone, address, declared_at, left_at, left_why from mediation_person \
    where mediation_id = $1 order by created_at, id";
const DECLARE: &str = "update mediation_person set declared_at = $2 where id = $1";
const LEAVE: &str =
    "update mediation_person set left_at = $2, left_why = $3 where id = $1 and left_at is null";
const LINK: &str = "update mediation_person set user_id = $2 where id = $1";

/// Somebody as they are stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    pub id: PersonId,
    pub part: Part,
    pub user_id: Option<UserId>,
    name: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    pub declared_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub left_why: Option<Left>,
}

impl Named {
    /// Name, number and address; what may not be kept is empty.
    ///
    /// # Errors
    /// As the keys do not fit.
    pub fn open(&self, cx: &Cx) -> Result<Person, AppError> {
        let record = RecordId(self.id.0);
        let open = |field, sealed: Option<&String>| -> Result<Option<String>, AppError> {
            Ok(sealed
                .map(|sealed| cx.keys().open_for(field, record, sealed))
                .transpose()?)
        };
        Ok(Person {
            name: open(Field::Name, self.name.as_ref())?.unwrap_or_else(|| "已注销".into()),
            phone: open(Field::Phone, self.phone.as_ref())?,
            address: open(Field::Address, self.address.as_ref())?.unwrap_or_default(),
        })
    }

    /// Whether they are a mediator still.
    pub fn mediates(&self) -> bool {
        self.part == Part::Mediator && self.left_at.is_none()
    }
}

/// Names somebody.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn add(
    tx: &mut Tx,
    case: CaseId,
    part: Part,
    user: Option<UserId>,
    person: &Person,
) -> Result<PersonId, DbError> {
    let id: PersonId = tx.id();
    let (record, now) = (RecordId(id.0), tx.now());
    let name = tx.keys().seal_for(Field::Name, record, &person.name);
    let phone = person
        .phone
        .as_ref()
        .map(|phone| tx.keys().seal_for(Field::Phone, record, phone));
    let address =
        (!person.address.is_empty()).then(|| tx.keys().seal_for(Field::Address, record, &person.address));
    execute!(
        tx,
        INSERT,
        id,
        case,
        part,
        user,
        name.as_str(),
        phone.as_deref(),
        address.as_deref(),
        now
    )?;
    Ok(id)
}

/// Everybody who is or was named.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Named>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_CASE).bind(case).fetch_all(c).await)
}

/// A mediator said that nothing ties them to a side.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn declare(tx: &mut Tx, person: PersonId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, DECLARE, person, now)?;
    Ok(())
}

/// A mediator has nothing to do with it any more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn leave(tx: &mut Tx, person: PersonId, why: Left) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, LEAVE, person, now, why)?;
    Ok(())
}

/// Somebody's account was found: they see the case from now on.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn link(tx: &mut Tx, person: PersonId, user: UserId) -> Result<(), DbError> {
    execute!(tx, LINK, person, user)?;
    Ok(())
}
