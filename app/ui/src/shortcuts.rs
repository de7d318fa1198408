//! Keys on a desktop: `?` shows them, `/` goes to the search, `g` and a letter to a place. They can be switched off.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    browser,
    dialog::Dialog,
    icon::{Glyph, Icon},
    shell::NavItem,
};

const SETTING: &str = "shortcuts";
/// How long after `g` a letter still counts, in ms.
pub(crate) const PATIENCE_MS: f64 = 1_500.0;

/// Keys that the page has which is open, and what they do; the shell provides it.
#[derive(Clone, Copy)]
pub(crate) struct PageKeys(pub RwSignal<Vec<(&'static str, &'static str)>>);

/// Whether whoever sits here wants no keys.
pub(crate) fn are_off() -> bool {
    browser::setting(SETTING).as_deref() == Some("off")
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Help,
    Search,
    /// The first of two keys.
    Begin,
    Go(&'static str),
}

/// `begun`: `g` was pressed just before.
fn wish(key: &str, begun: bool, items: &[NavItem]) -> Option<Wish> {
    match key {
        "?" => Some(Wish::Help),
        "/" => Some(Wish::Search),
        _ if begun => {
            let mut chars = key.chars();
            let (letter, None) = (chars.next()?, chars.next()) else {
                return None;
            };
            items
                .iter()
                .find(|item| item.key == Some(letter))
                .map(|item| Wish::Go(item.href))
        }
        "g" => Some(Wish::Begin),
        _ => None,
    }
}

/// Whether the key belongs to what has the focus: something that is typed into, or a map with keys of its own.
pub(crate) fn belongs_elsewhere(event: &web_sys::KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.is_composing()
        || target.is_some_and(|target| {
            matches!(
                target
                    .closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog, .map"),
                Ok(Some(_))
            )
        })
}

/// The button in the side bar, and the keys themselves.
#[component]
pub fn Shortcuts(items: Vec<NavItem>) -> impl IntoView {
    let open = RwSignal::new(false);
    let on = RwSignal::new(true);
    let begun_at = StoredValue::new(f64::NEG_INFINITY);
    let places = StoredValue::new(items.clone());
    Effect::new(move |_| {
        on.set(!are_off());
        let handle = window_event_listener(ev::keydown, move |event| {
            if !on.get_untracked() || belongs_elsewhere(&event) {
                return;
            }
            let begun = event.time_stamp() - begun_at.get_value() < PATIENCE_MS;
            begun_at.set_value(f64::NEG_INFINITY);
            match places.with_value(|items| wish(&event.key(), begun, items)) {
                Some(Wish::Help) => open.set(true),
                Some(Wish::Search) => to_search(&event),
                Some(Wish::Begin) => begun_at.set_value(event.time_stamp()),
                Some(Wish::Go(href)) => go(href),
                None => {}
            }
        });
        on_cleanup(move || handle.remove());
    });
    let rows = items
        .iter()
        .filter_map(|item| item.key.map(|key| (key, item.label)))
        .map(|(key, label)| view! { <dt><kbd>"g"</kbd>" "<kbd>{key.to_string()}</kbd></dt><dd>{format!("去{label}")}</dd> })
        .collect_view();
    let of_page = use_context::<PageKeys>().map(|PageKeys(keys)| {
        move || {
            let keys = keys.get().into_iter();
            keys.map(|(key, does)| view! { <dt><kbd>{key}</kbd></dt><dd>{does}</dd> })
                .collect_view()
        }
    });
    view! {
        <button type="button" class="desktop-only" on:click=move |_| open.set(true)>
            <Icon name=Glyph::Keyboard/>
            <span>"键盘快捷键"</span>
        </button>
        <Dialog open id="shortcuts" title="键盘快捷键">
            <dl class="shortcuts">
                <dt><kbd>"?"</kbd></dt><dd>"看这些快捷键"</dd>
                <dt><kbd>"/"</kbd></dt><dd>"去搜索"</dd>
                {rows}
                {of_page}
                <dt><kbd>"Esc"</kbd></dt><dd>"关上"</dd>
            </dl>
            <label class="choice alone">
                <input type="checkbox" prop:checked=move || on.get()
                    on:change=move |event| {
                        let wanted = event_target_checked(&event);
                        on.set(wanted);
                        browser::keep_setting(SETTING, if wanted { "on" } else { "off" });
                    }
                />
                <span>"使用快捷键"</span>
            </label>
        </Dialog>
    }
}

fn to_search(event: &web_sys::KeyboardEvent) {
    let found = document().query_selector("main [data-search]").ok().flatten();
    if let Some(input) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        _ = input.focus();
    }
}

/// By the place's own link, so that the router goes there as with a click.
fn go(href: &str) {
    let link = document()
        .query_selector(&format!(".bar a[href='{href}']:not(.brand)"))
        .ok()
        .flatten();
    if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
        link.click();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_go_to_a_place() {
        let items = [NavItem {
            label: "身边",
            href: "/map",
            icon: Glyph::Map,
            large: true,
            key: Some('m'),
            unread: None,
        }];
        assert_eq!(wish("g", false, &items), Some(Wish::Begin));
        assert_eq!(wish("m", true, &items), Some(Wish::Go("/map")));
        assert_eq!(wish("m", false, &items), None);
        assert_eq!(wish("Meta", true, &items), None);
        assert_eq!(wish("?", true, &items), Some(Wish::Help));
        assert_eq!(wish("/", false, &items), Some(Wish::Search));
    }
}
