//! A map beside a list: the picture of a unit, and the live map that takes its place once somebody turns to it, with one layer: what the
//! list is of.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::Permission;
use ui::{
    Glyph, Icon, Resource,
    live::{use_events, use_reset, work_topics},
    use_toasts,
};
use wasm_bindgen::JsCast;

use super::{
    adapter::{Happening, Live, MapControl, Start},
    interest::{Doing, Interest},
};
use crate::{api, layers::MapLayer, model::MapPage};

/// The map of the unit `code`; nothing where there is none. `query` follows the address of the layer's tiles.
#[component]
pub fn Beside(
    #[prop(into)] code: Signal<String>,
    layer: MapLayer,
    #[prop(into)] query: Signal<String>,
) -> impl IntoView {
    let shown = Resource::new(
        move || code.get(),
        |code| async move {
            if code.is_empty() {
                Ok(None)
            } else {
                api::map(code, String::new(), String::new()).await.map(Some)
            }
        },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match shown.await {
                    Ok(Some(page)) => view! { <Shown page layer query/> }.into_any(),
                    _ => ().into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Shown(page: MapPage, layer: MapLayer, query: Signal<String>) -> impl IntoView {
    let Some(drawn) = page.picture.clone() else {
        return ().into_any();
    };
    let element = NodeRef::<html::Div>::new();
    let map = MapControl::new();
    let interest = Interest::new(false);
    if let Some(script) = page.script.clone() {
        mount(
            element,
            script,
            page.options.clone(),
            map,
            interest,
            listener(layer),
        );
    }
    interest.perform(move |doing| match doing {
        Doing::Nearer => map.zoom_by(1),
        Doing::Farther => map.zoom_by(-1),
        _ => map.fit(),
    });
    Effect::new(move |_| {
        let tiles = format!("{}{}", layer.tiles, query.get());
        if interest.ready.get() {
            let tiles = serde_json::to_string(&tiles).unwrap_or_default();
            map.set_layers(&format!(r#"[{{"code":"{}","tiles":{tiles}}}]"#, layer.code));
        }
    });
    use_events(layer.topics(&work_topics(Permission::StaffView)), move |event| {
        if layer.concerned(&event.topic, &event.kind) {
            map.refresh_layer(layer.code);
        }
    });
    use_reset(move || map.refresh_layer(layer.code));
    let label = format!("{}的地图", page.name);
    let doings = format!("{label}的操作");
    view! {
        <section class="map-beside no-print" aria-label=label on:focusin=move |_| interest.rouse()>
            <div class="map-stage">
                <div class="map" role="group" aria-label=label.clone() node_ref=element aria-busy=move || interest.waiting().then_some("true")
                    on:pointerenter=move |_| interest.rouse()>
                    <div class="map-picture" inner_html=drawn></div>
                </div>
                <Show when=move || interest.scripted.get()>
                    <div class="map-doings" role="group" aria-label=doings.clone()>
                        <button type="button" aria-label="放大" on:click=move |_| interest.want(Doing::Nearer)><Icon name=Glyph::Add/></button>
                        <button type="button" aria-label="缩小" on:click=move |_| interest.want(Doing::Farther)><Icon name=Glyph::Less/></button>
                        <button type="button" aria-label="看全部" on:click=move |_| interest.want(Doing::All)><Icon name=Glyph::Map/></button>
                    </div>
                </Show>
                {page.mark().map(|mark| view! { <div class="map-foot"><p class="map-mark">{mark}</p></div> })}
            </div>
        </section>
    }
    .into_any()
}

/// What is pressed opens.
fn listener(layer: MapLayer) -> impl Fn(Happening) + Clone + 'static {
    let go = use_navigate();
    let toasts = use_toasts();
    move |happening| match happening {
        Happening::Opened { id, .. } => {
            if let Some(opens) = layer.opens {
                go(&format!("{opens}{id}"), NavigateOptions::default());
            }
        }
        Happening::Problem(words) => toasts.failed(words),
        _ => {}
    }
}

/// Fetches the live map when it is wanted.
fn mount(
    element: NodeRef<html::Div>,
    script: String,
    options: String,
    map: MapControl,
    interest: Interest,
    told: impl Fn(Happening) + Clone + 'static,
) {
    Effect::new(move |_| {
        let Some(element) = element.get().filter(|_| interest.wanted()) else {
            return;
        };
        let (script, options, told) = (script.clone(), options.clone(), told.clone());
        spawn_local(async move {
            let element: web_sys::HtmlElement = element.unchecked_into();
            let start = Start {
                options,
                selected: String::new(),
                at: String::new(),
            };
            match Live::mount(&script, element, &start, told).await {
                Ok(live) => {
                    map.set(live);
                    interest.met();
                }
                // The picture stays, and the list says the same in words.
                Err(error) => {
                    leptos::logging::warn!("no live map: {error:?}");
                    _ = interest.failed();
                }
            }
        });
    });
}
