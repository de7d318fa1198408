//! Where what is reported is: where one stands, one's own grid, or what was searched for; and the spot in words.

use leptos::{prelude::*, task::spawn_local};
use orgs::model::{Code, NodeKind};
use serde::{Deserialize, Serialize};
use shared::AppError;
use ui::{Choice, Field, FormState, LocateButton, Notice, RadioGroup, Resource, Tone, field_id};

/// Where something is, to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    pub code: String,
    pub name: String,
    /// What it is part of.
    pub place: String,
}

pub type Spots = Result<Vec<Spot>, AppError>;

/// Communities and grids by name, code or pinyin; none while nothing is asked for.
pub async fn search(q: String) -> Spots {
    if q.trim().is_empty() {
        return Ok(Vec::new());
    }
    let hits = orgs::api::search(q, String::new()).await?;
    let spot = |hit: orgs::model::Hit| Spot {
        code: hit.code.to_string(),
        name: hit.name,
        place: hit.place,
    };
    let lies_low = hits.into_iter().filter(|hit| hit.kind >= NodeKind::Community);
    Ok(lies_low.map(spot).collect())
}

/// Where it is: where one stands, one's own grid, or what was searched for; and the spot in words.
#[component]
pub fn Where(
    home: Option<Spot>,
    /// What was searched for, and what was found.
    q: RwSignal<String>,
    hits: Resource<Spots>,
    node: RwSignal<String>,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let (located, pin) = (RwSignal::new(None::<Spot>), RwSignal::new(String::new()));
    let trouble = RwSignal::new(None::<String>);
    let found = Callback::new(move |(lon, lat): (f64, f64)| {
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
                        place: "现在的位置".into(),
                    }));
                }
                Ok(_) => {
                    _ = pin.try_set(at);
                    _ = trouble.try_set(Some("这个位置还没有画好网格，请再选一下社区。".into()));
                }
                Err(error) => _ = trouble.try_set(Some(error.message())),
            }
        });
    });
    // A pin tells the unit by itself: it goes if another one is chosen.
    let at = move || {
        let of_pin = located.with(|spot| spot.as_ref().map(|spot| spot.code.clone()));
        let elsewhere = of_pin.is_some_and(|code| node.with(|node| *node != code));
        if elsewhere { String::new() } else { pin.get() }
    };
    let wrong = move || form.and_then(|form| form.error_of("at"));
    let choose = move || {
        let (here, home) = (located.get(), home.clone());
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
            for spot in here.into_iter().chain(home).chain(hits) {
                if spots.iter().all(|known| known.code != spot.code) {
                    spots.push(spot);
                }
            }
            if spots.is_empty() {
                let id = field_id("node");
                return view! {
                    {none}
                    <div id=id><Notice>"您还没有登记住在哪里。请在上面搜社区的名字，或者用现在的位置。"</Notice></div>
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
    view! {
        <section class="stack" aria-label="在哪里">
            <Transition>{choose}</Transition>
            <LocateButton on_found=found/>
            {move || trouble.get().map(|words| view! { <Notice tone=Tone::Due live=true>{words}</Notice> })}
            {move || wrong().map(|words| view! { <div id=field_id("at")><Notice tone=Tone::Late>{words}</Notice></div> })}
            <input type="hidden" name="at" value=at/>
            <Field name="address" label="具体在什么地方" placeholder="例如：3 幢楼道、北门口" optional=true max_length=80/>
        </section>
    }
}

fn lies_low(code: &str) -> bool {
    let code = code.parse::<Code>();
    code.is_ok_and(|code| code.kind() >= NodeKind::Community)
}
