//! Around every page: the shell, whom we act for, the foot.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{
    Glyph,
    appearance::Appearance,
    shell::{NavItem, Shell, Shown},
    viewer::use_viewer,
};

use crate::{calling::own_worker, picking::PickingBanner};

/// For those only who are signed in.
const INBOX: &str = "/inbox";

/// The places in the bar. Later pillars add theirs here.
const PLACES: [NavItem; 6] = [
    NavItem {
        label: "首页",
        href: "/",
        icon: Glyph::Home,
        large: true,
        key: Some('h'),
        unread: None,
    },
    NavItem {
        label: "身边",
        href: "/map",
        icon: Glyph::Map,
        large: false,
        key: Some('m'),
        unread: None,
    },
    NavItem {
        label: "反映",
        href: "/reports",
        icon: Glyph::Add,
        large: true,
        key: Some('f'),
        unread: None,
    },
    NavItem {
        label: "组织",
        href: "/orgs",
        icon: Glyph::Org,
        large: false,
        key: Some('o'),
        unread: None,
    },
    NavItem {
        label: "消息",
        href: INBOX,
        icon: Glyph::Bell,
        large: false,
        key: Some('x'),
        unread: Some(Shown::Always),
    },
    NavItem {
        label: "我的",
        href: "/me",
        icon: Glyph::Me,
        large: true,
        key: Some('w'),
        // 长辈版 has no room for the inbox in the bar: its home page and this place lead there.
        unread: Some(Shown::Large),
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
    let appearance = ui::provide_appearance(served());
    ui::provide_toasts();
    let viewer = use_viewer();
    let user = viewer.actor.as_ref().map(|actor| actor.user);
    ui::outbox::provide_outbox(Signal::stored(user));
    let lives_here = viewer
        .actor
        .as_ref()
        .is_some_and(|actor| actor.holds(shared::Role::Resident));
    let path = use_location().pathname;
    let call = own_worker(appearance, lives_here, path);
    ui::returned::provide_answers(path);
    // Tells whoever has to wait for it that the page answers to scripts now.
    Effect::new(|_| {
        if let Some(root) = document().document_element() {
            _ = root.set_attribute("data-live", "");
        }
    });
    let unread = notices::provide_unread();
    let signed_in = user.is_some();
    let places = PLACES
        .into_iter()
        .filter(|place| signed_in || place.href != INBOX)
        .collect();
    let foot = move || {
        view! {
            {viewer.filing.clone().map(|number| view! { <p>{number}</p> })}
            {viewer.demo.then(|| view! { <p>"演示站：人名、电话、网格边界都是虚构的。"</p> })}
        }
    };
    view! {
        <Shell items=places path=path call=call unread=unread foot=foot>
            <accounts::ActingBanner/>
            <PickingBanner/>
            <ui::outbox::OutboxStatus/>
            {children()}
        </Shell>
    }
}
