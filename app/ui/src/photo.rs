//! Photos: handed in, and shown.

use leptos::prelude::*;
use shared::photo;

use crate::FileField;

/// Photos to hand in, in a [`SendForm`](crate::SendForm) with `files=`[`photo_limit`]. The telephone asks whether to take one or to
/// choose one; without script it is the browser's own field. With script they are made smaller before they are sent (`app/js/src/photos.ts`).
#[component]
pub fn PhotoField(
    #[prop(into)] label: String,
    /// How many may be chosen at once.
    most: usize,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let many = if most > 1 {
        format!("最多 {most} 张，")
    } else {
        String::new()
    };
    let hint = format!("{many}每张不超过 12 MB；在哪里拍的会从照片里去掉");
    view! { <FileField name=photo::FIELD label hint accept=photo::ACCEPT multiple={most > 1} optional/> }
}

/// The most that a form with `most` photos sends, and what is said of more before it is sent.
pub fn photo_limit(most: usize) -> (u64, shared::AppError) {
    ((most * photo::LARGEST) as u64, photo::too_large())
}

/// A photo in a page. Its place is kept while it loads, which it does only once it is near.
#[component]
pub fn Photo(
    #[prop(into)] src: String,
    /// What it shows, for those who do not see it.
    #[prop(into)]
    alt: String,
    width: i64,
    height: i64,
) -> impl IntoView {
    view! {
        <img class="photo" src=src alt=alt width=width.to_string() height=height.to_string() loading="lazy" decoding="async"/>
    }
}
