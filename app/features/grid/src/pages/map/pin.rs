//! A small map in a form, on which a place is pointed at: it lies under the needle in the middle. What is pressed comes there; so does what
//! the arrow keys bring, and Enter takes it. Its code, its script and its data are fetched when it is opened; without script there is none.

use std::{pin::Pin, sync::Arc};

use leptos::{ev::MouseEvent, html, prelude::*, task::spawn_local};
use ui::{Button, Glyph, Icon, Notice, Tone, use_toasts};
use wasm_bindgen::JsCast;

use super::adapter::{Happening, Live, MapControl, Start};
use crate::{api, layers::MapLayers, model::MapPage};

/// What makes the map, once its code and its data are there.
type Stage = Arc<dyn Fn(Callback<(f64, f64)>) -> AnyView + Send + Sync>;

/// The data on its way; or in words why there is none.
type Opening = Pin<Box<dyn Future<Output = Result<Stage, String>>>>;

/// The layer by which one finds one's way where there is no base map.
const POINTS: &str = "points";
const NONE: &str = "这里还没有可以点的地图。请搜小区或者社区，或者用现在的位置。";
const BROKEN: &str = "现在打不开地图，请检查网络再试；也可以搜小区或者社区。";

/// A button that opens the map of the unit `code`, or of the viewer's own place if that is empty.
#[component]
pub fn PinMap(
    #[prop(into)] code: Signal<String>,
    /// Takes longitude and latitude in degrees.
    on_place: Callback<(f64, f64)>,
) -> impl IntoView {
    let (scripted, busy) = (RwSignal::new(false), RwSignal::new(false));
    let stage = RwSignal::new(None::<Stage>);
    let trouble = RwSignal::new(None::<String>);
    Effect::new(move |_| scripted.set(true));
    let press = Callback::new(move |_: MouseEvent| {
        trouble.set(None);
        if stage.with_untracked(Option::is_some) {
            stage.set(None);
            return;
        }
        busy.set(true);
        let code = code.get_untracked();
        spawn_local(async move {
            let opened = chunk::stage(code).await;
            // The page may be gone by now.
            _ = busy.try_set(false);
            match opened {
                Ok(opened) => _ = stage.try_set(Some(opened)),
                Err(words) => _ = trouble.try_set(Some(words)),
            }
        });
    });
    view! {
        <Show when=move || scripted.get()>
            <div class="buttons">
                <button type="button" class="button plain" aria-expanded=move || stage.with(Option::is_some).to_string()
                    aria-busy=move || busy.get().then_some("true") on:click=move |event| press.run(event)>
                    <Icon name=Glyph::Map/>"在地图上指"
                </button>
            </div>
        </Show>
        {move || trouble.get().map(|words| view! { <Notice tone=Tone::Due live=true>{words}</Notice> })}
        {move || stage.get().map(|make| make(on_place))}
    }
}

/// In the chunk of the map's page, with all that it reads: most who report something open no map.
#[cfg(target_arch = "wasm32")]
mod chunk {
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    use super::{BROKEN, Opening, Stage};

    pub async fn stage(code: String) -> Result<Stage, String> {
        match load(code).await {
            Ok(opening) => opening.await,
            Err(_) => Err(BROKEN.to_owned()),
        }
    }

    #[wasm_split(pin_map, wasm_split_path = leptos::wasm_split, fallible)]
    fn load(code: String) -> Result<Opening, SplitLoaderError> {
        Ok(super::open(code))
    }
}

/// The server opens none: effects and presses are the browser's.
#[cfg(not(target_arch = "wasm32"))]
mod chunk {
    use super::Stage;

    pub async fn stage(code: String) -> Result<Stage, String> {
        super::open(code).await
    }
}

fn open(code: String) -> Opening {
    Box::pin(async move {
        let code = if code.is_empty() {
            let home = api::home().await.map_err(|error| error.message())?;
            home.ok_or_else(|| NONE.to_owned())?
        } else {
            code
        };
        let page = api::map(code, String::new(), String::new()).await;
        let page = page.map_err(|error| error.message())?;
        if page.picture.is_none() || page.script.is_none() {
            return Err(NONE.to_owned());
        }
        let stage: Stage = Arc::new(move |on_place| {
            let page = page.clone();
            view! { <Pointing page on_place/> }.into_any()
        });
        Ok(stage)
    })
}

#[component]
fn Pointing(page: MapPage, on_place: Callback<(f64, f64)>) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let (map, ready) = (MapControl::new(), RwSignal::new(false));
    let take = Callback::new(move |()| {
        if let Some(place) = map.middle() {
            on_place.run(place);
        }
    });
    mount(
        element,
        page.script.clone().unwrap_or_default(),
        page.options.clone(),
        map,
        ready,
        take,
    );
    let drawn = page.picture.clone().unwrap_or_default();
    let label = format!("{}的地图：方向键挪地图，按回车选正中的位置", page.name);
    let pressed = Callback::new(move |_: MouseEvent| take.run(()));
    view! {
        <section class="map-pin stack no-print" aria-label="在地图上指出位置">
            <p class="small">"挪一下地图，或者直接按那个地方，让针尖落在上面，再按“就在这里”。"</p>
            <div class="map-stage">
                <div class="map" role="group" aria-label=label node_ref=element aria-busy=move || (!ready.get()).then_some("true")>
                    <div class="map-picture" inner_html=drawn></div>
                    <span class="map-needle" aria-hidden="true"><Icon name=Glyph::Pin/></span>
                </div>
                <div class="map-doings" role="group" aria-label="放大和缩小">
                    <button type="button" aria-label="放大" on:click=move |_| map.zoom_by(1)><Icon name=Glyph::Add/></button>
                    <button type="button" aria-label="缩小" on:click=move |_| map.zoom_by(-1)><Icon name=Glyph::Less/></button>
                </div>
                {page.mark().map(|mark| view! { <div class="map-foot"><p class="map-mark">{mark}</p></div> })}
            </div>
            <div class="buttons"><Button icon=Glyph::Pin on_click=pressed>"就在这里"</Button></div>
        </section>
    }
}

/// The points of interest as the map adapter wants them; nothing where the application has none.
fn points() -> String {
    let points = MapLayers::current().iter().find(|layer| layer.code == POINTS);
    // Codes and addresses are the code's own words, in which nothing needs an escape.
    points.map_or_else(
        || "[]".to_owned(),
        |layer| format!(r#"[{{"code":"{}","tiles":"{}"}}]"#, layer.code, layer.tiles),
    )
}

fn mount(
    element: NodeRef<html::Div>,
    script: String,
    options: String,
    map: MapControl,
    ready: RwSignal<bool>,
    take: Callback<()>,
) {
    let (toasts, layers) = (use_toasts(), points());
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let (script, options, layers) = (script.clone(), options.clone(), layers.clone());
        spawn_local(async move {
            let element: web_sys::HtmlElement = element.unchecked_into();
            let start = Start {
                options,
                selected: String::new(),
                at: String::new(),
            };
            let told = move |happening| match happening {
                Happening::Pinned => _ = take.try_run(()),
                Happening::Problem(words) => toasts.failed(words),
                _ => {}
            };
            match Live::mount(&script, element, &start, told).await {
                Ok(live) => {
                    map.set(live);
                    map.pin_mode();
                    map.set_layers(&layers);
                    _ = ready.try_set(true);
                }
                Err(error) => {
                    leptos::logging::warn!("no map to point at: {error:?}");
                    toasts.failed(BROKEN);
                }
            }
        });
    });
}
