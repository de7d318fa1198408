//! The script for drawing as Rust sees it.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{CustomEvent, HtmlElement};

use crate::model::{
    Place,
    border::Border,
    coverage::{Coverage, Op, same_ground},
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = linli, js_name = load, catch)]
    async fn load(url: &str) -> Result<JsValue, JsValue>;

    type EditModule;
    #[wasm_bindgen(method, js_name = mountEditor, catch)]
    fn mount_editor(this: &EditModule, element: &HtmlElement, options: &str) -> Result<EditHandle, JsValue>;

    type EditHandle;
    #[wasm_bindgen(method, js_name = setShapes)]
    fn set_shapes(this: &EditHandle, json: &str);
    #[wasm_bindgen(method, js_name = setTrouble)]
    fn set_trouble(this: &EditHandle, lon: Option<f64>, lat: Option<f64>);
    #[wasm_bindgen(method, js_name = setSnap)]
    fn set_snap(this: &EditHandle, lon: Option<f64>, lat: Option<f64>);
    #[wasm_bindgen(method, js_name = setPoint)]
    fn set_point(this: &EditHandle, lon: Option<f64>, lat: Option<f64>);
    #[wasm_bindgen(method)]
    fn show(this: &EditHandle, lon: f64, lat: f64);
    #[wasm_bindgen(method, js_name = setMode)]
    fn set_mode(this: &EditHandle, mode: &str);
    #[wasm_bindgen(method)]
    fn select(this: &EditHandle, code: Option<&str>);
    #[wasm_bindgen(method)]
    fn finish(this: &EditHandle);
    #[wasm_bindgen(method, js_name = undoPoint)]
    fn undo_point(this: &EditHandle);
    #[wasm_bindgen(method, js_name = zoomBy)]
    fn zoom_by(this: &EditHandle, steps: i32);
    #[wasm_bindgen(method)]
    fn fit(this: &EditHandle);
    #[wasm_bindgen(method, js_name = fitUnits)]
    fn fit_units(this: &EditHandle);
    #[wasm_bindgen(method)]
    fn dispose(this: &EditHandle);
}

/// What the person does on the map.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A corner was moved, put in or taken out.
    Did(Op),
    /// A corner was let go beside another one or a side: laid onto that, or as it was let go.
    Snapped {
        join: Op,
        plain: Op,
    },
    /// What it would be if the finger let go now.
    Trying(Op),
    /// As [`Happening::Trying`], of what would be [`Happening::Snapped`].
    Nearing {
        join: Op,
        plain: Op,
    },
    /// A line or an area was drawn.
    Drawn(Vec<Place>),
    /// One is being drawn: its corners so far.
    Sketching(Vec<Place>),
    Selected(Option<String>),
    /// The keyboard is at a corner.
    At {
        number: usize,
        of: usize,
        place: Place,
    },
    GaveUp,
}

const NAMES: [&str; 7] = [
    "linli:edit-op",
    "linli:edit-try",
    "linli:edit-drawn",
    "linli:edit-sketch",
    "linli:edit-select",
    "linli:edit-cursor",
    "linli:edit-escape",
];

impl Happening {
    fn read(event: &CustomEvent) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Drawn {
            points: Vec<[i32; 2]>,
        }
        let detail = event.detail();
        let member = |name: &str| js_sys::Reflect::get(&detail, &name.into()).ok();
        let text = |name: &str| member(name).and_then(|value| value.as_string());
        let number = |name: &str| member(name).and_then(|value| value.as_f64());
        let op = |name: &str| -> Option<Op> { serde_json::from_str(&text(name)?).ok() };
        let places = || -> Option<Vec<Place>> {
            let drawn: Drawn = serde_json::from_str(&text("json")?).ok()?;
            let place = |[lon, lat]: [i32; 2]| Place { lon, lat };
            Some(drawn.points.into_iter().map(place).collect())
        };
        match event.type_().as_str() {
            "linli:edit-op" => {
                let plain = op("json")?;
                Some(match op("join") {
                    Some(join) => Self::Snapped { join, plain },
                    None => Self::Did(plain),
                })
            }
            "linli:edit-try" => {
                let plain = op("json")?;
                Some(match op("join") {
                    Some(join) => Self::Nearing { join, plain },
                    None => Self::Trying(plain),
                })
            }
            "linli:edit-drawn" => Some(Self::Drawn(places()?)),
            "linli:edit-sketch" => Some(Self::Sketching(places()?)),
            "linli:edit-select" => Some(Self::Selected(text("code"))),
            "linli:edit-cursor" => Some(Self::At {
                number: number("number")? as usize,
                of: number("of")? as usize,
                place: Place {
                    lon: number("lon")? as i32,
                    lat: number("lat")? as i32,
                },
            }),
            "linli:edit-escape" => Some(Self::GaveUp),
            _ => None,
        }
    }
}

/// The map in its element; dropping it takes it away.
struct Live {
    handle: EditHandle,
    element: HtmlElement,
    listener: Closure<dyn Fn(CustomEvent)>,
}

impl Drop for Live {
    fn drop(&mut self) {
        for name in NAMES {
            // Fails only if it was never there.
            _ = self
                .element
                .remove_event_listener_with_callback(name, self.listener.as_ref().unchecked_ref());
        }
        self.handle.dispose();
    }
}

/// The map of a page that can be drawn on, once there is one. What is JavaScript's is wrapped, so that a page made on the server, where there is
/// none, may be dropped on any thread.
#[derive(Clone, Copy)]
pub struct EditMap(StoredValue<Option<SendWrapper<Live>>>);

impl EditMap {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Fetches the script and mounts the map. `told` hears what happens on it.
    ///
    /// # Errors
    /// What the browser says: the script cannot be fetched, or the map cannot be made.
    pub async fn mount(
        self,
        script: &str,
        element: HtmlElement,
        options: &str,
        told: impl Fn(Happening) + 'static,
    ) -> Result<(), JsValue> {
        let module: EditModule = load(script).await?.unchecked_into();
        let handle = module.mount_editor(&element, options)?;
        let listener = Closure::<dyn Fn(CustomEvent)>::new(move |event: CustomEvent| {
            if let Some(happening) = Happening::read(&event) {
                told(happening);
            }
        });
        for name in NAMES {
            element.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref())?;
        }
        let live = Live {
            handle,
            element,
            listener,
        };
        // If the page is gone by now, it is taken away again.
        _ = self.0.try_set_value(Some(SendWrapper::new(live)));
        Ok(())
    }

    fn with(self, act: impl FnOnce(&EditHandle)) {
        self.0.try_with_value(|place| {
            if let Some(live) = place {
                act(&live.handle);
            }
        });
    }

    /// Shows the coverage, with the parts told apart that are not as in `begun`.
    pub fn show_coverage(self, coverage: &Coverage, begun: &Coverage) {
        #[derive(Serialize)]
        struct Part<'a> {
            code: &'a str,
            name: &'a str,
            border: &'a Border,
            changed: bool,
        }
        #[derive(Serialize)]
        struct Shapes<'a> {
            outline: &'a Border,
            units: Vec<Part<'a>>,
            gaps: Border,
            /// What is drawn snaps onto the outline too.
            snaps: bool,
        }
        let units = coverage.units().iter().map(|unit| {
            let before = begun.unit(&unit.code);
            Part {
                code: &unit.code,
                name: &unit.name,
                border: &unit.border,
                changed: before.is_none_or(|before| !same_ground(&before.border, &unit.border)),
            }
        });
        let shapes = Shapes {
            outline: coverage.outline(),
            units: units.collect(),
            gaps: Border(coverage.gaps().to_vec()),
            snaps: true,
        };
        if let Ok(json) = serde_json::to_string(&shapes) {
            self.with(|map| map.set_shapes(&json));
        }
    }

    /// Shows one outline, which can be changed, on the ground around it.
    pub fn show_outline(self, around: &Border, code: &str, name: &str, outline: &Border) {
        let units = if outline.0.is_empty() {
            serde_json::json!([])
        } else {
            serde_json::json!([{ "code": code, "name": name, "border": outline, "changed": false }])
        };
        let shapes = serde_json::json!({ "outline": around, "units": units, "gaps": [] });
        self.with(|map| map.set_shapes(&shapes.to_string()));
    }

    /// Marks where something stands that has no outline.
    pub fn point(self, place: Option<Place>) {
        let lon = place.map(|place| f64::from(place.lon));
        let lat = place.map(|place| f64::from(place.lat));
        self.with(|map| map.set_point(lon, lat));
    }

    /// Brings what can be changed into view, or all if there is nothing yet.
    pub fn fit_units(self) {
        self.with(EditHandle::fit_units);
    }

    pub fn trouble(self, place: Option<Place>) {
        let lon = place.map(|place| f64::from(place.lon));
        let lat = place.map(|place| f64::from(place.lat));
        self.with(|map| map.set_trouble(lon, lat));
    }

    /// Marks what a corner would be laid onto.
    pub fn snap(self, place: Option<Place>) {
        let lon = place.map(|place| f64::from(place.lon));
        let lat = place.map(|place| f64::from(place.lat));
        self.with(|map| map.set_snap(lon, lat));
    }

    pub fn show(self, place: Place) {
        self.with(|map| map.show(f64::from(place.lon), f64::from(place.lat)));
    }

    pub fn mode(self, mode: &str) {
        self.with(|map| map.set_mode(mode));
    }

    pub fn select(self, code: Option<&str>) {
        self.with(|map| map.select(code));
    }

    pub fn finish(self) {
        self.with(EditHandle::finish);
    }

    pub fn undo_point(self) {
        self.with(EditHandle::undo_point);
    }

    /// Gives the map the keyboard, and brings it into view.
    pub fn focus(self) {
        self.0.try_with_value(|place| {
            if let Some(live) = place {
                // Fails only where the element is gone.
                _ = live.element.focus();
            }
        });
    }

    pub fn zoom_by(self, steps: i32) {
        self.with(|map| map.zoom_by(steps));
    }

    pub fn fit(self) {
        self.with(EditHandle::fit);
    }
}
