//! What is near: asked with the browser's location once, when somebody presses; it stands in no address and is not kept.

use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use ui::{Button, ButtonKind, Card, Empty, Glyph, Notice, Tone, locate::locate};

use super::list::rows;
use crate::{api, model::Row};

/// A button that lists the nearest of `kind`; there is nothing to press without script.
#[component]
pub fn Nearby(kind: String) -> impl IntoView {
    let (scripted, busy) = (RwSignal::new(false), RwSignal::new(false));
    let found = RwSignal::new(None::<Result<Vec<Row>, String>>);
    Effect::new(move |_| scripted.set(true));
    let ask = Callback::new(move |_: MouseEvent| {
        let kind = kind.clone();
        busy.set(true);
        spawn_local(async move {
            let near = match locate().await {
                Ok((lon, lat)) => api::near(lon, lat, kind).await.map_err(|error| error.message()),
                Err(none) => Err(none.message().to_owned()),
            };
            // The page may be gone by now.
            _ = busy.try_set(false);
            _ = found.try_set(Some(near));
        });
    });
    let shown = move || {
        found.get().map(|near| match near {
            Ok(near) if near.is_empty() => {
                view! { <Empty icon=Glyph::Locate title="五公里内没有登记的点位"/> }.into_any()
            }
            Ok(near) => {
                view! { <Card title="离您最近的" flush=true>{rows("离您最近的", near)}</Card> }.into_any()
            }
            Err(words) => view! { <Notice tone=Tone::Late live=true>{words}</Notice> }.into_any(),
        })
    };
    view! {
        <Show when=move || scripted.get()>
            <div class="stack">
                <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Locate busy on_click=ask>"找离我最近的"</Button></div>
                <p class="small quiet">"只用来算远近，不保存您的位置。"</p>
            </div>
        </Show>
        {shown}
    }
}
