//! What somebody does on a page that others change at the same time: it stays until they are through with it.

use leptos::{ev::MouseEvent, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use crate::Resource;

/// Whether somebody has typed something on this page, or opened a form.
#[derive(Clone, Copy, Debug)]
pub struct Typing {
    goes_on: RwSignal<bool>,
    /// What is on its way was asked for because of news from elsewhere, and by nobody here.
    news: StoredValue<bool>,
}

impl Typing {
    #[must_use]
    pub fn new() -> Self {
        Self {
            goes_on: RwSignal::new(false),
            news: StoredValue::new(false),
        }
    }

    /// It was sent, or another page is shown in the place of this one.
    pub fn is_over(self) {
        self.goes_on.set(false);
    }

    /// There is news of what the page shows: fetches it, unless somebody is at it.
    pub fn look_again<T>(self, resource: Resource<T>)
    where
        T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        if !self.goes_on.get_untracked() {
            self.news.set_value(true);
            resource.refetch();
        }
    }

    /// Whether what has just come is to be left, for somebody began while it was on its way.
    pub(crate) fn keeps(self) -> bool {
        let news = self.news.get_value();
        self.news.set_value(false);
        news && self.goes_on.get_untracked()
    }
}

impl Default for Typing {
    fn default() -> Self {
        Self::new()
    }
}

/// Notes what is typed and opened in it.
#[component]
pub(crate) fn Typed(typing: Typing, children: Children) -> impl IntoView {
    let opened = move |event: MouseEvent| {
        if opens_form(&event) {
            typing.goes_on.set(true);
        }
    };
    view! { <div on:input=move |_| typing.goes_on.set(true) on:click=opened>{children()}</div> }
}

/// Whether the click is on the summary of a fold that has a form in it.
fn opens_form(event: &MouseEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target
        .and_then(|target| target.closest("summary").ok().flatten())
        .and_then(|summary| summary.parent_element())
        .is_some_and(|fold| matches!(fold.query_selector("form"), Ok(Some(_))))
}
