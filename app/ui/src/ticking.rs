//! Time that goes on while a page stands open: what is told of a moment by the server's clock stays true without asking again.

use std::time::Duration;

use leptos::prelude::*;
use shared::Timestamp;

/// How often it is told.
const EVERY: Duration = Duration::from_secs(20);

/// For how long the application has run here, in microseconds; the shell provides it.
#[derive(Clone, Copy)]
pub(crate) struct Ticks(RwSignal<i64>);

/// Provides the one clock of all pages. It begins once the page is live, so that the first rendering is what the server made.
pub(crate) fn provide_ticks() {
    let ticks = RwSignal::new(0);
    provide_context(Ticks(ticks));
    Effect::new(move |_| {
        let began = js_sys::Date::now();
        let told = move || {
            // Milliseconds of a page's life: far below what a number counts exactly.
            let passed = (js_sys::Date::now() - began).max(0.0) as i64;
            _ = ticks.try_set(passed * 1_000);
        };
        if let Ok(handle) = set_interval_with_handle(told, EVERY) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// What time it is by the clock of the server, which said `at` when this was made. It goes on by itself, by the device's own clock.
pub fn use_now(at: Timestamp) -> impl Fn() -> Timestamp + Copy + Send + Sync + 'static {
    let ticks = use_context::<Ticks>();
    let born = ticks.map_or(0, |Ticks(ticks)| ticks.get_untracked());
    move || at.plus(ticks.map_or(0, |Ticks(ticks)| ticks.get()) - born)
}
