//! Which layers are shown: chosen in a fold on the map, kept in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::{Date, Permission};
use ui::{
    Glyph, Icon,
    live::{use_events, use_reset, work_topics},
};

use super::{Asked, adapter::MapControl, interest::Interest, live::staying};
use crate::layers::{MapLayer, MapLayers, Past};

/// Those of the layers that there are, of a day that has passed if one is named.
fn told(mut layers: Vec<MapLayer>, on: Option<Date>) -> Vec<MapLayer> {
    layers.retain(|layer| on.is_none() || !matches!(layer.past, Past::Untold(_)));
    layers
}

/// Those of the layers that the address names, narrowed to what it says, as the map adapter wants them.
fn wanted(offered: &[MapLayer], asked: &str, only: &str, on: Option<Date>) -> String {
    // Codes and addresses are the code's own words, and what narrows them is plain: nothing needs an escape.
    let wanted: Vec<String> = offered
        .iter()
        .filter(|layer| is_on(asked, layer.code))
        .map(|layer| {
            let mut told = layer.narrowed(only);
            told.extend(on.map(|day| format!("on={day}")));
            let sign = if told.is_empty() { "" } else { "?" };
            let (code, tiles, told) = (layer.code, layer.tiles, told.join("&"));
            format!(r#"{{"code":"{code}","tiles":"{tiles}{sign}{told}"}}"#)
        })
        .collect();
    format!("[{}]", wanted.join(","))
}

fn is_on(asked: &str, code: &str) -> bool {
    asked.split(',').any(|one| one == code)
}

/// The address's list with a layer more or less.
fn toggled(asked: &str, code: &str) -> String {
    let mut codes: Vec<&str> = asked.split(',').filter(|one| !one.is_empty()).collect();
    match codes.iter().position(|one| *one == code) {
        Some(at) => {
            codes.remove(at);
        }
        None => codes.push(code),
    }
    codes.join(",")
}

/// Has the live map show what the address says, and fetch anew what has changed.
pub fn keep(map: MapControl, interest: Interest, asked: Asked, on: Option<Date>) {
    let offered = StoredValue::new(told(MapLayers::offered(), on));
    Effect::new(move |_| {
        let (layers, only) = (asked.layers.get(), asked.only.get());
        if interest.ready.get() {
            map.set_layers(&offered.with_value(|offered| wanted(offered, &layers, &only, on)));
        }
    });
    let work = work_topics(Permission::StaffView);
    let topics = Memo::new(move |_| {
        let shown = asked.layers.get();
        let mut topics: Vec<String> = offered.with_value(|offered| {
            let shown = offered.iter().filter(|layer| is_on(&shown, layer.code));
            shown.flat_map(|layer| layer.topics(&work)).collect()
        });
        topics.sort_unstable();
        topics.dedup();
        topics
    });
    let refresh = move |concerned: &dyn Fn(&MapLayer) -> bool| {
        offered.with_value(|offered| {
            for layer in offered.iter().filter(|&layer| concerned(layer)) {
                map.refresh_layer(layer.code);
            }
        });
    };
    use_events(topics, move |event| {
        refresh(&|layer: &MapLayer| layer.concerned(&event.topic, &event.kind));
    });
    use_reset(move || refresh(&|_: &MapLayer| true));
}

/// The fold with a tick for each layer that there is, and of a day that has passed what is not told of it.
#[component]
pub fn Layers(asked: Asked, code: String, interest: Interest, on: Option<Date>) -> impl IntoView {
    let go = use_navigate();
    let code = StoredValue::new(code);
    let offered = MapLayers::offered();
    let words: String = offered
        .iter()
        .filter(|_| on.is_some())
        .filter_map(|layer| layer.past.words())
        .collect();
    let boxes = told(offered, on)
        .into_iter()
        .map(|layer| {
            let go = go.clone();
            let choose = move |_| {
                interest.rouse();
                let layers = toggled(&asked.layers.get_untracked(), layer.code);
                let (selected, at) = (asked.selected.get_untracked(), asked.at.get_untracked());
                go(
                    &code.with_value(|code| asked.showing(code, &selected, &at, &layers)),
                    staying(true),
                );
            };
            let list = layer
                .list
                .map(|(href, words)| view! { <a class="quiet" href=href>{words}</a> });
            view! {
                <li>
                    <label>
                        <input type="checkbox" prop:checked=move || is_on(&asked.layers.get(), layer.code) on:change=choose/>
                        {layer.label}
                    </label>
                    {list}
                </li>
            }
        })
        .collect_view();
    // A map that shows some of a layer says so, and leads to the whole.
    let all = MapLayers::current();
    let some = Memo::new(move |_| {
        let (layers, only) = (asked.layers.get(), asked.only.get());
        all.iter()
            .find(|layer| is_on(&layers, layer.code) && !layer.narrowed(&only).is_empty())
            .map(|layer| layer.label)
    });
    let mark = move || some.get().map(|_| "（筛选过）");
    let narrowed = move || {
        some.get().map(|label| {
            let href = code.with_value(|code| asked.whole(code));
            let words = format!("“{label}”只显示筛选出来的。");
            view! { <p class="small">{words}<a href=href>"显示全部"</a></p> }
        })
    };
    view! {
        <details class="map-layers no-print">
            <summary><Icon name=Glyph::Layers/>"图层"{mark}</summary>
            <ul aria-label="在地图上显示">{boxes}</ul>
            {narrowed}
            {(!words.is_empty()).then(|| view! { <p class="quiet small">{words}</p> })}
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::LAYERS;

    #[test]
    fn the_address_tells_the_layers() {
        assert_eq!(wanted(&LAYERS, "", "", None), "[]");
        assert_eq!(wanted(&LAYERS, "areasx,../staff", "", None), "[]");
        let both = wanted(&LAYERS, "staff,areas", "kind.x", None);
        assert!(!both.contains('?'), "no layer of these can be narrowed: {both}");
        assert!(
            both.find("areas").unwrap() < both.find("staff").unwrap(),
            "lowest first: {both}"
        );
        let some = [MapLayer {
            narrows: &["kind"],
            ..LAYERS[0]
        }];
        let some = wanted(&some, "areas", "kind.noise,state.open", "2025-01-01".parse().ok());
        assert!(
            some.contains("/map/areas/{z}-{x}-{y}.mvt?kind=noise&on=2025-01-01"),
            "{some}"
        );
        assert_eq!(toggled("", "staff"), "staff");
        assert_eq!(toggled("staff", "areas"), "staff,areas");
        assert_eq!(toggled("staff,areas", "staff"), "areas");
    }

    #[test]
    fn of_a_day_that_has_passed_there_is_what_can_be_told_of_it() {
        let day: Option<Date> = "2025-01-01".parse().ok();
        let then = told(LAYERS.to_vec(), day);
        let codes: Vec<_> = then.iter().map(|layer| layer.code).collect();
        assert_eq!(codes, ["areas"]);
        let shown = wanted(&then, "staff,areas", "", day);
        assert!(
            shown.contains("/map/areas/{z}-{x}-{y}.mvt?on=2025-01-01"),
            "{shown}"
        );
        assert!(!shown.contains("staff"), "{shown}");
        assert_eq!(told(LAYERS.to_vec(), None).len(), LAYERS.len());
    }
}
