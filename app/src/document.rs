//! The HTML document around the application, made on the server only.

use http::{HeaderMap, HeaderValue, Uri, header, request::Parts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use ui::appearance::{Appearance, COOKIE};

use crate::{
    App,
    site::{Assets, Site},
};

/// The whole page. Also sets the content security policy, whose nonce only this page's scripts carry.
pub fn document() -> impl IntoView {
    let site = use_context::<Site>().unwrap_or_default();
    let appearance = appearance();
    set_policy();
    let style = format!("{}/linli.css", site.assets.package);
    let feed = use_context::<Parts>().and_then(|parts| feed(&parts.uri)).map(
        |href| view! { <link rel="alternate" type="application/rss+xml" title="公开的诉求" href=href/> },
    );
    view! {
        <!DOCTYPE html>
        <html lang="zh-CN" class=appearance.html_class() data-theme=appearance.data_theme()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="theme-color" content="#f7f5f0" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#141c1c" media="(prefers-color-scheme: dark)"/>
                <meta name="format-detection" content="telephone=no"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="stylesheet" href=style/>
                {feed}
                {site.assets.register.clone().map(|src| view! { <script type="module" src=src nonce=use_nonce()></script> })}
                {hydration(&site.assets)}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The scripts that start the bundle, as `leptos::hydration::HydrationScripts` writes them; that one reads the list
/// of lazy chunks from a folder, which a single-file server does not have.
fn hydration(assets: &Assets) -> impl IntoView + use<> {
    let package = assets.package.clone();
    provide_context(assets.chunks.clone());
    // What a person sees comes first: the module is asked for once that has been painted, and a tap is heard between its steps. A page in
    // the background paints nothing.
    let start = format!(
        "const start=()=>import('{package}/linli.js').then(m=>m.default({{module_or_path:'{package}/linli.wasm'}}).then(()=>setTimeout(m.hydrate)));\
         document.hidden?start():requestAnimationFrame(()=>setTimeout(start))"
    );
    view! {
        <link rel="modulepreload" href=format!("{package}/linli.js") crossorigin=use_nonce()/>
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}

/// Where what the page lists is had as a feed: what is published, of the place and the category that its address names.
fn feed(page: &Uri) -> Option<String> {
    if page.path() != "/reports" {
        return None;
    }
    let asked = page.query().unwrap_or_default().split('&');
    let asked: Vec<&str> = asked
        .filter(|one| one.starts_with("node=") || one.starts_with("category="))
        .collect();
    Some(format!("/open/reports.rss?{}", asked.join("&")))
}

/// The appearance that the current request asks for.
pub(crate) fn appearance() -> Appearance {
    use_context::<Parts>().map_or_else(Appearance::default, |parts| appearance_in(&parts.headers))
}

/// The appearance that a request with these headers asks for. HTTP/2 may spread the cookies over several headers.
pub fn appearance_in(headers: &HeaderMap) -> Appearance {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    cookies
        .flat_map(|v| v.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then(|| Appearance::from_cookie(value)))
        .unwrap_or_default()
}

fn set_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<leptos_axum::ResponseOptions>()) else {
        return;
    };
    // A base map comes from elsewhere; without a key for it, nothing does.
    let tiles = match grid::server::Settings::current().tianditu_key {
        Some(_) => " https://*.tianditu.gov.cn",
        None => "",
    };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data: blob:{tiles}; media-src 'self' blob:; connect-src 'self'{tiles}; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_what_is_published_has_a_feed() {
        for (page, href) in [
            ("/reports/new", None),
            ("/reports", Some("/open/reports.rss?")),
            (
                "/reports?show=public&node=320581001&category=noise&q=a",
                Some("/open/reports.rss?node=320581001&category=noise"),
            ),
        ] {
            let page: Uri = page.parse().unwrap();
            assert_eq!(feed(&page).as_deref(), href);
        }
    }
}
