//! The number of unread notices, for the bar and the home page. It comes with the page, and is asked for again when something happens to
//! one's notices; what asks lies in a file of its own, for it concerns those only who are signed in.

use leptos::prelude::*;
use ui::{
    live::{use_events, use_reset},
    viewer::use_viewer,
};

#[derive(Clone, Copy)]
struct Number(RwSignal<u32>);

/// The topics on which one hears of one's own notices.
pub fn own_topics() -> Vec<String> {
    use_viewer()
        .actor
        .map(|actor| vec![format!("user/{}", actor.user)])
        .unwrap_or_default()
}

/// The number for what lies below, kept true for as long as the component lives.
pub fn provide_unread() -> Signal<u32> {
    let viewer = use_viewer();
    let number = RwSignal::new(viewer.unread);
    provide_context(Number(number));
    if viewer.signed_in() {
        use_events(own_topics(), move |event| {
            if event.kind.starts_with("notices.") {
                fetch::begin(number);
            }
        });
        use_reset(move || fetch::begin(number));
    }
    number.into()
}

/// What [`provide_unread`] provided.
pub fn use_unread() -> Signal<u32> {
    use_context::<Number>().map_or_else(|| Signal::stored(0), |number| number.0.into())
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
