//! `/inspections/round`: a round that was walked, by itself: what was found, in full, with its photos.

use leptos::prelude::*;
use ui::{
    Badge, Card, Notice, Page, Photo, Resource, Tone,
    live::{use_events, use_reset},
};

use super::frame::{loaded, query};
use crate::{api, model::RoundPage};

pub fn page() -> AnyView {
    let id = query("id");
    let shown = Resource::new(move || id.get(), api::get_round);
    use_events(super::inspections::topics(), move |event| {
        if event.subject.as_deref() == Some(id.get_untracked().as_str()) {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    loaded(shown, move |page: RoundPage| view! { <Round page/> }.into_any())
}

#[component]
fn Round(page: RoundPage) -> impl IntoView {
    let row = page.row;
    let (tone, stands) = if row.found {
        (Tone::Due, "有问题")
    } else {
        (Tone::Done, "正常")
    };
    let when = row
        .done_at
        .map(|at| format!("{} 巡查", at.zh()))
        .unwrap_or_default();
    let number = page.photos.len();
    let photos = page
        .photos
        .into_iter()
        .enumerate()
        .map(|(at, photo)| {
            let src = format!("/inspections/photo/{}", photo.id);
            let alt = format!("{}，{}，第 {} 张照片，共 {number} 张", row.name, row.grid, at + 1);
            view! { <li><Photo src alt width=photo.width height=photo.height/></li> }
        })
        .collect_view();
    let photos = (number > 0).then(|| {
        view! { <Card title="照片"><ul class="photos" role="list" aria-label="照片">{photos}</ul></Card> }
    });
    let words = row
        .words
        .clone()
        .map(|words| view! { <p class="catalogue-words">{words}</p> });
    let nothing = row
        .words
        .is_none()
        .then(|| view! { <p class="quiet">"没有写什么。"</p> });
    let open = page.open.then(|| {
        view! { <Notice tone=Tone::Due>"还在处理。办结以后，这一页再留一个季度。"</Notice> }
    });
    view! {
        <Page title=row.name.clone() eyebrow=format!("{} · {}", row.grid, row.every.label()) above=vec![("巡查".to_owned(), "/inspections".to_owned())]>
            <div class="stack loose">
                {open}
                <Card title="发现了什么" end=move || view! { <Badge tone>{stands}</Badge> }>
                    {words}
                    {nothing}
                    <p class="small quiet">{when}</p>
                </Card>
                {photos}
            </div>
        </Page>
    }
}
