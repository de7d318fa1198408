//! The map itself: the picture, and the live map that takes its place with what can be done there.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{Glyph, Icon, use_toasts};
use wasm_bindgen::JsCast;

use super::{
    Asked,
    adapter::{Happening, Live, MapControl},
    picture::{Classes, Patterns, Picture},
};
use crate::{
    api,
    model::{MapPage, Terms},
};

/// How a change of the address leaves the page where it is.
fn staying(replace: bool) -> NavigateOptions {
    NavigateOptions {
        replace,
        scroll: false,
        ..NavigateOptions::default()
    }
}

#[component]
pub fn Stage(page: MapPage, asked: Asked) -> impl IntoView {
    let Some(drawing) = page.drawing.clone() else {
        return view! { <div class="map-stage empty-stage"><p class="quiet">{none(&page)}</p></div> }
            .into_any();
    };
    let element = NodeRef::<html::Div>::new();
    let map = MapControl::new();
    let ready = RwSignal::new(false);
    if let Some(script) = page.script.clone() {
        let (code, options) = (page.code.clone(), page.options.clone());
        let told = listener(code, asked);
        Effect::new(move |_| {
            let Some(element) = element.get() else { return };
            let options = with_view(
                &options,
                &asked.selected.get_untracked(),
                &asked.at.get_untracked(),
            );
            let (script, told) = (script.clone(), told.clone());
            spawn_local(async move {
                let element: web_sys::HtmlElement = element.unchecked_into();
                match Live::mount(&script, element, &options, told).await {
                    Ok(live) => {
                        map.set(live);
                        _ = ready.try_set(true);
                    }
                    // The picture stays, and everything it can do.
                    Err(error) => leptos::logging::warn!("no live map: {error:?}"),
                }
            });
        });
        // Back and forward choose on the map too.
        Effect::new(move |_| {
            let selected = asked.selected.get();
            if ready.get() {
                map.select((!selected.is_empty()).then_some(selected.as_str()));
            }
        });
    }
    let options = page.options.clone();
    let basemap = options.contains("\"basemap\"");
    let name = page.name.clone();
    let sign = if page.on.is_some() { '&' } else { '?' };
    let data = format!("/map/data/{}.geojson{}{sign}download", page.code, page.day());
    view! {
        <div class="map-stage">
            {page.legend.is_some().then(|| view! { <Patterns/> })}
            <div class="map" id="map" role="group" aria-label=format!("{}的地图", page.name) node_ref=element
                data-module=page.script.clone() data-options=options>
                <Picture drawing legend=page.legend.clone()/>
            </div>
            <Show when=move || ready.get()><Doings map basemap name=name.clone()/></Show>
            <div class="map-foot">
                {page.legend.clone().map(|legend| view! { <Classes legend/> })}
                {page.mark().map(|mark| view! { <p class="map-mark">{mark}</p> })}
            </div>
            <Out data=data map ready name=page.name.clone()/>
        </div>
    }
    .into_any()
}

/// Why there is no map.
fn none(page: &MapPage) -> &'static str {
    match page.terms {
        Terms::Nothing if page.on.is_some() => "那一天这里还没有边界。",
        Terms::Hidden => "边界还没有审图号，登录的工作人员可以看到自己负责的范围。",
        _ => "这里还没有边界。下面的表里可以继续往下看。",
    }
}

/// What the adapter is told, with what the address says: the selection and the view.
fn with_view(options: &str, selected: &str, at: &str) -> String {
    let Ok(mut options) = serde_json::from_str::<serde_json::Value>(options) else {
        return options.to_owned();
    };
    if !selected.is_empty() {
        options["selected"] = selected.into();
    }
    let numbers: Vec<f64> = at
        .split(',')
        .filter_map(|number| number.parse().ok())
        .filter(|n: &f64| n.is_finite())
        .collect();
    if let [lon, lat, zoom] = numbers.as_slice() {
        options["view"] = serde_json::json!({ "lon": lon, "lat": lat, "zoom": zoom });
    }
    options.to_string()
}

/// What becomes of what happens on the map: the address changes, and the page follows the address.
fn listener(code: String, asked: Asked) -> impl Fn(Happening) + Clone + 'static {
    let go = use_navigate();
    let toasts = use_toasts();
    move |happening| match happening {
        Happening::Selected(chosen) => {
            let chosen = chosen.unwrap_or_default();
            if asked
                .selected
                .try_get_untracked()
                .is_some_and(|selected| selected != chosen)
            {
                go(
                    &asked.address(&code, &chosen, &asked.at.get_untracked()),
                    staying(false),
                );
            }
        }
        Happening::Drilled(into) => go(&asked.address(&into, "", ""), NavigateOptions::default()),
        Happening::Looked(at) => {
            if let Some(selected) = asked.selected.try_get_untracked() {
                go(&asked.address(&code, &selected, &at), staying(true));
            }
        }
        Happening::Located { lon, lat } => {
            let go = go.clone();
            spawn_local(async move {
                match api::at(lon, lat).await {
                    Ok(Some(found)) => {
                        toasts.done(format!("您在{}", found.name));
                        go(&asked.address(&found.map, &found.code, ""), staying(false));
                    }
                    Ok(None) => toasts.failed("您现在的位置不在已有的网格里，可以在上面按名称找。"),
                    Err(error) => toasts.failed(error.message()),
                }
            });
        }
        Happening::Problem(words) => toasts.failed(words),
    }
}

/// What only the live map can do.
#[component]
fn Doings(map: MapControl, basemap: bool, name: String) -> impl IntoView {
    let base = basemap.then(|| {
        let shown = RwSignal::new("vec");
        let choices = [("none", "不要底图"), ("vec", "地图"), ("img", "影像")];
        let buttons = choices
            .map(|(kind, label)| {
                view! {
                    <button type="button" aria-pressed=move || (shown.get() == kind).to_string()
                        on:click=move |_| { shown.set(kind); map.set_basemap(kind); }>{label}</button>
                }
            })
            .collect_view();
        view! { <div class="map-bases" role="group" aria-label="底图">{buttons}</div> }
    });
    view! {
        <div class="map-doings no-print" role="group" aria-label=format!("{name}地图的操作")>
            <button type="button" aria-label="放大" on:click=move |_| map.zoom_by(1)><Icon name=Glyph::Add/></button>
            <button type="button" aria-label="缩小" on:click=move |_| map.zoom_by(-1)><Icon name=Glyph::Less/></button>
            <button type="button" aria-label="看全部" on:click=move |_| map.fit()><Icon name=Glyph::Map/></button>
            <button type="button" aria-label="我的位置" on:click=move |_| map.locate()><Icon name=Glyph::Locate/></button>
            <button type="button" aria-label="全屏" on:click=move |_| map.fullscreen()><Icon name=Glyph::FullScreen/></button>
        </div>
        {base}
    }
}

/// Ways to take the map along: printed, as data, as a picture.
#[component]
fn Out(data: String, map: MapControl, ready: RwSignal<bool>, name: String) -> impl IntoView {
    let busy = RwSignal::new(false);
    let toasts = use_toasts();
    let file = format!("{name}地图.png");
    let picture = move |_| {
        let file = file.clone();
        busy.set(true);
        spawn_local(async move {
            match map.png().await {
                Some(address) => download(&address, &file),
                None => toasts.failed("图片没有做成，请再试一次，或者改用打印。"),
            }
            _ = busy.try_set(false);
        });
    };
    view! {
        <div class="map-out no-print">
            <a href=data rel="external" download=""><Icon name=Glyph::Download/>"数据（GeoJSON）"</a>
            <Show when=move || ready.get()>
                <button type="button" aria-busy=move || busy.get().then_some("true") on:click=picture.clone()>
                    <Icon name=Glyph::Image/>"图片（PNG）"
                </button>
                <button type="button" on:click=|_| { _ = window().print(); }><Icon name=Glyph::Print/>"打印"</button>
            </Show>
        </div>
    }
}

/// Hands the browser a file to keep.
fn download(address: &str, file: &str) {
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|a| a.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(address);
        link.set_download(file);
        link.click();
    }
    // Fails only for what is no such address.
    _ = web_sys::Url::revoke_object_url(address);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_tells_the_adapter_where_to_look() {
        let told = |selected, at| {
            serde_json::from_str::<serde_json::Value>(&with_view("{\"node\":\"1\"}", selected, at)).unwrap()
        };
        let full = told("320581001", "120.74,31.65,12.5");
        assert_eq!(full["selected"], "320581001");
        assert_eq!(full["view"]["zoom"], 12.5);
        for garbage in ["", "1,2", "a,b,c", "NaN,1,2", "1,2,3,4", "../"] {
            assert!(told("", garbage).get("view").is_none(), "{garbage}");
        }
        assert_eq!(with_view("no json", "1", ""), "no json");
    }
}
