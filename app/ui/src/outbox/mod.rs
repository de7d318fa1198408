//! The device's outbox: writes made without a signal, sent when there is one.
//!
//! Invariants: an item has an id made once, and the server does it once by that id (`Idempotency-Key`). An item is
//! bound to the person who made it; nobody else's session sends it, and it waits through sign-out and updates until
//! they are back. Items do not depend on each other's order: one that the server cannot take yet lets the others pass.
//! The same write is kept once: what waits word for word is not kept again.
//! It is sent when a page opens, when the signal comes back, when the page becomes visible, and by a timer: there is
//! no background sync on iOS and no service worker inside WeChat there.
//!
//! Files of a form wait beside its item ([`files`]).

pub mod files;
pub mod policy;
#[cfg(target_arch = "wasm32")]
mod run;
#[cfg(target_arch = "wasm32")]
mod sender;
mod status;
#[cfg(target_arch = "wasm32")]
mod store;

use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use shared::UserId;

pub use policy::{Item, State};
pub use status::OutboxStatus;
pub(crate) use status::WaitingItem;

/// The item could not be kept on the device: it has no storage, it is full, or nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKept;

impl std::fmt::Display for NotKept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("这台设备存不下了，请先不要关掉这一页，有网络后再送一次。")
    }
}

impl std::error::Error for NotKept {}

/// The outbox of this device, as the person signed in sees it.
#[derive(Clone, Copy)]
pub struct Outbox {
    items: RwSignal<Vec<Item>>,
    /// The person signed in.
    user: Signal<Option<UserId>>,
    running: RwSignal<bool>,
    /// What the server has taken since the page opened.
    sent: RwSignal<Vec<String>>,
}

/// Starts the outbox; call once, in the application's root.
pub fn provide_outbox(user: Signal<Option<UserId>>) -> Outbox {
    let outbox = Outbox {
        items: RwSignal::new(Vec::new()),
        user,
        running: RwSignal::new(false),
        sent: RwSignal::new(Vec::new()),
    };
    provide_context(outbox);
    #[cfg(target_arch = "wasm32")]
    run::start(outbox);
    outbox
}

/// The outbox that [`provide_outbox`] started.
pub fn use_outbox() -> Option<Outbox> {
    use_context()
}

impl Outbox {
    /// The person's own items, the oldest first.
    pub fn items(self) -> Vec<Item> {
        let user = self.user.get();
        let mut own: Vec<Item> = self.items.with(|items| {
            items
                .iter()
                .filter(|item| Some(item.owner) == user)
                .cloned()
                .collect()
        });
        own.sort_by(|a, b| (a.made_at_ms, &a.id).cmp(&(b.made_at_ms, &b.id)));
        own
    }

    /// The person's write of `fields` to `path`, while it is on this device: what it is about can say so.
    pub fn find(self, path: &str, fields: &[(&str, &str)]) -> Option<Item> {
        let (user, body) = (self.user.get(), form(fields));
        self.items.with(|items| {
            items
                .iter()
                .find(|item| Some(item.owner) == user && item.path == path && item.body == body)
                .cloned()
        })
    }

    /// Whether the server has taken the item `id` since the page opened.
    pub fn has_sent(self, id: &str) -> bool {
        self.sent.with(|sent| sent.iter().any(|known| known == id))
    }

    /// Whether it is sending just now.
    pub fn sending(self) -> Signal<bool> {
        self.running.into()
    }

    /// Keeps a write to `path` (`/api/v1/…`, of a server function that asks `db::idempotency`) on the device and sends it as soon
    /// as it can; `label` is what it is, in the person's words. Returns the id under which the server will know it.
    ///
    /// # Errors
    /// [`NotKept`] if the device could not keep it: the form then keeps what was typed and says so.
    pub async fn put(self, path: &str, label: &str, fields: &[(&str, &str)]) -> Result<String, NotKept> {
        let user = self.user.get_untracked().ok_or(NotKept)?;
        keep(self, user, path, label, form(fields)).await
    }

    /// Tries again what needed the person, and everything else that waits.
    pub fn retry(self, id: String) {
        change(self, id, Change::Retry);
    }

    /// Gives an item up; it is gone.
    pub fn discard(self, id: String) {
        change(self, id, Change::Discard);
    }
}

/// `fields` as the body of a form.
fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    pairs.join("&")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Retry,
    Discard,
}

#[cfg(target_arch = "wasm32")]
use run::{change, keep};

/// Only a browser has an outbox: on the server nobody calls this, and if somebody did, nothing was kept.
#[cfg(not(target_arch = "wasm32"))]
async fn keep(outbox: Outbox, _: UserId, _: &str, _: &str, _: String) -> Result<String, NotKept> {
    debug_assert!(
        outbox.items.with_untracked(Vec::is_empty),
        "the server holds no items"
    );
    Err(NotKept)
}

#[cfg(not(target_arch = "wasm32"))]
fn change(outbox: Outbox, id: String, change: Change) {
    outbox.items.update(|items| match change {
        Change::Discard => items.retain(|item| item.id != id),
        Change::Retry => items
            .iter_mut()
            .filter(|item| item.id == id)
            .for_each(|item| item.state = State::Waiting),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_a_form() {
        assert_eq!(
            form(&[("id", "1-a"), ("words", "好 &")]),
            "id=1%2Da&words=%E5%A5%BD%20%26"
        );
        assert_eq!(form(&[]), "");
    }
}
