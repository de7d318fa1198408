//! `/map`: leads to the map that is the viewer's own.

use leptos::prelude::*;
use leptos_router::{LazyRoute, NavigateOptions, components::Redirect, lazy_route};
use ui::{Button, ButtonKind, Empty, Fault, Glyph, Page, Resource, Shape, Skeleton};

use super::{MISSING, WAYS};
use crate::api;

pub struct HomePage;

#[lazy_route]
impl LazyRoute for HomePage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let home = Resource::new(|| (), |()| api::home());
        view! {
            <Suspense fallback=|| view! { <Skeleton shape=Shape::Block/> }>
                {move || Suspend::new(async move {
                    match home.await {
                        Ok(Some(code)) => view! { <Redirect path=format!("/map/{code}") options=NavigateOptions { replace: true, ..NavigateOptions::default() }/> }.into_any(),
                        Ok(None) => view! { <Nothing/> }.into_any(),
                        Err(error) => view! { <Fault error missing=MISSING ways=WAYS/> }.into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <Page title="地图">
            <Empty icon=Glyph::Map title="这里将是网格地图" detail="管理员导入边界以后，就能在地图上看到每个社区和网格。">
                <div class="buttons">
                    <Button href="/admin/map/import">"导入边界"</Button>
                    <Button kind=ButtonKind::Plain href="/orgs">"看全部组织"</Button>
                </div>
            </Empty>
        </Page>
    }
}
