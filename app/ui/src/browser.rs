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

/// Has `window.linli.NAME(root)` bring `root` to life.
pub(crate) fn bring(name: &str, root: &web_sys::HtmlElement) {
    let linli = js_sys::Reflect::get(&window(), &"linli".into()).unwrap_or_default();
    let found = js_sys::Reflect::get(&linli, &name.into()).unwrap_or_default();
    if let Some(function) = found.dyn_ref::<js_sys::Function>() {
        _ = function.call1(&linli, root);
    }
}

/// A text in the detail of a `CustomEvent`.
pub(crate) fn detail(event: &web_sys::Event, name: &str) -> Option<String> {
    let detail = event.dyn_ref::<web_sys::CustomEvent>()?.detail();
    js_sys::Reflect::get(&detail, &name.into()).ok()?.as_string()
}

/// A whole number in the detail of a `CustomEvent`.
pub(crate) fn detail_number(event: &web_sys::Event, name: &str) -> Option<i64> {
    let detail = event.dyn_ref::<web_sys::CustomEvent>()?.detail();
    let number = js_sys::Reflect::get(&detail, &name.into()).ok()?.as_f64()?;
    // JavaScript counts whole numbers exactly up to 2^53.
    Some(number as i64)
}

/// Has the server's events of `topics` after the one numbered `after` sent to this window, as `linli:event`, for as long
/// as the owner that asks lives.
pub(crate) fn listen_to_server(topics: &[String], after: i64) {
    let Some(stop) = start_listening(topics, after) else {
        return;
    };
    // A JavaScript function stays in its thread, and clean-up asks for what may leave it: it holds the key only.
    let stop = StoredValue::new_local(stop);
    on_cleanup(move || {
        _ = stop.try_with_value(|stop| stop.call0(&JsValue::NULL));
    });
}

fn start_listening(topics: &[String], after: i64) -> Option<js_sys::Function> {
    let linli = js_sys::Reflect::get(&window(), &"linli".into()).ok()?;
    let listen: js_sys::Function = js_sys::Reflect::get(&linli, &"listen".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let topics: js_sys::Array = topics.iter().map(|topic| JsValue::from_str(topic)).collect();
    // JavaScript counts whole numbers exactly up to 2^53.
    let after = JsValue::from_f64(after as f64);
    listen.call2(&linli, &topics, &after).ok()?.dyn_into().ok()
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
