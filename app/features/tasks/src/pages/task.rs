//! `/tasks/ID`: one task, what can be done with it, what will happen by itself, and its history.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, Card, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Page, Resource, Submit,
    Time, TimeForm, Tone,
    live::{use_events, use_reset},
    returned::was_refused,
    successes,
};

use super::{
    frame::{Done, Standing, loaded},
    list::own_topics,
};
use crate::{
    api,
    model::{Doings, EntryRow, State, TaskPage},
};

/// `/tasks/:id`
pub fn page() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let words = [(); 3].map(|()| RwSignal::new(String::new()));
    let actions = Actions {
        finish: ServerAction::new(),
        pause: ServerAction::new(),
        resume: ServerAction::new(),
        cancel: ServerAction::new(),
        words,
    };
    let changes = [
        successes(actions.finish),
        successes(actions.pause),
        successes(actions.resume),
        successes(actions.cancel),
    ];
    for (changes, words) in changes.into_iter().zip([words[0], words[1], words[1], words[2]]) {
        Effect::new(move |before: Option<usize>| {
            let now = changes.get();
            if before.is_some_and(|before| before != now) {
                words.set(String::new());
            }
            now
        });
    }
    let task = Resource::new(
        move || (id.get(), changes.map(|changes| changes.get())),
        |(id, _)| api::task(id),
    );
    // Whoever oversees it hears of it on its unit's topic too, which is known once the page is there.
    let topics = RwSignal::new(own_topics());
    use_events(topics, move |event| {
        if event.kind.starts_with("tasks.task.") && event.subject.as_deref() == Some(&*id.get_untracked()) {
            task.refetch();
        }
    });
    use_reset(move || task.refetch());
    loaded(task, move |task: TaskPage| {
        let unit = task.topic.clone();
        Effect::new(move |_| {
            let unheard = unit
                .iter()
                .find(|unit| topics.with_untracked(|topics| !topics.contains(unit)));
            if let Some(unit) = unheard {
                topics.update(|topics| topics.push(unit.clone()));
            }
        });
        view! { <Task task actions/> }.into_any()
    })
}

#[derive(Clone, Copy)]
struct Actions {
    finish: ServerAction<api::Finish>,
    pause: ServerAction<api::Pause>,
    resume: ServerAction<api::Resume>,
    cancel: ServerAction<api::Cancel>,
    /// What is being typed into the forms: it outlives that the task changes meanwhile, and the page with it.
    words: [RwSignal<String>; 3],
}

#[component]
fn Task(task: TaskPage, actions: Actions) -> impl IntoView {
    let row = task.row.clone();
    let (now, id) = (task.now, row.id.to_string());
    let overdue = row.state == State::Open && row.due.is_some_and(|due| due < now);
    let above = vec![("我的任务".to_owned(), "/tasks".to_owned())];
    let eyebrow = format!("{} · {}", row.label, row.node_name);
    let provisional = row.provisional.then(|| {
        view! {
            <Notice tone=Tone::Due title="期限待核">
                "算到了还没有公布放假安排的年份，先按周一到周五算。安排公布、导入以后会重算，期限有变会提醒您。"
            </Notice>
        }
    });
    view! {
        <Page title=row.title.clone() eyebrow above>
            <div class="stack loose">
                <Done/>
                {overdue.then(|| view! { <Notice tone=Tone::Late title="已经超期">"请尽快办；办不了，请告诉督办的人。"</Notice> })}
                {provisional}
                <Facts task=task.clone()/>
                <Doing id doings=task.doings by_subject=task.href.clone() actions/>
                <Ahead task=task.clone()/>
                <History entries=task.history/>
            </div>
        </Page>
    }
}

#[component]
fn Facts(task: TaskPage) -> impl IntoView {
    let (row, now) = (task.row, task.now);
    let due = row
        .due
        .map(|due| view! { <Time at=due form=TimeForm::Full/> }.into_any());
    let limit = task.limit.label();
    let ended = row.ended;
    let holders = task.holders.join("、");
    view! {
        <Card>
            <dl class="facts">
                <dt>"现在"</dt>
                <dd class="row wrap close"><Standing row now/></dd>
                {due.map(|due| view! { <dt>"到期"</dt><dd>{due}</dd> })}
                {ended.map(|ended| view! { <dt>"结束"</dt><dd><Time at=ended form=TimeForm::Full/></dd> })}
                <dt>"时限"</dt>
                <dd>{limit}"，从 "<Time at=task.from/>" 算起"</dd>
                <dt>"谁来办"</dt>
                <dd>{holders}</dd>
            </dl>
        </Card>
    }
}

#[component]
fn Doing(id: String, doings: Doings, by_subject: Option<String>, actions: Actions) -> impl IntoView {
    let pause_refused = was_refused::<api::Pause>("pause");
    let cancel_refused = was_refused::<api::Cancel>("cancel");
    let [finish_words, pause_words, cancel_words] = actions.words;
    let (pausing, resuming, cancelling, finishing) = (id.clone(), id.clone(), id.clone(), id);
    let main = by_subject.map(|href| {
        let kind = if doings.finish {
            ButtonKind::Plain
        } else {
            ButtonKind::Primary
        };
        view! { <div class="buttons"><Button kind icon=Glyph::Forward href>"去办"</Button></div> }
    });
    view! {
        {main}
        {doings.finish.then(|| view! {
            <Card title="办好了？">
                <Form action=actions.finish prefix="finish">
                    <input type="hidden" name="id" value=finishing/>
                    <Field name="words" label="办得怎么样" kind=FieldKind::Textarea optional=true max_length=500 bind=finish_words/>
                    <Submit icon=Glyph::Check>"办结"</Submit>
                </Form>
            </Card>
        })}
        {doings.resume.then(|| view! {
            <Card title="可以接着办了？">
                <Form action=actions.resume prefix="resume">
                    <input type="hidden" name="id" value=resuming/>
                    <Submit icon=Glyph::Refresh>"恢复计时"</Submit>
                </Form>
            </Card>
        })}
        {doings.pause.then(|| view! {
            <details class="fold" open=pause_refused || !pause_words.with_untracked(String::is_empty)>
                <summary>"挂起"</summary>
                <Form action=actions.pause prefix="pause">
                    <input type="hidden" name="id" value=pausing/>
                    <Field name="words" label="为什么要停" kind=FieldKind::Textarea max_length=500 bind=pause_words
                        hint="例如等上级答复。计时会停住，恢复以后接着算；原因会留在经过里。"/>
                    <Submit kind=ButtonKind::Plain>"挂起"</Submit>
                </Form>
            </details>
        })}
        {doings.cancel.then(|| view! {
            <details class="fold" open=cancel_refused || !cancel_words.with_untracked(String::is_empty)>
                <summary>"不用办了"</summary>
                <Form action=actions.cancel prefix="cancel">
                    <input type="hidden" name="id" value=cancelling/>
                    <Field name="words" label="为什么不用办" kind=FieldKind::Textarea max_length=500 bind=cancel_words hint="会留在经过里。"/>
                    <Submit kind=ButtonKind::Danger>"不用办了"</Submit>
                </Form>
            </details>
        })}
    }
}

#[component]
fn Ahead(task: TaskPage) -> impl IntoView {
    (!task.ahead.is_empty()).then(|| {
        let rows = task
            .ahead
            .into_iter()
            .map(|(at, words)| view! { <ListRow icon=Glyph::Bell title=words detail=at.zh_short()/> })
            .collect_view();
        view! { <Card title="没有办结的话" flush=true><List label="没有办结的话">{rows}</List></Card> }
    })
}

#[component]
fn History(entries: Vec<EntryRow>) -> impl IntoView {
    let rows = entries
        .into_iter()
        .map(|entry| {
            let by = entry.by.map(|by| format!("{by} ")).unwrap_or_default();
            let title = match entry.detail.as_str() {
                "" => format!("{by}{}", entry.what.label()),
                detail => format!("{by}{}：{detail}", entry.what.label()),
            };
            view! {
                <li class="stack tight">
                    <b>{title}</b>
                    {entry.words.map(|words| view! { <p class="said">{words}</p> })}
                    <span class="small quiet"><Time at=entry.at form=TimeForm::Full/></span>
                </li>
            }
        })
        .collect_view();
    view! { <Card title="经过"><ol class="history" role="list">{rows}</ol></Card> }
}
