//! The chart of a building: floors from the top down, doors from left to right, a table for each unit.

use std::collections::BTreeMap;

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Card, Choice, Empty, Field, FieldKind, Form, Glyph, Notice, RadioGroup, Select,
    Submit, Tone, returned::was_refused,
};

use super::{
    frame::{AskElsewhere, Kept, Removal, Since, acting, kinds, places, sexes},
    here::Here,
    owners::{OwnedRoom, Owners},
    room::{Choosing, RoomCard},
};
use crate::{
    api,
    model::{Chart, Owner, PlaceChoice, RoomCell, degrees_text, room_label},
};

/// The chart with what can be done, and the room that was chosen to be corrected; `owners` are those of that room, if it is empty.
#[component]
pub fn ChartCard(
    chart: Chart,
    grids: Vec<PlaceChoice>,
    room: String,
    owners: Vec<Owner>,
    kept: Kept,
) -> impl IntoView {
    let units = by_unit(&chart.rooms);
    let empty = units.is_empty();
    let (building, may_edit) = (chart.id.to_string(), chart.may_edit);
    let tables = units
        .into_iter()
        .map(|(unit, floors)| view! { <Unit unit floors building=may_edit.then(|| building.clone())/> })
        .collect_view();
    let vacant: Vec<RoomCell> = chart
        .rooms
        .iter()
        .filter(|room| room.household.is_none())
        .cloned()
        .collect();
    let chosen = chart
        .rooms
        .iter()
        .find(|one| may_edit && one.id.to_string() == room)
        .cloned();
    let owned = chosen
        .as_ref()
        .filter(|room| room.household.is_none())
        .map(|room| OwnedRoom::vacant(room.id, chart.id));
    let (orphaned, ended) = (chart.orphaned, chart.ended);
    let said = format!("属于{}", chart.grid.name);
    let place = place(&chart);
    let rooms = chart.rooms.clone();
    view! {
        {ended.map(|day| {
            let title = format!("{} 起这一幢没有了", day.zh());
            view! { <Notice tone=Tone::Due title=title>"以前住过的人仍查得到。还在的话，请在楼栋列表里重新登记。"</Notice> }
        })}
        {(orphaned && may_edit).then(|| view! {
            <Notice tone=Tone::Late title="原来的网格已经撤销">"请在下面“更正这一幢”里选新的网格，住户会一起划过去。"</Notice>
        })}
        {chosen.map(|room| view! { <RoomCard room building=building.clone()/> })}
        {owned.map(|of| view! { <Owners owners of kept/> })}
        <Card title="楼栋图" end=move || view! { <span class="small quiet">{said}</span> }>
            {empty.then(|| view! { <Empty icon=Glyph::Building title="还没有登记各室"/> })}
            {tables}
            {(!empty).then(|| view! {
                <p class="small quiet">"格子里是室号和登记住着的人数；“租”是有户籍不在这里的人，“空”是没有登记住的人。"</p>
            })}
            {place}
        </Card>
        {may_edit.then(|| view! {
            <Found vacant/>
            <AddRoom building=building.clone()/>
            <Choosing rooms building=building.clone()/>
            <Edit chart=chart.clone() grids/>
            <Remove chart/>
        })}
    }
}

/// Where the building stands, and where that is drawn.
fn place(chart: &Chart) -> AnyView {
    let words = match (chart.outlined, chart.lon.zip(chart.lat)) {
        (true, _) => "地图上画了轮廓。".to_owned(),
        (false, Some((lon, lat))) => format!("位置：{}，{}。", degrees_text(lon), degrees_text(lat)),
        (false, None) => "地图上没有位置。".to_owned(),
    };
    let links = chart.lon.zip(chart.lat).map(|(lon, lat)| {
        let href = format!(
            "/map/{}?at={},{},17&layers=buildings",
            chart.grid.code,
            degrees_text(lon),
            degrees_text(lat)
        );
        view! { <Button kind=ButtonKind::Plain icon=Glyph::Map href>"在地图上看"</Button> }
    });
    let draw = chart.may_edit.then(|| {
        let href = format!("/map/buildings/{}", chart.id);
        view! { <Button kind=ButtonKind::Plain icon=Glyph::Pin href>"在地图上标出来"</Button> }
    });
    view! { <p class="small">{words}</p><p class="buttons">{links}{draw}</p> }.into_any()
}

type Floors = BTreeMap<i64, Vec<RoomCell>>;

/// Rooms by unit and floor; what tells no floor stands on the ground.
fn by_unit(rooms: &[RoomCell]) -> BTreeMap<String, Floors> {
    let mut units: BTreeMap<String, Floors> = BTreeMap::new();
    for room in rooms {
        units
            .entry(room.unit.clone())
            .or_default()
            .entry(room.floor.unwrap_or(0))
            .or_default()
            .push(room.clone());
    }
    units
}

#[component]
fn Unit(unit: String, floors: Floors, building: Option<String>) -> impl IntoView {
    let caption = if unit.is_empty() {
        "各室".to_owned()
    } else {
        format!("{unit} 单元")
    };
    let rows = floors
        .into_iter()
        .rev()
        .map(|(floor, rooms)| {
            let name = match floor {
                0 => "底层".to_owned(),
                ..0 => format!("地下 {} 层", -floor),
                _ => format!("{floor} 楼"),
            };
            let cells = rooms
                .into_iter()
                .map(|room| cell(room, building.as_deref()))
                .collect_view();
            view! { <tr><th scope="row">{name}</th>{cells}</tr> }
        })
        .collect_view();
    let label = caption.clone();
    view! {
        <div class="table-frame" role="group" aria-label=label tabindex="0">
            <table class="people-chart"><caption>{caption}</caption><tbody>{rows}</tbody></table>
        </div>
    }
}

/// A room. A vacant one leads to where it is corrected, an inhabited one to who lives there.
fn cell(room: RoomCell, building: Option<&str>) -> AnyView {
    let name = if room.door.is_empty() {
        "整幢".to_owned()
    } else {
        room.door.clone()
    };
    // Read aloud by itself, a door has to tell its unit.
    let unit = (!room.unit.is_empty())
        .then(|| view! { <span class="hidden-text">{format!("{}单元", room.unit)}</span> });
    match (room.household, building) {
        (Some(id), _) => {
            let (class, told) = match (room.persons, room.lodgers) {
                (0, _) => ("people-room away", "户籍在，人不在".to_owned()),
                (n, 0) => ("people-room", format!("{n} 人")),
                (n, _) => ("people-room let", format!("{n} 人 租")),
            };
            view! {
                <td><a class=class href=format!("/people/households/{id}")>{unit}<b>{name}</b><span>{told}</span></a></td>
            }
            .into_any()
        }
        (None, Some(building)) => {
            let href = format!("/people/buildings?building={building}&room={}", room.id);
            view! { <td><a class="people-room vacant" href=href>{unit}<b>{name}</b><span>"空"</span></a></td> }.into_any()
        }
        (None, None) => {
            view! { <td><span class="people-room vacant">{unit}<b>{name}</b><span>"空"</span></span></td> }
                .into_any()
        }
    }
}

/// A household in a room where nobody is noted.
#[component]
fn Found(vacant: Vec<RoomCell>) -> impl IntoView {
    if vacant.is_empty() {
        return ().into_any();
    }
    let action = acting::<api::FoundHousehold>();
    let open = was_refused::<api::FoundHousehold>("found");
    let rooms = vacant
        .iter()
        .map(|room| {
            let label = room_label(&room.unit, &room.door);
            Choice::new(
                room.id.to_string(),
                if label.is_empty() {
                    "整幢".to_owned()
                } else {
                    label
                },
            )
        })
        .collect();
    view! {
        <details class="fold card" open=open>
            <summary>"登记一户"</summary>
            <Form action prefix="found" adds=true>
                <Select name="room" label="住在哪一室" choices=rooms/>
                <Field name="name" label="户代表的姓名" max_length=40/>
                <div class="fields-2">
                    <Select name="sex" label="性别" choices=sexes("不填") optional=true/>
                    <Field name="born" label="出生年份" hint="如 1950；知道日期的填 1950-03-02" optional=true max_length=20/>
                </div>
                <Field name="phone" label="手机号" kind=FieldKind::Tel optional=true/>
                <RadioGroup name="kind" label="居住情况" choices=kinds() value="registered"/>
                <Since/>
                <AskElsewhere/>
                <Submit icon=Glyph::Add>"登记"</Submit>
            </Form>
        </details>
    }
    .into_any()
}

#[component]
fn AddRoom(building: String) -> impl IntoView {
    let action = acting::<api::AddRoom>();
    let open = was_refused::<api::AddRoom>("room");
    view! {
        <details class="fold card" open=open>
            <summary>"登记一室"</summary>
            <Form action prefix="room" adds=true>
                <input type="hidden" name="building" value=building/>
                <div class="fields-2">
                    <Field name="unit" label="单元" hint="没有单元的不填" optional=true max_length=10/>
                    <Field name="door" label="室号" hint="如 501；独门独院的不填" optional=true max_length=10/>
                </div>
                <Field name="area" label="建筑面积" hint="平方米，如 89.5" optional=true max_length=12/>
                <Submit kind=ButtonKind::Plain>"登记"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn Edit(chart: Chart, grids: Vec<PlaceChoice>) -> impl IntoView {
    let action = acting::<api::EditBuilding>();
    let open = was_refused::<api::EditBuilding>("edit") || chart.orphaned;
    let degrees = |value: Option<i64>| value.map(degrees_text).unwrap_or_default();
    let (lon, lat) = (degrees(chart.lon), degrees(chart.lat));
    let place = if chart.outlined {
        view! { <p class="small quiet">"位置按地图上画的轮廓。"</p> }.into_any()
    } else {
        view! { <Here lon lat/> }.into_any()
    };
    view! {
        <details class="fold card" open=open>
            <summary>"更正这一幢"</summary>
            <Form action prefix="edit">
                <input type="hidden" name="id" value=chart.id.to_string()/>
                <input type="hidden" name="version" value=chart.version.to_string()/>
                <Select name="grid" label="属于哪个网格" choices=places(grids, None) value=chart.grid.code.to_string()
                    hint="划到别的网格，住户会一起划过去；以前在哪个网格仍查得到。"/>
                <div class="fields-2">
                    <Field name="name" label="小区名" value=chart.name hint="改成别的小区，这一幢就归到那个小区" max_length=40/>
                    <Field name="number" label="幢号" value=chart.number max_length=10/>
                </div>
                {place}
                <Submit kind=ButtonKind::Plain>"保存"</Submit>
            </Form>
        </details>
    }
}

/// A building in which nobody lives.
#[component]
fn Remove(chart: Chart) -> impl IntoView {
    if chart.rooms.iter().any(|room| room.household.is_some()) {
        return ().into_any();
    }
    let action = acting::<api::RemoveBuilding>();
    let (id, version) = (chart.id.to_string(), chart.version);
    view! {
        <details class="fold card" open={was_refused::<api::RemoveBuilding>("remove")}>
            <summary>"去掉这一幢"</summary>
            <Form action prefix="remove">
                <Removal unused="没有人住过的，连同各室一起删掉" id version/>
            </Form>
        </details>
    }
    .into_any()
}
