//! `/map`: leads to the map that is the viewer's own.

use leptos::prelude::*;
use leptos_router::{LazyRoute, components::Redirect, lazy_route};
use shared::AppError;
use ui::{Button, ButtonKind, Empty, Glyph, Page, Shape, Skeleton};

use super::fault::Fault;
use crate::api;

pub struct HomePage {
    home: Resource<Result<Option<String>, AppError>>,
}

#[lazy_route]
impl LazyRoute for HomePage {
    fn data() -> Self {
        Self {
            home: Resource::new(|| (), |()| api::home()),
        }
    }

    fn view(this: Self) -> AnyView {
        let home = this.home;
        view! {
            <Suspense fallback=|| view! { <Skeleton shape=Shape::Block/> }>
                {move || Suspend::new(async move {
                    match home.await {
                        Ok(Some(code)) => view! { <Redirect path=format!("/map/{code}")/> }.into_any(),
                        Ok(None) => view! { <Nothing/> }.into_any(),
                        Err(error) => view! { <Fault error/> }.into_any(),
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
