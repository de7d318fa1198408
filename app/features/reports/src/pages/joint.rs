//! `/reports/joint/:code`: a meeting about what comes again: what was said, what each promised by when, and what came of it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Choice, Confirming, Field, FieldKind, Form, Glyph, List, ListRow,
    Notice, Page, RadioGroup, Resource, Submit, Tone, Typing,
    live::{use_events, use_reset, work_topics},
    loaded::loaded_unless,
    returned::was_refused,
    successes,
};

use super::{
    frame::{Standing, query, topics},
    joint_form::PromiseFields,
};
use crate::{
    api::{self, joint as calls},
    model::{JointMatter, JointPage, PromiseRow, PromiseState, STEP, WORDS},
};

/// What is done with a meeting.
#[derive(Clone, Copy)]
struct Actions {
    promise: ServerAction<calls::AddPromise>,
    end: ServerAction<calls::EndPromise>,
    matter: ServerAction<calls::AttachMatter>,
    publish: ServerAction<calls::PublishJoint>,
}

pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let actions = Actions {
        promise: ServerAction::new(),
        end: ServerAction::new(),
        matter: ServerAction::new(),
        publish: ServerAction::new(),
    };
    let (promised, ended) = (successes(actions.promise), successes(actions.end));
    let (matters, published) = (successes(actions.matter), successes(actions.publish));
    let shown = Resource::new(
        move || {
            (
                code.get(),
                [promised.get(), ended.get(), matters.get(), published.get()],
            )
        },
        |(code, _)| api::joint::get_joint(code),
    );
    // What somebody types stays while others go on with it.
    let typing = Typing::new();
    let again = move || typing.look_again(shown);
    let mut topics = topics();
    topics.extend(work_topics(Permission::ReportHandle));
    use_events(topics, move |event| {
        if event.kind.starts_with("reports.joint.") {
            again();
        }
    });
    use_reset(again);
    loaded_unless(typing, shown, move |page: JointPage| {
        view! { <Shown page actions/> }.into_any()
    })
}

#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "noted" => "已记下。各方的承诺到期会提醒。",
            "added" => "承诺已加上，到期会提醒。",
            "ended" => "结果已记下。",
            "in" => "已放进来。",
            "out" => "已拿出去。",
            "published" => "已公开。",
            "hidden" => "已经不公开了。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn Shown(page: JointPage, actions: Actions) -> impl IntoView {
    let above = if page.whole {
        vec![("联席会".to_owned(), "/admin/reports/joint".to_owned())]
    } else {
        vec![("反映的事".to_owned(), "/reports".to_owned())]
    };
    let public = page.published.is_some();
    let text = page.published.clone().map(|text| {
        view! { <Card title="说给大家听的"><p class="catalogue-words">{text}</p></Card> }
    });
    view! {
        <Page title=page.title.clone() eyebrow=format!("联席会 · {}", page.unit.name) above>
            <div class="stack loose">
                <Done/>
                <p class="row wrap close">
                    <Badge>{page.on.zh()}</Badge>
                    {public.then(|| view! { <Badge tone=Tone::Quiet>"已公开"</Badge> })}
                </p>
                {text}
                <Promises page=page.clone() actions/>
                <Said page=page.clone()/>
                <Matters page=page.clone() actions/>
                <Keeping page actions/>
            </div>
        </Page>
    }
}

/// What was said, and by whom; for those who see the whole.
#[component]
fn Said(page: JointPage) -> impl IntoView {
    page.whole.then(|| {
        let present = page
            .present
            .into_iter()
            .map(|(party, who)| view! { <dt>{party.label()}</dt><dd>{who}</dd> })
            .collect_view();
        let place = (!page.place.is_empty()).then(|| view! { <dt>"在哪里"</dt><dd>{page.place}</dd> });
        view! {
            <Card title="会上说了什么">
                <p class="catalogue-words">{page.words}</p>
                <dl class="facts">{place}{present}</dl>
            </Card>
        }
    })
}

#[component]
fn Promises(page: JointPage, actions: Actions) -> impl IntoView {
    if page.promises.is_empty() {
        return ().into_any();
    }
    let code = page.code;
    let rows = page
        .promises
        .into_iter()
        .map(|promise| {
            let code = code.clone();
            view! { <li><Promise promise code actions/></li> }
        })
        .collect_view();
    view! { <Card title="各方的承诺"><ol class="history" role="list">{rows}</ol></Card> }.into_any()
}

#[component]
fn Promise(promise: PromiseRow, code: String, actions: Actions) -> impl IntoView {
    let number = promise.number;
    let who = if promise.who.is_empty() {
        promise.party.label().to_owned()
    } else {
        format!("{} {}", promise.party.label(), promise.who)
    };
    let badge = match (promise.state, promise.late) {
        (PromiseState::Open, true) => {
            view! { <Badge tone=Tone::Late icon=Glyph::Warning>"超期，还没到位"</Badge> }.into_any()
        }
        (PromiseState::Open, false) => {
            view! { <Badge tone=Tone::Due icon=Glyph::Clock>{PromiseState::Open.label()}</Badge> }.into_any()
        }
        (PromiseState::Kept, _) => {
            view! { <Badge tone=Tone::Done icon=Glyph::Done>{PromiseState::Kept.label()}</Badge> }.into_any()
        }
        (PromiseState::Dropped, _) => view! { <Badge>{PromiseState::Dropped.label()}</Badge> }.into_any(),
    };
    let by = match (promise.unit, promise.role) {
        (Some(unit), Some(role)) => format!(
            "{} 以前，由{}（{}）来办",
            promise.due.zh(),
            unit.name,
            role.label()
        ),
        _ => format!("{} 以前，由派单的人跟进", promise.due.zh()),
    };
    let result = (!promise.result.is_empty()).then(|| {
        let words = format!("结果：{}", promise.result);
        view! { <p>{words}</p> }
    });
    let ends = promise.ends.then(|| {
        let prefix = format!("end-{number}");
        let open = was_refused::<calls::EndPromise>(&prefix);
        let outcomes = vec![
            Choice::new("kept", "已经兑现"),
            Choice::new("dropped", "没有兑现，说明原因"),
        ];
        let longest = u32::try_from(STEP).unwrap_or(u32::MAX);
        view! {
            <details class="fold" open=open>
                <summary>{format!("第 {number} 条兑现了吗")}</summary>
                <Form action=actions.end prefix>
                    <input type="hidden" name="code" value=code/>
                    <input type="hidden" name="number" value=number.to_string()/>
                    <RadioGroup name="outcome" label="结果" choices=outcomes/>
                    <Field name="words" label="怎么兑现的，或者为什么没有" kind=FieldKind::Textarea optional=true max_length=longest/>
                    <Submit kind=ButtonKind::Plain>"记下结果"</Submit>
                </Form>
            </details>
        }
    });
    view! {
        <p class="row wrap close"><b>{who}</b>{badge}</p>
        <p class="said">{promise.what}</p>
        <p class="small quiet">{by}</p>
        {result}
        {ends}
    }
}

#[component]
fn Matters(page: JointPage, actions: Actions) -> impl IntoView {
    let (code, keeps) = (page.code, page.keeps);
    let rows = page
        .matters
        .iter()
        .cloned()
        .map(|matter: JointMatter| {
            let href = format!("/reports/{}", matter.code);
            let (state, petition) = (matter.state, matter.petition);
            view! { <ListRow title=matter.title detail=matter.number href><Standing state petition/></ListRow> }
        })
        .collect_view();
    let listed = (!page.matters.is_empty()).then(|| {
        view! { <Card title="为这些事开的" flush=true><List label="为这些事开的">{rows}</List></Card> }
    });
    let changes = keeps.then(|| {
        let taken = code.clone();
        let out = (!page.matters.is_empty()).then(|| {
            let buttons = page
                .matters
                .into_iter()
                .map(|matter| {
                    let code = taken.clone();
                    let prefix = format!("out-{}", matter.code);
                    let words = format!("拿出 {}", matter.number);
                    view! {
                        <Form action=actions.matter prefix>
                            <input type="hidden" name="code" value=code/>
                            <input type="hidden" name="matters" value=matter.number/>
                            <input type="hidden" name="out" value="true"/>
                            <Submit kind=ButtonKind::Quiet>{words}</Submit>
                        </Form>
                    }
                })
                .collect_view();
            view! {
                <details class="fold"><summary>"放错了，拿出去"</summary>{buttons}</details>
            }
        });
        let open = was_refused::<calls::AttachMatter>("in");
        view! {
            <Card title="放进别的反映">
                <details class="fold" open=open>
                    <summary>"再放进一件"</summary>
                    <Form action=actions.matter prefix="in">
                        <input type="hidden" name="code" value=code/>
                        <Field name="matters" label="编号" hint="例如 320581001001-2026-0012。" max_length=40/>
                        <Submit kind=ButtonKind::Plain>"放进来"</Submit>
                    </Form>
                </details>
                {out}
            </Card>
        }
    });
    view! { {listed} {changes} }
}

/// What is done by who keeps it: another promise, and a text for everybody.
#[component]
fn Keeping(page: JointPage, actions: Actions) -> impl IntoView {
    if !page.keeps {
        return ().into_any();
    }
    let longest = u32::try_from(WORDS).unwrap_or(u32::MAX);
    let (code, text) = (page.code.clone(), page.published.clone().unwrap_or_default());
    let public = page.published.is_some();
    let hide = public.then(|| {
        let code = page.code.clone();
        view! {
            <details class="fold">
                <summary>"不再公开"</summary>
                <Form action=actions.publish prefix="hide">
                    <input type="hidden" name="code" value=code/>
                    <Submit kind=ButtonKind::Danger>"撤下公开"</Submit>
                </Form>
            </details>
        }
    });
    let add = was_refused::<calls::AddPromise>("promise");
    let told = was_refused::<calls::PublishJoint>("publish");
    view! {
        <Card title="接着记">
            <details class="fold" open=add>
                <summary>"再加一条承诺"</summary>
                <Form action=actions.promise prefix="promise" adds=true>
                    <input type="hidden" name="code" value=page.code/>
                    <PromiseFields targets=page.targets/>
                    <Submit kind=ButtonKind::Plain>"加上"</Submit>
                </Form>
            </details>
            <details class="fold" open=told>
                <summary>"说给大家听"</summary>
                <Form action=actions.publish prefix="publish">
                    <input type="hidden" name="code" value=code/>
                    <Field name="text" label="公开的文字" kind=FieldKind::Textarea value=text max_length=longest
                        hint="大家看到的就是这一段。不要写姓名、电话和门牌。"/>
                    <Confirming/>
                    <Submit kind=ButtonKind::Plain>"公开"</Submit>
                </Form>
            </details>
            {hide}
            <div class="buttons"><Button kind=ButtonKind::Plain href="/admin/reports/joint">"看全部联席会"</Button></div>
        </Card>
    }
    .into_any()
}
