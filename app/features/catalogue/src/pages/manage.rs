//! `/admin/catalogue`: the list of a place, as whoever keeps it sees it: a draft and its publication, or what the place narrows.

use leptos::prelude::*;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Page,
    Resource, Submit, Tone, returned::was_refused,
};

use super::frame::{Differences, Done, loaded, own_places, query, version_words};
use crate::{
    api,
    model::{Area, DraftRow, ItemId, ManagePage, NarrowedRow, VersionRow},
};

pub fn page() -> AnyView {
    let node = query("node");
    // Without a place, the places to choose from: on the same address, so the page does not begin anew when one is chosen.
    let shown = Resource::new(
        move || node.get(),
        |node| async move {
            if node.is_empty() {
                Ok(None)
            } else {
                api::manage(node).await.map(Some)
            }
        },
    );
    loaded(shown, move |page: Option<ManagePage>| match page {
        Some(page) => view! { <Manage page/> }.into_any(),
        None => own_places(Permission::CatalogueEdit, "网格事项清单", "/admin/catalogue"),
    })
}

#[component]
fn Manage(page: ManagePage) -> impl IntoView {
    let above = vec![("网格事项清单".to_owned(), "/admin/catalogue".to_owned())];
    let now = page.version.as_ref().map(version_words);
    let menu = format!("/catalogue?node={}", page.here.code);
    let plans = page
        .version
        .is_some()
        .then(|| format!("/inspections/plans?node={}", page.here.code));
    let coming = page
        .coming
        .iter()
        .map(|version| view! { <p>{format!("已经发布、还没有生效：{}", version_words(version))}</p> })
        .collect_view();
    let body = if page.may_own {
        view! { <Own page=page.clone()/> }.into_any()
    } else if page.version.is_some() {
        view! { <Narrowed here=page.here.code.clone() rows=page.narrowed.clone()/> }.into_any()
    } else {
        view! {
            <Empty icon=Glyph::List title="上级还没有发布清单" detail="清单由县（市、区）或者更上一级来定。发布以后，这里可以收窄：缩短时限、写明本地的窗口和电话。"/>
        }
        .into_any()
    };
    view! {
        <Page title=format!("{}的事项清单", page.here.name) above>
            <div class="stack loose">
                <Done/>
                <Card title="现行的清单">
                    <p>{now.unwrap_or_else(|| "还没有。".to_owned())}</p>
                    {coming}
                    <p class="buttons">
                        <Button kind=ButtonKind::Plain icon=Glyph::Eye href=menu>"居民看到的"</Button>
                        {plans.map(|href| view! { <Button kind=ButtonKind::Plain icon=Glyph::Check href=href>"安排巡查"</Button> })}
                    </p>
                </Card>
                {body}
                <Unneeded rows=page.unneeded.clone() here=page.here.code.clone() owns=page.owns draft=page.draft.is_some()/>
            </div>
        </Page>
    }
}

#[component]
fn Own(page: ManagePage) -> impl IntoView {
    let begin = ServerAction::<api::BeginDraft>::new();
    let here = page.here.code.clone();
    let Some((draft, rows)) = page.draft.clone() else {
        let words = if page.owns {
            "以现行的清单为底子改，发布以前别人看不到。"
        } else {
            "这里还没有清单。先起草，发布以后下面的镇、社区和网格都照着办。"
        };
        return view! {
            <Card title="起草新的一版">
                <p>{words}</p>
                <Form action=begin prefix="begin">
                    <input type="hidden" name="node" value=here/>
                    <Submit icon=Glyph::Edit>"起草"</Submit>
                </Form>
            </Card>
        }
        .into_any();
    };
    view! { <Draft page draft rows/> }.into_any()
}

#[component]
fn Draft(page: ManagePage, draft: VersionRow, rows: Vec<DraftRow>) -> impl IntoView {
    let here = page.here.code.clone();
    let publish = ServerAction::<api::PublishDraft>::new();
    let discard = ServerAction::<api::DiscardDraft>::new();
    let discarding = was_refused::<api::DiscardDraft>("discard");
    let new = format!("/admin/catalogue/item?node={here}");
    let lists = Area::ALL
        .iter()
        .filter_map(|area| {
            let of = rows
                .iter()
                .filter(|row| row.area == *area)
                .map(|row| {
                    let href = format!("/admin/catalogue/item?node={here}&id={}", row.id);
                    view! { <ListRow title=row.name.clone() detail=row.limit.label() href/> }
                })
                .collect::<Vec<_>>();
            (!of.is_empty()).then(|| view! { <h3>{area.label()}</h3><List label=area.label()>{of}</List> })
        })
        .collect_view();
    let changed = page.differences.clone();
    let nothing = rows.is_empty();
    let same = changed.is_empty() && page.owns && draft.number > 1;
    let for_discard = here.clone();
    view! {
        <Card title=format!("草稿：第 {} 版", draft.number) end=|| view! { <Badge tone=Tone::Due>"还没有发布"</Badge> }>
            <p class="buttons"><Button icon=Glyph::Add href=new>"加一项"</Button></p>
            {nothing.then(|| view! { <Empty icon=Glyph::List title="草稿里还没有事项"/> })}
            {lists}
        </Card>
        {(!changed.is_empty()).then(|| view! { <Card title="跟上一版比"><Differences list=changed/></Card> })}
        <Card title="发布">
            {same.then(|| view! { <p>"草稿跟上一版一样，改了再发布。"</p> })}
            <Form action=publish prefix="publish">
                <input type="hidden" name="node" value=here/>
                <Field name="from" label="从哪天起" kind=FieldKind::Date value=page.today.to_string()/>
                <Field name="note" label="这一版改了什么" kind=FieldKind::Textarea hint="居民在“改过什么”里能看到。" max_length=300/>
                <Submit>"发布"</Submit>
            </Form>
            <details class="fold" open=discarding>
                <summary>"放弃草稿"</summary>
                <Form action=discard prefix="discard">
                    <p>"草稿里改的都会没有，现行的清单不受影响。"</p>
                    <input type="hidden" name="node" value=for_discard/>
                    <Submit kind=ButtonKind::Danger>"放弃"</Submit>
                </Form>
            </details>
        </Card>
    }
}

#[component]
fn Narrowed(here: String, rows: Vec<NarrowedRow>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let href = format!("/admin/catalogue/narrow?node={here}&id={}", row.id);
            let detail = if row.limit == row.promised {
                row.limit.label()
            } else {
                format!("{}，缩短为 {}", row.promised.label(), row.limit.label())
            };
            view! {
                <ListRow title=row.name detail href>
                    {row.hidden.then(|| view! { <Badge tone=Tone::Due>"这里不办"</Badge> })}
                    {(row.own && !row.hidden).then(|| view! { <Badge tone=Tone::Go>"有本地规定"</Badge> })}
                </ListRow>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Card title="在本地收窄">
            <Notice>"这份清单是上级定的。这里可以让一项不在本地办、把时限缩短、写明本地的窗口和电话；不能加事项，也不能放宽时限。"</Notice>
            <List label="清单里的事项">{rows}</List>
        </Card>
    }
}

#[component]
fn Unneeded(rows: Vec<(ItemId, String)>, here: String, owns: bool, draft: bool) -> impl IntoView {
    let n = rows.len();
    let to = move |id: &ItemId| match (owns, draft) {
        (true, true) => Some(format!("/admin/catalogue/item?node={here}&id={id}")),
        (true, false) => None,
        (false, _) => Some(format!("/admin/catalogue/narrow?node={here}&id={id}")),
    };
    let rows = rows
        .into_iter()
        .map(|(id, name)| match to(&id) {
            Some(href) => view! { <ListRow title=name href/> }.into_any(),
            None => view! { <ListRow title=name/> }.into_any(),
        })
        .collect::<Vec<_>>();
    (n > 0).then(|| {
        view! {
            <Card title="一个季度没有人办过">
                <details class="fold">
                    <summary>{format!("有 {n} 项，看看要不要取消")}</summary>
                    <p class="small quiet">"按居民登录后点“我要办这件事”的次数算，不记是谁。"</p>
                    <List label="一个季度没有人办过的事项">{rows}</List>
                </details>
            </Card>
        }
    })
}
