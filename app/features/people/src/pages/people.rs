//! Finding people, and the list of them, for those who work where they live.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::{AppError, Permission};
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Glyph, List, ListRow, Notice, Page, Pager, Resource, Tone, Width,
    live, viewer::use_viewer,
};

use super::{
    frame::{Done, escaped, loaded, query},
    told::{Waiting, to_check},
};
use crate::{
    api,
    model::{PeoplePage, PersonRow, PlaceChoice, PlaceHit, ToCheck},
};

pub struct PeopleRoute;

#[lazy_route]
impl LazyRoute for PeopleRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let (q, node, after) = (query("q"), query("node"), query("after"));
        let shown = Resource::new(
            move || (q.get(), node.get(), after.get()),
            |(q, node, after)| api::people(q, node, after),
        );
        let told = to_check();
        // A list that is looked at shows what others change meanwhile.
        live::use_events(topics(), move |event| {
            if event.kind.starts_with("people.") {
                shown.refetch();
                told.refetch();
            }
        });
        live::use_reset(move || {
            shown.refetch();
            told.refetch();
        });
        loaded(shown, move |page| {
            let first = q.get_untracked().is_empty() && after.get_untracked().is_empty();
            view! { <People page q=q.get_untracked() node=node.get_untracked() told=first.then_some(told)/> }
                .into_any()
        })
    }
}

/// What happens where the viewer works.
pub fn topics() -> Vec<String> {
    let viewer = use_viewer();
    let scope = viewer.actor.map(|actor| actor.scope_of(Permission::PeopleView));
    let paths = scope.as_ref().map(shared::Scope::paths).unwrap_or_default();
    paths.iter().take(20).map(|path| format!("path/{path}")).collect()
}

#[component]
fn People(
    page: PeoplePage,
    q: String,
    node: String,
    told: Option<Resource<Result<Vec<ToCheck>, AppError>>>,
) -> impl IntoView {
    let PeoplePage {
        rows,
        places,
        here,
        choices,
    } = page;
    let asked = !q.is_empty();
    let eyebrow = here.as_ref().map(|here| here.name.clone()).unwrap_or_default();
    let onward = rows.next.as_ref().map(|next| {
        format!(
            "/people?q={}&node={}&after={}",
            escaped(&q),
            escaped(&node),
            escaped(next)
        )
    });
    let empty = rows.rows.is_empty() && places.is_empty();
    let title = if asked { "找到的人" } else { "居民" };
    let people = rows.rows.into_iter().map(person).collect_view();
    view! {
        <Page title="居民和房屋" eyebrow width=Width::Wide doings=Doings>
            <div class="stack loose">
                <Done/>
                <Find q node choices/>
                {told.map(|list| view! { <Waiting list/> })}
                <Places places/>
                {if empty {
                    let (title, detail) = if asked {
                        ("没有找到", "换个说法试试：写全姓名、11 位手机号，或者“花园浜3幢2单元501”。搬走的人不会列出来。")
                    } else {
                        ("还没有登记居民", "导入名册，或者在楼栋图里逐户登记后，会列在这里。")
                    };
                    view! { <Empty icon=Glyph::People title=title detail=detail/> }.into_any()
                } else {
                    view! { <Card title=title flush=true><List label=title>{people}</List></Card> }.into_any()
                }}
                {onward.map(|onward| view! { <Pager onward=onward/> })}
                <Notice>"名单里姓名、电话隐去一部分。要看完整的，请在那一户里写明原因；会记下来，本人能看到。"</Notice>
            </div>
        </Page>
    }
}

#[component]
fn Doings() -> impl IntoView {
    let actor = use_viewer().actor;
    let imports = actor.is_some_and(|actor| actor.may(Permission::PeopleImport));
    view! {
        <Button kind=ButtonKind::Plain icon=Glyph::Building href="/people/buildings">"楼栋图"</Button>
        <Button kind=ButtonKind::Plain icon=Glyph::List href="/people/roll">"名册"</Button>
        <Button kind=ButtonKind::Plain icon=Glyph::Talk href="/people/corrections">"居民写的更正"</Button>
        {imports.then(|| view! {
            <Button kind=ButtonKind::Plain icon=Glyph::Upload href="/admin/people/import">"导入"</Button>
        })}
    }
}

/// One form for what is looked for and where, so that it works without script.
#[component]
fn Find(q: String, node: String, choices: Vec<PlaceChoice>) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|place| {
            let code = place.code.to_string();
            let selected = code == node;
            view! { <option value=code selected=selected>{place.name}</option> }
        })
        .collect::<Vec<_>>();
    let narrows = options.len() > 1;
    view! {
        <form class="people-find" role="search" method="get" action="/people" aria-label="找居民和房屋">
            <div class="field">
                <label for="people-q">"姓名、手机号或地址"</label>
                <input class="input" id="people-q" type="search" name="q" value=q maxlength="64" autocomplete="off"
                    placeholder="拼音、首字母也可以" enterkeyhint="search" data-search=""/>
            </div>
            {narrows.then(|| view! {
                <div class="field">
                    <label for="people-node">"在哪里找"</label>
                    <select class="input" id="people-node" name="node">
                        <option value="">"我负责的全部"</option>
                        {options}
                    </select>
                </div>
            })}
            <Button submit=true icon=Glyph::Search>"找"</Button>
        </form>
    }
}

#[component]
fn Places(places: Vec<PlaceHit>) -> impl IntoView {
    let rows = places
        .into_iter()
        .map(|hit| {
            let href = match hit.household {
                Some(id) => format!("/people/households/{id}"),
                None => format!("/people/buildings?building={}", hit.building),
            };
            let detail = if hit.persons == 0 {
                "没有登记住的人".to_owned()
            } else {
                format!("登记了 {} 人", hit.persons)
            };
            view! { <ListRow icon=Glyph::Building title=hit.words detail=detail href=href/> }
        })
        .collect::<Vec<_>>();
    (!rows.is_empty())
        .then(|| view! { <Card title="找到的房屋" flush=true><List label="找到的房屋">{rows}</List></Card> })
}

fn person(row: PersonRow) -> AnyView {
    let who = [
        row.sex.map(|sex| sex.label().to_owned()),
        row.age.map(|age| format!("{age} 岁")),
    ];
    let who: Vec<String> = who.into_iter().flatten().collect();
    let title = format!("{}　{}", row.name, who.join("，"));
    let address = if row.address.is_empty() {
        "住在别处，这里有房".to_owned()
    } else {
        row.address
    };
    let told = [
        Some(address),
        Some(row.grid),
        row.kind.map(|kind| kind.label().to_owned()),
        row.phone,
    ];
    let detail = told.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let confirmed = row.confirmed;
    let end = move || confirmed.then(|| view! { <Badge tone=Tone::Done>"已确认"</Badge> });
    match row.household {
        Some(id) => view! {
            <ListRow title=title.trim_end().to_owned() detail=detail href=format!("/people/households/{id}")>{end()}</ListRow>
        }
        .into_any(),
        None => view! { <ListRow title=title.trim_end().to_owned() detail=detail>{end()}</ListRow> }.into_any(),
    }
}
