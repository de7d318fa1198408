//! This pillar's cards on the home page.

use leptos::prelude::*;
use shared::{Actor, Permission};
use ui::{Button, ButtonKind, Card, Glyph, List, ListRow, Resource, home::HomeCard};

use crate::api;

pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
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
        },
        HomeCard {
            id: "poi-photos",
            order: 62,
            audience: |actor: &Actor| actor.may(Permission::PoiEdit),
            view: || view! { <Waiting/> }.into_any(),
        },
    ]
}

/// Photos that wait for the viewer; nothing where there are none.
#[component]
fn Waiting() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::count_photos());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match waiting.await {
                    Ok(0) | Err(_) => ().into_any(),
                    Ok(count) => view! {
                        <Card flush=true>
                            <List>
                                <ListRow icon=Glyph::Image title="点位的照片等您审核" detail=format!("{count} 张") href="/places/photos"/>
                            </List>
                        </Card>
                    }
                    .into_any(),
                }
            })}
        </Suspense>
    }
}
