//! The photos on a point's page: shown, added by those who keep the point, offered by anybody who is signed in.

use leptos::prelude::*;
use ui::{
    Badge, ButtonKind, Card, Field, Form, Glyph, Photo, PhotoField, SendForm, Submit, Tone, photo_limit,
    returned::refusal_by, sending::follow,
};

use crate::{
    ADD_PHOTO, api,
    model::{
        PointId,
        photo::{Adding, LONGEST_ALT, Photo as Given, State},
    },
};

/// The name of the form that adds one, on its page.
const FORM: &str = "photo";

/// `typing` is set once somebody has begun to fill in the form: what is typed must not be taken away by news from elsewhere.
#[component]
pub fn Photos(point: PointId, photos: Vec<Given>, adding: Adding, typing: RwSignal<bool>) -> impl IntoView {
    if photos.is_empty() && adding == Adding::Nothing {
        return ().into_any();
    }
    let shown = if photos.is_empty() {
        view! { <p class="quiet">"还没有照片。"</p> }.into_any()
    } else {
        let photos = photos
            .into_iter()
            .map(|photo| view! { <li><One photo/></li> })
            .collect_view();
        view! { <ul class="photos" role="list" aria-label="照片">{photos}</ul> }.into_any()
    };
    let add = match adding {
        Adding::Add => view! { <Add point offer=false typing/> }.into_any(),
        Adding::Offer => view! { <Add point offer=true typing/> }.into_any(),
        Adding::AfterSigningIn => {
            let href = format!("/sign-in?next=/places/point?id={point}");
            view! { <p class="small"><a href=href>"登录以后，您也可以提供一张照片"</a></p> }.into_any()
        }
        Adding::Waits => {
            view! { <p class="small quiet">"您提供的一张在等待审核，有了结果再提供下一张。"</p> }.into_any()
        }
        Adding::Full | Adding::Nothing => ().into_any(),
    };
    view! {
        <Card title="照片">
            <div class="stack">
                {shown}
                {add}
            </div>
        </Card>
    }
    .into_any()
}

/// The address of a photo.
pub fn address(id: crate::model::PhotoId) -> String {
    format!("/places/photo/{id}")
}

#[component]
fn One(photo: Given) -> impl IntoView {
    let src = address(photo.id);
    let picture = photo.size.map(|(width, height)| {
        view! { <Photo src alt=photo.alt.clone() width height/> }
    });
    let stands = match photo.state {
        State::Shown => ().into_any(),
        State::Waiting if photo.own => view! {
            <p><Badge tone=Tone::Due>"等待审核"</Badge></p>
            <p class="small quiet">"现在只有您和维护点位的工作人员看得到。"</p>
        }
        .into_any(),
        State::Waiting => view! {
            <p class="row wrap close"><Badge tone=Tone::Due>"等待审核"</Badge><a href="/places/photos">"去审核"</a></p>
        }
        .into_any(),
        State::Refused => {
            let words = format!("您提供的“{}”没有采用：{}", photo.alt, photo.why.clone().unwrap_or_default());
            view! { <p>{words}</p> }.into_any()
        }
    };
    let remove = photo.may_remove.then(|| view! { <Remove photo=photo.clone()/> });
    view! { {picture} {stands} {remove} }
}

#[component]
fn Remove(photo: Given) -> impl IntoView {
    let action = ServerAction::<api::RemovePhoto>::new();
    let what = format!("“{}”", photo.alt);
    view! {
        <Form action prefix=format!("remove-{}", photo.id)>
            <input type="hidden" name="id" value=photo.id.to_string()/>
            <Submit kind=ButtonKind::Quiet icon=Glyph::Bin>"删除照片"<span class="hidden-text">{what}</span></Submit>
        </Form>
    }
}

#[component]
fn Add(point: PointId, offer: bool, typing: RwSignal<bool>) -> impl IntoView {
    let open = refusal_by(ADD_PHOTO, FORM).is_some();
    let (title, words, button) = if offer {
        (
            "提供一张照片",
            "让别人知道这里是什么样子。工作人员看过以后才会显示；请不要拍到别人的脸、车牌和家里。",
            "交给工作人员看",
        )
    } else {
        (
            "加一张照片",
            "加了马上显示。请不要拍到别人的脸、车牌和家里。",
            "加上",
        )
    };
    let longest = u32::try_from(LONGEST_ALT).unwrap_or(u32::MAX);
    view! {
        <details class="fold" open=open on:input=move |_| typing.set(true)>
            <summary>{title}</summary>
            <p>{words}</p>
            <SendForm action=ADD_PHOTO prefix=FORM files=photo_limit(1) on_done=follow()>
                <input type="hidden" name="id" value=point.to_string()/>
                <PhotoField label="选一张照片" most=1/>
                <Field name="alt" label="描述" hint="照片里是什么，例如：正门，左边有坡道。看不见的人靠它了解。" max_length=longest/>
                <Submit icon=Glyph::Upload>{button}</Submit>
            </SendForm>
        </details>
    }
}
