//! `/me/notices`: what comes beside the inbox, when, and on which device.

use leptos::prelude::*;
use ui::{
    Card, Checkbox, Form, Glyph, List, ListRow, Notice, Page, Resource, Submit, Tone,
    loaded::{loaded, query},
    successes,
};

use super::{push::Pushed, sent::Sent, times::WhenTold};
use crate::{
    api,
    model::{Texted, TopicChoice, TopicChoices},
};

/// `/me/notices`
pub fn page() -> AnyView {
    let texts = ServerAction::<api::Choose>::new();
    let times = ServerAction::<api::SetTimes>::new();
    let pushed = ServerAction::<api::ChoosePushed>::new();
    let off = ServerAction::<api::PushOff>::new();
    let changes = (
        successes(texts),
        successes(times),
        successes(pushed),
        successes(off),
    );
    let choices = Resource::new(
        move || (changes.0.get(), changes.1.get(), changes.2.get(), changes.3.get()),
        |_| api::choices(),
    );
    let done = query("done");
    loaded(choices, move |choices: TopicChoices| {
        let told = move || {
            let words = match done.get().as_str() {
                "saved" => "已保存，马上生效。",
                "off" => "这台设备不再弹通知。",
                _ => return None,
            };
            Some(view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
        };
        let of_push = choices.topics.clone();
        let (fixed, own): (Vec<TopicChoice>, Vec<TopicChoice>) = choices
            .topics
            .into_iter()
            .partition(|choice| choice.topic.texted() == Texted::Otherwise);
        let to = match choices.phone {
            Some(phone) => format!(
                "发到 {phone}。短信里只说是哪一类，不写内容；一小时最多 3 条，一天最多 8 条，其余的只在消息里。"
            ),
            None => "您的账号没有手机号，收不到短信。".to_owned(),
        };
        let push = choices
            .push
            .map(|offer| view! { <Pushed offer topics=of_push action=pushed off/> });
        view! {
            <Page title="提醒设置" above=vec![("我的".to_owned(), "/me".to_owned())]>
                <div class="stack loose">
                    {told}
                    <p>"所有消息都马上放进“消息”里，不会少。下面选哪些另外提醒您，什么时候提醒。"</p>
                    <WhenTold times=choices.times action=times/>
                    <Choices own action=texts to/>
                    <Fixed fixed/>
                    {push}
                    <Sent rows=choices.sent/>
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Choices(own: Vec<TopicChoice>, action: ServerAction<api::Choose>, to: String) -> impl IntoView {
    let posts = own.iter().any(|choice| choice.topic.of_posts());
    let pressing =
        posts.then(|| view! { <p class="quiet">"交给您的急事，24 小时以内要办的，不选也发，夜里也发。"</p> });
    view! {
        <Card title="也发短信">
            <p class="quiet">{to}</p>
            {pressing}
            <Form action prefix="choices">
                <fieldset class="field">
                    <legend class="hidden-text">"哪些也发短信"</legend>
                    {own
                        .into_iter()
                        .enumerate()
                        .map(|(at, choice)| {
                            let (topic, name) = (choice.topic, format!("topics[{at}]"));
                            view! {
                                <Checkbox name label=topic.label() hint=topic.explained() value=topic.code() checked=choice.texted/>
                            }
                        })
                        .collect_view()}
                </fieldset>
                <Submit>"保存短信的选择"</Submit>
            </Form>
        </Card>
    }
}

/// What is sent as a short message anyway.
#[component]
fn Fixed(fixed: Vec<TopicChoice>) -> impl IntoView {
    let rows = fixed
        .into_iter()
        .map(|choice| view! { <ListRow icon=Glyph::Check title=choice.topic.label() detail=choice.topic.explained()/> })
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! { <Card title="总会发一条短信的" flush=true><List label="总会发短信的">{rows}</List></Card> }
    })
}
