//! The map beside the work list: the same matters, each where it is pinned.

use grid::Beside;
use leptos::{html, prelude::*};
use ui::{Button, ButtonKind, Glyph, SearchBox, viewer::use_viewer};

use super::work::written;
use crate::{LAYER, model::Filter};

/// The list, and beside it, where there is room, the map of the unit that it is of, or of where the viewer works. `root` holds the list.
pub fn with_map(list: AnyView, root: NodeRef<html::Div>, filter: Memo<Filter>) -> AnyView {
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
            <div node_ref=root>{list}</div>
            <Beside code layer=LAYER query/>
        </div>
    }
    .into_any()
}

/// What follows the address of the tiles, so that they are of the same matters.
fn asked(filter: &Filter) -> String {
    match written(filter) {
        none if none.is_empty() => none,
        some => format!("?{some}"),
    }
}

/// Where there is no room beside the list, the map is a page of its own, with the same matters; the words of a search are the list's.
#[component]
pub fn ToMap(filter: Filter) -> impl IntoView {
    let only = filter.only();
    let only = if only.is_empty() {
        only
    } else {
        format!("&only={only}")
    };
    let node = filter.node;
    let home = || {
        use_viewer()
            .actor
            .and_then(|actor| actor.home().map(|grant| grant.code.clone()))
    };
    let code = if node.is_empty() { home() } else { Some(node) };
    code.map(|code| {
        let href = format!("/map/{code}?layers={}{only}", LAYER.code);
        view! { <Button kind=ButtonKind::Plain icon=Glyph::Map href>"在地图上看"</Button> }
    })
}

/// Looks for words among what the list shows.
#[component]
pub fn Words(action: &'static str, filter: Filter) -> impl IntoView {
    let mut kept = filter.asked();
    kept.retain(|(name, _)| *name != "q");
    view! {
        <SearchBox action label="在这些事里找" placeholder="编号、类别、地点，或者公开内容里的字" value=filter.q kept/>
        <p class="small quiet">"找的是编号、类别、地点和已经公开的文字；反映人的原话是加密存的，不在里面找。"</p>
    }
}

#[cfg(test)]
mod tests {
    use leptos_router::location::Url;

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
            format!(
                "?node=320581001001&state=handling&late=true&q={}",
                Url::escape("路灯")
            )
        );
        assert_eq!(asked(&Filter::default()), "");
    }
}
