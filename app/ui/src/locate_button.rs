//! A button that asks the browser where one is.

use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};

use crate::{Button, ButtonKind, Glyph, Notice, Tone, locate::locate};

/// Hands over where one stands, or says why that cannot be told; there is nothing to press without script.
#[component]
pub fn LocateButton(
    /// Takes longitude and latitude in degrees.
    on_found: Callback<(f64, f64)>,
) -> impl IntoView {
    let (scripted, busy) = (RwSignal::new(false), RwSignal::new(false));
    let trouble = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| scripted.set(true));
    let ask = Callback::new(move |_: MouseEvent| {
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let found = locate().await;
            // The page may be gone by now.
            _ = busy.try_set(false);
            match found {
                Ok(place) => _ = on_found.try_run(place),
                Err(none) => _ = trouble.try_set(Some(none.message())),
            }
        });
    });
    view! {
        <Show when=move || scripted.get()>
            <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Locate busy on_click=ask>"用我的位置"</Button></div>
        </Show>
        {move || trouble.get().map(|words| view! { <Notice tone=Tone::Late live=true>{words}</Notice> })}
    }
}
