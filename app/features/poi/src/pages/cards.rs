//! This pillar's card on the home page.

use leptos::prelude::*;
use shared::Actor;
use ui::{Button, ButtonKind, Card, Glyph, home::HomeCard};

pub fn home_cards() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "poi",
        order: 207,
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
    }]
}
