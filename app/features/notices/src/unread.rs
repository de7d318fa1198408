//! The number of unread notices beside the inbox's place in the bar. It comes with the page, and is asked for again when something
//! happens to one's notices; what asks lies in a file of its own, for it concerns those only who are signed in.

use leptos::prelude::*;
use ui::{
    live::{use_events, use_reset},
    viewer::use_viewer,
};

/// The topics on which one hears of one's own notices.
pub fn own_topics() -> Vec<String> {
    use_viewer()
        .actor
        .map(|actor| vec![format!("user/{}", actor.user)])
        .unwrap_or_default()
}

/// Keeps `unread` true for as long as the component lives.
pub fn keep_true(unread: RwSignal<u32>) {
    if !use_viewer().signed_in() {
        return;
    }
    use_events(own_topics(), move |event| {
        if event.kind.starts_with("notices.") {
            fetch::begin(unread);
        }
    });
    use_reset(move || fetch::begin(unread));
}

#[cfg(target_arch = "wasm32")]
mod fetch {
    use leptos::{
        prelude::*,
        task::spawn_local,
        wasm_split::{SplitLoaderError, wasm_split},
    };

    pub fn begin(unread: RwSignal<u32>) {
        // Without a signal the number stays as it was, until the next reason to ask.
        spawn_local(async move { _ = ask(unread).await });
    }

    #[wasm_split(unread_ask, wasm_split_path = leptos::wasm_split, fallible)]
    fn ask(unread: RwSignal<u32>) -> Result<(), SplitLoaderError> {
        spawn_local(async move {
            if let Ok(number) = crate::api::unread().await {
                _ = unread.try_set(number);
            }
        });
        Ok(())
    }
}

/// The server hears nothing: effects run in browsers.
#[cfg(not(target_arch = "wasm32"))]
mod fetch {
    use leptos::prelude::RwSignal;

    pub const fn begin(_: RwSignal<u32>) {}
}
