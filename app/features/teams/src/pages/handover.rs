//! `/handovers/ID`: a handover, for whoever gives, takes or ordered it: what came, and how it stands.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, Card, Form, Glyph, Notice, Page, Resource, Submit, Time, TimeForm, Tone,
    loaded::{loaded, query},
    successes,
};

use super::hand_over::{Open, WaitingCard};
use crate::{
    api,
    model::{HandoverPage, HandoverState},
};

/// `/handovers/:id`
pub fn page() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let withdraw = ServerAction::<api::Withdraw>::new();
    let withdrawn = successes(withdraw);
    let shown = Resource::new(move || (id.get(), withdrawn.get()), |(id, _)| api::handover(id));
    loaded(shown, move |page: HandoverPage| {
        view! { <Handover page withdraw/> }.into_any()
    })
}

#[component]
fn Handover(page: HandoverPage, withdraw: ServerAction<api::Withdraw>) -> impl IntoView {
    let HandoverPage {
        here,
        row,
        ordered_by,
        ordered_at,
        ended_at,
        words,
        fault,
        moved,
        tasks,
        waiting,
        mine,
        may_withdraw,
    } = page;
    // Just now, so that it is announced.
    let live = !query("done").get_untracked().is_empty();
    let state = row.state;
    let (tone, told) = match (state, mine) {
        (HandoverState::Done, true) => (
            Tone::Done,
            format!(
                "{}的{}从 {} 起由您担任。",
                here.name,
                row.role.label(),
                row.on.zh()
            ),
        ),
        (HandoverState::Done, false) => (Tone::Done, format!("已经交接好了，{}收到了消息。", row.to)),
        (HandoverState::Planned, _) => (
            Tone::Due,
            format!(
                "定在 {} 零点交接，到时候在办的事一起交过去。双方已收到消息。",
                row.on.zh()
            ),
        ),
        (HandoverState::Withdrawn, _) => (
            Tone::Quiet,
            "这次交接取消了，岗位没有变。双方已收到消息。".to_owned(),
        ),
        (HandoverState::Failed, _) => (
            Tone::Late,
            format!(
                "没有交接成：{}。岗位没有变，可以重新交接。",
                fault.unwrap_or_default()
            ),
        ),
    };
    let listed = tasks.len();
    let more = (moved > listed).then(|| format!("这里列出 {listed} 件，其余的在“我的任务”里。"));
    let title = format!("{}交接：{} 交给 {}", row.role.label(), row.from, row.to);
    let came = if mine {
        "交给您的事"
    } else {
        "一起交过去的事"
    };
    let team = format!("/teams/{}", here.code);
    view! {
        <Page title eyebrow=here.name.clone() above=vec![(format!("{}的队伍", here.name), team.clone())]>
            <div class="stack loose">
                <Notice tone live>{told}</Notice>
                {words.map(|words| view! { <Card title="交代的话"><p class="team-words">{words}</p></Card> })}
                {(state == HandoverState::Done).then(|| view! { <Open title=came open=moved tasks more/> })}
                {waiting.map(|waiting| view! { <WaitingCard waiting/> })}
                <Card>
                    <dl class="facts">
                        <dt>"谁定的"</dt>
                        <dd>{ordered_by}"，"<Time at=ordered_at form=TimeForm::Full/></dd>
                        <dt>"从哪天起"</dt>
                        <dd>{row.on.zh()}</dd>
                        {ended_at.map(|at| view! { <dt>{state.label()}</dt><dd><Time at form=TimeForm::Full/></dd> })}
                    </dl>
                </Card>
                {may_withdraw.then(|| view! {
                    <Form action=withdraw prefix="withdraw">
                        <input type="hidden" name="id" value=row.id.to_string()/>
                        <Submit kind=ButtonKind::Danger>"取消这次交接"</Submit>
                    </Form>
                })}
                <div class="buttons">
                    {mine.then(|| view! { <Button icon=Glyph::List href="/tasks">"看我的任务"</Button> })}
                    <Button kind=ButtonKind::Plain icon=Glyph::People href=team>"看这里的队伍"</Button>
                </div>
            </div>
        </Page>
    }
}
