//! `/admin/catalogue/narrow`: what a place says about an item that comes from above.

use leptos::prelude::*;
use ui::{Card, Checkbox, Field, FieldKind, Form, Notice, Page, Resource, Submit, Tone};

use super::{
    fields::LimitFields,
    frame::{loaded, query},
};
use crate::{api, model::NarrowingPage};

pub fn page() -> AnyView {
    let (node, id) = (query("node"), query("id"));
    let shown = Resource::new(
        move || (node.get(), id.get()),
        |(node, id)| api::narrowing(node, id),
    );
    loaded(shown, move |page: NarrowingPage| {
        view! { <Narrow page/> }.into_any()
    })
}

#[component]
fn Narrow(page: NarrowingPage) -> impl IntoView {
    let action = ServerAction::<api::Narrow>::new();
    let here = page.here.code.clone();
    let above = vec![
        ("网格事项清单".to_owned(), "/admin/catalogue".to_owned()),
        (page.here.name.clone(), format!("/admin/catalogue?node={here}")),
    ];
    let item = page.above.item.clone();
    let since = page
        .since
        .map(|since| format!("现在的规定从 {} 起。", since.zh()));
    let coming = page
        .coming
        .map(|from| format!("已经定好 {} 起另有规定，那天以后以那一次为准。", from.zh()));
    let form = page.form.clone();
    let fields = move || {
        view! {
            <input type="hidden" name="node" value=here/>
            <input type="hidden" name="id" value=page.above.id.to_string()/>
            <Field name="from" label="从哪天起" kind=FieldKind::Date value=page.today.to_string()/>
            <Checkbox name="hidden" label="这里不办这一项" checked=form.hidden/>
            <Checkbox name="shorter" label="把时限缩短" checked=form.shorter hint="不勾就跟上级一样"/>
            <LimitFields unit=form.unit amount=form.amount optional=true/>
            <Field name="place" label="本地的窗口" value=form.place optional=true max_length=120/>
            <Field name="phone" label="本地的电话" value=form.phone hint="例如 0512-52341234" optional=true max_length=20/>
            <Field name="note" label="补充说明" kind=FieldKind::Textarea value=form.note hint="例如哪天不办、要先约。居民能看到。" optional=true max_length=2000/>
            <Submit>"保存"</Submit>
        }
    };
    view! {
        <Page title=item.name.clone() eyebrow="在本地收窄" above>
            <div class="stack loose">
                <Card title="上级定的">
                    <dl class="facts">
                        <dt>"时限"</dt><dd>{item.limit.label()}</dd>
                        <dt>"牵头"</dt><dd>{item.lead.clone()}</dd>
                        {(!item.place.is_empty()).then(|| view! { <dt>"地点"</dt><dd>{item.place.clone()}</dd> })}
                        {(!item.phone.is_empty()).then(|| view! { <dt>"电话"</dt><dd>{item.phone.clone()}</dd> })}
                    </dl>
                </Card>
                {coming.map(|words| view! { <Notice tone=Tone::Due>{words}</Notice> })}
                <Card title="本地怎么办">
                    {since.map(|words| view! { <p class="small quiet">{words}</p> })}
                    <Form action prefix="narrow">{fields()}</Form>
                </Card>
            </div>
        </Page>
    }
}
