//! This pillar's cards on the home page.

use leptos::prelude::*;
use shared::{Actor, Permission};
use ui::{Button, ButtonKind, Card, Glyph, Resource, Waiting, home::HomeCard};

use crate::api;

pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "poi",
            order: 207,
            waits: false,
            audience: |_: &Actor| true,
            view: || {
                view! {
                    <Card title="身边的点位">
                        <p>"助餐点、卫生服务站、充电点在哪里，什么时候开。"</p>
                        <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Pin href="/places">"看看"</Button></div>
                    </Card>
                }
                .into_any()
            },
        },
        HomeCard {
            id: "poi-photos",
            order: 62,
            waits: true,
            audience: |actor: &Actor| actor.may(Permission::PoiEdit),
            view: || view! { <Photos/> }.into_any(),
        },
    ]
}

/// Photos that wait for the viewer.
#[component]
fn Photos() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::count_photos());
    view! { <Waiting waiting icon=Glyph::Image title="点位的照片等您审核" unit="张" href="/places/photos"/> }
}
