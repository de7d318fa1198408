//! What the pages of this pillar have in common.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::{AppError, Permission};
pub use ui::loaded::{Fault, loaded, query};
use ui::{Glyph, List, ListRow, Notice, Page, Tone, viewer::use_viewer};

use crate::model::{Difference, VersionRow};

/// `text` as part of an address.
pub fn escaped(text: &str) -> String {
    Url::escape(text)
}

/// What was just done, told by `?done=…`.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "begun" => "已经开始。",
            "discarded" => "草稿已放弃，现行的清单没有变。",
            "published" => "已发布。到了那一天自动生效，居民能看到改了什么。",
            "saved" => "已保存到草稿。",
            "removed" => "已从草稿里删掉。",
            "narrowed" => "已保存，下面的社区和网格跟着变。",
            "walked" => "已记下：巡查过了，没有发现问题。",
            "found" => "已记下，并交给网格长处理。",
            "ended" => "已停掉。没有巡查的那几次不用再去。",
            "kept" => "已记下，接着巡查一个季度。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

/// `常熟市，第 2 版，2026 年 7 月 1 日起`
pub fn version_words(version: &VersionRow) -> String {
    let from = version
        .valid_from
        .map_or_else(|| "还没有发布".to_owned(), |from| format!("{} 起", from.zh()));
    format!("{}，第 {} 版，{from}", version.owner.name, version.number)
}

/// What a version changes, a line each.
#[component]
pub fn Differences(list: Vec<Difference>) -> impl IntoView {
    let lines = list
        .into_iter()
        .map(|difference| {
            let (icon, title, detail) = match difference {
                Difference::Added(name) => (Glyph::Add, name, "新增".to_owned()),
                Difference::Removed(name) => (Glyph::Less, name, "取消".to_owned()),
                Difference::Changed(name, fields) => {
                    (Glyph::Edit, name, format!("改了{}", fields.join("、")))
                }
            };
            view! { <ListRow icon title detail/> }
        })
        .collect_view();
    view! { <List label="改动">{lines}</List> }
}

/// The places where the viewer holds `permission`, to choose one of; what to say to those who hold it nowhere.
pub fn own_places(permission: Permission, title: &'static str, href: &'static str) -> AnyView {
    let Some(actor) = use_viewer().actor else {
        return view! { <Fault error=AppError::Unauthenticated/> }.into_any();
    };
    if !actor.may(permission) {
        let error = if actor.lacks_factor_for(permission) {
            AppError::SecondFactorRequired
        } else {
            AppError::Forbidden
        };
        return view! { <Fault error/> }.into_any();
    }
    let rows = actor
        .grants
        .iter()
        .filter(|grant| grant.role.allows(permission))
        .map(|grant| {
            let to = format!("{href}?node={}", grant.code);
            view! { <ListRow icon=Glyph::Org title=grant.node_name.clone() detail=grant.role.label() href=to/> }
        })
        .collect_view();
    view! {
        <Page title=title>
            <List label="您管的单位">{rows}</List>
        </Page>
    }
    .into_any()
}
