//! `/admin/map/settings`: the review number, and how much is forgiven in a map file.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use ui::{
    Button, ButtonKind, Card, Fault, Field, FieldKind, Form, Notice, Page, Resource, Shape, Skeleton, Submit,
    Tone,
};

use super::{MISSING, WAYS};
use crate::{api, model::MapSettings};

pub struct SettingsPage;

#[lazy_route]
impl LazyRoute for SettingsPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let action = ServerAction::<api::SaveSettings>::new();
        let changes = ui::successes(action);
        let shown = Resource::new(move || changes.get(), |_| api::settings());
        view! {
            <Transition fallback=|| view! { <Skeleton shape=Shape::Block/> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(settings) => view! { <Content settings action/> }.into_any(),
                        Err(error) => view! { <Fault error missing=MISSING ways=WAYS/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

#[component]
fn Content(settings: MapSettings, action: ServerAction<api::SaveSettings>) -> impl IntoView {
    let saved = move || action.value().with(|value| matches!(value, Some(Ok(()))));
    let configured = settings
        .configured
        .map(|number| format!("不填就用配置文件里的“{number}”。"));
    let hint = format!(
        "照地图审核批准书上的填，例如“苏S（2026）12号”。填了以后，没有登录的人也能看到边界。{}",
        configured.unwrap_or_default()
    );
    let above = vec![("地图".to_owned(), "/map".to_owned())];
    view! {
        <Page title="地图设置" above>
            <Show when=saved><Notice tone=Tone::Done live=true>"已经保存。"</Notice></Show>
            <Card>
                <Form action>
                    <Field name="review_number" label="审图号" hint=hint value=settings.review_number optional=true/>
                    <Field name="gap" label="空隙容差（%）" kind=FieldKind::Text value=settings.gap.to_string()
                        hint="上级范围内没有划给任何下级的面积，占上级的百分比。不超过的只作提示。"/>
                    <Field name="overlap" label="重叠容差（%）" value=settings.overlap.to_string()
                        hint="下级互相重叠的面积，占上级的百分比。"/>
                    <Field name="outside" label="越界容差（%）" value=settings.outside.to_string()
                        hint="下级伸到上级外面的面积，占上级的百分比。"/>
                    <Submit>"保存"</Submit>
                </Form>
            </Card>
            <div class="buttons"><Button kind=ButtonKind::Quiet href="/admin/map/import">"导入边界"</Button></div>
        </Page>
    }
}
