//! A short text that somebody takes along: shown large, to be written down, copied or printed.

use leptos::{ev::MouseEvent, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::{Glyph, Icon, field_id};

/// What is shown can be marked by hand where there is no script; with it there are two buttons.
#[component]
pub fn Handout(#[prop(into)] label: String, #[prop(into)] text: String) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_: MouseEvent| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        input.select();
        // `navigator.clipboard` is missing on plain http, and in browsers inside of other programs.
        let page = document().dyn_into::<web_sys::HtmlDocument>();
        let done = page.is_ok_and(|page| page.exec_command("copy").unwrap_or_default());
        copied.set(Some(done));
    };
    let told = move || {
        copied.get().map(|done| {
            if done {
                "已复制，请粘贴到您找得到的地方。"
            } else {
                "这里复制不了，请抄下来，或者拍张照。"
            }
        })
    };
    let id = field_id("handout");
    // Wide enough for the whole of it.
    let size = text.chars().count();
    view! {
        <div class="field handout">
            <label for=id.clone()>{label}</label>
            <input node_ref=input id=id class="input" type="text" readonly=true size=size.to_string() value=text autocomplete="off" spellcheck="false"/>
            <Show when=move || scripted.get()>
                <div class="buttons">
                    <button class="button plain" type="button" on:click=copy><Icon name=Glyph::Copy/>"复制"</button>
                    <button class="button plain" type="button" on:click=|_| { _ = window().print(); }><Icon name=Glyph::Print/>"打印"</button>
                </div>
            </Show>
            <p class="small" role="status">{told}</p>
        </div>
    }
}
