//! The map adapter of app/js as Rust sees it.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{CustomEvent, HtmlElement};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = linli, js_name = load, catch)]
    async fn load(url: &str) -> Result<JsValue, JsValue>;

    type MapModule;
    #[wasm_bindgen(method, js_name = mountMap, catch)]
    fn mount_map(
        this: &MapModule,
        element: &HtmlElement,
        options: &str,
        selected: &str,
        at: &str,
    ) -> Result<MapHandle, JsValue>;

    /// The live map; each method may be called at any time, before the data has come too.
    pub type MapHandle;
    #[wasm_bindgen(method)]
    fn select(this: &MapHandle, code: Option<&str>);
    #[wasm_bindgen(method, js_name = zoomBy)]
    fn zoom_by(this: &MapHandle, steps: i32);
    #[wasm_bindgen(method)]
    fn fit(this: &MapHandle);
    #[wasm_bindgen(method, js_name = setBasemap)]
    fn set_basemap(this: &MapHandle, kind: &str);
    #[wasm_bindgen(method, js_name = setLayers)]
    fn set_layers(this: &MapHandle, wanted: &str);
    #[wasm_bindgen(method, js_name = refreshLayer)]
    fn refresh_layer(this: &MapHandle, code: &str);
    #[wasm_bindgen(method, js_name = pinMode)]
    fn pin_mode(this: &MapHandle);
    #[wasm_bindgen(method)]
    fn middle(this: &MapHandle) -> String;
    #[wasm_bindgen(method)]
    fn locate(this: &MapHandle);
    #[wasm_bindgen(method)]
    fn fullscreen(this: &MapHandle) -> bool;
    #[wasm_bindgen(method, js_name = toPng, catch)]
    async fn to_png(this: &MapHandle) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn dispose(this: &MapHandle);
}

/// What the person did on the map, or what became of something they asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    Selected(Option<String>),
    Drilled(String),
    /// Longitude, latitude and zoom as they stand in the address.
    Looked(String),
    /// A thing in a layer was pressed.
    Opened {
        layer: String,
        id: String,
    },
    /// Where the person is, in degrees.
    Located {
        lon: f64,
        lat: f64,
    },
    /// The place in the middle was taken by the keyboard.
    Pinned,
    /// In words.
    Problem(String),
}

impl Happening {
    const NAMES: [&'static str; 7] = [
        "linli:select",
        "linli:open",
        "linli:drill",
        "linli:view",
        "linli:located",
        "linli:pin",
        "linli:problem",
    ];

    fn read(event: &CustomEvent) -> Option<Self> {
        let detail = event.detail();
        let member = |name: &str| js_sys::Reflect::get(&detail, &name.into()).ok();
        let text = |name: &str| member(name).and_then(|value| value.as_string());
        let number = |name: &str| member(name).and_then(|value| value.as_f64());
        match event.type_().as_str() {
            "linli:select" => Some(Self::Selected(text("code"))),
            "linli:open" => Some(Self::Opened {
                layer: text("layer")?,
                id: text("id")?,
            }),
            "linli:drill" => text("code").map(Self::Drilled),
            "linli:view" => {
                let (lon, lat, zoom) = (number("lon")?, number("lat")?, number("zoom")?);
                Some(Self::Looked(format!("{lon:.6},{lat:.6},{zoom:.2}")))
            }
            "linli:located" => Some(Self::Located {
                lon: number("lon")?,
                lat: number("lat")?,
            }),
            "linli:pin" => Some(Self::Pinned),
            "linli:problem" => text("message").map(Self::Problem),
            _ => None,
        }
    }
}

/// What a live map begins with.
pub struct Start {
    /// As JSON, from the server.
    pub options: String,
    /// The chosen part, empty for none.
    pub selected: String,
    /// `lon,lat,zoom` as in the address, or empty.
    pub at: String,
}

/// A live map in an element; dropping it gives the place back to the picture.
pub struct Live {
    handle: MapHandle,
    element: HtmlElement,
    listener: Closure<dyn Fn(CustomEvent)>,
}

impl Live {
    /// Loads the adapter and mounts the map. `told` hears what happens on it.
    ///
    /// # Errors
    /// What the browser says: the script cannot be fetched, or the map cannot be made.
    pub async fn mount(
        script: &str,
        element: HtmlElement,
        start: &Start,
        told: impl Fn(Happening) + 'static,
    ) -> Result<Self, JsValue> {
        let module: MapModule = load(script).await?.unchecked_into();
        let handle = module.mount_map(&element, &start.options, &start.selected, &start.at)?;
        let listener = Closure::<dyn Fn(CustomEvent)>::new(move |event: CustomEvent| {
            if let Some(happening) = Happening::read(&event) {
                told(happening);
            }
        });
        for name in Happening::NAMES {
            element.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref())?;
        }
        Ok(Self {
            handle,
            element,
            listener,
        })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        for name in Happening::NAMES {
            // Fails only if it was never there.
            _ = self
                .element
                .remove_event_listener_with_callback(name, self.listener.as_ref().unchecked_ref());
        }
        self.handle.dispose();
    }
}

/// The live map of a page, once there is one. Until then nothing it is told to do is done. What is JavaScript's is wrapped,
/// so that a page made on the server, where there is none, may be dropped on any thread.
#[derive(Clone, Copy)]
pub struct MapControl(StoredValue<Option<SendWrapper<Live>>>);

impl MapControl {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Puts the live map in its place; if the page is gone by now, it is taken away again.
    pub fn set(self, live: Live) {
        _ = self.0.try_set_value(Some(SendWrapper::new(live)));
    }

    fn with(self, act: impl FnOnce(&MapHandle)) {
        self.0.try_with_value(|place| {
            if let Some(live) = place {
                act(&live.handle);
            }
        });
    }

    pub fn select(self, code: Option<&str>) {
        self.with(|map| map.select(code));
    }

    pub fn zoom_by(self, steps: i32) {
        self.with(|map| map.zoom_by(steps));
    }

    pub fn fit(self) {
        self.with(MapHandle::fit);
    }

    pub fn set_basemap(self, kind: &str) {
        self.with(|map| map.set_basemap(kind));
    }

    /// `wanted` as JSON: a list of codes with the addresses of their tiles.
    pub fn set_layers(self, wanted: &str) {
        self.with(|map| map.set_layers(wanted));
    }

    pub fn refresh_layer(self, code: &str) {
        self.with(|map| map.refresh_layer(code));
    }

    /// From now on it points at the place in its middle.
    pub fn pin_mode(self) {
        self.with(MapHandle::pin_mode);
    }

    /// The place in the middle, longitude and latitude in degrees.
    pub fn middle(self) -> Option<(f64, f64)> {
        let at = self
            .0
            .try_with_value(|place| place.as_ref().map(|live| live.handle.middle()))??;
        let (lon, lat) = at.split_once(',')?;
        Some((lon.parse().ok()?, lat.parse().ok()?))
    }

    pub fn locate(self) {
        self.with(MapHandle::locate);
    }

    pub fn fullscreen(self) {
        self.with(|map| {
            map.fullscreen();
        });
    }

    /// A picture of what is seen, as an address of this page's own; `None` where none could be made.
    pub async fn png(self) -> Option<String> {
        let handle: MapHandle = self.0.try_with_value(|place| {
            place
                .as_ref()
                .map(|live| JsValue::from(&live.handle).unchecked_into())
        })??;
        let blob: web_sys::Blob = handle.to_png().await.ok()?.dyn_into().ok()?;
        web_sys::Url::create_object_url_with_blob(&blob).ok()
    }
}
