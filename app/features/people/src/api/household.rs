//! People and their households, for staff.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{HouseholdPage, PeoplePage, PersonDetails};

#[cfg(feature = "ssr")]
use super::read;
#[cfg(feature = "ssr")]
use crate::{
    model::{BuildingId, Elsewhere, HouseholdId, Leaving, MoveForm, PersonForm, RoomId, Standing},
    server::{
        household::{self, Arrival},
        search, standing, unmask,
    },
};

/// People by name, pinyin, initials, phone or address, in what one may see; below `node`, if it is not empty.
#[server(prefix = "/api/v1", endpoint = "people/people", input = GetUrl, output = Json)]
pub async fn people(
    #[server(default)] q: String,
    #[server(default)] node: String,
    #[server(default)] after: String,
) -> Result<PeoplePage, AppError> {
    let cx = db::access::require(Permission::PeopleView).await?;
    search::page(
        &cx,
        &q,
        read::code(&node)?.as_ref(),
        read::cursor(&after)?.as_ref(),
    )
    .await
}

/// A household, masked.
#[server(prefix = "/api/v1", endpoint = "people/household", input = GetUrl, output = Json)]
pub async fn get_household(id: String) -> Result<HouseholdPage, AppError> {
    let cx = db::access::require(Permission::PeopleView).await?;
    household::page(&cx, read::id(&id)?).await
}

/// A person in full; the reason is logged.
#[server(prefix = "/api/v1", endpoint = "people/person/unmask", output = Json)]
pub async fn unmask_person(
    id: String,
    #[server(default)] reason: String,
    #[server(default)] words: String,
) -> Result<PersonDetails, AppError> {
    let cx = db::access::require(Permission::Unmask).await?;
    let id = read::id(&id)?;
    let reason = accounts::model::UnmaskReason::from_code(&reason)
        .ok_or_else(|| AppError::invalid("reason", "请选为什么要看。"))?;
    unmask::unmask(&cx, id, reason, &words).await
}

/// When somebody came, and what was said of who is noted elsewhere under the same name and number.
#[cfg(feature = "ssr")]
fn arrival(on: &str, elsewhere: &str) -> Result<Arrival, AppError> {
    Ok(Arrival {
        on: read::date("on", on)?,
        elsewhere: Elsewhere::told(elsewhere.trim()),
    })
}

/// Notes a household in a room, with its first member.
#[server(prefix = "/api/v1", endpoint = "people/household/found", output = Json)]
pub async fn found_household(
    room: String,
    name: String,
    #[server(default)] sex: String,
    #[server(default)] born: String,
    #[server(default)] phone: String,
    #[server(default)] kind: String,
    #[server(default)] on: String,
    #[server(default)] elsewhere: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let room = read::id(&room)?;
    let form = PersonForm::read(true, &name, &sex, &born, &phone, &kind, "self", cx.now().date())?;
    let (id, represents) = household::found(&cx, room, &form, arrival(&on, &elsewhere)?).await?;
    read::lead_to(id, if represents { "household" } else { "unrepresented" });
    Ok(())
}

/// Adds somebody to a household.
#[server(prefix = "/api/v1", endpoint = "people/person/add", output = Json)]
pub async fn add_person(
    household: String,
    version: i64,
    name: String,
    #[server(default)] sex: String,
    #[server(default)] born: String,
    #[server(default)] phone: String,
    #[server(default)] kind: String,
    #[server(default)] relation: String,
    #[server(default)] on: String,
    #[server(default)] elsewhere: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&household)?;
    let form = PersonForm::read(
        true,
        &name,
        &sex,
        &born,
        &phone,
        &kind,
        &relation,
        cx.now().date(),
    )?;
    household::add(&cx, id, version, &form, arrival(&on, &elsewhere)?).await?;
    read::lead_to(id, "added");
    Ok(())
}

/// Moves somebody who is noted elsewhere, and is named with a number, to a household.
#[server(prefix = "/api/v1", endpoint = "people/person/move", output = Json)]
pub async fn move_person(
    household: String,
    version: i64,
    name: String,
    #[server(default)] number: String,
    #[server(default)] kind: String,
    #[server(default)] relation: String,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&household)?;
    let form = MoveForm::read(&name, &number, &kind, &relation, cx.now().date())?;
    household::move_here(&cx, id, version, &form, read::date("on", &on)?).await?;
    read::lead_to(id, "moved");
    Ok(())
}

/// Corrects what is noted of somebody; what is left empty stays.
#[server(prefix = "/api/v1", endpoint = "people/person/correct", output = Json)]
pub async fn correct_person(
    id: String,
    version: i64,
    #[server(default)] name: String,
    #[server(default)] sex: String,
    #[server(default)] born: String,
    #[server(default)] phone: String,
    #[server(default)] kind: String,
    #[server(default)] relation: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&id)?;
    let form = PersonForm::read(
        false,
        &name,
        &sex,
        &born,
        &phone,
        &kind,
        &relation,
        cx.now().date(),
    )?;
    let (household, ended) = household::correct(&cx, id, version, &form).await?;
    read::lead_to(household, ended.done());
    Ok(())
}

/// Somebody belongs to the household no longer.
#[server(prefix = "/api/v1", endpoint = "people/person/leave", output = Json)]
pub async fn person_left(
    id: String,
    version: i64,
    #[server(default)] why: String,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&id)?;
    let why = Leaving::told(&why).ok_or_else(|| AppError::invalid("why", "请选原因。"))?;
    let on = read::date("on", &on)?.unwrap_or_else(|| cx.now().date());
    let household = household::leave(&cx, id, version, why, on).await?;
    read::lead_to(household, "left");
    Ok(())
}

/// Makes somebody the household's representative.
#[server(prefix = "/api/v1", endpoint = "people/person/represent", output = Json)]
pub async fn represent(id: String, #[server(default)] on: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let household = household::represent(&cx, read::id(&id)?, read::date("on", &on)?).await?;
    read::lead_to(household, "saved");
    Ok(())
}

/// Notes that somebody owns the room, or does no longer.
#[server(prefix = "/api/v1", endpoint = "people/person/own", output = Json)]
pub async fn set_owner(
    id: String,
    #[server(default)] owns: bool,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let household = household::own(&cx, read::id(&id)?, owns, read::date("on", &on)?).await?;
    read::lead_to(household, "saved");
    Ok(())
}

/// Where a change of a room's owners leads: its household's page, or its building's where nobody lives there.
#[cfg(feature = "ssr")]
fn owned_at(room: RoomId, household: &str, building: &str) -> Result<String, AppError> {
    if let Some(household) = read::id_or_none::<HouseholdId>(household)? {
        return Ok(format!("/people/households/{household}?done=saved"));
    }
    let building: BuildingId = read::id(building)?;
    Ok(format!(
        "/people/buildings?building={building}&room={room}&done=saved"
    ))
}

/// Notes who owns a room and lives elsewhere.
#[server(prefix = "/api/v1", endpoint = "people/room/owner", output = Json)]
pub async fn note_owner(
    room: String,
    #[server(default)] household: String,
    #[server(default)] building: String,
    name: String,
    #[server(default)] phone: String,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let room = read::id(&room)?;
    let back = owned_at(room, &household, &building)?;
    let form = PersonForm::read(true, &name, "", "", &phone, "living", "", cx.now().date())?;
    household::set_owner(&cx, room, &form, read::date("on", &on)?).await?;
    leptos_axum::redirect(&back);
    Ok(())
}

/// Somebody who lives elsewhere owns a room no longer.
#[server(prefix = "/api/v1", endpoint = "people/room/owner/end", output = Json)]
pub async fn end_owner(
    room: String,
    #[server(default)] household: String,
    #[server(default)] building: String,
    id: String,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let room = read::id(&room)?;
    let back = owned_at(room, &household, &building)?;
    household::end_owner(&cx, room, read::id(&id)?, read::date("on", &on)?).await?;
    leptos_axum::redirect(&back);
    Ok(())
}

/// Notes what care somebody asked for.
#[server(prefix = "/api/v1", endpoint = "people/person/care", output = Json)]
pub async fn set_care(
    id: String,
    #[server(default)] call: bool,
    #[server(default)] visit: bool,
    #[server(default)] meal: bool,
    #[server(default)] errand: bool,
    #[server(default)] wheelchair: bool,
    #[server(default)] hearing: bool,
    #[server(default)] other: bool,
    #[server(default)] consent: bool,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let care = read::care([call, visit, meal, errand, wheelchair, hearing, other]);
    let household = household::care(&cx, read::id(&id)?, &care, consent).await?;
    read::lead_to(household, "saved");
    Ok(())
}

/// Notes somebody's identity number.
#[server(prefix = "/api/v1", endpoint = "people/person/identify", output = Json)]
pub async fn identify(
    id: String,
    identity: String,
    #[server(default)] consent: bool,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let (household, ended) = household::identify(&cx, read::id(&id)?, &identity, consent).await?;
    read::lead_to(household, ended.done());
    Ok(())
}

/// Puts a household into a residents' group, or into none.
#[server(prefix = "/api/v1", endpoint = "people/household/group", output = Json)]
pub async fn set_group(
    household: String,
    #[server(default)] group: String,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::RollKeep).await?;
    let id = read::id(&household)?;
    household::group(&cx, id, read::id_or_none(&group)?, read::date("on", &on)?).await?;
    read::lead_to(id, "saved");
    Ok(())
}

/// Notes that somebody is a party member of a branch, or, without one, no longer.
#[server(prefix = "/api/v1", endpoint = "people/person/party", output = Json)]
pub async fn set_party(
    id: String,
    household: String,
    #[server(default)] branch: String,
    #[server(default)] standing: String,
    #[server(default)] shown: bool,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PartyView).await?;
    let (id, household) = (read::id(&id)?, read::id(&household)?);
    let branch = read::id_or_none(&branch)?;
    let standing = Standing::told(&standing).unwrap_or(Standing::Full);
    standing::set_party(&cx, id, branch, standing, shown, read::date("on", &on)?).await?;
    read::lead_to(household, "saved");
    Ok(())
}

/// Notes that somebody was elected deputy, or is one no longer.
#[server(prefix = "/api/v1", endpoint = "people/person/deputy", output = Json)]
pub async fn set_deputy(
    id: String,
    household: String,
    #[server(default)] deputy: bool,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::RollKeep).await?;
    let (id, household) = (read::id(&id)?, read::id(&household)?);
    standing::set_deputy(&cx, id, deputy, read::date("on", &on)?).await?;
    read::lead_to(household, "saved");
    Ok(())
}
