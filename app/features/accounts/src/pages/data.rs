//! What is held about oneself.

use leptos::prelude::*;
use ui::{
    Badge, Button, ButtonKind, Card, Checkbox, Column, Field, FieldKind, Form, Glyph, Notice, Page, Resource,
    Submit, Table, Tone, Width, cell,
};

use super::frame::{Done, Hidden, loaded, query, trouble};
use crate::{
    api,
    model::{CodeStep, Ground, HeldData, Look, MyData},
};

/// `/me/data`
pub fn page() -> AnyView {
    let data = Resource::new(|| (), |()| api::get_my_data());
    loaded(data, |data: MyData| {
        let consent = ServerAction::<api::SetConsent>::new();
        let held = data
            .held
            .clone()
            .into_iter()
            .map(|row| view! { <Held row consent/> })
            .collect_view();
        let elsewhere = data
            .elsewhere
            .clone()
            .into_iter()
            .map(|ground| view! { <Elsewhere ground/> })
            .collect_view();
        let wards = data
            .guardians
            .iter()
            .filter(|row| row.i_am_guardian)
            .map(|row| row.name.clone())
            .collect::<Vec<_>>();
        view! {
            <Page title="我的信息" width=Width::Wide above=vec![("我的".to_owned(), "/me".to_owned())]>
                <div class="stack loose">
                    <Done/>
                    {trouble(consent)}
                    <section class="stack">
                        <h2>"保存了什么，依据什么"</h2>
                        <div class="tiles">{held}{elsewhere}</div>
                    </section>
                    <Household/>
                    <Looks looks=data.looks/>
                    <Card title="导出">
                        <p>"一个压缩包，里面是上面的全部内容、您家的登记、交给您和您办过的任务、收到的消息、您给点位的照片、您交出和接过的网格、您在网格队伍里的登记、您上传的文件，可以带到别处用。"</p>
                        <div class="buttons">
                            <Button kind=ButtonKind::Plain icon=Glyph::Download href="/me/data/export" external=true>"下载"</Button>
                        </div>
                    </Card>
                    <Correct/>
                    <Erase due=data.erasure_due.map(shared::Timestamp::zh) blocked=data.erasure_blocked wards/>
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Held(row: HeldData, consent: ServerAction<api::SetConsent>) -> impl IntoView {
    let kind = row.kind;
    let (word, tone) = match (kind.is_voluntary(), row.active, row.outdated) {
        (true, true, _) => ("已同意", Tone::Done),
        (true, _, true) => ("同意的是旧版", Tone::Due),
        (true, ..) => ("没有同意", Tone::Quiet),
        (false, ..) => ("必需", Tone::Quiet),
    };
    let since = row.given_at.map(|at| {
        format!(
            "{} 起，第 {} 版",
            at.date().zh(),
            row.version.clone().unwrap_or_default()
        )
    });
    let own = kind.is_voluntary() && !matches!(kind, crate::model::DataKind::Child);
    let can_give = own && row.outdated;
    let can_withdraw = own && (row.active || row.outdated);
    view! {
        <Card title=kind.label() end=move || view! { <Badge tone>{word}</Badge> }>
            {(!row.value.is_empty()).then(|| view! { <p><b>{row.value.clone()}</b></p> })}
            <p>{format!("用来{}。", kind.purpose())}</p>
            <p class="small quiet">{format!("依据：{}。", kind.basis().label())}{since}</p>
            {can_give.then(|| view! {
                <p>"这一项的说明改过。您同意的是旧版，请看过上面的说明，再决定同意还是撤回。"</p>
                <ActionForm action=consent>
                    <input type="hidden" name="kind" value=kind.code()/>
                    <input type="hidden" name="given" value="true"/>
                    <Button kind=ButtonKind::Plain submit=true>"同意新版"</Button>
                </ActionForm>
            })}
            {can_withdraw.then(|| view! {
                <ActionForm action=consent>
                    <input type="hidden" name="kind" value=kind.code()/>
                    <Button kind=ButtonKind::Plain submit=true>"撤回同意"</Button>
                </ActionForm>
            })}
        </Card>
    }
}

/// What a later pillar holds, if one has used what it does.
#[component]
fn Elsewhere(ground: Ground) -> impl IntoView {
    let Ground {
        label,
        purpose,
        basis,
        version,
    } = ground;
    view! {
        <Card title=label>
            <p>{format!("有的话，用来{purpose}。")}</p>
            <p class="small quiet">{format!("依据：{}。第 {version} 版", basis.label())}</p>
        </Card>
    }
}

/// What the pillar of households holds has a page of its own.
#[component]
fn Household() -> impl IntoView {
    view! {
        <Card title="您家的登记">
            <p>"住在哪一户、和谁住、身份证号、需要的关照，保存了哪些、依据什么，都在“我家的登记”里，也在那里更正和撤回同意。"</p>
            <div class="buttons">
                <Button kind=ButtonKind::Plain icon=Glyph::Home href="/me/household">"看我家的登记"</Button>
            </div>
        </Card>
    }
}

#[component]
fn Looks(looks: Vec<Look>) -> impl IntoView {
    let columns = vec![
        Column::text("谁"),
        Column::text("做了什么"),
        Column::text("为什么"),
        Column::text("什么时候"),
    ];
    let none = looks.is_empty();
    let rows = looks
        .into_iter()
        .map(|look| {
            vec![
                cell(view! { <span>{look.who}</span>" "<span class="quiet small">{look.role}</span> }),
                cell(look.what),
                cell(look.why),
                cell(look.at.zh()),
            ]
        })
        .collect::<Vec<_>>();
    view! {
        <section class="stack">
            <h2>"谁看过"</h2>
            <p class="quiet">"工作人员打开您的信息或您家的登记、核实登记、替您办事都记在这里。同一个人同一天做同样的事，合成一条。"</p>
            {if none {
                view! { <p>"还没有人看过您的信息。"</p> }.into_any()
            } else {
                view! { <Table caption="看过您信息的人" columns rows/> }.into_any()
            }}
        </section>
    }
}

#[component]
fn Correct() -> impl IntoView {
    let name = ServerAction::<api::Rename>::new();
    let ask = ServerAction::<api::AskPhone>::new();
    let attempt = query("try");
    let step = Resource::new(
        move || attempt.get(),
        |attempt| async move {
            if attempt.is_empty() {
                Ok(None)
            } else {
                api::my_code_step(attempt).await.map(Some)
            }
        },
    );
    view! {
        <Card title="更正">
            <Form action=name prefix="name">
                <Field name="name" label="姓名" autocomplete="name" max_length=40/>
                <Submit kind=ButtonKind::Plain>"改姓名"</Submit>
            </Form>
            <Form action=ask prefix="phone">
                <Field name="phone" label="新手机号" kind=FieldKind::Tel/>
                <Submit kind=ButtonKind::Plain>"给新手机号发验证码"</Submit>
            </Form>
            {loaded(step, |step: Option<CodeStep>| view! { {step.map(|step| view! { <NewPhone step/> })} }.into_any())}
        </Card>
    }
}

#[component]
fn NewPhone(step: CodeStep) -> impl IntoView {
    let action = ServerAction::<api::SetPhone>::new();
    view! {
        <p>{format!("验证码已发到 {}。", step.phone)}</p>
        {step.demo_code.map(|code| view! { <Notice tone=Tone::Go>{format!("演示站不发短信，验证码是 {code}")}</Notice> })}
        <Form action prefix="set-phone">
            <Field name="code" label="验证码" kind=FieldKind::Otp/>
            <Hidden name="attempt" value=query("try")/>
            <Submit>"换成这个手机号"</Submit>
        </Form>
    }
}

#[component]
fn Erase(
    due: Option<String>,
    blocked: Option<String>,
    /// The children whose guardian one is: their accounts go too.
    wards: Vec<String>,
) -> impl IntoView {
    let erase = ServerAction::<api::EraseMe>::new();
    let keep = ServerAction::<api::KeepMe>::new();
    let body = match (due, blocked) {
        (Some(due), _) => view! {
            <Notice tone=Tone::Due>{format!("账号将在 {due} 注销。")}</Notice>
            {trouble(keep)}
            <ActionForm action=keep><Button kind=ButtonKind::Plain submit=true>"取消注销"</Button></ActionForm>
        }
        .into_any(),
        (None, Some(reason)) => view! { <p>{reason}</p> }.into_any(),
        (None, None) => view! {
            <Form action=erase prefix="erase">
                <Checkbox name="sure" label="我要注销账号"/>
                <Submit kind=ButtonKind::Danger>"申请注销"</Submit>
            </Form>
        }
        .into_any(),
    };
    view! {
        <Card title="注销账号">
            <p>"申请后有 15 天可以反悔。到期后账号里的姓名、手机号、门牌、登录记录和亲友代办都删除。"</p>
            <p>
                "居委会、村委会的居民名册依职责留着：姓名、性别、出生年、住在哪一户，党员还有所在支部。名册里的手机号、身份证号、需要的关照都删除，您给过的同意一并撤回，名册也不再连着您的账号。"
            </p>
            <p>"您在网格队伍里的登记（姓名、电话、分工）也删除；没有注销的，离任满两年删除。"</p>
            <p>"您上传的文件也删除；已经交到一件事里的留在那件事里，不再有您的名字和您起的文件名。"</p>
            {(!wards.is_empty()).then(|| view! {
                <p>{format!("您是 {} 的监护人。没有您的同意，孩子的信息不能再保存，孩子的账号同时注销。", wards.join("、"))}</p>
            })}
            <p class="small quiet">
                "操作日志（什么时候办过什么）按网络安全法至少留 6 个月，同意和撤回的时间也留下，都不再连着您的姓名和手机号。"
            </p>
            {body}
        </Card>
    }
}
