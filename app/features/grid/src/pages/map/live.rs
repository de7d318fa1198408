//! The map itself: the picture, and the live map that takes its place with what can be done there.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{Glyph, Icon, use_toasts};
use wasm_bindgen::JsCast;

use super::{
    Asked,
    adapter::{Happening, Live, MapControl, Start},
    interest::{Doing, Interest},
    layers::{self, Layers},
};
use crate::{
    api,
    layers::MapLayers,
    model::{MapPage, Terms},
};

/// How a change of the address leaves the page where it is.
pub(super) fn staying(replace: bool) -> NavigateOptions {
    NavigateOptions {
        replace,
        scroll: false,
        ..NavigateOptions::default()
    }
}

#[component]
pub fn Stage(page: MapPage, asked: Asked) -> impl IntoView {
    let Some(drawn) = page.picture.clone() else {
        return view! { <div class="map-stage empty-stage"><p class="quiet">{none(&page)}</p></div> }
            .into_any();
    };
    let element = NodeRef::<html::Div>::new();
    let map = MapControl::new();
    let options = page.options.clone();
    let basemap = options.contains("\"basemap\"");
    // A picture has neither a base map nor layers nor another view than its own.
    let elsewhere = !asked.at.get_untracked().is_empty() || !asked.layers.get_untracked().is_empty();
    let interest = Interest::new(basemap || elsewhere);
    let told = listener(page.code.clone(), asked);
    let tapped = {
        let told = told.clone();
        move |event: leptos::ev::MouseEvent| {
            if !interest.ready.get_untracked()
                && let Some(code) = code_at(&event)
            {
                told(Happening::Selected(Some(code)));
            }
        }
    };
    if let Some(script) = page.script.clone() {
        mount(element, script, options.clone(), asked, map, interest, told);
    }
    let busy = RwSignal::new(false);
    let picture = picture(map, format!("{}地图.png", page.name), busy);
    interest.perform(move |doing| match doing {
        Doing::Nearer => map.zoom_by(1),
        Doing::Farther => map.zoom_by(-1),
        Doing::All => map.fit(),
        Doing::Here => map.locate(),
        Doing::FullScreen => map.fullscreen(),
        Doing::Picture => picture(),
    });
    let on = page.on;
    layers::keep(map, interest, asked, on);
    let (name, code) = (page.name.clone(), page.code.clone());
    let sign = if page.on.is_some() { '&' } else { '?' };
    let data = format!("/map/data/{}.geojson{}{sign}download", page.code, page.day());
    view! {
        <div class="map-stage" on:focusin=move |_| interest.rouse()>
            <div class="map" id="map" role="group" aria-label=format!("{}的地图", page.name) node_ref=element
                aria-busy=move || interest.waiting().then_some("true") on:pointerenter=move |_| interest.rouse() on:click=tapped
                data-module=page.script.clone() data-options=options>
                <div class="map-picture" inner_html=drawn></div>
            </div>
            <Show when=move || interest.scripted.get()>
                <Doings map interest basemap name=name.clone()/>
                <Layers asked code=code.clone() interest on/>
            </Show>
            <div class="map-foot">
                {page.key.clone().map(|key| view! { <div class="map-key" inner_html=key></div> })}
                {page.without.clone().map(|words| view! { <p class="map-mark">{words}</p> })}
                {page.mark().map(|mark| view! { <p class="map-mark">{mark}</p> })}
            </div>
            <Out data interest busy/>
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

/// Fetches the live map when it is wanted, and has it follow the address.
fn mount(
    element: NodeRef<html::Div>,
    script: String,
    options: String,
    asked: Asked,
    map: MapControl,
    interest: Interest,
    told: impl Fn(Happening) + Clone + 'static,
) {
    let toasts = use_toasts();
    // Who was there before the page listened has come in unheard.
    Effect::new(move |_| {
        if element
            .get()
            .is_some_and(|element| element.matches(":hover").unwrap_or(false))
        {
            interest.rouse();
        }
    });
    Effect::new(move |_| {
        let Some(element) = element.get().filter(|_| interest.wanted()) else {
            return;
        };
        let (script, options, told) = (script.clone(), options.clone(), told.clone());
        spawn_local(async move {
            let element: web_sys::HtmlElement = element.unchecked_into();
            let start = Start {
                options,
                selected: asked.selected.try_get_untracked().unwrap_or_default(),
                at: asked.at.try_get_untracked().unwrap_or_default(),
            };
            match Live::mount(&script, element, &start, told).await {
                Ok(live) => {
                    map.set(live);
                    interest.met();
                }
                // The picture stays, and everything it can do.
                Err(error) => {
                    leptos::logging::warn!("no live map: {error:?}");
                    if interest.failed() {
                        toasts.failed("现在打不开可以移动的地图，图和下面的表照常可用。请过一会儿再试。");
                    }
                }
            }
        });
    });
    // Back and forward choose on the map too.
    Effect::new(move |_| {
        let selected = asked.selected.get();
        if interest.ready.get() {
            map.select((!selected.is_empty()).then_some(selected.as_str()));
        }
    });
}

/// The code of the shape of the picture that was pressed.
fn code_at(event: &web_sys::MouseEvent) -> Option<String> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    target.get_attribute("data-code")
}

/// Makes a picture of what is seen, and hands it over as `file`.
fn picture(map: MapControl, file: String, busy: RwSignal<bool>) -> impl Fn() + 'static {
    let toasts = use_toasts();
    move || {
        let file = file.clone();
        busy.set(true);
        spawn_local(async move {
            match map.png().await {
                Some(address) => download(&address, &file),
                None => toasts.failed("图片没有做成，请再试一次，或者改用打印。"),
            }
            _ = busy.try_set(false);
        });
    }
}

/// What becomes of what happens on the map: the address changes, and the page follows the address.
fn listener(code: String, asked: Asked) -> impl Fn(Happening) + Clone + 'static {
    let go = use_navigate();
    let toasts = use_toasts();
    let offered = MapLayers::current();
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
        Happening::Opened { layer, id } => {
            let only = asked.only.try_get_untracked().unwrap_or_default();
            let opened = offered
                .iter()
                .find(|one| one.code == layer)
                .and_then(|one| one.opened(&id, &only));
            if let Some(address) = opened {
                go(&address, NavigateOptions::default());
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
        // Only a map on which a place is pointed at says so.
        Happening::Pinned => {}
        Happening::Problem(words) => toasts.failed(words),
    }
}

/// What only the live map can do.
#[component]
fn Doings(map: MapControl, interest: Interest, basemap: bool, name: String) -> impl IntoView {
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
            <button type="button" aria-label="放大" on:click=move |_| interest.want(Doing::Nearer)><Icon name=Glyph::Add/></button>
            <button type="button" aria-label="缩小" on:click=move |_| interest.want(Doing::Farther)><Icon name=Glyph::Less/></button>
            <button type="button" aria-label="看全部" on:click=move |_| interest.want(Doing::All)><Icon name=Glyph::Map/></button>
            <button type="button" aria-label="我的位置" on:click=move |_| interest.want(Doing::Here)><Icon name=Glyph::Locate/></button>
            <button type="button" aria-label="全屏" on:click=move |_| interest.want(Doing::FullScreen)><Icon name=Glyph::FullScreen/></button>
        </div>
        {base}
    }
}

/// Ways to take the map along: printed, as data, as a picture.
#[component]
fn Out(data: String, interest: Interest, busy: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="map-out no-print">
            <a href=data rel="external" download=""><Icon name=Glyph::Download/>"数据（GeoJSON）"</a>
            <Show when=move || interest.scripted.get()>
                <button type="button" aria-busy=move || busy.get().then_some("true") on:click=move |_| interest.want(Doing::Picture)>
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
