//! The home page: the cards of whoever looks, from one registry.

use std::sync::LazyLock;

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_location, lazy_route};
use ui::{
    Button, ButtonKind, Glyph, Page,
    home::{HomeCard, HomeCards},
    viewer::use_viewer,
};

use crate::error_page::NotFound;

/// Every pillar's cards.
static CARDS: LazyLock<Vec<HomeCard>> = LazyLock::new(|| {
    accounts::home_cards()
        .into_iter()
        .chain(grid::home_cards())
        .collect()
});

/// `/`
#[component]
pub fn Home() -> impl IntoView {
    let viewer = use_viewer();
    let place = viewer
        .actor
        .as_ref()
        .and_then(|a| a.home())
        .map(|g| g.node_name.clone());
    let title = viewer
        .actor
        .as_ref()
        .map_or_else(|| "您好".to_owned(), |actor| format!("{}，您好", actor.name));
    let path = use_location().pathname;
    let stranger = viewer.actor.is_none();
    view! {
        <Page title eyebrow=place.unwrap_or_default() path>
            {stranger.then(|| view! { <Welcome/> })}
            <HomeCards cards=&CARDS actor=viewer.actor/>
        </Page>
    }
}

/// What a visitor can do here.
#[component]
fn Welcome() -> impl IntoView {
    view! {
        <section class="card stack">
            <h2>"邻里的事，大家一起办"</h2>
            <p>"找到您住的网格，看看谁在为它负责；登录后可以登记住处、反映问题、一起商量。"</p>
            <div class="buttons">
                <Button icon=Glyph::Me href="/sign-in">"登录或登记"</Button>
                <Button kind=ButtonKind::Plain icon=Glyph::Map href="/map">"看看身边"</Button>
            </div>
        </section>
    }
}

/// `/_ui`: every component in every state; in a demonstration only.
#[derive(Clone, Copy, Debug)]
pub struct GalleryPage;

#[lazy_route]
impl LazyRoute for GalleryPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        if use_viewer().demo {
            view! { <ui::gallery::Gallery path=use_location().pathname/> }.into_any()
        } else {
            view! { <NotFound/> }.into_any()
        }
    }
}
