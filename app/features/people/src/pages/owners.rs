//! Who owns a room and does not live in it: noted and ended on its household's page, or beside an empty room.

use leptos::prelude::*;
use shared::Permission;
use ui::{ButtonKind, Card, Field, FieldKind, Form, Submit, returned::was_refused, viewer::use_viewer};

use super::{
    frame::{Kept, Since, acting},
    member::Unmask,
};
use crate::{
    api,
    model::{BuildingId, HouseholdId, HouseholdPage, Owner, RoomId},
};

/// The room, and what the viewer may do.
#[derive(Clone, Copy)]
pub struct OwnedRoom {
    room: RoomId,
    building: BuildingId,
    /// Who lives there: its page is the one that the forms lead back to.
    household: Option<HouseholdId>,
    may_edit: bool,
    may_unmask: bool,
}

impl OwnedRoom {
    pub const fn of(page: &HouseholdPage) -> Self {
        Self {
            room: page.room,
            building: page.building,
            household: Some(page.id),
            may_edit: page.may_edit,
            may_unmask: page.may_unmask,
        }
    }

    /// One in which nobody lives, shown to who may correct it.
    pub fn vacant(room: RoomId, building: BuildingId) -> Self {
        let actor = use_viewer().actor;
        Self {
            room,
            building,
            household: None,
            may_edit: true,
            may_unmask: actor.is_some_and(|actor| actor.may(Permission::Unmask)),
        }
    }

    /// What every form about it sends.
    fn named(self) -> impl IntoView {
        let household = self.household.map(|id| id.to_string()).unwrap_or_default();
        view! {
            <input type="hidden" name="room" value=self.room.to_string()/>
            <input type="hidden" name="household" value=household/>
            <input type="hidden" name="building" value=self.building.to_string()/>
        }
    }
}

/// Those who are noted, and a form for another one.
#[component]
pub fn Owners(owners: Vec<Owner>, of: OwnedRoom, kept: Kept) -> impl IntoView {
    let nobody = owners.is_empty();
    let owners = kept
        .rows(owners, |owner| format!("owner-{}", owner.id))
        .into_iter()
        .map(|place| place.map(|owner| view! { <OwnerPart owner of/> }))
        .collect::<Vec<_>>();
    (!nobody || of.may_edit).then(|| {
        view! {
            <Card title="产权人（不住在这里）">
                {nobody.then(|| view! { <p class="small quiet">"没有登记。"</p> })}
                {owners}
                {of.may_edit.then(|| view! { <NoteOwner of/> })}
            </Card>
        }
    })
}

#[component]
fn OwnerPart(owner: Owner, of: OwnedRoom) -> impl IntoView {
    let phone = owner.phone.clone().unwrap_or_else(|| "没有登记手机号".to_owned());
    let id = owner.id.to_string();
    view! {
        <div class="stack">
            <p><b>{owner.name}</b>{format!("，{phone}")}</p>
            {of.may_unmask.then(|| view! { <Unmask id=id.clone() action=ServerAction::new()/> })}
            {of.may_edit.then(|| view! { <EndOwner id=id.clone() of/> })}
        </div>
    }
}

#[component]
fn EndOwner(id: String, of: OwnedRoom) -> impl IntoView {
    let action = acting::<api::EndOwner>();
    let form = format!("end-owner-{id}");
    let open = was_refused::<api::EndOwner>(&form);
    view! {
        <details class="fold" open=open>
            <summary>"不再是产权人"</summary>
            <Form action prefix=form adds=true>
                <input type="hidden" name="id" value=id/>
                {of.named()}
                <Since/>
                <Submit kind=ButtonKind::Danger>"记下"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn NoteOwner(of: OwnedRoom) -> impl IntoView {
    let action = acting::<api::NoteOwner>();
    let open = was_refused::<api::NoteOwner>("owner");
    view! {
        <details class="fold" open=open>
            <summary>"登记不住在这里的产权人"</summary>
            <Form action prefix="owner" adds=true>
                {of.named()}
                <p class="small quiet">"已经登记在别处的人，姓名和手机号填得一样就认得出；没有登记过的，只记姓名和手机号。"</p>
                <Field name="name" label="姓名" max_length=40/>
                <Field name="phone" label="手机号" kind=FieldKind::Tel optional=true/>
                <Since label="从哪天起是产权人"/>
                <Submit kind=ButtonKind::Plain>"登记"</Submit>
            </Form>
        </details>
    }
}
