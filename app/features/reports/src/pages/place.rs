//! Where what is reported is: where one stands, one's own grid, what was searched for, what is pointed at on a map, a building on a list; and
//! the spot in words.

use grid::PinMap;
use leptos::{prelude::*, task::spawn_local};
use orgs::model::{Code, NodeKind};
use shared::AppError;
use ui::{Choice, Field, FormState, LocateButton, Notice, RadioGroup, Resource, Select, Tone, field_id};

use crate::{
    api,
    model::{Chosen, Spot, community},
};

pub type Spots = Result<Vec<Spot>, AppError>;

/// The community of what was chosen, for the list of its buildings and for the map.
pub fn community_of(chosen: &str) -> Option<Code> {
    community(&Chosen::read(chosen)?.code)
}

/// Communities and grids by name, code or pinyin, and buildings by an address; none while nothing is asked for.
pub async fn search(q: String) -> Spots {
    if q.trim().is_empty() {
        return Ok(Vec::new());
    }
    let building = Chosen::read(&q).is_some_and(|chosen| chosen.building.is_some());
    let mut spots = Vec::new();
    if !building {
        let hits = orgs::api::search(q.clone(), String::new()).await?;
        let lies_low = hits.into_iter().filter(|hit| hit.kind >= NodeKind::Community);
        spots.extend(lies_low.map(|hit| Spot {
            code: hit.code.to_string(),
            name: hit.name,
            place: hit.place,
        }));
    }
    spots.extend(api::places::find_buildings(q).await?);
    Ok(spots)
}

/// The buildings of a community; none of none.
pub async fn buildings(community: String) -> Spots {
    if community.is_empty() {
        return Ok(Vec::new());
    }
    api::places::buildings_around(community).await
}

/// What of the form says where, and what is fetched for it; made outside of the form, which waits for what it shows.
#[derive(Clone, Copy)]
pub struct Ground {
    /// What was searched for, and what was found.
    pub q: RwSignal<String>,
    pub hits: Resource<Spots>,
    /// The buildings around what is chosen.
    pub buildings: Resource<Spots>,
    /// The pin, as `longitude,latitude`; empty without one.
    pub at: RwSignal<String>,
}

/// Where it is.
#[component]
pub fn Where(home: Option<Spot>, ground: Ground, node: RwSignal<String>) -> impl IntoView {
    let form = use_context::<FormState>();
    let Ground {
        q, hits, buildings, ..
    } = ground;
    let (located, pin) = (RwSignal::new(None::<Spot>), RwSignal::new(String::new()));
    let trouble = RwSignal::new(None::<String>);
    let take = move |how: &'static str, (lon, lat): (f64, f64)| {
        trouble.set(None);
        spawn_local(async move {
            let at = format!("{lon:.6},{lat:.6}");
            // The page may be gone by now.
            match grid::api::at(lon, lat).await {
                Ok(Some(unit)) if lies_low(&unit.code) => {
                    _ = pin.try_set(at);
                    _ = node.try_set(unit.code.clone());
                    _ = located.try_set(Some(Spot {
                        code: unit.code,
                        name: unit.name,
                        place: how.into(),
                    }));
                }
                Ok(_) => {
                    _ = pin.try_set(at);
                    _ = located.try_set(None);
                    _ = trouble.try_set(Some("这个位置还没有画好网格，请再选一下社区。".into()));
                }
                Err(error) => _ = trouble.try_set(Some(error.message())),
            }
        });
    };
    let here = Callback::new(move |place| take("现在的位置", place));
    let pointed = Callback::new(move |place| take("地图上指的位置", place));
    // A pin tells the unit by itself: it goes if another one is chosen.
    let at = Memo::new(move |_| {
        let of_pin = located.with(|spot| spot.as_ref().map(|spot| spot.code.clone()));
        let elsewhere = of_pin.is_some_and(|code| node.with(|node| *node != code));
        if elsewhere { String::new() } else { pin.get() }
    });
    Effect::new(move |_| ground.at.set(at.get()));
    let wrong = move || form.and_then(|form| form.error_of("at"));
    let set = move || {
        let name = located.with(|spot| spot.as_ref().map(|spot| spot.name.clone()))?;
        let words = at
            .with(|at| !at.is_empty())
            .then(|| format!("位置选好了，在{name}。"))?;
        Some(view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
    };
    let choose = move || {
        let (found_here, home) = (located.get(), home.clone());
        Suspend::new(async move {
            let found = hits.await;
            let none = match &found {
                Ok(hits) if hits.is_empty() && q.with_untracked(|q| !q.trim().is_empty()) => {
                    Some("没有找到您搜的地方，换个写法，或者少写几个字再试。".to_owned())
                }
                Ok(_) => None,
                Err(error) => Some(error.message()),
            };
            let none = none.map(|words| view! { <Notice tone=Tone::Due live=true>{words}</Notice> });
            let hits = found.unwrap_or_default();
            if let Some(form) = form {
                provide_context(form);
            }
            let mut spots: Vec<Spot> = Vec::new();
            for spot in found_here.into_iter().chain(home).chain(hits) {
                if spots.iter().all(|known| known.code != spot.code) {
                    spots.push(spot);
                }
            }
            if spots.is_empty() {
                let id = field_id("node");
                return view! {
                    {none}
                    <div id=id><Notice>"请在上面搜小区或者社区的名字，也可以用现在的位置，或者在地图上指。"</Notice></div>
                }
                .into_any();
            }
            let choices = spots
                .into_iter()
                .map(|spot| Choice::new(spot.code, spot.name).hint(spot.place))
                .collect();
            view! { {none} <RadioGroup name="node" label="在哪里" choices bind=node/> }.into_any()
        })
    };
    // The buildings of the community that is chosen; nothing where none is known.
    let inside = move || {
        Suspend::new(async move {
            let spots = buildings.await.unwrap_or_default();
            if spots.is_empty() {
                return ().into_any();
            }
            if let Some(form) = form {
                provide_context(form);
            }
            let nowhere = Choice::new("", "不在楼里，或者说不清");
            let known = spots.into_iter().map(|spot| Choice::new(spot.code, spot.name));
            let choices = std::iter::once(nowhere).chain(known).collect();
            view! { <Select name="building" label="哪一幢" choices optional=true/> }.into_any()
        })
    };
    let around = Signal::derive(move || {
        let community = node.with(|node| community_of(node));
        community.map(|code| code.to_string()).unwrap_or_default()
    });
    view! {
        <section class="stack" aria-label="在哪里">
            <Transition>{choose}</Transition>
            <LocateButton on_found=here/>
            <PinMap code=around on_place=pointed/>
            {set}
            {move || trouble.get().map(|words| view! { <Notice tone=Tone::Due live=true>{words}</Notice> })}
            {move || wrong().map(|words| view! { <div id=field_id("at")><Notice tone=Tone::Late>{words}</Notice></div> })}
            <input type="hidden" name="at" value=move || at.get()/>
            <Transition>{inside}</Transition>
            <Field name="address" label="具体在什么地方" placeholder="例如：3 幢楼道、北门口" optional=true max_length=80/>
        </section>
    }
}

fn lies_low(code: &str) -> bool {
    let code = code.parse::<Code>();
    code.is_ok_and(|code| code.kind() >= NodeKind::Community)
}
