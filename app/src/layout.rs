//! Around every page: the shell, whom we act for, the foot.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{
    Glyph,
    appearance::Appearance,
    shell::{NavItem, Shell},
    viewer::use_viewer,
};

use crate::picking::PickingBanner;

/// The places in the bar. Later pillars add theirs here.
const PLACES: [NavItem; 4] = [
    NavItem {
        label: "首页",
        href: "/",
        icon: Glyph::Home,
        large: true,
        key: Some('h'),
    },
    NavItem {
        label: "身边",
        href: "/map",
        icon: Glyph::Map,
        large: true,
        key: Some('m'),
    },
    NavItem {
        label: "组织",
        href: "/orgs",
        icon: Glyph::Org,
        large: false,
        key: Some('o'),
    },
    NavItem {
        label: "我的",
        href: "/me",
        icon: Glyph::Me,
        large: true,
        key: Some('w'),
    },
];

/// The appearance that the request asks for; in the browser the page itself tells.
fn served() -> Appearance {
    #[cfg(feature = "ssr")]
    return crate::document::appearance();
    #[cfg(not(feature = "ssr"))]
    Appearance::default()
}

/// The shell around what the router shows.
#[component]
pub fn Layout(children: Children) -> impl IntoView {
    ui::provide_appearance(served());
    ui::provide_toasts();
    let viewer = use_viewer();
    let user = viewer.actor.as_ref().map(|actor| actor.user);
    ui::outbox::provide_outbox(Signal::stored(user));
    let path = use_location().pathname;
    ui::returned::provide_answers(path);
    // Tells whoever has to wait for it that the page answers to scripts now.
    Effect::new(|_| {
        if let Some(root) = document().document_element() {
            _ = root.set_attribute("data-live", "");
        }
    });
    let foot = move || {
        view! {
            {viewer.filing.clone().map(|number| view! { <p>{number}</p> })}
            {viewer.demo.then(|| view! { <p>"演示站：人名、电话、网格边界都是虚构的。"</p> })}
        }
    };
    view! {
        <Shell items=PLACES.to_vec() path=path foot=foot>
            <accounts::ActingBanner/>
            <PickingBanner/>
            {children()}
        </Shell>
    }
}
