//! Files of a write that waits. They stay on the device as the browser has them, apart from the item, under the key of its form.
//!
//! An item that has some goes to a plain route of the server, never below `/api/`, as the form that it was; its route is told by the header
//! `outbox-user` that a device sends it, and answers with a status and an error as server functions do.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FormData};

use super::{NotKept, Outbox};

/// The field of a form that holds its key: the server does it once by that.
pub const KEY: &str = "key";

/// A random key (RFC 9562, version 4) from the browser's own generator: a page that the device has kept would bring an old one back.
pub fn fresh_key() -> Option<String> {
    let mut bytes = [0_u8; 16];
    window()
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(&mut bytes)
        .ok()?;
    Some(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// Keeps a form for the route `action` on the device, its files first; returns the id of its item.
///
/// # Errors
/// [`NotKept`] if the device could not keep all of it.
pub async fn keep(outbox: Outbox, action: &str, label: &str, form: &FormData) -> Result<String, NotKept> {
    let (fields, files) = parts(form).ok_or(NotKept)?;
    let key = fields.iter().find(|(name, _)| name == KEY);
    let key = key.map(|(_, key)| key.clone()).ok_or(NotKept)?;
    if files.length() > 0 {
        let kept = call("keepFiles", &[JsValue::from_str(&key), files.into()]).await;
        kept.ok_or(NotKept)?;
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    outbox.put(action, label, &fields).await
}

/// What was typed, and what was chosen.
fn parts(form: &FormData) -> Option<(Vec<(String, String)>, js_sys::Array)> {
    let mut fields = Vec::new();
    let files: js_sys::Array = js_sys::Array::new();
    for entry in js_sys::try_iter(form.entries().as_ref()).ok()?? {
        let entry: js_sys::Array = entry.ok()?.dyn_into().ok()?;
        let (name, value) = (entry.get(0).as_string()?, entry.get(1));
        if let Some(text) = value.as_string() {
            fields.push((name, text));
            continue;
        }
        // Where nothing was chosen the field holds a file without a name.
        let file: File = value.dyn_into().ok()?;
        if !file.name().is_empty() {
            files.push(&file);
        }
    }
    Some((fields, files))
}

/// What `window.linli.NAME(…)` resolves to; none if there is no such thing or it fails.
async fn call(name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let linli = js_sys::Reflect::get(&window(), &"linli".into()).ok()?;
    let function: js_sys::Function = js_sys::Reflect::get(&linli, &name.into()).ok()?.dyn_into().ok()?;
    let arguments: js_sys::Array = arguments.iter().collect();
    let promise: js_sys::Promise = function.apply(&linli, &arguments).ok()?.dyn_into().ok()?;
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}

/// Whether items for `path` are forms with files.
#[cfg(any(target_arch = "wasm32", test))]
pub(super) fn takes(path: &str) -> bool {
    !path.starts_with("/api/")
}

/// The fields of an item's body, as [`super::form`] wrote them.
#[cfg(any(target_arch = "wasm32", test))]
fn fields(body: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    body.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), plain(value)))
        .collect()
}

#[cfg(any(target_arch = "wasm32", test))]
fn key_of(fields: &[(String, String)]) -> Option<&str> {
    let key = fields.iter().find(|(name, _)| name == KEY);
    key.map(|(_, key)| key.as_str())
}

/// The form that `item` was, with its files; none while they cannot be read.
#[cfg(target_arch = "wasm32")]
pub(super) async fn form(item: &super::Item) -> Option<FormData> {
    let fields = fields(&item.body);
    let form = FormData::new().ok()?;
    for (name, value) in &fields {
        form.append_with_str(name, value).ok()?;
    }
    let kept = call("keptFiles", &[JsValue::from_str(key_of(&fields)?)]).await?;
    for file in js_sys::try_iter(&kept).ok()?? {
        let file: File = file.ok()?.dyn_into().ok()?;
        // Which field it was in follows from what it is.
        let field = if file.type_().starts_with("audio/") {
            shared::voice::FIELD
        } else {
            shared::photo::FIELD
        };
        form.append_with_blob_and_filename(field, &file, &file.name())
            .ok()?;
    }
    Some(form)
}

/// Forgets the files of `item`, if it has some.
#[cfg(target_arch = "wasm32")]
pub(super) async fn forget(item: &super::Item) {
    if takes(&item.path)
        && let Some(key) = key_of(&fields(&item.body))
    {
        // What stays because of a failure is of no form any more.
        call("forgetFiles", &[JsValue::from_str(key)]).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_as_it_was_written() {
        let read = fields("key=1%2Da&words=%E5%A5%BD%20%26&none=");
        assert_eq!(key_of(&read), Some("1-a"));
        assert_eq!(read[1], ("words".into(), "好 &".into()));
        assert_eq!(read[2], ("none".into(), String::new()));
        assert_eq!(key_of(&fields("")), None);
    }

    #[test]
    fn server_functions_take_no_files() {
        assert!(!takes("/api/v1/reports/send"));
        assert!(takes("/reports/send"));
    }
}
