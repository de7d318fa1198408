//! The home page: the cards of whoever looks, from one registry.

use std::sync::LazyLock;

use leptos::prelude::*;
use leptos_router::{LazyRoute, any_nested_route::AnyNestedRoute, hooks::use_location, lazy_route};
use ui::{
    Button, ButtonKind, Glyph, InstallHint, Page,
    home::{HomeCard, HomeCards},
    routes::{self, PageRoute},
    viewer::use_viewer,
};

use crate::error_page::NotFound;

/// Every pillar's cards.
static CARDS: LazyLock<Vec<HomeCard>> = LazyLock::new(|| {
    accounts::home_cards()
        .into_iter()
        .chain(orgs::home_cards())
        .chain(people::home_cards())
        .chain(grid::home_cards())
        .chain(notices::home_cards())
        .chain(tasks::home_cards())
        .chain(catalogue::home_cards())
        .chain(poi::home_cards())
        .chain(teams::home_cards())
        .chain(reports::home_cards())
        .chain(mediation::home_cards())
        .chain(surveys::home_cards())
        .collect()
});

/// `/`: what a visitor sees comes with the application; the cards of somebody signed in, with what they show, come after.
pub fn route() -> AnyNestedRoute {
    if use_viewer().actor.is_none() {
        routes::route("", Welcome)
    } else {
        routes::route("", PageRoute::lazy::<CardsPage>())
    }
}

/// The home page of somebody signed in.
#[derive(Clone, Copy, Debug)]
pub struct CardsPage;

#[lazy_route]
impl LazyRoute for CardsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let viewer = use_viewer();
        let Some(actor) = viewer.actor else {
            return ().into_any();
        };
        let place = actor.home().map(|grant| grant.node_name.clone());
        let title = format!("{}，您好", actor.name);
        let path = use_location().pathname;
        view! {
            <Page title eyebrow=place.unwrap_or_default() path>
                <HomeCards cards=&CARDS actor/>
                <InstallHint/>
            </Page>
        }
        .into_any()
    }
}

/// What a visitor can do here.
#[component]
fn Welcome() -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <Page title="您好" path>
        <section class="card stack">
            <h2>"邻里的事，大家一起办"</h2>
            <p>"找到您住的网格，看看谁在为它负责；登录后可以登记住处，看看家里登记得对不对。"</p>
            <div class="buttons">
                <Button icon=Glyph::Me href="/sign-in">"登录或登记"</Button>
                <Button kind=ButtonKind::Plain icon=Glyph::Map href="/map">"看看身边"</Button>
            </div>
        </section>
        <InstallHint/>
        </Page>
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
