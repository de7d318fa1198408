//! `/catalogue/history`: the versions of a list, each with what it changed.

use leptos::prelude::*;
use ui::{Badge, Button, ButtonKind, Card, Glyph, Page, Resource, Tone};

use super::frame::{Differences, loaded, query};
use crate::{
    api,
    model::{Difference, HistoryPage, VersionRow},
};

pub fn page() -> AnyView {
    let node = query("node");
    let shown = Resource::new(move || node.get(), api::history);
    loaded(shown, move |page: HistoryPage| {
        let above = vec![(
            "能办什么事".to_owned(),
            format!("/catalogue?node={}", page.here.code),
        )];
        let cards = page
            .versions
            .into_iter()
            .map(|(version, changed)| {
                let here = page.here.code.clone();
                let coming = version.valid_from.is_some_and(|from| from > page.today);
                view! { <Version version changed here coming/> }
            })
            .collect::<Vec<_>>();
        view! {
            <Page title="清单改过什么" eyebrow=page.here.name above>
                <div class="stack loose">{cards}</div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Version(version: VersionRow, changed: Vec<Difference>, here: String, coming: bool) -> impl IntoView {
    let from = version.valid_from.map(shared::Date::zh).unwrap_or_default();
    let href = version
        .valid_from
        .map(|from| format!("/catalogue?node={here}&on={from}"))
        .unwrap_or_default();
    let first = changed.is_empty() && version.number == 1;
    view! {
        <Card title=format!("第 {} 版", version.number) end=move || coming.then(|| view! { <Badge tone=Tone::Due>"还没有生效"</Badge> })>
            <p>{format!("{from} 起，{} 项。{}", version.items, version.note)}</p>
            {first.then(|| view! { <p class="small quiet">"这是第一版。"</p> })}
            {(!changed.is_empty()).then(|| view! { <Differences list=changed/> })}
            <p><Button kind=ButtonKind::Quiet icon=Glyph::List href>"看那时的清单"</Button></p>
        </Card>
    }
}
