//! `/map/CODE`: a unit and its parts on a map. The address tells the figure (`figure`), the chosen part (`sel`), where
//! one looks (`at`), the layers shown over it (`layers`) and what of them (`only`), what is looked for (`q`) and the day whose borders are
//! shown (`on`).

mod adapter;
mod beside;
mod day;
mod interest;
mod layers;
mod live;
mod panel;
mod pin;
mod search;
mod table;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    LazyRoute,
    hooks::{use_params_map, use_query_map},
    lazy_route,
    location::Url,
};
use orgs::model::Hit;
use shared::{AppError, Date};
use ui::{Button, ButtonKind, Fault, Notice, Resource, Tone, loaded::kept};

pub use beside::Beside;
pub use panel::Workers;
pub use pin::PinMap;

use self::{
    day::{Banner, DayChoice},
    live::Stage,
    panel::Side,
    search::Search,
    table::Parts,
};
use super::{MISSING, WAYS};
use crate::{
    api,
    model::{self, Figure, Panel},
};

/// The figure by which a map is coloured where the address names none: above the community, how many grids there are.
const USUAL: Figure = Figure::Grids;

/// The code length up to which the usual figure says something: a town's.
const TOWN: usize = 9;

/// The code length of a district, which owns a deployment.
const DISTRICT: usize = 6;

pub struct MapPage;

/// What the address asks for.
#[derive(Clone, Copy)]
pub struct Asked {
    pub code: Memo<String>,
    /// As in the address: `none`, a figure's code, or empty for the usual one.
    pub figure: Memo<String>,
    /// The chosen part, empty for none.
    pub selected: Memo<String>,
    pub at: Memo<String>,
    pub q: Memo<String>,
    /// The day that is looked at, empty for today.
    pub on: Memo<String>,
    /// The codes of the layers that are shown, with commas between.
    pub layers: Memo<String>,
    /// To what they are narrowed, those that can be: see [`crate::layers::MapLayer::narrows`].
    pub only: Memo<String>,
}

impl Asked {
    fn read() -> Self {
        let (params, query) = (use_params_map(), use_query_map());
        let named = move |key: &'static str| {
            Memo::new(move |_| query.with(|query| query.get_str(key).unwrap_or_default().trim().to_owned()))
        };
        Self {
            code: Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default())),
            figure: named("figure"),
            selected: named("sel"),
            at: named("at"),
            q: named("q"),
            on: named("on"),
            layers: named("layers"),
            only: named("only"),
        }
    }

    /// The figure that the server is asked for; empty for none.
    fn figure_code(&self) -> String {
        match self.figure.get().as_str() {
            "" if self.code.with(|code| code.len() <= TOWN) => USUAL.code().to_owned(),
            figure => figure.to_owned(),
        }
    }

    /// Where a search looks: in the district that the unit lies in, or in the unit above that it is.
    fn district(&self) -> String {
        self.code
            .with(|code| code.get(..DISTRICT).unwrap_or(code).to_owned())
    }

    /// An address of this page with another selection and view; the figure, the layers and the day stay.
    pub fn address(&self, code: &str, selected: &str, at: &str) -> String {
        self.showing(code, selected, at, &self.layers.get_untracked())
    }

    /// As [`Asked::address`], with other layers.
    pub fn showing(&self, code: &str, selected: &str, at: &str, layers: &str) -> String {
        let (figure, on) = (self.figure.get_untracked(), self.on.get_untracked());
        let only = self.only.get_untracked();
        written(code, &figure, selected, at, (layers, &only), &on)
    }

    /// The address of this page with all of its layers shown.
    pub fn whole(&self, code: &str) -> String {
        let (figure, on) = (self.figure.get(), self.on.get());
        let (selected, at) = (self.selected.get(), self.at.get());
        self.layers
            .with(|layers| written(code, &figure, &selected, &at, (layers, ""), &on))
    }

    /// Where a link of the page leads: the figure, the day that is shown, and the layers as they are ticked go along.
    pub fn link(&self, on: Option<Date>, code: &str, selected: &str) -> String {
        self.coloured(on, code, &self.figure.get_untracked(), selected)
    }

    /// As [`Asked::link`], with another figure.
    pub fn coloured(&self, on: Option<Date>, code: &str, figure: &str, selected: &str) -> String {
        let on = on.map(|day| day.to_string()).unwrap_or_default();
        let only = self.only.get();
        self.layers
            .with(|layers| written(code, figure, selected, "", (layers, &only), &on))
    }
}

/// The address of a map, with what is not empty.
fn written(
    code: &str,
    figure: &str,
    selected: &str,
    at: &str,
    (layers, only): (&str, &str),
    on: &str,
) -> String {
    let mut address = format!("/map/{code}");
    let mut sign = '?';
    for (key, value) in [
        ("figure", figure),
        ("sel", selected),
        ("at", at),
        ("layers", layers),
        ("only", only),
        ("on", on),
    ] {
        if !value.is_empty() {
            address.push(sign);
            address.push_str(key);
            address.push('=');
            for letter in value.chars() {
                // The router's own way differs between server and browser, and makes days hard to read.
                if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | ',' | '_') {
                    address.push(letter);
                } else {
                    address.push_str(&Url::escape(&letter.to_string()));
                }
            }
            sign = '&';
        }
    }
    address
}

#[lazy_route]
impl LazyRoute for MapPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let asked = Asked::read();
        let shown = Resource::new(
            move || (asked.code.get(), asked.figure_code(), asked.on.get()),
            |(code, figure, on)| api::map(code, figure, on),
        );
        let panel = Resource::new(
            move || (asked.selected.get(), asked.on.get()),
            |(selected, on)| async move {
                if selected.is_empty() {
                    Ok(None)
                } else {
                    api::panel(selected, on).await
                }
            },
        );
        let hits = Resource::new(
            move || (asked.q.get(), asked.district()),
            |(q, below)| async move {
                if q.is_empty() {
                    Ok(Vec::new())
                } else {
                    orgs::api::search(q, below).await
                }
            },
        );
        kept(shown, move |page| match page {
            Ok(page) => view! { <Content page asked panel hits/> }.into_any(),
            Err(error) => view! { <Fault error missing=MISSING ways=WAYS/> }.into_any(),
        })
    }
}

#[component]
fn Content(
    page: model::MapPage,
    asked: Asked,
    panel: Resource<Result<Option<Panel>, AppError>>,
    hits: Resource<Result<Vec<Hit>, AppError>>,
) -> impl IntoView {
    let title = match page.on {
        Some(day) => format!("{}{}的地图", day.zh(), page.name),
        None => format!("{}的地图", page.name),
    };
    let on = page.on;
    let above = page
        .ancestors
        .iter()
        .map(|crumb| {
            let code = crumb.code.clone();
            view! { <li><a href=move || asked.link(on, code.as_str(), "")>{crumb.name.clone()}</a></li> }
        })
        .collect_view();
    let code = page.code.clone();
    let edit = page.may_edit.then(|| {
        let href = format!("/map/edit/{}", page.code);
        view! {
            <Button kind=ButtonKind::Plain href>"改边界"</Button>
            <Button kind=ButtonKind::Quiet href="/map/drafts">"边界草稿"</Button>
        }
    });
    let coming = page
        .coming
        .iter()
        .map(|draft| {
            let href = format!("/map/drafts/{}", draft.id);
            let title = format!("{} 起，这里的边界会变", draft.on.zh());
            view! { <div class="map-day"><Notice tone=Tone::Due title><a href=href>"看已经通过的草稿"</a></Notice></div> }
        })
        .collect_view();
    let import = page.may_import.then(|| {
        view! {
            <Button kind=ButtonKind::Quiet href="/admin/map/import">"导入边界"</Button>
            <Button kind=ButtonKind::Quiet href="/admin/map/settings">"地图设置"</Button>
        }
    });
    view! {
        <Title text=title/>
        <div class="map-page">
            <div class="map-head">
                <div class="map-words">
                    <nav class="crumbs" aria-label="所在位置"><ol>{above}</ol></nav>
                    <h1>{page.name.clone()}</h1>
                    <Banner page=page.clone() asked/>
                    {coming}
                </div>
                <Search code on figures=page.figures.clone() asked hits/>
            </div>
            <Stage page=page.clone() asked/>
            <Side page=page.clone() asked panel/>
            <div class="map-below">
                <Parts page=page.clone() asked/>
                <DayChoice page asked/>
                <div class="buttons no-print">{edit}{import}</div>
            </div>
        </div>
    }
}
