//! Correcting a room: chosen from its building's chart, corrected, put together with another one, taken out of the list.

use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Field, Form, Submit, returned::was_refused};

use super::frame::{Removal, acting, area_text};
use crate::{
    api,
    model::{RoomCell, room_label},
};

fn label(room: &RoomCell) -> String {
    let label = room_label(&room.unit, &room.door);
    if label.is_empty() {
        "整幢".to_owned()
    } else {
        label
    }
}

/// Chooses which room to correct, without script too.
#[component]
pub fn Choosing(rooms: Vec<RoomCell>, building: String) -> impl IntoView {
    if rooms.is_empty() {
        return ().into_any();
    }
    let options = rooms
        .iter()
        .map(|room| view! { <option value=room.id.to_string()>{label(room)}</option> })
        .collect_view();
    view! {
        <details class="fold card">
            <summary>"更正一室"</summary>
            <form class="people-find" method="get" action="/people/buildings">
                <input type="hidden" name="building" value=building/>
                <div class="field">
                    <label for="room-choice">"哪一室"</label>
                    <select class="input" id="room-choice" name="room">{options}</select>
                </div>
                <Button kind=ButtonKind::Plain submit=true>"更正这一室"</Button>
            </form>
        </details>
    }
    .into_any()
}

/// A room with all that can be done to it.
#[component]
pub fn RoomCard(room: RoomCell, building: String) -> impl IntoView {
    let title = format!("更正{}", label(&room));
    let close = format!("/people/buildings?building={building}");
    let removing = room.household.is_none().then(|| {
        let (action, id, version) = (acting::<api::RemoveRoom>(), room.id.to_string(), room.version);
        view! {
            <details class="fold" open={was_refused::<api::RemoveRoom>("room-remove")}>
                <summary>"去掉这一室"</summary>
                <Form action prefix="room-remove">
                    <Removal unused="没有人住过的就删掉" id version/>
                </Form>
            </details>
        }
    });
    let household = room.household.map(|id| {
        let href = format!("/people/households/{id}");
        view! { <Button kind=ButtonKind::Quiet href>"看这一户"</Button> }
    });
    view! {
        <Card title=title>
            <EditRoom room=room.clone()/>
            <MergeRoom room/>
            {removing}
            <p class="buttons">{household}<Button kind=ButtonKind::Quiet href=close>"不改了"</Button></p>
        </Card>
    }
}

#[component]
fn EditRoom(room: RoomCell) -> impl IntoView {
    let action = acting::<api::EditRoom>();
    let floor = room.floor.map(|floor| floor.to_string()).unwrap_or_default();
    view! {
        <Form action prefix="room-edit">
            <input type="hidden" name="id" value=room.id.to_string()/>
            <input type="hidden" name="version" value=room.version.to_string()/>
            <div class="fields-2">
                <Field name="unit" label="单元" value=room.unit hint="没有单元的不填" optional=true max_length=10/>
                <Field name="door" label="室号" value=room.door hint="如 501；独门独院的不填" optional=true max_length=10/>
            </div>
            <div class="fields-2">
                <Field name="floor" label="楼层" value=floor hint="空着就按室号算" optional=true max_length=4/>
                <Field name="area" label="建筑面积" value=area_text(room.area) hint="平方米，如 89.5" optional=true max_length=12/>
            </div>
            <Submit kind=ButtonKind::Plain>"保存"</Submit>
        </Form>
    }
}

/// One door that was noted as two rooms, or under an address that could not be read.
#[component]
fn MergeRoom(room: RoomCell) -> impl IntoView {
    let action = acting::<api::MergeRoom>();
    let open = was_refused::<api::MergeRoom>("room-merge");
    view! {
        <details class="fold" open=open>
            <summary>"并到另一室"</summary>
            <Form action prefix="room-merge">
                <p>"同一室登记成了两室，或者登记时地址没有读出来的，住户和产权人会一起并过去，这一室就没有了。那一室已经有住户的，从今天起合成一户。"</p>
                <input type="hidden" name="id" value=room.id.to_string()/>
                <input type="hidden" name="version" value=room.version.to_string()/>
                <Field name="to" label="正确的地址" hint="如 花园浜3幢2单元501；要是本社区已经登记的楼栋" max_length=60/>
                <Submit kind=ButtonKind::Plain>"并过去"</Submit>
            </Form>
        </details>
    }
}
