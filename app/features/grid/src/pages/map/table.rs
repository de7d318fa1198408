//! The table that says what the map says.

use leptos::prelude::*;
use orgs::model::NodeKind;
use ui::{Column, Notice, Table, cell};

use super::Asked;
use crate::model::{Figure, MapPage, Part, Terms, area_in_words};

/// Where a part is seen: on its own map, or chosen on that of the unit it is part of. One without a border leads down too, for
/// there may be some further down.
pub fn address(part: &Part, page: &MapPage, asked: Asked) -> impl Fn() -> String + Send + use<> {
    let down = part.has_map || (part.square_metres.is_none() && part.kind < NodeKind::Grid);
    let (map, selected) = if down {
        (part.code.clone(), String::new())
    } else {
        (page.code.clone(), part.code.clone())
    };
    let on = page.on;
    move || asked.link(on, &map, &selected)
}

#[component]
pub fn Parts(page: MapPage, asked: Asked) -> impl IntoView {
    let note = match &page.terms {
        Terms::Hidden => Some("这里的边界还没有审图号，只有工作人员能看到。"),
        Terms::Nothing => Some("这里还没有导入边界。"),
        _ => None,
    };
    let note = match (note, page.on) {
        (Some(_), Some(_)) if page.terms == Terms::Nothing => Some("那一天这里还没有边界。"),
        (note, _) => note,
    };
    if page.parts.is_empty() {
        return view! { {note.map(|note| view! { <Notice>{note}</Notice> })} }.into_any();
    }
    let grids = page
        .parts
        .iter()
        .any(|part| part.grids > 0 && part.kind < NodeKind::Grid);
    let mut columns = vec![Column::text("名称")];
    if grids {
        columns.push(Column::number("网格数"));
    }
    let workers = page.on.is_none();
    if workers {
        columns.push(Column::number("工作人员"));
    }
    let apart = page.figure.filter(|figure| figure.is_counted_apart());
    if let Some(figure) = apart {
        // What is in square metres says so, beside an area in square kilometres.
        let name = if figure == Figure::Service {
            figure.title()
        } else {
            figure.label().to_owned()
        };
        columns.push(Column::number(name));
    }
    columns.push(Column::number("面积"));
    let kind = page.parts.first().map_or("下级", |part| part.kind.label());
    let rows = page
        .parts
        .iter()
        .map(|part| {
            let href = address(part, &page, asked);
            let mut row = vec![cell(view! { <a href=href>{part.name.clone()}</a> })];
            if grids {
                row.push(cell(part.grids.to_string()));
            }
            if workers {
                row.push(cell(part.workers.to_string()));
            }
            if let Some(figure) = apart {
                row.push(cell(match part.counted {
                    Some(counted) => figure.written(counted),
                    None if part.few => "太少，不公开".to_owned(),
                    None => "没有登记".to_owned(),
                }));
            }
            row.push(cell(
                part.square_metres
                    .map_or_else(|| "没有边界".to_owned(), area_in_words),
            ));
            row
        })
        .collect();
    let caption = format!("{}的{kind}，{} 个", page.name, page.parts.len() + page.more_parts);
    let more = (page.more_parts > 0).then(|| {
        let href = format!("/orgs/{}", page.code);
        view! { <p class="quiet">{format!("还有 {} 个没有列出。", page.more_parts)} <a href=href>"在组织里看全部"</a></p> }
    });
    view! {
        {note.map(|note| view! { <Notice>{note}</Notice> })}
        <Table caption columns rows keep=true/>
        {more}
    }
    .into_any()
}
