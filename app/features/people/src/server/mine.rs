//! Oneself and one's household: seen, confirmed, corrected.

use db::{Audit, Cx, DbError, Tx, crypt::Field, execute, on};
use shared::{AppError, RecordId, Timestamp, UserId, mask};

use super::{
    consent,
    household::{self, By, Ended, Written},
    places, unmask,
};
use crate::model::{
    Care, Consent, CorrectionId, DataKind, HeldKind, HouseholdId, MyHousehold, MyRelative, PersonForm,
    PersonId, Relation, ResidenceKind, check_words,
};

const BY_USER: &str = "select id from person where user_id = $1";
const RELATIVES: &str = "select p.id, p.name, x.relation, x.kind, \
    exists (select 1 from representation t where t.household_id = x.household_id and t.person_id = p.id and t.valid_to is null) as representative \
    from residence x join person p on p.id = x.person_id where x.household_id = $1 and x.valid_to is null order by 5 desc, x.valid_from, p.id";
const OWNS: &str = "select count(*) from ownership where person_id = $1 and valid_to is null";
const WRITTEN: &str = "select id, person_id, words, answer, created_at, handled_at, \
    (select a.shown_name from user_account a where a.id = household_correction.written_by) as acted from household_correction \
    where household_id = $1 and person_id = $2 and (handled_at is null or handled_at > $3) order by created_at desc, id desc limit 30";
/// How long one sees what was handled.
const HANDLED_SHOWN: i64 = 90 * Timestamp::DAY;
const MOST_WAITING: usize = 10;

/// The person that the subject of the request is, if one is known.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn person_of(tx: &mut Tx, user: UserId) -> Result<Option<PersonId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(BY_USER)
        .bind(user)
        .fetch_optional(c)
        .await)
}

/// The household in which somebody lives, if one is known.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn household_of(tx: &mut Tx, user: UserId) -> Result<Option<HouseholdId>, DbError> {
    const HOUSEHOLD: &str = "select x.household_id from person p join residence x on x.person_id = p.id and x.valid_to is null \
        where p.user_id = $1";
    on!(tx, |c| sqlx::query_scalar(HOUSEHOLD)
        .bind(user)
        .fetch_optional(c)
        .await)
}

/// The account that acts in the resident's name, a relative's or a worker's; none if it is the resident's own.
pub(super) fn instead(cx: &Cx) -> Option<UserId> {
    cx.who().acting_for.and(cx.who().user)
}

async fn me(cx: &Cx, tx: &mut Tx) -> Result<Option<unmask::Person>, AppError> {
    match person_of(tx, cx.subject()?).await? {
        Some(id) => match unmask::any(tx, id).await {
            Err(AppError::NotFound) => Ok(None),
            other => other.map(Some),
        },
        None => Ok(None),
    }
}

/// What the page of one's household shows; nothing if one lives in none that is known.
///
/// # Errors
/// What the database answers.
pub async fn page(cx: &Cx) -> Result<Option<MyHousehold>, AppError> {
    let mut tx = cx.read().await?;
    let Some(person) = me(cx, &mut tx).await? else {
        return Ok(None);
    };
    let Some(current) = household::residence(&mut tx, person.id).await? else {
        return Ok(None);
    };
    let home = household::any(&mut tx, current.household_id).await?;
    type Row = (PersonId, String, Option<Relation>, ResidenceKind, bool);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(RELATIVES).bind(home.id).fetch_all(c).await)?;
    let members = rows
        .into_iter()
        .map(|(id, name, relation, kind, representative)| MyRelative {
            me: id == person.id,
            name: if id == person.id { name } else { mask::name(&name) },
            relation,
            kind,
            representative,
        })
        .collect();
    let owns: i64 = on!(tx, |c| sqlx::query_scalar(OWNS)
        .bind(person.id)
        .fetch_one(c)
        .await)?;
    let consents = consent::given(&mut tx, person.id).await?;
    // One's own membership is shown to oneself, as if one held a post.
    let party = own_party(&mut tx, person.id).await?;
    let written: Vec<Written> = on!(tx, |c| sqlx::query_as(WRITTEN)
        .bind(home.id)
        .bind(person.id)
        .bind(cx.now().plus(-HANDLED_SHOWN))
        .fetch_all(c)
        .await)?;
    let written = written
        .into_iter()
        .map(|row| row.open(cx))
        .collect::<Result<_, AppError>>()?;
    let phone = person.open_phone(cx)?;
    let identity = person.open_identity(cx)?;
    let care = person.open_care(cx)?;
    let entries = household::own_entries(cx, &mut tx, home.id, person.id).await?;
    let held = held(&person, owns > 0, party.is_some(), !entries.is_empty(), &consents);
    Ok(Some(MyHousehold {
        looks: unmask::looks(&mut tx, person.id).await?,
        person: person.id,
        version: person.version,
        name: person.name,
        phone,
        sex: person.sex,
        born: person.birth_year,
        identity: identity.map(|number| mask::identity_number(&number)),
        care,
        kind: current.kind,
        confirmed_at: person.confirmed_at,
        confirmed_by: person.confirmed_by,
        address: home.address(),
        grid: home.grid,
        area: home.area.filter(|_| owns > 0),
        owner: owns > 0,
        party,
        members,
        held,
        written,
        asks: person.birth_year.is_none(),
        entries,
    }))
}

async fn own_party(tx: &mut Tx, id: PersonId) -> Result<Option<crate::model::Membership>, DbError> {
    const PARTY: &str = "select g.name, t.standing from party_member t join body g on g.id = t.body_id where t.person_id = $1 and t.valid_to is null";
    let row: Option<(String, crate::model::Standing)> =
        on!(tx, |c| sqlx::query_as(PARTY).bind(id).fetch_optional(c).await)?;
    Ok(row.map(|(branch, standing)| crate::model::Membership { branch, standing }))
}

fn held(
    person: &unmask::Person,
    owns: bool,
    party: bool,
    others: bool,
    consents: &[Consent],
) -> Vec<HeldKind> {
    DataKind::ALL
        .iter()
        .map(|kind| {
            let held = match kind {
                DataKind::Residence => true,
                DataKind::Birth => person.birth_year.is_some() || person.sex.is_some(),
                DataKind::Phone => person.phone.is_some(),
                DataKind::Room => owns,
                DataKind::Others => others,
                DataKind::Identity => person.identity.is_some(),
                DataKind::Care => person.care.is_some(),
                DataKind::Party => party,
                DataKind::PartyShown => consents.contains(&Consent::PartyShown),
            };
            HeldKind {
                kind: *kind,
                basis: kind.basis(),
                held,
                consent: kind.consent().filter(|consent| consents.contains(consent)),
            }
        })
        .collect()
}

pub(super) async fn must(cx: &Cx, tx: &mut Tx) -> Result<(unmask::Person, household::Residence), AppError> {
    let person = me(cx, tx).await?.ok_or(AppError::NotFound)?;
    let current = household::residence(tx, person.id)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok((person, current))
}

pub(super) async fn tell(
    tx: &mut Tx,
    person: &unmask::Person,
    current: &household::Residence,
    action: &'static str,
) -> Result<(), DbError> {
    let audit = Audit::new(action, "person", person.id.0);
    household::tell(
        tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        audit,
    )
    .await
}

/// Says that what is noted of oneself and the household is so.
///
/// # Errors
/// [`AppError::NotFound`] if one lives in no household that is known, [`AppError::Conflict`] if it was changed meanwhile.
pub async fn confirm(cx: &Cx, version: i64) -> Result<(), AppError> {
    const PERSON: &str = "update person set confirmed_at = $3, confirmed_by = $4, version = version + 1, updated_at = $3 where id = $1 and version = $2";
    const HOUSEHOLD: &str = "update household set confirmed_at = $2, confirmed_by = $3, version = version + 1, updated_at = $2 where id = $1";
    let mut tx = cx.write().await?;
    let (person, current) = must(cx, &mut tx).await?;
    let now = tx.now();
    if execute!(tx, PERSON, person.id, version, now, instead(cx))? != 1 {
        return Err(places::conflict());
    }
    execute!(tx, HOUSEHOLD, current.household_id, now, cx.who().user)?;
    tell(&mut tx, &person, &current, "people.household.confirm").await?;
    tx.commit().await?;
    Ok(())
}

/// Corrects what is noted of oneself, and ends what one may be no longer after that.
///
/// # Errors
/// As [`confirm`].
pub async fn correct(cx: &Cx, version: i64, form: &PersonForm) -> Result<Ended, AppError> {
    let mut tx = cx.write().await?;
    let (person, current) = must(cx, &mut tx).await?;
    household::correct_in(cx, &mut tx, &person, version, form, By::Oneself).await?;
    let ended = household::end_unfit(&mut tx, person.id, &person.path, current.kind).await?;
    tell(&mut tx, &person, &current, "people.person.correct").await?;
    tx.commit().await?;
    Ok(ended)
}

/// Says what care one would like; none withdraws the consent.
///
/// # Errors
/// As [`confirm`]; [`AppError::Invalid`] on `consent` without it.
pub async fn care(cx: &Cx, wanted: &[Care], consented: bool) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (person, current) = must(cx, &mut tx).await?;
    household::set_care(cx, &mut tx, &person, wanted, consented).await?;
    tell(&mut tx, &person, &current, "people.person.care").await?;
    tx.commit().await?;
    Ok(())
}

/// Withdraws a consent; what rested on it is deleted at once.
///
/// # Errors
/// As [`confirm`].
pub async fn withdraw(cx: &Cx, kind: Consent) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (person, current) = must(cx, &mut tx).await?;
    consent::withdraw(&mut tx, person.id, kind).await?;
    tell(&mut tx, &person, &current, "people.person.withdraw").await?;
    tx.commit().await?;
    Ok(())
}

/// Lets workers see one's party membership.
///
/// # Errors
/// As [`confirm`].
pub async fn show_party(cx: &Cx) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (person, current) = must(cx, &mut tx).await?;
    if own_party(&mut tx, person.id).await?.is_none() {
        return Err(AppError::Conflict(
            "这里没有登记您是党员，请先找所在支部。".into(),
        ));
    }
    if !consent::given(&mut tx, person.id)
        .await?
        .contains(&Consent::PartyShown)
    {
        consent::give(cx, &mut tx, person.id, Consent::PartyShown, None).await?;
    }
    tell(&mut tx, &person, &current, "people.person.party").await?;
    tx.commit().await?;
    Ok(())
}

/// Writes to the grid worker what is wrong about the household.
///
/// # Errors
/// As [`confirm`]; [`AppError::Invalid`] on `words`.
pub async fn report(cx: &Cx, words: &str) -> Result<(), AppError> {
    const INSERT: &str = "insert into household_correction (id, household_id, person_id, words, created_at, written_by) \
        values ($1, $2, $3, $4, $5, $6)";
    let words = check_words("words", words)?;
    let mut tx = cx.write().await?;
    let (person, current) = must(cx, &mut tx).await?;
    let waiting: Vec<RecordId> = on!(tx, |c| sqlx::query_scalar(
        "select id from household_correction where household_id = $1 and handled_at is null"
    )
    .bind(current.household_id)
    .fetch_all(c)
    .await)?;
    if waiting.len() >= MOST_WAITING {
        return Err(AppError::Conflict(
            "已经有好几条在等网格员处理了，请先等一等。".into(),
        ));
    }
    let id: CorrectionId = tx.id();
    let now = tx.now();
    execute!(
        tx,
        INSERT,
        id,
        current.household_id,
        person.id,
        cx.keys().seal_for(Field::Note, id.0, &words),
        now,
        instead(cx)
    )?;
    tell(&mut tx, &person, &current, "people.correction.write").await?;
    tx.commit().await?;
    Ok(())
}
