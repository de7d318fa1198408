//! This pillar's cards on the home page.

use leptos::prelude::*;
use shared::{Actor, Permission};
use ui::{Button, ButtonKind, Card, Glyph, SearchBox, home::HomeCard, viewer::use_viewer};

/// The cards: what one can have done, for everybody; rounds and the list for those who work with them.
pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "catalogue-menu",
            order: 203,
            waits: false,
            audience: |_: &Actor| true,
            view: || view! { <Menu/> }.into_any(),
        },
        HomeCard {
            id: "catalogue-work",
            order: 112,
            waits: false,
            audience: works,
            view: || view! { <Work/> }.into_any(),
        },
    ]
}

fn works(actor: &Actor) -> bool {
    [
        Permission::Inspect,
        Permission::InspectionPlan,
        Permission::CatalogueEdit,
    ]
    .iter()
    .any(|permission| actor.may(*permission))
}

#[component]
fn Menu() -> impl IntoView {
    view! {
        <Card title="能办什么事">
            <SearchBox action="/catalogue" label="找一件事" placeholder="例如：老人、装修、低保"/>
            <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::List href="/catalogue">"看全部事项"</Button></div>
        </Card>
    }
}

#[component]
fn Work() -> impl IntoView {
    let actor = use_viewer().actor;
    let may = |permission| actor.as_ref().is_some_and(|actor| actor.may(permission));
    let (walks, plans, keeps) = (
        may(Permission::Inspect),
        may(Permission::InspectionPlan),
        may(Permission::CatalogueEdit),
    );
    view! {
        <Card title="巡查和清单">
            <div class="buttons">
                {walks.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Check href="/inspections">"去巡查"</Button> })}
                {plans.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Calendar href="/inspections/plans">"安排巡查"</Button> })}
                {keeps.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::List href="/admin/catalogue">"网格事项清单"</Button> })}
            </div>
        </Card>
    }
}
