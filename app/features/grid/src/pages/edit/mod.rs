//! `/map/edit/CODE`: drawing the borders of a unit's parts, with a finger, a mouse or the keyboard.
//!
//! What is drawn is reckoned here, in the page, by the same rules as on the server, so that what cannot be is said while the
//! finger is still down. Every step is kept on the server at once, and on the device until the server has it.

pub(super) mod adapter;
mod clash;
mod drawn;
mod part;
mod side;
mod tools;
mod unsaved;
mod work;

use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};
use ui::{
    Notice, Page, Resource, Tone, Width,
    loaded::{loaded, query},
    successes,
};
use wasm_bindgen::JsCast;

use self::{
    clash::Clash,
    side::Side,
    tools::{Told, Tools},
    unsaved::Offer,
    work::Work,
};
use super::{drafts::Standing, sheet::Sheet};
use crate::{api, model::draft::Editing};

pub struct EditPage;

#[lazy_route]
impl LazyRoute for EditPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let params = use_params_map();
        let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
        let rebase = ServerAction::<api::RebaseDraft>::new();
        let propose = ServerAction::<api::ProposeDraft>::new();
        let rebased = successes(rebase);
        let shown = Resource::new(
            move || (code.get(), rebased.get()),
            |(code, _)| api::open_editor(code),
        );
        loaded(shown, move |page: Editing| {
            if page.conflict.is_some() {
                view! { <Clash page rebase/> }.into_any()
            } else {
                view! { <Content page propose/> }.into_any()
            }
        })
    }
}

/// What stands above the page.
fn crumbs(page: &Editing) -> Vec<(String, String)> {
    vec![
        ("地图".to_owned(), "/map".to_owned()),
        (page.name.clone(), format!("/map/{}", page.code)),
    ]
}

#[component]
fn Content(page: Editing, propose: ServerAction<api::ProposeDraft>) -> impl IntoView {
    let owner = ui::viewer::use_viewer().actor.map(|actor| actor.user);
    let work = Work::new(page.clone(), owner);
    // What a device keeps only a browser knows.
    Effect::new(move |_| work.look_on_device());
    let element = NodeRef::<html::Div>::new();
    let broken = RwSignal::new(false);
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    if let Some(script) = page.script.clone() {
        mount(element, script, page.options.clone(), work, broken);
    }
    // What is only on this page yet: the browser asks before it is left.
    Effect::new(move |_| {
        let asks = window_event_listener(ev::beforeunload, move |event| {
            if !work.is_kept_untracked() && !work.on_device.get_untracked() {
                event.prevent_default();
            }
        });
        on_cleanup(move || asks.remove());
    });
    // Somebody else's draft, or a map file, while this one is being drawn: nothing is lost, but it is said at once.
    let (overtaken, again) = (
        RwSignal::new(false),
        StoredValue::new(format!("/map/edit/{}", page.code)),
    );
    let code = page.code.clone();
    ui::live::use_events(vec!["grid".to_owned()], move |event| {
        let here = match event.kind.as_str() {
            "grid.border.changed" => event.text("code").as_deref() == Some(code.as_str()),
            // A file with many units does not name them.
            "grid.area.imported" => event
                .text("units")
                .is_none_or(|units| units.split(',').any(|unit| unit == code)),
            _ => false,
        };
        if here {
            overtaken.set(true);
        }
    });
    ui::live::use_reset(move || overtaken.set(true));
    let title = format!("改{}的网格边界", page.name);
    let picture = page.drawing.clone().map(|drawing| {
        view! { <Sheet drawing label="现在的边界"/> }
    });
    let mark = page
        .synthetic
        .then(|| view! { <p class="map-mark small">"示意图，内部边界为演示生成"</p> });
    let others = page.others.clone();
    let tidied = work
        .begun(|begun| begun.was_tidied())
        .unwrap_or_default()
        .then(|| {
            view! {
                <Notice tone=Tone::Due title="原来的边界互有重叠">
                    "打开时已经理顺：重叠的地方归代码小的网格。提交以后，会和您的改动一起审批。"
                </Notice>
            }
        });
    let name = format!("{}的地图，可以改边界", page.name);
    view! {
        <Page title above=crumbs(&page) width=Width::Wide>
            <Rebased/>
            {tidied}
            {others.into_iter().map(|draft| {
                let href = format!("/map/drafts/{}", draft.id);
                let day = draft.effective_on.map(|day| format!("，{} 生效", day.zh())).unwrap_or_default();
                view! {
                    <Notice tone=Tone::Due title=format!("{}也在改这里{day}", draft.author)>
                        <a href=href>"看那份草稿"</a>" "<Standing state=draft.state/>
                    </Notice>
                }
            }).collect_view()}
            // Until scripts run: a browser that has them reads nothing inside `noscript`, and hydration would miss it.
            <div hidden=move || scripted.get()>
                <Notice tone=Tone::Due title="这里要用脚本">"改边界要在浏览器里打开脚本。边界草稿和审批不用脚本也能看。"</Notice>
            </div>
            <Show when=move || broken.get()>
                <Notice tone=Tone::Late title="现在打不开可以改的地图" live=true>"请检查网络，刷新后再试。已经改的都还在。"</Notice>
            </Show>
            <Show when=move || overtaken.get()>
                <Notice tone=Tone::Due title="这里的边界刚刚可能被别人改过" live=true>
                    "您的改动都存着。"<a href=again.get_value() rel="external">"刷新看有没有不同之处"</a>
                </Notice>
            </Show>
            <Offer work/>
            <div class="edit-page" inert=move || work.offered.with(|offered| !offered.is_empty())>
                <div class="edit-stage">
                    <Tools work/>
                    <div class="edit-map">
                        <div class="map" id="edit-map" role="group" aria-label=name node_ref=element></div>
                        <div class="edit-picture" hidden=move || work.live.get()>{picture}</div>
                        <Told work/>
                    </div>
                    {mark}
                </div>
                <Side work propose/>
            </div>
        </Page>
    }
}

/// What became of a choice, told by `?done=rebased&left=…`.
#[component]
fn Rebased() -> impl IntoView {
    let (done, left) = (query("done"), query("left"));
    let told = move || (done.get() == "rebased").then(|| left.get());
    move || {
        told().map(|left| {
            let words = match left.as_str() {
                "" | "0" => "您的改动都在新的边界上了。请看一遍再提交。".to_owned(),
                left => format!(
                    "有 {left} 步在新的边界上做不了，没有带过来；原稿还在“您起草的”里。请看一遍再提交。"
                ),
            };
            view! { <Notice tone=Tone::Done live=true>{words}</Notice> }
        })
    }
}

fn mount(element: NodeRef<html::Div>, script: String, options: String, work: Work, broken: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let (script, options) = (script.clone(), options.clone());
        spawn_local(async move {
            let element: web_sys::HtmlElement = element.unchecked_into();
            match work
                .map
                .mount(&script, element, &options, move |happening| work.heard(happening))
                .await
            {
                Ok(()) => {
                    _ = work.live.try_set(true);
                    work.draw();
                    work.map.fit();
                }
                Err(error) => {
                    leptos::logging::warn!("no map to draw on: {error:?}");
                    _ = broken.try_set(true);
                }
            }
        });
    });
}
