//! Finding the grid that one lives in: by search, by map, by location.
//!
//! Whatever stands in the form below the search stays: with script in [`Draft`], without it with the server.

use std::time::Duration;

use leptos::{ev::MouseEvent, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate, location::Url};
use ui::{
    Button, ButtonKind, Card, Choice, Glyph, Icon, Notice, RadioGroup, SearchBox, Tone, locate::locate,
    returned,
};

use super::frame::query;
use crate::{api, model::GridChoice};

/// What is typed rests so long before it is looked up.
const REST: Duration = Duration::from_millis(300);

/// What has been typed and chosen on a page where grids are looked for; the page makes it, so that it outlives the form,
/// which is made anew with each search.
#[derive(Clone, Copy, Debug)]
pub struct Draft {
    pub node: RwSignal<String>,
    pub name: RwSignal<String>,
    pub door: RwSignal<String>,
    pub grown: RwSignal<bool>,
    pub read: RwSignal<bool>,
}

impl Draft {
    /// Begins with what the form `form` of `S` held when it was left for the map.
    pub fn begin<S: ServerFn>(form: &str) -> Self {
        let kept = returned::kept::<S>(form);
        let of = |name: &str| {
            kept.iter()
                .find(|(kept, _)| kept == name)
                .map(|(_, value)| value.clone())
        };
        let text = |name| RwSignal::new(of(name).unwrap_or_default());
        let ticked = |name| RwSignal::new(of(name).is_some());
        Self {
            node: text("node"),
            name: text("name"),
            door: text("door"),
            grown: ticked("grown"),
            read: ticked("read"),
        }
    }
}

/// The page that looks for a grid: `register` or `home`, and its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub back: &'static str,
    pub path: &'static str,
}

pub const REGISTER: Place = Place {
    back: "register",
    path: "/register",
};
pub const HOME: Place = Place {
    back: "home",
    path: "/me/home",
};

fn staying() -> NavigateOptions {
    NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    }
}

/// Search, and the other ways to find it.
#[component]
pub fn FindGrid(place: Place) -> impl IntoView {
    let go = use_navigate();
    let on_input = ui::resting(REST, move |text: String| {
        let q = text.trim();
        let to = if q.is_empty() {
            place.path.to_owned()
        } else {
            format!("{}?q={}", place.path, Url::escape(q))
        };
        go(&to, staying());
    });
    view! {
        <Card title="您住在哪个网格">
            <p class="quiet">"搜社区或网格的名字，也可以打拼音首字母，例如“花园浜”或“hyb”。"</p>
            <SearchBox action=place.path label="社区或网格" value=query("q").get_untracked() on_input/>
            <Locate place/>
        </Card>
    }
}

/// Asks the browser where one is; there is nothing to press without script.
#[component]
fn Locate(place: Place) -> impl IntoView {
    let go = use_navigate();
    let (scripted, busy) = (RwSignal::new(false), RwSignal::new(false));
    let trouble = RwSignal::new(None::<String>);
    Effect::new(move |_| scripted.set(true));
    let ask = Callback::new(move |_: MouseEvent| {
        let go = go.clone();
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let found = match locate().await {
                Ok((lon, lat)) => api::grid_at(lon, lat).await.map_err(|error| error.message()),
                Err(none) => Err(none.message().to_owned()),
            };
            // The page may be gone by now.
            _ = busy.try_set(false);
            match found {
                Ok(code) => go(&format!("{}?node={code}", place.path), staying()),
                Err(words) => _ = trouble.try_set(Some(words)),
            }
        });
    });
    view! {
        <Show when=move || scripted.get()>
            <div class="buttons">
                <Button kind=ButtonKind::Plain icon=Glyph::Locate busy on_click=ask>"用我的位置"</Button>
            </div>
            <p class="small quiet">"只用来找网格，不保存您的位置。"</p>
        </Show>
        {move || trouble.get().map(|words| view! { <Notice tone=Tone::Late live=true>{words}</Notice> })}
    }
}

/// What a search brought: nothing to choose from, with the way by the map, or the form that `show` makes.
pub fn found(place: Place, grids: Vec<GridChoice>, show: impl FnOnce(Vec<GridChoice>) -> AnyView) -> AnyView {
    if !grids.is_empty() {
        return show(grids);
    }
    let looked = !query("q").get_untracked().is_empty() || !query("node").get_untracked().is_empty();
    view! {
        {looked.then(|| view! { <Notice live=true>"没有找到。换社区的名字试试，在地图上找，或者问问您的网格员。"</Notice> })}
        <form method="post" action=api::LookOnMap::PATH>
            <input type="hidden" name="back" value=place.back/>
            <Button kind=ButtonKind::Plain icon=Glyph::Map submit=true>"在地图上选"</Button>
        </form>
    }
    .into_any()
}

/// The grids to choose from, inside the form.
#[component]
pub fn GridChoices(
    grids: Vec<GridChoice>,
    #[prop(optional)] bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let only = if let [one] = grids.as_slice() {
        one.id.to_string()
    } else {
        String::new()
    };
    let choices = grids
        .into_iter()
        .map(|grid| Choice::new(grid.id.to_string(), grid.name).hint(grid.community))
        .collect();
    match bind {
        Some(bind) => {
            if !only.is_empty() {
                bind.set(only);
            }
            view! { <RadioGroup name="node" label="网格" choices bind/> }.into_any()
        }
        None => view! { <RadioGroup name="node" label="网格" choices value=only/> }.into_any(),
    }
}

/// Other ways, inside the form: what it holds is kept until one is back.
#[component]
pub fn Elsewhere(place: Place) -> impl IntoView {
    view! {
        <input type="hidden" name="back" value=place.back/>
        <div class="buttons">
            <Leave path=api::LookOnMap::PATH icon=Glyph::Map words="在地图上选"/>
            <Leave path=api::LookAgain::PATH icon=Glyph::Search words="都不是，重新找"/>
        </div>
    }
}

#[component]
fn Leave(path: &'static str, icon: Glyph, words: &'static str) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    // With script too the browser itself sends the form, past what would send it as finished: so the way is the same.
    let leave = move |event: MouseEvent| {
        if let Some(form) = button.get_untracked().and_then(|button| button.form()) {
            event.prevent_default();
            form.set_action(path);
            if form.submit().is_err() {
                leptos::logging::error!("the form was not sent");
            }
        }
    };
    view! {
        <button class="button plain" type="submit" formaction=path formnovalidate=true node_ref=button on:click=leave>
            <Icon name=icon/>
            {words}
        </button>
    }
}
