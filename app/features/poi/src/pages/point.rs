//! `/places/point`: a point: where it is, when it is open, how to call, who can get in, what it looks like.

use leptos::prelude::*;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, ButtonSize, Card, Form, Glyph, Notice, Page, Resource, Submit, Tone,
    live::{use_events, use_reset, work_topics},
    loaded::{loaded, query},
    returned::was_refused,
};

use super::photos::Photos;
use crate::{api, model::Point};

pub fn page() -> AnyView {
    let id = query("id");
    let shown = Resource::new(move || id.get(), api::get_point);
    let typing = RwSignal::new(false);
    let again = move || {
        if !typing.get_untracked() {
            shown.refetch();
        }
    };
    // A camera, and a photo that was offered, are told of to those who work there.
    let mut topics = work_topics(Permission::StaffView);
    topics.push("poi".to_owned());
    use_events(topics, move |event| {
        if event.subject.as_deref() == Some(id.get_untracked().as_str()) {
            again();
        }
    });
    use_reset(again);
    loaded(shown, move |point: Point| {
        view! { <Shown point typing/> }.into_any()
    })
}

#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "saved" => "已保存。",
            "ended" => "已记下：这里没有了。",
            "photo" => "照片加上了。",
            "offered" => "谢谢您。工作人员看过以后会显示出来，结果会在消息里告诉您。",
            "removed" => "照片已删除。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn Shown(point: Point, typing: RwSignal<bool>) -> impl IntoView {
    let above = vec![(
        "身边的点位".to_owned(),
        format!("/places?node={}", point.unit.code),
    )];
    let map = format!(
        "/map/{}?at={:.6},{:.6},17&layers=points",
        point.unit.code,
        point.place.lon_degrees(),
        point.place.lat_degrees()
    );
    let phone = point.phone.clone();
    let call = (!phone.is_empty() && point.ended.is_none()).then(|| {
        let href = format!("tel:{}", phone.replace(' ', ""));
        view! { <Button kind=ButtonKind::Warm size=ButtonSize::Big icon=Glyph::Phone href=href>{format!("打电话 {phone}")}</Button> }
    });
    let row = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <dt>{name}</dt><dd>{value}</dd> })
    };
    let photos = view! { <Photos point=point.id photos=point.photos.clone() adding=point.adding typing/> };
    let keeping = point.may_edit.then(|| view! { <Keeping point=point.clone()/> });
    let access = point
        .access
        .iter()
        .map(|one| one.label())
        .collect::<Vec<_>>()
        .join("、");
    let access = if access.is_empty() {
        "没有登记".to_owned()
    } else {
        access
    };
    let (badge, camera) = (point.kind.label(), !point.kind.is_public());
    let ended = point.ended.map(|day| format!("{} 起这里没有了", day.zh()));
    view! {
        <Page title=point.name.clone() eyebrow=point.unit.name.clone() above>
            <div class="stack loose">
                <Done/>
                {ended.map(|words| view! { <Notice tone=Tone::Due>{words}</Notice> })}
                <p class="row wrap close">
                    <Badge tone=Tone::Go>{badge}</Badge>
                    {camera.then(|| view! { <Badge>"只有工作人员能看到"</Badge> })}
                </p>
                {call}
                <Card>
                    <dl class="facts">
                        {row("地址", point.address.clone())}
                        {row("开放时间", point.hours.clone())}
                        {(!camera).then(|| view! { <dt>"无障碍"</dt><dd>{access}</dd> })}
                        {row("说明", point.note.clone())}
                        <dt>"登记"</dt><dd>{format!("{} 更新", point.updated.zh())}</dd>
                    </dl>
                    <p class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Map href=map>"在地图上看"</Button></p>
                </Card>
                {photos}
                {keeping}
            </div>
        </Page>
    }
}

#[component]
fn Keeping(point: Point) -> impl IntoView {
    let end = ServerAction::<api::End>::new();
    let open = was_refused::<api::End>("end");
    let edit = format!("/places/edit?id={}", point.id);
    view! {
        <p class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Edit href=edit>"更正"</Button></p>
        <details class="fold" open=open>
            <summary>"这里没有了"</summary>
            <Form action=end prefix="end">
                <p>"从今天起不再列出来；以前的记录还在。"</p>
                <input type="hidden" name="id" value=point.id.to_string()/>
                <input type="hidden" name="version" value=point.version.to_string()/>
                <Submit kind=ButtonKind::Danger>"记下"</Submit>
            </Form>
        </details>
    }
}
