//! The toolbar: what a press on the map means, undoing, and moving the map.

use leptos::prelude::*;
use orgs::model::NodeKind;
use ui::{Glyph, Icon, Notice, Tone};

use super::work::{Keeping, Tool, Work};
use crate::model::coverage::Refusal;

/// What each tool is called and looks like.
const TOOLS: [(Tool, &str, Glyph); 6] = [
    (Tool::Look, "看图选网格", Glyph::Hand),
    (Tool::Move, "挪边界", Glyph::Edit),
    (Tool::Remove, "去掉顶点", Glyph::Less),
    (Tool::Split, "切开", Glyph::Layers),
    (Tool::Give, "划一块给邻居", Glyph::Share),
    (Tool::Draw, "画新网格", Glyph::Add),
];

#[component]
pub fn Tools(work: Work) -> impl IntoView {
    let buttons = TOOLS
        .map(|(tool, name, glyph)| {
            // A line cuts the chosen part.
            let needs = matches!(tool, Tool::Split | Tool::Give);
            view! {
                <button type="button" class="edit-tool" aria-pressed=move || (work.tool.get() == tool).to_string()
                    disabled=move || !work.live.get() || (needs && work.selected.with(Option::is_none))
                    on:click=move |_| work.take(tool)>
                    <Icon name=glyph/><span>{name}</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="edit-tools no-print" role="toolbar" aria-label="改边界的工具">
            {buttons}
            <span class="edit-gap"></span>
            <button type="button" class="edit-tool" disabled=move || !work.can_undo() on:click=move |_| work.undo()>
                <Icon name=Glyph::Undo/><span>"撤销"</span>
            </button>
            <button type="button" class="edit-tool" disabled=move || !work.can_redo() on:click=move |_| work.redo()>
                <Icon name=Glyph::Refresh/><span>"重做"</span>
            </button>
            <span class="edit-gap"></span>
            <button type="button" class="edit-tool bare" aria-label="放大" on:click=move |_| work.map.zoom_by(1)><Icon name=Glyph::Add/></button>
            <button type="button" class="edit-tool bare" aria-label="缩小" on:click=move |_| work.map.zoom_by(-1)><Icon name=Glyph::Less/></button>
            <button type="button" class="edit-tool bare" aria-label="看全图" on:click=move |_| work.map.fit()><Icon name=Glyph::FullScreen/></button>
        </div>
        <Sketch work/>
        <p class="edit-keeping small" role="status">{move || keeping(work)}</p>
    }
}

/// What can be done while a line or an area is being drawn.
#[component]
fn Sketch(work: Work) -> impl IntoView {
    let drawing = move || work.tool.get().draws() && work.drawn.with(Option::is_none);
    let words = move || match work.tool.get() {
        Tool::Draw => "在地图上一个点一个点地按，围出新网格，最后按“画完”。",
        _ => "从网格一边的边界画到另一边的边界，一个点一个点地按，最后按“画完”。",
    };
    view! {
        <Show when=drawing>
            <div class="edit-sketch" role="group" aria-label="正在画">
                <p>{words}" "{move || format!("已经画了 {} 个点。", work.sketched.get())}</p>
                <div class="buttons">
                    <button type="button" class="button" on:click=move |_| work.map.finish()>"画完"</button>
                    <button type="button" class="button plain" on:click=move |_| work.map.undo_point()>"退一个点"</button>
                    <button type="button" class="button plain" on:click=move |_| work.take(Tool::Look)>"不画了"</button>
                </div>
            </div>
        </Show>
    }
}

fn keeping(work: Work) -> String {
    match work.keeping.get() {
        Keeping::Nothing => "每改一步都会自动存在服务器上。".to_owned(),
        Keeping::Saving => "正在存…".to_owned(),
        Keeping::Saved(at) => format!("已存，{}", at.zh_time()),
        Keeping::Waiting if work.on_device.get() => {
            "现在没有网络，改动存在这台设备上，连上以后自动存到服务器。".to_owned()
        }
        Keeping::Waiting => {
            "现在没有网络，这台设备又存不下：改动只在这个页面上，连上以后自动存。请不要关掉页面。".to_owned()
        }
        Keeping::Failed(error) => format!("没有存上：{}", error.message()),
    }
}

/// Why the last thing was refused, or what is wrong with what the finger is doing or has drawn so far.
///
/// On the map: on a phone what lies beside it is out of sight.
#[component]
pub fn Told(work: Work) -> impl IntoView {
    let told = move || {
        let trying = work.trying.get().map(|refusal| (Tone::Due, refusal));
        trying.or_else(|| work.refused.get().map(|refusal| (Tone::Late, refusal)))
    };
    let of_grid = work.page.with_value(|page| page.kind == NodeKind::Grid);
    let who = move |refusal: &Refusal| match refusal {
        Refusal::OuterBorder { .. } if of_grid => {
            "网格自己的边界，请在它所在社区的“改边界”里挪。里面的边界，可以用“划一块给邻居”。"
        }
        // Two communities share it: no draft of one of them moves it behind the other's back.
        Refusal::OuterBorder { .. } => {
            "社区之间的边界由镇街来改：两边社区和网格的新边界放在一个文件里，从“导入边界”导入。里面的边界，可以用“划一块给邻居”。"
        }
        _ => "",
    };
    // What is drawn so far is no line yet.
    let on = move || {
        if work.tool.get().draws() && work.trying.with(Option::is_some) {
            "还没画完：可以接着画，也可以退一个点。"
        } else {
            ""
        }
    };
    view! {
        <div class="edit-told" aria-live="assertive">
            {move || told().map(|(tone, refusal)| view! { <Notice tone>{refusal.to_string()}{who(&refusal)}{on()}</Notice> })}
        </div>
        <p class="hidden-text" role="status">{move || work.cursor.get()}</p>
    }
}
