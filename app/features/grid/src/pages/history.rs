//! `/map/history/CODE`: every state of a border, the latest first; `?after=` goes on with the older ones.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};
use ui::{
    Button, ButtonKind, Card, Empty, Glyph, Notice, Page, Pager, Resource, Tone,
    loaded::{loaded, query},
};

use super::sheet::Sheet;
use crate::{
    api,
    model::{
        area_in_words,
        draft::{BorderHistory, BorderState},
    },
};

pub struct HistoryPage;

#[lazy_route]
impl LazyRoute for HistoryPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let params = use_params_map();
        let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
        let after = query("after");
        let shown = Resource::new(
            move || (code.get(), after.get()),
            |(code, after)| api::past_borders(code, after),
        );
        loaded(shown, move |page| {
            let first = after.get_untracked().is_empty();
            view! { <Content page first/> }.into_any()
        })
    }
}

#[component]
fn Content(page: BorderHistory, first: bool) -> impl IntoView {
    let map = page
        .above
        .as_ref()
        .map_or_else(|| page.code.clone(), |above| above.code.to_string());
    let mut above = vec![("地图".to_owned(), "/map".to_owned())];
    above.extend(
        page.above
            .as_ref()
            .map(|crumb| (crumb.name.clone(), format!("/map/{}", crumb.code))),
    );
    let ended = page
        .ended
        .map(|day| view! { <Notice tone=Tone::Due>{format!("这个单位到 {} 为止。", day.zh())}</Notice> });
    let none = (first && page.states.is_empty())
        .then(|| view! { <Empty icon=Glyph::Map title="没有存过它的边界"/> });
    let states = page
        .states
        .iter()
        .map(|state| view! { <State state=state.clone() map=map.clone()/> })
        .collect_view();
    let here = format!("/map/history/{}", page.code);
    let onward = page.next.as_ref().map(|next| format!("{here}?after={next}"));
    let pager = match ((!first).then_some(here), onward) {
        (Some(back), Some(onward)) => {
            view! { <Pager back onward back_label="回到最近的" onward_label="更早的"/> }.into_any()
        }
        (Some(back), None) => view! { <Pager back back_label="回到最近的"/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward onward_label="更早的"/> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <Page title=format!("{}的边界变化", page.name) above>
            {ended}{none}
            <ol class="border-history stack loose" role="list">{states}</ol>
            {pager}
        </Page>
    }
}

#[component]
fn State(state: BorderState, map: String) -> impl IntoView {
    let title = match state.to {
        Some(to) => format!("{} 到 {}", state.from.zh(), to.plus_days(-1).zh()),
        None => format!("{} 起", state.from.zh()),
    };
    let by = match (&state.draft, &state.who) {
        (Some(_), Some(who)) => format!("{who}起草：{}", state.source),
        (Some(_), None) => state.source.clone(),
        (None, _) => format!("导入：{}", state.source),
    };
    let then = format!("/map/{map}?on={}", state.from);
    let draft = state.draft.map(|id| {
        view! { <Button kind=ButtonKind::Quiet href=format!("/map/drafts/{id}")>"看这份草稿"</Button> }
    });
    let label = format!("{title}的边界");
    view! {
        <li>
            <Card title=title>
                <p>{by}</p>
                <p class="quiet">{format!("面积 {}", area_in_words(state.square_metres))}</p>
                {state.drawing.map(|drawing| view! { <div class="draft-pictures one"><Sheet drawing label/></div> })}
                <div class="buttons">
                    <Button kind=ButtonKind::Quiet href=then icon=Glyph::Map>"看那天的地图"</Button>
                    {draft}
                </div>
            </Card>
        </li>
    }
}
