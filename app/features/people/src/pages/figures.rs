//! Figures of a place: anybody sees them, without small groups; those who work there see all of it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use orgs::model::NodeKind;
use ui::{Bar, BarChart, Card, Empty, Figure, FigureKind, Glyph, List, ListRow, Notice, Page, Resource};

use super::frame::{loaded, query, square_metres};
use crate::{
    api,
    model::{Band, FiguresPage, Hidden, SERVICE_AREA, SMALLEST, STAND_IN},
};

pub struct FiguresRoute;

#[lazy_route]
impl LazyRoute for FiguresRoute {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let node = query("node");
        let shown = Resource::new(move || node.get(), api::get_figures);
        loaded(shown, move |page| view! { <Figures page/> }.into_any())
    }
}

fn told(n: Option<i64>) -> String {
    n.map_or_else(|| format!("少于 {SMALLEST}"), |n| n.to_string())
}

/// How large 服务用房 are, and whether that is enough.
fn service_words(area: Option<i64>, per_hundred: Option<i64>) -> String {
    let all = area.map_or_else(
        || "没有登记。".to_owned(),
        |area| format!("共 {}。", square_metres(area)),
    );
    let each = per_hundred.map(|area| {
        let words = if area >= SERVICE_AREA { "够" } else { "不够" };
        format!(
            "每百户 {}，{words}（参考标准：每百户 {}）",
            square_metres(area),
            square_metres(SERVICE_AREA)
        )
    });
    all + each.as_deref().unwrap_or_default()
}

#[component]
fn Figures(page: FiguresPage) -> impl IntoView {
    let FiguresPage {
        here,
        above,
        below,
        figures,
        whole,
        service,
    } = page;
    let above = above
        .into_iter()
        .map(|place| (place.name, format!("/people/figures?node={}", place.code)))
        .collect();
    let nothing = figures.households == Some(0);
    // A community's houses serve all of its grids.
    let service = match service {
        Some(of) => Some((
            format!("{}的服务用房", of.community.name),
            of.area,
            of.per_hundred,
        )),
        None if nothing || here.code.kind() >= NodeKind::Grid => None,
        None => Some((
            "社区服务用房".to_owned(),
            figures.service_area,
            figures.service_per_hundred,
        )),
    };
    let service = service
        .map(|(title, area, per_hundred)| view! { <Card title=title><p>{service_words(area, per_hundred)}</p></Card> });
    let below = below
        .into_iter()
        .map(
            |place| view! { <ListRow title=place.name href=format!("/people/figures?node={}", place.code)/> },
        )
        .collect::<Vec<_>>();
    let hint = if whole {
        "您在这里工作，看到的是完整的数。对外公开时，少于 5 的不显示，其余按 5 取整。".to_owned()
    } else {
        format!(
            "少于 {SMALLEST} 的不显示，合计时网格里少于 {SMALLEST} 的按 {STAND_IN} 算，其余的数都按 5 取整，不让人从数字认出是谁。"
        )
    };
    view! {
        <Page title=format!("{}的人口", here.name) above=above>
            <div class="stack loose">
                {if nothing {
                    view! { <Empty icon=Glyph::Chart title="还没有登记居民" detail="登记以后，这里有户数、年龄和服务用房。"/> }.into_any()
                } else {
                    view! { <Shown figures/> }.into_any()
                }}
                {service}
                <Notice>{hint}</Notice>
                {(!below.is_empty()).then(|| view! { <Card title="下级" flush=true><List label="下级">{below}</List></Card> })}
            </div>
        </Page>
    }
}

#[component]
fn Shown(figures: Hidden) -> impl IntoView {
    let bars = Band::ALL
        .iter()
        .zip(&figures.bands)
        .filter(|(band, n)| **band != Band::Unknown || **n != Some(0))
        .map(|(band, n)| {
            let words = n.map_or_else(|| format!("少于 {SMALLEST} 人"), |n| format!("{n} 人"));
            Bar::new(band.label(), n.unwrap_or(0) as f64, words)
        })
        .collect();
    view! {
        <Card>
            <div class="tiles people-tiles">
                <Figure label="户数" value=told(figures.households) unit="户" kind=FigureKind::Middle/>
                <Figure label="人数" value=told(figures.persons) unit="人" kind=FigureKind::Middle/>
                <Figure label="80 岁以上独居" value=told(figures.alone) unit="人" kind=FigureKind::Middle/>
            </div>
        </Card>
        <Card title="年龄"><BarChart caption="各年龄段的人数" bars/></Card>
    }
}
