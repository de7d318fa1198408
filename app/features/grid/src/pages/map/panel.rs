//! Beside the map: the chosen part and what to do next, and the list of all parts.

use leptos::prelude::*;
use orgs::model::NodeKind;
use shared::{AppError, Date};
use ui::{Button, ButtonKind, Card, Figure, FigureKind, Glyph, Icon, Notice, Resource, Tone};

use super::{Asked, table::address};
use crate::model::{MapPage, Panel, Worker, area_in_words, short_label};

#[component]
pub fn Side(page: MapPage, asked: Asked, panel: Resource<Result<Option<Panel>, AppError>>) -> impl IntoView {
    let (map, on) = (page.code.clone(), page.on);
    let selected = asked.selected;
    let rows = page
        .parts
        .iter()
        .map(|part| {
            let (href, code) = (address(part, &page, asked), part.code.clone());
            let current = {
                let code = code.clone();
                move || (selected.get() == code).then_some("true")
            };
            view! { <li><a href=href data-code=code aria-current=current>{part.name.clone()}</a></li> }
        })
        .collect_view();
    let list = (!page.parts.is_empty()).then(|| {
        let title = format!(
            "{} 个{}",
            page.parts.len() + page.more_parts,
            page.parts.first().map_or("下级", |p| p.kind.label())
        );
        view! {
            <Card title=title>
                <ul class="map-list" id="map-list" role="list">{rows}</ul>
            </Card>
        }
    });
    view! {
        <aside class="map-side" aria-label="选中的地方">
            <div aria-live="polite">
                <Transition fallback=|| ()>
                    {move || {
                        let map = map.clone();
                        Suspend::new(async move {
                            match panel.await {
                                Ok(Some(chosen)) => view! { <Chosen chosen map on asked/> }.into_any(),
                                Ok(None) => ().into_any(),
                                Err(error) => view! { <Notice tone=Tone::Late>{error.message()}</Notice> }.into_any(),
                            }
                        })
                    }}
                </Transition>
            </div>
            {list}
        </aside>
    }
}

#[component]
fn Chosen(chosen: Panel, map: String, on: Option<Date>, asked: Asked) -> impl IntoView {
    let place = chosen.above.as_ref().map(|above| above.name.clone()).into_iter();
    let eyebrow = place
        .chain([chosen.kind.label().to_owned()])
        .collect::<Vec<_>>()
        .join(" · ");
    let figures = chosen
        .counts
        .iter()
        .map(|count| view! { <Figure label=count.kind.label() value=count.count.to_string() unit="个" kind=FigureKind::Middle/> })
        .collect_view();
    let area = chosen
        .square_metres
        .map(|metres| view! { <p class="quiet small">{format!("面积 {}", area_in_words(metres))}</p> });
    let drill = chosen.has_map && chosen.code != map;
    let open = drill.then(|| {
        let (code, words) = (
            chosen.code.clone(),
            format!("进入{}的地图", short_label(&chosen.name)),
        );
        view! { <a class="button" href=move || asked.link(on, &code, "")><Icon name=Glyph::Map/>{words}</a> }
    });
    let as_of = chosen.on.map(|day| format!("?as_of={day}")).unwrap_or_default();
    let orgs = format!("/orgs/{}{as_of}", chosen.code);
    // Who worked there on a day that has passed is not told.
    let now = chosen.on.is_none();
    // Whoever sees the borders' history works there, and has its team.
    let team = (chosen.history && now && chosen.kind <= NodeKind::Grid).then(|| {
        let href = format!("/teams/{}", chosen.code);
        view! { <Button kind=ButtonKind::Plain href icon=Glyph::People>"看队伍"</Button> }
    });
    // Above the county there is no list.
    let catalogue = (now && chosen.kind >= NodeKind::District).then(|| {
        let href = format!("/catalogue?node={}", chosen.code);
        view! { <Button kind=ButtonKind::Plain href icon=Glyph::List>"能办什么事"</Button> }
    });
    let residents = (now && chosen.kind >= NodeKind::Street).then(|| {
        let href = format!("/people/figures?node={}", chosen.code);
        view! { <Button kind=ButtonKind::Plain href icon=Glyph::Chart>"人口"</Button> }
    });
    let history = chosen.history.then(|| {
        let href = format!("/map/history/{}", chosen.code);
        view! { <Button kind=ButtonKind::Quiet href>"边界变化"</Button> }
    });
    let back = move || asked.link(on, &map, "");
    view! {
        <section class="card map-chosen">
            <div class="row spread top">
                <div><p class="small quiet">{eyebrow}</p><h2>{chosen.name.clone()}</h2></div>
                <a class="map-close no-print" href=back aria-label="不再选中"><Icon name=Glyph::Close/></a>
            </div>
            {area}
            {(!chosen.counts.is_empty()).then(|| view! { <div class="halves">{figures}</div> })}
            {now.then(|| view! { <Workers workers=chosen.workers.clone() hidden=chosen.phones_hidden kind=chosen.kind/> })}
            <div class="buttons no-print">{open}{team}{catalogue}{residents}<Button kind=ButtonKind::Plain href=orgs icon=Glyph::Org>"看单位信息"</Button>{history}</div>
        </section>
    }
}

/// Who works there, with the numbers that the viewer may call.
#[component]
pub fn Workers(workers: Vec<Worker>, hidden: bool, kind: NodeKind) -> impl IntoView {
    if workers.is_empty() {
        // Above the community nobody expects a worker of one's own.
        return (kind >= NodeKind::Community)
            .then(|| view! { <p class="quiet">"还没有登记在这里工作的人。"</p> })
            .into_any();
    }
    let rows = workers
        .into_iter()
        .map(|worker| {
            let call = worker.phone.map(|phone| {
                let (href, words) = (format!("tel:{phone}"), format!("{phone}，打电话给{}", worker.name));
                view! { <a class="button plain map-call" href=href rel="external" aria-label=words><Icon name=Glyph::Phone/>{phone}</a> }
            });
            view! { <li><span><b>{worker.name}</b>" "<span class="quiet small">{worker.role}</span></span>{call}</li> }
        })
        .collect_view();
    let note =
        hidden.then(|| view! { <p class="small quiet">"电话只给住在这里的居民和在这里工作的人看。"</p> });
    view! { <h3>"谁在这里负责"</h3><ul class="map-workers" role="list">{rows}</ul>{note} }.into_any()
}
