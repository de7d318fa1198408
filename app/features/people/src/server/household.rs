//! A household: who belongs to it, and what the grid worker changes.

use db::{Audit, Cx, DbError, Event, Tx, crypt::Field, execute, on};
use orgs::model::{BodyId, Code};
use shared::{AppError, Date, NodeId, Permission, RecordId, Timestamp, UserId, mask, scope::PathRange};

use super::{
    consent, places, search, standing,
    unmask::{self, Person, open_care},
    write::{self, NewHousehold, NewOwnership, NewPerson, NewRepresentation, NewResidence, Source},
};
use crate::model::{
    BuildingId, Care, Consent, Correction, CorrectionId, HouseholdId, HouseholdPage, IdentityNumber, Leaving,
    Member, Owner, PersonForm, PersonId, PlaceChoice, Relation, ResidenceKind, RoomId, Sex,
};

const ONE: &str = "select h.id, h.version, h.room_id, h.node_id, h.valid_from, h.valid_to, h.confirmed_at, \
    b.id as building_id, b.number, e.name as estate, m.unit, m.door, m.area, n.code, n.name as grid, n.path, s.group_id, g.name as group_name \
    from household h join room m on m.id = h.room_id join building b on b.id = m.building_id join estate e on e.id = b.estate_id \
    join node n on n.id = h.node_id left join household_span s on s.household_id = h.id and s.valid_to is null \
    left join body g on g.id = s.group_id where h.id = $1";
const MEMBERS: &str = "select p.id, p.version, p.name, p.phone, p.identity is not null as has_identity, p.care, p.sex, p.birth_year, \
    p.user_id is not null as has_account, p.confirmed_at, x.kind, x.relation, x.valid_from as since, \
    exists (select 1 from representation t where t.household_id = x.household_id and t.person_id = p.id and t.valid_to is null) as representative, \
    exists (select 1 from ownership o where o.room_id = $2 and o.person_id = p.id and o.valid_to is null) as owner, \
    exists (select 1 from deputy d where d.person_id = p.id and d.valid_to is null) as deputy \
    from residence x join person p on p.id = x.person_id where x.household_id = $1 and x.valid_to is null \
    order by representative desc, x.valid_from, p.birth_year, p.id";
const OWNERS: &str = "select p.id, p.name, p.phone from ownership o join person p on p.id = o.person_id \
    where o.room_id = $1 and o.valid_to is null \
    and not exists (select 1 from residence x where x.person_id = p.id and x.household_id = $2 and x.valid_to is null) order by p.pinyin, p.id";
const FORMER: &str = "select count(distinct person_id) from residence where household_id = $1 and valid_to is not null and ended_by in ('moved', 'died')";
const CORRECTIONS: &str = "select id, words, created_at from household_correction where household_id = $1 and handled_at is null order by created_at, id";

/// A household as stored, with where it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Household {
    pub id: HouseholdId,
    pub version: i64,
    pub room_id: RoomId,
    pub node_id: NodeId,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub confirmed_at: Option<Timestamp>,
    pub building_id: BuildingId,
    number: String,
    estate: String,
    unit: String,
    door: String,
    pub area: Option<i64>,
    pub code: Code,
    pub grid: String,
    pub path: String,
    pub group_id: Option<RecordId>,
    group_name: Option<String>,
}

impl Household {
    pub fn address(&self) -> String {
        search::address(
            Some(&self.estate),
            Some(&self.number),
            Some(&self.unit),
            Some(&self.door),
        )
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: PersonId,
    version: i64,
    name: String,
    phone: Option<String>,
    has_identity: bool,
    care: Option<String>,
    sex: Option<Sex>,
    birth_year: Option<i64>,
    has_account: bool,
    confirmed_at: Option<Timestamp>,
    kind: ResidenceKind,
    relation: Option<Relation>,
    since: Date,
    representative: bool,
    owner: bool,
    deputy: bool,
}

/// A household, whoever asks.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn any(tx: &mut Tx, id: HouseholdId) -> Result<Household, AppError> {
    on!(tx, |c| sqlx::query_as::<_, Household>(ONE)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)
}

/// A household that the viewer may see.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn visible(cx: &Cx, tx: &mut Tx, id: HouseholdId) -> Result<Household, AppError> {
    let household = any(tx, id).await?;
    cx.must_cover(&household.path)?;
    Ok(household)
}

/// One that is to be changed: visible, and not ended.
pub(super) async fn open(cx: &Cx, tx: &mut Tx, id: HouseholdId) -> Result<Household, AppError> {
    let household = visible(cx, tx, id).await?;
    if household.valid_to.is_some() {
        return Err(AppError::Conflict(
            "这一户已经没有人了，不能再改。请在房号下登记新的一户。".into(),
        ));
    }
    Ok(household)
}

fn masked_phone(cx: &Cx, id: PersonId, sealed: Option<&str>) -> Result<Option<String>, AppError> {
    let phone = sealed
        .map(|sealed| cx.keys().open_for(Field::Phone, id.0, sealed))
        .transpose()?;
    Ok(phone.map(|phone| mask::phone(&phone)))
}

/// What the page of a household shows.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or what the database answers.
pub async fn page(cx: &Cx, id: HouseholdId) -> Result<HouseholdPage, AppError> {
    let mut tx = cx.read().await?;
    let household = visible(cx, &mut tx, id).await?;
    let year = cx.now().date().year();
    let rows = on!(tx, |c| sqlx::query_as::<_, MemberRow>(MEMBERS)
        .bind(id)
        .bind(household.room_id)
        .fetch_all(c)
        .await)?;
    let shown = standing::shown_members(cx, &mut tx, &household.path, rows.iter().map(|row| row.id)).await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        members.push(Member {
            phone: masked_phone(cx, row.id, row.phone.as_deref())?,
            care: open_care(cx, row.id, row.care.as_deref())?,
            party: shown.get(&row.id).cloned(),
            id: row.id,
            version: row.version,
            name: mask::name(&row.name),
            has_identity: row.has_identity,
            sex: row.sex,
            age: row.birth_year.map(|born| year - born),
            kind: row.kind,
            relation: row.relation,
            representative: row.representative,
            owner: row.owner,
            deputy: row.deputy,
            has_account: row.has_account,
            confirmed_at: row.confirmed_at,
            since: row.since,
        });
    }
    let owners: Vec<(PersonId, String, Option<String>)> = on!(tx, |c| sqlx::query_as(OWNERS)
        .bind(household.room_id)
        .bind(id)
        .fetch_all(c)
        .await)?;
    let owners = owners
        .into_iter()
        .map(|(id, name, phone)| {
            Ok(Owner {
                phone: masked_phone(cx, id, phone.as_deref())?,
                name: mask::name(&name),
                id,
            })
        })
        .collect::<Result<_, AppError>>()?;
    let former: i64 = on!(tx, |c| sqlx::query_scalar(FORMER).bind(id).fetch_one(c).await)?;
    let may = |permission| {
        cx.actor
            .as_ref()
            .is_none_or(|actor| actor.scope_of(permission).covers(&household.path))
    };
    let (may_edit, may_unmask) = (may(Permission::PeopleEdit), may(Permission::Unmask));
    let groups = if may_edit {
        groups_for(&mut tx, &household).await?
    } else {
        Vec::new()
    };
    let (may_keep, sees_members) = (may(Permission::RollKeep), standing::sees_all(cx, &household.path));
    let branches = if may_keep && sees_members {
        standing::branches(&mut tx, household.node_id, cx.now().date()).await?
    } else {
        Vec::new()
    };
    Ok(HouseholdPage {
        id,
        version: household.version,
        address: household.address(),
        building: household.building_id,
        group: household.group_name.clone(),
        groups,
        area: household.area,
        since: household.valid_from,
        ended: household.valid_to,
        confirmed_at: household.confirmed_at,
        members,
        owners,
        former,
        corrections: corrections(cx, &mut tx, id).await?,
        may_edit: may_edit && household.valid_to.is_none(),
        may_unmask,
        may_keep: may_keep && household.valid_to.is_none(),
        sees_members,
        branches,
        node: PlaceChoice {
            code: household.code,
            name: household.grid,
        },
        path: household.path,
    })
}

/// The residents' groups of the community that the household is part of.
async fn groups_for(tx: &mut Tx, household: &Household) -> Result<Vec<(RecordId, String)>, AppError> {
    let grid = orgs::server::store::by_id(tx, household.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let community = places::community_of(tx, &grid).await?;
    let today = tx.now().date();
    Ok(super::roll::groups(tx, community.id, today).await?)
}

pub(super) async fn corrections(cx: &Cx, tx: &mut Tx, id: HouseholdId) -> Result<Vec<Correction>, AppError> {
    let rows: Vec<(CorrectionId, String, Timestamp)> =
        on!(tx, |c| sqlx::query_as(CORRECTIONS).bind(id).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(id, words, at)| {
            Ok(Correction {
                words: cx.keys().open_for(Field::Note, id.0, &words)?,
                id,
                at,
            })
        })
        .collect()
}

/// Tells the grid's pages, and each member with an account, that something changed.
pub(super) async fn tell(
    tx: &mut Tx,
    action: &'static str,
    household: HouseholdId,
    path: &str,
    audited: Audit,
) -> Result<(), DbError> {
    const USERS: &str = "select p.user_id from residence x join person p on p.id = x.person_id \
        where x.household_id = $1 and x.valid_to is null and p.user_id is not null";
    tx.audit(audited.at(path)).await?;
    let users: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(USERS)
        .bind(household)
        .fetch_all(c)
        .await)?;
    let topics =
        std::iter::once(format!("path/{path}")).chain(users.iter().map(|user| format!("user/{user}")));
    for topic in topics {
        tx.publish(Event {
            topic,
            kind: action,
            subject: Some(RecordId(household.0)),
            data: serde_json::json!({}),
        })
        .await?;
    }
    Ok(())
}

fn about(action: &'static str, person: PersonId) -> Audit {
    Audit::new(action, "person", person.0)
}

const TOUCH: &str =
    "update household set version = version + 1, updated_at = $2, confirmed_at = null where id = $1";

/// The household was changed by hand: what a member confirmed is to be confirmed anew.
async fn touch(tx: &mut Tx, id: HouseholdId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, TOUCH, id, now)?;
    Ok(())
}

fn taken_identity(error: DbError, field: &str) -> AppError {
    if error.is_unique_violation() {
        AppError::invalid(field, "这个身份证号已经登记在另一个人名下。")
    } else {
        error.into()
    }
}

/// A room that a household is to be noted in, with its grid, which has to be in force.
async fn room(cx: &Cx, tx: &mut Tx, id: RoomId) -> Result<(NodeId, String), AppError> {
    const ROOM: &str = "select n.id, n.path, n.valid_to is not null from room m join building b on b.id = m.building_id \
        join node n on n.id = b.node_id where m.id = $1";
    let found: Option<(NodeId, String, bool)> =
        on!(tx, |c| sqlx::query_as(ROOM).bind(id).fetch_optional(c).await)?;
    let (node, path, ended) = found.ok_or(AppError::NotFound)?;
    cx.must_cover(&path)?;
    if ended {
        return Err(AppError::Conflict(
            "这一幢原来的网格已经撤销，请先把这一幢划到新的网格。".into(),
        ));
    }
    Ok((node, path))
}

/// Notes a household in a room, with its first member as representative.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if the grid is no more, or what the database answers.
pub async fn found(cx: &Cx, room_id: RoomId, form: &PersonForm) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let (node, path) = room(cx, &mut tx, room_id).await?;
    let today = tx.now().date();
    let id: HouseholdId = tx.id();
    let new = NewHousehold {
        id,
        room_id,
        node_id: node,
        group_id: group_of_building(&mut tx, room_id).await?,
        valid_from: today,
    };
    write::households(&mut tx, &[new]).await?;
    let person = insert_person(cx, &mut tx, id, node, &path, form).await?;
    represent_in(&mut tx, id, person, today).await?;
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &path,
        Audit::new("people.household.add", "household", id.0),
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// The group to which the neighbours in the building belong.
async fn group_of_building(tx: &mut Tx, room_id: RoomId) -> Result<Option<RecordId>, DbError> {
    const GROUP: &str = "select s.group_id from room o join room m on m.building_id = o.building_id join household h on h.room_id = m.id \
        join household_span s on s.household_id = h.id and s.valid_to is null \
        where o.id = $1 and s.group_id is not null group by s.group_id order by count(*) desc, s.group_id limit 1";
    on!(tx, |c| sqlx::query_scalar(GROUP)
        .bind(room_id)
        .fetch_optional(c)
        .await)
}

async fn insert_person(
    cx: &Cx,
    tx: &mut Tx,
    household: HouseholdId,
    node_id: NodeId,
    path: &str,
    form: &PersonForm,
) -> Result<PersonId, AppError> {
    let id: PersonId = tx.id();
    let new = NewPerson {
        id,
        name: form.name.clone().unwrap_or_default(),
        sex: form.sex,
        birth_year: form.born.map(crate::model::Born::year),
        adult_from: form.born.and_then(crate::model::Born::adult_from),
        phone: form.phone.clone(),
        identity: None,
        care: Vec::new(),
        user_id: None,
        node_id,
        path: path.to_owned(),
        source: Source::Worker,
        confirmed_at: None,
    };
    write::persons(cx, tx, &[new]).await?;
    let residence = NewResidence {
        id: tx.id(),
        person_id: id,
        household_id: household,
        kind: form.kind,
        relation: form.relation,
        valid_from: tx.now().date(),
    };
    write::residences(tx, &[residence]).await?;
    Ok(id)
}

/// Adds somebody to a household.
///
/// # Errors
/// As [`found`]; [`AppError::Conflict`] if the household was changed meanwhile.
pub async fn add(cx: &Cx, id: HouseholdId, version: i64, form: &PersonForm) -> Result<PersonId, AppError> {
    const SAME: &str = "select count(*) from residence x join person p on p.id = x.person_id \
        where x.household_id = $1 and x.valid_to is null and p.name = $2 and (p.birth_year is null or $3 = 0 or p.birth_year = $3)";
    let mut tx = cx.write().await?;
    let household = open(cx, &mut tx, id).await?;
    if household.version != version {
        return Err(places::conflict());
    }
    let name = form.name.clone().unwrap_or_default();
    let year = form.born.map_or(0, crate::model::Born::year);
    let same: i64 = on!(tx, |c| sqlx::query_scalar(SAME)
        .bind(id)
        .bind(&name)
        .bind(year)
        .fetch_one(c)
        .await)?;
    if same > 0 {
        return Err(AppError::invalid(
            "name",
            "这一户已经登记了同名的人。确实是两个人的，请填出生年份区分。",
        ));
    }
    let person = insert_person(cx, &mut tx, id, household.node_id, &household.path, form).await?;
    touch(&mut tx, id).await?;
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &household.path,
        about("people.person.add", person),
    )
    .await?;
    tx.commit().await?;
    Ok(person)
}

const CURRENT: &str = "select id, household_id, kind, relation, valid_from from residence where person_id = $1 and valid_to is null";
const END_RESIDENCE: &str =
    "update residence set valid_to = $2, ended_by = $3 where id = $1 and valid_to is null";
const RETURN_RESIDENCE: &str =
    "update residence set kind = $2, relation = $3 where id = $1 and valid_to is null";
const UPDATE: &str = "update person set name = $3, pinyin = $4, initials = $5, sex = $6, birth_year = $7, adult_from = $8, \
    phone = $9, phone_blind = $10, version = version + 1, updated_at = $11, confirmed_at = $12 where id = $1 and version = $2";

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Residence {
    pub id: RecordId,
    pub household_id: HouseholdId,
    pub kind: ResidenceKind,
    pub relation: Option<Relation>,
    pub valid_from: Date,
}

pub(super) async fn residence(tx: &mut Tx, person: PersonId) -> Result<Option<Residence>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Residence>(CURRENT)
        .bind(person)
        .fetch_optional(c)
        .await)
}

/// Who corrects, and whether that confirms the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Worker,
    Oneself,
}

/// Writes what a form says of somebody; what it leaves empty stays.
pub(super) async fn correct_in(
    cx: &Cx,
    tx: &mut Tx,
    person: &Person,
    version: i64,
    form: &PersonForm,
    by: By,
) -> Result<(), AppError> {
    const BORN: &str = "select birth_year, adult_from from person where id = $1";
    let name = form.name.clone().unwrap_or_else(|| person.name.clone());
    let spelled = shared::text::pinyin(&name);
    let (known_year, known_adult): (Option<i64>, Option<Date>) =
        on!(tx, |c| sqlx::query_as(BORN).bind(person.id).fetch_one(c).await)?;
    let (year, adult) = match form.born {
        // The year of a day that is known says nothing new.
        Some(born) if Some(born.year()) != known_year || matches!(born, crate::model::Born::Day(_)) => {
            (Some(born.year()), born.adult_from())
        }
        _ => (known_year, known_adult),
    };
    let (phone, blind) = match &form.phone {
        Some(phone) => (
            Some(cx.keys().seal_for(Field::Phone, person.id.0, phone.as_str())),
            Some(cx.keys().blind(Field::Phone, phone.as_str())),
        ),
        None => (person.phone.clone(), person.phone_blind.clone()),
    };
    let now = tx.now();
    let confirmed = (by == By::Oneself).then_some(now);
    let touched = execute!(
        tx,
        UPDATE,
        person.id,
        version,
        &name,
        &spelled.full,
        &spelled.initials,
        form.sex.or(person.sex),
        year,
        adult,
        phone,
        blind,
        now,
        confirmed
    )?;
    if touched != 1 {
        return Err(places::conflict());
    }
    if name != person.name {
        write::index(tx, &[(person.id, name, person.path.clone())]).await?;
    }
    Ok(())
}

/// How somebody belongs to the household from today on; what it was before stays known.
pub(super) async fn change_residence(
    tx: &mut Tx,
    current: &Residence,
    person: PersonId,
    kind: ResidenceKind,
    relation: Option<Relation>,
) -> Result<(), DbError> {
    let today = tx.now().date();
    let relation = relation.or(current.relation);
    // Only how somebody lives here counts in the roll, so only that has a history.
    if kind == current.kind || current.valid_from >= today {
        execute!(tx, RETURN_RESIDENCE, current.id, kind, relation)?;
        return Ok(());
    }
    execute!(tx, END_RESIDENCE, current.id, today, "changed")?;
    let next = NewResidence {
        id: tx.id(),
        person_id: person,
        household_id: current.household_id,
        kind,
        relation,
        valid_from: today,
    };
    write::residences(tx, &[next]).await
}

/// Corrects what is noted of somebody.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile.
pub async fn correct(
    cx: &Cx,
    id: PersonId,
    version: i64,
    form: &PersonForm,
) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    correct_in(cx, &mut tx, &person, version, form, By::Worker).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    change_residence(&mut tx, &current, id, form.kind, form.relation).await?;
    touch(&mut tx, current.household_id).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.correct", id),
    )
    .await?;
    tx.commit().await?;
    Ok(current.household_id)
}

const END_REPRESENTATION: &str =
    "update representation set valid_to = $2 where household_id = $1 and valid_to is null";
const END_OWN_REPRESENTATION: &str =
    "update representation set valid_to = $2 where household_id = $1 and valid_to is null and person_id = $3";
const LEFT: &str = "select count(*) from residence where household_id = $1 and valid_to is null";
const END_HOUSEHOLD: &str = "update household set valid_to = $2, version = version + 1, updated_at = $3 where id = $1 and valid_to is null";
const END_SPAN: &str = "update household_span set valid_to = $2 where household_id = $1 and valid_to is null";
const END_DEPUTY: &str = "update deputy set valid_to = $2 where person_id = $1 and valid_to is null";
const END_PARTY: &str = "update party_member set valid_to = $2 where person_id = $1 and valid_to is null";
const END_OWNERSHIP: &str = "update ownership set valid_to = $2 where person_id = $1 and valid_to is null";

/// Ends that `person` belongs to a household; with the last one the household ends.
pub(super) async fn leave_in(
    tx: &mut Tx,
    current: &Residence,
    person: PersonId,
    why: Leaving,
    on: Date,
) -> Result<(), DbError> {
    // What was noted by mistake never was.
    let end = if why == Leaving::Mistake {
        current.valid_from
    } else {
        on.max(current.valid_from)
    };
    execute!(tx, END_RESIDENCE, current.id, end, why.code())?;
    execute!(tx, END_OWN_REPRESENTATION, current.household_id, on, person)?;
    execute!(tx, END_DEPUTY, person, on)?;
    if why != Leaving::Moved {
        execute!(tx, END_PARTY, person, on)?;
        execute!(tx, END_OWNERSHIP, person, on)?;
    }
    let left: i64 = on!(tx, |c| sqlx::query_scalar(LEFT)
        .bind(current.household_id)
        .fetch_one(c)
        .await)?;
    if left == 0 {
        let now = tx.now();
        execute!(tx, END_HOUSEHOLD, current.household_id, end, now)?;
        execute!(tx, END_SPAN, current.household_id, end)?;
    }
    Ok(())
}

// Whoever still owns a room here stays known to its grid.
const GO: &str = "update person set user_id = null, node_id = (select b.node_id from ownership o join room m on m.id = o.room_id \
    join building b on b.id = m.building_id where o.person_id = $1 and o.valid_to is null order by o.valid_from, o.id limit 1), \
    version = version + 1, updated_at = $2 where id = $1";
const WIPE: &str = "update person set phone = null, phone_blind = null, identity = null, identity_blind = null, care = null, \
    version = version + 1, updated_at = $2 where id = $1";

/// Somebody belongs to the household no longer.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] on `on`.
pub async fn leave(
    cx: &Cx,
    id: PersonId,
    version: i64,
    why: Leaving,
    on: Date,
) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if person.version != version {
        return Err(places::conflict());
    }
    let today = tx.now().date();
    if on > today {
        return Err(AppError::invalid("on", "日期不能晚于今天。"));
    }
    if on < current.valid_from && why != Leaving::Mistake {
        return Err(AppError::invalid(
            "on",
            format!("这个人从 {} 起登记在这一户。", current.valid_from.zh()),
        ));
    }
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.leave", id).because(why.code(), None),
    )
    .await?;
    leave_in(&mut tx, &current, id, why, on).await?;
    let now = tx.now();
    execute!(tx, GO, id, now)?;
    // The record goes on to the next household with whoever moved; of others the sensitive part is needed no more.
    if why != Leaving::Moved {
        execute!(tx, WIPE, id, now)?;
        for kind in Consent::ALL {
            consent::withdraw(&mut tx, id, *kind).await?;
        }
    }
    touch(&mut tx, current.household_id).await?;
    tx.commit().await?;
    Ok(current.household_id)
}

pub(super) async fn represent_in(
    tx: &mut Tx,
    household: HouseholdId,
    person: PersonId,
    on: Date,
) -> Result<(), DbError> {
    execute!(tx, END_REPRESENTATION, household, on)?;
    let new = NewRepresentation {
        id: tx.id(),
        household_id: household,
        person_id: person,
        valid_from: on,
    };
    write::representations(tx, &[new]).await
}

/// Makes somebody of age their household's representative from today on.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] for who is not of age or lives elsewhere.
pub async fn represent(cx: &Cx, id: PersonId) -> Result<HouseholdId, AppError> {
    const OF_AGE: &str = "select coalesce(adult_from <= $2, false) from person where id = $1";
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    open(cx, &mut tx, current.household_id).await?;
    let today = tx.now().date();
    let of_age: bool = on!(tx, |c| sqlx::query_scalar(OF_AGE)
        .bind(id)
        .bind(today)
        .fetch_one(c)
        .await)?;
    if !of_age {
        return Err(AppError::Conflict(
            "户代表要年满 18 周岁。请先登记出生日期，或者另选一位。".into(),
        ));
    }
    if !current.kind.lives_here() {
        return Err(AppError::Conflict("户代表要住在这里。请另选一位。".into()));
    }
    represent_in(&mut tx, current.household_id, id, today).await?;
    touch(&mut tx, current.household_id).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.household.represent", id),
    )
    .await?;
    tx.commit().await?;
    Ok(current.household_id)
}

/// Notes, or ends, that somebody of the household owns the room.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn own(cx: &Cx, id: PersonId, owns: bool) -> Result<HouseholdId, AppError> {
    const END: &str =
        "update ownership set valid_to = $3 where room_id = $1 and person_id = $2 and valid_to is null";
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let household = open(cx, &mut tx, current.household_id).await?;
    let today = tx.now().date();
    if owns {
        let new = NewOwnership {
            id: tx.id(),
            room_id: household.room_id,
            person_id: id,
            valid_from: today,
        };
        write::ownerships(&mut tx, &[new]).await?;
    } else {
        execute!(tx, END, household.room_id, id, today)?;
    }
    let action = if owns {
        "people.owner.add"
    } else {
        "people.owner.end"
    };
    tell(
        &mut tx,
        "people.household.changed",
        household.id,
        &person.path,
        about(action, id),
    )
    .await?;
    tx.commit().await?;
    Ok(household.id)
}

/// Notes what care somebody asked for, with the consent that the worker was given; none withdraws it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `consent` without it.
pub async fn care(cx: &Cx, id: PersonId, wanted: &[Care], consented: bool) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    set_care(cx, &mut tx, &person, wanted, consented).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.care", id),
    )
    .await?;
    tx.commit().await?;
    Ok(current.household_id)
}

pub(super) async fn set_care(
    cx: &Cx,
    tx: &mut Tx,
    person: &Person,
    wanted: &[Care],
    consented: bool,
) -> Result<(), AppError> {
    const SET: &str = "update person set care = $2, version = version + 1, updated_at = $3 where id = $1";
    if wanted.is_empty() {
        return consent::withdraw(tx, person.id, Consent::Care).await;
    }
    let given = consent::given(tx, person.id).await?.contains(&Consent::Care);
    if !given {
        if !consented {
            return Err(AppError::invalid(
                "consent",
                "这是敏感信息，要本人（未满 14 周岁的由监护人）单独同意，请打勾。",
            ));
        }
        let age = person.birth_year.map(|born| tx.now().date().year() - born);
        consent::give(cx, tx, person.id, Consent::Care, age).await?;
    }
    let now = tx.now();
    execute!(tx, SET, person.id, write::seal_care(cx, person.id, wanted), now)?;
    Ok(())
}

/// Notes somebody's identity number, with the consent that the worker was given.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field.
pub async fn identify(cx: &Cx, id: PersonId, text: &str, consented: bool) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    set_identity(cx, &mut tx, &person, text, consented).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.identify", id),
    )
    .await?;
    tx.commit().await?;
    Ok(current.household_id)
}

pub(super) async fn set_identity(
    cx: &Cx,
    tx: &mut Tx,
    person: &Person,
    text: &str,
    consented: bool,
) -> Result<(), AppError> {
    const SET: &str = "update person set identity = $2, identity_blind = $3, birth_year = $4, adult_from = $5, sex = $6, \
        version = version + 1, updated_at = $7 where id = $1";
    let today = tx.now().date();
    let number = IdentityNumber::read(text, today).map_err(|fault| AppError::invalid("identity", fault))?;
    let given = consent::given(tx, person.id).await?.contains(&Consent::Identity);
    if !given && !consented {
        return Err(AppError::invalid(
            "consent",
            "这是敏感信息，要本人（未满 14 周岁的由监护人）单独同意，请打勾。",
        ));
    }
    let born = number.birthday().map(crate::model::Born::Day);
    if !given {
        let age = born.map(|born| today.year() - born.year());
        consent::give(cx, tx, person.id, Consent::Identity, age).await?;
    }
    let now = tx.now();
    execute!(
        tx,
        SET,
        person.id,
        cx.keys()
            .seal_for(Field::IdentityNumber, person.id.0, number.as_str()),
        cx.keys().blind(Field::IdentityNumber, number.as_str()),
        born.map(crate::model::Born::year),
        born.and_then(crate::model::Born::adult_from),
        number.sex(),
        now
    )
    .map_err(|error| taken_identity(error, "identity"))?;
    Ok(())
}

/// Puts a household into a residents' group from today on, or into none.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `group` if the community has none such.
pub async fn group(cx: &Cx, id: HouseholdId, group: Option<BodyId>) -> Result<(), AppError> {
    const AGAIN: &str =
        "update household_span set group_id = $2 where household_id = $1 and valid_to is null";
    const NEXT: &str =
        "insert into household_span (household_id, valid_from, node_id, group_id) values ($1, $2, $3, $4)";
    const BEGUN: &str = "select valid_from from household_span where household_id = $1 and valid_to is null";
    let mut tx = cx.write().await?;
    let household = open(cx, &mut tx, id).await?;
    let known = groups_for(&mut tx, &household).await?;
    let group = group.map(|group| RecordId(group.0));
    if group.is_some_and(|group| !known.iter().any(|(id, _)| *id == group)) {
        return Err(AppError::invalid(
            "group",
            "这个社区没有这个居民小组，请从列表里选。",
        ));
    }
    let today = tx.now().date();
    let begun: Date = on!(tx, |c| sqlx::query_scalar(BEGUN).bind(id).fetch_one(c).await)?;
    if begun >= today {
        execute!(tx, AGAIN, id, group)?;
    } else if group != household.group_id {
        execute!(tx, END_SPAN, id, today)?;
        execute!(tx, NEXT, id, today, household.node_id, group)?;
    }
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &household.path,
        Audit::new("people.household.group", "household", id.0),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// How many corrections wait at and below `path`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn corrections_below(tx: &mut Tx, path: &str) -> Result<i64, DbError> {
    const WAITING: &str = "select count(*) from household_correction k join household h on h.id = k.household_id \
        join node n on n.id = h.node_id where k.handled_at is null and n.path >= $1 and n.path < $2";
    let PathRange { lo, hi } = PathRange::below(path);
    on!(tx, |c| sqlx::query_scalar(WAITING)
        .bind(&lo)
        .bind(&hi)
        .fetch_one(c)
        .await)
}

/// What a resident wrote was seen to.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if somebody did so before.
pub async fn handle(cx: &Cx, id: CorrectionId) -> Result<HouseholdId, AppError> {
    const OF: &str = "select household_id from household_correction where id = $1";
    const HANDLE: &str = "update household_correction set handled_at = $2, handled_by = $3 where id = $1 and handled_at is null";
    let mut tx = cx.write().await?;
    let of: Option<HouseholdId> = on!(tx, |c| sqlx::query_scalar(OF).bind(id).fetch_optional(c).await)?;
    let household = visible(cx, &mut tx, of.ok_or(AppError::NotFound)?).await?;
    let now = tx.now();
    if execute!(tx, HANDLE, id, now, cx.who().user)? == 0 {
        return Err(AppError::Conflict("这一条已经处理过了。".into()));
    }
    tell(
        &mut tx,
        "people.household.changed",
        household.id,
        &household.path,
        Audit::new("people.correction.handle", "household", household.id.0),
    )
    .await?;
    tx.commit().await?;
    Ok(household.id)
}

/// Moves somebody with their record to another household; used where they are found by number.
pub(super) async fn move_in(
    tx: &mut Tx,
    person: &Person,
    to: &Household,
    kind: ResidenceKind,
    relation: Option<Relation>,
) -> Result<(), DbError> {
    const GIVE: &str = "update person set node_id = $2, version = version + 1, updated_at = $3 where id = $1";
    let today = tx.now().date();
    if let Some(current) = residence(tx, person.id).await? {
        if current.household_id == to.id {
            return Ok(());
        }
        leave_in(tx, &current, person.id, Leaving::Moved, today).await?;
    }
    let new = NewResidence {
        id: tx.id(),
        person_id: person.id,
        household_id: to.id,
        kind,
        relation,
        valid_from: today,
    };
    write::residences(tx, &[new]).await?;
    let now = tx.now();
    execute!(tx, GIVE, person.id, to.node_id, now)?;
    write::places(tx, std::iter::once((to.node_id, to.path.as_str()))).await?;
    write::index(tx, &[(person.id, person.name.clone(), to.path.clone())]).await
}
