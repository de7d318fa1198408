//! `/catalogue`: what one can have done here, searched for or chosen by what happens in a life.

use leptos::prelude::*;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Glyph, List, ListRow, Notice, Page, Resource, SearchBox, Tone,
    live::{use_events, use_reset},
    viewer::use_viewer,
};

use super::{
    choose::Where,
    frame::{escaped, loaded, query, version_words},
};
use crate::{
    api,
    model::{Area, LifeEvent, Menu, MenuRow},
};

pub fn page() -> AnyView {
    let (node, q, event, on) = (query("node"), query("q"), query("event"), query("on"));
    let place = query("place");
    let shown = Resource::new(
        move || (node.get(), q.get(), event.get(), on.get(), place.get()),
        |(node, q, event, on, place)| api::get_menu(node, q, event, on, place),
    );
    use_events(vec!["catalogue".to_owned()], move |_| shown.refetch());
    use_reset(move || shown.refetch());
    loaded(shown, move |menu: Menu| {
        let (q, event) = (q.get_untracked(), event.get_untracked().parse::<LifeEvent>().ok());
        let looked = place.get_untracked();
        view! { <Shown menu q event looked/> }.into_any()
    })
}

/// The address of the menu with another life event.
fn address(menu: &Menu, event: Option<LifeEvent>) -> String {
    let node = menu
        .here
        .as_ref()
        .map(|here| here.code.as_str())
        .unwrap_or_default();
    let mut href = format!("/catalogue?node={node}");
    if let Some(event) = event {
        href.push_str("&event=");
        href.push_str(event.code());
    }
    if menu.on != menu.today {
        href.push_str(&format!("&on={}", menu.on));
    }
    href
}

#[component]
fn Shown(menu: Menu, q: String, event: Option<LifeEvent>, looked: String) -> impl IntoView {
    let eyebrow = menu
        .here
        .as_ref()
        .map(|here| here.name.clone())
        .unwrap_or_default();
    let content = if menu.here.is_none() {
        view! { <Owners menu=menu.clone()/> }.into_any()
    } else if menu.version.is_none() {
        view! {
            <Empty icon=Glyph::List title="这里还没有事项清单" detail="县（市、区）发布以后，这里会列出社区和网格能办的事。"/>
        }
        .into_any()
    } else {
        view! { <Items menu=menu.clone() q event/> }.into_any()
    };
    view! {
        <Page title="能办什么事" eyebrow>
            <div class="stack loose">
                <Where menu looked/>
                {content}
            </div>
        </Page>
    }
}

#[component]
fn Owners(menu: Menu) -> impl IntoView {
    if menu.owners.is_empty() {
        return view! { <Empty icon=Glyph::List title="还没有事项清单" detail="有地方发布以后，可以在这里查。"/> }.into_any();
    }
    let rows = menu
        .owners
        .into_iter()
        .map(|owner| {
            let href = format!("/catalogue?node={}", owner.place.code);
            view! { <ListRow icon=Glyph::Pin title=owner.place.name detail=format!("{} 项", owner.items) href/> }
        })
        .collect_view();
    view! {
        <p>"有清单的地方也可以直接打开。登录以后，会直接打开您那里的清单。"</p>
        <List label="有清单的地方">{rows}</List>
    }
    .into_any()
}

#[component]
fn Items(menu: Menu, q: String, event: Option<LifeEvent>) -> impl IntoView {
    let here = menu
        .here
        .as_ref()
        .map(|here| here.code.clone())
        .unwrap_or_default();
    let all = q.is_empty();
    let chip = |label: String, to: Option<LifeEvent>| {
        let (href, current) = (address(&menu, to), (to == event && all).then_some("true"));
        view! { <a class="chip" href=href aria-current=current>{label}</a> }
    };
    let chips = menu
        .events
        .iter()
        .map(|(one, n)| chip(format!("{} {n}", one.label()), Some(*one)))
        .collect_view();
    let everything = chip(format!("全部 {}", menu.total), None);
    let on = if menu.on == menu.today {
        String::new()
    } else {
        menu.on.to_string()
    };
    let found = !q.is_empty() || event.is_some();
    let nothing = menu.rows.is_empty();
    let whole = address(&menu, None);
    let listed = if nothing {
        view! {
            <Empty icon=Glyph::Search title="没有找到" detail="换个说法试试，例如“老人”“装修”“低保”。也可以直接问您的网格员。">
                <Button kind=ButtonKind::Plain href=whole>"看全部"</Button>
            </Empty>
        }
        .into_any()
    } else if found {
        let rows = rows("找到的事项", &here, &on, menu.rows.clone());
        view! { <Card flush=true>{rows}</Card> }.into_any()
    } else {
        view! { <ByArea here=here.clone() on=on.clone() rows=menu.rows.clone()/> }.into_any()
    };
    let past = menu.on != menu.today;
    let (told, today) = (menu.on.zh(), format!("/catalogue?node={here}"));
    view! {
        {past.then(|| view! {
            <Notice tone=Tone::Due title=format!("这是 {told} 的清单")>
                <a href=today>"看今天的"</a>
            </Notice>
        })}
        <SearchBox action="/catalogue" label="找一件事" placeholder="例如：老人、装修、低保" value=q
            kept=vec![("node", here.clone()), ("on", on)]/>
        <nav class="row wrap close" aria-label="按人生大事找">{everything}{chips}</nav>
        {listed}
        <Foot menu/>
    }
}

fn rows(label: &'static str, here: &str, on: &str, rows: Vec<MenuRow>) -> impl IntoView + use<> {
    let on = if on.is_empty() {
        String::new()
    } else {
        format!("&on={}", escaped(on))
    };
    let rows = rows
        .into_iter()
        .map(|row| {
            let href = format!("/catalogue/item?node={here}&id={}{on}", row.id);
            let detail = format!("{} · {}", row.limit.label(), row.lead);
            view! {
                <ListRow title=row.name detail href>
                    {(!row.public).then(|| view! { <Badge>"内部"</Badge> })}
                </ListRow>
            }
        })
        .collect_view();
    view! { <List label=label>{rows}</List> }
}

#[component]
fn ByArea(here: String, on: String, rows: Vec<MenuRow>) -> impl IntoView {
    Area::ALL
        .iter()
        .filter_map(|area| {
            let of: Vec<MenuRow> = rows.iter().filter(|row| row.area == *area).cloned().collect();
            (!of.is_empty()).then(|| {
                let rows = self::rows(area.label(), &here, &on, of);
                view! { <Card title=area.label() flush=true>{rows}</Card> }
            })
        })
        .collect_view()
}

#[component]
fn Foot(menu: Menu) -> impl IntoView {
    let here = menu
        .here
        .as_ref()
        .map(|here| here.code.clone())
        .unwrap_or_default();
    let words = menu.version.as_ref().map(version_words);
    let actor = use_viewer().actor;
    let may = |permission| actor.as_ref().is_some_and(|actor| actor.may(permission));
    let keeps = may(Permission::CatalogueEdit);
    view! {
        <Card title="这份清单">
            <p>{words}"。办得慢了、不给办，可以拿清单说话。"</p>
            <p class="buttons">
                <Button kind=ButtonKind::Plain icon=Glyph::History href=format!("/catalogue/history?node={here}")>"改过什么"</Button>
                {keeps.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Edit href="/admin/catalogue">"维护清单"</Button> })}
            </p>
            <details class="fold">
                <summary>"看某一天的清单"</summary>
                <form class="people-find" method="get" action="/catalogue">
                    <input type="hidden" name="node" value=here/>
                    <div class="field">
                        <label for="catalogue-on">"哪一天"</label>
                        <input class="input" id="catalogue-on" type="date" name="on" value=menu.on.to_string()/>
                    </div>
                    <Button kind=ButtonKind::Plain submit=true icon=Glyph::History>"看"</Button>
                </form>
            </details>
        </Card>
    }
}
