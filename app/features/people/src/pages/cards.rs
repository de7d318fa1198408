//! This pillar's cards on the home page, with what waits.

use leptos::prelude::*;
use shared::{Actor, Permission, Role};
use ui::{Button, ButtonKind, Card, Glyph, Resource, home::HomeCard, viewer::use_viewer};

use crate::{api, model::figures_of};

/// The cards: one's own household for a resident, everybody's for those who work where they live.
pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "people-mine",
            order: 205,
            waits: false,
            audience: |actor: &Actor| actor.holds(Role::Resident),
            view: || view! { <Mine/> }.into_any(),
        },
        HomeCard {
            id: "people-work",
            order: 115,
            waits: false,
            audience: |actor: &Actor| actor.may(Permission::PeopleView),
            view: || view! { <Work/> }.into_any(),
        },
    ]
}

#[component]
fn Mine() -> impl IntoView {
    view! {
        <Card title="我家的登记">
            <p>"看看登记得对不对；没有登记的家里人，也在这里填。"</p>
            <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Home href="/me/household">"去看看"</Button></div>
        </Card>
    }
}

#[component]
fn Work() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::corrections_waiting());
    let place = use_viewer().actor.and_then(|actor| figures_of(&actor));
    let figures = place.map(|code| {
        let href = format!("/people/figures?node={code}");
        view! { <Button kind=ButtonKind::Plain icon=Glyph::Chart href=href>"人口"</Button> }
    });
    view! {
        <Card title="居民和房屋">
            <p>"按姓名、手机号或地址找人，看楼栋图和名册。"</p>
            <Suspense>
                {move || Suspend::new(async move {
                    match waiting.await {
                        Ok(0) => ().into_any(),
                        Ok(n) => view! {
                            <p><a href="/people/corrections">{format!("居民写的更正，有 {n} 条等核对")}</a></p>
                        }
                        .into_any(),
                        Err(error) => view! { <p>{error.message()}</p> }.into_any(),
                    }
                })}
            </Suspense>
            <div class="buttons">
                <Button kind=ButtonKind::Plain icon=Glyph::People href="/people">"找人"</Button>
                <Button kind=ButtonKind::Plain icon=Glyph::Building href="/people/buildings">"楼栋图"</Button>
                <Button kind=ButtonKind::Plain icon=Glyph::List href="/people/roll">"名册"</Button>
                {figures}
            </div>
        </Card>
    }
}
