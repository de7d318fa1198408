//! The map of a day that has passed: which one, how to choose another, and the way back.

use leptos::prelude::*;
use orgs::model::NodeKind;
use ui::{Button, ButtonKind, DayField, Glyph, Notice, Tone};

use super::Asked;
use crate::model::{Figure, MapPage, told_day};

/// Says which day is shown, or why the one that was asked for is not.
#[component]
pub fn Banner(page: MapPage, asked: Asked) -> impl IntoView {
    let code = page.code.clone();
    let today = move || asked.link(None, &code, "");
    let told = page.on.map(|day| {
        let words = format!("这是 {} 的边界和名称，不是现在的。", day.zh());
        view! { <Notice tone=Tone::Due>{words}" "<a href=today>"回到今天"</a></Notice> }
    });
    let refused = page
        .refused
        .map(|words| view! { <Notice tone=Tone::Late>{words}</Notice> });
    (told.is_some() || refused.is_some()).then(|| view! { <div class="map-day">{told}{refused}</div> })
}

/// The field for a day: a plain form, so that it works without script.
#[component]
pub fn DayChoice(page: MapPage, asked: Asked) -> impl IntoView {
    let typed = asked.on.get_untracked();
    let open = page.on.is_some() || page.refused.is_some();
    let refused = page.refused.clone();
    let roll = page.on.filter(|_| page.reads_roll).map(|day| {
        let href = format!("/people/roll?node={}&on={day}", page.code);
        view! { <p>"那一天的名单请看"<a href=href>"名册"</a>"。"</p> }
    });
    let told = told(&page, asked);
    view! {
        <details class="org-fold no-print" open=open>
            <summary>"看以前的边界"</summary>
            <form class="form map-day-choice" method="get" action=format!("/map/{}", page.code)>
                <DayField name="on" label="看哪一天" value=typed error=refused hint="边界、名称和人数照那一天的，谁在那里工作不说"/>
                <div class="buttons">
                    <Button kind=ButtonKind::Plain submit=true icon=Glyph::History>"看那天的地图"</Button>
                </div>
            </form>
            {told}
            {roll}
        </details>
    }
}

/// To whom the residents of that day are not told: of which day they are.
fn told(page: &MapPage, asked: Asked) -> Option<impl IntoView + use<>> {
    let day = page.on?;
    if page.kind < NodeKind::District || page.figures.iter().copied().any(Figure::is_of_residents) {
        return None;
    }
    let (first, code) = (told_day(day), page.code.clone());
    let href = move || asked.link(Some(first), &code, "");
    Some(view! {
        <p>"那一天住多少人，只给在这里工作的人看；对外只说每年 1 月 1 日的。"<a href=href>{format!("看 {} 的地图", first.zh())}</a></p>
    })
}
