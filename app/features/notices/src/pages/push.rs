//! Notices on the screen of this device: turned on and off here, and which topics come so on every device.

use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use ui::{
    Button, ButtonKind, Card, Checkbox, Form, Glyph, Notice, Submit, Tone,
    push::{self, Device},
};

use crate::{
    api,
    model::{PushOffer, TopicChoice},
};

/// The card. What the browser can and has is known once its script runs; until then the page says what the server knows.
#[component]
pub fn Pushed(
    offer: PushOffer,
    topics: Vec<TopicChoice>,
    action: ServerAction<api::ChoosePushed>,
    off: ServerAction<api::PushOff>,
) -> impl IntoView {
    view! {
        <Card title="手机通知">
            <div class="stack">
                <p>
                    "在这台设备的屏幕上弹出来，只写是哪一类，不写内容，点开才看得到。退出登录就停。它是额外的：有的手机和网络收不到，要紧的请看“消息”和短信。"
                </p>
                <Here offer off/>
                <Form action prefix="pushed">
                    <fieldset class="field">
                        <legend>"弹哪些"</legend>
                        {topics
                            .into_iter()
                            .enumerate()
                            .map(|(at, choice)| {
                                let (topic, name) = (choice.topic, format!("pushed[{at}]"));
                                view! {
                                    <Checkbox name label=topic.label() hint=topic.explained() value=topic.code() checked=choice.pushed/>
                                }
                            })
                            .collect_view()}
                    </fieldset>
                    <Submit kind=ButtonKind::Plain>"保存通知的选择"</Submit>
                </Form>
            </div>
        </Card>
    }
}

/// How this device stands, and the button that changes it.
#[component]
fn Here(offer: PushOffer, off: ServerAction<api::PushOff>) -> impl IntoView {
    let (key, known) = (StoredValue::new(offer.key), offer.here);
    let device = RwSignal::new(None::<Device>);
    let here = RwSignal::new(known);
    let (busy, trouble) = (RwSignal::new(false), RwSignal::new(None::<String>));
    // It also fetches the script ahead: some browsers ask for permission only right after a press.
    Effect::new(move |_| {
        spawn_local(async move {
            let found = push::device(&key.get_value()).await;
            _ = device.try_set(Some(found));
        });
    });
    let begin = Callback::new(move |_: MouseEvent| {
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let outcome = match push::begin(&key.get_value()).await {
                Ok(subscribed) => {
                    let (endpoint, p256dh, auth) = (subscribed.endpoint, subscribed.p256dh, subscribed.auth);
                    api::push_on(endpoint, p256dh, auth)
                        .await
                        .map_err(|error| error.message())
                }
                Err(why) => Err(why.message().to_owned()),
            };
            if outcome.is_err() {
                // What the server does not know of, the browser need not take.
                push::end().await;
            }
            // The page may be gone by now.
            _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    _ = device.try_set(Some(Device::On));
                    _ = here.try_set(true);
                }
                Err(words) => _ = trouble.try_set(Some(words)),
            }
        });
    });
    // The server is told by a form, so that it can be turned off without script too; the browser is told after it. The page is made
    // anew after every change: what was turned off before that is over.
    let (value, version) = (off.value(), off.version());
    Effect::new(move |before: Option<usize>| {
        let tries = version.get();
        let done = value.with_untracked(|value| matches!(value, Some(Ok(()))));
        if done && before.is_some_and(|before| before != tries) {
            spawn_local(push::end());
        }
        tries
    });
    let is_on = move || here.get() && device.get().is_none_or(|device| device == Device::On);
    let words = move || {
        if is_on() {
            return "这台设备：已打开。";
        }
        match device.get() {
            Some(Device::Unsupported) => {
                "这台设备：这个浏览器收不了。苹果手机请先把邻里添加到主屏幕，再从桌面打开；微信里收不了，请换手机的浏览器。"
            }
            Some(Device::Denied) => {
                "这台设备：您没有允许邻里发通知。要用的话，请在浏览器或手机的设置里允许，再回到这一页。"
            }
            Some(Device::Off | Device::On) | None => "这台设备：没有打开。",
        }
    };
    let offered = move || !is_on() && matches!(device.get(), Some(Device::Off | Device::On));
    view! {
        <div class="stack">
            <p role="status"><b>{words}</b></p>
            {move || trouble.get().map(|words| view! { <Notice tone=Tone::Late live=true>{words}</Notice> })}
            <Show when=offered>
                <div class="buttons"><Button icon=Glyph::Bell busy on_click=begin>"在这台设备上打开"</Button></div>
            </Show>
            <Show when=is_on>
                <ActionForm action=off>
                    <Button kind=ButtonKind::Plain submit=true busy=off.pending()>"在这台设备上关掉"</Button>
                </ActionForm>
            </Show>
        </div>
    }
}
