//! This pillar's cards on the home page. They ask for nothing: they lead to what there is.

use leptos::prelude::*;
use shared::{Actor, Grant, Permission, Role};
use ui::{Card, Glyph, List, ListRow, home::HomeCard, viewer::use_viewer};

/// The cards: the team of one's own place, for those who work there and those who live there.
pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "teams-work",
            order: 117,
            waits: false,
            audience: |actor: &Actor| work(actor).is_some(),
            view: || view! { <Work/> }.into_any(),
        },
        HomeCard {
            id: "teams-home",
            order: 152,
            waits: false,
            audience: |actor: &Actor| home(actor).is_some(),
            view: || view! { <Home/> }.into_any(),
        },
    ]
}

/// Where somebody works closest to the ground.
fn work(actor: &Actor) -> Option<&Grant> {
    let working = actor
        .grants
        .iter()
        .filter(|grant| grant.role.allows(Permission::StaffView));
    working.max_by_key(|grant| grant.path.len())
}

fn home(actor: &Actor) -> Option<&Grant> {
    actor.grants.iter().find(|grant| grant.role == Role::Resident)
}

#[component]
fn Work() -> impl IntoView {
    let place = use_viewer()
        .actor
        .and_then(|actor| work(&actor).map(|grant| (grant.code.clone(), grant.node_name.clone())));
    place.map(|(code, name)| {
        view! {
            <Card flush=true>
                <List>
                    <ListRow icon=Glyph::People title="我的网格队伍" detail=format!("{name}：谁在岗、电话、缺谁、交接") href=format!("/teams/{code}")/>
                </List>
            </Card>
        }
    })
}

#[component]
fn Home() -> impl IntoView {
    let place = use_viewer()
        .actor
        .and_then(|actor| home(&actor).map(|grant| (grant.code.clone(), grant.node_name.clone())));
    place.map(|(code, name)| {
        view! {
            <Card flush=true>
                <List>
                    <ListRow icon=Glyph::Phone title="我的网格有谁" detail=format!("{name}：网格长、网格员、民警、物业，点一下就能打电话") href=format!("/teams/{code}")/>
                </List>
            </Card>
        }
    })
}
