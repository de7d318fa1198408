//! A notice in a list: pressed, it counts as read and leads to what it is about.

use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::Timestamp;
use ui::{Badge, Glyph, Icon, Tone};

use crate::{
    api,
    model::{Importance, NoticeRow},
};

/// What changes about a notice while it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub read: bool,
    pub open: bool,
}

impl Standing {
    pub fn of(row: &NoticeRow) -> Self {
        Self {
            read: row.read,
            open: row.is_open(),
        }
    }
}

/// The link of a notice. Its address counts it as read and leads on, without script too; with script the page changes at once, and
/// the server is told beside it.
#[component]
pub fn Linked(
    row: NoticeRow,
    now: Timestamp,
    /// Whether it is one's own: what is read for another stays unread.
    own: bool,
    #[prop(into)] standing: Signal<Standing>,
) -> impl IntoView {
    let id = row.id.to_string();
    let navigate = use_navigate();
    let href = row.href.clone();
    let address = format!("/inbox/{id}");
    let name = format!("notice-{id}");
    let follow = move |event: MouseEvent| {
        let Some(href) = href.clone() else { return };
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        if own && !standing.get_untracked().read {
            let id = id.clone();
            // What fails here stays unread, which is true.
            spawn_local(async move { _ = api::read(id, String::new()).await });
        }
        navigate(&href, NavigateOptions::default());
    };
    let when = if row.at.date() == now.date() {
        row.at.zh_time()
    } else {
        row.at.zh_short()
    };
    let urgent = row.importance == Importance::Urgent;
    let asks = move || {
        standing.get().open.then(|| {
            if urgent {
                view! { <Badge tone=Tone::Late icon=Glyph::Warning>"紧急"</Badge> }.into_any()
            } else {
                view! { <Badge tone=Tone::Due>"要办"</Badge> }.into_any()
            }
        })
    };
    let unread = move || !standing.get().read;
    view! {
        <a class="list-row" class:unread=unread id=name href=address on:click=follow>
            <span class="words">
                <b>{row.words}</b>
                <span class="small">{row.label}" · "<time datetime=row.at.rfc3339()>{when}</time></span>
            </span>
            <span class="end">
                {asks}
                <Show when=unread><Badge tone=Tone::Go>"未读"</Badge></Show>
            </span>
            <span class="go"><Icon name=Glyph::Forward/></span>
        </a>
    }
}
