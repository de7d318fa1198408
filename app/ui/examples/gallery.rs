//! Prints the gallery inside the shell as one page, to look at without a server:
//! `cargo run -p ui --features ssr --example gallery -- large.dark > gallery.html` (style and icons are asked for at
//! `/main.css` and `/icons.svg`).

use leptos::prelude::*;
use shared::UserId;
use ui::{
    Glyph,
    appearance::Appearance,
    gallery::Gallery,
    outbox::provide_outbox,
    provide_appearance, provide_toasts,
    shell::{Call, NavItem, Shell},
};

fn main() {
    let appearance = Appearance::from_cookie(&std::env::args().nth(1).unwrap_or_default());
    let place = |label, href, icon, large, key| NavItem {
        label,
        href,
        icon,
        large,
        key: Some(key),
        unread: None,
    };
    let items = vec![
        place("首页", "/", Glyph::Home, true, 'h'),
        place("身边", "/map", Glyph::Map, true, 'm'),
        place("组织", "/orgs", Glyph::Org, false, 'o'),
        place("我的", "/me", Glyph::Me, true, 'w'),
    ];
    let body = Owner::new().with(|| {
        leptos_meta::provide_meta_context();
        provide_appearance(appearance);
        provide_toasts();
        provide_outbox(Signal::stored(None::<UserId>));
        let call = Call {
            label: "打电话给网格员".into(),
            number: "051200000000".into(),
        };
        let path = Signal::stored("/map".to_owned());
        view! {
            <Shell items path call=Signal::stored(Some(call)) foot=|| "邻里 · 演示">
                <Gallery path/>
            </Shell>
        }
        .to_html()
    });
    let theme = appearance
        .data_theme()
        .map(|theme| format!(" data-theme=\"{theme}\""))
        .unwrap_or_default();
    println!(
        "<!doctype html><html lang=\"zh-CN\" class=\"{}\"{theme}><head><meta charset=\"utf-8\"><title>零件</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <link rel=\"stylesheet\" href=\"/main.css\"></head><body>{body}</body></html>",
        appearance.html_class()
    );
}
