//! Finding a place by name, code, pinyin or initials, and by what the map is coloured.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate, location::Url};
use orgs::model::{Hit, NodeKind};
use shared::{AppError, Date};
use ui::{List, ListRow, Notice, Resource, SearchBox, Tone};

use super::Asked;
use crate::model::Figure;

/// What is typed rests so long before it is looked up.
const REST: Duration = Duration::from_millis(250);

/// Where a hit is seen, coloured as here and on the same day: a grid on the map of its community, anything else on its own.
fn address(asked: &Asked, hit: &Hit) -> String {
    match hit.code.parent() {
        Some(parent) if hit.kind >= NodeKind::Grid => asked.address(parent.as_str(), hit.code.as_str(), ""),
        _ => asked.address(hit.code.as_str(), "", ""),
    }
}

#[component]
pub fn Search(
    code: String,
    on: Option<Date>,
    figures: Vec<Figure>,
    asked: Asked,
    hits: Resource<Result<Vec<Hit>, AppError>>,
) -> impl IntoView {
    let go = use_navigate();
    let action = format!("/map/{code}");
    let here = code.clone();
    let kept = vec![
        ("figure", asked.figure.get_untracked()),
        ("on", asked.on.get_untracked()),
    ];
    let on_input = ui::resting(REST, move |text: String| {
        let q = text.trim();
        let mut to = asked.address(&here, &asked.selected.get_untracked(), &asked.at.get_untracked());
        if !q.is_empty() {
            to.push(if to.contains('?') { '&' } else { '?' });
            to.push_str("q=");
            to.push_str(&Url::escape(q));
        }
        go(
            &to,
            NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    });
    view! {
        <div class="map-tools no-print">
            <div class="map-search">
                <SearchBox action label="在地图上找地方" placeholder="找社区、镇街、网格" value=asked.q.get_untracked() on_input bare=true kept/>
                <Transition fallback=|| ()>
                    {move || Suspend::new(async move {
                        let found = hits.await;
                        (!asked.q.get().is_empty()).then(|| view! { <Found asked found/> })
                    })}
                </Transition>
            </div>
            <FigureChoice code on figures asked/>
        </div>
    }
}

#[component]
fn Found(asked: Asked, found: Result<Vec<Hit>, AppError>) -> impl IntoView {
    match found {
        Err(error) => view! { <div class="map-hits"><Notice tone=Tone::Late live=true>{error.message()}</Notice></div> }.into_any(),
        Ok(hits) if hits.is_empty() => {
            view! { <div class="map-hits"><Notice live=true>"没有找到。少写几个字，或者用拼音首字母试试。"</Notice></div> }.into_any()
        }
        Ok(hits) => {
            let rows = hits
                .into_iter()
                .map(|hit| {
                    let href = address(&asked, &hit);
                    view! { <ListRow title=hit.name detail=hit.place href=href>{hit.kind.label()}</ListRow> }
                })
                .collect_view();
            view! { <div class="map-hits"><List label="找到的地方">{rows}</List></div> }.into_any()
        }
    }
}

/// By what the map is coloured: links, so that it works without script.
#[component]
fn FigureChoice(code: String, on: Option<Date>, figures: Vec<Figure>, asked: Asked) -> impl IntoView {
    let chosen = asked.figure_code();
    let coloured = Figure::parse(&chosen).is_some_and(|figure| figures.contains(&figure));
    let offered = figures.iter().map(|figure| (figure.code(), figure.label()));
    let choices = offered.chain([("none", "不着色")]);
    let links = choices
        .map(|(value, label)| {
            let current = (chosen == value || (value == "none" && !coloured)).then_some("true");
            let code = code.clone();
            let href = move || asked.coloured(on, &code, value, "");
            view! { <li><a href=href aria-current=current>{label}</a></li> }
        })
        .collect_view();
    view! { <nav class="map-figures" aria-label="地图按什么着色"><ul role="list">{links}</ul></nav> }
}
