//! `/catalogue/item`: an item at a place: who, where, how long, with what papers, by what law; and how it begins.

use leptos::prelude::*;
use ui::{
    Badge, Button, ButtonKind, ButtonSize, Card, Form, Glyph, Notice, Page, Resource, Submit, Tone,
    live::{use_events, use_reset},
};

use super::frame::{loaded, query, version_words};
use crate::{
    api,
    model::{Entry, ItemPage},
};

pub fn page() -> AnyView {
    let (node, id, on, start) = (query("node"), query("id"), query("on"), query("start"));
    let shown = Resource::new(
        move || (node.get(), id.get(), on.get()),
        |(node, id, on)| api::item(node, id, on),
    );
    use_events(vec!["catalogue".to_owned()], move |_| shown.refetch());
    use_reset(move || shown.refetch());
    loaded(shown, move |page: ItemPage| {
        let begun = start.get_untracked() == "1";
        view! { <Shown page begun/> }.into_any()
    })
}

#[component]
fn Shown(page: ItemPage, begun: bool) -> impl IntoView {
    let entry = page.entry.clone();
    let above = vec![(
        "能办什么事".to_owned(),
        format!("/catalogue?node={}", page.here.code),
    )];
    let inspection = entry.item.every.map(|every| format!("{}巡查一次", every.label()));
    let hidden = entry.hidden_by.clone();
    view! {
        <Page title=entry.item.name.clone() eyebrow=page.here.name.clone() above>
            <div class="stack loose">
                <p class="row wrap close">
                    <Badge tone=Tone::Go>{entry.item.limit.label()}</Badge>
                    <Badge>{entry.item.area.label()}</Badge>
                    {entry.item.event.map(|event| view! { <Badge>{event.label()}</Badge> })}
                    {inspection.map(|words| view! { <Badge>{words}</Badge> })}
                    {(!entry.item.public).then(|| view! { <Badge>"内部"</Badge> })}
                </p>
                {hidden.map(|who| view! { <Notice tone=Tone::Due title=format!("{who}不办这一项")>"居民在那里的清单上看不到它。"</Notice> })}
                <Begin page=page.clone() begun/>
                <Facts entry=entry.clone()/>
                <Papers entry=entry.clone()/>
                {entry.item.moved.clone().map(|moved| view! {
                    <Card title="从上面下沉来的">
                        <p>{format!("原来由{}办，现在由社区和网格办。", moved.from)}</p>
                        <p>{format!("随事项下来的：{}", moved.means)}</p>
                    </Card>
                })}
                <p class="small quiet">{version_words(&page.version)}</p>
            </div>
        </Page>
    }
}

/// How it begins: until it has a flow of its own, with a call or a visit.
#[component]
fn Begin(page: ItemPage, begun: bool) -> impl IntoView {
    let action = ServerAction::<api::Start>::new();
    let (item, node) = (page.entry.item.clone(), page.here.code.clone());
    if !item.public {
        return ().into_any();
    }
    if !begun {
        return view! {
            <Form action prefix="start">
                <input type="hidden" name="node" value=node/>
                <input type="hidden" name="id" value=page.entry.id.to_string()/>
                <Submit icon=Glyph::Check>"我要办这件事"</Submit>
            </Form>
        }
        .into_any();
    }
    let call = (!item.phone.is_empty()).then(|| {
        let href = format!("tel:{}", item.phone.replace(' ', ""));
        view! { <Button kind=ButtonKind::Warm size=ButtonSize::Big icon=Glyph::Phone href=href>{format!("打电话 {}", item.phone)}</Button> }
    });
    let place = (!item.place.is_empty()).then(|| view! { <p>{format!("或者去：{}", item.place)}</p> });
    let neither = item.phone.is_empty() && item.place.is_empty();
    // The team has a button to call; the map tells who works there to everybody.
    let who = if page.team {
        format!("/teams/{node}")
    } else {
        format!("/map/{node}")
    };
    let worker = neither.then(|| {
        view! {
            <p>"先找您的网格员，由网格员带您办。"</p>
            <Button kind=ButtonKind::Plain icon=Glyph::People href=who>"看谁是网格员"</Button>
        }
    });
    let papers = item.materials.lines().count();
    view! {
        <Notice tone=Tone::Go live=true title="这样开始">
            <div class="stack">
                {call}{place}{worker}
                {(papers > 0).then(|| view! { <p>{format!("带上下面列的 {papers} 样材料。")}</p> })}
                <p>{format!("答应的时限：{}。", item.limit.label())}</p>
            </div>
        </Notice>
    }
    .into_any()
}

#[component]
fn Facts(entry: Entry) -> impl IntoView {
    let item = entry.item;
    let limit = match entry.shortened_by {
        Some(who) => format!(
            "{}（{who}缩短的，清单里是 {}）",
            item.limit.label(),
            entry.promised.label()
        ),
        None => item.limit.label(),
    };
    let optional = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <dt>{name}</dt><dd>{value}</dd> })
    };
    let notes = entry
        .notes
        .into_iter()
        .map(|(who, words)| view! { <dt>{format!("{who}补充")}</dt><dd class="lines">{words}</dd> })
        .collect_view();
    view! {
        <Card title="谁来办、在哪里、多久">
            <dl class="facts">
                <dt>"牵头"</dt><dd>{item.lead}</dd>
                {optional("协助", item.assist)}
                <dt>"时限"</dt><dd>{limit}</dd>
                {optional("地点", item.place)}
                {optional("电话", item.phone)}
                <dt>"依据"</dt><dd class="lines">{item.basis}</dd>
                {notes}
            </dl>
        </Card>
    }
}

#[component]
fn Papers(entry: Entry) -> impl IntoView {
    let lines = |text: &str| {
        text.lines()
            .map(|line| view! { <li>{line.to_owned()}</li> })
            .collect_view()
    };
    let papers = (!entry.item.materials.is_empty()).then(|| {
        view! { <Card title="要带的材料"><ul class="catalogue-lines">{lines(&entry.item.materials)}</ul></Card> }
    });
    view! {
        {papers}
        <Card title="怎么办"><ol class="catalogue-lines">{lines(&entry.item.how)}</ol></Card>
    }
}
