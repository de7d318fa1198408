//! `/reports/track`: coming back without an account: the code that was just given, what is in hand, and where code or number are typed.

use leptos::prelude::*;
use ui::{
    ButtonKind, ButtonSize, Card, Field, Form, Glyph, Handout, List, Notice, Page, Resource, Submit, Tone,
};

use super::{
    frame::{loaded, matter_rows, query},
    open::{Proving, code_step},
};
use crate::{
    api::open as api,
    model::{Given, TrackPage},
};

pub fn page() -> AnyView {
    let (attempt, done) = (query("try"), query("done"));
    let shown = Resource::new(move || (attempt.get(), done.get()), |_| api::get_track());
    let step = code_step(attempt);
    loaded(shown, move |page: TrackPage| {
        let left = done.get_untracked() == "left";
        let phone = page.phone.clone();
        let content = match page.fresh.clone() {
            Some(given) => view! { <Fresh given/> }.into_any(),
            None => view! {
                <InHand page/>
                <ByCode/>
                {phone.is_none().then(|| view! { <Proving step attempt to="track"/> })}
            }
            .into_any(),
        };
        view! {
            <Page title="查进展" above=vec![("反映的事".to_owned(), "/reports".to_owned())]>
                <div class="stack loose">
                    {left.then(|| view! { <Notice tone=Tone::Done live=true>"已退出，这台设备上没有留下什么。"</Notice> })}
                    {content}
                </div>
            </Page>
        }
        .into_any()
    })
}

/// The code that was just given; it is shown nowhere else.
#[component]
fn Fresh(given: Given) -> impl IntoView {
    let action = ServerAction::<api::NoteCode>::new();
    let only = if given.by_number {
        "凭它，或者凭您验证过的手机号，可以看办到哪一步、补充和评价。"
    } else {
        "只有它能打开这件事：看办到哪一步、补充、评价。丢了谁也找不回来，工作人员那里也没有。"
    };
    view! {
        <Notice tone=Tone::Done live=true>{format!("收到了，编号 {}，已经有人接着办。", given.number)}</Notice>
        <Card title="请现在记下查询码" warm=true>
            <p>"抄在纸上、拍张照，或者打印出来。按了下面的“记好了”以后，不会再显示。"</p>
            <Handout label="查询码" text=given.code/>
            <p>{only}</p>
            <p class="small">"不要告诉别人：谁拿着它，谁就能看这件事。没有账号，有进展不会发消息给您，请过几天回来看看。"</p>
            <Form action prefix="noted">
                <Submit size=ButtonSize::Big>"记好了，看这件事"</Submit>
            </Form>
        </Card>
    }
}

/// What can be opened now, and how to let go of it.
#[component]
fn InHand(page: TrackPage) -> impl IntoView {
    if page.rows.is_empty() && page.phone.is_none() {
        return ().into_any();
    }
    let number = page
        .phone
        .map(|phone| view! { <p>{format!("已验证手机号 {phone}。")}</p> });
    let nothing = page.rows.is_empty();
    let (rows, now) = (page.rows, page.now);
    view! {
        {number}
        {if nothing {
            view! { <p>"用这个手机号没有反映过事情。"</p> }.into_any()
        } else {
            view! {
                <Card title="您反映的" flush=true>
                    <List label="您反映的">{matter_rows(rows, now)}</List>
                </Card>
            }
            .into_any()
        }}
        <Leave/>
    }
    .into_any()
}

/// Lets go of what is in hand: somebody else may use the device next.
#[component]
pub fn Leave() -> impl IntoView {
    let action = ServerAction::<api::LeaveTrack>::new();
    view! {
        <Form action prefix="leave">
            <p class="small">"用的是别人的或者公用的设备？看完请退出。一小时不用，也会自己退出。"</p>
            <Submit kind=ButtonKind::Plain>"看完了，退出"</Submit>
        </Form>
    }
}

#[component]
fn ByCode() -> impl IntoView {
    let action = ServerAction::<api::OpenMatter>::new();
    view! {
        <Card title="用查询码">
            <Form action prefix="track">
                <Field name="code" label="查询码" placeholder="例如：K7MP-2QXW-9HTR" hint="反映时给您的 12 位字母和数字。大小写、横线都没关系。" max_length=40/>
                <Submit size=ButtonSize::Big icon=Glyph::Search>"查进展"</Submit>
            </Form>
        </Card>
    }
}
