//! `/mediation/new`: applying for mediation, for oneself or, by those who may, for somebody else.

use leptos::prelude::*;
use ui::{
    ButtonSize, Card, Checkbox, Choice, Field, FieldKind, Form, Glyph, Notice, Page, RadioGroup, Resource,
    Select, Submit, Tone,
    outbox::files::{KEY, fresh_key},
    returned::kept,
};

use super::{
    frame::{loaded, query},
    list::What,
};
use crate::{
    api,
    model::{FormPage, Kind, LINE, Unit, WORDS},
};

/// The form's name.
const FORM: &str = "apply";

pub fn page() -> AnyView {
    let form = Resource::new(|| (), |()| api::get_form());
    let matter = query("matter");
    // Without script a refused form comes back without its address.
    let before = kept::<api::ApplyFor>(FORM)
        .into_iter()
        .find(|(name, _)| name == "matter")
        .map(|(_, value)| value);
    loaded(form, move |page: FormPage| {
        let matter = before.clone().unwrap_or_else(|| matter.get_untracked());
        view! { <Shown page matter/> }.into_any()
    })
}

#[component]
fn Shown(page: FormPage, matter: String) -> impl IntoView {
    let above = vec![("人民调解".to_owned(), "/mediation".to_owned())];
    view! {
        <Page title="申请调解" above>
            <div class="stack loose">
                <Notice tone=Tone::Late>"有人要动手、有生命危险，请先打 110。"</Notice>
                <Apply page matter/>
                <What/>
            </div>
        </Page>
    }
}

#[component]
fn Apply(page: FormPage, matter: String) -> impl IntoView {
    let action = ServerAction::<api::ApplyFor>::new();
    // A page that the device kept would bring an old key back, and with it what was sent before.
    let key = RwSignal::new(page.key);
    Effect::new(move |_| {
        if let Some(fresh) = fresh_key() {
            key.set(fresh);
        }
    });
    let kinds = Kind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), kind.label()))
        .collect::<Vec<_>>();
    let (longest, line) = (length(WORDS), length(LINE));
    let of_matter = (!matter.is_empty())
        .then(|| view! { <p class="small">"来自一件反映的事。那一页只会写“已转调解”。"</p> });
    let enters = page.may_enter;
    view! {
        <Form action prefix=FORM>
            <input type="hidden" name=KEY prop:value=move || key.get() value=key.get_untracked()/>
            <input type="hidden" name="matter" value=matter/>
            {of_matter}
            <Card title="什么纠纷">
                <div class="stack">
                    <RadioGroup name="kind" label="哪一类" choices=kinds/>
                    <Where places=page.places/>
                    <Field name="words" label="发生了什么" kind=FieldKind::Textarea max_length=longest hint="对方同意调解以后才看得到这一段。"/>
                    <Field name="wish" label="您希望怎么解决" kind=FieldKind::Textarea max_length=longest hint="去问对方愿不愿意的时候，会告诉对方。"/>
                </div>
            </Card>
            <Card title="对方是谁">
                <div class="stack">
                    <Field name="other_name" label="对方的姓名或者名称" max_length=line/>
                    <Field name="other_phone" label="对方的手机号" kind=FieldKind::Tel optional=true hint="电话和住处至少填一样。"/>
                    <Field name="other_address" label="对方的住处" optional=true max_length=line/>
                </div>
            </Card>
            <Card title="申请人">
                <div class="stack">
                    {enters.then(|| view! { <Behalf/> })}
                    {(!enters).then(|| view! { <p>{page.name.clone()}</p> })}
                    <Field name="address" label="申请人的住处" optional=true max_length=line hint="写进协议用，现在可以不填。"/>
                    <Checkbox name="agreed" label="是本人要申请，也知道对方会看到是谁申请的"/>
                </div>
            </Card>
            <p class="small">"人民调解不收费。姓名、电话和内容加密保存，只有当事人、调解员和经办人看得到。"</p>
            <Submit size=ButtonSize::Big icon=Glyph::Send>"交上去"</Submit>
        </Form>
    }
}

/// In which community; fields find their form by its context, so they are made inside of it.
#[component]
fn Where(places: Vec<Unit>) -> impl IntoView {
    if places.is_empty() {
        return view! { <Field name="node" label="社区代码" hint="12 位数字，在“组织”里查得到。也可以先登记住在哪里。"/> }
            .into_any();
    }
    let first = places.first().map(|place| place.code.clone()).unwrap_or_default();
    let choices = places
        .into_iter()
        .map(|place| Choice::new(place.code, place.name))
        .collect::<Vec<_>>();
    view! { <Select name="node" label="在哪个社区" choices value=first/> }.into_any()
}

/// For those who may write it down for somebody else.
#[component]
fn Behalf() -> impl IntoView {
    let line = length(LINE);
    view! {
        <Checkbox name="behalf" label="替别人登记" hint="来窗口的、没有手机的。您不会因此看到里面的内容。"/>
        <Field name="name" label="申请人的姓名" optional=true max_length=line hint="替别人登记的时候填。"/>
        <Field name="phone" label="申请人的手机号" kind=FieldKind::Tel optional=true/>
    }
}

pub(super) fn length(most: usize) -> u32 {
    u32::try_from(most).unwrap_or(u32::MAX)
}
