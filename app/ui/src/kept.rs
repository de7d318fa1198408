//! Work that the server does not have yet, kept on this device as text: a page that is closed, reloaded or killed for want of memory does
//! not take it along.
//!
//! Whoever keeps something forgets it as soon as the server has it, and asks its person before putting it to use when the page opens
//! again. It is bound to who made it, waits through a session that has run out, and goes when they sign out ([`forget_all`]).
//! Whole writes that need nothing but a signal belong into the [outbox](crate::outbox) instead.

use leptos::prelude::window;
use shared::UserId;
use web_sys::Storage;

/// What all keys begin with.
const BEGINNING: &str = "linli-kept/";

fn key(owner: UserId, what: &str) -> String {
    format!("{BEGINNING}{owner}/{what}")
}

/// None where a browser blocks it.
fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// The keys of all that is kept, in one order: a browser has none.
fn keys(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or_default();
    let mut keys: Vec<String> = (0..count)
        .filter_map(|number| storage.key(number).ok().flatten())
        .filter(|key| key.starts_with(BEGINNING))
        .collect();
    keys.sort_unstable();
    keys
}

/// Keeps `text` under `what`, in place of what was there. Whether the device took it: one without storage, or that is full, does not.
pub fn keep(owner: UserId, what: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&key(owner, what), text).is_ok())
}

/// What `owner` has kept under whatever begins with `beginning`, each with what it is kept under.
pub fn find(owner: UserId, beginning: &str) -> Vec<(String, String)> {
    let (all, own) = (key(owner, ""), key(owner, beginning));
    let Some(storage) = storage() else {
        return Vec::new();
    };
    keys(&storage)
        .into_iter()
        .filter(|key| key.starts_with(&own))
        .filter_map(|key| {
            let text = storage.get_item(&key).ok().flatten()?;
            Some((key.strip_prefix(&all)?.to_owned(), text))
        })
        .collect()
}

/// Forgets it: the server has it, or nobody wants it.
pub fn forget(owner: UserId, what: &str) {
    if let Some(storage) = storage() {
        // Fails only where there is nothing that could be kept either.
        _ = storage.remove_item(&key(owner, what));
    }
}

/// Forgets everybody's: at sign-out, for the device may be another's next.
pub fn forget_all() {
    let Some(storage) = storage() else { return };
    for key in keys(&storage) {
        _ = storage.remove_item(&key);
    }
}
