//! This pillar's cards on the home page.

use leptos::prelude::*;
use shared::{Actor, Permission};
use ui::{
    Button, ButtonKind, Card, Glyph, List, ListRow, Resource, Waiting, home::HomeCard, viewer::use_viewer,
};

use super::map::Workers;
use crate::api;

/// The cards: who works for one's own grid, the map of one's own place, and what an administrator sets for maps.
pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "grid-workers",
            order: 150,
            waits: false,
            audience: lives_here,
            view: || view! { <Mine/> }.into_any(),
        },
        HomeCard {
            id: "grid-map",
            order: 210,
            waits: false,
            audience: has_place,
            view: || view! { <OwnMap/> }.into_any(),
        },
        HomeCard {
            id: "grid-drafts",
            order: 60,
            waits: true,
            audience: approves,
            view: || view! { <Drafts/> }.into_any(),
        },
        HomeCard {
            id: "grid-admin",
            order: 120,
            waits: false,
            audience: imports,
            view: || view! { <Admin/> }.into_any(),
        },
    ]
}

fn lives_here(actor: &Actor) -> bool {
    actor.holds(shared::Role::Resident)
}

fn has_place(actor: &Actor) -> bool {
    actor.home().is_some()
}

fn approves(actor: &Actor) -> bool {
    actor.may(Permission::MapApprove)
}

fn imports(actor: &Actor) -> bool {
    actor.may(Permission::MapImport)
}

#[component]
fn Mine() -> impl IntoView {
    let own = Resource::new(|| (), |()| api::own_grid());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match own.await {
                    Ok(Some(grid)) => view! {
                        <Card title=grid.name.clone()>
                            <Workers workers=grid.workers hidden=grid.phones_hidden kind=grid.kind/>
                        </Card>
                    }
                    .into_any(),
                    Ok(None) => ().into_any(),
                    Err(error) => view! { <Card title="您的网格"><p>{error.message()}</p></Card> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn OwnMap() -> impl IntoView {
    let place = use_viewer()
        .actor
        .and_then(|actor| actor.home().map(|grant| grant.node_name.clone()));
    view! {
        <Card flush=true>
            <List>
                <ListRow icon=Glyph::Map title="地图" detail=format!("{}和它的邻居", place.unwrap_or_default()) href="/map"/>
            </List>
        </Card>
    }
}

/// Drafts of borders that wait for the viewer.
#[component]
fn Drafts() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::drafts_waiting());
    view! { <Waiting waiting icon=Glyph::Map title="边界草稿等您审批" unit="份" href="/map/drafts"/> }
}

#[component]
fn Admin() -> impl IntoView {
    view! {
        <Card title="网格地图">
            <div class="buttons">
                <Button icon=Glyph::Upload href="/admin/map/import">"导入边界"</Button>
                <Button kind=ButtonKind::Plain icon=Glyph::Settings href="/admin/map/settings">"地图设置"</Button>
            </div>
        </Card>
    }
}
