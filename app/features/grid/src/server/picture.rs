//! The picture that is there before any script: inert SVG, taken over in place by the live map.
//!
//! It is made here once, as markup: the browser takes it as it is, and needs nothing that draws. That is 9 KB less in the first
//! download of a map.

use leptos::prelude::*;

use crate::model::{Drawing, Figure, Legend, Shape, short_label};

/// The size of a label in units of the view box: on a wide screen, where a unit is about a pixel, and on a phone.
const LABEL: i32 = 22;
const LABEL_ON_PHONE: i32 = 38;

/// The marks of each step, in a tile of 16 units: with them a class is told without its tone. As the map adapter draws them.
const MARKS: [&str; 5] = [
    "",
    "M4 4h2v2h-2zM12 12h2v2h-2z",
    "M0 16L16 0",
    "M0 16L16 0M-8 16L8 0M8 16L24 0",
    "M0 16L16 0M0 0L16 16",
];

/// A drawing with the classes of its legend.
pub fn picture(drawing: &Drawing, legend: Option<&Legend>) -> String {
    let (view_box, extent) = (drawing.view_box(), drawing.data_extent());
    let areas = drawing
        .shapes
        .iter()
        .map(|shape| area(shape, legend))
        .collect_view();
    let labels = drawing
        .shapes
        .iter()
        .filter_map(|shape| label(shape, legend))
        .collect_view();
    view! {
        <svg viewBox=view_box data-extent=extent preserveAspectRatio="xMidYMid meet" aria-hidden="true" focusable="false">
            <g class="areas">{areas}</g>
            {drawing.outline.clone().map(|path| view! { <path class="outline" d=path/> })}
            <g class="labels">{labels}</g>
        </svg>
    }
    .to_html()
}

fn step_of(shape: &Shape, legend: Option<&Legend>) -> Option<u8> {
    Some(legend?.step(shape.class?))
}

fn area(shape: &Shape, legend: Option<&Legend>) -> AnyView {
    let fill = step_of(shape, legend).map(|step| format!("url(#map-step-{step})"));
    let class = if fill.is_some() { "shape stepped" } else { "shape" };
    view! { <path class=class d=shape.path.clone() fill=fill data-code=shape.code.clone()/> }.into_any()
}

/// A name, where it has room. On a phone letters are larger against the map, and fewer have.
fn label(shape: &Shape, legend: Option<&Legend>) -> Option<AnyView> {
    let name = short_label(&shape.name);
    if !shape.has_room(LABEL) {
        return None;
    }
    let dark = step_of(shape, legend).is_some_and(|step| step >= 3);
    let class = match (shape.has_room(LABEL_ON_PHONE), dark) {
        (true, false) => "label",
        (true, true) => "label on-dark",
        (false, false) => "label tight",
        (false, true) => "label tight on-dark",
    };
    let (x, y) = (shape.label_x.to_string(), shape.label_y.to_string());
    Some(view! { <text class=class x=x y=y>{name.to_owned()}</text> }.into_any())
}

/// The legend, and the patterns that it shares with the picture: they stand with it, for it needs them when the picture is hidden too.
pub fn key(legend: &Legend) -> String {
    view! { {patterns()}{classes(legend)} }.to_html()
}

/// One pattern a step: its tone with its marks.
fn patterns() -> impl IntoView {
    let patterns = (0..)
        .zip(MARKS)
        .map(|(step, marks): (u8, _)| {
            let (id, tone) = (format!("map-step-{step}"), format!("tone-{}", step + 1));
            let class = match step {
                1 => "marks dots",
                3.. => "marks on-dark",
                _ => "marks",
            };
            view! {
                <pattern id=id width="16" height="16" patternUnits="userSpaceOnUse">
                    <rect class=tone width="16" height="16"/>
                    <path class=class d=marks/>
                </pattern>
            }
        })
        .collect_view();
    view! { <svg class="map-patterns" aria-hidden="true" focusable="false"><defs>{patterns}</defs></svg> }
}

/// The legend of the classes, each with its tone, its marks and its words.
fn classes(legend: &Legend) -> impl IntoView + use<> {
    let entries = (0..)
        .zip(&legend.classes)
        .map(|(number, class)| {
            let fill = format!("url(#map-step-{})", legend.step(number));
            view! {
                <li>
                    <svg viewBox="0 0 20 16" aria-hidden="true" focusable="false">
                        <rect class="swatch-edge" fill=fill x="1" y="1" width="18" height="14"/>
                    </svg>
                    {class.label.clone()}
                </li>
            }
        })
        .collect_view();
    view! { <div class="legend map-legend"><span>{legend.title.clone()}</span><ul role="list">{entries}</ul></div> }
}

/// How much of a coloured map has no colour, and why.
pub fn without(figure: Figure, legend: Option<&Legend>) -> Option<String> {
    let why = if figure.is_of_residents() {
        "没有登记，或者太少，不公开"
    } else {
        "没有数据"
    };
    match legend.map(|legend| legend.without) {
        Some(0) => None,
        Some(many) => Some(format!("{many} 个没有着色：{why}")),
        None => Some(format!("没有着色：“{}”{why}", figure.label())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_label() {
        let shape = Shape {
            code: "320581001\"><script>".into(),
            name: "<b>&".into(),
            path: "M0 0z".into(),
            label_x: 1,
            label_y: 2,
            label_room: 500,
            class: None,
        };
        let drawing = Drawing {
            width: 10,
            height: 10,
            extent: [0.0, 0.0, 1.0, 1.0],
            outline: None,
            shapes: vec![shape],
            left_out: 0,
        };
        let html = picture(&drawing, None);
        assert!(html.contains("&lt;b&gt;&amp;"), "{html}");
        assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
        assert!(html.contains("data-extent=\"0.00,0.00,1.00,1.00\""), "{html}");
    }
}
