//! Somebody whose record is there already and who comes to another household: account, consents and history go along.

use db::{Cx, DbError, EngineSql, Json, Tx, crypt::Field, execute, on};
use shared::{AppError, Date};

use super::{Household, about, any, leave::leave_in, open, residence, tell, touch};
use crate::{
    model::{
        Elsewhere, HouseholdId, Leaving, MoveForm, Number, PersonForm, PersonId, Relation, ResidenceKind,
        since,
    },
    server::{
        places,
        sight::visible_to,
        unmask::{self, Person},
        write::{self, NewResidence},
    },
};

// Two are enough to see that it is not one.
const BY_PHONE: EngineSql = visible_to!(
    "select p.id from person p join node n on n.id = p.node_id where p.phone_blind = $2 and p.name = $3",
    "order by p.id limit 2"
);
const BY_IDENTITY: EngineSql = visible_to!(
    "select p.id from person p join node n on n.id = p.node_id where p.identity_blind = $2 and p.name = $3",
    "order by p.id limit 2"
);

/// Who of the viewer's scope bears a name and a number. Beyond it nobody is looked for: not finding somebody would tell of them.
pub async fn known(cx: &Cx, tx: &mut Tx, name: &str, number: &Number) -> Result<Vec<PersonId>, DbError> {
    let (sql, field) = match number {
        Number::Phone(_) => (BY_PHONE, Field::Phone),
        Number::Identity(_) => (BY_IDENTITY, Field::IdentityNumber),
    };
    let sql = tx.sql(sql);
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(cx.keys().blind(field, number.as_str()))
        .bind(name)
        .fetch_all(c)
        .await)
}

/// Where somebody is noted, in words.
async fn whereabouts(tx: &mut Tx, person: PersonId) -> Result<String, AppError> {
    Ok(match residence(tx, person).await? {
        Some(current) => any(tx, current.household_id).await?.address(),
        None => "别处（这里有房）".to_owned(),
    })
}

/// Whom a form about somebody new means, if they are noted elsewhere and shall be moved.
///
/// # Errors
/// [`AppError::Invalid`] on `elsewhere` if there is such a person and nothing was said of them.
pub async fn elsewhere(
    cx: &Cx,
    tx: &mut Tx,
    form: &PersonForm,
    said: Option<Elsewhere>,
) -> Result<Option<Person>, AppError> {
    let (Some(name), Some(phone)) = (&form.name, &form.phone) else {
        return Ok(None);
    };
    if said == Some(Elsewhere::Another) {
        return Ok(None);
    }
    let found = known(cx, tx, name, &Number::Phone(phone.clone())).await?;
    let Some(first) = found.first() else {
        return Ok(None);
    };
    let address = whereabouts(tx, *first).await?;
    match (said, found.as_slice()) {
        (Some(Elsewhere::Move), [one]) => Ok(Some(unmask::any(tx, *one).await?)),
        (_, [_]) => Err(AppError::invalid(
            "elsewhere",
            format!("同名同手机号的人已经登记在{address}。请选是不是同一个人。"),
        )),
        // Which of them it is, only somebody who knows them can say.
        _ => Err(AppError::invalid(
            "elsewhere",
            format!(
                "同名同手机号的人登记了不止一位，有一位在{address}。请先核对；要搬的，用“把登记在别处的人搬到这里”填身份证号。"
            ),
        )),
    }
}

/// Moves somebody with their record to another household from a day on.
pub async fn move_in(
    tx: &mut Tx,
    person: &Person,
    to: &Household,
    kind: ResidenceKind,
    relation: Option<Relation>,
    on: Date,
) -> Result<(), DbError> {
    const GIVE: &str = "update person set node_id = $2, version = version + 1, updated_at = $3 where id = $1";
    if let Some(current) = residence(tx, person.id).await? {
        if current.household_id == to.id {
            return Ok(());
        }
        leave_in(tx, &current, person.id, Leaving::Moved, on).await?;
    }
    let new = NewResidence {
        id: tx.id(),
        person_id: person.id,
        household_id: to.id,
        kind,
        relation,
        valid_from: on,
    };
    write::residences(tx, &[new]).await?;
    let now = tx.now();
    execute!(tx, GIVE, person.id, to.node_id, now)?;
    write::places(tx, std::iter::once((to.node_id, to.path.as_str()))).await?;
    write::index(tx, &[(person.id, person.name.clone(), to.path.clone())]).await
}

/// As [`move_in`], by hand: the household that is left hears of it. The caller tells the other one.
pub async fn move_from(
    tx: &mut Tx,
    person: &Person,
    to: &Household,
    kind: ResidenceKind,
    relation: Option<Relation>,
    on: Date,
) -> Result<(), AppError> {
    const LIVED: &str = "select max(coalesce(valid_to, valid_from)) from residence where person_id = $1";
    let lived: Option<Date> = on!(tx, |c| sqlx::query_scalar(LIVED)
        .bind(person.id)
        .fetch_one(c)
        .await)?;
    if let Some(day) = lived.filter(|day| on < *day) {
        return Err(AppError::invalid(
            "on",
            format!("这个人在 {} 以前登记在别处，请填那天或以后的日期。", day.zh()),
        ));
    }
    if let Some(current) = residence(tx, person.id).await? {
        if current.household_id == to.id {
            return Err(AppError::Conflict("这个人已经登记在这一户了。".into()));
        }
        tell(
            tx,
            "people.household.changed",
            current.household_id,
            &person.path,
            about("people.person.move", person.id),
        )
        .await?;
        touch(tx, current.household_id).await?;
    }
    move_in(tx, person, to, kind, relation, on).await?;
    Ok(())
}

/// Moves somebody who is noted elsewhere in the scope, and is named with a number, to a household.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if the household was changed meanwhile, or they live there already,
/// [`AppError::Invalid`] on `number` if nobody bears it, and on `on`.
pub async fn move_here(
    cx: &Cx,
    id: HouseholdId,
    version: i64,
    form: &MoveForm,
    on: Option<Date>,
) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let household = open(cx, &mut tx, id).await?;
    if household.version != version {
        return Err(places::conflict());
    }
    let on = since(on, household.valid_from, tx.now().date(), "这一户的登记")?;
    let found = known(cx, &mut tx, &form.name, &form.number).await?;
    let person = match found.as_slice() {
        [one] => unmask::any(&mut tx, *one).await?,
        [] => {
            return Err(AppError::invalid(
                "number",
                "您负责的范围内没有登记这个姓名和号码的人，请核对。没有登记过的，请用“登记一个人到这一户”。",
            ));
        }
        _ => {
            return Err(AppError::invalid(
                "number",
                "同名同号的人不止一位，请填身份证号。",
            ));
        }
    };
    move_from(&mut tx, &person, &household, form.kind, form.relation, on).await?;
    touch(&mut tx, id).await?;
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &household.path,
        about("people.person.move", person.id),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
