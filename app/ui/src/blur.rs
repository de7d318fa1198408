//! Photos that are to be shown to everybody: chosen one by one, faces and plates covered by hand on the device. Drawing is the page's own script
//! (`app/js/src/blur.ts`); what it makes lies in the form's [`PhotoField`](crate::PhotoField) as a new photo. Without script, one that was made
//! fit elsewhere can be chosen there.

use leptos::{html, prelude::*};

use crate::browser;

/// Offers the photos at `sources` to be covered and handed in, in a form that has a [`PhotoField`](crate::PhotoField).
#[component]
pub fn BlurField(#[prop(into)] label: String, sources: Vec<String>) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(root) = node.get() {
            browser::bring("blur", &root);
        }
    });
    let choices = sources
        .into_iter()
        .enumerate()
        .map(|(at, source)| {
            let name = format!("照片 {}", at + 1);
            view! { <button class="button quiet" type="button" data-blur-source=source>{name}</button> }
        })
        .collect_view();
    view! {
        <div class="field blur" role="group" aria-label=label.clone() hidden=true node_ref=node>
            <p class="label">{label.clone()}</p>
            <div class="row wrap close">{choices}</div>
            <div class="stack" data-blur-work="true" hidden=true>
                <p class="hint">
                    "用手指或者鼠标在照片上画框，框里的马上看不清。用键盘：方向键移框，按住 Shift 改大小，回车遮住。"
                </p>
                <canvas tabindex="0" role="application" aria-label="要公开的照片，画框遮住人脸和车牌" data-blur-canvas="true"></canvas>
                <div class="row wrap close">
                    <button class="button plain" type="button" data-blur-undo="true">"撤销上一处"</button>
                    <button class="button plain" type="button" data-blur-use="true">"用这一张"</button>
                    <button class="button quiet" type="button" data-blur-leave="true">"不用这一张"</button>
                </div>
            </div>
            <p role="status" data-blur-says="true"></p>
        </div>
    }
}
