//! This pillar's card on the home page: what an administrator answers for.

use leptos::prelude::*;
use shared::{Actor, Permission, Role};
use ui::{Button, ButtonKind, Card, Figure, FigureKind, Glyph, Resource, home::HomeCard, viewer::use_viewer};

use super::{address, node::is_mapped};
use crate::{
    api,
    model::{NodeKind, Overseen},
};

/// The card: for administrators of a town, a district or a city only.
pub fn home_cards() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "orgs-overseen",
        order: 116,
        waits: false,
        audience: administers,
        view: || view! { <Mine/> }.into_any(),
    }]
}

fn administers(actor: &Actor) -> bool {
    let roles = [Role::TownAdmin, Role::DistrictAdmin, Role::CityAdmin];
    actor.may(Permission::OrgEdit) && roles.iter().any(|role| actor.holds(*role))
}

#[component]
fn Mine() -> impl IntoView {
    let overseen = Resource::new(|| (), |()| api::overseen_node());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match overseen.await {
                    Ok(Some(overseen)) => view! { <Subtree overseen/> }.into_any(),
                    Ok(None) => ().into_any(),
                    Err(error) => view! { <Card title="您管的地方"><p>{error.message()}</p></Card> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Subtree(overseen: Overseen) -> impl IntoView {
    let imports = use_viewer()
        .actor
        .is_some_and(|actor| actor.may(Permission::OrgImport));
    let Overseen { code, name, counts } = overseen;
    let figures = counts
        .into_iter()
        .filter(|count| count.kind <= NodeKind::Grid)
        .map(|count| view! { <Figure label=count.kind.label() value=count.count.to_string() unit="个" kind=FigureKind::Middle/> })
        .collect_view();
    let map = is_mapped(code.as_str()).then(|| format!("/map/{code}"));
    let here = address(&code);
    view! {
        <Card title=name end=move || view! { <a href=here>"看组织"</a> }>
            <div class="halves">{figures}</div>
            <div class="buttons">
                {map.map(|href| view! { <Button kind=ButtonKind::Plain icon=Glyph::Map href>"看地图"</Button> })}
                {imports.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Upload href="/admin/orgs/import">"导入区划"</Button> })}
            </div>
        </Card>
    }
}
