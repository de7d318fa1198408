//! The chart of a building: floors from the top down, doors from left to right, a table for each unit.

use std::collections::BTreeMap;

use leptos::prelude::*;
use ui::{
    ButtonKind, Card, Choice, Empty, Field, FieldKind, Form, Glyph, Notice, RadioGroup, Select, Submit, Tone,
    returned::was_refused,
};

use super::frame::{acting, kinds, places, sexes};
use crate::{
    api,
    model::{Chart, PlaceChoice, RoomCell, room_label},
};

/// The chart with what can be done.
#[component]
pub fn ChartCard(chart: Chart, grids: Vec<PlaceChoice>, may_edit: bool) -> impl IntoView {
    let units = by_unit(&chart.rooms);
    let empty = units.is_empty();
    let tables = units
        .into_iter()
        .map(|(unit, floors)| view! { <Unit unit floors/> })
        .collect_view();
    let vacant: Vec<RoomCell> = chart
        .rooms
        .iter()
        .filter(|room| room.household.is_none())
        .cloned()
        .collect();
    let orphaned = chart.orphaned;
    let said = format!("属于{}", chart.grid.name);
    view! {
        {orphaned.then(|| view! {
            <Notice tone=Tone::Late title="原来的网格已经撤销">"请在下面“更正这一幢”里选新的网格，住户会一起划过去。"</Notice>
        })}
        <Card title="楼栋图" end=move || view! { <span class="small quiet">{said}</span> }>
            {empty.then(|| view! { <Empty icon=Glyph::Building title="还没有登记各室"/> })}
            {tables}
            {(!empty).then(|| view! {
                <p class="small quiet">"格子里是室号和登记住着的人数；“租”是有户籍不在这里的人，“空”是没有登记住的人。"</p>
            })}
        </Card>
        {may_edit.then(|| view! {
            <Found vacant/>
            <AddRoom building=chart.id.to_string()/>
            <Edit chart grids/>
        })}
    }
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
fn Unit(unit: String, floors: Floors) -> impl IntoView {
    let caption = if unit.is_empty() {
        "各室".to_owned()
    } else {
        format!("{unit} 单元")
    };
    let rows = floors
        .into_iter()
        .rev()
        .map(|(floor, rooms)| {
            let name = if floor == 0 {
                "底层".to_owned()
            } else {
                format!("{floor} 楼")
            };
            let cells = rooms.into_iter().map(cell).collect_view();
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

fn cell(room: RoomCell) -> AnyView {
    let name = if room.door.is_empty() {
        "整幢".to_owned()
    } else {
        room.door.clone()
    };
    match room.household {
        Some(id) => {
            let (class, told) = match (room.persons, room.lodgers) {
                (0, _) => ("people-room away", "户籍在，人不在".to_owned()),
                (n, 0) => ("people-room", format!("{n} 人")),
                (n, _) => ("people-room let", format!("{n} 人 租")),
            };
            // Read aloud by itself, a door has to tell its unit.
            let unit = (!room.unit.is_empty())
                .then(|| view! { <span class="hidden-text">{format!("{}单元", room.unit)}</span> });
            view! {
                <td><a class=class href=format!("/people/households/{id}")>{unit}<b>{name}</b><span>{told}</span></a></td>
            }
            .into_any()
        }
        None => view! { <td><span class="people-room vacant"><b>{name}</b><span>"空"</span></span></td> }
            .into_any(),
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
    let degrees = |value: Option<i64>| value.map(degrees).unwrap_or_default();
    view! {
        <details class="fold card" open=open>
            <summary>"更正这一幢"</summary>
            <Form action prefix="edit">
                <input type="hidden" name="id" value=chart.id.to_string()/>
                <input type="hidden" name="version" value=chart.version.to_string()/>
                <Select name="grid" label="属于哪个网格" choices=places(grids, None) value=chart.grid.code.to_string()
                    hint="划到别的网格，住户会一起划过去；以前在哪个网格仍查得到。"/>
                <Field name="number" label="幢号" value=chart.number max_length=10/>
                <div class="fields-2">
                    <Field name="lon" label="经度" value=degrees(chart.lon) optional=true max_length=12/>
                    <Field name="lat" label="纬度" value=degrees(chart.lat) optional=true max_length=12/>
                </div>
                <Submit kind=ButtonKind::Plain>"保存"</Submit>
            </Form>
        </details>
    }
}

/// 1e-7 degrees as `120.7402000`.
fn degrees(value: i64) -> String {
    format!("{}.{:07}", value / 10_000_000, value % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_they_were_typed() {
        assert_eq!(degrees(1_207_402_000), "120.7402000");
        assert_eq!(degrees(316_411_000), "31.6411000");
    }
}
