//! The map beside the work list: the same matters, each where it is pinned.

use grid::Beside;
use leptos::prelude::*;
use leptos_router::location::Url;
use ui::{Button, ButtonKind, Glyph, SearchBox, viewer::use_viewer};

use crate::{LAYER, model::Filter};

/// The list, and beside it, where there is room, the map of the unit that it is of, or of where the viewer works.
pub fn with_map(list: AnyView, filter: Memo<Filter>) -> AnyView {
    let home = use_viewer()
        .actor
        .and_then(|actor| actor.home().map(|grant| grant.code.clone()))
        .unwrap_or_default();
    let code = Memo::new(move |_| {
        let node = filter.with(|filter| filter.node.clone());
        if node.is_empty() { home.clone() } else { node }
    });
    let query = Memo::new(move |_| filter.with(asked));
    view! {
        <div class="reports-beside">
            <div>{list}</div>
            <Beside code layer=LAYER query/>
        </div>
    }
    .into_any()
}

/// What follows the address of the tiles, so that they are of the same matters; the words of a search are the list's alone.
fn asked(filter: &Filter) -> String {
    let late = if filter.late { "&late=true" } else { "" };
    format!(
        "?node={}&state={}&kind={}&category={}{late}",
        Url::escape(&filter.node),
        Url::escape(&filter.state),
        Url::escape(&filter.kind),
        Url::escape(&filter.category)
    )
}

/// Where there is no room beside the list, the map is a page of its own.
#[component]
pub fn ToMap(node: String) -> impl IntoView {
    let home = || {
        use_viewer()
            .actor
            .and_then(|actor| actor.home().map(|grant| grant.code.clone()))
    };
    let code = if node.is_empty() { home() } else { Some(node) };
    code.map(|code| {
        let href = format!("/map/{code}?layers={}", LAYER.code);
        view! { <Button kind=ButtonKind::Plain icon=Glyph::Map href>"在地图上看"</Button> }
    })
}

/// Looks for words among what the list shows.
#[component]
pub fn Words(action: &'static str, filter: Filter) -> impl IntoView {
    let late = if filter.late { "true" } else { "" };
    let kept = vec![
        ("node", filter.node),
        ("state", filter.state),
        ("kind", filter.kind),
        ("category", filter.category),
        ("late", late.to_owned()),
    ];
    view! {
        <SearchBox action label="在这些事里找" placeholder="编号、类别、地点，或者公开内容里的字" value=filter.q kept/>
        <p class="small quiet">"找的是编号、类别、地点和已经公开的文字；反映人的原话是加密存的，不在里面找。"</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_asked_for_what_the_list_shows() {
        let filter = Filter {
            node: "320581001001".into(),
            state: "handling".into(),
            late: true,
            q: "路灯".into(),
            ..Filter::default()
        };
        assert_eq!(
            asked(&filter),
            "?node=320581001001&state=handling&kind=&category=&late=true"
        );
    }
}
