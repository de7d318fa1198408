//! A node's page: what it is, who is in charge, what stands beside it, its parts, its map, its figures and its history.

use std::pin::Pin;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Button, ButtonKind, Card, Fault, Figure, FigureKind, Glyph, List, ListRow, Notice, Page, Resource, Shape,
    Skeleton, Tone, Width,
    live::{LiveEvent, use_events, use_reset},
};

use super::{
    WAYS, above, address,
    node_parts::{Beside, History, Parts},
};
use crate::{
    api,
    model::{BodyOf, Code, NodeKind, NodePage as Shown, Post},
};

/// What is shown once it has been fetched; nothing where there is nothing to show.
pub type Coming = Pin<Box<dyn Future<Output = Option<AnyView>> + Send>>;

/// What fills the place of the map. The pillar of maps stands after this one, so crate `app`, which knows both, hands it over.
///
/// It is called as the page is made, with the code of the unit whose map is wanted (empty for none), and fetches along with the
/// page; what it answers is awaited wherever the page is shown anew.
pub type MapSlot = fn(Memo<String>) -> Box<dyn Fn() -> Coming + Send + Sync>;

/// The page of the node whose code stands in the address.
pub fn node_page(map: MapSlot) -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let from_query = |key: &str| query.with(|query| query.get(key).unwrap_or_default());
        let code = params.with(|params| params.get("code").unwrap_or_default());
        (code, from_query("as_of"), from_query("sort"), from_query("after"))
    };
    let shown = Resource::new(asked, |(code, as_of, sort, after)| {
        api::node(code, as_of, sort, after)
    });
    // A page of the past leads nowhere else.
    let mapped = Memo::new(move |_| {
        let (code, as_of, ..) = asked();
        if as_of.is_empty() && is_mapped(&code) {
            code
        } else {
            String::new()
        }
    });
    let map = map(mapped);
    use_events(vec!["orgs".to_owned()], move |event| {
        let concerned = shown.with_untracked(|now| {
            now.as_ref()
                .is_none_or(|now| now.as_ref().map_or(true, |now| shows(now, &event)))
        });
        if concerned {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    view! {
        <Transition fallback=|| view! { <Skeleton shape=Shape::Block/> }>
            {move || {
                let map = map();
                Suspend::new(async move {
                    match shown.await {
                        Ok(shown) => {
                            let map = map.await;
                            view! { <Content shown map/> }.into_any()
                        }
                        Err(error) => view! { <Fault error ways=WAYS/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// Whether there is a map to lead to: from the district down. What is above one is no deployment's to draw.
pub(super) fn is_mapped(code: &str) -> bool {
    code.parse()
        .is_ok_and(|code: Code| code.kind() >= NodeKind::District)
}

/// Whether the page names what the event is about: the node, one above or one directly below it, also a new one. An
/// event about many nodes names none of them.
fn shows(page: &Shown, event: &LiveEvent) -> bool {
    let Some(subject) = &event.subject else {
        return true;
    };
    let code = event.text("code").and_then(|code| code.parse::<Code>().ok());
    let code = code.as_ref();
    *subject == page.node.id.to_string()
        || page.parts.rows.iter().any(|part| part.id.to_string() == *subject)
        || page.ancestors.iter().any(|above| Some(&above.code) == code)
        || code.and_then(Code::parent).as_ref() == Some(&page.node.code)
}

#[component]
fn Content(shown: Shown, map: Option<AnyView>) -> impl IntoView {
    let suffix = shown
        .as_of
        .map(|date| format!("?as_of={date}"))
        .unwrap_or_default();
    let here = address(&shown.node.code);
    let edit = format!("{here}/edit");
    let may_edit = shown.may_edit;
    let doings = move || {
        may_edit.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Edit href=edit>"修改"</Button> })
    };
    let state = shown.state.clone();
    let eyebrow = format!("{} · {}", state.kind.label(), state.code);
    let current = shown.as_of.is_none() && shown.node.valid_to.is_none();
    let notice = match (shown.as_of, shown.node.valid_to, state.ended_by) {
        (Some(date), ..) => Some(format!("这是 {} 的样子。", date.zh())),
        (None, Some(end), Some(how)) => Some(format!("已于 {} {}。", end.zh(), how.label())),
        _ => None,
    };
    let back = shown.as_of.is_some().then(|| here.clone());
    let map = map.filter(|_| current);
    let pictured = map.is_some();
    view! {
        <Page title=state.name.clone() eyebrow=eyebrow above=above(&shown.ancestors, &suffix) doings=doings width=Width::Wide>
            {notice.map(|notice| view! {
                <Notice tone=Tone::Due>{notice}{back.map(|href| view! { " " <a href=href>"看现在"</a> })}</Notice>
            })}
            <div class="org-columns">
                <div class="stack loose">
                    <InCharge bodies=shown.bodies.clone() posts=shown.posts.clone()/>
                    <Parts shown=shown.clone()/>
                </div>
                <div class="stack loose">
                    {map}
                    {current.then(|| view! { <Figures shown=shown.clone()/> })}
                    {current.then(|| view! { <Elsewhere kind=state.kind code=state.code.to_string() name=state.name.clone() pictured/> })}
                    <Beside title="党组织" party=true bodies=shown.bodies.clone()/>
                    <Beside title="自治组织和其他组织" party=false bodies=shown.bodies.clone()/>
                    <History shown=shown.clone()/>
                </div>
            </div>
        </Page>
    }
}

/// Those at the head: of the node itself, and the first of each body that governs it.
#[component]
fn InCharge(bodies: Vec<BodyOf>, posts: Vec<Post>) -> impl IntoView {
    use crate::model::BodyKind as K;
    let heads = bodies
        .into_iter()
        .filter(|of| {
            matches!(
                of.body.kind,
                K::PartyCommittee | K::GeneralBranch | K::PartyBranch | K::Government | K::ResidentsCommittee
            )
        })
        .filter_map(|of| of.posts.into_iter().next().map(|post| (post, Some(of.body.name))));
    let rows = posts
        .into_iter()
        .map(|post| (post, None))
        .chain(heads)
        .map(|(post, body)| {
            let detail = body.map_or_else(|| post.title.clone(), |body| format!("{body}{}", post.title));
            view! { <ListRow icon=Glyph::Me title=post.person_name detail=detail/> }
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return view! { <Card title="谁负责"><p class="quiet">"还没有登记负责人。"</p></Card> }.into_any();
    }
    view! { <Card title="谁负责" flush=true><List label="谁负责">{rows}</List></Card> }.into_any()
}

/// How much there is of what, below the node.
#[component]
fn Figures(shown: Shown) -> impl IntoView {
    let figures = shown
        .counts
        .iter()
        .map(|count| view! { <Figure label=count.kind.label() value=count.count.to_string() unit="个" kind=FigureKind::Middle/> })
        .collect_view();
    (!shown.counts.is_empty())
        .then(|| view! { <Card title="下面有多少"><div class="tiles">{figures}</div></Card> })
}

/// What other pages tell of it: where it lies, unless its picture leads there, and how many live there.
#[component]
fn Elsewhere(kind: NodeKind, code: String, name: String, pictured: bool) -> impl IntoView {
    // Of a district, and of what is above one, nobody's residents are told.
    let counted = kind >= NodeKind::Street;
    let map = (!pictured && is_mapped(&code)).then(|| {
        let (detail, href) = (format!("{name}的边界和网格"), format!("/map/{code}"));
        view! { <ListRow icon=Glyph::Map title="地图" detail=detail href=href/> }
    });
    let figures = counted.then(|| {
        let href = format!("/people/figures?node={code}");
        view! { <ListRow icon=Glyph::Chart title="人口和服务用房" detail="户数、年龄、社区用房" href=href/> }
    });
    (map.is_some() || counted).then(|| view! { <Card flush=true><List>{map}{figures}</List></Card> })
}
