//! The map on the page of its unit: a small picture that leads to the map.

use leptos::prelude::*;
use ui::{
    Card, Resource,
    live::{LiveEvent, use_events, use_reset},
};

use crate::{api, model::Glance};

/// The picture of the unit that bears the code, fetched as the page is made; see [`orgs::MapSlot`].
pub fn at_a_glance(code: Memo<String>) -> Box<dyn Fn() -> orgs::Coming + Send + Sync> {
    let shown = Resource::new(
        move || code.get(),
        |code| async move {
            if code.is_empty() {
                Ok(None)
            } else {
                api::glance(code).await
            }
        },
    );
    // The names of the parts, and which there are, are the organisation's; an event about many units names none of them.
    let concerned = move |event: &LiveEvent| {
        code.with_untracked(|code| {
            let below = |changed: String| changed.starts_with(code.as_str());
            !code.is_empty() && (event.topic == "grid" || event.text("code").is_none_or(below))
        })
    };
    use_events(vec!["grid".to_owned(), "orgs".to_owned()], move |event| {
        if concerned(&event) {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    Box::new(move || -> orgs::Coming {
        Box::pin(async move {
            // Where it cannot be fetched, the page leads to the map without it.
            let glance = shown.await.ok().flatten()?;
            Some(view! { <SmallMap glance/> }.into_any())
        })
    })
}

#[component]
fn SmallMap(glance: Glance) -> impl IntoView {
    let Glance {
        code,
        words,
        view_box,
        areas,
        outline,
        labels,
        mark,
    } = glance;
    let href = format!("/map/{code}");
    let labels = labels
        .into_iter()
        .map(|label| {
            let (x, y) = (label.x.to_string(), label.y.to_string());
            view! { <text x=x y=y>{label.name}</text> }
        })
        .collect_view();
    view! {
        <Card title="地图" flush=true>
            <a class="map-glance" href=href>
                <svg viewBox=view_box role="img" aria-label=words focusable="false">
                    <path class="shapes" d=areas/>
                    {outline.map(|path| view! { <path class="outline" d=path/> })}
                    <g>{labels}</g>
                </svg>
                <span class="no-print">"打开地图"</span>
            </a>
            {mark.map(|mark| view! { <p class="map-mark">{mark}</p> })}
        </Card>
    }
}
