//! Somebody on a team: what for, one button to call, and what may be changed.

use leptos::prelude::*;
use ui::{
    Badge, Button, ButtonKind, ButtonSize, Checkbox, Field, FieldKind, Form, Glyph, Submit, Tone,
    returned::was_refused,
};

use super::form::acting;
use crate::{
    api,
    model::{EntryId, Member, Source},
};

#[component]
pub fn MemberCard(
    member: Member,
    code: String,
    staff: bool,
    may_keep: bool,
    may_hand_over: bool,
    look: Callback<()>,
) -> impl IntoView {
    let call = member.phone.clone().map(|phone| {
        let words = format!("打电话给{}", member.name);
        view! {
            <p class="team-number">{phone.clone()}</p>
            <Button kind=ButtonKind::Warm size=ButtonSize::Block icon=Glyph::Phone href=format!("tel:{phone}") external=true>{words}</Button>
        }
    });
    let until = member
        .to
        .map(|to| format!("，到 {}", to.zh()))
        .unwrap_or_default();
    let since = format!("从 {} 起{until}", member.from.zh());
    let elsewhere = (member.elsewhere > 0).then(|| {
        let words = format!("还兼着 {} 个网格", member.elsewhere);
        view! { <Badge tone=Tone::Late icon=Glyph::Warning>{words}</Badge> }
    });
    let delegated = matches!(member.source, Source::Role { delegated: true, .. });
    let from_above = member.of_community.clone();
    let open = staff && member.shown;
    let mine = from_above.is_none();
    let doings = match member.source.clone() {
        Source::Role { grant, delegated } => (may_hand_over && !delegated)
            .then(|| {
                let href = format!("/teams/{code}/hand-over?grant={grant}");
                view! { <Button kind=ButtonKind::Plain icon=Glyph::Share href>"交接"</Button> }
            })
            .into_any(),
        Source::Entry { id, version } if may_keep && mine => {
            view! { <Changing member=member.clone() code id version look/> }.into_any()
        }
        Source::Entry { .. } => ().into_any(),
    };
    view! {
        <li class="team-member">
            <p class="row wrap close">
                <b>{member.name.clone()}</b>
                {delegated.then(|| view! { <Badge tone=Tone::Due>"请假代班"</Badge> })}
                {elsewhere}
                {open.then(|| view! { <Badge icon=Glyph::Eye>"居民看得到"</Badge> })}
            </p>
            {(!member.duty.is_empty()).then(|| view! { <p>{member.duty.clone()}</p> })}
            {from_above.map(|name| view! { <p class="small quiet">{format!("{name}的全部网格")}</p> })}
            {call}
            {staff.then(|| view! { <p class="small quiet">{since}</p> })}
            {doings}
        </li>
    }
}

/// Correcting, ending and removing an entry.
#[component]
fn Changing(member: Member, code: String, id: EntryId, version: i64, look: Callback<()>) -> impl IntoView {
    let (correct, end, remove) = (
        acting::<api::Correct>(look),
        acting::<api::End>(look),
        acting::<api::Remove>(look),
    );
    let prefixes = ["correct", "end", "remove"].map(|what| format!("{what}-{id}"));
    let refused = was_refused::<api::Correct>(&prefixes[0])
        || was_refused::<api::End>(&prefixes[1])
        || was_refused::<api::Remove>(&prefixes[2]);
    let [correcting, ending, removing] = prefixes;
    let public = member.post.may_be_shown();
    let hidden = || {
        view! {
            <input type="hidden" name="code" value=code.clone()/>
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
        }
    };
    let to = member.to.map(|to| to.to_string()).unwrap_or_default();
    let (with_correction, with_end, with_removal) = (hidden(), hidden(), hidden());
    view! {
        <details class="fold" open=refused>
            <summary>"更正，或不再担任"</summary>
            <div class="stack loose">
                <Form action=correct prefix=correcting>
                    {with_correction}
                    <Field name="name" label="姓名" value=member.name.clone() max_length=40/>
                    <Field name="phone" label="电话" kind=FieldKind::Tel value=member.phone.clone().unwrap_or_default() autocomplete="off"/>
                    <Field name="duty" label="管什么" hint="如 3、5 幢；夜间值班" value=member.duty.clone() optional=true max_length=80/>
                    <Field name="from" label="从哪天起" kind=FieldKind::Date value=member.from.to_string()/>
                    <Field name="to" label="最后一天" kind=FieldKind::Date value=to optional=true/>
                    {public.then(|| view! {
                        <Checkbox name="shown" label="居民看得到" hint="住在这里的居民能看到姓名和电话" checked=member.shown/>
                    })}
                    <Submit kind=ButtonKind::Plain>"保存"</Submit>
                </Form>
                <Form action=end prefix=ending>
                    {with_end}
                    <Field name="last" label="不再担任，最后一天是" kind=FieldKind::Date/>
                    <Submit kind=ButtonKind::Plain>"记下"</Submit>
                </Form>
                <Form action=remove prefix=removing>
                    {with_removal}
                    <p class="small quiet">"登记错了才删：姓名和电话都不留下。换了人，请用上面的“不再担任”。"</p>
                    <Submit kind=ButtonKind::Danger icon=Glyph::Bin>"删掉这一条"</Submit>
                </Form>
            </div>
        </details>
    }
}
