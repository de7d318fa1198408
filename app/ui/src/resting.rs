//! Waiting until what is typed rests.

use std::time::Duration;

use leptos::prelude::*;

/// Calls `act` with the latest text once nothing has followed it for `rest`. Safe to make on the server, where a page's
/// parts may be dropped on another thread than they were made on (leptos' own `debounce` stays on its thread).
pub fn resting(rest: Duration, act: impl Fn(String) + Send + Sync + 'static) -> Callback<String> {
    let act = StoredValue::new(act);
    let latest = StoredValue::new(0_u32);
    Callback::new(move |text: String| {
        let Some(mine) = latest.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        }) else {
            return;
        };
        set_timeout(
            move || {
                // The component may be gone by now: then there is nobody to tell.
                if latest.try_get_value() == Some(mine) {
                    act.try_with_value(|act| act(text));
                }
            },
            rest,
        );
    })
}
