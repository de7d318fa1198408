//! Seeing in full whose matter it is, with a reason.

use accounts::model::UnmaskReason;
use leptos::prelude::*;
use shared::Permission;
use ui::{
    ButtonKind, Choice, Field, Form, Notice, Select, Submit, Tone,
    returned::{answer_of, was_refused},
    viewer::use_viewer,
};

use crate::{api, model::MatterPage};

/// The form of it.
const FORM: &str = "unmask";

/// For staff who may: name and number of whoever reported the matter, once they say why. Nothing for anybody else.
#[component]
pub fn Unmask(page: MatterPage) -> impl IntoView {
    let may = use_viewer()
        .actor
        .is_some_and(|actor| actor.may(Permission::Unmask));
    if !may || !page.staff || page.reporter.is_none() {
        return ().into_any();
    }
    let action = ServerAction::<api::UnmaskReporter>::new();
    let open = was_refused::<api::UnmaskReporter>(FORM);
    let seen = answer_of(action, FORM);
    let reasons = UnmaskReason::ALL
        .iter()
        .map(|reason| Choice::new(reason.code(), reason.label()))
        .collect::<Vec<_>>();
    view! {
        {move || seen.get().map(|told| {
            let phone = told.phone.map_or_else(
                || view! { <p>"没有手机号"</p> }.into_any(),
                |phone| view! { <p>"手机号 "<a href=format!("tel:{phone}") rel="external">{phone.clone()}</a></p> }.into_any(),
            );
            view! { <Notice tone=Tone::Go live=true title=told.name>{phone}</Notice> }
        })}
        <details class="fold" open=open>
            <summary>"看反映人的姓名和电话"</summary>
            <Form action prefix=FORM>
                <input type="hidden" name="matter" value=page.code/>
                <Select name="reason" label="为什么要看" choices=reasons hint="会记下来，反映人能看到是谁、为什么看。"/>
                <Field name="words" label="补充说明" optional=true max_length=200/>
                <Submit kind=ButtonKind::Plain>"看"</Submit>
            </Form>
        </details>
    }
    .into_any()
}
