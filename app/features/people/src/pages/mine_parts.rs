//! The longer parts of one's own page: care, what to tell the grid worker, on what basis data is held, who looked.

use leptos::prelude::*;
use ui::{
    Badge, Button, ButtonKind, Card, Checkbox, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Submit,
    Tone, returned::was_refused,
};

use super::{
    frame::{acting, trouble},
    member::CareBoxes,
};
use crate::{
    api,
    model::{Care, Consent, Correction, DataKind, HeldKind, MyHousehold, PersonLook},
};

/// What care one would like.
#[component]
pub fn CareCard(held: Vec<Care>) -> impl IntoView {
    let action = acting::<api::MyCare>();
    let open = was_refused::<api::MyCare>("care");
    let told = if held.is_empty() {
        "没有登记。需要有人搭把手的话，在这里告诉网格员。".to_owned()
    } else {
        held.iter()
            .map(|care| care.label())
            .collect::<Vec<_>>()
            .join("、")
    };
    let agreed = !held.is_empty();
    view! {
        <Card title="需要的关照">
            <p>{told}</p>
            <details class="fold" open=open>
                <summary>"选我需要的"</summary>
                <Form action prefix="care">
                    <CareBoxes held/>
                    <Checkbox name="consent" label="我同意登记这些信息，只给照顾我的人看" checked=agreed
                        hint="敏感信息，单独同意；一项都不选再保存，就是撤回，马上删除。"/>
                    <Submit>"保存"</Submit>
                </Form>
            </details>
        </Card>
    }
}

/// Telling the grid worker what is wrong about the household.
#[component]
pub fn Report(written: Vec<Correction>) -> impl IntoView {
    let action = acting::<api::ReportMine>();
    let rows = written
        .into_iter()
        .map(|correction| {
            let at = correction.at.zh_short();
            let came = match correction.handled_at {
                None => "等网格员核对".to_owned(),
                Some(day) => {
                    let answer = correction.answer.map(|words| format!("：{words}"));
                    format!("{} 核对过了{}", day.zh_short(), answer.unwrap_or_default())
                }
            };
            let who = correction.acted.map(|acted| format!("{acted} 替您"));
            view! { <ListRow title=correction.words detail=format!("{at} {}写的，{came}", who.unwrap_or_default())/> }
        })
        .collect::<Vec<_>>();
    view! {
        <Card title="住址或家里的人不对">
            {(!rows.is_empty()).then(|| view! { <List label="您写的">{rows}</List> })}
            <Form action prefix="report" adds=true>
                <Field name="words" label="哪里不对" placeholder="例如：我儿子去年搬走了" kind=FieldKind::Textarea max_length=200
                    hint="网格员核对后会改过来，并发消息告诉您。"/>
                <Submit kind=ButtonKind::Plain>"告诉网格员"</Submit>
            </Form>
        </Card>
    }
}

/// On what basis each kind of data is held; what rests on consent can be withdrawn.
#[component]
pub fn Held(mine: MyHousehold) -> impl IntoView {
    let withdraw = acting::<api::WithdrawMine>();
    let show = acting::<api::ShowMyParty>();
    let party = mine.party.is_some();
    let rows = mine
        .held
        .into_iter()
        .filter(|held| held.held || (held.kind == DataKind::PartyShown && party))
        .map(|held| {
            let HeldKind { kind, basis, consent, .. } = held;
            let detail = format!("{}。依据：{}", kind.purpose(), basis.label());
            let offers = kind == DataKind::PartyShown && consent.is_none();
            view! {
                <li>
                    <p class="row wrap close"><b>{kind.label()}</b>{consent.map(|_| view! { <Badge tone=Tone::Done>"已同意"</Badge> })}</p>
                    <p class="small quiet">{detail}</p>
                    {consent.map(|consent| {
                        // A membership is the branch's and stays: it is only shown to fewer.
                        let words = if consent == Consent::PartyShown { "撤回同意，不再公开" } else { "撤回同意，删除" };
                        view! {
                            <ActionForm action=withdraw>
                                <input type="hidden" name="kind" value=consent.code()/>
                                <Button kind=ButtonKind::Plain submit=true>{words}</Button>
                            </ActionForm>
                        }
                    })}
                    {offers.then(|| view! {
                        <ActionForm action=show><Button kind=ButtonKind::Plain submit=true>"同意公开"</Button></ActionForm>
                    })}
                </li>
            }
        })
        .collect_view();
    view! {
        {trouble(withdraw)}{trouble(show)}
        <Card title="保存了什么，凭什么"><ul class="people-quorums" role="list">{rows}</ul></Card>
    }
}

/// The account is another pillar's; so is the one list of everybody who looked.
#[component]
pub fn Account() -> impl IntoView {
    view! {
        <Card title="账号的信息">
            <p>"这一页是您家的登记。账号的姓名、手机号和登录的设备，保存了什么、凭什么，以及导出和注销，在“我的信息”里；看过账号和看过这份登记的人，那里列在一起。"</p>
            <div class="buttons">
                <Button kind=ButtonKind::Plain icon=Glyph::File href="/me/data">"看我的信息"</Button>
            </div>
        </Card>
    }
}

/// Who looked at one's data in full, and why.
#[component]
pub fn Looks(looks: Vec<PersonLook>) -> impl IntoView {
    let rows = looks
        .into_iter()
        .map(|look| view! { <ListRow title=format!("{} 看了完整信息", look.who) detail=format!("{}，{}", look.at.zh(), look.why)/> })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return view! { <Notice>"还没有人看过您这里的完整信息。看过的人和原因会列在这里。"</Notice> }
            .into_any();
    }
    view! { <Card title="谁看过" flush=true><List label="谁看过">{rows}</List></Card> }.into_any()
}
