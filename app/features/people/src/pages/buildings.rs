//! Estates and buildings of a place, and the chart of one building (楼栋图).

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Field, Form, Glyph, List, ListRow, Page, Pager, Resource, Select,
    Submit, Tone, Width, returned::was_refused,
};

use super::{
    chart::ChartCard,
    frame::{Done, Kept, acting, area_text, changes, escaped, loaded, places, query, square_metres},
    here::Here,
};
use crate::{
    api,
    model::{BuildingRow, BuildingsPage, EstateRow, building_label},
};

pub struct BuildingsRoute;

#[lazy_route]
impl LazyRoute for BuildingsRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let (node, building, room) = (query("node"), query("building"), query("room"));
        let (estate, after) = (query("estate"), query("after"));
        let (changes, kept) = (changes(), Kept::new());
        let asked = Memo::new(move |_| (node.get(), building.get(), estate.get(), after.get()));
        let shown = Resource::new(
            move || (asked.get(), room.get(), changes.get()),
            |((node, building, estate, after), room, _)| api::buildings(node, building, estate, room, after),
        );
        loaded(shown, move |page: BuildingsPage| {
            let room = room.get_untracked();
            let chart = page.chart.iter().map(|chart| chart.id.to_string());
            let estates = page.estates.iter().map(|estate| estate.id.to_string());
            let whose = chart
                .chain(estates)
                .chain(std::iter::once(room.clone()))
                .collect();
            kept.show(whose, move || view! { <Buildings page room kept/> }.into_any())
        })
    }
}

#[component]
fn Buildings(page: BuildingsPage, room: String, kept: Kept) -> impl IntoView {
    let BuildingsPage {
        here,
        choices,
        grids,
        estates,
        buildings,
        estate,
        next,
        chart,
        owners,
        may_edit,
    } = page;
    let mut above = vec![("居民和房屋".to_owned(), "/people".to_owned())];
    let list = format!("/people/buildings?node={}", here.code);
    if chart.is_some() || estate.is_some() {
        above.push((format!("{}的楼栋", here.name), list.clone()));
    }
    let title = match (&chart, estates.first().filter(|_| estate.is_some())) {
        (Some(chart), _) => format!("{}{}", chart.name, building_label(&chart.number)),
        (None, Some(one)) => one.name.clone(),
        (None, None) => "楼栋".to_owned(),
    };
    let whole = chart.is_none() && estate.is_none();
    let nothing = estates.is_empty() && chart.is_none();
    let code = here.code.to_string();
    let alone = estate.map(|id| format!("&estate={id}")).unwrap_or_default();
    let onward = next.map(|after| format!("{list}{alone}&after={}", escaped(&after)));
    // Back to the first part, from any other.
    let after = query("after");
    let back = (!after.get_untracked().is_empty()).then(|| format!("{list}{alone}"));
    let lists = estates
        .into_iter()
        .map(|estate| {
            let own: Vec<BuildingRow> = buildings
                .iter()
                .filter(|building| building.estate_id == estate.id)
                .cloned()
                .collect();
            view! { <Estate estate own node=code.clone()/> }
        })
        .collect_view();
    let adding = (whole && may_edit && !grids.is_empty()).then(|| {
        let grids = grids.clone();
        view! { <Add grids/> }
    });
    let elsewhere = (whole && choices.len() > 1).then(|| {
        let code = code.clone();
        view! { <Elsewhere choices code/> }
    });
    view! {
        <Page title eyebrow=here.name above=above width=Width::Wide>
            <div class="stack loose">
                <Done/>
                {elsewhere}
                {chart.map(|chart| view! { <ChartCard chart grids room owners kept/> })}
                {nothing.then(|| view! {
                    <Empty icon=Glyph::Building title="这里还没有登记楼栋" detail="导入名册时会一起登记；也可以在下面一幢一幢地登记。镇街以上请先选一个社区。"/>
                })}
                {lists}
                {pager(back, onward)}
                {adding}
            </div>
        </Page>
    }
}

fn pager(back: Option<String>, onward: Option<String>) -> AnyView {
    match (back, onward) {
        (Some(back), Some(onward)) => view! { <Pager back onward/> }.into_any(),
        (Some(back), None) => view! { <Pager back/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward/> }.into_any(),
        (None, None) => ().into_any(),
    }
}

#[component]
fn Elsewhere(choices: Vec<crate::model::PlaceChoice>, code: String) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|place| {
            let value = place.code.to_string();
            let selected = value == code;
            view! { <option value=value selected=selected>{place.name}</option> }
        })
        .collect_view();
    view! {
        <form class="people-find" method="get" action="/people/buildings">
            <div class="field">
                <label for="buildings-node">"看哪里的楼栋"</label>
                <select class="input" id="buildings-node" name="node">{options}</select>
            </div>
            <Button kind=ButtonKind::Plain submit=true>"看"</Button>
        </form>
    }
}

#[component]
fn Estate(estate: EstateRow, own: Vec<BuildingRow>, node: String) -> impl IntoView {
    let service = estate
        .service_area
        .map(|area| format!("服务用房 {}", square_metres(area)));
    let rows = own.into_iter().map(row).collect_view();
    let name = estate.name.clone();
    let all = estate.more.then(|| {
        let href = format!("/people/buildings?node={node}&estate={}", estate.id);
        let words = format!("看{name}的全部楼栋");
        view! { <p class="buttons"><Button kind=ButtonKind::Quiet href>{words}</Button></p> }
    });
    let editing = estate.may_edit.then(|| view! { <EditEstate estate node/> });
    view! {
        <Card title=name.clone() end=move || service.map(|service| view! { <span class="small quiet">{service}</span> })>
            <List label=name>{rows}</List>
            {all}
            {editing}
        </Card>
    }
}

fn row(building: BuildingRow) -> AnyView {
    let detail = format!(
        "{} · {} 室，登记了 {} 户",
        building.grid, building.rooms, building.households
    );
    let (orphaned, placed) = (building.orphaned, building.placed);
    view! {
        <ListRow icon=Glyph::Building title=building_label(&building.number) detail=detail
            href=format!("/people/buildings?building={}", building.id)>
            {orphaned.then(|| view! { <Badge tone=Tone::Late>"原网格已撤销，要划到新网格"</Badge> })}
            {(!placed).then(|| view! { <Badge>"地图上没有位置"</Badge> })}
        </ListRow>
    }
    .into_any()
}

#[component]
fn EditEstate(estate: EstateRow, node: String) -> impl IntoView {
    let action = acting::<api::EditEstate>();
    let form = format!("estate-{}", estate.id);
    let open = was_refused::<api::EditEstate>(&form);
    view! {
        <details class="fold" open=open>
            <summary>"更正小区"</summary>
            <Form action prefix=form>
                <input type="hidden" name="id" value=estate.id.to_string()/>
                <input type="hidden" name="version" value=estate.version.to_string()/>
                <input type="hidden" name="node" value=node/>
                <Field name="name" label="小区名" value=estate.name max_length=40/>
                <Field name="service_area" label="服务用房面积" hint="平方米，如 1200" value=area_text(estate.service_area) optional=true/>
                <Submit kind=ButtonKind::Plain>"保存"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn Add(grids: Vec<crate::model::PlaceChoice>) -> impl IntoView {
    let action = acting::<api::AddBuilding>();
    let open = was_refused::<api::AddBuilding>("building");
    view! {
        <details class="fold card" open=open>
            <summary>"登记一幢"</summary>
            <Form action prefix="building" adds=true>
                <Select name="grid" label="属于哪个网格" choices=places(grids, None)/>
                <div class="fields-2">
                    <Field name="name" label="小区名" hint="没有登记过的会新建；农村写自然村" max_length=40/>
                    <Field name="number" label="幢号" hint="如 3 幢；独门独院的写门牌，如 12 号" max_length=10/>
                </div>
                <Here lon="" lat=""/>
                <Submit icon=Glyph::Add>"登记"</Submit>
            </Form>
        </details>
    }
}
