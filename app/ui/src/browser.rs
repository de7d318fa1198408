//! The page's own script as Rust sees it: `window.linli` of app/js. Whatever is missing answers with nothing, for
//! every page works without that script too.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// What `window.linli.NAME()` returns; none if there is no such thing or it throws.
pub(crate) fn call(name: &str) -> Option<JsValue> {
    let linli = js_sys::Reflect::get(&window(), &"linli".into()).ok()?;
    let function: js_sys::Function = js_sys::Reflect::get(&linli, &name.into()).ok()?.dyn_into().ok()?;
    function.call0(&linli).ok()
}

/// `window.linli.NAME()`, waited for.
pub(crate) async fn call_async(name: &str) -> Option<JsValue> {
    let promise: js_sys::Promise = call(name)?.dyn_into().ok()?;
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}

/// A text in the detail of a `CustomEvent`.
pub(crate) fn detail(event: &web_sys::Event, name: &str) -> Option<String> {
    let detail = event.dyn_ref::<web_sys::CustomEvent>()?.detail();
    js_sys::Reflect::get(&detail, &name.into()).ok()?.as_string()
}

/// `<html data-NAME>`.
pub(crate) fn root_data(name: &str) -> Option<String> {
    document()
        .document_element()?
        .get_attribute(&format!("data-{name}"))
}

/// A small setting of this device; none where storage is blocked.
pub(crate) fn setting(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a small setting; where storage is blocked it lasts as long as the page.
pub(crate) fn keep_setting(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        _ = storage.set_item(key, value);
    }
}

/// Listens to an event of the window for as long as the component that asks lives.
pub(crate) fn listen(name: &'static str, heard: impl Fn(web_sys::Event) + 'static) {
    let handle = window_event_listener_untyped(name, heard);
    on_cleanup(move || handle.remove());
}
