//! The form as a component.

use std::time::Duration;

use leptos::{context::Provider, ev::SubmitEvent, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use shared::AppError;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, XmlHttpRequest};

use super::{
    Done,
    request::{self, Told},
};
use crate::{
    Notice, Progress, Tone,
    error_summary::ErrorSummary,
    form::{FormState, form_id},
    outbox::{State, files, use_outbox},
    returned,
};

/// A short action shows no progress, and what stops it does not appear under the second press of a double click.
const PATIENCE: Duration = Duration::from_millis(800);

/// How far a form is on its way.
#[derive(Clone, Debug, PartialEq)]
struct Way {
    words: String,
    part: Option<f64>,
}

/// A form for `action`, a plain route of the server that answers as [`super`] says. Its fields find their errors by name.
#[component]
pub fn SendForm(
    action: &'static str,
    /// Distinguishes forms of one page; with it, a route that refuses the form by [`returned::Kept`] brings back what was typed, and why.
    #[prop(optional, into)]
    prefix: String,
    /// It holds files, at most so many bytes together; with more it is refused with this error before anything is sent.
    #[prop(optional)]
    files: Option<(u64, AppError)>,
    /// Called when it has succeeded, instead of following where it leads.
    #[prop(into)]
    on_done: Callback<Done>,
    /// Called when it was stopped. Without it, a sentence says that nothing was stored.
    #[prop(optional, into)]
    on_stop: Option<Callback<()>>,
    /// What it is, in the person's words. With it the device keeps what finds no signal, and sends it later: the form has a field
    /// [`files::KEY`] by which the route does it once, and the route answers a device as [`files`] says.
    #[prop(optional, into)]
    outbox: Option<String>,
    children: Children,
) -> impl IntoView {
    let way = RwSignal::new(None::<Way>);
    let error = RwSignal::new(returned::refusal_by(action, &prefix).filter(|_| !prefix.is_empty()));
    let stopped = RwSignal::new(false);
    // Whether it has taken long enough to be told of.
    let long = RwSignal::new(false);
    let sendings = StoredValue::new(0_u32);
    // The item that waits on this device, and whether the server has it.
    let kept = RwSignal::new(None::<String>);
    let keeps = outbox.is_some();
    let label = StoredValue::new(outbox);
    let held = StoredValue::new(None::<SendWrapper<FormData>>);
    let device = use_outbox();
    // What the server refused, or was given up, may be sent again: under its key it is still one.
    let done = move || {
        kept.with(|id| {
            let Some((id, device)) = id.as_ref().zip(device) else {
                return false;
            };
            let items = device.items();
            let mut waiting = items.iter().filter(|item| item.state == State::Waiting);
            device.has_sent(id) || waiting.any(|item| item.id == *id)
        })
    };
    let put_by = move || {
        let label = label.try_get_value().flatten();
        let data = held.try_update_value(Option::take).flatten();
        let (Some(device), Some(label), Some(data)) = (device, label, data) else {
            _ = way.try_set(None);
            _ = error.try_set(Some(AppError::Unavailable));
            return;
        };
        spawn_local(async move {
            let data = data.take();
            match files::keep(device, action, &label, &data).await {
                Ok(id) => _ = kept.try_set(Some(id)),
                Err(_) => _ = error.try_set(Some(AppError::Unavailable)),
            }
            _ = way.try_set(None);
        });
    };
    // Empty on the server, where it may be dropped on another thread.
    let request = StoredValue::new(None::<SendWrapper<XmlHttpRequest>>);
    let stop = move || {
        let held = request.try_update_value(Option::take).flatten();
        if let Some(held) = held {
            // Aborting what has ended already does nothing.
            _ = held.abort();
        }
    };
    // Whoever leaves the page hears no more of it, so it does not go on behind their back.
    on_cleanup(stop);

    // The component may be gone when the answer comes: hence `try_`.
    let told = move |told: Told| match told {
        Told::Sent(gone, all) => _ = way.try_set(Some(sent(gone, all))),
        Told::At(phase) => {
            _ = way.try_set(Some(Way {
                words: format!("{}……", phase.label()),
                part: None,
            }))
        }
        Told::Done(done) => {
            request.try_update_value(Option::take);
            // The form stays busy until what follows has taken its place: a second click would send it again.
            _ = on_done.try_run(done);
        }
        Told::Failed(why) => {
            request.try_update_value(Option::take);
            _ = way.try_set(None);
            _ = error.try_set(Some(why));
        }
        Told::Lost => {
            request.try_update_value(Option::take);
            put_by();
        }
        Told::Stopped => match on_stop {
            Some(on_stop) => _ = on_stop.try_run(()),
            None => {
                _ = way.try_set(None);
                _ = stopped.try_set(true);
            }
        },
    };
    let with_files = files.is_some();
    let limit = StoredValue::new(files);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if way.with_untracked(Option::is_some) || untrack(done) {
            return;
        }
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(data) = form.as_ref().and_then(|form| FormData::new_with_form(form).ok()) else {
            return;
        };
        stopped.set(false);
        let refused = limit.with_value(|limit| {
            let (most, refusal) = limit.as_ref()?;
            (bytes(&data) > *most as f64).then(|| refusal.clone())
        });
        if refused.is_some() {
            error.set(refused);
            return;
        }
        error.set(None);
        long.set(false);
        let mine = sendings.with_value(|n| n.wrapping_add(1));
        sendings.set_value(mine);
        set_timeout(
            move || {
                if sendings.try_get_value() == Some(mine) {
                    long.set(true);
                }
            },
            PATIENCE,
        );
        way.set(Some(Way {
            words: "正在送出……".into(),
            part: None,
        }));
        if keeps {
            held.set_value(Some(SendWrapper::new(data.clone())));
        }
        match request::send(action, &data, with_files, told) {
            Ok(sent) => request.set_value(Some(SendWrapper::new(sent))),
            Err(_) => told(Told::Failed(AppError::Unavailable)),
        }
    };

    let state = FormState {
        // A route of its own answers it, not a server function.
        to: action,
        pending: Signal::derive(move || way.with(Option::is_some)),
        error: error.into(),
        prefix: StoredValue::new(prefix.clone()),
    };
    let words = Signal::derive(move || way.get().map(|way| way.words).unwrap_or_default());
    let part = Signal::derive(move || way.get().and_then(|way| way.part));
    // Without script the browser's own checks save a round trip; with it, ours speak better.
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let named = !prefix.is_empty();
    view! {
        <Provider value=state>
            <form id=named.then(|| form_id(&prefix)) class="form" method="post" action=action enctype=with_files.then_some("multipart/form-data")
                novalidate=move || scripted.get() on:submit=submit>
                {named.then(|| view! { <input type="hidden" name=returned::FORM value=prefix.clone()/> })}
                <ErrorSummary/>
                <Show when=move || stopped.get()>
                    <Notice live=true>"已经停下，什么也没有存。"</Notice>
                </Show>
                <Show when=done>
                    <Notice tone=Tone::Due live=true>{move || {
                        let sent = kept.with(|id| {
                            id.as_ref()
                                .is_some_and(|id| device.is_some_and(|device| device.has_sent(id)))
                        });
                        if sent {
                            "已经送到了。"
                        } else {
                            "没有网络，已存在这台设备上，有网络时自己送出。不用再写一遍。"
                        }
                    }}</Notice>
                </Show>
                {children()}
                <Show when=move || long.get() && way.with(Option::is_some)>
                    <Progress label=words part=part on_cancel=move |()| stop()/>
                </Show>
            </form>
        </Provider>
    }
}

fn sent(gone: f64, all: f64) -> Way {
    if gone >= all {
        return Way {
            words: "已经传完，正在处理……".into(),
            part: None,
        };
    }
    Way {
        words: format!("正在上传，{} / {}", megabytes(gone), megabytes(all)),
        part: Some(gone / all),
    }
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

/// How large the files of a form are together.
fn bytes(form: &FormData) -> f64 {
    let values = js_sys::try_iter(form.values().as_ref()).ok().flatten();
    values
        .into_iter()
        .flatten()
        .filter_map(|value| value.ok()?.dyn_into::<web_sys::File>().ok())
        .map(|file| file.size())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_gone_up_is_told_in_megabytes() {
        let way = sent(12_340_000.0, 50_000_000.0);
        assert_eq!(way.words, "正在上传，12.3 MB / 50.0 MB");
        assert_eq!(way.part, Some(0.2468));
        assert_eq!(sent(5.0, 5.0).part, None);
    }
}
