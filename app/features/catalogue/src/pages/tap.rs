//! A round that is walked with a tap, with or without a signal: the device keeps it until the server has it.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use ui::{
    Button, Glyph, Notice, Tone,
    outbox::{Item, NotKept, State, use_outbox},
    sending::{Done, follow},
};

use crate::{api, model::InspectionId};

/// Where the tap goes: late from the device, or at once from a browser without script.
const PATH: &str = <api::Walk as ServerFn>::PATH;

/// Whether it was tried, and waits for a signal.
fn waits(held: Option<&Item>) -> bool {
    held.is_some_and(|item| item.tried() && item.state == State::Waiting)
}

/// The button that says that a round was walked and all is well. `typing`: somebody writes on the page, so it stays.
#[component]
pub fn Tap(id: InspectionId, name: String, grid: String, typing: RwSignal<bool>) -> impl IntoView {
    let outbox = use_outbox();
    // What keeps nothing (a browser without storage) sends it at once, or says that it cannot.
    let well = ServerAction::<api::Walk>::new();
    let pending = well.pending();
    let value = id.to_string();
    let round = StoredValue::new(value.clone());
    let label = StoredValue::new(format!("巡查正常：{name}（{grid}）"));
    let asked = RwSignal::new(false);
    let sent = RwSignal::new(false);
    let held = Memo::new(move |_| {
        outbox.and_then(|outbox| round.with_value(|round| outbox.find(PATH, &[("id", round.as_str())])))
    });
    let known = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        if let Some(item) = held.get() {
            known.set_value(Some(item.id));
        }
        let Some(key) = known.get_value() else { return };
        let taken = outbox.is_some_and(|outbox| outbox.has_sent(&key));
        if taken && !sent.get_untracked() {
            sent.set(true);
            if !typing.get_untracked() {
                follow().run(Done::to("/inspections?done=walked"));
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let idle = !asked.get_untracked() && !sent.get_untracked();
        if !idle || held.with_untracked(|held| waits(held.as_ref())) {
            return;
        }
        asked.set(true);
        let (id, label) = (round.get_value(), label.get_value());
        spawn_local(async move {
            let kept = match outbox {
                Some(outbox) => outbox.put(PATH, &label, &[("id", id.as_str())]).await,
                None => Err(NotKept),
            };
            // What was not set belongs to a page that was left meanwhile.
            if asked.try_set(false).is_none() && kept.is_err() {
                well.dispatch(api::Walk {
                    id,
                    found: false,
                    words: String::new(),
                });
            }
        });
    };
    let busy = Signal::derive(move || {
        let first = held.with(|held| held.as_ref().is_some_and(|item| !item.tried()));
        first || asked.get() || pending.get()
    });
    let waiting = move || held.with(|held| waits(held.as_ref()));
    let disabled = Signal::derive(move || waiting() || sent.get());
    let refused = move || {
        let error = well
            .value()
            .with(|value| value.as_ref().and_then(|result| result.as_ref().err().cloned()));
        let stuck = held.get().and_then(|item| match item.state {
            State::NeedsYou { message } => Some(message),
            State::Waiting => None,
        });
        let words = error.map(|error| error.message()).or(stuck);
        words.map(|words| view! { <Notice tone=Tone::Late live=true>{words}</Notice> })
    };
    view! {
        {refused}
        <Show when=waiting>
            <Notice tone=Tone::Due live=true>"已记下，有信号时送出。"</Notice>
        </Show>
        <form method="post" action=PATH on:submit=submit>
            <input type="hidden" name="id" value=value/>
            <Button submit=true icon=Glyph::Check busy disabled>"看过了，正常"<span class="hidden-text">{name}</span></Button>
        </form>
    }
}
