//! Which layers are shown: chosen in a fold on the map, kept in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use ui::{
    Glyph, Icon,
    live::{use_events, use_reset},
};

use super::{Asked, adapter::MapControl, interest::Interest, live::staying};
use crate::layers::{MapLayer, MapLayers};

/// Those of the layers that the address names, as the map adapter wants them.
fn wanted(offered: &[MapLayer], asked: &str) -> String {
    let wanted: Vec<_> = offered
        .iter()
        .filter(|layer| is_on(asked, layer.code))
        .map(|layer| serde_json::json!({ "code": layer.code, "tiles": layer.tiles }))
        .collect();
    serde_json::Value::from(wanted).to_string()
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
pub fn keep(map: MapControl, interest: Interest, asked: Asked) {
    let offered = MapLayers::current();
    Effect::new(move |_| {
        let layers = asked.layers.get();
        if interest.ready.get() {
            map.set_layers(&wanted(offered, &layers));
        }
    });
    let topics = Memo::new(move |_| {
        let shown = asked.layers.get();
        let topics = offered.iter().filter(|layer| is_on(&shown, layer.code));
        topics.map(|layer| layer.topic.to_owned()).collect::<Vec<_>>()
    });
    use_events(topics, move |event| {
        for layer in offered.iter().filter(|layer| layer.topic == event.topic) {
            map.refresh_layer(layer.code);
        }
    });
    use_reset(move || {
        for layer in offered {
            map.refresh_layer(layer.code);
        }
    });
}

/// The fold with a tick for each layer.
#[component]
pub fn Layers(asked: Asked, code: String, interest: Interest) -> impl IntoView {
    let go = use_navigate();
    let code = StoredValue::new(code);
    let boxes = MapLayers::current()
        .iter()
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
    view! {
        <details class="map-layers no-print">
            <summary><Icon name=Glyph::Layers/>"图层"</summary>
            <ul aria-label="在地图上显示">{boxes}</ul>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::LAYERS;

    #[test]
    fn the_address_tells_the_layers() {
        assert_eq!(wanted(&LAYERS, ""), "[]");
        assert_eq!(wanted(&LAYERS, "areasx,../staff"), "[]");
        let both = wanted(&LAYERS, "staff,areas");
        assert!(
            both.find("areas").unwrap() < both.find("staff").unwrap(),
            "lowest first: {both}"
        );
        assert_eq!(toggled("", "staff"), "staff");
        assert_eq!(toggled("staff", "areas"), "staff,areas");
        assert_eq!(toggled("staff,areas", "staff"), "areas");
    }
}
