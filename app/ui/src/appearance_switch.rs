//! Switching between 标准版 and 长辈版, and between light and dark.

use leptos::{ev::MouseEvent, prelude::*};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wasm_bindgen::JsCast;

use crate::{
    appearance::Appearance,
    icon::{Glyph, Icon},
};

/// What may stand unescaped in a value of a query.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The appearance that the pages follow.
#[derive(Clone, Copy)]
struct Current(RwSignal<Appearance>);

/// Makes the switch work below; call once, in the application's root, with what the server read from the cookie. In
/// the browser the page itself tells what was served, so that a cached page is not taken for another.
pub fn provide_appearance(served: Appearance) -> Signal<Appearance> {
    let appearance = if cfg!(target_arch = "wasm32") {
        of_the_page()
    } else {
        served
    };
    let current = RwSignal::new(appearance);
    provide_context(Current(current));
    current.into()
}

fn of_the_page() -> Appearance {
    let root = document().document_element();
    let read = |name: &str| {
        root.as_ref()
            .and_then(|root| root.get_attribute(name))
            .unwrap_or_default()
    };
    let class = read("class");
    let has = |name: &str| class.split_whitespace().any(|word| word == name);
    let size = match (has("large"), has("size-27"), has("size-30")) {
        (false, ..) => "standard",
        (_, true, _) => "large-27",
        (_, _, true) => "large-30",
        _ => "large",
    };
    Appearance::default().with(size).with(&read("data-theme"))
}

fn current() -> RwSignal<Appearance> {
    use_context::<Current>().map_or_else(|| RwSignal::new(Appearance::default()), |current| current.0)
}

/// Whether the page is in 长辈版.
pub(crate) fn in_large() -> Signal<bool> {
    let current = current();
    Signal::derive(move || current.get().is_large())
}

/// The address that makes the change without script.
fn address(parameter: &str, word: &str, back: &str) -> String {
    format!(
        "/appearance?{parameter}={word}&back={}",
        utf8_percent_encode(back, VALUE)
    )
}

/// Takes the change over at once, also offline; the server learns of it by the cookie.
fn apply(event: &MouseEvent, current: RwSignal<Appearance>, word: &str) {
    if event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let Ok(page) = document().dyn_into::<web_sys::HtmlDocument>() else {
        return;
    };
    let next = current.get_untracked().with(word);
    let secure = window()
        .location()
        .protocol()
        .is_ok_and(|protocol| protocol == "https:");
    let Some(root) = page.document_element() else {
        return;
    };
    // If the browser refuses cookies, the link itself is followed and the server decides.
    if page.set_cookie(&next.set_cookie(secure)).is_err() {
        return;
    }
    event.prevent_default();
    root.set_class_name(next.html_class());
    _ = match next.data_theme() {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
    current.set(next);
}

/// One link: 长辈版, or 回标准版. `path` is where the person is.
#[component]
pub fn EditionSwitch(
    #[prop(into)] path: Signal<String>,
    #[prop(default = "chip edition-switch")] class: &'static str,
) -> impl IntoView {
    let current = current();
    let word = move || {
        if current.get().is_large() {
            "standard"
        } else {
            "large"
        }
    };
    view! {
        <a class=class rel="external" href=move || address("size", word(), &path.get())
            on:click=move |event| apply(&event, current, if current.get_untracked().is_large() { "standard" } else { "large" })
        >
            <Icon name=Glyph::Letters/>
            {move || if current.get().is_large() { "回标准版" } else { "长辈版" }}
        </a>
    }
}

/// All of it, for the page of one's settings: edition and text size, light and dark.
#[component]
pub fn AppearanceSettings(#[prop(into)] path: Signal<String>) -> impl IntoView {
    let current = current();
    let option = move |parameter: &'static str, word: &'static str, label: &'static str| {
        let chosen = move || {
            let now = current.get();
            now.with(word) == now
        };
        view! {
            <a class="chip" rel="external" href=move || address(parameter, word, &path.get())
                aria-current=move || chosen().then_some("true")
                on:click=move |event| apply(&event, current, word)
            >
                <Show when=chosen><Icon name=Glyph::Check/></Show>
                {label}
            </a>
        }
    };
    view! {
        <div class="appearance">
            <div>
                <h3>"字的大小"</h3>
                <div class="options">
                    {option("size", "standard", "标准版")}
                    {option("size", "large", "长辈版")}
                    {option("size", "large-27", "长辈版，再大些")}
                    {option("size", "large-30", "长辈版，最大")}
                </div>
            </div>
            <div>
                <h3>"明暗"</h3>
                <div class="options">
                    {option("theme", "auto", "跟随手机")}
                    {option("theme", "light", "浅色")}
                    {option("theme", "dark", "深色")}
                </div>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn the_way_back_is_one_value() {
        assert_eq!(
            address("size", "large", "/orgs?q=a&page=2#top"),
            "/appearance?size=large&back=/orgs%3Fq%3Da%26page%3D2%23top"
        );
    }
}
