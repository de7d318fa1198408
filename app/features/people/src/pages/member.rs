//! One member of a household: what is noted, and what can be done.

use accounts::model::UnmaskReason;
use leptos::prelude::*;
use ui::{
    Badge, ButtonKind, Card, Checkbox, Choice, Field, FieldKind, Form, Notice, Select, Submit, Tone,
    returned::{answer_of, was_refused},
};

use super::{
    frame::{Since, acting, kinds, relations, sexes},
    marks::Marks,
};
use crate::{
    api,
    model::{Care, HouseholdPage, Leaving, Member, PersonDetails, Standing},
};

/// A member as a card.
#[component]
pub fn MemberCard(member: Member, page: HouseholdPage) -> impl IntoView {
    let told = [
        member.sex.map(|sex| sex.label().to_owned()),
        member.age.map(|age| format!("{age} 岁")),
        member.relation.map(|relation| relation.label().to_owned()),
        Some(member.phone.clone().unwrap_or_else(|| "没有手机号".to_owned())),
    ];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join("，");
    let who = member
        .confirmed_by
        .as_ref()
        .map_or_else(|| "本人".to_owned(), |acted| format!("{acted} 替本人"));
    let confirmed = member
        .confirmed_at
        .map(|at| view! { <Badge tone=Tone::Done>{format!("{who} {} 确认", at.date().zh())}</Badge> });
    let party = member
        .party
        .as_ref()
        .map(|party| format!("{}，{}", party.branch, party.standing.label()));
    let id = member.id.to_string();
    // Nothing changes by looking; fetched anew, the page would hide again what was asked for.
    let unmask = ServerAction::<api::UnmaskPerson>::new();
    let seen = answer_of(unmask, &unmasking(&id));
    view! {
        <Card title=member.name.clone() end=badges(&member)>
            <p>{told}</p>
            <p class="row wrap close">
                {confirmed}
                {member.has_account.then(|| view! { <Badge>"有账号"</Badge> })}
                {member.has_identity.then(|| view! { <Badge>"登记了身份证号"</Badge> })}
                {member.has_care.then(|| view! { <Badge>"登记了需要的关照"</Badge> })}
            </p>
            {party.map(|party| view! { <p>{format!("党员：{party}")}</p> })}
            {page.may_unmask.then(|| view! { <Unmask id=id.clone() action=unmask/> })}
            {page.may_edit.then(|| view! { <Doings member=member.clone() page=page.clone() seen/> })}
        </Card>
    }
}

fn badges(member: &Member) -> ViewFnOnce {
    let (representative, owner, deputy, kind) =
        (member.representative, member.owner, member.deputy, member.kind);
    let twin = member.twin;
    ViewFnOnce::from(move || {
        view! {
            <span class="row wrap close">
                {twin.then(|| view! { <Badge tone=Tone::Due>"可能登记了两次"</Badge> })}
                <Badge>{kind.label()}</Badge>
                {representative.then(|| view! { <Badge tone=Tone::Go>"户代表"</Badge> })}
                {deputy.then(|| view! { <Badge tone=Tone::Go>"居民代表"</Badge> })}
                {owner.then(|| view! { <Badge>"产权人"</Badge> })}
            </span>
        }
    })
}

/// The form by which a person is seen in full.
fn unmasking(id: &str) -> String {
    format!("unmask-{id}")
}

/// Seeing the person in full, with a reason.
#[component]
pub fn Unmask(id: String, action: ServerAction<api::UnmaskPerson>) -> impl IntoView {
    let form = unmasking(&id);
    let open = was_refused::<api::UnmaskPerson>(&form);
    let seen = answer_of(action, &form);
    let reasons = UnmaskReason::ALL
        .iter()
        .map(|reason| Choice::new(reason.code(), reason.label()))
        .collect();
    view! {
        {move || seen.get().map(|details| {
            let phone = details.phone.map_or_else(
                || view! { <p>"没有手机号"</p> }.into_any(),
                |phone| view! { <p>"手机号 "<a href=format!("tel:{phone}") rel="external">{phone.clone()}</a></p> }.into_any(),
            );
            let care: Vec<&str> = details.care.iter().map(|care| care.label()).collect();
            view! {
                <Notice tone=Tone::Go live=true title=details.name>
                    {phone}
                    {details.identity.map(|number| view! { <p>{format!("身份证号 {number}")}</p> })}
                    {(!care.is_empty()).then(|| view! { <p>{format!("需要的关照：{}", care.join("、"))}</p> })}
                </Notice>
            }
        })}
        <details class="fold" open=open>
            <summary>"看完整信息"</summary>
            <Form action prefix=form>
                <input type="hidden" name="id" value=id/>
                <Select name="reason" label="为什么要看" choices=reasons hint="会记下来，本人能看到是谁、为什么看。"/>
                <Field name="words" label="补充说明" optional=true max_length=200/>
                <Submit kind=ButtonKind::Plain>"看"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn Doings(member: Member, page: HouseholdPage, seen: Signal<Option<PersonDetails>>) -> impl IntoView {
    let (id, household) = (member.id.to_string(), page.id.to_string());
    view! {
        <Correct member=member.clone()/>
        <CareFold id=id.clone() has_care=member.has_care seen/>
        {(!member.has_identity).then(|| view! { <Identify id=id.clone()/> })}
        {(page.sees_members && page.may_keep && !page.branches.is_empty())
            .then(|| view! { <Party member=member.clone() page=page.clone()/> })}
        <Leave id=id version=member.version/>
        <Marks member=member household=household may_keep=page.may_keep/>
    }
}

#[component]
fn Correct(member: Member) -> impl IntoView {
    let action = acting::<api::CorrectPerson>();
    let form = format!("correct-{}", member.id);
    let open = was_refused::<api::CorrectPerson>(&form);
    let relation = member
        .relation
        .map(|relation| relation.code())
        .unwrap_or_default();
    view! {
        <details class="fold" open=open>
            <summary>"更正登记"</summary>
            <Form action prefix=form adds=true>
                <input type="hidden" name="id" value=member.id.to_string()/>
                <input type="hidden" name="version" value=member.version.to_string()/>
                <p class="small quiet">"只填要改的，空着的保持原样。"</p>
                <div class="fields-2">
                    <Field name="name" label="姓名" placeholder=member.name optional=true max_length=40/>
                    <Select name="sex" label="性别" choices=sexes("不改") optional=true/>
                </div>
                <div class="fields-2">
                    <Field name="born" label="出生年份" hint="如 1950；知道日期的填 1950-03-02" optional=true max_length=20/>
                    <Field name="phone" label="手机号" kind=FieldKind::Tel placeholder=member.phone.unwrap_or_default() optional=true/>
                </div>
                <div class="fields-2">
                    <Select name="kind" label="居住情况" choices=kinds() value=member.kind.code()/>
                    <Select name="relation" label="与户代表的关系" choices=relations("不改") value=relation optional=true/>
                </div>
                <Submit>"保存"</Submit>
            </Form>
        </details>
    }
}

/// Boxes for each kind of care; ticked are those in `held`.
#[component]
pub fn CareBoxes(held: Vec<Care>) -> impl IntoView {
    Care::ALL
        .iter()
        .map(|care| {
            let ticked = held.contains(care);
            view! { <Checkbox name=care.code() label=care.label() checked=ticked/> }
        })
        .collect_view()
}

/// What is asked for is shown to who gave a reason to see it, here too: saved without having seen it, it would be lost.
#[component]
fn CareFold(id: String, has_care: bool, seen: Signal<Option<PersonDetails>>) -> impl IntoView {
    let action = acting::<api::SetCare>();
    let form = format!("care-{id}");
    let open = was_refused::<api::SetCare>(&form);
    view! {
        <details class="fold" open=open>
            <summary>"需要的关照"</summary>
            {move || {
                let details = seen.get();
                // Also of a form that was refused: beside what was typed, what is stored would stand unticked.
                if has_care && details.is_none() {
                    let lost = open.then_some("刚才的没有保存。");
                    return view! { <p>{lost}"已经登记了。要改的话，先在上面写明原因看过，再来这里改。"</p> }.into_any();
                }
                let held = details.map(|details| details.care).unwrap_or_default();
                let (agreed, id, form) = (!held.is_empty(), id.clone(), form.clone());
                view! {
                    <Form action prefix=form>
                        <input type="hidden" name="id" value=id/>
                        <CareBoxes held/>
                        <Checkbox name="consent" label="本人（未满 14 周岁的由监护人）同意登记这些信息" checked=agreed
                            hint="敏感信息，单独同意；一项都不选就是撤回，马上删除。"/>
                        <Submit>"保存"</Submit>
                    </Form>
                }
                .into_any()
            }}
        </details>
    }
}

#[component]
fn Identify(id: String) -> impl IntoView {
    let action = acting::<api::Identify>();
    let form = format!("identify-{id}");
    let open = was_refused::<api::Identify>(&form);
    view! {
        <details class="fold" open=open>
            <summary>"登记身份证号"</summary>
            <Form action prefix=form adds=true>
                <input type="hidden" name="id" value=id/>
                <Field name="identity" label="身份证号" max_length=18 hint="不是必须的。加密保存，只用来与户籍核对。"/>
                <Checkbox name="consent" label="本人（未满 14 周岁的由监护人）同意登记身份证号"/>
                <Submit>"保存"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn Party(member: Member, page: HouseholdPage) -> impl IntoView {
    let action = acting::<api::SetParty>();
    let form = format!("party-{}", member.id);
    let open = was_refused::<api::SetParty>(&form);
    let branch = member
        .party
        .as_ref()
        .and_then(|party| page.branches.iter().find(|(_, name)| *name == party.branch))
        .map(|(id, _)| id.to_string())
        .unwrap_or_default();
    let standing = member
        .party
        .as_ref()
        .map_or(Standing::Full, |party| party.standing);
    let branches = std::iter::once(Choice::new("", "不是党员，或组织关系不在这里"))
        .chain(
            page.branches
                .iter()
                .map(|(id, name)| Choice::new(id.to_string(), name.clone())),
        )
        .collect();
    let standings = Standing::ALL
        .iter()
        .map(|standing| Choice::new(standing.code(), standing.label()))
        .collect();
    view! {
        <details class="fold" open=open>
            <summary>"党员登记"</summary>
            <Form action prefix=form>
                <input type="hidden" name="id" value=member.id.to_string()/>
                <input type="hidden" name="household" value=page.id.to_string()/>
                <Select name="branch" label="所在支部" choices=branches value=branch optional=true/>
                <Select name="standing" label="身份" choices=standings value=standing.code()/>
                <Checkbox name="shown" label="本人同意让没有党内职务的工作人员也看到"
                    hint="没有同意的，只有担任党内职务的人能看到。"/>
                <Since/>
                <Submit kind=ButtonKind::Plain>"保存"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn Leave(id: String, version: i64) -> impl IntoView {
    let action = acting::<api::PersonLeft>();
    let form = format!("leave-{id}");
    let open = was_refused::<api::PersonLeft>(&form);
    let reasons = Leaving::ALL
        .iter()
        .map(|why| Choice::new(why.code(), why.label()))
        .collect();
    view! {
        <details class="fold" open=open>
            <summary>"不在这一户了"</summary>
            <Form action prefix=form adds=true>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version.to_string()/>
                <Select name="why" label="原因" choices=reasons/>
                <Field name="on" label="从哪天起" kind=FieldKind::Date hint="不填就是今天" optional=true/>
                <Submit kind=ButtonKind::Danger>"记下"</Submit>
            </Form>
        </details>
    }
}
