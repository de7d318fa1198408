//! What a member is for the others: representative, owner, deputy; each from a day on.

use leptos::prelude::*;
use ui::{ButtonKind, Form, Submit, returned::was_refused};

use super::frame::{Since, acting};
use crate::{api, model::Member};

#[component]
pub fn Marks(member: Member, household: String, may_keep: bool) -> impl IntoView {
    let id = member.id.to_string();
    let (owns, stands) = (member.owner, member.deputy);
    view! {
        {(!member.representative).then(|| view! { <RepresentFold id=id.clone()/> })}
        <OwnFold id=id.clone() owns/>
        {may_keep.then(|| view! { <DeputyFold id household stands/> })}
    }
}

#[component]
fn RepresentFold(id: String) -> impl IntoView {
    let action = acting::<api::Represent>();
    let form = format!("represent-{id}");
    let open = was_refused::<api::Represent>(&form);
    view! {
        <details class="fold" open=open>
            <summary>"设为户代表"</summary>
            <Form action prefix=form adds=true>
                <input type="hidden" name="id" value=id/>
                <Since/>
                <Submit kind=ButtonKind::Plain>"记下"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn OwnFold(id: String, owns: bool) -> impl IntoView {
    let action = acting::<api::SetOwner>();
    let form = format!("own-{id}");
    let open = was_refused::<api::SetOwner>(&form);
    view! {
        <details class="fold" open=open>
            <summary>{if owns { "不再是产权人" } else { "设为产权人" }}</summary>
            <Form action prefix=form adds=true>
                <input type="hidden" name="id" value=id/>
                {(!owns).then(|| view! { <input type="hidden" name="owns" value="true"/> })}
                <Since/>
                <Submit kind=ButtonKind::Plain>"记下"</Submit>
            </Form>
        </details>
    }
}

#[component]
fn DeputyFold(id: String, household: String, stands: bool) -> impl IntoView {
    let action = acting::<api::SetDeputy>();
    let form = format!("deputy-{id}");
    let open = was_refused::<api::SetDeputy>(&form);
    let day = if stands {
        "从哪天起不再是"
    } else {
        "哪天当选"
    };
    view! {
        <details class="fold" open=open>
            <summary>{if stands { "不再是居民代表" } else { "当选居民代表" }}</summary>
            <Form action prefix=form adds=true>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="household" value=household/>
                {(!stands).then(|| view! { <input type="hidden" name="deputy" value="true"/> })}
                <Since label=day/>
                <Submit kind=ButtonKind::Plain>"记下"</Submit>
            </Form>
        </details>
    }
}
