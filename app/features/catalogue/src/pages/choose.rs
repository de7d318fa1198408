//! Of which place the menu is: one's own, or one that is looked for by name. Works as a plain form.

use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Glyph, List, ListRow, Notice, SearchBox};

use crate::model::{Menu, Place};

/// The address of the menu of a place, on the day that is shown.
fn of(menu: &Menu, place: &Place) -> String {
    let day = if menu.on == menu.today {
        String::new()
    } else {
        format!("&on={}", menu.on)
    };
    format!("/catalogue?node={}{day}", place.code)
}

/// Where one is, and how to choose another place: open as long as nobody said where, or it has no list.
#[component]
pub fn Where(menu: Menu, looked: String) -> impl IntoView {
    let settled = menu.version.is_some() && !menu.guessed && looked.is_empty();
    let find = view! { <Find menu=menu.clone() looked/> }.into_any();
    let find = if settled {
        view! {
            <details class="fold">
                <summary>"换一个地方"</summary>
                {find}
            </details>
        }
        .into_any()
    } else {
        let words = if menu.guessed {
            "下面是整个县（市、区）的清单。选了您住的地方，才看得到那里的时限和窗口，那里不办的也不再列出。"
        } else {
            "选您住的社区或网格，看那里能办什么。"
        };
        view! { <Card title="您住在哪里"><p>{words}</p>{find}</Card> }.into_any()
    };
    view! { <Own menu/>{find} }
}

/// A choice among one's own places, where there are several.
#[component]
fn Own(menu: Menu) -> impl IntoView {
    if menu.own.len() < 2 {
        return ().into_any();
    }
    let here = menu.here.as_ref().map(|here| here.code.clone());
    let places = menu
        .own
        .iter()
        .map(|place| {
            let current = (here.as_ref() == Some(&place.code)).then_some("true");
            view! { <a class="chip" href=of(&menu, place) aria-current=current>{place.name.clone()}</a> }
        })
        .collect_view();
    view! { <nav class="row wrap close" aria-label="我的地方">{places}</nav> }.into_any()
}

#[component]
fn Find(menu: Menu, looked: String) -> impl IntoView {
    let on = if menu.on == menu.today {
        String::new()
    } else {
        menu.on.to_string()
    };
    let here = menu.here.as_ref().map(|here| here.code.clone());
    let kept = vec![("node", here.unwrap_or_default()), ("on", on)];
    let nothing = menu.found.is_empty() && !looked.is_empty();
    let rows = menu
        .found
        .iter()
        .map(|found| {
            let (title, href) = (found.place.name.clone(), of(&menu, &found.place));
            view! { <ListRow icon=Glyph::Pin title detail=found.above.clone() href/> }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="stack">
            <SearchBox action="/catalogue" name="place" label="社区或网格" placeholder="例如：花园浜，或者 hyb" value=looked kept/>
            {nothing.then(|| view! {
                <Notice live=true>"没有找到这个地方。换社区的名字试试，或者在地图上找。"</Notice>
            })}
            {(!rows.is_empty()).then(|| view! { <List label="找到的地方">{rows}</List> })}
            <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Map href="/map">"在地图上找"</Button></div>
        </div>
    }
}
