//! What waits on this device, with a way to send it now and a way to give it up.

use leptos::prelude::*;
use shared::Timestamp;

use super::{Item, Outbox, State, use_outbox};
use crate::{
    badge::{Badge, Tone},
    button::{Button, ButtonKind},
    card::Card,
    dialog::Dialog,
    icon::Glyph,
};

/// Shows what was tried and waits; nothing while nothing does.
#[component]
pub fn OutboxStatus() -> impl IntoView {
    use_outbox().map(|outbox| {
        view! {
            <Show when=move || outbox.items().iter().any(Item::tried)>
                <Waiting outbox/>
            </Show>
        }
    })
}

#[component]
fn Waiting(outbox: Outbox) -> impl IntoView {
    let asked = RwSignal::new(None::<String>);
    let open = RwSignal::new(false);
    let ask = Callback::new(move |id: String| {
        asked.set(Some(id));
        open.set(true);
    });
    let tried = move || -> Vec<Item> { outbox.items().into_iter().filter(Item::tried).collect() };
    view! {
        <div class="page">
            <Card title="还没送出的" flush=true end=move || view! {
                <span class="small quiet" role="status">{move || if outbox.sending().get() { "正在送" } else { "存在这台设备上" }}</span>
            }>
                <ul class="list outbox" role="list">
                    <For each=tried key=|item| (item.id.clone(), item.state.clone()) let:item>
                        <WaitingItem item retry=Callback::new(move |id| outbox.retry(id)) discard=ask/>
                    </For>
                </ul>
            </Card>
        </div>
        <Dialog open id="outbox-discard" title="不送了？">
            <p>"这一条只存在这台设备上，不送就没有了。"</p>
            <div class="buttons">
                <Button kind=ButtonKind::Plain on_click=move |_| open.set(false)>"先留着"</Button>
                <Button kind=ButtonKind::Danger on_click=move |_| {
                    if let Some(id) = asked.get_untracked() {
                        outbox.discard(id);
                    }
                    open.set(false);
                }>"不送了"</Button>
            </div>
        </Dialog>
    }
}

/// One item as the person sees it.
#[component]
pub(crate) fn WaitingItem(item: Item, retry: Callback<String>, discard: Callback<String>) -> impl IntoView {
    let made = Timestamp(item.made_at_ms.saturating_mul(1_000)).zh_short();
    let (badge, words) = match item.state {
        State::Waiting => (
            view! { <Badge tone=Tone::Due icon=Glyph::Wait>"等网络"</Badge> },
            "有网络时自己送出".to_owned(),
        ),
        State::NeedsYou { message } => (view! { <Badge tone=Tone::Late>"要您看一下"</Badge> }, message),
    };
    let (id, same) = (item.id.clone(), item.id);
    view! {
        <li class="outbox-item">
            <div class="words">
                <div class="row wrap close"><b>{item.label}</b>{badge}</div>
                <p class="small quiet">{format!("{made} 写下。{words}")}</p>
            </div>
            <Button kind=ButtonKind::Plain on_click=move |_| retry.run(id.clone())>"再送一次"</Button>
            <Button kind=ButtonKind::Quiet on_click=move |_| discard.run(same.clone())>"不送了"</Button>
        </li>
    }
}
