//! Choosing one's grid on the map, for a form that was left to do so. The map knows nothing of it: what is chosen there stands in
//! the address, and this leads back with it.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use ui::{Button, ButtonKind};

/// The code length of a community: what is chosen lies in one, or is one.
const COMMUNITY: usize = 12;

/// On maps, while a grid is being chosen: says so, and leads back.
#[component]
pub fn PickingBanner() -> impl IntoView {
    let back = SharedValue::new(asked).into_inner();
    back.map(|back| view! { <Banner back/> })
}

/// The address of the page that waits for a grid.
fn asked() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let parts = use_context::<http::request::Parts>()?;
        let back = accounts::server::picking(accounts::server::Settings::current(), &parts.headers)?;
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            // A device must not keep the page with this on it.
            let no_store = http::HeaderValue::from_static("no-store");
            response.insert_header(http::header::CACHE_CONTROL, no_store);
        }
        Some(back.to_owned())
    }
    #[cfg(not(feature = "ssr"))]
    None
}

#[component]
fn Banner(back: String) -> impl IntoView {
    let (path, query) = (use_location().pathname, use_query_map());
    let on_map = move || path.with(|path| path == "/map" || path.starts_with("/map/"));
    let chosen = Memo::new(move |_| {
        let selected = query.with(|query| query.get_str("sel").unwrap_or_default().to_owned());
        let code = if selected.is_empty() {
            path.with(|path| path.trim_start_matches("/map/").trim_end_matches('/').to_owned())
        } else {
            selected
        };
        let near = code.len() >= COMMUNITY && code.bytes().all(|b| b.is_ascii_digit());
        near.then_some(code)
    });
    let back = StoredValue::new(back);
    let words = move || {
        if chosen.with(Option::is_some) {
            "选好了吗？住在这里，就按“就住这里”。"
        } else {
            "您在选自己住的网格：一层一层点进去，点到您家所在的网格。"
        }
    };
    view! {
        <Show when=on_map>
            <div class="acting" role="status">
                <span>{words}</span>
                <span class="row wrap">
                    // The whole page is loaded: what was typed there comes with it.
                    {move || chosen.get().map(|code| {
                        let href = format!("{}?node={code}", back.get_value());
                        view! { <Button href=href external=true>"就住这里"</Button> }
                    })}
                    <Button kind=ButtonKind::Plain href=back.get_value() external=true>"不选了，回去"</Button>
                </span>
            </div>
        </Show>
    }
}
