//! The organisation as a tree that loads as it opens, and the search above it.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    LazyRoute, NavigateOptions,
    hooks::{use_navigate, use_query_map},
    lazy_route,
    location::Url,
};
use shared::{AppError, Permission};
use ui::{
    Button, Card, Empty, Glyph, List, ListRow, Notice, Page, Resource, SearchBox, Shape, Skeleton, Tone,
    Tree, TreeRow, viewer::use_viewer,
};

use super::address;
use crate::{
    api,
    model::{Code, Hit, NodeSummary},
};

/// What is typed rests so long before it is looked up.
const REST: Duration = Duration::from_millis(250);

pub struct TreePage;

/// A root of the tree with its parts, which stand open from the start: a resource made while another is waited for would not
/// be found again when the page is hydrated.
type Root = (NodeSummary, shared::Page<NodeSummary>);

async fn roots() -> Result<Vec<Root>, AppError> {
    let mut roots = Vec::new();
    for root in api::children(String::new(), String::new()).await?.rows {
        let parts = api::children(root.code.to_string(), String::new()).await?;
        roots.push((root, parts));
    }
    Ok(roots)
}

#[lazy_route]
impl LazyRoute for TreePage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let query = use_query_map();
        let asked =
            Memo::new(move |_| query.with(|query| query.get_str("q").unwrap_or_default().trim().to_owned()));
        let found = Resource::new(
            move || asked.get(),
            |q| async move {
                if q.is_empty() {
                    Ok(Vec::new())
                } else {
                    api::search(q, String::new()).await
                }
            },
        );
        let roots = Resource::new(|| (), |()| roots());
        let go = use_navigate();
        // The address tells what was looked for, so that it can be passed on and the back button works.
        let on_input = ui::resting(REST, move |text: String| {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            go(&format!("/orgs?q={}", Url::escape(&text)), options);
        });
        view! {
            <Page title="组织">
                <SearchBox action="/orgs" label="找社区、镇街、区县" placeholder="名称、拼音、首字母或编码，如 css"
                    value=asked.get_untracked() on_input=on_input/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        let found = found.await;
                        if asked.get().is_empty() {
                            view! { <Roots roots/> }.into_any()
                        } else {
                            view! { <Found found/> }.into_any()
                        }
                    })}
                </Transition>
            </Page>
        }
        .into_any()
    }
}

#[component]
fn Found(found: Result<Vec<Hit>, AppError>) -> impl IntoView {
    match found {
        Err(error) => {
            ui::status::set_from(&error);
            view! { <Notice tone=Tone::Late live=true>{error.message()}</Notice> }.into_any()
        }
        Ok(hits) if hits.is_empty() => view! {
            <Empty icon=Glyph::Search title="没有找到这样的单位" detail="换个说法试试：少写几个字，或者用拼音首字母。"/>
        }
        .into_any(),
        Ok(hits) => {
            let rows = hits
                .into_iter()
                .map(|hit| {
                    let detail = format!("{} · {}", if hit.place.is_empty() { "江苏" } else { &hit.place }, hit.code);
                    view! { <ListRow title=hit.name detail=detail href=address(&hit.code)>{hit.kind.label()}</ListRow> }
                })
                .collect_view();
            view! { <Card title="找到的单位" flush=true><List label="找到的单位">{rows}</List></Card> }.into_any()
        }
    }
}

#[component]
fn Roots(roots: Resource<Result<Vec<Root>, AppError>>) -> impl IntoView {
    view! {
        <Suspense fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match roots.await {
                    Err(error) => {
                        ui::status::set_from(&error);
                        view! { <Notice tone=Tone::Late>{error.message()}</Notice> }.into_any()
                    }
                    Ok(roots) if roots.is_empty() => nothing_yet(),
                    Ok(roots) => {
                        let rows = roots.into_iter().map(|(node, parts)| branch(node, Some(parts))).collect_view();
                        view! { <Card flush=true><Tree label="组织">{rows}</Tree></Card> }.into_any()
                    }
                }
            })}
        </Suspense>
    }
}

/// Before the first import: whoever may do it is led there.
fn nothing_yet() -> AnyView {
    let imports = use_viewer().actor.is_some_and(|actor| {
        actor.may(Permission::OrgImport) || actor.lacks_factor_for(Permission::OrgImport)
    });
    let (title, detail) = ("这里将是全部组织", "管理员导入区划文件后，就能从省一直看到网格。");
    if imports {
        return view! {
            <Empty icon=Glyph::Org title detail>
                <Button icon=Glyph::Upload href="/admin/orgs/import">"导入区划"</Button>
            </Empty>
        }
        .into_any();
    }
    view! { <Empty icon=Glyph::Org title detail/> }.into_any()
}

/// A node of the tree; unless its parts are given, they are fetched when it is first opened.
fn branch(node: NodeSummary, given: Option<shared::Page<NodeSummary>>) -> AnyView {
    let NodeSummary {
        code,
        kind,
        name,
        parts,
        ..
    } = node;
    let said = if parts > 0 {
        format!("{} · {parts}", kind.label())
    } else {
        kind.label().to_owned()
    };
    let (href, above) = (address(&code), name.clone());
    let open = RwSignal::new(given.is_some());
    view! {
        <TreeRow name=name href=href parts={parts > 0} open=open end=move || said.into_view()>
            {match given.clone() {
                Some(page) => rows(page, address(&code), above.clone()),
                None => view! { <Parts code=code.clone() above=above.clone()/> }.into_any(),
            }}
        </TreeRow>
    }
    .into_any()
}

/// A page of parts, and where the rest is.
fn rows(page: shared::Page<NodeSummary>, href: String, above: String) -> AnyView {
    let more = page.next.is_some();
    let rows = page
        .rows
        .into_iter()
        .map(|node| branch(node, None))
        .collect_view();
    view! {
        {rows}
        {more.then(|| view! { <li><a class="tree-name" href=href>{above}"的全部下级"</a></li> })}
    }
    .into_any()
}

#[component]
fn Parts(code: Code, above: String) -> impl IntoView {
    let href = address(&code);
    let parent = code.to_string();
    let parts = Resource::new(
        move || parent.clone(),
        |parent| api::children(parent, String::new()),
    );
    let again = move |_| parts.refetch();
    view! {
        <Suspense fallback=|| view! { <li><Skeleton shape=Shape::Text count=2/></li> }>
            {move || {
                let (href, above) = (href.clone(), above.clone());
                Suspend::new(async move {
                    match parts.await {
                        Err(error) => view! {
                            <li class="tree-fault">
                                {error.message()}
                                <button type="button" class="button quiet" on:click=again>"再取一次"</button>
                            </li>
                        }
                        .into_any(),
                        Ok(page) => rows(page, href, above),
                    }
                })
            }}
        </Suspense>
    }
}
