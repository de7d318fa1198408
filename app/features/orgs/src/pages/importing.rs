//! What the pages of all imports share: sending a file, applying it, stopping that, and the way back to the page's address.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use serde::de::DeserializeOwned;
use shared::{AppError, RecordId};
use ui::{Button, ButtonKind, Notice, Tone, sending::Done};

use crate::model::{LARGEST, Refusal};

/// An import page at its address: `?id=` names the file, `&fault=` why nothing came of what was asked last.
pub struct Importing<P: Send + Sync + 'static> {
    pub page: &'static str,
    /// The preview that came with the file's answer, until it is shown: it need not be worked out again.
    fresh: StoredValue<Option<(String, P)>>,
    round: RwSignal<u32>,
}

// Not derived: a preview itself need not be copied.
impl<P: Send + Sync> Clone for Importing<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Send + Sync> Copy for Importing<P> {}

impl<P: DeserializeOwned + Send + Sync + 'static> Importing<P> {
    pub fn at(page: &'static str) -> Self {
        Self {
            page,
            fresh: StoredValue::new(None),
            round: RwSignal::new(0),
        }
    }

    /// Which file is shown, none if one is still to be sent; and how often it was asked for.
    pub fn asked(self) -> Signal<(String, u32)> {
        let query = use_query_map();
        Signal::derive(move || {
            let id = query.with(|query| query.get_str("id").unwrap_or_default().to_owned());
            (id, self.round.get())
        })
    }

    /// The preview that is at hand, once.
    pub fn take(self, id: &str) -> Option<P> {
        let held = self.fresh.try_update_value(Option::take).flatten();
        held.filter(|(of, _)| of == id).map(|(_, preview)| preview)
    }

    /// The file was sent: on to its preview.
    pub fn on_sent(self) -> Callback<Done> {
        let go = use_navigate();
        Callback::new(move |Done { to, shown }: Done| {
            let id = to.split_once("?id=").map(|(_, id)| id.to_owned());
            let preview = serde_json::from_value::<Option<P>>(shown).ok().flatten();
            self.fresh.set_value(id.zip(preview));
            go(&to, NavigateOptions::default());
        })
    }

    /// The file was applied: the same address shows what came of it.
    pub fn on_applied(self) -> Callback<Done> {
        let go = use_navigate();
        Callback::new(move |done: Done| {
            go(
                &done.to,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
            self.round.update(|round| *round += 1);
        })
    }

    /// Applying was stopped: `stop` has the last word on whether it was in time.
    pub fn on_stop<F>(self, id: RecordId, stop: impl Fn(String) -> F + Send + Sync + 'static) -> Callback<()>
    where
        F: Future<Output = Result<String, AppError>> + 'static,
    {
        let go = use_navigate();
        Callback::new(move |()| {
            let (go, stopping) = (go.clone(), stop(id.to_string()));
            spawn_local(async move {
                // Where the answer is lost, what the page shows next says how it is.
                if let Ok(now) = stopping.await {
                    let said = if now == id.to_string() {
                        ""
                    } else {
                        "&fault=stopped"
                    };
                    let to = format!("{}?id={now}{said}", self.page);
                    go(
                        &to,
                        NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        },
                    );
                }
                _ = self.round.try_update(|round| *round += 1);
            });
        })
    }
}

/// The most that a file may have, and what is said of a larger one before it is sent.
pub fn limit() -> (u64, AppError) {
    (LARGEST as u64, Refusal::Large.error())
}

/// Why nothing came of what was asked last, where the address says so.
#[component]
pub fn Refused() -> impl IntoView {
    let query = use_query_map();
    let refusal = move || query.with(|query| query.get_str("fault").and_then(Refusal::from_code));
    move || {
        refusal().map(|refusal| {
            let tone = if refusal == Refusal::Stopped {
                Tone::Quiet
            } else {
                Tone::Late
            };
            view! { <Notice tone=tone live=true>{refusal.words()}</Notice> }
        })
    }
}

/// The way to begin anew.
#[component]
pub fn Another(page: &'static str) -> impl IntoView {
    view! { <div class="buttons"><Button kind=ButtonKind::Quiet href=page external=true>"换一个文件"</Button></div> }
}
