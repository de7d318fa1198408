//! Short news about what was just done. What must not be missed is a notice on the page instead.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    badge::Tone,
    icon::{Glyph, Icon},
};

/// How long news stays; what went wrong stays until it is closed.
const STAYS: Duration = Duration::from_secs(6);
/// How many stand at once; the oldest goes first.
const MOST: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    id: u64,
    tone: Tone,
    text: String,
}

#[derive(Default)]
struct Queue {
    next: u64,
    shown: Vec<Toast>,
}

impl Queue {
    fn push(&mut self, tone: Tone, text: String) -> u64 {
        let id = self.next;
        self.next += 1;
        self.shown.retain(|toast| toast.text != text);
        self.shown.push(Toast { id, tone, text });
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
        id
    }

    fn close(&mut self, id: u64) {
        self.shown.retain(|toast| toast.id != id);
    }
}

/// Tells news from anywhere below [`provide_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Queue>);

impl Toasts {
    pub fn done(self, text: impl Into<String>) {
        self.say(Tone::Done, text);
    }

    pub fn failed(self, text: impl Into<String>) {
        self.say(Tone::Late, text);
    }

    pub fn say(self, tone: Tone, text: impl Into<String>) {
        let Some(id) = self.0.try_update(|queue| queue.push(tone, text.into())) else {
            return;
        };
        if tone != Tone::Late {
            set_timeout(move || self.close(id), STAYS);
        }
    }

    fn close(self, id: u64) {
        // The page may be gone by the time the timer fires.
        _ = self.0.try_update(|queue| queue.close(id));
    }
}

/// Makes news possible below; call once, in the application's root. [`ToastRegion`] shows them.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts(RwSignal::new(Queue::default()));
    provide_context(toasts);
    toasts
}

/// The way to tell news. Where nobody shows them (a test, a bare page) they go nowhere.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts(RwSignal::new(Queue::default())))
}

/// Where news appear: above the bottom bar, announced politely.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.0.with(|queue| queue.shown.clone()) key=|toast| toast.id let:toast>
                <div class=if toast.tone == Tone::Late { "toast late" } else { "toast" }>
                    <Icon name=if toast.tone == Tone::Late { Glyph::Warning } else { Glyph::Check }/>
                    <span class="words">{toast.text}</span>
                    <button type="button" aria-label="关闭" on:click=move |_| toasts.close(toast.id)>
                        <Icon name=Glyph::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first_and_the_same_is_told_once() {
        let mut queue = Queue::default();
        for text in ["一", "二", "三", "四"] {
            queue.push(Tone::Done, text.into());
        }
        assert_eq!(
            queue.shown.iter().map(|t| t.text.as_str()).collect::<Vec<_>>(),
            ["二", "三", "四"]
        );
        let again = queue.push(Tone::Done, "二".into());
        assert_eq!(queue.shown.len(), 3);
        queue.close(again);
        assert_eq!(
            queue.shown.iter().map(|t| t.text.as_str()).collect::<Vec<_>>(),
            ["三", "四"]
        );
    }
}
