//! Quiet lines above the page: there is no network, or a new version waits.

use leptos::prelude::*;

use crate::{
    browser,
    button::{Button, ButtonKind},
    icon::{Glyph, Icon},
};

/// Says that the device is offline and from when what it shows is, and offers an update instead of forcing one.
/// Follows the events of app/js: `linli:offline`, `linli:online`, `linli:seen`, `linli:update`.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let offline = RwSignal::new(false);
    let seen = RwSignal::new(None::<String>);
    let update = RwSignal::new(false);
    // In an effect: the server knows nothing of the network, and the first rendering must be the same there and here.
    Effect::new(move |_| {
        offline.set(browser::root_data("network").as_deref() == Some("offline"));
        seen.set(browser::root_data("seen"));
        update.set(browser::root_data("update").as_deref() == Some("waiting"));
        browser::listen("linli:offline", move |event| {
            offline.set(true);
            seen.set(browser::detail(&event, "text"));
        });
        browser::listen("linli:online", move |_| {
            offline.set(false);
            seen.set(None);
        });
        browser::listen("linli:seen", move |event| {
            seen.set(browser::detail(&event, "text"))
        });
        browser::listen("linli:update", move |_| update.set(true));
    });
    view! {
        <div role="status">
            <Show when=move || offline.get() || seen.with(Option::is_some)>
                <OfflineLine seen/>
            </Show>
            <Show when=move || update.get()>
                <UpdateLine later=Callback::new(move |()| update.set(false))/>
            </Show>
        </div>
    }
}

#[component]
pub(crate) fn OfflineLine(#[prop(into)] seen: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div class="connection">
            <span>
                <Icon name=Glyph::Offline/>
                {move || match seen.get() {
                    Some(text) => format!("现在没有网络，{text}。"),
                    None => "现在没有网络。正在写的，请先别关掉这一页。".to_owned(),
                }}
            </span>
        </div>
    }
}

#[component]
pub(crate) fn UpdateLine(later: Callback<()>) -> impl IntoView {
    view! {
        <div class="connection">
            <span>"有新版本。换上要重新打开这一页，写到一半的请先送出。"</span>
            <Button kind=ButtonKind::Quiet on_click=move |_| { browser::call("update"); }>"现在换上"</Button>
            <Button kind=ButtonKind::Quiet on_click=move |_| later.run(())>"以后再说"</Button>
        </div>
    }
}
