//! What was last seen on this device: the service worker of app/js keeps it, here it is forgotten.

use crate::browser;

/// Forgets everything that was last seen. Await it at sign-out and at sign-in, before leaving the page. The outbox
/// stays: it belongs to its person, and waits for them. Without a service worker there is nothing to forget.
pub async fn forget() {
    browser::call_async("wipe").await;
}
