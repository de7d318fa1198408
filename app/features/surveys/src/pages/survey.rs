//! `/surveys/:code`: a survey: what is asked, taking part, and what came of it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, Card, Checkbox, Choice, Confirming, Field, FieldKind, Form, Notice, Page, Resource,
    Select, Submit, Tone, Typing,
    live::{use_events, use_reset},
    loaded::loaded_unless,
};

use super::{
    frame::{Done, NoVote, Standing, query, topics},
    proposals::Proposals,
    results::Results,
};
use crate::{
    api,
    model::{Ask, Kind, Phase, Question, REASONS, SurveyPage, WORDS},
};

pub fn page() -> AnyView {
    let params = use_params_map();
    let after = query("after");
    let asked = Memo::new(move |_| {
        let code = params.with(|params| params.get("code").unwrap_or_default());
        (code, after.get())
    });
    let shown = Resource::new(move || asked.get(), |(code, after)| api::get_survey(code, after));
    // What somebody types stays while others take part.
    let typing = Typing::new();
    let refetch = move || typing.look_again(shown);
    use_events(topics(), move |_| refetch());
    use_reset(refetch);
    loaded_unless(typing, shown, move |page: SurveyPage| {
        view! { <Shown page/> }.into_any()
    })
}

#[component]
fn Shown(page: SurveyPage) -> impl IntoView {
    let above = vec![("意见征集和问卷".to_owned(), "/surveys".to_owned())];
    let phase = page.phase;
    let days = format!("{} 至 {}，{}", page.from.zh(), page.to.zh(), page.per.label());
    let outcome = (!page.outcome.is_empty()).then(|| {
        let words = page.outcome.clone();
        let title = if phase == Phase::Stopped {
            "为什么取消"
        } else {
            "结果"
        };
        view! { <Card title=title warm=true><p class="catalogue-words">{words}</p></Card> }
    });
    let eyebrow = format!("{} · {}", page.kind.label(), page.place);
    let (title, words) = (page.title.clone(), page.words.clone());
    view! {
        <Page title eyebrow above>
            <div class="stack loose">
                <Done/>
                <p class="row wrap close"><Standing phase/><span>{days}</span></p>
                {outcome}
                <Card title="征求什么意见"><p class="catalogue-words">{words}</p></Card>
                <Part page=page.clone()/>
                <Results page=page.clone()/>
                <Proposals page=page.clone()/>
                <End page=page.clone()/>
                <NoVote/>
            </div>
        </Page>
    }
}

/// Taking part; or why not.
#[component]
fn Part(page: SurveyPage) -> impl IntoView {
    if page.phase != Phase::Open {
        return ().into_any();
    }
    if !page.signed_in {
        let href = format!("/sign-in?next=/surveys/{}", page.code);
        return view! {
            <Notice title="登录以后就可以参加">
                <p>{format!("征集的是{}居民的意见。", page.place)}</p>
                <div class="buttons"><Button kind=ButtonKind::Plain href>"登录或登记"</Button></div>
            </Notice>
        }
        .into_any();
    }
    if !page.eligible {
        let words = format!(
            "征集的是{}居民的意见。登记核实您住在这里以后就可以参加。",
            page.place
        );
        return view! { <Notice>{words}</Notice> }.into_any();
    }
    if page.taken {
        return view! { <Notice tone=Tone::Done>{format!("您已经参加过了，{}。", page.per.label())}</Notice> }.into_any();
    }
    match page.kind {
        Kind::Proposals => view! { <Propose code=page.code/> }.into_any(),
        Kind::Questions => view! { <Answer code=page.code questions=page.questions/> }.into_any(),
    }
}

#[component]
fn Propose(code: String) -> impl IntoView {
    let action = ServerAction::<api::Propose>::new();
    let longest = u32::try_from(REASONS).unwrap_or(u32::MAX);
    view! {
        <Card title="我有意见">
            <Form action prefix="propose">
                <input type="hidden" name="code" value=code/>
                <Field name="words" label="您的意见" kind=FieldKind::Textarea max_length=longest hint="看过以后公开文字，不公开是谁提的。请不要写姓名、电话和门牌。"/>
                <Submit>"提交意见"</Submit>
            </Form>
        </Card>
    }
}

#[component]
fn Answer(code: String, questions: Vec<Question>) -> impl IntoView {
    let action = ServerAction::<api::Answer>::new();
    view! {
        <Card title="请您回答">
            <Form action prefix="answer">
                <input type="hidden" name="code" value=code/>
                <Asked questions/>
                <p class="small">"只留下统计，不留下是谁答的。少于 5 人的不显示。交了以后不能改。"</p>
                <Submit>"交上去"</Submit>
            </Form>
        </Card>
    }
}

/// The questions as fields. They find their form by its context, so they are made inside of it.
#[component]
fn Asked(questions: Vec<Question>) -> impl IntoView {
    let mut typed = 0;
    let longest = u32::try_from(REASONS).unwrap_or(u32::MAX);
    questions
        .into_iter()
        .enumerate()
        .map(|(at, question)| {
            let label = format!("{}. {}", at + 1, question.title);
            let optional = !question.needed;
            let options = question.options();
            match question.ask {
                Ask::Words | Ask::Number => {
                    let name = format!("said[{typed}]");
                    typed += 1;
                    let kind = if question.ask == Ask::Words { FieldKind::Textarea } else { FieldKind::Number };
                    view! { <Field name label kind optional max_length=longest/> }.into_any()
                }
                Ask::One | Ask::Yes => {
                    let choices = std::iter::once(Choice::new("", "请选"))
                        .chain(
                            options
                                .into_iter()
                                .enumerate()
                                .map(|(choice, words)| Choice::new(format!("{at}:{choice}"), words)),
                        )
                        .collect::<Vec<_>>();
                    view! { <Select name=format!("picked[{at}]") label choices optional/> }.into_any()
                }
                Ask::Several => {
                    let boxes = options
                        .into_iter()
                        .enumerate()
                        .map(|(choice, words)| {
                            // A name of its own for each, beyond those of questions: what is refused comes back as it was ticked.
                            let name = format!("picked[{}]", 100 * (at + 1) + choice);
                            view! { <Checkbox name label=words value=format!("{at}:{choice}")/> }
                        })
                        .collect_view();
                    let hint = if optional { "可以选几个，可以不选" } else { "可以选几个" };
                    view! {
                        <fieldset class="field"><legend>{label}</legend><p class="small quiet">{hint}</p>{boxes}</fieldset>
                    }
                    .into_any()
                }
            }
        })
        .collect::<Vec<_>>()
}

/// Telling what came of it, or calling it off: for those who keep it.
#[component]
fn End(page: SurveyPage) -> impl IntoView {
    let finish = match page.phase {
        Phase::Answering => true,
        Phase::Coming | Phase::Open => false,
        Phase::Done | Phase::Stopped => return ().into_any(),
    };
    if !page.staff {
        return ().into_any();
    }
    let action = ServerAction::<api::EndSurvey>::new();
    let longest = u32::try_from(WORDS).unwrap_or(u32::MAX);
    let (title, label, verb, kind) = if finish {
        ("公布结果", "结果，居民看得到", "公布结果", ButtonKind::Primary)
    } else {
        (
            "取消这次征集",
            "为什么取消，居民看得到",
            "取消征集",
            ButtonKind::Danger,
        )
    };
    let left = (finish && page.undecided > 0).then(|| {
        let words = format!(
            "还有 {} 条意见没有答复。每一条都答复了才能公布结果。",
            page.undecided
        );
        view! { <Notice tone=Tone::Due>{words}</Notice> }
    });
    view! {
        <Card title=title>
            {left}
            <Form action prefix="end">
                <input type="hidden" name="code" value=page.code/>
                <input type="hidden" name="finish" value=finish.to_string()/>
                <Field name="words" label kind=FieldKind::Textarea max_length=longest/>
                <Confirming/>
                <Submit kind>{verb}</Submit>
            </Form>
        </Card>
    }
    .into_any()
}
