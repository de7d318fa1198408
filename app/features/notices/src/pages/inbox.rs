//! `/inbox`: what one was told, the newest first. It changes row by row while one reads: what arrives takes nobody's place or focus.

use leptos::{prelude::*, task::spawn_local};
use shared::Timestamp;
use ui::{
    Button, ButtonKind, Empty, Form, Glyph, Notice, Page, Pager, Resource, Submit, Tab, Tabs,
    live::{use_events, use_reset},
    loaded::{loaded, query},
    use_toasts,
};
use wasm_bindgen::JsCast;

use super::row::{Linked, Standing};
use crate::{
    api,
    model::{Inbox, NoticeRow, View},
    unread::own_topics,
};

/// `/inbox`
pub fn page() -> AnyView {
    let (view, after) = (query("view"), query("after"));
    let first = Resource::new(
        move || (view.get(), after.get()),
        |(view, after)| api::list(view, after),
    );
    // What is shown, once it is there: looked at again in place, not as a page anew.
    let current: StoredValue<Option<RwSignal<Inbox>>> = StoredValue::new(None);
    let look = move || {
        let asked = (view.get_untracked(), after.get_untracked());
        spawn_local(async move {
            let inbox = api::list(asked.0.clone(), asked.1.clone()).await;
            let here = (view.try_get_untracked(), after.try_get_untracked());
            if let (Ok(inbox), (Some(view), Some(after)), Some(Some(shown))) =
                (inbox, here, current.try_get_value())
                && (view, after) == asked
            {
                _ = shown.try_set(inbox);
            }
        });
    };
    use_events(own_topics(), move |event| {
        if event.kind.starts_with("notices.") {
            look();
        }
    });
    use_reset(look);
    loaded(first, move |inbox: Inbox| {
        let shown = RwSignal::new(inbox);
        current.set_value(Some(shown));
        let view = View::from_code(&view.get_untracked());
        let paged = !after.get_untracked().is_empty();
        view! { <Shown shown view paged look=Callback::new(move |()| look())/> }.into_any()
    })
}

#[component]
fn Shown(shown: RwSignal<Inbox>, view: View, paged: bool, look: Callback<()>) -> impl IntoView {
    let tabs = View::ALL
        .into_iter()
        .map(|one| Tab::new(one.label(), one.address(), one == view))
        .collect();
    let of = shown.with_untracked(|inbox| inbox.of.clone());
    let own = of.is_none();
    let title = of
        .clone()
        .map_or_else(|| "消息".to_owned(), |name| format!("{name}的消息"));
    let next = Memo::new(move |_| shown.with(|inbox| inbox.rows.next.clone()));
    let none = Memo::new(move |_| shown.with(|inbox| inbox.rows.rows.is_empty()));
    let doings = move || view! { <Button kind=ButtonKind::Plain icon=Glyph::Settings href="/me/notices">"提醒设置"</Button> };
    let notice = of.map(|_| {
        view! { <Notice>"您在替别人办事，只看得到他自己的事。看过的仍是未读，留给本人。"</Notice> }
    });
    view! {
        <Page title doings>
            <div class="stack loose">
                {notice}
                <Tabs label="哪些消息" tabs/>
                {own.then(|| view! { <ReadAll shown view look/> })}
                <Arrivals shown/>
                <Show when=move || none.get() fallback=move || view! { <Sections shown view own look/> }>
                    <Nothing view paged/>
                </Show>
                {move || {
                    let onward = next.get().map(|next| format!("/inbox?view={}&after={next}", view.code()));
                    match (paged.then(|| view.address()), onward) {
                        (None, None) => ().into_any(),
                        (Some(back), Some(onward)) => view! { <Pager back onward back_label="回到最新" onward_label="更早的"/> }.into_any(),
                        (Some(back), None) => view! { <Pager back back_label="回到最新"/> }.into_any(),
                        (None, Some(onward)) => view! { <Pager onward onward_label="更早的"/> }.into_any(),
                    }
                }}
            </div>
        </Page>
    }
}

/// How many are unread, and a button that marks them: those that were there when the page looked, not what has come since.
#[component]
fn ReadAll(shown: RwSignal<Inbox>, view: View, look: Callback<()>) -> impl IntoView {
    let action = ServerAction::<api::ReadAll>::new();
    Effect::new(move |_| {
        if action.value().with(|value| matches!(value, Some(Ok(())))) {
            // The button goes.
            focus("main");
            look.run(());
        }
    });
    let unread = Memo::new(move |_| shown.with(|inbox| inbox.unread));
    let upto = move || shown.with(|inbox| inbox.newest.0.to_string());
    let words = move || match unread.get() {
        100.. => "有 99 条以上没看".to_owned(),
        some => format!("有 {some} 条没看"),
    };
    view! {
        <Show when=move || { unread.get() > 0 } fallback=|| view! { <p class="quiet">"都看过了。"</p> }>
            <div class="row wrap spread">
                <b>{words}</b>
                <Form action prefix="all">
                    <input type="hidden" name="upto" value=upto/>
                    <input type="hidden" name="view" value=view.code()/>
                    <Submit kind=ButtonKind::Plain icon=Glyph::Check>"全部标为已读"</Submit>
                </Form>
            </div>
        </Show>
    }
}

/// Says to those who do not see the list that something has arrived.
#[component]
fn Arrivals(shown: RwSignal<Inbox>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    Effect::new(move |before: Option<Option<Timestamp>>| {
        let newest = shown.with(|inbox| inbox.rows.rows.first().map(|row| row.at));
        if before.is_some_and(|before| newest > before) {
            let first = shown.with_untracked(|inbox| inbox.rows.rows.first().map(|row| row.words.clone()));
            words.set(format!("收到新消息：{}", first.unwrap_or_default()));
        }
        newest
    });
    view! { <p class="hidden-text" role="status">{move || words.get()}</p> }
}

/// Today's, and those before.
#[component]
fn Sections(shown: RwSignal<Inbox>, view: View, own: bool, look: Callback<()>) -> impl IntoView {
    let of = move |today: bool| {
        move || {
            shown.with(|inbox| {
                let rows = inbox.rows.rows.iter();
                rows.filter(|row| (row.at.date() == inbox.now.date()) == today)
                    .cloned()
                    .collect::<Vec<_>>()
            })
        }
    };
    let section = move |title: &'static str, today: bool| {
        let rows = Memo::new(move |_| of(today)());
        let any = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
        view! {
            <Show when=move || any.get()>
                <section class="stack">
                    <h2>{title}</h2>
                    <ul class="list notices" role="list">
                        <For each=move || rows.get() key=|row| row.id let:row>
                            <Row row shown view own look/>
                        </For>
                    </ul>
                </section>
            </Show>
        }
    };
    view! { {section("今天", true)} {section("更早", false)} }
}

/// The row stays what it is while it is read or done: nobody who is on it loses their place.
#[component]
fn Row(row: NoticeRow, shown: RwSignal<Inbox>, view: View, own: bool, look: Callback<()>) -> impl IntoView {
    let (id, key, first) = (row.id.to_string(), row.id, Standing::of(&row));
    let standing = Memo::new(move |before: Option<&Standing>| {
        let found = shown.with(|inbox| inbox.rows.rows.iter().find(|row| row.id == key).map(Standing::of));
        found.or(before.copied()).unwrap_or(first)
    });
    let now = shown.with_untracked(|inbox| inbox.now);
    view! {
        <li>
            <Linked row now own standing/>
            <Show when=move || own && !standing.get().read>
                <Mark id=id.clone() view look/>
            </Show>
        </li>
    }
}

/// Marks one as read without opening it.
#[component]
fn Mark(id: String, view: View, look: Callback<()>) -> impl IntoView {
    let action = ServerAction::<api::Read>::new();
    let (toasts, link) = (use_toasts(), format!("notice-{id}"));
    Effect::new(move |_| {
        action.value().with(|value| match value {
            Some(Ok(())) => {
                // The button goes; whoever pressed it by keyboard stays on its notice, if that stays.
                focus(if view == View::Unread { "main" } else { &link });
                look.run(());
            }
            Some(Err(error)) => toasts.failed(error.message()),
            None => {}
        });
    });
    let pending = action.pending();
    view! {
        <ActionForm action=action>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="view" value=view.code()/>
            <Button kind=ButtonKind::Quiet submit=true busy=pending>"标为已读"</Button>
        </ActionForm>
    }
}

/// Moves the focus to the element that has the id `name`, if it is there.
fn focus(name: &str) {
    let element = document().get_element_by_id(name);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        _ = element.focus();
    }
}

#[component]
fn Nothing(view: View, paged: bool) -> impl IntoView {
    let (title, detail) = match view {
        _ if paged => ("没有更早的了", "消息保留半年到一年。"),
        View::All => ("还没有消息", "办的事有进展、有人看了您的信息，都会告诉您。"),
        View::Unread => ("都看过了", "新的消息会出现在这里。"),
        View::Open => ("没有要办的", "要您办的事会出现在这里，办好就消失。"),
    };
    view! {
        <Empty icon=Glyph::Inbox title=title detail=detail>
            <div class="buttons"><Button kind=ButtonKind::Plain href="/">"回首页"</Button></div>
        </Empty>
    }
}
