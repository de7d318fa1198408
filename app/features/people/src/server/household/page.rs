//! What the page of a household shows.

use db::{Cx, crypt::Field, on};
use shared::{AppError, Date, Permission, Timestamp, mask};

use super::{
    corrections::corrections, entries::entries, group::groups_for, owner::owners, stated::stated,
    twins::twins, visible,
};
use crate::{
    model::{HouseholdId, HouseholdPage, Member, PersonId, PlaceChoice, Relation, ResidenceKind, Sex},
    server::standing::{self, in_office},
};

const MEMBERS: &str = concat!(
    "select p.id, p.version, p.name, p.phone, p.identity is not null as has_identity, p.care is not null as has_care, p.sex, p.birth_year, \
    p.user_id is not null as has_account, p.confirmed_at, \
    (select a.shown_name from user_account a where a.id = p.confirmed_by) as confirmed_by, x.kind, x.relation, x.valid_from as since, \
    exists (select 1 from representation t where t.household_id = x.household_id and t.person_id = p.id and t.valid_to is null) as representative, \
    exists (select 1 from ownership o where o.room_id = $2 and o.person_id = p.id and o.valid_to is null) as owner, \
    exists (select 1 from deputy d where d.person_id = p.id and ",
    in_office!("$3"),
    ") as deputy \
    from residence x join person p on p.id = x.person_id where x.household_id = $1 and x.valid_to is null \
    order by representative desc, x.valid_from, p.birth_year, p.id"
);
const FORMER: &str = "select count(distinct person_id) from residence where household_id = $1 and valid_to is not null and ended_by in ('moved', 'died')";

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: PersonId,
    version: i64,
    name: String,
    phone: Option<String>,
    has_identity: bool,
    has_care: bool,
    sex: Option<Sex>,
    birth_year: Option<i64>,
    has_account: bool,
    confirmed_at: Option<Timestamp>,
    confirmed_by: Option<String>,
    kind: ResidenceKind,
    relation: Option<Relation>,
    since: Date,
    representative: bool,
    owner: bool,
    deputy: bool,
}

pub(super) fn masked_phone(cx: &Cx, id: PersonId, sealed: Option<&str>) -> Result<Option<String>, AppError> {
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
    let today = cx.now().date();
    let year = today.year();
    let rows = on!(tx, |c| sqlx::query_as::<_, MemberRow>(MEMBERS)
        .bind(id)
        .bind(household.room_id)
        .bind(today)
        .fetch_all(c)
        .await)?;
    let shown = standing::shown_members(cx, &mut tx, &household.path, rows.iter().map(|row| row.id)).await?;
    let twins = twins(&mut tx, id).await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        members.push(Member {
            phone: masked_phone(cx, row.id, row.phone.as_deref())?,
            party: shown.get(&row.id).cloned(),
            id: row.id,
            version: row.version,
            name: mask::name(&row.name),
            has_identity: row.has_identity,
            has_care: row.has_care,
            sex: row.sex,
            age: row.birth_year.map(|born| year - born),
            kind: row.kind,
            relation: row.relation,
            representative: row.representative,
            owner: row.owner,
            deputy: row.deputy,
            has_account: row.has_account,
            confirmed_at: row.confirmed_at,
            confirmed_by: row.confirmed_by,
            since: row.since,
            twin: twins.contains(&row.id),
        });
    }
    let owners = owners(cx, &mut tx, household.room_id, Some(id)).await?;
    let former: i64 = on!(tx, |c| sqlx::query_scalar(FORMER).bind(id).fetch_one(c).await)?;
    let may = |permission| {
        cx.actor
            .as_ref()
            .is_none_or(|actor| actor.scope_of(permission).covers(&household.path))
    };
    let (may_edit, may_unmask) = (may(Permission::PeopleEdit), may(Permission::Unmask));
    let (may_keep, sees_members) = (may(Permission::RollKeep), standing::sees_all(cx, &household.path));
    let groups = if may_keep {
        groups_for(&mut tx, &household, today).await?
    } else {
        Vec::new()
    };
    let branches = if may_keep && sees_members {
        standing::branches(&mut tx, household.node_id, today).await?
    } else {
        Vec::new()
    };
    Ok(HouseholdPage {
        id,
        version: household.version,
        address: household.address(),
        building: household.building_id,
        room: household.room_id,
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
        entries: entries(cx, &mut tx, id).await?,
        stated: stated(&mut tx, id).await?,
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
